//! What time did to requests, put on record: requests and approvals that ended, conditions that are late.
//!
//! Whoever looks treats an ended request as ended already ([`Kept::at`](super::Kept::at)); the entry in the ledger follows
//! here, within [`EVERY`]. Several servers on one database may do it at once: whoever comes second finds nothing to do.

use super::{Kept, Said, keep};
use crate::App;
use crate::approvals::requests::store;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use futures::FutureExt;
use std::time::Duration;
use uuid::Uuid;

/// How often it is looked for.
const EVERY: Duration = Duration::from_secs(60);
/// How many requests are looked at in one go.
const AT_ONCE: i64 = 100;

/// Puts on record what time did, as long as the server runs.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = put_on_record(&app).await {
            tracing::warn!(%error, "what time did to approvals is not on record yet; trying again soon");
        }
    }
}

/// Puts on record what time has done by now. Gives how many requests it was done to.
///
/// # Errors
/// Those of the database.
pub async fn put_on_record(app: &App) -> Result<usize, Error> {
    let mut done = 0;
    loop {
        let due = store::due(&mut app.db.read().await?, app.clock.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(done);
        }
        for id in due {
            let by = Caller::system(app);
            let write = app.db.write(move |tx| {
                let by = by.clone();
                async move { pass(tx, &by, id).await }.boxed()
            });
            write.await?;
            done += 1;
        }
    }
}

/// Everything that time has done to one request.
pub(super) async fn pass(tx: &mut Tx, by: &Caller, id: Uuid) -> Result<(), Error> {
    let mut kept = match store::request(tx, id).await? {
        Some(row) => Kept::new(row)?,
        None => return Ok(()),
    };
    let policy = kept.policy(tx).await?;
    while let Some(command) = kept.approval.due(tx.now()) {
        let applied = kept.approval.apply(&policy, command, tx.now());
        let (after, happened) =
            applied.map_err(|refusal| Error::internal(format!("approval_request {id}: {refusal}")))?;
        kept = keep(tx, by, kept.row, after, &happened, Said::nothing()).await?;
    }
    Ok(())
}
