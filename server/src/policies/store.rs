//! Policies and proposals in the database: SQL and row types, nothing else.

use assay_domain::approvals::Machine;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// A row of `policy_version`: a version that is or was in force.
#[derive(Clone, Debug, FromRow)]
pub struct VersionRow {
    /// The policy.
    pub policy: String,
    /// The version.
    pub version: String,
    /// Digest of the content.
    pub sha256: String,
    /// What people call it.
    pub title: String,
    /// The TOML text, as it was confirmed.
    pub source: String,
    /// Since when it is in force.
    pub since_at: DateTime<Utc>,
    /// Until when it was.
    pub until_at: Option<DateTime<Utc>>,
    /// Whether its text is older than the exclusion of contributors, who are excluded like authors then.
    #[sqlx(default)]
    pub contributors_like_authors: bool,
    /// The ids of machines that its text names otherwise, as JSON; absent where nothing was resolved.
    #[sqlx(default)]
    pub machines: Option<String>,
}

/// A trust rule or a token of a service account that holds.
#[derive(Clone, Debug, FromRow)]
pub struct MachineRow {
    /// `rule` or `token`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
}

impl MachineRow {
    /// The machine, as a policy names it that calls it this.
    #[must_use]
    pub fn machine(&self, named: String) -> Machine {
        if self.kind == "rule" { Machine::TrustRule(named) } else { Machine::Token(named) }
    }
}

/// The trust rules and the tokens of service accounts that hold.
pub async fn machines(conn: &mut Conn) -> Result<Vec<MachineRow>, Error> {
    let sql = "SELECT 'rule' AS kind, id, name FROM ci_trust_rule WHERE removed_at IS NULL
               UNION ALL
               SELECT 'token', id, name FROM api_token WHERE person_id IS NULL AND revoked_at IS NULL";
    fetch_all!(conn, MachineRow, sql).await
}

/// Keeps which machines a text means by names; 0 where that was kept before.
pub async fn resolve_machines(
    conn: &mut Conn,
    policy: &str,
    version: &str,
    machines: String,
) -> Result<u64, Error> {
    let sql =
        "UPDATE policy_version SET machines = $3 WHERE policy = $1 AND version = $2 AND machines IS NULL";
    execute!(conn, sql, policy.to_owned(), version.to_owned(), machines).await
}

/// What names a policy that decides, without its text.
#[derive(Clone, Debug, FromRow)]
pub struct Decides {
    /// The policy.
    pub policy: String,
    /// Its version.
    pub version: String,
    /// Digest of the content.
    pub sha256: String,
}

/// Who holds which job role for a team.
#[derive(Clone, Debug, FromRow)]
pub struct HolderRow {
    /// The team.
    pub team_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// The job role.
    pub job_role: String,
    /// Since when it is confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The last day for which it is, where it was prolonged since.
    pub confirmed_until: Option<NaiveDate>,
}

/// Who holds which access role where.
#[derive(Clone, Debug, FromRow)]
pub struct AccessRow {
    /// The person.
    pub person_id: Uuid,
    /// The role.
    pub role: String,
    /// The team; absent for the organisation.
    pub team_id: Option<Uuid>,
}

/// Where a policy decides.
#[derive(Clone, Debug, FromRow)]
pub struct PlaceRow {
    /// The risk tier.
    pub tier: String,
    /// The environment, or `*`.
    pub environment: String,
    /// The policy.
    pub policy: String,
    /// Its version.
    pub version: String,
}

/// Which version decides about deploying a model of the tier to the environment: one that names it before one that names
/// all others.
pub async fn deciding(conn: &mut Conn, environment: &str, tier: &str) -> Result<Option<Decides>, Error> {
    let sql = "SELECT policy, version, sha256 FROM policy_place WHERE tier = $1 AND environment IN ($2, '*')
               ORDER BY CASE environment WHEN $2 THEN 0 ELSE 1 END LIMIT 1";
    fetch_optional!(conn, Decides, sql, tier.to_owned(), environment.to_owned()).await
}

/// Where which policy decides.
pub async fn places(conn: &mut Conn) -> Result<Vec<PlaceRow>, Error> {
    let sql = "SELECT tier, environment, policy, version FROM policy_place ORDER BY environment, tier";
    fetch_all!(conn, PlaceRow, sql).await
}

/// One version, in force or not any more.
pub async fn version(conn: &mut Conn, policy: &str, version: &str) -> Result<Option<VersionRow>, Error> {
    let sql = "SELECT * FROM policy_version WHERE policy = $1 AND version = $2";
    fetch_optional!(conn, VersionRow, sql, policy.to_owned(), version.to_owned()).await
}

/// The versions in force, by policy.
pub async fn in_force(conn: &mut Conn) -> Result<Vec<VersionRow>, Error> {
    let sql = "SELECT * FROM policy_version WHERE until_at IS NULL ORDER BY policy";
    fetch_all!(conn, VersionRow, sql).await
}

/// The versions of one policy, the newest first.
pub async fn versions(conn: &mut Conn, policy: &str) -> Result<Vec<VersionRow>, Error> {
    let sql = "SELECT * FROM policy_version WHERE policy = $1 ORDER BY since_at DESC, version DESC";
    fetch_all!(conn, VersionRow, sql, policy.to_owned()).await
}

/// The policies that were in force and are not any more, each by its last version.
pub async fn retired(conn: &mut Conn) -> Result<Vec<VersionRow>, Error> {
    let sql = "SELECT * FROM policy_version AS last WHERE until_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM policy_version AS other
                               WHERE other.policy = last.policy
                                 AND (other.until_at IS NULL OR other.since_at > last.since_at))
               ORDER BY policy";
    fetch_all!(conn, VersionRow, sql).await
}

/// Whether there ever was a policy.
pub async fn is_any(conn: &mut Conn) -> Result<bool, Error> {
    Ok(fetch_optional!(conn, (String,), "SELECT policy FROM policy_version LIMIT 1").await?.is_some())
}

/// Stores a version that comes into force, without its places.
pub async fn insert_version(conn: &mut Conn, row: VersionRow) -> Result<(), Error> {
    let sql = "INSERT INTO policy_version (policy, version, sha256, title, source, since_at, until_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let VersionRow { policy, version, sha256, title, source, since_at, until_at, .. } = row;
    execute!(conn, sql, policy, version, sha256, title, source, since_at, until_at).await.map(drop)
}

/// Has a version decide about a tier in an environment.
pub async fn insert_place(
    conn: &mut Conn,
    tier: &str,
    environment: &str,
    decides: &Decides,
) -> Result<(), Error> {
    let sql =
        "INSERT INTO policy_place (tier, environment, policy, version, sha256) VALUES ($1, $2, $3, $4, $5)";
    let Decides { policy, version, sha256 } = decides.clone();
    execute!(conn, sql, tier.to_owned(), environment.to_owned(), policy, version, sha256).await.map(drop)
}

/// Takes the version of a policy out of force; 0 where none was in it.
pub async fn end_version(conn: &mut Conn, policy: &str, now: DateTime<Utc>) -> Result<u64, Error> {
    execute!(conn, "DELETE FROM policy_place WHERE policy = $1", policy.to_owned()).await?;
    let sql = "UPDATE policy_version SET until_at = $2 WHERE policy = $1 AND until_at IS NULL";
    execute!(conn, sql, policy.to_owned(), now).await
}

/// Who holds which job role for which team on a day, of those who may sign in.
pub async fn holders(conn: &mut Conn, on: NaiveDate) -> Result<Vec<HolderRow>, Error> {
    let sql = "SELECT DISTINCT holding.team_id, holding.person_id, holding.job_role, holding.confirmed_at,
                      holding.confirmed_until FROM holding
               JOIN person ON person.id = holding.person_id
               WHERE person.active AND holding.from_day <= $1
                 AND (holding.until_day IS NULL OR holding.until_day >= $1)";
    fetch_all!(conn, HolderRow, sql, on).await
}

/// Who holds which access role where, of those who may sign in.
pub async fn access(conn: &mut Conn) -> Result<Vec<AccessRow>, Error> {
    let sql = "SELECT role_held.person_id, role_held.role, role_held.team_id FROM role_held
               JOIN person ON person.id = role_held.person_id WHERE person.active";
    fetch_all!(conn, AccessRow, sql).await
}

/// The teams that have models of a tier, by tier.
pub async fn teams_by_tier(conn: &mut Conn) -> Result<Vec<(String, Uuid)>, Error> {
    let sql = "SELECT DISTINCT tier, team_id FROM model WHERE tier IS NOT NULL AND archived_at IS NULL";
    fetch_all!(conn, (String, Uuid), sql).await
}
