//! What pipelines reported.

use crate::db::{Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `approval_event`, with the names of its model and version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    /// Identifier.
    pub id: Uuid,
    /// The version it is about.
    pub model_version_id: Uuid,
    /// The model's name.
    pub model: String,
    /// The version's name.
    pub version: String,
    /// The model's team.
    pub team_id: Uuid,
    /// Where it may, or may not, be deployed.
    pub environment: String,
    /// `approved` or `rejected`.
    pub decision: String,
    /// Who decided, in the words of the system where it was decided.
    pub decided_by: String,
    /// The name to show.
    pub decided_by_name: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The kind of pipeline.
    pub provider: Option<String>,
    /// Where the run can be looked at.
    pub run_url: Option<String>,
    /// The commit that was built.
    pub source_commit: Option<String>,
    /// When it was decided.
    pub occurred_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Whose token or session it came with.
    pub reported_by: Uuid,
    /// Its entry in the ledger.
    pub ledger_event: Uuid,
}

/// Stores an event.
pub async fn insert(conn: &mut Conn, row: &EventRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO approval_event (id, model_version_id, environment, decision, decided_by, decided_by_name, reason,
             provider, run_url, source_commit, occurred_at, received_at, reported_by, ledger_event)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.id,
        row.model_version_id,
        row.environment,
        row.decision,
        row.decided_by,
        row.decided_by_name,
        row.reason,
        row.provider,
        row.run_url,
        row.source_commit,
        row.occurred_at,
        row.received_at,
        row.reported_by,
        row.ledger_event
    )
    .await?;
    Ok(())
}

/// The ledger entry of an event that was posted before.
pub async fn ledger_event(conn: &mut Conn, id: Uuid) -> Result<Option<Uuid>, Error> {
    let row =
        fetch_optional!(conn, (Uuid,), "SELECT ledger_event FROM approval_event WHERE id = $1", id).await?;
    Ok(row.map(|(event,)| event))
}

/// What was reported about a model, the newest first.
pub async fn of_model(conn: &mut Conn, model: Uuid) -> Result<Vec<EventRow>, Error> {
    fetch_all!(
        conn,
        EventRow,
        "SELECT e.*, m.name AS model, v.version, m.team_id
         FROM approval_event e
         JOIN model_version v ON v.id = e.model_version_id
         JOIN model m ON m.id = v.model_id
         WHERE m.id = $1 ORDER BY e.received_at DESC, e.id DESC",
        model
    )
    .await
}

/// An event with what a list says besides.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SeenEvent {
    /// The event.
    #[sqlx(flatten)]
    pub event: EventRow,
    /// The digest of its version.
    pub artefact_digest: String,
    /// Its place in the ledger, once it has one.
    pub entry_index: Option<i64>,
    /// The request that it decided in.
    pub request_id: Option<Uuid>,
    /// That request's state after it.
    pub request_state: Option<String>,
}

/// At most `limit` events for which the conditions hold, the newest first: `e` is the event, `v` its version, `m` its model.
pub async fn page(conn: &mut Conn, all: Conditions, limit: i64) -> Result<Vec<SeenEvent>, Error> {
    let sql = format!(
        "SELECT e.*, m.name AS model, v.version, m.team_id, v.artefact_digest, a.idx AS entry_index
         FROM approval_event e
         JOIN model_version v ON v.id = e.model_version_id
         JOIN model m ON m.id = v.model_id
         LEFT JOIN audit_entry a ON a.event_id = e.ledger_event
         WHERE {{}} ORDER BY e.id DESC LIMIT {limit}"
    );
    all.fetch_all(conn, &sql).await
}

/// What was reported about a version, the newest first.
pub async fn of_version(conn: &mut Conn, version: Uuid) -> Result<Vec<EventRow>, Error> {
    fetch_all!(
        conn,
        EventRow,
        "SELECT e.*, m.name AS model, v.version, m.team_id
         FROM approval_event e
         JOIN model_version v ON v.id = e.model_version_id
         JOIN model m ON m.id = v.model_id
         WHERE v.id = $1 ORDER BY e.received_at DESC, e.id DESC",
        version
    )
    .await
}
