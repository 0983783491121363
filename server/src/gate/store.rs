//! Decisions of the gate in the database: SQL and row types, nothing else.

use crate::db::{Conditions, Conn};
use crate::error::Error;
use crate::{fetch_all, fetch_optional, insert_all};
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

/// Keeps decisions.
pub async fn insert(conn: &mut Conn, rows: Vec<DecisionRow>) -> Result<(), Error> {
    insert_all!(
        conn,
        "INSERT INTO gate_decision (id, model_version_id, team_id, model, version, environment, digest, allowed, answer,
             decided_at, decided_by, ledger_event) ",
        rows,
        |into, row| {
            into.push_bind(row.id).push_bind(row.model_version_id).push_bind(row.team_id);
            into.push_bind(row.model).push_bind(row.version).push_bind(row.environment).push_bind(row.digest);
            into.push_bind(row.allowed).push_bind(row.answer).push_bind(row.decided_at);
            into.push_bind(row.decided_by).push_bind(row.ledger_event)
        }
    )
    .await
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
