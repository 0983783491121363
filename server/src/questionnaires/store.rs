//! Published questionnaires in the database: SQL and row types, nothing else.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use chrono::{DateTime, Utc};

/// A row of `questionnaire`: one published version, with its text as it was published.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QuestionnaireRow {
    /// Identifier.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// Digest of the bank's canonical JSON.
    pub bank_sha256: String,
    /// The TOML text, as it was published.
    pub source: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// One published version.
pub async fn questionnaire(
    conn: &mut Conn,
    id: &str,
    version: &str,
) -> Result<Option<QuestionnaireRow>, Error> {
    let (id, version) = (id.to_owned(), version.to_owned());
    fetch_optional!(
        conn,
        QuestionnaireRow,
        "SELECT * FROM questionnaire WHERE id = $1 AND version = $2",
        id,
        version
    )
    .await
}

/// Every published version, in the order of publication.
pub async fn questionnaires(conn: &mut Conn) -> Result<Vec<QuestionnaireRow>, Error> {
    fetch_all!(conn, QuestionnaireRow, "SELECT * FROM questionnaire ORDER BY published_at, id, version").await
}

/// The questionnaire that was published first: the one that ships with the program.
pub async fn first_id(conn: &mut Conn) -> Result<Option<String>, Error> {
    let sql = "SELECT id FROM questionnaire ORDER BY published_at, id LIMIT 1";
    Ok(fetch_optional!(conn, (String,), sql).await?.map(|(id,)| id))
}

/// Stores a published version.
pub async fn insert(conn: &mut Conn, row: &QuestionnaireRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO questionnaire (id, version, title, bank_sha256, source, published_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        row.id,
        row.version,
        row.title,
        row.bank_sha256,
        row.source,
        row.published_at
    )
    .await?;
    Ok(())
}
