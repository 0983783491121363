//! Delegations in the database: SQL and row types, nothing else.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// A row of `decision_delegation`.
#[derive(Clone, Debug, FromRow)]
pub struct DelegationRow {
    /// Identifier.
    pub id: Uuid,
    /// Who is away.
    pub from_person: Uuid,
    /// Who decides meanwhile.
    pub to_person: Uuid,
    /// For which team; absent for all.
    pub team_id: Option<Uuid>,
    /// The first day of absence.
    pub first_day: NaiveDate,
    /// The last day of absence.
    pub last_day: NaiveDate,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was ended before its last day.
    pub ended_at: Option<DateTime<Utc>>,
}

/// One delegation.
pub async fn delegation(conn: &mut Conn, id: Uuid) -> Result<Option<DelegationRow>, Error> {
    fetch_optional!(conn, DelegationRow, "SELECT * FROM decision_delegation WHERE id = $1", id).await
}

/// The delegations of a person and to a person that are not over on a day, the first to begin first.
pub async fn of(conn: &mut Conn, person: Uuid, today: NaiveDate) -> Result<Vec<DelegationRow>, Error> {
    let sql = "SELECT * FROM decision_delegation
               WHERE (from_person = $1 OR to_person = $1) AND last_day >= $2 AND ended_at IS NULL
               ORDER BY first_day, id";
    fetch_all!(conn, DelegationRow, sql, person, today).await
}

/// All delegations that a person ever made, the newest first.
pub async fn made_by(conn: &mut Conn, person: Uuid) -> Result<Vec<DelegationRow>, Error> {
    let sql = "SELECT * FROM decision_delegation WHERE from_person = $1 ORDER BY id DESC";
    fetch_all!(conn, DelegationRow, sql, person).await
}

/// Those that let one person decide on a day, for all teams or for this one; where both may sign in.
pub async fn to(
    conn: &mut Conn,
    person: Uuid,
    team: Uuid,
    on: NaiveDate,
) -> Result<Vec<DelegationRow>, Error> {
    let sql = "SELECT decision_delegation.* FROM decision_delegation
               JOIN person AS away ON away.id = decision_delegation.from_person
               JOIN person AS there ON there.id = decision_delegation.to_person
               WHERE to_person = $1 AND (team_id IS NULL OR team_id = $2)
                 AND first_day <= $3 AND last_day >= $3 AND ended_at IS NULL AND away.active AND there.active
               ORDER BY first_day, decision_delegation.id";
    fetch_all!(conn, DelegationRow, sql, person, team, on).await
}

/// Stores a delegation.
pub async fn insert(conn: &mut Conn, row: DelegationRow) -> Result<(), Error> {
    let sql =
        "INSERT INTO decision_delegation (id, from_person, to_person, team_id, first_day, last_day, made_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let DelegationRow { id, from_person, to_person, team_id, first_day, last_day, made_at, .. } = row;
    execute!(conn, sql, id, from_person, to_person, team_id, first_day, last_day, made_at).await.map(drop)
}

/// Ends a delegation; 0 when it was ended before.
pub async fn end(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<u64, Error> {
    let sql = "UPDATE decision_delegation SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    execute!(conn, sql, id, now).await
}
