//! Models.

use super::{column, json};
use crate::db::Conn;
use crate::error::Error;
use crate::models::service::Risk;
use crate::{execute, fetch_all, fetch_optional};
use assay_domain::models::Tier;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `model`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ModelRow {
    /// Identifier.
    pub id: Uuid,
    /// Name, unique in the organisation.
    pub name: String,
    /// The team that owns it.
    pub team_id: Uuid,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// What it is there for.
    pub purpose: String,
    /// By what one sees that it does that.
    pub success_measure: String,
    /// The name of its risk tier; absent until somebody answers the questions that lead to it.
    pub tier: Option<String>,
    /// The questions' version and the answers, as JSON.
    pub risk: Option<String>,
    /// How the first tier was confirmed; absent until it is.
    pub tier_confirmed: Option<String>,
    /// When it was taken out of use.
    pub archived_at: Option<DateTime<Utc>>,
    /// From 1; counts the changes.
    pub revision: i64,
}

impl ModelRow {
    /// Its risk tier.
    ///
    /// # Errors
    /// [`Error::Internal`] for a tier that there is none of.
    pub fn tier(&self) -> Result<Option<Tier>, Error> {
        self.tier.as_deref().map(|tier| column(tier.parse(), "model.tier", self.id)).transpose()
    }

    /// Whether its first tier was confirmed.
    #[must_use]
    pub const fn tier_is_confirmed(&self) -> bool {
        self.tier_confirmed.is_some()
    }

    /// What its tier came from.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that cannot be read.
    pub fn risk(&self) -> Result<Option<Risk>, Error> {
        self.risk.as_deref().map(|risk| json(risk, "model.risk", self.id)).transpose()
    }
}

/// The model of this name.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<ModelRow>, Error> {
    fetch_optional!(conn, ModelRow, "SELECT * FROM model WHERE name = $1", name.to_owned()).await
}

/// The model with this id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<ModelRow>, Error> {
    fetch_optional!(conn, ModelRow, "SELECT * FROM model WHERE id = $1", id).await
}

/// The models of a team that are in use, by name.
pub async fn of_team(conn: &mut Conn, team: Uuid) -> Result<Vec<ModelRow>, Error> {
    let sql = "SELECT * FROM model WHERE team_id = $1 AND archived_at IS NULL ORDER BY name";
    fetch_all!(conn, ModelRow, sql, team).await
}

/// Stores a model.
pub async fn insert(conn: &mut Conn, row: &ModelRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO model (id, name, team_id, registered_at, purpose, success_measure, tier, risk, archived_at, revision,
                            tier_confirmed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.id,
        row.name,
        row.team_id,
        row.registered_at,
        row.purpose,
        row.success_measure,
        row.tier,
        row.risk,
        row.archived_at,
        row.revision,
        row.tier_confirmed
    )
    .await?;
    Ok(())
}

/// Stores a model over the revision before; a lost race changes nothing.
pub async fn update(conn: &mut Conn, row: &ModelRow) -> Result<(), Error> {
    let row = row.clone();
    let (id, before) = (row.id, row.revision - 1);
    let changed = execute!(
        conn,
        "UPDATE model SET team_id = $1, purpose = $2, success_measure = $3, tier = $4, risk = $5, archived_at = $6,
             revision = $7, tier_confirmed = $10
         WHERE id = $8 AND revision = $9",
        row.team_id,
        row.purpose,
        row.success_measure,
        row.tier,
        row.risk,
        row.archived_at,
        row.revision,
        row.id,
        before,
        row.tier_confirmed
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("model {id}"))) }
}

/// Whether something of a model has to run somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployed {
    /// A version runs in some environment.
    Yes,
    /// None does.
    No,
}

/// Which models to list. What is absent narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct ModelFilter {
    /// Only of these teams.
    pub teams: Option<Vec<Uuid>>,
    /// Only of this tier: its name, or `none` for those without.
    pub tier: Option<String>,
    /// Only what runs, or does not.
    pub deployed: Option<Deployed>,
    /// Those that are out of use instead of those in use.
    pub archived: bool,
    /// Only with this text in the name or purpose, in any case.
    pub text: Option<String>,
}

/// A model in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ModelLineRow {
    /// The model.
    #[sqlx(flatten)]
    pub model: ModelRow,
    /// The name of its team.
    pub team: String,
    /// Its newest version.
    pub newest_version: Option<String>,
    /// Where versions run, one name each, in order and joined by spaces, which stand in no name.
    pub runs_in: Option<String>,
    /// What was reported last: the decision and the environment, with a space between.
    pub latest: Option<String>,
}

/// The environments in which a version of the model `m` runs. It is the rule of the domain's `history`, asked of the last
/// moment there is; a test compares both.
const RUNNING: &str = "SELECT DISTINCT d.environment AS environment
    FROM deployment d JOIN model_version v ON v.id = d.model_version_id
    WHERE v.model_id = m.id AND d.change <> 'removed' AND NOT EXISTS (
        SELECT 1 FROM deployment l JOIN model_version w ON w.id = l.model_version_id
        WHERE w.model_id = m.id AND l.environment = d.environment AND (l.at > d.at OR (l.at = d.at AND l.id > d.id))
            AND ((l.change = 'replaces' AND l.model_version_id <> d.model_version_id)
                OR (l.change = 'removed' AND l.model_version_id = d.model_version_id)))";

/// Models by name, after `after`.
pub async fn list(
    conn: &mut Conn,
    filter: &ModelFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<ModelLineRow>, Error> {
    let teams = filter.teams.clone().unwrap_or_default();
    let places = (0..teams.len()).map(|n| format!("${}", n + 8)).collect::<Vec<_>>().join(", ");
    let of_teams = match filter.teams {
        None => "1 = 1".to_owned(),
        Some(_) if teams.is_empty() => "1 = 0".to_owned(),
        Some(_) => format!("m.team_id IN ({places})"),
    };
    let sql = format!(
        "SELECT m.*, t.name AS team,
             (SELECT v.version FROM model_version v WHERE v.model_id = m.id ORDER BY v.id DESC LIMIT 1)
                 AS newest_version,
             (SELECT string_agg(r.environment, ' ' ORDER BY r.environment) FROM ({RUNNING}) r) AS runs_in,
             (SELECT e.decision || ' ' || e.environment
              FROM approval_event e JOIN model_version v ON v.id = e.model_version_id
              WHERE v.model_id = m.id ORDER BY e.received_at DESC, e.id DESC LIMIT 1) AS latest
         FROM model m JOIN team t ON t.id = m.team_id
         WHERE m.name > $1 AND {of_teams}
             AND (m.archived_at IS NOT NULL) = (CAST($2 AS BIGINT) = 1)
             AND ($3 = '' OR COALESCE(m.tier, 'none') = $3)
             AND (CAST($4 AS BIGINT) = 0 OR EXISTS ({RUNNING}) = (CAST($4 AS BIGINT) = 1))
             AND ($5 = '' OR lower(m.name) LIKE lower($6) ESCAPE '\\' OR lower(m.purpose) LIKE lower($6) ESCAPE '\\')
         ORDER BY m.name LIMIT $7"
    );
    let archived = i64::from(filter.archived);
    let tier = filter.tier.clone().unwrap_or_default();
    let deployed: i64 = match filter.deployed {
        None => 0,
        Some(Deployed::Yes) => 1,
        Some(Deployed::No) => 2,
    };
    let text = filter.text.clone().unwrap_or_default();
    let pattern = containing(&text);
    macro_rules! run {
        ($engine:ty, $conn:expr) => {{
            let query = sqlx::query_as::<$engine, ModelLineRow>(sqlx::AssertSqlSafe(sql));
            let query = query.bind(after.unwrap_or_default().to_owned()).bind(archived).bind(tier);
            let mut query = query.bind(deployed).bind(text).bind(pattern).bind(limit);
            for team in teams {
                query = query.bind(team);
            }
            Ok(query.fetch_all(&mut **$conn).await?)
        }};
    }
    match conn {
        Conn::Sqlite(conn) => run!(sqlx::Sqlite, conn),
        Conn::Postgres(conn) => run!(sqlx::Postgres, conn),
    }
}

/// The pattern for what contains the text; what is special in patterns stands for itself.
fn containing(text: &str) -> String {
    let special = |letter: char| matches!(letter, '%' | '_' | '\\');
    let escaped: String =
        text.chars().flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter])).collect();
    format!("%{escaped}%")
}

/// The models whose tier was there before tiers were confirmed, and is not on record as such.
pub async fn unrecorded_tiers(conn: &mut Conn) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT id FROM model WHERE tier_confirmed = 'upgrade-unrecorded' ORDER BY id";
    let rows = fetch_all!(conn, (Uuid,), sql).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A version that holds an artifact, with the tier of its model.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HolderRow {
    /// The version.
    pub version_id: Uuid,
    /// Its model.
    pub model_id: Uuid,
    /// The model's name.
    pub model: String,
    /// The model's team.
    pub team_id: Uuid,
    /// The model's risk tier.
    pub tier: Option<String>,
    /// How that was confirmed.
    pub tier_confirmed: Option<String>,
    /// The tier that the version has at least, because of other models with the same artifact.
    pub tier_floor: Option<String>,
}

/// The versions with this artifact, by their models' names.
pub async fn holders(conn: &mut Conn, digest: &str) -> Result<Vec<HolderRow>, Error> {
    let sql = "SELECT v.id AS version_id, m.id AS model_id, m.name AS model, m.team_id, m.tier, m.tier_confirmed, v.tier_floor
               FROM model_version v JOIN model m ON m.id = v.model_id
               WHERE v.artefact_digest = $1 ORDER BY m.name, v.id";
    fetch_all!(conn, HolderRow, sql, digest.to_owned()).await
}

/// Says which tier a version has at least.
pub async fn set_tier_floor(conn: &mut Conn, version: Uuid, tier: Option<&'static str>) -> Result<(), Error> {
    execute!(conn, "UPDATE model_version SET tier_floor = $2 WHERE id = $1", version, tier).await.map(drop)
}
