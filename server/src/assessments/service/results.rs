//! What an assessment comes to: the locked result where there is one, otherwise today's.

use super::Assessment;
use crate::App;
use crate::assessments::store::{self, SnapshotRow};
use crate::db::Conn;
use crate::error::Error;
use crate::http::Caller;
use crate::questionnaires::store as questionnaires;
use assay_domain::access::Permission;
use assay_domain::assessments::{Scorecard, Snapshot};
use assay_domain::questionnaires::Bank;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};
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

/// The levels of a team, by capability.
type Levels = BTreeMap<String, u8>;

/// Levels that were computed before, by the digest of all that they depend on.
static READ: LazyLock<Mutex<HashMap<String, Levels>>> = LazyLock::new(Mutex::default);

/// The level of each capability that the team's latest locked result supports; `None` while there is none.
///
/// # Errors
/// [`Error::Internal`] when what is stored cannot be scored.
pub async fn supported_levels(conn: &mut Conn, team: Uuid) -> Result<Option<Levels>, Error> {
    let Some((id, revision, digest)) = store::latest_snapshot(conn, team).await? else { return Ok(None) };
    if let Some(levels) = READ.lock().unwrap_or_else(PoisonError::into_inner).get(&digest) {
        return Ok(Some(levels.clone()));
    }
    let rows = store::snapshots(conn, id).await?;
    let row = rows.iter().find(|row| row.revision == revision).ok_or(Error::NotFound)?;
    let assessment = store::assessment(conn, id).await?.ok_or(Error::NotFound)?;
    let (questionnaire, version) = (&assessment.questionnaire, &assessment.version);
    let published = questionnaires::questionnaire(conn, questionnaire, version).await?;
    let source = published.ok_or(Error::NotFound)?.source;
    let wrong =
        |reason: String| Error::internal(format!("table assessment_snapshot, row {id}/{revision}: {reason}"));
    let bank = Bank::parse(&source, &format!("questionnaire {questionnaire} {version}"))
        .map_err(|mistakes| wrong(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    let input: Snapshot = serde_json::from_str(&row.input).map_err(|error| wrong(error.to_string()))?;
    let levels = input.supported_levels(&bank).map_err(|error| wrong(error.to_string()))?;
    READ.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, levels.clone());
    Ok(Some(levels))
}
