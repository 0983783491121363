//! What approvals need to know of other rooms, in one statement each: the gate asks thousands of times a second.

use crate::db::Conn;
use crate::error::Error;
use crate::{fetch_all, fetch_one, fetch_optional};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Whether an active person is accountable for a model of the team on a day, confirmed by somebody else.
pub async fn has_accountable_owner(
    conn: &mut Conn,
    team: Uuid,
    model: &str,
    day: NaiveDate,
) -> Result<bool, Error> {
    let found = fetch_one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM holding h JOIN person p ON p.id = h.person_id
         WHERE h.team_id = $1 AND h.kind = 'model' AND h.thing = $2 AND h.part = 'accountable' AND p.active
           AND h.from_day <= $3 AND (h.until_day IS NULL OR h.until_day >= $3)
           AND h.confirmed_at IS NOT NULL AND (h.confirmed_until IS NULL OR h.confirmed_until >= $3)",
        team,
        model.to_owned(),
        day
    )
    .await?;
    Ok(found.0 > 0)
}

/// Whether somebody is on record as an author of a version: named, or as the person who registered it.
pub async fn has_author(conn: &mut Conn, version: Uuid) -> Result<bool, Error> {
    let found = fetch_one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM model_version v LEFT JOIN person p ON p.id = v.registered_by
         WHERE v.id = $1 AND (v.authors <> '[]' OR p.id IS NOT NULL)",
        version
    )
    .await?;
    Ok(found.0 > 0)
}

/// What a machine reported about a version: by which token or trust rule, and what.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReportRow {
    /// The kind of pipeline.
    pub provider: String,
    /// `approved` or `rejected`.
    pub decision: String,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The service account's token.
    pub token: Option<Uuid>,
    /// The trust rule.
    pub trust_rule: Option<Uuid>,
}

/// What machines reported about a version and an environment, in the order in which it arrived. Tokens of people are
/// left out: anybody can give theirs any name.
pub async fn reports(conn: &mut Conn, version: Uuid, environment: &str) -> Result<Vec<ReportRow>, Error> {
    fetch_all!(
        conn,
        ReportRow,
        "SELECT e.provider, e.decision, e.received_at, t.id AS token, c.id AS trust_rule
         FROM approval_event e
         LEFT JOIN api_token t ON t.id = e.reported_by AND t.person_id IS NULL
         LEFT JOIN ci_trust_rule c ON c.id = e.reported_by
         WHERE e.model_version_id = $1 AND e.environment = $2 AND e.provider IS NOT NULL
           AND (t.id IS NOT NULL OR c.id IS NOT NULL)
         ORDER BY e.received_at, e.id",
        version,
        environment.to_owned()
    )
    .await
}

/// A role that an active person holds, for the organisation or for a team.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeldRow {
    /// The person.
    pub person_id: Uuid,
    /// Full name.
    pub name: String,
    /// The role.
    pub role: String,
}

/// Active people with their roles in a team and in the organisation, by name.
pub async fn held(conn: &mut Conn, team: Uuid) -> Result<Vec<HeldRow>, Error> {
    fetch_all!(
        conn,
        HeldRow,
        "SELECT p.id AS person_id, p.name, r.role FROM person p JOIN role_held r ON r.person_id = p.id
         WHERE p.active AND (r.team_id = $1 OR r.team_id IS NULL)
         ORDER BY p.name, p.id, r.role",
        team
    )
    .await
}

/// When the newest evidence that a version has was attached.
pub async fn newest_evidence(conn: &mut Conn, version: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
    let sql = "SELECT added_at FROM model_evidence WHERE model_version_id = $1 AND removed_at IS NULL
               ORDER BY added_at DESC LIMIT 1";
    Ok(fetch_optional!(conn, (DateTime<Utc>,), sql, version).await?.map(|(at,)| at))
}
