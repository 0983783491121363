//! What an assessment comes to: the locked result where there is one, otherwise today's.

use super::Assessment;
use crate::App;
use crate::assessments::store::{self, SnapshotRow};
use crate::error::Error;
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::assessments::{Scorecard, Snapshot};
use uuid::Uuid;

/// A result and what it was computed from.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The result.
    pub card: Scorecard,
    /// What it was computed from.
    pub input: Snapshot,
    /// The locked snapshot, when the result is final.
    pub locked: Option<SnapshotRow>,
}

/// The result of an assessment: final when it is locked, otherwise as of today.
///
/// # Errors
/// [`Error::Internal`] when what is stored cannot be scored.
pub fn outcome(app: &App, assessment: &Assessment) -> Result<Outcome, Error> {
    let row = &assessment.row;
    let locked = assessment.snapshots.first().filter(|_| row.state == "locked").cloned();
    let input = match &locked {
        Some(snapshot) => serde_json::from_str(&snapshot.input).map_err(|error| {
            let (id, revision) = (snapshot.assessment_id, snapshot.revision);
            Error::internal(format!("table assessment_snapshot, column input, row {id}/{revision}: {error}"))
        })?,
        None => {
            let today = app.clock.now().date_naive();
            Snapshot::new(&assessment.bank, Some(&row.profile), today, assessment.scored_answers())
                .map_err(Error::internal)?
        }
    };
    let card = input.score(&assessment.bank).map_err(Error::internal)?;
    Ok(Outcome { card, input, locked })
}

/// Every locked result of a team, the oldest first.
///
/// # Errors
/// [`Error::Hidden`].
pub async fn history(app: &App, caller: &Caller, team: Uuid) -> Result<Vec<SnapshotRow>, Error> {
    caller.see(Permission::ReadAssessments, Some(team))?;
    store::history(&mut app.db.read().await?, team).await
}
