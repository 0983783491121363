//! Giving events their place: one function for both engines, called inside a transaction that nobody else of its kind
//! can run at the same time.
//!
//! It reads the head, takes rows from the outbox in the order of their ids (never `id > last`: sequences commit out of
//! order), hashes them, and inserts entries, full tiles and the new head. Should two ever run at once in spite of the
//! lock, the unique `prev_size` of a head makes one of them fail as a whole.

use assay_ledger::hash::{Hash, leaf_hash};
use assay_ledger::leaf::Leaf;
use assay_ledger::tile::{self, Row, Tile};
use assay_ledger::tree::{self, Frontier};
use uuid::Uuid;

use super::entries::{self, EntryRow};
use super::rows::{index, int};
use crate::db::{Conn, Indices};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// How many rows are taken at once.
pub(crate) const BATCH: usize = 1000;

#[derive(sqlx::FromRow)]
struct OutboxRow {
    id: i64,
    event_id: Uuid,
    leaf: Vec<u8>,
}

/// Sequences until the outbox is empty; gives the new indices. Public for the test that runs several without the lock.
///
/// # Errors
/// When the database refuses, or holds what is no leaf: then nothing of this transaction may be kept.
pub async fn drain(conn: &mut Conn, log_id: i64) -> Result<Indices, Error> {
    let mut indices = Indices::new();
    while sequence(conn, log_id, &mut indices).await? == BATCH {}
    Ok(indices)
}

/// Sequences one batch; gives the number of entries added.
pub(crate) async fn sequence(conn: &mut Conn, log_id: i64, indices: &mut Indices) -> Result<usize, Error> {
    let rows = take(conn, log_id).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut frontier = head(conn, log_id).await?;
    let before = frontier.size();
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let (entry, hash) = entry(log_id, int(frontier.size())?, row)?;
        indices.insert(entry.event_id, frontier.size());
        frontier.append(hash);
        entries.push(entry);
    }
    let added = entries.len();
    entries::insert(conn, entries).await?;
    for tile in tile::filled(before, frontier.size()) {
        add_tile(conn, log_id, tile).await?;
    }
    execute!(
        conn,
        "INSERT INTO audit_head (log_id, size, prev_size, root, frontier) VALUES ($1, $2, $3, $4, $5)",
        log_id,
        int(frontier.size())?,
        int(before)?,
        frontier.root().0.to_vec(),
        frontier.to_bytes()
    )
    .await?;
    Ok(added)
}

/// The right edge of the tree as it stands.
pub(crate) async fn head(conn: &mut Conn, log_id: i64) -> Result<Frontier, Error> {
    let head = fetch_optional!(
        conn,
        (i64, Vec<u8>),
        "SELECT size, frontier FROM audit_head WHERE log_id = $1 ORDER BY size DESC LIMIT 1",
        log_id
    )
    .await?;
    match head {
        Some((size, frontier)) => frontier_of(size, &frontier),
        None => Ok(Frontier::new()),
    }
}

/// How many entries the log has.
pub(crate) async fn head_size(conn: &mut Conn, log_id: i64) -> Result<u64, Error> {
    let sql = "SELECT size FROM audit_head WHERE log_id = $1 ORDER BY size DESC LIMIT 1";
    let size = fetch_optional!(conn, (i64,), sql, log_id).await?;
    size.map_or(Ok(0), |(size,)| index(size, "audit_head.size"))
}

/// Reads `audit_head.frontier`.
pub(crate) fn frontier_of(size: i64, bytes: &[u8]) -> Result<Frontier, Error> {
    Frontier::from_bytes(size.unsigned_abs(), bytes)
        .map_err(|error| Error::Internal(format!("audit_head of size {size}, column frontier: {error}")))
}

async fn take(conn: &mut Conn, log_id: i64) -> Result<Vec<OutboxRow>, Error> {
    let mut rows = fetch_all!(
        conn,
        OutboxRow,
        "DELETE FROM audit_outbox WHERE id IN (
           SELECT id FROM audit_outbox WHERE log_id = $1 ORDER BY id LIMIT $2
         ) RETURNING id, event_id, leaf",
        log_id,
        BATCH as i64
    )
    .await?;
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

fn entry(log_id: i64, idx: i64, row: OutboxRow) -> Result<(EntryRow, Hash), Error> {
    let wrong =
        |problem: String| Error::Internal(format!("audit_outbox row {}, column leaf: {problem}", row.id));
    let leaf = Leaf::parse(&row.leaf).map_err(|error| wrong(error.to_string()))?;
    if leaf.id != row.event_id {
        return Err(wrong(format!("its id is {}, not that of the row, {}", leaf.id, row.event_id)));
    }
    let hash = leaf_hash(&row.leaf);
    Ok((EntryRow::new(log_id, idx, row.leaf, hash, leaf), hash))
}

async fn add_tile(conn: &mut Conn, log_id: i64, tile: Tile) -> Result<(), Error> {
    let Row::Hashes(level) = tile.row else { return Ok(()) };
    let (begin, width) = (tile.index * u64::from(tile::WIDTH), u64::from(tile::WIDTH));
    let hashes = match level.checked_sub(1) {
        None => entries::leaf_hashes(conn, log_id, begin, begin + width).await?,
        Some(below) => tile_roots(conn, log_id, below, begin, begin + width).await?,
    };
    if hashes.len() as u64 != width {
        return Err(Error::Internal(format!("{tile}: {} hashes are there instead of {width}", hashes.len())));
    }
    execute!(
        conn,
        "INSERT INTO audit_tile (log_id, level, n, hashes) VALUES ($1, $2, $3, $4)",
        log_id,
        i64::from(level),
        int(tile.index)?,
        tile::encode_hashes(&hashes)
    )
    .await?;
    Ok(())
}

/// The roots of the full tiles `begin..end` of a level, as far as there are any.
pub(crate) async fn tile_roots(
    conn: &mut Conn,
    log_id: i64,
    level: u8,
    begin: u64,
    end: u64,
) -> Result<Vec<Hash>, Error> {
    let tiles = fetch_all!(
        conn,
        (Vec<u8>,),
        "SELECT hashes FROM audit_tile WHERE log_id = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n",
        log_id,
        i64::from(level),
        int(begin)?,
        int(end)?
    )
    .await?;
    tiles.iter().map(|(bytes,)| Ok(tree::root(&super::rows::tile_hashes(bytes)?))).collect()
}
