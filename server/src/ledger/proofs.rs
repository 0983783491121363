//! Making proofs from stored hashes: full tiles from `audit_tile`, the right edge of each level from what lies below.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use assay_ledger::hash::Hash;
use assay_ledger::tile::{HEIGHT, Tiles, WIDTH};
use assay_ledger::tree::{self, Node, Span};

use super::rows::{self, int};
use super::{entries, sequencer};
use crate::db::{Conn, Db};
use crate::error::{Error, FieldError};
use crate::fetch_optional;

/// The last two tiles of each level, by level and number. Without the unfinished one a proof would read up to 255 tiles of
/// the level below to know their roots, and on level 0 up to 255 entries; the one before it is there because entries are
/// made by the batch. What is in a row never changes; rows only grow.
#[derive(Default)]
pub(crate) struct RowCache(Mutex<HashMap<(u8, u64), Vec<Hash>>>);

impl Db {
    /// The proof that the entry at `index` is in the tree of `size` entries: from its sibling up to the root's child.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when there is no such entry in a tree of that size.
    pub async fn inclusion_proof(&self, conn: &mut Conn, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
        self.check_size(conn, size, "/size").await?;
        let path = tree::inclusion_path(index, size)
            .map_err(|error| Error::BadRequest(FieldError::new("/index", error.to_string())))?;
        self.proof(conn, &path).await
    }

    /// The proof that the tree of `newer` entries begins with the tree of `older`.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when there are no such trees.
    pub async fn consistency_proof(
        &self,
        conn: &mut Conn,
        older: u64,
        newer: u64,
    ) -> Result<Vec<Hash>, Error> {
        self.check_size(conn, newer, "/to").await?;
        let path = tree::consistency_path(older, newer)
            .map_err(|error| Error::BadRequest(FieldError::new("/from", error.to_string())))?;
        self.proof(conn, &path).await
    }

    /// The first `width` hashes of a tile of hashes, as C2SP tlog-tiles serves it; [`Error::NotFound`] when the log has
    /// not that many.
    ///
    /// # Errors
    /// See above.
    pub async fn tile(&self, conn: &mut Conn, level: u8, n: u64, width: u16) -> Result<Vec<Hash>, Error> {
        let size = sequencer::head_size(conn, self.log().id).await?;
        let items = size.checked_shr(u32::from(level) * u32::from(HEIGHT)).unwrap_or(0);
        let end = n.checked_mul(u64::from(WIDTH)).and_then(|begin| begin.checked_add(u64::from(width)));
        if width > WIDTH || end.is_none_or(|end| end > items) {
            return Err(Error::NotFound);
        }
        let mut row = self.row(conn, level, n, usize::from(width)).await?;
        row.truncate(usize::from(width));
        Ok(row)
    }

    /// The root of the tree when it had `size` entries.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it never had that many.
    pub async fn root_at(&self, conn: &mut Conn, size: u64) -> Result<Hash, Error> {
        self.check_size(conn, size, "/size").await?;
        let nodes: Vec<Node> = Span { begin: 0, end: size }.nodes().collect();
        let hashes = self.node_hashes(conn, &nodes).await?;
        Ok(Span::fold(hashes.into_iter()).unwrap_or_else(assay_ledger::hash::empty_root))
    }

    /// The hashes of nodes that the tree has.
    pub(crate) async fn node_hashes(&self, conn: &mut Conn, nodes: &[Node]) -> Result<Vec<Hash>, Error> {
        let tiles = self.tiles(conn, nodes).await?;
        nodes.iter().map(|node| tiles.node(*node)).collect::<Result<_, _>>().map_err(Error::internal)
    }

    /// The proof for a receipt: index and size are known to be right.
    pub(crate) async fn receipt_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
        let path = tree::inclusion_path(index, size).map_err(Error::internal)?;
        let nodes: Vec<Node> = path.iter().flat_map(|span| span.nodes()).collect();
        // Nearly always the entry is so new that no connection has to be waited for.
        match self.remembered(&nodes) {
            Some(tiles) => assemble(&path, &tiles),
            None => self.proof(&mut self.read().await?, &path).await,
        }
    }

    /// The same with a connection that is there already.
    pub(crate) async fn receipt_proof_with(
        &self,
        conn: &mut Conn,
        index: u64,
        size: u64,
    ) -> Result<Vec<Hash>, Error> {
        let path = tree::inclusion_path(index, size).map_err(Error::internal)?;
        self.proof(conn, &path).await
    }

    async fn check_size(&self, conn: &mut Conn, size: u64, pointer: &str) -> Result<(), Error> {
        let now = sequencer::head_size(conn, self.log().id).await?;
        if size <= now {
            return Ok(());
        }
        let message = format!("the log has {now} entries, not {size}");
        Err(Error::BadRequest(FieldError::new(pointer, message)))
    }

    async fn proof(&self, conn: &mut Conn, path: &[Span]) -> Result<Vec<Hash>, Error> {
        let nodes: Vec<Node> = path.iter().flat_map(|span| span.nodes()).collect();
        let tiles = self.tiles(conn, &nodes).await?;
        assemble(path, &tiles)
    }

    /// Reads what the nodes follow from.
    async fn tiles(&self, conn: &mut Conn, nodes: &[Node]) -> Result<Tiles, Error> {
        let mut tiles = Tiles::new();
        for ((level, n), width) in needed(nodes) {
            tiles.insert(level, n, self.row(conn, level, n, width).await?);
        }
        Ok(tiles)
    }

    /// The same from memory alone; `None` where that does not hold everything.
    fn remembered(&self, nodes: &[Node]) -> Option<Tiles> {
        let mut tiles = Tiles::new();
        for ((level, n), width) in needed(nodes) {
            let row = self.ledger().rows.get(level, n);
            if row.len() < width {
                return None;
            }
            tiles.insert(level, n, row);
        }
        Some(tiles)
    }

    /// At least the first `width` hashes of a tile.
    async fn row(&self, conn: &mut Conn, level: u8, n: u64, width: usize) -> Result<Vec<Hash>, Error> {
        let log_id = self.log().id;
        let cache = &self.ledger().rows;
        let mut row = cache.get(level, n);
        if row.len() >= width {
            return Ok(row);
        }
        let sql = "SELECT hashes FROM audit_tile WHERE log_id = $1 AND level = $2 AND n = $3";
        if let Some((bytes,)) =
            fetch_optional!(conn, (Vec<u8>,), sql, log_id, i64::from(level), int(n)?).await?
        {
            let row = rows::tile_hashes(&bytes)?;
            cache.put(level, n, &row);
            return Ok(row);
        }
        let begin = n * u64::from(WIDTH);
        let end = begin + width as u64;
        let from = begin + row.len() as u64;
        row.extend(match level.checked_sub(1) {
            None => entries::leaf_hashes(conn, log_id, from, end).await?,
            Some(below) => sequencer::tile_roots(conn, log_id, below, from, end).await?,
        });
        cache.put(level, n, &row);
        Ok(row)
    }
}

impl RowCache {
    fn get(&self, level: u8, n: u64) -> Vec<Hash> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.get(&(level, n)).cloned().unwrap_or_default()
    }

    fn put(&self, level: u8, n: u64, row: &[Hash]) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest =
            rows.keys().filter(|(known, _)| *known == level).map(|(_, n)| *n).max().unwrap_or(n).max(n);
        if n + 1 >= newest && rows.get(&(level, n)).is_none_or(|known| known.len() < row.len()) {
            rows.insert((level, n), row.to_vec());
            rows.retain(|(known, n), _| *known != level || n + 1 >= newest);
        }
    }
}

/// Which tiles the nodes follow from, by level and number, and how much of each.
fn needed(nodes: &[Node]) -> HashMap<(u8, u64), usize> {
    let mut needed: HashMap<(u8, u64), usize> = HashMap::new();
    for node in nodes {
        let (level, inside) = (node.level / HEIGHT, node.level % HEIGHT);
        let index = node.index >> (HEIGHT - inside);
        let end = ((node.index + 1) << inside) - index * u64::from(WIDTH);
        let width = needed.entry((level, index)).or_default();
        *width = (*width).max(end as usize);
    }
    needed
}

fn assemble(path: &[Span], tiles: &Tiles) -> Result<Vec<Hash>, Error> {
    tree::assemble(path, |node| tiles.node(node)).map_err(Error::internal)
}
