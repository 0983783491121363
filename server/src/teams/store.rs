//! SQL and rows of teams and their members.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{db::Conn, error::Error, execute, fetch_all, fetch_optional};

/// A team.
#[derive(Clone, Debug, FromRow)]
pub struct TeamRow {
    /// Id.
    pub id: Uuid,
    /// The short name in addresses.
    pub slug: String,
    /// The name.
    pub name: String,
    /// What the team is there for.
    pub purpose: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A person's role in a team; somebody with two roles has two rows.
#[derive(Clone, Debug, FromRow)]
pub struct MemberRow {
    /// The person.
    pub person_id: Uuid,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// The role.
    pub role: String,
}

/// Every team, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<TeamRow>, Error> {
    fetch_all!(conn, TeamRow, "SELECT * FROM team ORDER BY slug").await
}

/// The team with this id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<TeamRow>, Error> {
    fetch_optional!(conn, TeamRow, "SELECT * FROM team WHERE id = $1", id).await
}

/// The team with this short name.
pub async fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<TeamRow>, Error> {
    fetch_optional!(conn, TeamRow, "SELECT * FROM team WHERE slug = $1", slug.to_owned()).await
}

/// The team with this name.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<TeamRow>, Error> {
    fetch_optional!(conn, TeamRow, "SELECT * FROM team WHERE name = $1", name.to_owned()).await
}

/// Adds a team.
pub async fn insert(conn: &mut Conn, team: TeamRow) -> Result<(), Error> {
    let sql = "INSERT INTO team (id, slug, name, purpose, created_at) VALUES ($1, $2, $3, $4, $5)";
    let TeamRow { id, slug, name, purpose, created_at } = team;
    execute!(conn, sql, id, slug, name, purpose, created_at).await.map(drop)
}

/// Changes name and purpose.
pub async fn update(conn: &mut Conn, id: Uuid, name: &str, purpose: &str) -> Result<(), Error> {
    let sql = "UPDATE team SET name = $2, purpose = $3 WHERE id = $1";
    execute!(conn, sql, id, name.to_owned(), purpose.to_owned()).await.map(drop)
}

/// The members of a team, by name.
pub async fn members(conn: &mut Conn, team: Uuid) -> Result<Vec<MemberRow>, Error> {
    let sql = "SELECT person.id AS person_id, person.name, person.email, person.active, role_held.role
               FROM role_held JOIN person ON person.id = role_held.person_id
               WHERE role_held.team_id = $1 ORDER BY person.email, role_held.role";
    fetch_all!(conn, MemberRow, sql, team).await
}
