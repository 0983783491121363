//! The data that a version is made with, by declaration.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use uuid::Uuid;

/// A row of `model_version_dataset`, with the names of what it leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct DeclaredRow {
    /// Where the dataset lives.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// The name of its version.
    pub version: String,
    /// `training` or `evaluation`.
    pub used_for: String,
    /// The digest of its version.
    pub digest: String,
    /// The version of the dataset.
    pub dataset_version_id: Uuid,
    /// The team that answers for the dataset.
    pub team_id: Uuid,
}

/// What a version declares, by name.
pub async fn declared(conn: &mut Conn, version: Uuid) -> Result<Vec<DeclaredRow>, Error> {
    fetch_all!(
        conn,
        DeclaredRow,
        "SELECT d.namespace, d.name, w.version, u.used_for, w.digest, u.dataset_version_id, d.team_id
         FROM model_version_dataset u
         JOIN dataset_version w ON w.id = u.dataset_version_id
         JOIN dataset d ON d.id = w.dataset_id
         WHERE u.model_version_id = $1
         ORDER BY d.namespace, d.name, w.version, u.used_for",
        version
    )
    .await
}

/// A version of a dataset that can be declared.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeclarableRow {
    /// The version of the dataset.
    pub dataset_version_id: Uuid,
    /// Where the dataset lives.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// The name of its version.
    pub version: String,
    /// The team that answers for the dataset.
    pub team_id: Uuid,
}

/// The versions of datasets that are in use, by name, the newest version of each first.
pub async fn declarable(conn: &mut Conn) -> Result<Vec<DeclarableRow>, Error> {
    fetch_all!(
        conn,
        DeclarableRow,
        "SELECT w.id AS dataset_version_id, d.namespace, d.name, w.version, d.team_id
         FROM dataset_version w JOIN dataset d ON d.id = w.dataset_id
         WHERE d.archived_at IS NULL ORDER BY d.namespace, d.name, w.id DESC"
    )
    .await
}

/// The id and digest of a version of a dataset.
pub async fn dataset_version(
    conn: &mut Conn,
    namespace: &str,
    name: &str,
    version: &str,
) -> Result<Option<(Uuid, String)>, Error> {
    fetch_optional!(
        conn,
        (Uuid, String),
        "SELECT w.id, w.digest FROM dataset_version w JOIN dataset d ON d.id = w.dataset_id
         WHERE d.namespace = $1 AND d.name = $2 AND w.version = $3",
        namespace.to_owned(),
        name.to_owned(),
        version.to_owned()
    )
    .await
}

/// Adds to what a version declares.
pub async fn declare(conn: &mut Conn, version: Uuid, dataset: Uuid, used_for: &str) -> Result<(), Error> {
    execute!(
        conn,
        "INSERT INTO model_version_dataset (model_version_id, dataset_version_id, used_for) VALUES ($1, $2, $3)",
        version,
        dataset,
        used_for.to_owned()
    )
    .await?;
    Ok(())
}

/// Takes away everything that a version declares.
pub async fn undeclare(conn: &mut Conn, version: Uuid) -> Result<(), Error> {
    execute!(conn, "DELETE FROM model_version_dataset WHERE model_version_id = $1", version).await?;
    Ok(())
}
