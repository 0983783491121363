//! Who contributed to a version.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `model_contributor`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ContributorRow {
    /// The version.
    pub model_version_id: Uuid,
    /// The account that acted.
    pub account: Uuid,
    /// Whether it is a machine's.
    pub machine: bool,
    /// What it did: `evidence`, `data`, `card`, `metrics`, `people`, `lineage` or `other`.
    pub what: String,
    /// When it did so for the first time.
    pub since_at: DateTime<Utc>,
}

/// Who contributed to a version, in the order in which they did.
pub async fn contributors(conn: &mut Conn, version: Uuid) -> Result<Vec<ContributorRow>, Error> {
    fetch_all!(
        conn,
        ContributorRow,
        "SELECT * FROM model_contributor WHERE model_version_id = $1 ORDER BY since_at, account, what",
        version
    )
    .await
}

/// Puts on record that somebody contributed; once is enough.
pub async fn insert_contributor(conn: &mut Conn, row: ContributorRow) -> Result<(), Error> {
    let sql = "INSERT INTO model_contributor (model_version_id, account, machine, what, since_at)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (model_version_id, account, what) DO NOTHING";
    let ContributorRow { model_version_id, account, machine, what, since_at } = row;
    execute!(conn, sql, model_version_id, account, machine, what, since_at).await.map(drop)
}
