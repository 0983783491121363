//! Models and versions in the database: SQL and row types, nothing else.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
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
}

/// A row of `model_version`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VersionRow {
    /// Identifier.
    pub id: Uuid,
    /// The model.
    pub model_id: Uuid,
    /// The version, as the registry calls it.
    pub version: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub artefact_digest: String,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

/// The model of this name.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<ModelRow>, Error> {
    fetch_optional!(conn, ModelRow, "SELECT * FROM model WHERE name = $1", name.to_owned()).await
}

/// Every model, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<ModelRow>, Error> {
    fetch_all!(conn, ModelRow, "SELECT * FROM model ORDER BY name").await
}

/// A version of a model.
pub async fn version(conn: &mut Conn, model: Uuid, version: &str) -> Result<Option<VersionRow>, Error> {
    fetch_optional!(
        conn,
        VersionRow,
        "SELECT * FROM model_version WHERE model_id = $1 AND version = $2",
        model,
        version.to_owned()
    )
    .await
}

/// The versions of a model, the newest first.
pub async fn versions(conn: &mut Conn, model: Uuid) -> Result<Vec<VersionRow>, Error> {
    fetch_all!(
        conn,
        VersionRow,
        "SELECT * FROM model_version WHERE model_id = $1 ORDER BY registered_at DESC, id DESC",
        model
    )
    .await
}

/// Stores a model.
pub async fn insert(conn: &mut Conn, row: &ModelRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO model (id, name, team_id, registered_at) VALUES ($1, $2, $3, $4)",
        row.id,
        row.name,
        row.team_id,
        row.registered_at
    )
    .await?;
    Ok(())
}

/// Stores a version.
pub async fn insert_version(conn: &mut Conn, row: &VersionRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO model_version (id, model_id, version, artefact_digest, registered_at)
         VALUES ($1, $2, $3, $4, $5)",
        row.id,
        row.model_id,
        row.version,
        row.artefact_digest,
        row.registered_at
    )
    .await?;
    Ok(())
}
