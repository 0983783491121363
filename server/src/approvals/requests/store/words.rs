//! What people said: reasons, conditions, notes. The ledger keeps a digest of each beside the action.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `approval_word`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WordRow {
    /// Identifier.
    pub id: Uuid,
    /// The request.
    pub request_id: Uuid,
    /// The entry of the ledger that commits to it.
    pub ledger_event: Uuid,
    /// What it is, as the ledger's field is called: `note`, `reason`, `conditions`, `decided_by_name`.
    pub field: String,
    /// The condition, where it is the text of one.
    pub about: Option<Uuid>,
    /// Who said it: a person or a service account.
    pub said_by: Uuid,
    /// When.
    pub said_at: DateTime<Utc>,
    /// The words.
    pub body: String,
}

/// Stores words.
pub async fn insert_word(conn: &mut Conn, row: &WordRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO approval_word (id, request_id, ledger_event, field, about, said_by, said_at, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.id,
        row.request_id,
        row.ledger_event,
        row.field,
        row.about,
        row.said_by,
        row.said_at,
        row.body
    )
    .await?;
    Ok(())
}

/// All that was said about a request, the oldest first.
pub async fn words(conn: &mut Conn, request: Uuid) -> Result<Vec<WordRow>, Error> {
    let sql = "SELECT * FROM approval_word WHERE request_id = $1 ORDER BY said_at, id";
    fetch_all!(conn, WordRow, sql, request).await
}
