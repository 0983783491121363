//! Decisions of the gate in the database: SQL and row types, nothing else.

use crate::db::{Conditions, Conn};
use crate::error::Error;
use crate::models::store::{PartRow, parts_sql};
use crate::policies::store::Decides;
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

/// A version and all that the gate looks at whatever the policy demands.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The version with what belongs to it, for [`BoundInputs`](crate::models::service::bound::BoundInputs).
    pub parts: Vec<PartRow>,
    /// The policy that decides about it in the environment.
    pub decides: Option<Decides>,
    /// The newest request for it there and those that are approved or suspended on record, the newest first, as the JSON that they are
    /// kept as.
    pub requests: Vec<String>,
}

/// Which version.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// By the names of model and version.
    Named(&'a str, &'a str),
    /// By its id.
    Id(Uuid),
}

/// The situation of a version in an environment, with one statement; `None` where there is no such version.
pub async fn situation(
    conn: &mut Conn,
    which: Which<'_>,
    environment: &str,
) -> Result<Option<Situation>, Error> {
    let environment = environment.to_owned();
    let rows = match which {
        Which::Named(model, version) => {
            let sql = parts_sql("m.name = $2 AND v.version = $3", SURROUNDINGS);
            fetch_all!(conn, PartRow, sql, environment, model.to_owned(), version.to_owned()).await?
        }
        Which::Id(id) => {
            fetch_all!(conn, PartRow, parts_sql("v.id = $2", SURROUNDINGS), environment, id).await?
        }
    };
    let mut situation =
        Situation { parts: Vec::with_capacity(rows.len()), decides: None, requests: Vec::new() };
    let mut requests = Vec::new();
    for row in rows {
        match row.part.as_str() {
            "request" => requests.push((row.id, row.name)),
            // One that names the environment goes before one that names all others.
            "policy" if situation.decides.is_some() && row.tier.as_deref() == Some("*") => {}
            "policy" => {
                let (policy, version, sha256) = (row.name, row.version, row.digest.unwrap_or_default());
                situation.decides = Some(Decides { policy, version, sha256 });
            }
            _ => situation.parts.push(row),
        }
    }
    requests.sort_unstable_by(|one, other| other.0.cmp(&one.0));
    situation.requests = requests.into_iter().map(|(_, state)| state).collect();
    Ok(Some(situation).filter(|situation| !situation.parts.is_empty()))
}

/// The policies that could decide, with their environment in place of the tier; the newest request and those that are
/// approved, with their state as the name.
const SURROUNDINGS: &str = "
    UNION ALL
    SELECT 'policy', p.policy, p.version, p.sha256, NULL, p.environment, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL
    FROM it JOIN policy_place p ON p.tier = it.tier AND p.environment IN ($1, '*')
    UNION ALL
    SELECT 'request', r.state, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, r.id,
        NULL, NULL
    FROM it JOIN approval_request r ON r.model_version_id = it.id AND r.environment = $1
    WHERE r.state_name IN ('approved', 'suspended')
       OR r.id = (SELECT q.id FROM approval_request q WHERE q.model_version_id = it.id AND q.environment = $1
                  ORDER BY q.id DESC LIMIT 1)";

/// Keeps decisions.
pub async fn insert(conn: &mut Conn, rows: Vec<DecisionRow>) -> Result<(), Error> {
    insert_all!(
        conn,
        "gate_decision",
        rows,
        [
            id,
            model_version_id,
            team_id,
            model,
            version,
            environment,
            digest,
            allowed,
            answer,
            decided_at,
            decided_by,
            ledger_event
        ]
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
