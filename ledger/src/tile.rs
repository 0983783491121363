//! C2SP tlog-tiles: the tree cut into immutable files of 256 hashes each, and the entries into bundles of 256.
//!
//! Only full tiles of hashes need storing: every other hash follows from them and from the last leaf hashes.
//! <https://c2sp.org/tlog-tiles>

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::hash::Hash;
use crate::tree::{self, Node};

/// Hashes, or entries, in a full tile.
pub const WIDTH: u16 = 256;

/// Levels of the tree that one level of tiles spans.
pub const HEIGHT: u8 = 8;

/// Levels of tiles in the largest tree.
const LEVELS: u8 = 8;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// Hashes: leaf hashes on level 0, roots of the full tiles of the level below on the others.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// One file of the tiled log. As text it is its path, such as `tile/0/x001/067.p/12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// What it holds.
    pub row: Row,
    /// Position within the row, from the left.
    pub index: u64,
    /// How many hashes or entries: 1 to 256, fewer than 256 only at the right edge of a tree.
    pub width: u16,
}

/// Why something is not a tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not the path of a tile.
    #[error("not the path of a tile: {0:?}")]
    Path(String),
    /// Not a whole number of hashes.
    #[error("a tile of {0} bytes does not consist of 32-byte hashes")]
    Hashes(usize),
    /// A length prefix points beyond the end.
    #[error("entry {entry} of the bundle is cut off: {missing} more bytes were announced")]
    CutOff {
        /// Number of the entry within the bundle.
        entry: usize,
        /// Bytes that are not there.
        missing: usize,
    },
    /// An entry whose length does not fit 16 bits.
    #[error("entry {entry} of the bundle has {length} bytes: more than 65,535 cannot be stored")]
    TooLong {
        /// Number of the entry within the bundle.
        entry: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// A tile that a node needs was not supplied.
    #[error("tile {0} is needed and was not read")]
    Missing(Tile),
}

impl Tile {
    /// A full tile.
    pub fn full(row: Row, index: u64) -> Self {
        Self { row, index, width: WIDTH }
    }

    /// The tile at this place in a tree of `size` entries, partial if it is the last of its row; none beyond the edge.
    pub fn in_tree(row: Row, index: u64, size: u64) -> Option<Self> {
        let items = items_in_row(row, size);
        let begin = index.checked_mul(u64::from(WIDTH))?;
        let width = items.checked_sub(begin).filter(|rest| *rest > 0)?.min(u64::from(WIDTH));
        Some(Self { row, index, width: width as u16 })
    }

    /// Whether it has all its 256 items.
    pub fn is_full(&self) -> bool {
        self.width == WIDTH
    }
}

fn items_in_row(row: Row, size: u64) -> u64 {
    match row {
        Row::Entries => size,
        Row::Hashes(level) => size.checked_shr(u32::from(level) * u32::from(HEIGHT)).unwrap_or(0),
    }
}

/// Every tile of a tree of `size` entries: hashes level by level, then entries, each row from the left.
pub fn tiles(size: u64) -> impl Iterator<Item = Tile> {
    let rows = (0..LEVELS).map(Row::Hashes).chain([Row::Entries]);
    rows.flat_map(move |row| (0..).map_while(move |index| Tile::in_tree(row, index, size)))
}

/// The tiles of hashes that become full when a tree grows from `from` to `to` entries, lower levels first.
pub fn filled(from: u64, to: u64) -> impl Iterator<Item = Tile> {
    (0..LEVELS).flat_map(move |level| {
        let full = |size| items_in_row(Row::Hashes(level), size) / u64::from(WIDTH);
        (full(from)..full(to)).map(move |index| Tile::full(Row::Hashes(level), index))
    })
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Hashes(level) => write!(f, "tile/{level}/")?,
            Row::Entries => f.write_str("tile/entries/")?,
        }
        f.write_str(&encode_index(self.index))?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// `1234067` as `x001/x234/067`.
pub(crate) fn encode_index(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// The inverse of [`encode_index`]; lenient, so compare what it would encode to.
pub(crate) fn decode_index(path: &str) -> Option<u64> {
    path.split('/').try_fold(0u64, |index, part| {
        let digits = part.strip_prefix('x').unwrap_or(part);
        index.checked_mul(1000)?.checked_add(digits.parse().ok()?)
    })
}

impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let parse = || {
            let (row, rest) = path.strip_prefix("tile/")?.split_once('/')?;
            let row = match row {
                "entries" => Row::Entries,
                level => Row::Hashes(level.parse().ok().filter(|level| *level < LEVELS)?),
            };
            let (index, width) = match rest.split_once(".p/") {
                Some((index, width)) => {
                    (index, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?)
                }
                None => (rest, WIDTH),
            };
            Some(Self { row, index: decode_index(index)?, width })
        };
        // One spelling for each tile: what the path would be written as.
        let tile = parse().filter(|tile| tile.to_string() == path);
        tile.ok_or_else(|| TileError::Path(path.chars().take(120).collect()))
    }
}

/// Hashes one after the other, as a tile is stored.
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads a tile of hashes, full or partial.
///
/// # Errors
/// When the length is not a multiple of 32 bytes.
pub fn decode_hashes(bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    match bytes.as_chunks::<{ Hash::LEN }>() {
        (hashes, []) => Ok(hashes.iter().copied().map(Hash).collect()),
        _ => Err(TileError::Hashes(bytes.len())),
    }
}

/// Writes an entry bundle: each entry after its length in two bytes, big end first.
///
/// # Errors
/// When an entry is longer than 65,535 bytes.
pub fn encode_entries<L: AsRef<[u8]>>(leaves: impl IntoIterator<Item = L>) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    for (entry, leaf) in leaves.into_iter().enumerate() {
        let leaf = leaf.as_ref();
        let length =
            u16::try_from(leaf.len()).map_err(|_| TileError::TooLong { entry, length: leaf.len() })?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(leaf);
    }
    Ok(bytes)
}

/// Reads an entry bundle.
///
/// # Errors
/// When the last entry is cut off.
pub fn decode_entries(mut bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let entry = entries.len();
        let Some((length, rest)) = bytes.split_first_chunk() else {
            return Err(TileError::CutOff { entry, missing: 1 });
        };
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((leaf, rest)) = rest.split_at_checked(length) else {
            return Err(TileError::CutOff { entry, missing: length - rest.len() });
        };
        entries.push(leaf);
        bytes = rest;
    }
    Ok(entries)
}

/// Where a node is found: the tile that holds it, and the hashes of that tile that it folds from.
fn locate(node: Node) -> (u8, u64, Range<usize>) {
    let (level, inside) = (node.level / HEIGHT, node.level % HEIGHT);
    let per_tile = HEIGHT - inside;
    let begin = (node.index % (1 << per_tile)) << inside;
    (level, node.index >> per_tile, begin as usize..(begin + (1 << inside)) as usize)
}

/// The stored tiles that these nodes of a tree of `size` entries follow from: full tiles, and of level 0 also the
/// partial one at the right edge.
pub fn needed(nodes: impl IntoIterator<Item = Node>, size: u64) -> BTreeSet<Tile> {
    let mut tiles = BTreeSet::new();
    for node in nodes {
        let (level, index, range) = locate(node);
        match Tile::in_tree(Row::Hashes(level), index, size) {
            Some(tile) if level == 0 || tile.is_full() => {
                tiles.insert(tile);
            }
            _ => {
                let below = range.map(|i| index * u64::from(WIDTH) + i as u64);
                tiles.extend(below.map(|index| Tile::full(Row::Hashes(level.saturating_sub(1)), index)));
            }
        }
    }
    tiles
}

/// Tiles of hashes that were read, and the nodes that follow from them.
#[derive(Debug, Default, Clone)]
pub struct Tiles(HashMap<(u8, u64), Vec<Hash>>);

impl Tiles {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the hashes of a tile, full or partial.
    pub fn insert(&mut self, level: u8, index: u64, hashes: Vec<Hash>) {
        self.0.insert((level, index), hashes);
    }

    /// The hash of a node.
    ///
    /// # Errors
    /// When the tile it follows from was not added.
    pub fn node(&self, node: Node) -> Result<Hash, TileError> {
        let (level, index, range) = locate(node);
        if let Some(hashes) = self.0.get(&(level, index)).and_then(|hashes| hashes.get(range.clone())) {
            return Ok(tree::root(hashes));
        }
        let missing = || TileError::Missing(Tile::full(Row::Hashes(level), index));
        let below = level.checked_sub(1).ok_or_else(missing)?;
        let roots = range.map(|i| {
            let index = index * u64::from(WIDTH) + i as u64;
            let tile = self.0.get(&(below, index)).filter(|hashes| hashes.len() == usize::from(WIDTH));
            tile.map(|hashes| tree::root(hashes))
                .ok_or(TileError::Missing(Tile::full(Row::Hashes(below), index)))
        });
        Ok(tree::root(&roots.collect::<Result<Vec<_>, _>>()?))
    }
}

/// Cuts a growing tree into tiles of hashes.
#[derive(Debug, Default, Clone)]
pub struct Cutter {
    /// For each level: tiles completed, and the hashes of the next one.
    rows: Vec<(u64, Vec<Hash>)>,
}

impl Cutter {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf hash and hands over each tile that it completes, lower levels first. The root of the completed
    /// tile of level 0 is returned, if there is one.
    pub fn push(&mut self, leaf: Hash, mut emit: impl FnMut(Tile, &[Hash])) -> Option<Hash> {
        let mut hash = leaf;
        let mut completed = None;
        for level in 0..LEVELS {
            if self.rows.len() == usize::from(level) {
                self.rows.push((0, Vec::with_capacity(usize::from(WIDTH))));
            }
            let (index, hashes) = self.rows.get_mut(usize::from(level))?;
            hashes.push(hash);
            if hashes.len() < usize::from(WIDTH) {
                break;
            }
            emit(Tile::full(Row::Hashes(level), *index), hashes);
            hash = tree::root(hashes);
            completed.get_or_insert(hash);
            hashes.clear();
            *index += 1;
        }
        completed
    }

    /// Hands over the partial tiles of the right edge.
    pub fn partial(&self, mut emit: impl FnMut(Tile, &[Hash])) {
        for (level, (index, hashes)) in self.rows.iter().enumerate() {
            if !hashes.is_empty() {
                emit(
                    Tile { row: Row::Hashes(level as u8), index: *index, width: hashes.len() as u16 },
                    hashes,
                );
            }
        }
    }
}

#[cfg(test)]
#[path = "tests/tile.rs"]
mod tests;
