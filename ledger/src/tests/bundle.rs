//! Small logs and their bundles, and what the format promises.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::commit::{Disclosure, Salt};
use crate::hash::leaf_hash;
use crate::leaf::Leaf;
use crate::note::{Ed25519Signer, Signer, VerifierKey};
use crate::tile::{self, Cutter, Row, Tile};
use crate::tree;

pub(crate) const ORIGIN: &str = "example.org/0195f1e2-7c00-7000-8000-000000000000";

/// A log in memory.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) leaves: Vec<Vec<u8>>,
    pub(crate) disclosures: Vec<Disclosure>,
    pub(crate) signer: std::sync::Arc<Ed25519Signer>,
}

impl Log {
    pub(crate) fn new(size: u64) -> Self {
        let signer = Ed25519Signer::from_seed(ORIGIN, &[1; 32]).unwrap().into();
        let mut log = Self { leaves: Vec::new(), disclosures: Vec::new(), signer };
        (0..size).for_each(|index| log.append(index));
        log
    }

    /// Appends the event of this number; every third one commits to a reason.
    pub(crate) fn append(&mut self, event: u64) {
        let mut leaf = Leaf::parse(include_bytes!("leaf.json")).unwrap();
        leaf.id = Uuid::from_u128(leaf.id.as_u128() + (u128::from(event) << 64));
        leaf.commit = BTreeMap::new();
        if event.is_multiple_of(3) {
            let salt = Salt([event as u8; 32]);
            let disclosure = Disclosure {
                index: self.leaves.len() as u64,
                field: "reason".into(),
                salt,
                value: json!("because\n"),
            };
            leaf.commit.insert("reason".into(), disclosure.hash().unwrap());
            self.disclosures.push(disclosure);
        }
        self.leaves.push(leaf.to_bytes().unwrap());
    }

    pub(crate) fn hashes(&self) -> Vec<Hash> {
        self.leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
    }

    pub(crate) fn checkpoint(&self, size: u64) -> SignedCheckpoint {
        let root = tree::root(&self.hashes()[..size as usize]);
        Checkpoint { origin: ORIGIN.into(), size, root }.sign(&[&*self.signer]).unwrap()
    }

    pub(crate) fn key(&self) -> VerifierKey {
        self.signer.verifier().clone()
    }

    /// The head of a bundle, with earlier checkpoints of these sizes.
    fn writer(&self, earlier: &[u64], disclosures: &[Disclosure]) -> Writer<Vec<u8>> {
        let mut writer = Writer::new(Vec::new(), self.checkpoint(self.leaves.len() as u64)).unwrap();
        earlier.iter().for_each(|size| writer.earlier(&self.checkpoint(*size)).unwrap());
        for chunk in disclosures.chunk_by(|a, b| a.index / 256 == b.index / 256) {
            writer.disclosed(chunk[0].index / 256, chunk).unwrap();
        }
        writer
    }

    /// Every file of the tiled log.
    pub(crate) fn tiles(&self) -> Vec<(Tile, Vec<u8>)> {
        let (mut cutter, mut tiles) = (Cutter::new(), BTreeMap::new());
        for hash in self.hashes() {
            cutter.push(hash, |tile, hashes| drop(tiles.insert(tile, tile::encode_hashes(hashes))));
        }
        cutter.partial(|tile, hashes| drop(tiles.insert(tile, tile::encode_hashes(hashes))));
        for (index, leaves) in self.leaves.chunks(256).enumerate() {
            let tile = Tile { row: Row::Entries, index: index as u64, width: leaves.len() as u16 };
            tiles.insert(tile, tile::encode_entries(leaves).unwrap());
        }
        tiles.into_iter().collect()
    }

    pub(crate) fn full(&self, earlier: &[u64]) -> Vec<u8> {
        let mut full = self.writer(earlier, &self.disclosures).full();
        self.tiles().into_iter().for_each(|(tile, bytes)| full.tile(tile, &bytes).unwrap());
        full.finish(&[self.key()]).unwrap()
    }

    pub(crate) fn selection(&self, earlier: &[u64], selected: &[u64]) -> Vec<u8> {
        let hashes = self.hashes();
        let disclosures: Vec<_> =
            self.disclosures.iter().filter(|one| selected.contains(&one.index)).cloned().collect();
        let len =
            selected.iter().map(|index| entry_line_len(*index, self.leaves[*index as usize].len())).sum();
        let mut selection = self.writer(earlier, &disclosures).selection("team: Search", len).unwrap();
        selected.iter().for_each(|index| selection.entry(*index, &self.leaves[*index as usize]).unwrap());
        let mut nodes = selection.nodes().unwrap();
        for node in nodes.needed().collect::<Vec<_>>() {
            let begin = (node.index << node.level) as usize;
            nodes.node(&tree::root(&hashes[begin..begin + (1 << node.level)])).unwrap();
        }
        nodes.finish(&[self.key()]).unwrap()
    }
}

/// Names and contents, as an independent reader sees them.
pub(crate) fn files(bundle: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(bundle);
    let read = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), bytes)
    };
    archive.entries().unwrap().map(read).collect()
}

#[test]
fn bundles_are_ordinary_tar_files_in_order() {
    let log = Log::new(300);
    let full = files(&log.full(&[10, 299]));
    let names: Vec<&str> = full.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "checkpoint",
        "checkpoints/00000000000000000010",
        "checkpoints/00000000000000000299",
        "disclosed/000.ndjson",
        "disclosed/001.ndjson",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
        "vkey",
        "manifest.json",
    ];
    assert_eq!(names, expected);
    assert!(names[..names.len() - 1].is_sorted());
    assert_eq!(log.full(&[10, 299]), log.full(&[10, 299]));

    let selection = files(&log.selection(&[10], &[3, 4, 299]));
    let names: Vec<&str> = selection.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[1..4], ["checkpoints/00000000000000000010", "disclosed/000.ndjson", "entries.ndjson"]);
    assert_eq!(names[4..], ["nodes.bin", "vkey", "manifest.json"]);
    let lines: Vec<&[u8]> = selection[3].1.split_inclusive(|byte| *byte == b'\n').collect();
    let entry = parse_entry_line(lines[1]).unwrap();
    assert_eq!(entry, (4, log.leaves[4].as_slice()));
    let line: serde_json::Value = serde_json::from_slice(lines[1]).unwrap();
    assert_eq!(line["leaf"]["action"], "approval.decided");
}

#[test]
fn the_manifest_lists_what_sha256sum_would_say() {
    let bundle = Log::new(2).selection(&[], &[1]);
    let files = files(&bundle);
    let manifest: serde_json::Value = serde_json::from_slice(&files.last().unwrap().1).unwrap();
    assert_eq!((&manifest["kind"], &manifest["filter"]), (&json!("selection"), &json!("team: Search")));
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len() - 1);
    for (file, (name, bytes)) in listed.iter().zip(&files) {
        let expected = json!({"name": name, "size": bytes.len(), "sha256": sha256(bytes).to_hex()});
        assert_eq!(file, &expected);
    }
}

#[test]
fn what_comes_out_of_turn_is_refused() {
    let log = Log::new(5);
    let writer = || log.writer(&[2], &[]);
    assert!(writer().earlier(&log.checkpoint(2)).is_err());
    assert!(writer().earlier(&log.checkpoint(5)).is_err());
    assert!(writer().disclosed(1, &log.disclosures).is_err());
    let mut disclosing = writer();
    disclosing.disclosed(0, &log.disclosures).unwrap();
    assert!(disclosing.disclosed(0, &log.disclosures).is_err());
    assert!(disclosing.earlier(&log.checkpoint(3)).is_err());

    let mut full = writer().full();
    let tiles = log.tiles();
    assert!(full.tile(tiles[1].0, &tiles[1].1).is_err());
    assert!(writer().full().finish(&[log.key()]).is_err());

    let mut selection = writer().selection("", 1000).unwrap();
    selection.entry(3, &log.leaves[3]).unwrap();
    assert!(selection.entry(3, &log.leaves[3]).is_err());
    assert!(selection.entry(5, &log.leaves[3]).is_err());
    assert!(selection.entry(4, b"{\n}").is_err());
    assert!(selection.nodes().is_err(), "other bytes than announced");
    let nodes = writer().selection("", 0).unwrap().nodes().unwrap();
    assert!(nodes.finish(&[log.key()]).is_err(), "nodes are missing");
}

proptest! {
    #[test]
    fn entry_lines_round_trip_and_are_as_long_as_announced(index in any::<u64>(), leaf in "[^\n]*") {
        let line = entry_line(index, leaf.as_bytes());
        prop_assert_eq!(line.len() as u64, entry_line_len(index, leaf.len()));
        prop_assert_eq!(parse_entry_line(&line), Some((index, leaf.as_bytes())));
    }

    #[test]
    fn gaps_are_covered_exactly(begin in 0u64..5000, len in 0u64..5000, mut cuts in proptest::collection::vec(0u64..10_000, 0..6)) {
        cuts.sort_unstable();
        let end = begin + len;
        let mut at = begin;
        for node in gap_nodes(begin, end, &cuts) {
            prop_assert_eq!(node.index << node.level, at);
            let next = at + (1 << node.level);
            prop_assert!(!cuts.iter().any(|cut| at < *cut && *cut < next));
            at = next;
        }
        prop_assert_eq!(at, end);
    }
}
