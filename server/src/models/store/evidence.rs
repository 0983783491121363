//! What is shown for a version.

use super::column;
use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use assay_domain::models::EvidenceKind;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A row of `model_evidence`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EvidenceRow {
    /// Identifier.
    pub id: Uuid,
    /// The version.
    pub model_version_id: Uuid,
    /// What it is about: a name of [`EvidenceKind`].
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// Where it is.
    pub uri: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// The day on which it was made.
    pub made_on: NaiveDate,
    /// Whose session or token attached it.
    pub added_by: Uuid,
    /// When.
    pub added_at: DateTime<Utc>,
    /// When it was taken away.
    pub removed_at: Option<DateTime<Utc>>,
}

impl EvidenceRow {
    /// What it is about.
    ///
    /// # Errors
    /// [`Error::Internal`] for a kind that there is none of.
    pub fn kind(&self) -> Result<EvidenceKind, Error> {
        column(self.kind.parse(), "model_evidence.kind", self.id)
    }
}

/// What is shown for a version now, in the order in which it was added.
pub async fn evidence(conn: &mut Conn, version: Uuid) -> Result<Vec<EvidenceRow>, Error> {
    fetch_all!(
        conn,
        EvidenceRow,
        "SELECT * FROM model_evidence WHERE model_version_id = $1 AND removed_at IS NULL ORDER BY added_at, id",
        version
    )
    .await
}

/// A piece of evidence of a version, also one that was taken away.
pub async fn one_evidence(conn: &mut Conn, version: Uuid, id: Uuid) -> Result<Option<EvidenceRow>, Error> {
    fetch_optional!(
        conn,
        EvidenceRow,
        "SELECT * FROM model_evidence WHERE id = $1 AND model_version_id = $2",
        id,
        version
    )
    .await
}

/// Stores a piece of evidence with the entry that tells of it.
pub async fn insert_evidence(conn: &mut Conn, row: &EvidenceRow, ledger_event: Uuid) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO model_evidence (id, model_version_id, kind, title, uri, sha256, made_on, added_by, added_at,
             ledger_event)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.id,
        row.model_version_id,
        row.kind,
        row.title,
        row.uri,
        row.sha256,
        row.made_on,
        row.added_by,
        row.added_at,
        ledger_event
    )
    .await?;
    Ok(())
}

/// Takes a piece of evidence away; the number of rows changed, 0 when it was away already.
pub async fn remove_evidence(conn: &mut Conn, id: Uuid, at: DateTime<Utc>) -> Result<u64, Error> {
    let sql = "UPDATE model_evidence SET removed_at = $1 WHERE id = $2 AND removed_at IS NULL";
    execute!(conn, sql, at, id).await
}
