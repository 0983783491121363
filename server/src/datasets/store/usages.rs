//! Uses of data.

use assay_domain::access::Reach;
use assay_domain::datasets::{DatasetName, Usage, UsedBy};
use assay_domain::models::VersionRef;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::read;
use crate::db::{Arg, Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// A row of `data_usage`, with the names of the model and the version that it was for.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UsageRow {
    /// Identifier.
    pub id: Uuid,
    /// The team of whoever used it.
    pub team_id: Uuid,
    /// The dataset's namespace, as it was reported.
    pub namespace: String,
    /// The dataset's name, as it was reported.
    pub name: String,
    /// The dataset, where it was registered then.
    pub dataset_id: Option<Uuid>,
    /// The digest of what was used, where it is known.
    pub digest: Option<String>,
    /// Who used it, where that is a person here.
    pub person_id: Option<Uuid>,
    /// Who used it, where that is a job.
    pub job: Option<String>,
    /// The version that it was used for.
    pub model_version_id: Option<Uuid>,
    /// The model's name.
    pub model: Option<String>,
    /// The version's name.
    pub version: Option<String>,
    /// What for.
    pub purpose: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How many rows, where it is known.
    pub row_count: Option<i64>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Whose token or session it came with.
    pub reported_by: Uuid,
    /// Its entry in the ledger.
    pub ledger_event: Uuid,
}

impl UsageRow {
    /// The dataset, as it was reported.
    #[must_use]
    pub fn dataset(&self) -> DatasetName {
        DatasetName { namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// The version that it was used for.
    #[must_use]
    pub fn version_ref(&self) -> Option<VersionRef> {
        let (model, version) = self.model.clone().zip(self.version.clone())?;
        Some(VersionRef { model, version })
    }

    /// Who used it.
    ///
    /// # Errors
    /// [`Error::Internal`] when neither column holds somebody.
    pub fn by(&self) -> Result<UsedBy, Error> {
        match (self.person_id, &self.job) {
            (Some(id), _) => Ok(UsedBy::Person { id }),
            (None, Some(name)) => Ok(UsedBy::Job { name: name.clone() }),
            (None, None) => Err(Error::internal(format!("data_usage.job of {}: nobody used it", self.id))),
        }
    }

    /// The use as the domain knows it.
    ///
    /// # Errors
    /// [`Error::Internal`] when a column holds something else.
    pub fn usage(&self) -> Result<Usage, Error> {
        let digest = self.digest.as_deref().map(|text| read("data_usage", "digest", self.id, text));
        Ok(Usage {
            dataset: self.dataset(),
            digest: digest.transpose()?,
            by: self.by()?,
            version: self.version_ref(),
            purpose: self.purpose.clone(),
            at: self.at,
            rows: self.row_count.map(i64::unsigned_abs),
        })
    }
}

/// What every list of uses selects. A dataset that was registered after it was used counts by its name.
const SELECT: &str = "SELECT u.*, m.name AS model, v.version FROM data_usage u
    LEFT JOIN model_version v ON v.id = u.model_version_id
    LEFT JOIN model m ON m.id = v.model_id
    LEFT JOIN dataset d ON d.namespace = u.namespace AND d.name = u.name";

/// Which uses to list.
#[derive(Clone, Debug)]
pub struct UsageFilter {
    /// What the caller may see: uses by these teams, and of datasets of these teams.
    pub reach: Reach,
    /// By this team.
    pub team: Option<Uuid>,
    /// Of this dataset, registered or not.
    pub dataset: Option<DatasetName>,
    /// For this model.
    pub model: Option<String>,
    /// For this version of a model.
    pub version: Option<String>,
    /// For this purpose.
    pub purpose: Option<String>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
    /// Only with findings, whatever became of them.
    pub with_findings: bool,
    /// Older than this one.
    pub after: Option<Uuid>,
}

impl UsageFilter {
    /// Every use that a reach covers.
    #[must_use]
    pub fn within(reach: Reach) -> Self {
        Self {
            reach,
            team: None,
            dataset: None,
            model: None,
            version: None,
            purpose: None,
            from: None,
            to: None,
            with_findings: false,
            after: None,
        }
    }

    fn conditions(self) -> Conditions {
        let mut all = Conditions::default();
        all.add_reach_of(&["u.team_id", "d.team_id"], &self.reach);
        all.add_some("u.team_id = ?", self.team.map(Arg::Id));
        if let Some(DatasetName { namespace, name }) = self.dataset {
            all.add("u.namespace = ?", Arg::Text(namespace));
            all.add("u.name = ?", Arg::Text(name));
        }
        all.add_some("m.name = ?", self.model.map(Arg::Text));
        all.add_some("v.version = ?", self.version.map(Arg::Text));
        all.add_some("u.purpose = ?", self.purpose.map(Arg::Text));
        all.add_some("u.at >= ?", self.from.map(Arg::Time));
        all.add_some("u.at < ?", self.to.map(Arg::Time));
        if self.with_findings {
            all.add_plain("EXISTS (SELECT 1 FROM finding f WHERE f.usage_id = u.id)");
        }
        all.add_some(
            "(u.at, u.id) < (SELECT w.at, w.id FROM data_usage w WHERE w.id = ?)",
            self.after.map(Arg::Id),
        );
        all
    }
}

/// Uses, the newest first, at most `limit`.
pub async fn usages(conn: &mut Conn, filter: UsageFilter, limit: i64) -> Result<Vec<UsageRow>, Error> {
    let conditions = filter.conditions();
    conditions
        .fetch_all(conn, &format!("{SELECT} WHERE {{}} ORDER BY u.at DESC, u.id DESC LIMIT {limit}"))
        .await
}

/// Every use of a dataset, the newest first.
pub async fn usages_of(conn: &mut Conn, dataset: &DatasetName) -> Result<Vec<UsageRow>, Error> {
    let filter = UsageFilter { dataset: Some(dataset.clone()), ..UsageFilter::within(Reach::All) };
    usages(conn, filter, i64::MAX).await
}

/// Uses of data about people, the newest first.
pub async fn personal(conn: &mut Conn, filter: UsageFilter) -> Result<Vec<UsageRow>, Error> {
    let mut conditions = filter.conditions();
    conditions.add_plain("d.classification IN ('personal', 'special-category')");
    conditions.fetch_all(conn, &format!("{SELECT} WHERE {{}} ORDER BY u.at DESC, u.id DESC")).await
}

/// What was used for a version, the newest first.
pub async fn usages_of_version(conn: &mut Conn, model_version: Uuid) -> Result<Vec<UsageRow>, Error> {
    fetch_all!(
        conn,
        UsageRow,
        "SELECT u.*, m.name AS model, v.version FROM data_usage u
         JOIN model_version v ON v.id = u.model_version_id
         JOIN model m ON m.id = v.model_id
         WHERE u.model_version_id = $1 ORDER BY u.at DESC, u.id DESC",
        model_version
    )
    .await
}

/// One use.
pub async fn usage(conn: &mut Conn, id: Uuid) -> Result<Option<UsageRow>, Error> {
    fetch_optional!(
        conn,
        UsageRow,
        "SELECT u.*, m.name AS model, v.version FROM data_usage u
         LEFT JOIN model_version v ON v.id = u.model_version_id
         LEFT JOIN model m ON m.id = v.model_id
         WHERE u.id = $1",
        id
    )
    .await
}

/// Stores a use; the names of model and version are those of the row's version.
pub async fn insert_usage(conn: &mut Conn, row: &UsageRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO data_usage (id, team_id, namespace, name, dataset_id, digest, person_id, job, model_version_id,
             purpose, at, row_count, recorded_at, reported_by, ledger_event)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        row.id,
        row.team_id,
        row.namespace,
        row.name,
        row.dataset_id,
        row.digest,
        row.person_id,
        row.job,
        row.model_version_id,
        row.purpose,
        row.at,
        row.row_count,
        row.recorded_at,
        row.reported_by,
        row.ledger_event
    )
    .await?;
    Ok(())
}
