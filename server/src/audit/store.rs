//! SQL of the room: names by id, checkpoints by size, disclosures of entries.

use std::collections::{BTreeSet, HashMap};

use assay_ledger::SignedCheckpoint;
use assay_ledger::commit::{Disclosure, Salt};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::db::Conn;
use crate::error::Error;
use crate::fetch_optional;
use crate::ledger::entries::EntryRow;

/// Ids in one statement.
const AT_ONCE: usize = 250;

/// Rows of a statement that ends in `IN`, for these ids.
async fn by_ids<R>(conn: &mut Conn, sql: &str, ids: &[Uuid]) -> Result<Vec<R>, Error>
where
    R: for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin,
{
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let places = (1..=some.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!("{sql} ({places})");
        macro_rules! run {
            ($engine:ty, $conn:expr) => {{
                let query = sqlx::query_as::<$engine, R>(AssertSqlSafe(sql));
                some.iter().fold(query, |query, id| query.bind(*id)).fetch_all(&mut **$conn).await?
            }};
        }
        found.extend(match conn {
            Conn::Sqlite(conn) => run!(sqlx::Sqlite, conn),
            Conn::Postgres(conn) => run!(sqlx::Postgres, conn),
        });
    }
    Ok(found)
}

/// What `sql` (columns: id, name; ending in `IN`) calls these ids.
pub(super) async fn names(
    conn: &mut Conn,
    sql: &str,
    ids: BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, String>, Error> {
    Ok(by_ids::<(Uuid, String)>(conn, sql, &ids.into_iter().collect::<Vec<_>>()).await?.into_iter().collect())
}

/// Names and short names of teams.
pub(super) async fn teams(
    conn: &mut Conn,
    ids: BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, (String, String)>, Error> {
    let sql = "SELECT id, name, slug FROM team WHERE id IN";
    let rows = by_ids::<(Uuid, String, String)>(conn, sql, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(rows.into_iter().map(|(id, name, slug)| (id, (name, slug))).collect())
}

/// What can be disclosed of these entries, which stand in order; in their order, then by field.
pub(super) async fn disclosures(conn: &mut Conn, entries: &[EntryRow]) -> Result<Vec<Disclosure>, Error> {
    let places: HashMap<Uuid, u64> =
        entries.iter().map(|entry| (entry.event_id, entry.idx.unsigned_abs())).collect();
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.event_id).collect();
    let sql = "SELECT event_id, field, salt, value FROM audit_disclosure WHERE event_id IN";
    let rows = by_ids::<(Uuid, String, Vec<u8>, String)>(conn, sql, &ids).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (event, field, salt, value) in rows {
        let wrong =
            |what: &str| Error::internal(format!("audit_disclosure.{what} of {event}: run `assay fsck`"));
        let salt = Salt(salt.try_into().map_err(|_| wrong("salt"))?);
        let value = serde_json::from_str(&value).map_err(|_| wrong("value"))?;
        let index = places.get(&event).copied().ok_or_else(|| wrong("event_id"))?;
        found.push(Disclosure { index, field, salt, value });
    }
    found.sort_by(|a, b| (a.index, &a.field).cmp(&(b.index, &b.field)));
    Ok(found)
}

/// The newest signed checkpoint of at most `size` entries.
pub(super) async fn checkpoint_up_to(
    conn: &mut Conn,
    log_id: i64,
    size: u64,
) -> Result<Option<SignedCheckpoint>, Error> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let sql = "SELECT note FROM audit_checkpoint WHERE log_id = $1 AND size <= $2 ORDER BY size DESC LIMIT 1";
    let note = fetch_optional!(conn, (String,), sql, log_id, size).await?;
    let parse = |(note,): (String,)| SignedCheckpoint::parse(note.as_bytes());
    note.map(parse).transpose().map_err(|error| Error::internal(format!("audit_checkpoint.note: {error}")))
}
