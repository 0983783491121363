//! Writing bundles. Everything is pushed in the order of the archive, so memory stays flat however large the log is:
//! read a page, push it, forget it. The type of each step offers only what may come next.

use std::io::{self, Write};
use std::ops::Range;

use super::{
    CHECKPOINT, DISCLOSED, ENTRIES, Kind, MANIFEST, MAX_FILTER, Manifest, NODES, VKEY, archive,
    disclosed_name, earlier_name, entry_line, gap_nodes,
};
use crate::checkpoint::SignedCheckpoint;
use crate::commit::Disclosure;
use crate::hash::Hash;
use crate::leaf::MAX_BYTES;
use crate::note::VerifierKey;
use crate::tile::{self, Tile, WIDTH};
use crate::tree::Node;

/// Why a bundle cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The output failed, or a file did not get as many bytes as were announced.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something has no canonical JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Something came out of turn or does not fit the log.
    #[error("{0}")]
    Misused(String),
}

fn require(holds: bool, problem: impl FnOnce() -> String) -> Result<(), WriteError> {
    if holds { Ok(()) } else { Err(WriteError::Misused(problem())) }
}

/// The head of a bundle: checkpoints and disclosures.
pub struct Writer<W> {
    archive: archive::Writer<W>,
    head: SignedCheckpoint,
    earlier: Vec<u64>,
    disclosed: Option<u64>,
}

impl<W: Write> Writer<W> {
    /// Starts a bundle of the log as it was at this checkpoint.
    ///
    /// # Errors
    /// When the output fails.
    pub fn new(out: W, head: SignedCheckpoint) -> Result<Self, WriteError> {
        let mut archive = archive::Writer::new(out);
        archive.file(CHECKPOINT, head.to_string().as_bytes())?;
        Ok(Self { archive, head, earlier: Vec::new(), disclosed: None })
    }

    /// Adds an earlier checkpoint, so that whoever holds it can see that it was kept. Oldest first, one for a size,
    /// before disclosures.
    ///
    /// # Errors
    /// When the order is wrong or the output fails.
    pub fn earlier(&mut self, checkpoint: &SignedCheckpoint) -> Result<(), WriteError> {
        let size = checkpoint.checkpoint().size;
        let in_order =
            self.earlier.last().is_none_or(|last| *last < size) && size < self.head.checkpoint().size;
        require(in_order && self.disclosed.is_none(), || {
            format!(
                "the earlier checkpoint of size {size} is out of turn: smallest first, all before disclosures"
            )
        })?;
        self.earlier.push(size);
        Ok(self.archive.file(&earlier_name(size), checkpoint.to_string().as_bytes())?)
    }

    /// Adds the disclosures for the entries `256 n .. 256 (n + 1)`, by index. Ascending `n`; none needs no file.
    ///
    /// # Errors
    /// When the order is wrong or the output fails.
    pub fn disclosed(&mut self, n: u64, disclosures: &[Disclosure]) -> Result<(), WriteError> {
        require(self.disclosed.is_none_or(|last| last < n), || format!("{DISCLOSED}{n} is out of turn"))?;
        let belongs = |disclosure: &Disclosure| disclosure.index / u64::from(WIDTH) == n;
        require(disclosures.is_sorted_by_key(|one| one.index) && disclosures.iter().all(belongs), || {
            format!("{DISCLOSED}{n} is given disclosures of other entries, or not by index")
        })?;
        self.disclosed = Some(n);
        let mut lines = Vec::new();
        for disclosure in disclosures {
            lines.extend(serde_json_canonicalizer::to_vec(disclosure)?);
            lines.push(b'\n');
        }
        Ok(self.archive.file(&disclosed_name(n), &lines)?)
    }

    /// Goes on with the whole log.
    pub fn full(self) -> Full<W> {
        let tiles = Box::new(tile::tiles(self.head.checkpoint().size));
        Full { archive: self.archive, tiles }
    }

    /// Goes on with selected entries. `filter` tells people what was selected; `entries_len` is the sum of
    /// [`super::entry_line_len`] over the selected entries, because tar wants sizes first.
    ///
    /// # Errors
    /// When the filter is too long or the output fails.
    pub fn selection(mut self, filter: &str, entries_len: u64) -> Result<Selection<W>, WriteError> {
        require(filter.len() <= MAX_FILTER, || format!("the filter is longer than {MAX_FILTER} bytes"))?;
        self.archive.begin(ENTRIES, entries_len)?;
        let size = self.head.checkpoint().size;
        let (cuts, filter) = (self.earlier, filter.to_owned());
        Ok(Selection { archive: self.archive, size, cuts, filter, next: 0, gaps: Vec::new() })
    }
}

fn finish<W: Write>(
    mut archive: archive::Writer<W>,
    kind: Kind,
    filter: &str,
    keys: &[VerifierKey],
) -> Result<W, WriteError> {
    let lines: String = keys.iter().map(|key| format!("{key}\n")).collect();
    archive.file(VKEY, lines.as_bytes())?;
    let manifest = Manifest::to_bytes(kind, filter, archive.files())?;
    archive.file(MANIFEST, &manifest)?;
    Ok(archive.finish()?)
}

/// The body of a full bundle.
pub struct Full<W> {
    archive: archive::Writer<W>,
    tiles: Box<dyn Iterator<Item = Tile> + Send>,
}

impl<W: Write> Full<W> {
    /// Adds a tile: those of [`tile::tiles`], in that order, with the bytes of [`tile::encode_hashes`] or
    /// [`tile::encode_entries`].
    ///
    /// # Errors
    /// When it is not this tile's turn or the output fails.
    pub fn tile(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), WriteError> {
        let expected = self.tiles.next();
        require(expected == Some(tile), || format!("{tile} is out of turn"))?;
        Ok(self.archive.file(&tile.to_string(), bytes)?)
    }

    /// Ends the bundle.
    ///
    /// # Errors
    /// When tiles are missing or the output fails.
    pub fn finish(mut self, keys: &[VerifierKey]) -> Result<W, WriteError> {
        let missing = self.tiles.next();
        require(missing.is_none(), || format!("tiles are missing, from {missing:?}"))?;
        finish(self.archive, Kind::Full, "", keys)
    }
}

/// The entries of a selection.
pub struct Selection<W> {
    archive: archive::Writer<W>,
    size: u64,
    cuts: Vec<u64>,
    filter: String,
    next: u64,
    gaps: Vec<Range<u64>>,
}

impl<W: Write> Selection<W> {
    /// Adds an entry; ascending by index.
    ///
    /// # Errors
    /// When the order is wrong, the leaf is none, or the output fails.
    pub fn entry(&mut self, index: u64, leaf: &[u8]) -> Result<(), WriteError> {
        require(self.next <= index && index < self.size, || format!("entry {index} is out of turn"))?;
        require(leaf.len() <= MAX_BYTES && !leaf.contains(&b'\n'), || {
            format!("entry {index} is not a leaf")
        })?;
        self.archive.write(&entry_line(index, leaf))?;
        self.leave_out(index);
        self.next = index + 1;
        Ok(())
    }

    /// Notes that no entry before `end` is selected since the last one.
    fn leave_out(&mut self, end: u64) {
        if self.next < end {
            self.gaps.push(self.next..end);
        }
    }

    /// Goes on with the hashes of what was not selected.
    ///
    /// # Errors
    /// When the entries have another length than announced, or the output fails.
    pub fn nodes(mut self) -> Result<Nodes<W>, WriteError> {
        self.archive.end()?;
        self.leave_out(self.size);
        let mut nodes =
            Nodes { archive: self.archive, cuts: self.cuts, filter: self.filter, gaps: self.gaps };
        let count = nodes.needed().count() as u64;
        nodes.archive.begin(NODES, count * Hash::LEN as u64)?;
        Ok(nodes)
    }
}

/// The hashes of a selection.
pub struct Nodes<W> {
    archive: archive::Writer<W>,
    cuts: Vec<u64>,
    filter: String,
    gaps: Vec<Range<u64>>,
}

impl<W: Write> Nodes<W> {
    /// The nodes whose hashes are to be pushed, in order.
    pub fn needed(&self) -> impl Iterator<Item = Node> {
        self.gaps.iter().flat_map(|gap| gap_nodes(gap.start, gap.end, &self.cuts))
    }

    /// Adds the hash of the next needed node.
    ///
    /// # Errors
    /// When the output fails.
    pub fn node(&mut self, hash: &Hash) -> Result<(), WriteError> {
        Ok(self.archive.write(&hash.0)?)
    }

    /// Ends the bundle.
    ///
    /// # Errors
    /// When nodes are missing or too many, or the output fails.
    pub fn finish(mut self, keys: &[VerifierKey]) -> Result<W, WriteError> {
        self.archive.end()?;
        finish(self.archive, Kind::Selection, &self.filter, keys)
    }
}
