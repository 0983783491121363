//! Verifying an export bundle, in one pass over its bytes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use super::replay::Replay;
use super::{Report, Stop, Trust};
use crate::bundle::archive::Reader;
use crate::bundle::{
    CHECKPOINT, CHECKPOINTS, DISCLOSED, ENTRIES, Kind, MANIFEST, MAX_ENTRY_LINE, MAX_FILTER, Manifest, NODES,
    VKEY, disclosed_name, earlier_name, gap_nodes, parse_entry_line,
};
use crate::checkpoint::SignedCheckpoint;
use crate::commit::Disclosure;
use crate::hash::{Hash, leaf_hash};
use crate::note::{self, VerifierKey};
use crate::tile::{self, Cutter, Row, Tile, WIDTH};

/// The longest line of disclosures, in bytes.
const MAX_DISCLOSURE: usize = 4 << 20;

/// The largest entry bundle: 256 leaves with their lengths.
pub(super) const MAX_ENTRIES: usize = WIDTH as usize * (crate::leaf::MAX_BYTES + 2);

/// A manifest has at most this many bytes for each file.
const MAX_FILE_LINE: usize = 300;

/// Verifies a bundle. Never panics, whatever the bytes; reads to the end or to where it stops making sense.
pub fn verify_bundle(input: impl Read, trust: &Trust) -> Report {
    let mut report = Report::new();
    let outcome = run(input, trust, &mut report);
    report.conclude(outcome)
}

fn run(input: impl Read, trust: &Trust, report: &mut Report) -> Result<(), Stop> {
    let mut archive = Reader::new(BufReader::with_capacity(1 << 16, input));
    let head = read_head(&mut archive)?;
    report.about(head.checkpoint());

    archive.next()?;
    let earlier = read_earlier(&mut archive)?;
    let mut replay = Replay::new(head.checkpoint(), trust, &earlier, report);
    read_disclosures(&mut archive, head.checkpoint().size, &mut replay, report)?;
    let kind = if archive.name() == ENTRIES { Kind::Selection } else { Kind::Full };
    report.kind = Some(kind);
    match kind {
        Kind::Full => read_tiles(&mut archive, head.checkpoint().size, &mut replay, report)?,
        Kind::Selection => read_selection(&mut archive, &head, &earlier, &mut replay, report)?,
    }
    replay.finish(report);

    let keys = read_keys(&mut archive)?;
    report.check_signature(&head, trust, &keys);
    let known = if trust.keys.is_empty() { &keys } else { &trust.keys };
    for signed in earlier.iter() {
        let what = format!("the earlier checkpoint of size {}", signed.checkpoint().size);
        report.check_older_signature(&what, signed, known);
    }
    if let Some(since) = &trust.since {
        report.check_older_signature("the saved checkpoint", since, known);
    }
    read_manifest(&mut archive, kind, report)?;
    report.add_general_limits(trust);
    Ok(())
}

/// The first file; without it nothing can be said.
fn read_head(archive: &mut Reader<impl Read>) -> Result<SignedCheckpoint, Stop> {
    let mut read = || {
        archive.next()?;
        expect(archive, CHECKPOINT)?;
        let bytes = archive.read_all(note::MAX_BYTES)?;
        archive.end()?;
        SignedCheckpoint::parse(&bytes).map_err(|error| Stop::Broken(error.to_string()))
    };
    read().map_err(|stop| match stop {
        Stop::Broken(why) => Stop::Unreadable(format!("not a bundle that begins with a checkpoint: {why}")),
        unreadable @ Stop::Unreadable(_) => unreadable,
    })
}

fn expect(archive: &Reader<impl Read>, name: &str) -> Result<(), Stop> {
    match archive.name() {
        found if found == name => Ok(()),
        "" => Err(Stop::Broken(format!("the bundle ends where {name:?} should be"))),
        found => Err(Stop::Broken(format!("there is {found:?} where {name:?} should be"))),
    }
}

fn read_earlier(archive: &mut Reader<impl Read>) -> Result<Vec<SignedCheckpoint>, Stop> {
    let mut earlier: Vec<SignedCheckpoint> = Vec::new();
    while archive.name().starts_with(CHECKPOINTS) {
        let name = archive.name().to_owned();
        let bytes = archive.read_all(note::MAX_BYTES)?;
        let signed =
            SignedCheckpoint::parse(&bytes).map_err(|error| Stop::Broken(format!("{name:?}: {error}")))?;
        let size = signed.checkpoint().size;
        let ascending = earlier.last().is_none_or(|last| last.checkpoint().size < size);
        if name != earlier_name(size) || !ascending {
            return Err(Stop::Broken(format!(
                "{name:?} is not the checkpoint of that size, or not in order"
            )));
        }
        earlier.push(signed);
        archive.end()?;
        archive.next()?;
    }
    Ok(earlier)
}

fn read_disclosures(
    archive: &mut Reader<impl Read>,
    size: u64,
    replay: &mut Replay,
    report: &mut Report,
) -> Result<(), Stop> {
    let mut next = 0;
    while archive.name().starts_with(DISCLOSED) {
        let name = archive.name().to_owned();
        let wrong = |problem: String| Stop::Broken(format!("{name:?}: {problem}"));
        let path =
            name.strip_prefix(DISCLOSED).and_then(|rest| rest.strip_suffix(".ndjson")).unwrap_or_default();
        let n = tile::decode_index(path)
            .filter(|n| disclosed_name(*n) == name && *n < u64::MAX / u64::from(WIDTH));
        let n = n.ok_or_else(|| wrong("is not a name that a bundle has".into()))?;
        let mut least = (n * u64::from(WIDTH)).max(next);
        next = (n + 1) * u64::from(WIDTH);
        lines(archive, MAX_DISCLOSURE, |line| {
            let text = std::str::from_utf8(line).map_err(|error| wrong(error.to_string()))?;
            crate::json::check(text).map_err(|mistake| wrong(mistake.to_string()))?;
            let one: Disclosure = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
            if one.index < least || one.index >= next.min(size) {
                return Err(wrong(format!("entry {} does not belong here, or not in this order", one.index)));
            }
            least = one.index;
            replay.disclose(one, report);
            Ok(())
        })?;
        archive.end()?;
        archive.next()?;
    }
    Ok(())
}

/// Hands over the lines of a file, each with its line feed.
fn lines(
    archive: &mut Reader<impl Read>,
    limit: usize,
    mut each: impl FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let name = archive.name().to_owned();
    let mut reader = BufReader::with_capacity(1 << 16, archive);
    let mut line = Vec::new();
    loop {
        line.clear();
        (&mut reader).take(limit as u64 + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        if line.len() > limit || line.last() != Some(&b'\n') {
            return Err(Stop::Broken(format!("{name:?} has a line that is too long or does not end")));
        }
        each(&line)?;
    }
}

/// A full bundle: the tiles are noted, then compared with what the entries lead to.
fn read_tiles(
    archive: &mut Reader<impl Read>,
    size: u64,
    replay: &mut Replay,
    report: &mut Report,
) -> Result<(), Stop> {
    let mut tiles = TileCheck::default();
    for tile in tile::tiles(size) {
        expect(archive, &tile.to_string())?;
        match tile.row {
            Row::Hashes(_) => {
                archive.read_all(Hash::LEN * usize::from(tile.width))?;
                tiles.expected.insert(tile, archive.end()?);
            }
            Row::Entries => {
                let bytes = archive.read_all(MAX_ENTRIES)?;
                archive.end()?;
                tiles.entries(tile, &bytes, replay, report)?;
            }
        }
        archive.next()?;
    }
    tiles.finish(report);
    Ok(())
}

/// Compares tiles of hashes with the entries they were made of.
#[derive(Default)]
pub(super) struct TileCheck {
    /// SHA-256 of each tile that was read.
    pub(super) expected: HashMap<Tile, Hash>,
    cutter: Cutter,
    right: u64,
}

impl TileCheck {
    /// Grows the log by an entry bundle.
    pub(super) fn entries(
        &mut self,
        tile: Tile,
        bytes: &[u8],
        replay: &mut Replay,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let leaves = tile::decode_entries(bytes).map_err(|error| Stop::Broken(format!("{tile}: {error}")))?;
        if leaves.len() != usize::from(tile.width) {
            return Err(Stop::Broken(format!("{tile} has {} entries, not {}", leaves.len(), tile.width)));
        }
        let first = tile.index * u64::from(WIDTH);
        let Self { expected, cutter, right } = self;
        let (mut root, mut hashes) = (None, Vec::with_capacity(leaves.len()));
        for (index, leaf) in (first..).zip(leaves) {
            replay.entry(index, leaf, report);
            let hash = leaf_hash(leaf);
            hashes.push(hash);
            root = cutter.push(hash, |tile, hashes| compare(expected, tile, hashes, right, report));
        }
        replay.grow_by_leaves(&hashes, root, report).map_err(|error| Stop::Broken(error.to_string()))
    }

    /// Compares the partial tiles.
    pub(super) fn finish(mut self, report: &mut Report) {
        let (expected, right) = (&mut self.expected, &mut self.right);
        self.cutter.partial(|tile, hashes| compare(expected, tile, hashes, right, report));
        report.checked(format!("{} tiles of hashes follow from the entries", self.right));
    }
}

fn compare(
    expected: &mut HashMap<Tile, Hash>,
    tile: Tile,
    hashes: &[Hash],
    right: &mut u64,
    report: &mut Report,
) {
    if expected.remove(&tile) == Some(crate::hash::sha256(&tile::encode_hashes(hashes))) {
        *right += 1;
    } else {
        report.problem(format!("{tile} does not follow from the entries"));
    }
}

/// A selection: the leaves, then the hashes of the gaps between them.
fn read_selection(
    archive: &mut Reader<impl Read>,
    head: &SignedCheckpoint,
    earlier: &[SignedCheckpoint],
    replay: &mut Replay,
    report: &mut Report,
) -> Result<(), Stop> {
    let size = head.checkpoint().size;
    let (mut selected, mut next): (Vec<(u64, Hash)>, _) = (Vec::new(), 0);
    lines(archive, MAX_ENTRY_LINE, |line| {
        let entry = parse_entry_line(line).filter(|(index, _)| (next..size).contains(index));
        let (index, leaf) = entry.ok_or_else(|| {
            Stop::Broken(format!(
                "{ENTRIES:?}: line {} is not an entry, or not in its order",
                selected.len() + 1
            ))
        })?;
        replay.entry(index, leaf, report);
        selected.push((index, leaf_hash(leaf)));
        next = index + 1;
        Ok(())
    })?;
    archive.end()?;
    archive.next()?;
    expect(archive, NODES)?;

    let cuts: Vec<u64> = earlier.iter().map(|signed| signed.checkpoint().size).collect();
    let mut grow = |level, hash| {
        replay.grow(level, hash, report).map_err(|error| Stop::Broken(error.to_string()))?;
        Ok::<u64, Stop>(replay.size())
    };
    let mut at = 0;
    for (index, leaf) in selected.into_iter().map(|(index, leaf)| (index, Some(leaf))).chain([(size, None)]) {
        for node in gap_nodes(at, index, &cuts) {
            let mut hash = [0; Hash::LEN];
            if archive.left() < Hash::LEN as u64 {
                return Err(Stop::Broken(format!("{NODES:?} has too few hashes")));
            }
            archive.read_exact(&mut hash)?;
            at = grow(node.level, Hash(hash))?;
        }
        if let Some(leaf) = leaf {
            at = grow(0, leaf)?;
        }
    }
    archive.end()?;
    archive.next()?;
    report.not_checked(
        "that the selection is complete",
        "a selection proves what is in it, not that nothing else matched; a full export does",
    );
    Ok(())
}

fn read_keys(archive: &mut Reader<impl Read>) -> Result<Vec<VerifierKey>, Stop> {
    expect(archive, VKEY)?;
    let bytes = archive.read_all(1 << 16)?;
    archive.end()?;
    archive.next()?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Stop::Broken(format!("{VKEY:?} is not UTF-8")))?;
    note::parse_keys(text).map_err(|error| Stop::Broken(format!("{VKEY:?}: {error}")))
}

/// The last file: it must be the very bytes that follow from all files before it.
fn read_manifest(archive: &mut Reader<impl Read>, kind: Kind, report: &mut Report) -> Result<(), Stop> {
    expect(archive, MANIFEST)?;
    let files = archive.take_files();
    let bytes = archive.read_all(8 * MAX_FILTER + MAX_FILE_LINE * (files.len() + 1))?;
    archive.end()?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|error| Stop::Broken(format!("{MANIFEST:?}: {error}")))?;
    let count = files.len();
    let expected = Manifest::to_bytes(kind, &manifest.filter, files);
    if expected.is_ok_and(|expected| expected == bytes) {
        report.checked(format!("the manifest agrees with all {count} files"));
        report.filter = Some(manifest.filter);
    } else {
        report.problem(format!("{MANIFEST:?} does not agree with the files"));
    }
    archive.next()?;
    match archive.name() {
        "" => Ok(()),
        more => Err(Stop::Broken(format!("{more:?} follows the manifest, which is the last file"))),
    }
}
