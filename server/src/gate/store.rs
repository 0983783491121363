//! Decisions of the gate in the database: SQL and row types, nothing else.

use crate::db::{Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `gate_decision`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DecisionRow {
    /// Identifier.
    pub id: Uuid,
    /// The version, where it is known.
    pub model_version_id: Option<Uuid>,
    /// The model's team, where it is known.
    pub team_id: Option<Uuid>,
    /// The model's name, as asked.
    pub model: String,
    /// The version, as asked.
    pub version: String,
    /// Where it was to be deployed.
    pub environment: String,
    /// The digest of what was to be deployed, or the one on record.
    pub digest: Option<String>,
    /// Yes or no.
    pub allowed: bool,
    /// Reasons and the rest, as JSON.
    pub answer: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Who asked.
    pub decided_by: Uuid,
    /// Its entry in the ledger.
    pub ledger_event: Uuid,
}

/// Keeps a decision.
pub async fn insert(conn: &mut Conn, row: &DecisionRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO gate_decision (id, model_version_id, team_id, model, version, environment, digest, allowed, answer,
             decided_at, decided_by, ledger_event)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.id,
        row.model_version_id,
        row.team_id,
        row.model,
        row.version,
        row.environment,
        row.digest,
        row.allowed,
        row.answer,
        row.decided_at,
        row.decided_by,
        row.ledger_event
    )
    .await?;
    Ok(())
}

/// One decision.
pub async fn decision(conn: &mut Conn, id: Uuid) -> Result<Option<DecisionRow>, Error> {
    fetch_optional!(conn, DecisionRow, "SELECT * FROM gate_decision WHERE id = $1", id).await
}

/// At most `limit` decisions for which the conditions hold, the newest first.
pub async fn page(conn: &mut Conn, all: Conditions, limit: i64) -> Result<Vec<DecisionRow>, Error> {
    all.fetch_all(conn, &format!("SELECT * FROM gate_decision WHERE {{}} ORDER BY id DESC LIMIT {limit}"))
        .await
}

/// Where a version was, or is to be, deployed: the environments that anybody named for it or that a policy names; production
/// where nobody named any.
pub async fn environments(conn: &mut Conn, version: Uuid) -> Result<Vec<String>, Error> {
    let named = fetch_all!(
        conn,
        (String,),
        "SELECT environment FROM approval_request WHERE model_version_id = $1
         UNION SELECT environment FROM approval_event WHERE model_version_id = $1
         UNION SELECT environment FROM deployment WHERE model_version_id = $1
         UNION SELECT environment FROM gate_decision WHERE model_version_id = $1
         UNION SELECT environment FROM policy_place WHERE environment <> '*'
         ORDER BY environment",
        version
    );
    let named: Vec<String> = named.await?.into_iter().map(|(environment,)| environment).collect();
    Ok(if named.is_empty() { vec!["production".to_owned()] } else { named })
}
