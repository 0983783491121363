//! Findings in the database: SQL and row types, nothing else.

use assay_domain::access::Reach;
use assay_domain::datasets::{DatasetName, Severity};
use assay_domain::findings::{About, FindingKind, FindingState};
use assay_domain::models::VersionRef;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::db::{Arg, Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// A row of `finding`, with the use or the version that it is about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FindingRow {
    /// Identifier.
    pub id: Uuid,
    /// What it is about, in a word.
    pub about: String,
    /// The use of data.
    pub usage_id: Option<Uuid>,
    /// The version that runs.
    pub model_version_id: Option<Uuid>,
    /// Where it runs.
    pub environment: Option<String>,
    /// What it is about, so that it is opened once; absent where it is about data.
    pub subject_key: Option<String>,
    /// The team that works on it: of whoever used the data, or of the model.
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
    /// The machine that reported it, where one did.
    pub reported_by: Option<Uuid>,
    /// Since when it is reported as over.
    pub over_at: Option<DateTime<Utc>>,
    /// When it was settled.
    pub closed_at: Option<DateTime<Utc>>,
    /// From 1; counts the changes.
    pub revision: i64,
    /// The dataset's namespace.
    pub namespace: Option<String>,
    /// The dataset's name.
    pub name: Option<String>,
    /// The dataset, where it is registered.
    pub dataset_id: Option<Uuid>,
    /// The team that answers for the dataset.
    pub dataset_team: Option<Uuid>,
    /// What it was used for.
    pub purpose: Option<String>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// The model that it was used for, or that runs.
    pub model: Option<String>,
    /// The version of that model.
    pub version: Option<String>,
}

impl FindingRow {
    /// A finding that nobody works on yet, about nothing in particular.
    ///
    /// # Errors
    /// Never for the states that there are; the signature is serde's.
    pub fn new(
        id: Uuid,
        team: Uuid,
        kind: FindingKind,
        severity: Severity,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let state = FindingState::Open { since: now };
        Ok(Self {
            id,
            about: kind.about().to_string(),
            usage_id: None,
            model_version_id: None,
            environment: None,
            subject_key: None,
            team_id: team,
            kind: kind.to_string(),
            severity: severity.to_string(),
            message: String::new(),
            state: to_json(&state)?,
            state_name: state.name().to_owned(),
            accepted_until: None,
            found_at: now,
            reported_by: None,
            over_at: None,
            closed_at: None,
            revision: 1,
            namespace: None,
            name: None,
            dataset_id: None,
            dataset_team: None,
            purpose: None,
            used_at: None,
            model: None,
            version: None,
        })
    }

    /// The dataset that was used.
    #[must_use]
    pub fn dataset(&self) -> Option<DatasetName> {
        let (namespace, name) = (self.namespace.clone()?, self.name.clone()?);
        Some(DatasetName { namespace, name })
    }

    /// The version that it was used for, or that runs.
    #[must_use]
    pub fn version_ref(&self) -> Option<VersionRef> {
        Some(VersionRef { model: self.model.clone()?, version: self.version.clone()? })
    }

    /// What it is about, in words: the dataset, or what runs and where.
    #[must_use]
    pub fn subject(&self) -> String {
        if let Some(dataset) = self.dataset() {
            return dataset.to_string();
        }
        let version = self.version_ref().map(|version| version.to_string()).or_else(|| self.model.clone());
        match (version, &self.environment) {
            (Some(version), Some(environment)) => format!("{version} in {environment}"),
            (Some(version), None) => version,
            (None, environment) => environment.clone().unwrap_or_default(),
        }
    }

    /// For how long it has been so: until it was settled, or until now.
    #[must_use]
    pub fn lasted(&self, now: DateTime<Utc>) -> TimeDelta {
        // Only once it is settled is what was reported as over known to be over.
        let end = self.closed_at.map(|closed| self.over_at.unwrap_or(closed).min(closed));
        (end.unwrap_or(now) - self.found_at).max(TimeDelta::zero())
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn state(&self) -> Result<FindingState, Error> {
        serde_json::from_str(&self.state)
            .map_err(|error| Error::internal(format!("finding.state of {}: {error}", self.id)))
    }

    /// How bad it is.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn severity(&self) -> Result<Severity, Error> {
        read("finding", "severity", self.id, &self.severity)
    }

    /// What it is about.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn about(&self) -> Result<About, Error> {
        read("finding", "about", self.id, &self.about)
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
    LEFT JOIN data_usage u ON u.id = f.usage_id
    LEFT JOIN dataset d ON d.namespace = u.namespace AND d.name = u.name
    LEFT JOIN model_version v ON v.id = COALESCE(f.model_version_id, u.model_version_id)
    LEFT JOIN model m ON m.id = v.model_id";

/// Which findings to list.
#[derive(Clone, Debug)]
pub struct FindingFilter {
    /// What the caller may see: findings of these teams, and about datasets of these teams.
    pub reach: Reach,
    /// About this; about anything where it is absent.
    pub about: Option<About>,
    /// Of this team.
    pub team: Option<Uuid>,
    /// So at any time from this day on.
    pub from: Option<NaiveDate>,
    /// So at any time until this day.
    pub to: Option<NaiveDate>,
    /// About this dataset, registered or not.
    pub dataset: Option<DatasetName>,
    /// In one of these states; in any where it is empty.
    pub states: Vec<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// That bad.
    pub severity: Option<String>,
    /// About this model.
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
            about: None,
            team: None,
            from: None,
            to: None,
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
        all.add_some("f.about = ?", self.about.map(|about| Arg::Text(about.to_string())));
        all.add_some("f.team_id = ?", self.team.map(Arg::Id));
        let midnight = |day: NaiveDate| Arg::Time(day.and_time(NaiveTime::MIN).and_utc());
        all.add_some("(f.closed_at IS NULL OR f.closed_at >= ?)", self.from.map(midnight));
        let after = self.to.map(|day| day.checked_add_days(Days::new(1)).unwrap_or(day));
        all.add_some("f.found_at < ?", after.map(midnight));
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

/// The findings about a version that are not resolved, the newest first.
pub async fn unresolved_of_version(
    conn: &mut Conn,
    model_version: Uuid,
    about: About,
) -> Result<Vec<FindingRow>, Error> {
    let mut conditions = Conditions::default();
    // The engines find their indices by a plain column only.
    match about {
        About::Data => conditions.add("u.model_version_id = ?", Arg::Id(model_version)),
        About::Control | About::Operations => {
            conditions.add("f.model_version_id = ?", Arg::Id(model_version))
        }
    }
    conditions.add("f.about = ?", Arg::Text(about.to_string()));
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

/// One finding.
pub async fn finding(conn: &mut Conn, id: Uuid) -> Result<Option<FindingRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add("f.id = ?", Arg::Id(id));
    Ok(conditions.fetch_all(conn, &format!("{SELECT} WHERE {{}}")).await?.pop())
}

/// The finding with this key that is not settled.
pub async fn unsettled(conn: &mut Conn, key: &str) -> Result<Option<FindingRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add("f.subject_key = ?", Arg::Text(key.to_owned()));
    conditions.add_plain("f.state_name <> 'resolved'");
    Ok(conditions.fetch_all(conn, &format!("{SELECT} WHERE {{}}")).await?.pop())
}

/// The version that a finding is about: the one that runs, or that data was used for.
pub async fn version_of(conn: &mut Conn, finding: Uuid) -> Result<Option<Uuid>, Error> {
    let sql = "SELECT COALESCE(f.model_version_id, u.model_version_id)
               FROM finding f LEFT JOIN data_usage u ON u.id = f.usage_id WHERE f.id = $1";
    Ok(fetch_optional!(conn, (Option<Uuid>,), sql, finding).await?.and_then(|(version,)| version))
}

/// Whose sessions and tokens brought a version to an environment.
pub async fn deployers(conn: &mut Conn, version: Uuid, environment: &str) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT DISTINCT reported_by FROM deployment
               WHERE model_version_id = $1 AND environment = $2 AND change <> 'removed'";
    let rows = fetch_all!(conn, (Uuid,), sql, version, environment.to_owned()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Every version that runs somewhere, or is on record as running there past the gate. It is the rule of the domain's
/// `history`, asked of now.
pub async fn running(conn: &mut Conn) -> Result<Vec<(Uuid, String)>, Error> {
    let sql = "SELECT DISTINCT d.model_version_id, d.environment
        FROM deployment d JOIN model_version v ON v.id = d.model_version_id
        WHERE d.change <> 'removed' AND (NOT EXISTS (
            SELECT 1 FROM deployment l JOIN model_version w ON w.id = l.model_version_id
            WHERE w.model_id = v.model_id AND l.environment = d.environment
                AND (l.at > d.at OR (l.at = d.at AND l.id > d.id))
                AND ((l.change = 'replaces' AND l.model_version_id <> d.model_version_id)
                    OR (l.change = 'removed' AND l.model_version_id = d.model_version_id)))
            OR EXISTS (SELECT 1 FROM finding f WHERE f.model_version_id = d.model_version_id
                AND f.about = 'control' AND f.state_name <> 'resolved'))
        ORDER BY d.model_version_id, d.environment";
    fetch_all!(conn, (Uuid, String), sql).await
}

/// The versions of a model on record as running somewhere past the gate.
pub async fn past_the_gate(conn: &mut Conn, model: Uuid, environment: &str) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT DISTINCT f.model_version_id FROM finding f JOIN model_version v ON v.id = f.model_version_id
               WHERE v.model_id = $1 AND f.environment = $2 AND f.about = 'control' AND f.state_name <> 'resolved'";
    let rows = fetch_all!(conn, (Uuid,), sql, model, environment.to_owned()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether the gate ever decided on record about a version for an environment.
pub async fn gate_was_asked(conn: &mut Conn, version: Uuid, environment: &str) -> Result<bool, Error> {
    let sql = "SELECT id FROM gate_decision WHERE model_version_id = $1 AND environment = $2 LIMIT 1";
    Ok(fetch_optional!(conn, (Uuid,), sql, version, environment.to_owned()).await?.is_some())
}

/// Who made the token or the trust rule that a machine signs in with, as the record tells.
pub async fn makers_of_machine(conn: &mut Conn, machine: Uuid) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT DISTINCT actor FROM audit_entry
               WHERE subject = $1 AND actor_kind = 'person'
                 AND action IN ('token.created', 'ci_trust.added', 'ci_trust.changed')";
    let rows = fetch_all!(conn, (Uuid,), sql, machine.to_string()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Stores a finding.
pub async fn insert_finding(conn: &mut Conn, row: &FindingRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO finding (id, about, usage_id, model_version_id, environment, subject_key, team_id, kind, severity,
             message, state, state_name, accepted_until, found_at, reported_by, over_at, closed_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        row.id,
        row.about,
        row.usage_id,
        row.model_version_id,
        row.environment,
        row.subject_key,
        row.team_id,
        row.kind,
        row.severity,
        row.message,
        row.state,
        row.state_name,
        row.accepted_until,
        row.found_at,
        row.reported_by,
        row.over_at,
        row.closed_at,
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
        "UPDATE finding SET severity = $1, state = $2, state_name = $3, accepted_until = $4, over_at = $5, closed_at = $6,
             revision = $7
         WHERE id = $8 AND revision = $9",
        row.severity,
        row.state,
        row.state_name,
        row.accepted_until,
        row.over_at,
        row.closed_at,
        row.revision,
        row.id,
        before
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("finding {id}"))) }
}

/// What stands in a column, read.
fn read<T: std::str::FromStr>(table: &str, column: &str, id: Uuid, text: &str) -> Result<T, Error>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| Error::internal(format!("{table}.{column} of {id}: {error}")))
}

/// What goes into a column as JSON.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json_canonicalizer::to_string(value).map_err(Error::internal)
}
