//! Datasets and their versions.

use assay_domain::access::Reach;
use assay_domain::datasets::{Dataset, DatasetName};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{read, read_json, to_json};
use crate::db::{Arg, Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// A row of `dataset`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DatasetRow {
    /// Identifier.
    pub id: Uuid,
    /// Where it lives.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// The team that answers for it.
    pub team_id: Uuid,
    /// What it holds.
    pub description: String,
    /// Whom it concerns.
    pub classification: String,
    /// Why it may be used although it is about people.
    pub lawful_basis: Option<String>,
    /// Why it may be used although the law protects it most.
    pub exception: Option<String>,
    /// What it may be used for, as JSON.
    pub purposes: String,
    /// Where it may be, as JSON.
    pub residency: String,
    /// How long it is kept, as JSON.
    pub retention: Option<String>,
    /// From 1; counts the changes.
    pub revision: i64,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Since when it may not be used any more.
    pub archived_at: Option<DateTime<Utc>>,
}

impl DatasetRow {
    /// Its name.
    #[must_use]
    pub fn full_name(&self) -> DatasetName {
        DatasetName { namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// The terms on which it may be used.
    ///
    /// # Errors
    /// [`Error::Internal`] when a column holds something else.
    pub fn terms(&self) -> Result<Dataset, Error> {
        let (basis, exception) = (self.lawful_basis.as_deref(), self.exception.as_deref());
        Ok(Dataset {
            name: self.full_name(),
            classification: read("dataset", "classification", self.id, &self.classification)?,
            lawful_basis: basis.map(|text| read("dataset", "lawful_basis", self.id, text)).transpose()?,
            exception: exception.map(|text| read("dataset", "exception", self.id, text)).transpose()?,
            purposes: read_json("dataset", "purposes", self.id, &self.purposes)?,
            residency: read_json("dataset", "residency", self.id, &self.residency)?,
            retention: match &self.retention {
                Some(text) => Some(read_json("dataset", "retention", self.id, text)?),
                None => None,
            },
        })
    }

    /// The same dataset on other terms; its name stays.
    ///
    /// # Errors
    /// [`Error::Internal`] when the terms cannot be written, which does not happen.
    pub fn on_terms(self, terms: &Dataset) -> Result<Self, Error> {
        Ok(Self {
            classification: terms.classification.to_string(),
            lawful_basis: terms.lawful_basis.map(|basis| basis.to_string()),
            exception: terms.exception.map(|exception| exception.to_string()),
            purposes: to_json(&terms.purposes)?,
            residency: to_json(&terms.residency)?,
            retention: terms.retention.as_ref().map(to_json).transpose()?,
            ..self
        })
    }
}

/// A row of `dataset_version`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionRow {
    /// Identifier.
    pub id: Uuid,
    /// The dataset.
    pub dataset_id: Uuid,
    /// What it is called.
    pub version: String,
    /// The digest of its content.
    pub digest: String,
    /// Where it can be found.
    pub location: Option<String>,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

/// Which datasets to list.
#[derive(Clone, Debug)]
pub struct DatasetFilter {
    /// What the caller may see.
    pub reach: Reach,
    /// Of this team.
    pub team: Option<Uuid>,
    /// Classified so.
    pub classification: Option<String>,
    /// Only with findings that are open or in work.
    pub with_findings: bool,
    /// Archived ones, instead of those in use.
    pub archived: bool,
    /// With this text in name or description, in whatever case.
    pub text: Option<String>,
    /// Behind this namespace and name.
    pub after: Option<(String, String)>,
}

impl DatasetFilter {
    fn conditions(self, postgres: bool) -> Conditions {
        let mut all = Conditions::default();
        all.add_reach("team_id", &self.reach);
        all.add_some("team_id = ?", self.team.map(Arg::Id));
        all.add_some("classification = ?", self.classification.map(Arg::Text));
        if self.with_findings {
            all.add_plain(
                "EXISTS (SELECT 1 FROM data_usage u JOIN finding f ON f.usage_id = u.id
                   WHERE u.namespace = dataset.namespace AND u.name = dataset.name AND f.state_name IN ('open', 'in_work'))",
            );
        }
        all.add_plain(if self.archived { "archived_at IS NOT NULL" } else { "archived_at IS NULL" });
        // The engines have no function in common that finds a text in a text.
        let contains = if postgres {
            "position(lower(?) IN lower(namespace || '/' || name || ' ' || description)) > 0"
        } else {
            "instr(lower(namespace || '/' || name || ' ' || description), lower(?)) > 0"
        };
        all.add_some(contains, self.text.map(Arg::Text));
        if let Some((namespace, name)) = self.after {
            all.add_pair("(namespace, name) > (?, ?)", Arg::Text(namespace), Arg::Text(name));
        }
        all
    }
}

/// Datasets by namespace and name, at most `limit`.
pub async fn datasets(conn: &mut Conn, filter: DatasetFilter, limit: i64) -> Result<Vec<DatasetRow>, Error> {
    let conditions = filter.conditions(conn.is_postgres());
    let sql = format!("SELECT * FROM dataset WHERE {{}} ORDER BY namespace, name LIMIT {limit}");
    conditions.fetch_all(conn, &sql).await
}

/// How much a dataset is used.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CountsRow {
    /// The dataset.
    pub id: Uuid,
    /// How often it was used.
    pub uses: i64,
    /// When it was used last.
    pub last_used: Option<DateTime<Utc>>,
    /// Findings about it that are open or in work.
    pub open_findings: i64,
}

/// How much some datasets are used, also before they were registered.
pub async fn counts(
    conn: &mut Conn,
    datasets: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<CountsRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add_any("d.id", datasets);
    let sql = "SELECT d.id, COUNT(u.id) AS uses, MAX(u.at) AS last_used,
           (SELECT COUNT(*) FROM finding f JOIN data_usage w ON w.id = f.usage_id
             WHERE w.namespace = d.namespace AND w.name = d.name AND f.state_name IN ('open', 'in_work'))
             AS open_findings
         FROM dataset d LEFT JOIN data_usage u ON u.namespace = d.namespace AND u.name = d.name
         WHERE {} GROUP BY d.id, d.namespace, d.name";
    conditions.fetch_all(conn, sql).await
}

/// One dataset.
pub async fn dataset(conn: &mut Conn, id: Uuid) -> Result<Option<DatasetRow>, Error> {
    fetch_optional!(conn, DatasetRow, "SELECT * FROM dataset WHERE id = $1", id).await
}

/// The dataset of this name.
pub async fn dataset_named(conn: &mut Conn, name: &DatasetName) -> Result<Option<DatasetRow>, Error> {
    fetch_optional!(
        conn,
        DatasetRow,
        "SELECT * FROM dataset WHERE namespace = $1 AND name = $2",
        name.namespace.clone(),
        name.name.clone()
    )
    .await
}

/// The datasets that these names mean, as far as they are registered.
pub async fn datasets_named(
    conn: &mut Conn,
    names: impl IntoIterator<Item = &DatasetName>,
) -> Result<Vec<DatasetRow>, Error> {
    let mut found = Vec::new();
    for name in names {
        found.extend(dataset_named(conn, name).await?);
    }
    Ok(found)
}

/// Stores a new dataset.
pub async fn insert_dataset(conn: &mut Conn, row: &DatasetRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO dataset (id, namespace, name, team_id, description, classification, lawful_basis, exception,
             purposes, residency, retention, revision, registered_at, archived_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.id,
        row.namespace,
        row.name,
        row.team_id,
        row.description,
        row.classification,
        row.lawful_basis,
        row.exception,
        row.purposes,
        row.residency,
        row.retention,
        row.revision,
        row.registered_at,
        row.archived_at
    )
    .await?;
    Ok(())
}

/// Stores a dataset over the revision before; a lost race changes nothing.
pub async fn update_dataset(conn: &mut Conn, row: &DatasetRow) -> Result<(), Error> {
    let row = row.clone();
    let (id, before) = (row.id, row.revision - 1);
    let changed = execute!(
        conn,
        "UPDATE dataset SET description = $1, classification = $2, lawful_basis = $3, exception = $4, purposes = $5,
             residency = $6, retention = $7, archived_at = $8, revision = $9
         WHERE id = $10 AND revision = $11",
        row.description,
        row.classification,
        row.lawful_basis,
        row.exception,
        row.purposes,
        row.residency,
        row.retention,
        row.archived_at,
        row.revision,
        row.id,
        before
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("dataset {id}"))) }
}

/// The versions of a dataset, the newest first.
pub async fn versions(conn: &mut Conn, dataset: Uuid) -> Result<Vec<VersionRow>, Error> {
    fetch_all!(
        conn,
        VersionRow,
        "SELECT * FROM dataset_version WHERE dataset_id = $1 ORDER BY registered_at DESC, id DESC",
        dataset
    )
    .await
}

/// A version of a dataset, by what it is called.
pub async fn version(conn: &mut Conn, dataset: Uuid, version: &str) -> Result<Option<VersionRow>, Error> {
    fetch_optional!(
        conn,
        VersionRow,
        "SELECT * FROM dataset_version WHERE dataset_id = $1 AND version = $2",
        dataset,
        version.to_owned()
    )
    .await
}

/// Stores a version of a dataset.
pub async fn insert_version(conn: &mut Conn, row: &VersionRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO dataset_version (id, dataset_id, version, digest, location, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        row.id,
        row.dataset_id,
        row.version,
        row.digest,
        row.location,
        row.registered_at
    )
    .await?;
    Ok(())
}
