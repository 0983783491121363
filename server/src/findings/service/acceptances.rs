//! Ending accepted risks whose last day is over, as entries of the installation itself.
//!
//! A finding counts again for the gate from the first moment after that day, whether or not this has run: it only puts on
//! record what follows from the acceptance. Several servers may do it at once; the second one finds nothing due.

use super::work;
use crate::App;
use crate::error::Error;
use crate::findings::store;
use crate::http::Caller;
use assay_domain::findings::FindingStep;
use std::time::Duration;

/// How often it is looked for: days end once a day, but not everywhere at the same time.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// Ends what is over, now and then, for as long as the server runs.
pub async fn keep(app: App) {
    loop {
        if let Err(error) = end_due(&app).await {
            tracing::error!(%error, "accepted risks could not be ended; it will be tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Ends every acceptance whose last day is before today, and says how many there were.
///
/// # Errors
/// Those of the database.
pub async fn end_due(app: &App) -> Result<usize, Error> {
    let today = app.clock.now().date_naive();
    let due = store::ended_acceptances(&mut app.db.read().await?, today).await?;
    let mut ended = 0;
    for id in due {
        let system = Caller::system(app);
        match work::take(app, &system, id, FindingStep::TimePassed, None).await {
            Ok(_) => ended += 1,
            // Somebody else was quicker.
            Err(Error::Conflict { .. } | Error::LostRace(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(ended)
}
