//! What pipelines reported.

use crate::db::{Conditions, Conn};
use crate::error::Error;
use crate::{fetch_all, fetch_optional, fetch_with, insert_all};
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

/// Stores events.
pub async fn insert(conn: &mut Conn, rows: Vec<EventRow>) -> Result<(), Error> {
    insert_all!(
        conn,
        "approval_event",
        rows,
        [
            id,
            model_version_id,
            environment,
            decision,
            decided_by,
            decided_by_name,
            reason,
            provider,
            run_url,
            source_commit,
            occurred_at,
            received_at,
            reported_by,
            ledger_event
        ]
    )
    .await
}

/// What an event names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Names {
    /// The model.
    pub model: String,
    /// The version.
    pub version: String,
    /// The environment.
    pub environment: String,
}

/// What is on record of a version that is named by an event, and of what waits for decisions about it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedRow {
    /// The model's name.
    pub model: String,
    /// The version's name.
    pub version: String,
    /// The environment that the event is about.
    pub environment: String,
    /// The model.
    pub model_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The model's team.
    pub team_id: Uuid,
    /// The version's digest.
    pub artefact_digest: String,
    /// When the model was taken out of use.
    pub archived_at: Option<DateTime<Utc>>,
    /// The request that is open for the version and the environment.
    pub open_request: Option<Uuid>,
}

/// What is on record of these models, versions and environments, as far as there is something.
pub async fn named(conn: &mut Conn, names: Vec<Names>) -> Result<Vec<NamedRow>, Error> {
    fetch_with!(
        conn,
        NamedRow,
        "WITH q (model, version, environment) AS (",
        names,
        [model, version, environment],
        ") SELECT q.model, q.version, q.environment, m.id AS model_id, v.id AS version_id, m.team_id,
             v.artefact_digest, m.archived_at, r.id AS open_request
         FROM q JOIN model m ON m.name = q.model
         JOIN model_version v ON v.model_id = m.id AND v.version = q.version
         LEFT JOIN approval_request r
           ON r.model_version_id = v.id AND r.environment = q.environment AND r.state_name = 'open'"
    )
    .await
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
