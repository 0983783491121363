//! Findings about control, for the rooms that know when something runs, or was set up, past those who have to decide.
//!
//! They are opened and closed in the write that makes them true and ends them. A key says what one is about: of those with
//! the same key only one is ever unsettled, so whoever opens it twice finds the first. Nobody resolves one by hand. A
//! settled one stays on record for its period.
//!
//! ```ignore
//! let key = format!("environment:{name}:{model}");
//! control::open(tx, caller, NewControlFinding { key, kind: FindingKind::UnknownEnvironment, … }).await?;
//! control::close(tx, officer, &key, "the name was added to the list").await?;
//! ```

use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::FindingOpened;
use assay_domain::datasets::Severity;
use assay_domain::findings::{FindingKind, FindingStep};
use uuid::Uuid;

use super::service::store_step;
use super::store::{self, FindingRow};
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;

pub use assay_domain::findings::severity_of;

/// A finding about control that is to be opened.
#[derive(Clone, Debug)]
pub struct NewControlFinding {
    /// What it is about, in a text that is the same each time: only one of a key is unsettled.
    pub key: String,
    /// What is wrong.
    pub kind: FindingKind,
    /// The version that it is about, where it is about one.
    pub model_version: Option<Uuid>,
    /// Where that runs, where it matters.
    pub environment: Option<String>,
    /// The team whose trail it is in and who sees it; officers and auditors see all. What concerns two teams is opened
    /// for each, with a key of its own.
    pub team: Uuid,
    /// How bad it is; [`severity_of`] the tier, as a rule.
    pub severity: Severity,
    /// What is wrong and what would be right, in a sentence.
    pub message: String,
}

/// Opens a finding, or finds the unsettled one with its key.
///
/// # Errors
/// Those of the database.
pub async fn open(tx: &mut Tx, by: &Caller, new: NewControlFinding) -> Result<FindingRow, Error> {
    if let Some(known) = store::unsettled(tx, &new.key).await? {
        return Ok(known);
    }
    let id = tx.new_id();
    let row = FindingRow {
        subject_key: Some(new.key),
        model_version_id: new.model_version,
        environment: new.environment,
        message: new.message,
        ..FindingRow::new(id, new.team, new.kind, new.severity, tx.now())?
    };
    begin(tx, by, &row).await
}

/// Stores a finding about something that runs, and records it.
pub(super) async fn begin(tx: &mut Tx, by: &Caller, row: &FindingRow) -> Result<FindingRow, Error> {
    store::insert_finding(tx, row).await?;
    let row = store::finding(tx, row.id).await?.ok_or(Error::NotFound)?;
    let facts = FindingOpened {
        kind: row.kind.clone(),
        severity: row.severity.clone(),
        dataset: None,
        model: row.model.clone(),
        version: row.version.clone(),
        environment: row.environment.clone(),
    };
    tx.record(by.event(facts, Subject::new("finding", row.id)).in_team(row.team_id)).await?;
    Ok(row)
}

/// Closes the unsettled finding with this key, because what it says is over; `None` where there is none.
///
/// # Errors
/// Those of the database.
pub async fn close(tx: &mut Tx, by: &Caller, key: &str, why: &str) -> Result<Option<FindingRow>, Error> {
    let Some(row) = store::unsettled(tx, key).await? else { return Ok(None) };
    let step = FindingStep::Close { by: by.actor().id(), reason: why.to_owned() };
    store_step(tx, by, row.id, &step, Some(why.to_owned())).await.map(Some)
}
