//! Where versions of models come from, and what they are declared to be made with.
//!
//! These tables are filled by the room of models; here they are only read, for the questions that go across both rooms.

use assay_domain::datasets::DatasetName;
use assay_domain::models::{Change, Deployment, Lineage, VersionRef};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::read;
use crate::db::{Conditions, Conn};
use crate::error::Error;
use crate::{fetch_all, fetch_optional};

/// A version of a model, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LineageRow {
    /// Identifier.
    pub id: Uuid,
    /// The model's name.
    pub model: String,
    /// The version's name.
    pub version: String,
    /// The model's team.
    pub team_id: Uuid,
    /// Since when the model is archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// The run of the training.
    pub run: Option<String>,
    /// The commit that was built.
    pub source_commit: Option<String>,
    /// The model of the version that it was made from.
    pub parent_model: Option<String>,
    /// The version that it was made from.
    pub parent_version: Option<String>,
}

impl LineageRow {
    /// The version.
    #[must_use]
    pub fn version_ref(&self) -> VersionRef {
        VersionRef { model: self.model.clone(), version: self.version.clone() }
    }

    /// The version that it was made from.
    #[must_use]
    pub fn parent(&self) -> Option<VersionRef> {
        let (model, version) = self.parent_model.clone().zip(self.parent_version.clone())?;
        Some(VersionRef { model, version })
    }

    /// Where it comes from.
    #[must_use]
    pub fn lineage(&self) -> Lineage {
        Lineage { run: self.run.clone(), commit: self.source_commit.clone(), parent: self.parent() }
    }
}

/// What every statement about versions selects, behind what it calls `line`.
const SELECT: &str =
    "SELECT v.id, m.name AS model, v.version, m.team_id, m.archived_at, v.run, v.source_commit,
      pm.name AS parent_model, p.version AS parent_version
    FROM line JOIN model_version v ON v.id = line.id
    JOIN model m ON m.id = v.model_id
    LEFT JOIN model_version p ON p.id = v.parent_id
    LEFT JOIN model pm ON pm.id = p.model_id
    ORDER BY v.registered_at DESC, v.id DESC";

/// A version by the names of model and version.
pub async fn version_named(conn: &mut Conn, of: &VersionRef) -> Result<Option<LineageRow>, Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "WITH line (id) AS (SELECT v.id FROM model_version v JOIN model m ON m.id = v.model_id
           WHERE m.name = $1 AND v.version = $2) {SELECT}"
    ));
    fetch_optional!(conn, LineageRow, sql, of.model.clone(), of.version.clone()).await
}

/// A version and what it was made from, as far back as is known. `UNION` leaves out what was seen, so a circle ends.
pub async fn ancestors(conn: &mut Conn, model_version: Uuid) -> Result<Vec<LineageRow>, Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "WITH RECURSIVE line (id) AS (SELECT v.id FROM model_version v WHERE v.id = $1
           UNION SELECT v.parent_id FROM model_version v JOIN line ON v.id = line.id WHERE v.parent_id IS NOT NULL)
         {SELECT}"
    ));
    fetch_all!(conn, LineageRow, sql, model_version).await
}

/// The versions that used a dataset or declare to be made with it, and what was made from them.
pub async fn line_of_dataset(conn: &mut Conn, dataset: &DatasetName) -> Result<Vec<LineageRow>, Error> {
    // A recursive statement has one part that is not recursive; the two sources are one by themselves first.
    let sql = sqlx::AssertSqlSafe(format!(
        "WITH RECURSIVE source (id) AS (
           SELECT u.model_version_id FROM data_usage u
             WHERE u.namespace = $1 AND u.name = $2 AND u.model_version_id IS NOT NULL
           UNION SELECT md.model_version_id FROM model_version_dataset md
             JOIN dataset_version dv ON dv.id = md.dataset_version_id JOIN dataset d ON d.id = dv.dataset_id
             WHERE d.namespace = $1 AND d.name = $2),
         line (id) AS (SELECT id FROM source
           UNION SELECT v.id FROM model_version v JOIN line ON v.parent_id = line.id)
         {SELECT}"
    ));
    fetch_all!(conn, LineageRow, sql, dataset.namespace.clone(), dataset.name.clone()).await
}

/// A dataset that a version is declared to be made with.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeclaredRow {
    /// The version's model.
    pub model: String,
    /// The version.
    pub version: String,
    /// The dataset.
    pub dataset_id: Uuid,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its team.
    pub team_id: Uuid,
    /// Its classification.
    pub classification: String,
    /// The version of the dataset.
    pub dataset_version: String,
    /// The digest of that.
    pub digest: String,
    /// `training` or `evaluation`.
    pub used_for: String,
}

impl DeclaredRow {
    /// The version of a model that declares it.
    #[must_use]
    pub fn version_ref(&self) -> VersionRef {
        VersionRef { model: self.model.clone(), version: self.version.clone() }
    }
}

/// What a version declares to be made with, by dataset.
pub async fn declared_by_version(conn: &mut Conn, model_version: Uuid) -> Result<Vec<DeclaredRow>, Error> {
    fetch_all!(
        conn,
        DeclaredRow,
        "SELECT m.name AS model, v.version, d.id AS dataset_id, d.namespace, d.name, d.team_id, d.classification,
           dv.version AS dataset_version, dv.digest, md.used_for
         FROM model_version_dataset md
         JOIN model_version v ON v.id = md.model_version_id JOIN model m ON m.id = v.model_id
         JOIN dataset_version dv ON dv.id = md.dataset_version_id JOIN dataset d ON d.id = dv.dataset_id
         WHERE md.model_version_id = $1 ORDER BY d.namespace, d.name, dv.version, md.used_for",
        model_version
    )
    .await
}

/// The versions that declare to be made with a dataset, by model.
pub async fn declarers_of_dataset(conn: &mut Conn, dataset: Uuid) -> Result<Vec<DeclaredRow>, Error> {
    fetch_all!(
        conn,
        DeclaredRow,
        "SELECT m.name AS model, v.version, d.id AS dataset_id, d.namespace, d.name, d.team_id, d.classification,
           dv.version AS dataset_version, dv.digest, md.used_for
         FROM model_version_dataset md
         JOIN model_version v ON v.id = md.model_version_id JOIN model m ON m.id = v.model_id
         JOIN dataset_version dv ON dv.id = md.dataset_version_id JOIN dataset d ON d.id = dv.dataset_id
         WHERE d.id = $1 ORDER BY m.name, v.version, dv.version, md.used_for",
        dataset
    )
    .await
}

/// A deployment of a version.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RanRow {
    /// Identifier.
    pub id: Uuid,
    /// The model.
    pub model: String,
    /// The version.
    pub version: String,
    /// Where.
    pub environment: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub change: String,
}

impl RanRow {
    /// The deployment as the domain knows it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column holds something else.
    pub fn deployment(&self) -> Result<Deployment, Error> {
        let change: Change = read("deployment", "change", self.id, &self.change)?;
        let version = VersionRef { model: self.model.clone(), version: self.version.clone() };
        Ok(Deployment { version, environment: self.environment.clone(), at: self.at, change })
    }
}

/// Every deployment of the models of these versions, the oldest first: another version ends what ran before it.
pub async fn deployments_of(
    conn: &mut Conn,
    model_versions: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<RanRow>, Error> {
    let mut conditions = Conditions::default();
    conditions.add_any("of.id", model_versions);
    let sql = "SELECT p.id, m.name AS model, v.version, p.environment, p.at, p.change
         FROM deployment p JOIN model_version v ON v.id = p.model_version_id JOIN model m ON m.id = v.model_id
         WHERE m.id IN (SELECT of.model_id FROM model_version of WHERE {}) ORDER BY p.at, p.id";
    conditions.fetch_all(conn, sql).await
}
