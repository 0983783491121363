//! Export bundles: a tar file that proves what it contains, without the server.
//!
//! The archive is ustar with zero times and owners and one order of files, so that the same log gives the same bytes:
//!
//! | file | content |
//! | --- | --- |
//! | `checkpoint` | the signed checkpoint that everything else is proven against |
//! | `checkpoints/<size, 20 digits>` | earlier signed checkpoints, oldest first |
//! | `disclosed/<N>.ndjson` | opened commitments ([`crate::commit::Disclosure`]) of the entries `256 N ..`, one a line |
//! | full: `tile/…` | C2SP tlog-tiles: hashes level by level, then `tile/entries/…` |
//! | selection: `entries.ndjson` | `{"index":<index>,"leaf":<the exact bytes of the leaf>}` a line, by index |
//! | selection: `nodes.bin` | the hashes that stand for everything not selected, see below |
//! | `vkey` | the keys of the log, one a line; untrusted until compared with one's own |
//! | `manifest.json` | kind, filter, size and SHA-256 of every file before it |
//!
//! `N` is written as in tile paths. Files are in the order of their names; numbers count, so that `x001/000` follows
//! `999`.
//!
//! **`nodes.bin`.** Between two selected entries lies a gap. Each gap is covered by the largest perfect subtrees that
//! fit, from left to right ([`crate::tree::perfect_subtrees`]), and is cut where an earlier checkpoint ends. The file
//! is the roots of these subtrees, 32 bytes each, gap after gap. Appending leaves and subtrees in order leads to the
//! root, which proves every leaf at once, and on the way to the root at each earlier checkpoint, which proves
//! consistency: it is all inclusion and consistency proofs together, each node once.

pub(crate) mod archive;
mod write;

use serde::{Deserialize, Serialize};

use crate::hash::{Hash, sha256};
use crate::tile::encode_index;
use crate::tree::{Node, perfect_subtrees};

pub use write::{Full, Nodes, Selection, WriteError, Writer};

pub(crate) const CHECKPOINT: &str = "checkpoint";
pub(crate) const CHECKPOINTS: &str = "checkpoints/";
pub(crate) const DISCLOSED: &str = "disclosed/";
pub(crate) const ENTRIES: &str = "entries.ndjson";
pub(crate) const NODES: &str = "nodes.bin";
pub(crate) const VKEY: &str = "vkey";
pub(crate) const MANIFEST: &str = "manifest.json";

/// The longest description of a filter, in bytes.
pub const MAX_FILTER: usize = 16 * 1024;

/// What a bundle contains of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// All of it.
    Full,
    /// The entries that a filter selected.
    Selection,
}

/// `manifest.json`: what the bundle is and which files it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// SHA-256 of the manifest without this field, against accidents: the filter is in no other digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Hash>,
    files: Vec<File>,
    /// What the exporter said was selected. Nothing proves it.
    pub(crate) filter: String,
    pub(crate) kind: Kind,
    v: u64,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) name: String,
    /// In lower-case hexadecimal, as `sha256sum` prints it.
    sha256: String,
    size: u64,
}

impl File {
    pub(crate) fn new(name: String, size: u64, digest: &Hash) -> Self {
        Self { name, sha256: digest.to_hex(), size }
    }
}

impl Manifest {
    /// The one manifest that a bundle of these files has.
    pub(crate) fn to_bytes(kind: Kind, filter: &str, files: Vec<File>) -> serde_json::Result<Vec<u8>> {
        let mut manifest = Self { digest: None, files, filter: filter.to_owned(), kind, v: 1 };
        manifest.digest = Some(sha256(&serde_json_canonicalizer::to_vec(&manifest)?));
        let mut bytes = serde_json_canonicalizer::to_vec(&manifest)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

pub(crate) fn earlier_name(size: u64) -> String {
    format!("{CHECKPOINTS}{size:020}")
}

pub(crate) fn disclosed_name(n: u64) -> String {
    format!("{DISCLOSED}{}.ndjson", encode_index(n))
}

const LINE_PREFIX: &str = "{\"index\":";
const LINE_MIDDLE: &str = ",\"leaf\":";
const LINE_SUFFIX: &str = "}\n";

fn entry_line(index: u64, leaf: &[u8]) -> Vec<u8> {
    let head = format!("{LINE_PREFIX}{index}{LINE_MIDDLE}");
    [head.as_bytes(), leaf, LINE_SUFFIX.as_bytes()].concat()
}

/// Bytes that an entry takes in `entries.ndjson`: what [`Writer::selection`] must be told the sum of.
pub fn entry_line_len(index: u64, leaf_len: usize) -> u64 {
    let digits = index.checked_ilog10().unwrap_or(0) as usize + 1;
    (LINE_PREFIX.len() + digits + LINE_MIDDLE.len() + leaf_len + LINE_SUFFIX.len()) as u64
}

/// The longest line of `entries.ndjson`.
pub(crate) const MAX_ENTRY_LINE: usize = crate::leaf::MAX_BYTES + 64;

/// Index and exact leaf bytes of a line, which includes its line feed.
pub(crate) fn parse_entry_line(line: &[u8]) -> Option<(u64, &[u8])> {
    let rest = line.strip_prefix(LINE_PREFIX.as_bytes())?.strip_suffix(LINE_SUFFIX.as_bytes())?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (index, rest) = rest.split_at(digits);
    let index = crate::checkpoint::parse_decimal(std::str::from_utf8(index).ok()?)?;
    Some((index, rest.strip_prefix(LINE_MIDDLE.as_bytes())?))
}

/// The subtrees that cover the gap `begin..end` when it is cut at each of `cuts` (ascending) that lies within.
pub(crate) fn gap_nodes(begin: u64, end: u64, cuts: &[u64]) -> impl Iterator<Item = Node> {
    let first = cuts.partition_point(|cut| *cut <= begin);
    let inside = cuts.iter().skip(first).copied().take_while(move |cut| *cut < end);
    let mut from = begin;
    inside.chain([end]).flat_map(move |to| perfect_subtrees(std::mem::replace(&mut from, to), to))
}

#[cfg(test)]
#[path = "../tests/bundle.rs"]
pub(crate) mod tests;
