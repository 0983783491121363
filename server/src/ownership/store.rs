//! Holdings, skills and tools in the database: SQL and row types, nothing else.

use assay_domain::ownership::Confirmation;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// A row of `holding`.
#[derive(Clone, Debug, FromRow)]
pub struct HoldingRow {
    /// Identifier.
    pub id: Uuid,
    /// The team whose thing it is.
    pub team_id: Uuid,
    /// Who holds it.
    pub person_id: Uuid,
    /// As which job role.
    pub job_role: String,
    /// `accountable`, `responsible`, `consulted` or `informed`.
    pub part: String,
    /// `capability`, `model`, `dataset` or `control`.
    pub kind: String,
    /// Which one.
    pub thing: String,
    /// The first day.
    pub from_day: NaiveDate,
    /// The last day; absent while it is not known.
    pub until_day: Option<NaiveDate>,
    /// Who gave it; absent for the installation itself.
    pub given_by: Option<Uuid>,
    /// Since when it is confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The last day for which it is, where it was prolonged since.
    pub confirmed_until: Option<NaiveDate>,
}

impl HoldingRow {
    /// How it stands with its confirmation.
    #[must_use]
    pub const fn confirmation(&self) -> Confirmation {
        Confirmation { given_by: self.given_by, since: self.confirmed_at, until: self.confirmed_until }
    }
}

/// A row of `ownership_revision`.
#[derive(Clone, Copy, Debug, Default, FromRow)]
pub struct Revisions {
    /// Of who holds what.
    pub holdings: i64,
    /// Of the skills.
    pub skills: i64,
    /// Of the tools.
    pub tools: i64,
}

/// Which of the three a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who holds what.
    Holdings,
    /// The skills.
    Skills,
    /// The tools.
    Tools,
}

/// Somebody who may hold something for a team, or did.
#[derive(Clone, Debug, FromRow)]
pub struct HolderRow {
    /// The person.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// How many roles the person holds in the team.
    pub in_team: i64,
    /// Whether the person is a compliance officer: 1 or 0.
    pub officer: i64,
    /// Whether the person is an auditor: 1 or 0.
    pub auditor: i64,
}

/// A person's skill, as a team sees it.
#[derive(Clone, Debug, FromRow)]
pub struct SkillRow {
    /// The person.
    pub person_id: Uuid,
    /// The skill.
    pub skill: String,
}

/// A tool that a team uses.
#[derive(Clone, Debug, FromRow)]
pub struct ToolRow {
    /// The team.
    pub team_id: Uuid,
    /// What for.
    pub capability: String,
    /// The tool.
    pub tool: String,
}

/// Everything that was ever held for a team, in the order in which it began.
pub async fn history(conn: &mut Conn, team: Uuid) -> Result<Vec<HoldingRow>, Error> {
    let sql = "SELECT * FROM holding WHERE team_id = $1 ORDER BY from_day, id";
    fetch_all!(conn, HoldingRow, sql, team).await
}

/// Everything that a person ever held, in any team.
pub async fn of_person(conn: &mut Conn, person: Uuid) -> Result<Vec<HoldingRow>, Error> {
    let sql = "SELECT * FROM holding WHERE person_id = $1 ORDER BY from_day, id";
    fetch_all!(conn, HoldingRow, sql, person).await
}

/// The job roles that a person holds in a team on a day, each as often as it is held.
pub async fn roles_on(
    conn: &mut Conn,
    person: Uuid,
    team: Uuid,
    on: NaiveDate,
) -> Result<Vec<(String, Confirmation)>, Error> {
    let sql = "SELECT * FROM holding WHERE person_id = $1 AND team_id = $2
               AND from_day <= $3 AND (until_day IS NULL OR until_day >= $3)";
    let rows = fetch_all!(conn, HoldingRow, sql, person, team, on).await?;
    Ok(rows.into_iter().map(|row| (row.job_role.clone(), row.confirmation())).collect())
}

/// One holding.
pub async fn holding(conn: &mut Conn, id: Uuid) -> Result<Option<HoldingRow>, Error> {
    fetch_optional!(conn, HoldingRow, "SELECT * FROM holding WHERE id = $1", id).await
}

/// Stores a holding.
pub async fn insert(conn: &mut Conn, row: HoldingRow) -> Result<(), Error> {
    let sql = "INSERT INTO holding (id, team_id, person_id, job_role, part, kind, thing, from_day, until_day, given_by,
                                    confirmed_at, confirmed_until)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let HoldingRow { id, team_id, person_id, job_role, part, kind, thing, from_day, until_day, .. } = row;
    let HoldingRow { given_by, confirmed_at, confirmed_until, .. } = row;
    execute!(
        conn,
        sql,
        id,
        team_id,
        person_id,
        job_role,
        part,
        kind,
        thing,
        from_day,
        until_day,
        given_by,
        confirmed_at,
        confirmed_until
    )
    .await
    .map(drop)
}

/// The installation, as the ledger names it.
pub async fn instance(conn: &mut Conn) -> Result<Uuid, Error> {
    let sql = "SELECT instance FROM audit_log ORDER BY log_id DESC LIMIT 1";
    fetch_one!(conn, (Uuid,), sql).await.map(|(instance,)| instance)
}

/// Sets how a holding stands with its confirmation.
pub async fn set_confirmation(conn: &mut Conn, id: Uuid, is: Confirmation) -> Result<(), Error> {
    let sql = "UPDATE holding SET given_by = $2, confirmed_at = $3, confirmed_until = $4 WHERE id = $1";
    execute!(conn, sql, id, is.given_by, is.since, is.until).await.map(drop)
}

/// Puts on record that a holding is confirmed since a time, for all its days or up to one.
pub async fn confirm(
    conn: &mut Conn,
    id: Uuid,
    since: Option<DateTime<Utc>>,
    until: Option<NaiveDate>,
) -> Result<(), Error> {
    let sql = "UPDATE holding SET confirmed_at = $2, confirmed_until = $3 WHERE id = $1";
    execute!(conn, sql, id, since, until).await.map(drop)
}

/// Sets the last day of a holding.
pub async fn set_end(conn: &mut Conn, id: Uuid, until: Option<NaiveDate>) -> Result<(), Error> {
    execute!(conn, "UPDATE holding SET until_day = $2 WHERE id = $1", id, until).await.map(drop)
}

/// Takes a holding back.
pub async fn delete(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    execute!(conn, "DELETE FROM holding WHERE id = $1", id).await.map(drop)
}

/// Everybody who may hold something for the team, or ever held something for it, by address.
pub async fn holders(conn: &mut Conn, team: Uuid) -> Result<Vec<HolderRow>, Error> {
    let sql = "SELECT person.id, person.name, person.email, person.active,
                      (SELECT COUNT(*) FROM role_held WHERE person_id = person.id AND team_id = $1) AS in_team,
                      (SELECT COUNT(*) FROM role_held WHERE person_id = person.id AND team_id IS NULL
                                                        AND role = 'compliance-officer') AS officer,
                      (SELECT COUNT(*) FROM role_held WHERE person_id = person.id AND team_id IS NULL
                                                        AND role = 'auditor') AS auditor
               FROM person
               WHERE person.id IN (SELECT person_id FROM role_held
                                   WHERE team_id = $1 OR (team_id IS NULL AND role = 'compliance-officer'))
                  OR person.id IN (SELECT person_id FROM holding WHERE team_id = $1)
               ORDER BY person.email";
    fetch_all!(conn, HolderRow, sql, team).await
}

/// One person, as a holder in the team.
pub async fn holder(conn: &mut Conn, team: Uuid, person: Uuid) -> Result<Option<HolderRow>, Error> {
    let sql = "SELECT person.id, person.name, person.email, person.active,
                      (SELECT COUNT(*) FROM role_held WHERE person_id = person.id AND team_id = $1) AS in_team,
                      (SELECT COUNT(*) FROM role_held WHERE person_id = person.id AND team_id IS NULL
                                                        AND role = 'compliance-officer') AS officer,
                      (SELECT COUNT(*) FROM role_held WHERE person_id = person.id AND team_id IS NULL
                                                        AND role = 'auditor') AS auditor
               FROM person WHERE person.id = $2";
    fetch_optional!(conn, HolderRow, sql, team, person).await
}

/// The names of the models that are registered for a team.
pub async fn models(conn: &mut Conn, team: Uuid) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM model WHERE team_id = $1 ORDER BY name";
    Ok(fetch_all!(conn, (String,), sql, team).await?.into_iter().map(|(name,)| name).collect())
}

/// The skills of a team's people.
pub async fn skills(conn: &mut Conn, team: Uuid) -> Result<Vec<SkillRow>, Error> {
    let sql = "SELECT person_id, skill FROM team_skill WHERE team_id = $1 ORDER BY person_id, skill";
    fetch_all!(conn, SkillRow, sql, team).await
}

/// Adds a skill.
pub async fn add_skill(conn: &mut Conn, team: Uuid, person: Uuid, skill: &str) -> Result<(), Error> {
    let sql = "INSERT INTO team_skill (team_id, person_id, skill) VALUES ($1, $2, $3)";
    execute!(conn, sql, team, person, skill.to_owned()).await.map(drop)
}

/// Takes a skill away.
pub async fn remove_skill(conn: &mut Conn, team: Uuid, person: Uuid, skill: &str) -> Result<(), Error> {
    let sql = "DELETE FROM team_skill WHERE team_id = $1 AND person_id = $2 AND skill = $3";
    execute!(conn, sql, team, person, skill.to_owned()).await.map(drop)
}

/// The tools of a team.
pub async fn tools(conn: &mut Conn, team: Uuid) -> Result<Vec<ToolRow>, Error> {
    let sql = "SELECT * FROM team_tool WHERE team_id = $1 ORDER BY capability, tool";
    fetch_all!(conn, ToolRow, sql, team).await
}

/// The tools of all teams.
pub async fn all_tools(conn: &mut Conn) -> Result<Vec<ToolRow>, Error> {
    fetch_all!(conn, ToolRow, "SELECT * FROM team_tool ORDER BY capability, tool, team_id").await
}

/// Makes the tools of a team for a capability exactly these.
pub async fn set_tools(conn: &mut Conn, team: Uuid, capability: &str, tools: &[String]) -> Result<(), Error> {
    let sql = "DELETE FROM team_tool WHERE team_id = $1 AND capability = $2";
    execute!(conn, sql, team, capability.to_owned()).await?;
    for tool in tools {
        let sql = "INSERT INTO team_tool (team_id, capability, tool) VALUES ($1, $2, $3)";
        execute!(conn, sql, team, capability.to_owned(), tool.clone()).await?;
    }
    Ok(())
}

/// How often each part of a team's ownership changed.
pub async fn revisions(conn: &mut Conn, team: Uuid) -> Result<Revisions, Error> {
    let sql = "SELECT holdings, skills, tools FROM ownership_revision WHERE team_id = $1";
    Ok(fetch_optional!(conn, Revisions, sql, team).await?.unwrap_or_default())
}

/// Counts a change on, if nobody else changed the same since `seen`.
///
/// # Errors
/// [`Error::LostRace`] when somebody did.
pub async fn count_on(conn: &mut Conn, team: Uuid, part: Part, seen: i64) -> Result<(), Error> {
    let first = "INSERT INTO ownership_revision (team_id, holdings, skills, tools) VALUES ($1, 0, 0, 0)
                 ON CONFLICT (team_id) DO NOTHING";
    execute!(conn, first, team).await?;
    let sql = match part {
        Part::Holdings => {
            "UPDATE ownership_revision SET holdings = holdings + 1 WHERE team_id = $1 AND holdings = $2"
        }
        Part::Skills => {
            "UPDATE ownership_revision SET skills = skills + 1 WHERE team_id = $1 AND skills = $2"
        }
        Part::Tools => "UPDATE ownership_revision SET tools = tools + 1 WHERE team_id = $1 AND tools = $2",
    };
    match execute!(conn, sql, team, seen).await? {
        0 => Err(Error::LostRace(format!("the ownership of team {team}"))),
        _ => Ok(()),
    }
}
