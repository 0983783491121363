//! Findings about uses of data.

use assay_domain::access::Reach;
use assay_domain::datasets::{DatasetName, FindingKind, FindingState, Severity};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{read, read_json};
use crate::db::{Arg, Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_one};

/// A row of `finding`, with the use that it is about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FindingRow {
    /// Identifier.
    pub id: Uuid,
    /// The use.
    pub usage_id: Uuid,
    /// The team of whoever used the data: who works on it.
    pub team_id: Uuid,
    /// What is wrong.
    pub kind: String,
    /// How bad it is.
    pub severity: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// Where it stands, as JSON.
    pub state: String,
    /// The state's name.
    pub state_name: String,
    /// The last day of an accepted risk.
    pub accepted_until: Option<NaiveDate>,
    /// When it was found.
    pub found_at: DateTime<Utc>,
    /// From 1; counts the changes.
    pub revision: i64,
    /// The dataset's namespace.
    pub namespace: String,
    /// The dataset's name.
    pub name: String,
    /// The dataset, where it is registered.
    pub dataset_id: Option<Uuid>,
    /// The team that answers for the dataset.
    pub dataset_team: Option<Uuid>,
    /// What it was used for.
    pub purpose: String,
    /// When it was used.
    pub used_at: DateTime<Utc>,
    /// The model that it was used for.
    pub model: Option<String>,
    /// The version of that model.
    pub version: Option<String>,
}

impl FindingRow {
    /// The dataset that was used.
    #[must_use]
    pub fn dataset(&self) -> DatasetName {
        DatasetName { namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn state(&self) -> Result<FindingState, Error> {
        read_json("finding", "state", self.id, &self.state)
    }

    /// How bad it is.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn severity(&self) -> Result<Severity, Error> {
        read("finding", "severity", self.id, &self.severity)
    }

    /// What is wrong.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn kind(&self) -> Result<FindingKind, Error> {
        read("finding", "kind", self.id, &self.kind)
    }
}

/// What every list of findings selects.
const SELECT: &str =
    "SELECT f.*, u.namespace, u.name, d.id AS dataset_id, d.team_id AS dataset_team, u.purpose, u.at AS used_at,
      m.name AS model, v.version
    FROM finding f
    JOIN data_usage u ON u.id = f.usage_id
    LEFT JOIN dataset d ON d.namespace = u.namespace AND d.name = u.name
    LEFT JOIN model_version v ON v.id = u.model_version_id
    LEFT JOIN model m ON m.id = v.model_id";

/// Which findings to list.
#[derive(Clone, Debug)]
pub struct FindingFilter {
    /// What the caller may see: findings of these teams, and about datasets of these teams.
    pub reach: Reach,
    /// Of this team.
    pub team: Option<Uuid>,
    /// About this dataset, registered or not.
    pub dataset: Option<DatasetName>,
    /// In one of these states; in any where it is empty.
    pub states: Vec<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// That bad.
    pub severity: Option<String>,
    /// About uses for this model.
    pub model: Option<String>,
    /// Found before this one.
    pub after: Option<Uuid>,
}

impl FindingFilter {
    /// Every finding that a reach covers.
    #[must_use]
    pub fn within(reach: Reach) -> Self {
        Self {
            reach,
            team: None,
            dataset: None,
            states: Vec::new(),
            kind: None,
            severity: None,
            model: None,
            after: None,
        }
    }

    fn conditions(self) -> Conditions {
        let mut all = Conditions::default();
        all.add_reach_of(&["f.team_id", "d.team_id"], &self.reach);
        all.add_some("f.team_id = ?", self.team.map(Arg::Id));
        if let Some(DatasetName { namespace, name }) = self.dataset {
            all.add("u.namespace = ?", Arg::Text(namespace));
            all.add("u.name = ?", Arg::Text(name));
        }
        if !self.states.is_empty() {
            all.add_one_of("f.state_name", self.states.into_iter().map(Arg::Text));
        }
        all.add_some("f.kind = ?", self.kind.map(Arg::Text));
        all.add_some("f.severity = ?", self.severity.map(Arg::Text));
        all.add_some("m.name = ?", self.model.map(Arg::Text));
        all.add_some(
            "(f.found_at, f.id) < (SELECT w.found_at, w.id FROM finding w WHERE w.id = ?)",
            self.after.map(Arg::Id),
        );
        all
    }
}

/// Findings, the newest first, at most `limit`.
pub async fn findings(conn: &mut Conn, filter: FindingFilter, limit: i64) -> Result<Vec<FindingRow>, Error> {
    let conditions = filter.conditions();
    let sql = format!("{SELECT} WHERE {{}} ORDER BY f.found_at DESC, f.id DESC LIMIT {limit}");
    conditions.fetch_all(conn, &sql).await
}

/// Every finding about a dataset, the newest first.
pub async fn findings_of_dataset(conn: &mut Conn, dataset: &DatasetName) -> Result<Vec<FindingRow>, Error> {
    let filter = FindingFilter { dataset: Some(dataset.clone()), ..FindingFilter::within(Reach::All) };
    findings(conn, filter, i64::MAX).await
}

/// The findings of some uses.
pub async fn findings_of_usages(
    conn: &mut Conn,
    usages: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<FindingRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add_any("f.usage_id", usages);
    conditions.fetch_all(conn, &format!("{SELECT} WHERE {{}} ORDER BY f.kind")).await
}

/// The findings of uses for a version that are not resolved, the newest first.
pub async fn unresolved_of_version(conn: &mut Conn, model_version: Uuid) -> Result<Vec<FindingRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add("u.model_version_id = ?", Arg::Id(model_version));
    conditions.add_plain("f.state_name <> 'resolved'");
    conditions.fetch_all(conn, &format!("{SELECT} WHERE {{}} ORDER BY f.found_at DESC, f.id DESC")).await
}

/// The ids of findings whose accepted risk was accepted until a day before this one.
pub async fn ended_acceptances(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Uuid>, Error> {
    let mut conditions = Conditions::default();
    conditions.add("accepted_until < ?", Arg::Day(today));
    let rows: Vec<(Uuid,)> =
        conditions.fetch_all(conn, "SELECT id FROM finding WHERE {} ORDER BY id").await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many findings of a team are open or in work.
pub async fn count_open(conn: &mut Conn, team: Uuid) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM finding WHERE team_id = $1 AND state_name IN ('open', 'in_work')";
    Ok(fetch_one!(conn, (i64,), sql, team).await?.0)
}

/// One finding.
pub async fn finding(conn: &mut Conn, id: Uuid) -> Result<Option<FindingRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add("f.id = ?", Arg::Id(id));
    Ok(conditions.fetch_all(conn, &format!("{SELECT} WHERE {{}}")).await?.pop())
}

/// Stores a finding about a use that is stored.
pub async fn insert_finding(conn: &mut Conn, row: &FindingRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO finding (id, usage_id, team_id, kind, severity, message, state, state_name, accepted_until,
             found_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.id,
        row.usage_id,
        row.team_id,
        row.kind,
        row.severity,
        row.message,
        row.state,
        row.state_name,
        row.accepted_until,
        row.found_at,
        row.revision
    )
    .await?;
    Ok(())
}

/// Stores where a finding stands over the revision before; a lost race changes nothing.
pub async fn update_finding(conn: &mut Conn, row: &FindingRow) -> Result<(), Error> {
    let row = row.clone();
    let (id, before) = (row.id, row.revision - 1);
    let changed = execute!(
        conn,
        "UPDATE finding SET state = $1, state_name = $2, accepted_until = $3, revision = $4
         WHERE id = $5 AND revision = $6",
        row.state,
        row.state_name,
        row.accepted_until,
        row.revision,
        row.id,
        before
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("finding {id}"))) }
}
