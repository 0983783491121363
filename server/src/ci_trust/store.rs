//! SQL and rows of trust rules, of tokens that were exchanged, and of the keys that sign ours.

use std::collections::BTreeMap;

use assay_domain::ci_trust::TrustRule;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{db::Conn, error::Error, execute, fetch_all, fetch_optional};

/// A trust rule as it is stored.
#[derive(Clone, Debug, FromRow)]
struct RuleRow {
    id: Uuid,
    name: String,
    provider: String,
    issuer: String,
    jwks_url: Option<String>,
    audience: String,
    algorithms: String,
    claims: String,
    scopes: String,
    team_id: Option<Uuid>,
    private_network: bool,
    revision: i64,
    created_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// A trust rule that holds.
#[derive(Clone, Debug)]
pub struct StoredRule {
    /// Id; also the actor of what its jobs do.
    pub id: Uuid,
    /// What it says.
    pub rule: TrustRule,
    /// Grows with each change.
    pub revision: i64,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When a job last came in by it.
    pub used_at: Option<DateTime<Utc>>,
}

impl RuleRow {
    fn parse(self) -> Result<StoredRule, Error> {
        let id = self.id;
        let wrong = |column: &'static str| {
            move |error: String| Error::internal(format!("ci_trust_rule.{column} of {id}: {error}"))
        };
        let claims: BTreeMap<String, String> =
            serde_json::from_str(&self.claims).map_err(|error| wrong("claims")(error.to_string()))?;
        let rule = TrustRule {
            name: self.name,
            provider: self.provider.parse().map_err(wrong("provider"))?,
            issuer: self.issuer,
            jwks_url: self.jwks_url,
            audience: self.audience,
            algorithms: words(&self.algorithms).map_err(wrong("algorithms"))?,
            claims,
            scopes: words(&self.scopes).map_err(wrong("scopes"))?,
            team: self.team_id,
            private_network: self.private_network,
        };
        let Self { revision, created_at, used_at, .. } = self;
        Ok(StoredRule { id, rule, revision, created_at, used_at })
    }
}

fn words<T: std::str::FromStr<Err = String>>(stored: &str) -> Result<Vec<T>, String> {
    stored.split_whitespace().map(str::parse).collect()
}

fn joined<T: ToString>(words: &[T]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn claims_text(rule: &TrustRule) -> Result<String, Error> {
    serde_json::to_string(&rule.claims).map_err(Error::internal)
}

const COLUMNS: &str = "id, name, provider, issuer, jwks_url, audience, algorithms, claims, scopes, team_id, private_network, \
                       revision, created_at, used_at";

/// The rules that hold, oldest first, after the one with the id `after`.
pub async fn rules(conn: &mut Conn, after: Option<Uuid>, limit: i64) -> Result<Vec<StoredRule>, Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM ci_trust_rule WHERE removed_at IS NULL AND id > $1 ORDER BY id LIMIT $2"
    ));
    let rows = fetch_all!(conn, RuleRow, sql, after.unwrap_or_else(Uuid::nil), limit).await?;
    rows.into_iter().map(RuleRow::parse).collect()
}

/// The rules that hold for an issuer, oldest first.
pub async fn rules_of_issuer(conn: &mut Conn, issuer: &str) -> Result<Vec<StoredRule>, Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM ci_trust_rule WHERE removed_at IS NULL AND issuer = $1 ORDER BY id"
    ));
    let rows = fetch_all!(conn, RuleRow, sql, issuer.to_owned()).await?;
    rows.into_iter().map(RuleRow::parse).collect()
}

/// One rule, where it holds.
pub async fn rule(conn: &mut Conn, id: Uuid) -> Result<Option<StoredRule>, Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM ci_trust_rule WHERE removed_at IS NULL AND id = $1"
    ));
    fetch_optional!(conn, RuleRow, sql, id).await?.map(RuleRow::parse).transpose()
}

/// Stores a new rule.
pub async fn insert(conn: &mut Conn, stored: &StoredRule) -> Result<(), Error> {
    let sql = "INSERT INTO ci_trust_rule (id, name, provider, issuer, jwks_url, audience, algorithms, claims, scopes, team_id,
               private_network, revision, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let (rule, claims) = (stored.rule.clone(), claims_text(&stored.rule)?);
    let (algorithms, scopes, provider) =
        (joined(&rule.algorithms), joined(&rule.scopes), rule.provider.name());
    let inserted = execute!(
        conn,
        sql,
        stored.id,
        rule.name,
        provider,
        rule.issuer,
        rule.jwks_url,
        rule.audience,
        algorithms,
        claims,
        scopes,
        rule.team,
        rule.private_network,
        stored.revision,
        stored.created_at
    );
    inserted.await.map(drop)
}

/// Replaces what a rule says where its revision is still `stored.revision - 1`; 0 when it is another or the rule is gone.
pub async fn replace(conn: &mut Conn, stored: &StoredRule) -> Result<u64, Error> {
    let sql = "UPDATE ci_trust_rule SET name = $3, provider = $4, issuer = $5, jwks_url = $6, audience = $7, algorithms = $8,
               claims = $9, scopes = $10, team_id = $11, private_network = $12, revision = $2
               WHERE id = $1 AND revision = $2 - 1 AND removed_at IS NULL";
    let (rule, claims) = (stored.rule.clone(), claims_text(&stored.rule)?);
    let (algorithms, scopes, provider) =
        (joined(&rule.algorithms), joined(&rule.scopes), rule.provider.name());
    let replaced = execute!(
        conn,
        sql,
        stored.id,
        stored.revision,
        rule.name,
        provider,
        rule.issuer,
        rule.jwks_url,
        rule.audience,
        algorithms,
        claims,
        scopes,
        rule.team,
        rule.private_network
    );
    replaced.await
}

/// Removes a rule; 0 when it was removed before.
pub async fn remove(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<u64, Error> {
    execute!(conn, "UPDATE ci_trust_rule SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL", id, now)
        .await
}

/// Notes that a job came in by a rule; 0 where the rule is not any more what it was.
pub async fn touch(conn: &mut Conn, id: Uuid, revision: i64, now: DateTime<Utc>) -> Result<u64, Error> {
    let sql = "UPDATE ci_trust_rule SET used_at = $3 WHERE id = $1 AND revision = $2 AND removed_at IS NULL";
    execute!(conn, sql, id, revision, now).await
}

/// Uses a token up; 0 when that was done before.
pub async fn use_up(conn: &mut Conn, digest: Vec<u8>, expires_at: DateTime<Utc>) -> Result<u64, Error> {
    let sql =
        "INSERT INTO ci_token_seen (digest, expires_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
    execute!(conn, sql, digest, expires_at).await
}

/// Whether a token was used up.
pub async fn is_used_up(conn: &mut Conn, digest: Vec<u8>) -> Result<bool, Error> {
    let found =
        fetch_optional!(conn, (i32,), "SELECT 1 FROM ci_token_seen WHERE digest = $1", digest).await?;
    Ok(found.is_some())
}

/// Forgets tokens that have ended by themselves, and keys that have not signed since `unused_since`.
pub async fn forget_ended(
    conn: &mut Conn,
    now: DateTime<Utc>,
    unused_since: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(conn, "DELETE FROM ci_token_seen WHERE expires_at <= $1", now).await?;
    execute!(conn, "DELETE FROM token_key WHERE used_at <= $1", unused_since).await.map(drop)
}

/// Makes the public half of a signing key known to every replica, and notes that it signs.
pub async fn publish_key(
    conn: &mut Conn,
    id: &str,
    public: [u8; 32],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let sql = "INSERT INTO token_key (id, public_key, used_at) VALUES ($1, $2, $3)
               ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at";
    execute!(conn, sql, id.to_owned(), public.to_vec(), now).await.map(drop)
}

/// The public half of a key that has signed since then.
pub async fn public_key(conn: &mut Conn, id: &str, since: DateTime<Utc>) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT public_key FROM token_key WHERE id = $1 AND used_at > $2";
    Ok(fetch_optional!(conn, (Vec<u8>,), sql, id.to_owned(), since).await?.map(|(key,)| key))
}
