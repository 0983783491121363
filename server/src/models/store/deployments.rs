//! What ran where.

use super::column;
use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use assay_domain::models::{Change, Deployment, VersionRef};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `deployment`, with the name of its version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeploymentRow {
    /// Identifier.
    pub id: Uuid,
    /// The version.
    pub model_version_id: Uuid,
    /// The version's name.
    pub version: String,
    /// Where.
    pub environment: String,
    /// When it was changed.
    pub at: DateTime<Utc>,
    /// `replaces`, `beside` or `removed`.
    pub change: String,
    /// The run that did it, when it has a web address.
    pub run_url: Option<String>,
    /// Whose session or token reported it.
    pub reported_by: Uuid,
    /// When it was reported.
    pub recorded_at: DateTime<Utc>,
}

impl DeploymentRow {
    /// As the domain's rules take it.
    ///
    /// # Errors
    /// [`Error::Internal`] for a change that there is none of.
    pub fn deployment(&self, model: &str) -> Result<Deployment, Error> {
        Ok(Deployment {
            version: VersionRef { model: model.to_owned(), version: self.version.clone() },
            environment: self.environment.clone(),
            at: self.at,
            change: column(self.change.parse::<Change>(), "deployment.change", self.id)?,
        })
    }
}

/// All deployments of a model, in the order in which they happened.
pub async fn deployments(conn: &mut Conn, model: Uuid) -> Result<Vec<DeploymentRow>, Error> {
    fetch_all!(
        conn,
        DeploymentRow,
        "SELECT d.*, v.version FROM deployment d JOIN model_version v ON v.id = d.model_version_id
         WHERE v.model_id = $1 ORDER BY d.at, d.id",
        model
    )
    .await
}

/// One deployment.
pub async fn deployment(conn: &mut Conn, id: Uuid) -> Result<Option<DeploymentRow>, Error> {
    fetch_optional!(
        conn,
        DeploymentRow,
        "SELECT d.*, v.version FROM deployment d JOIN model_version v ON v.id = d.model_version_id WHERE d.id = $1",
        id
    )
    .await
}

/// Stores a deployment with the entry that tells of it.
pub async fn insert_deployment(
    conn: &mut Conn,
    row: &DeploymentRow,
    ledger_event: Uuid,
) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO deployment (id, model_version_id, environment, at, change, run_url, reported_by, recorded_at,
             ledger_event)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id,
        row.model_version_id,
        row.environment,
        row.at,
        row.change,
        row.run_url,
        row.reported_by,
        row.recorded_at,
        ledger_event
    )
    .await?;
    Ok(())
}
