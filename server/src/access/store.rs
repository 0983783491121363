//! SQL and rows of people, roles, sessions, links, tokens and sign-in delays.

use assay_domain::access::{Role, RoleHeld, Scope};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{db::Conn, error::Error, execute, fetch_all, fetch_one, fetch_optional};

/// A person.
#[derive(Clone, Debug, FromRow)]
pub struct PersonRow {
    /// Id.
    pub id: Uuid,
    /// Lower case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// PHC string; absent until the invitation is accepted.
    pub password_hash: Option<String>,
    /// Whether the person may sign in.
    pub active: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A session.
#[derive(Clone, Debug, FromRow)]
pub struct SessionRow {
    /// Id.
    pub id: Uuid,
    /// Whose.
    pub person_id: Uuid,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Last used, to five minutes.
    pub seen_at: DateTime<Utc>,
    /// The latest end.
    pub expires_at: DateTime<Utc>,
    /// The address it began from.
    pub address: Option<String>,
    /// What the browser called itself.
    pub browser: Option<String>,
}

/// A one-time link.
#[derive(Clone, Debug, FromRow)]
pub struct LinkRow {
    /// `setup` or `invitation`.
    pub kind: String,
    /// Who is invited.
    pub person_id: Option<Uuid>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// An API token.
#[derive(Clone, Debug, FromRow)]
pub struct TokenRow {
    /// Id; for a service account, the account's.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// Whose; absent for a service account.
    pub person_id: Option<Uuid>,
    /// The team it is confined to.
    pub team_id: Option<Uuid>,
    pub(super) scopes: String, // parsed by `scopes()`
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// Last used, to the minute.
    pub used_at: Option<DateTime<Utc>>,
    /// Since when it is revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl TokenRow {
    /// A new token's row.
    pub fn new(id: Uuid, name: String, scopes: &[Scope], created_at: DateTime<Utc>) -> Self {
        let scopes = scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
        let (person_id, team_id, expires_at, used_at, revoked_at) = (None, None, None, None, None);
        Self { id, name, person_id, team_id, scopes, created_at, expires_at, used_at, revoked_at }
    }

    /// The token's rights.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn scopes(&self) -> Result<Vec<Scope>, Error> {
        let wrong = |error| Error::internal(format!("api_token.scopes of {}: {error}", self.id));
        self.scopes.split_whitespace().map(str::parse).collect::<Result<_, String>>().map_err(wrong)
    }
}

/// A name under which another system knows a person.
#[derive(Clone, Debug, FromRow)]
pub struct SubjectRow {
    /// Id.
    pub id: Uuid,
    /// Who is known.
    pub person_id: Uuid,
    /// The system.
    pub issuer: String,
    /// The name there.
    pub subject: String,
    /// Since when it is on record.
    pub added_at: DateTime<Utc>,
}

/// How a subject of sign-ins did lately.
#[derive(Clone, Debug, FromRow)]
pub struct DelayRow {
    /// Attempts since the last success.
    pub failures: i64,
    /// The last attempt.
    pub failed_at: DateTime<Utc>,
    /// No attempt before.
    pub blocked_until: DateTime<Utc>,
}

#[derive(FromRow)]
struct RoleRow {
    role: String,
    team_id: Option<Uuid>,
}

#[derive(FromRow)]
struct HolderRow {
    person_id: Uuid,
    role: String,
    team_id: Option<Uuid>,
}

/// Parses a stored role.
pub(crate) fn role(stored: &str, person: Uuid) -> Result<Role, Error> {
    stored.parse().map_err(|error| Error::internal(format!("role_held.role of {person}: {error}")))
}

/// The person with this id.
pub async fn person(conn: &mut Conn, id: Uuid) -> Result<Option<PersonRow>, Error> {
    fetch_optional!(conn, PersonRow, "SELECT * FROM person WHERE id = $1", id).await
}

/// The person with this address, in lower case.
pub async fn person_by_email(conn: &mut Conn, email: &str) -> Result<Option<PersonRow>, Error> {
    fetch_optional!(conn, PersonRow, "SELECT * FROM person WHERE email = $1", email.to_owned()).await
}

/// Everybody, by address.
pub async fn people(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<PersonRow>, Error> {
    let sql = "SELECT * FROM person WHERE email > $1 ORDER BY email LIMIT $2";
    fetch_all!(conn, PersonRow, sql, after.to_owned(), limit).await
}

/// Adds a person.
pub async fn insert_person(conn: &mut Conn, person: PersonRow) -> Result<(), Error> {
    let sql = "INSERT INTO person (id, email, name, password_hash, active, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let PersonRow { id, email, name, password_hash, active, created_at } = person;
    execute!(conn, sql, id, email, name, password_hash, active, created_at).await.map(drop)
}

/// Sets the password.
pub async fn set_password(conn: &mut Conn, person: Uuid, hash: &str) -> Result<(), Error> {
    execute!(conn, "UPDATE person SET password_hash = $2 WHERE id = $1", person, hash.to_owned())
        .await
        .map(drop)
}

/// Lets the person sign in, or not any more.
pub async fn set_active(
    conn: &mut Conn,
    person: Uuid,
    active: bool,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    let sql = "UPDATE person SET active = $2, deactivated_at = $3 WHERE id = $1 AND active <> $2";
    let deactivated_at = (!active).then_some(now);
    execute!(conn, sql, person, active, deactivated_at).await
}

/// What the person holds.
pub async fn roles(conn: &mut Conn, person: Uuid) -> Result<Vec<RoleHeld>, Error> {
    let rows =
        fetch_all!(conn, RoleRow, "SELECT role, team_id FROM role_held WHERE person_id = $1", person).await?;
    let mut held = rows
        .into_iter()
        .map(|row| Ok(RoleHeld { role: role(&row.role, person)?, team: row.team_id }))
        .collect::<Result<Vec<_>, Error>>()?;
    held.sort();
    Ok(held)
}

/// Gives the person a role; 0 when it was held already.
pub async fn grant(conn: &mut Conn, person: Uuid, held: RoleHeld, now: DateTime<Utc>) -> Result<u64, Error> {
    let sql = "INSERT INTO role_held (person_id, role, team_id, granted_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    execute!(conn, sql, person, held.role.name(), held.team, now).await
}

/// Takes a role away, and keeps that it was held; 0 when it was not held.
pub async fn revoke(conn: &mut Conn, person: Uuid, held: RoleHeld, now: DateTime<Utc>) -> Result<u64, Error> {
    let of_team = if held.team.is_some() { "team_id = $3" } else { "team_id IS NULL AND $3 IS NULL" };
    let which = format!("person_id = $1 AND role = $2 AND {of_team}");
    let past = format!(
        "INSERT INTO role_past (person_id, role, team_id, granted_at, ended_at)
         SELECT person_id, role, team_id, granted_at, $4 FROM role_held WHERE {which}"
    );
    execute!(conn, sqlx::AssertSqlSafe(past), person, held.role.name(), held.team, now).await?;
    let gone = format!("DELETE FROM role_held WHERE {which}");
    execute!(conn, sqlx::AssertSqlSafe(gone), person, held.role.name(), held.team).await
}

/// What people hold now, or held until after `since`, of accounts that may sign in, or could until after `since`. An
/// invitation that nobody accepted is nobody.
pub async fn held_since(conn: &mut Conn, since: DateTime<Utc>) -> Result<Vec<(Uuid, RoleHeld)>, Error> {
    let sql = "SELECT held.person_id, held.role, held.team_id FROM (
                   SELECT person_id, role, team_id FROM role_held
                   UNION ALL SELECT person_id, role, team_id FROM role_past WHERE ended_at > $1
               ) AS held JOIN person ON person.id = held.person_id
               WHERE person.password_hash IS NOT NULL AND (person.active OR person.deactivated_at > $1)";
    let rows = fetch_all!(conn, HolderRow, sql, since).await?;
    let parse = |row: HolderRow| {
        let held = RoleHeld { role: role(&row.role, row.person_id)?, team: row.team_id };
        Ok((row.person_id, held))
    };
    let mut held = rows.into_iter().map(parse).collect::<Result<Vec<_>, Error>>()?;
    held.sort_unstable();
    held.dedup();
    Ok(held)
}

/// Under which names other systems know a person.
pub async fn subjects(conn: &mut Conn, person: Uuid) -> Result<Vec<SubjectRow>, Error> {
    let sql = "SELECT * FROM person_subject WHERE person_id = $1 ORDER BY added_at, id";
    fetch_all!(conn, SubjectRow, sql, person).await
}

/// Every name under which another system knows somebody.
pub async fn all_subjects(conn: &mut Conn) -> Result<Vec<SubjectRow>, Error> {
    fetch_all!(conn, SubjectRow, "SELECT * FROM person_subject ORDER BY added_at, id").await
}

/// Who is known by a name, with their mail addresses.
pub async fn people_of_subject(
    conn: &mut Conn,
    issuer: &str,
    subject: &str,
) -> Result<Vec<(Uuid, String)>, Error> {
    let sql = "SELECT person.id, person.email FROM person_subject JOIN person ON person.id = person_subject.person_id
               WHERE person_subject.subject = $1 AND person_subject.issuer = $2 ORDER BY person.created_at, person.id";
    fetch_all!(conn, (Uuid, String), sql, subject.to_owned(), issuer.to_owned()).await
}

/// Puts a name on record.
pub async fn insert_subject(conn: &mut Conn, row: SubjectRow) -> Result<(), Error> {
    let sql =
        "INSERT INTO person_subject (id, person_id, issuer, subject, added_at) VALUES ($1, $2, $3, $4, $5)";
    let SubjectRow { id, person_id, issuer, subject, added_at } = row;
    execute!(conn, sql, id, person_id, issuer, subject, added_at).await.map(drop)
}

/// Takes a name from the record.
pub async fn delete_subject(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    execute!(conn, "DELETE FROM person_subject WHERE id = $1", id).await.map(drop)
}

/// How many people can administrate now.
pub async fn administrators(conn: &mut Conn) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM person JOIN role_held ON role_held.person_id = person.id
               WHERE person.active AND person.password_hash IS NOT NULL AND role_held.role = 'admin'";
    fetch_one!(conn, (i64,), sql).await.map(|(count,)| count)
}

/// Begins a session.
pub async fn insert_session(conn: &mut Conn, session: SessionRow, secret_hash: Vec<u8>) -> Result<(), Error> {
    let sql =
        "INSERT INTO session (id, person_id, secret_hash, created_at, seen_at, expires_at, address, browser)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let SessionRow { id, person_id, created_at, seen_at, expires_at, address, browser } = session;
    execute!(conn, sql, id, person_id, secret_hash, created_at, seen_at, expires_at, address, browser)
        .await
        .map(drop)
}

/// The session with this secret, whether or not it still holds.
pub async fn session_by_secret(conn: &mut Conn, secret_hash: Vec<u8>) -> Result<Option<SessionRow>, Error> {
    let sql = "SELECT id, person_id, created_at, seen_at, expires_at, address, browser FROM session WHERE secret_hash = $1";
    fetch_optional!(conn, SessionRow, sql, secret_hash).await
}

/// The sessions of a person, the last used first.
pub async fn sessions(conn: &mut Conn, person: Uuid) -> Result<Vec<SessionRow>, Error> {
    let sql = "SELECT id, person_id, created_at, seen_at, expires_at, address, browser FROM session
               WHERE person_id = $1 ORDER BY seen_at DESC, id";
    fetch_all!(conn, SessionRow, sql, person).await
}

/// Notes that a session was used.
pub async fn touch_session(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(conn, "UPDATE session SET seen_at = $2 WHERE id = $1", id, now).await.map(drop)
}

/// Ends a session of the person; 0 when there is none.
pub async fn delete_session(conn: &mut Conn, id: Uuid, person: Uuid) -> Result<u64, Error> {
    execute!(conn, "DELETE FROM session WHERE id = $1 AND person_id = $2", id, person).await
}

/// Forgets sessions that ended by themselves.
pub async fn delete_ended_sessions(
    conn: &mut Conn,
    idle_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(conn, "DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2", now, idle_since)
        .await
        .map(drop)
}

/// Stores a one-time link.
pub async fn insert_link(
    conn: &mut Conn,
    link: LinkRow,
    secret_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let sql = "INSERT INTO access_link (secret_hash, kind, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    execute!(conn, sql, secret_hash, link.kind, link.person_id, now, link.expires_at).await.map(drop)
}

/// The link with this secret.
pub async fn link(
    conn: &mut Conn,
    kind: &'static str,
    secret_hash: Vec<u8>,
) -> Result<Option<LinkRow>, Error> {
    let sql = "SELECT kind, person_id, expires_at FROM access_link WHERE kind = $1 AND secret_hash = $2";
    fetch_optional!(conn, LinkRow, sql, kind, secret_hash).await
}

/// Takes away the links of a kind: a person's, or those without a person.
pub async fn delete_links(conn: &mut Conn, kind: &'static str, person: Option<Uuid>) -> Result<(), Error> {
    let done = match person {
        Some(person) => {
            execute!(conn, "DELETE FROM access_link WHERE kind = $1 AND person_id = $2", kind, person).await
        }
        None => execute!(conn, "DELETE FROM access_link WHERE kind = $1 AND person_id IS NULL", kind).await,
    };
    done.map(drop)
}

const TOKEN: &str = "id, name, person_id, team_id, scopes, created_at, expires_at, used_at, revoked_at";

/// Stores a token.
pub async fn insert_token(conn: &mut Conn, token: TokenRow, secret_hash: Vec<u8>) -> Result<(), Error> {
    let sql =
        "INSERT INTO api_token (id, name, secret_hash, person_id, team_id, scopes, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let TokenRow { id, name, person_id, team_id, scopes, created_at, expires_at, .. } = token;
    execute!(conn, sql, id, name, secret_hash, person_id, team_id, scopes, created_at, expires_at)
        .await
        .map(drop)
}

/// The token with this secret, whether or not it still holds.
pub async fn token_by_secret(conn: &mut Conn, secret_hash: Vec<u8>) -> Result<Option<TokenRow>, Error> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {TOKEN} FROM api_token WHERE secret_hash = $1"));
    fetch_optional!(conn, TokenRow, sql, secret_hash).await
}

/// One token.
pub async fn token(conn: &mut Conn, id: Uuid) -> Result<Option<TokenRow>, Error> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {TOKEN} FROM api_token WHERE id = $1"));
    fetch_optional!(conn, TokenRow, sql, id).await
}

/// The tokens of a person, or of service accounts where there is none; newest first, without the revoked ones.
pub async fn tokens(conn: &mut Conn, person: Option<Uuid>) -> Result<Vec<TokenRow>, Error> {
    let whose = if person.is_some() { "person_id = $1" } else { "person_id IS NULL AND $1 IS NULL" };
    let sql = format!("SELECT {TOKEN} FROM api_token WHERE {whose} AND revoked_at IS NULL ORDER BY id DESC");
    let sql = sqlx::AssertSqlSafe(sql);
    fetch_all!(conn, TokenRow, sql, person).await
}

/// Revokes a token; 0 when it was revoked before.
pub async fn revoke_token(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<u64, Error> {
    execute!(conn, "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id, now).await
}

/// Notes that a token was used.
pub async fn touch_token(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(conn, "UPDATE api_token SET used_at = $2 WHERE id = $1", id, now).await.map(drop)
}

/// How a subject of sign-ins did lately.
pub async fn delay(conn: &mut Conn, subject: Vec<u8>) -> Result<Option<DelayRow>, Error> {
    let sql = "SELECT failures, failed_at, blocked_until FROM sign_in_delay WHERE subject = $1";
    fetch_optional!(conn, DelayRow, sql, subject).await
}

/// Remembers how a subject of sign-ins does.
pub async fn set_delay(conn: &mut Conn, subject: Vec<u8>, delay: DelayRow) -> Result<(), Error> {
    let sql = "INSERT INTO sign_in_delay (subject, failures, failed_at, blocked_until) VALUES ($1, $2, $3, $4)
               ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, failed_at = excluded.failed_at,
               blocked_until = excluded.blocked_until";
    execute!(conn, sql, subject, delay.failures, delay.failed_at, delay.blocked_until).await.map(drop)
}

/// Forgets the failures of a subject.
pub async fn delete_delay(conn: &mut Conn, subject: Vec<u8>) -> Result<(), Error> {
    execute!(conn, "DELETE FROM sign_in_delay WHERE subject = $1", subject).await.map(drop)
}

/// Forgets failures of long ago.
pub async fn delete_old_delays(conn: &mut Conn, before: DateTime<Utc>) -> Result<(), Error> {
    execute!(conn, "DELETE FROM sign_in_delay WHERE failed_at < $1", before).await.map(drop)
}
