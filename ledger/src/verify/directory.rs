//! Verifying a log that was mirrored file by file, in the layout of C2SP tlog-tiles.

use std::io::{self, Read};

use super::bundle::{MAX_ENTRIES, TileCheck};
use super::replay::Replay;
use super::{Report, Stop, Trust};
use crate::bundle::{CHECKPOINT, VKEY};
use crate::checkpoint::SignedCheckpoint;
use crate::hash::{Hash, sha256};
use crate::note::{self, VerifierKey};
use crate::tile::{self, Row, Tile, WIDTH};

/// Verifies a mirrored log: `checkpoint`, `tile/…`, `tile/entries/…` and, if there is one, `vkey`. `open` opens a
/// file by its name relative to the directory, with `/` between parts; none if there is no such file.
pub fn verify_directory<R: Read>(open: impl FnMut(&str) -> io::Result<Option<R>>, trust: &Trust) -> Report {
    let mut report = Report::new();
    let outcome = run(Directory(open), trust, &mut report);
    report.conclude(outcome)
}

struct Directory<F>(F);

impl<R: Read, F: FnMut(&str) -> io::Result<Option<R>>> Directory<F> {
    /// The content of a file, which must not be larger than `limit`.
    fn read(&mut self, name: &str, limit: usize) -> Result<Option<Vec<u8>>, Stop> {
        let failed = |error: io::Error| Stop::Unreadable(format!("reading {name:?} failed: {error}"));
        let Some(file) = (self.0)(name).map_err(failed)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() > limit {
            return Err(Stop::Broken(format!("{name:?} is larger than {limit} bytes")));
        }
        Ok(Some(bytes))
    }

    /// A tile. A partial one may be missing once there is the full one, which then begins with it.
    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Stop> {
        let limit = if tile.row == Row::Entries { MAX_ENTRIES } else { Hash::LEN * usize::from(WIDTH) };
        if let Some(bytes) = self.read(&tile.to_string(), limit)? {
            return Ok(bytes);
        }
        let full = self.read(&Tile::full(tile.row, tile.index).to_string(), limit)?;
        let bytes = full.ok_or_else(|| Stop::Broken(format!("{tile} is missing")))?;
        let width = usize::from(tile.width);
        if tile.row != Row::Entries {
            return Ok(bytes.into_iter().take(width * Hash::LEN).collect());
        }
        let wrong = |error| Stop::Broken(format!("{tile}: {error}"));
        let leaves = tile::decode_entries(&bytes).map_err(wrong)?;
        tile::encode_entries(leaves.into_iter().take(width)).map_err(wrong)
    }
}

fn run<R: Read, F>(mut directory: Directory<F>, trust: &Trust, report: &mut Report) -> Result<(), Stop>
where
    F: FnMut(&str) -> io::Result<Option<R>>,
{
    let head = directory.read(CHECKPOINT, note::MAX_BYTES)?;
    let head = head.ok_or_else(|| Stop::Unreadable("there is no file \"checkpoint\"".into()))?;
    let head = SignedCheckpoint::parse(&head).map_err(|error| Stop::Unreadable(error.to_string()))?;
    report.about(head.checkpoint());
    let keys = read_keys(&mut directory)?;
    if keys.is_empty() && trust.keys.is_empty() {
        let why = "there is no key to check the signature with: give the log's with --trust";
        return Err(Stop::Unreadable(why.into()));
    }
    report.check_signature(&head, trust, &keys);
    if let Some(since) = &trust.since {
        let known = if trust.keys.is_empty() { &keys } else { &trust.keys };
        report.check_older_signature("the saved checkpoint", since, known);
    }

    let mut replay = Replay::new(head.checkpoint(), trust, &[], report);
    let mut tiles = TileCheck::default();
    for tile in tile::tiles(head.checkpoint().size) {
        let bytes = directory.tile(tile)?;
        match tile.row {
            Row::Hashes(_) => drop(tiles.expected.insert(tile, sha256(&bytes))),
            Row::Entries => tiles.entries(tile, &bytes, &mut replay, report)?,
        }
    }
    tiles.finish(report);
    replay.finish(report);
    report.add_general_limits(trust);
    Ok(())
}

fn read_keys<R: Read, F>(directory: &mut Directory<F>) -> Result<Vec<VerifierKey>, Stop>
where
    F: FnMut(&str) -> io::Result<Option<R>>,
{
    let Some(bytes) = directory.read(VKEY, 1 << 16)? else { return Ok(Vec::new()) };
    let wrong = |error: String| Stop::Broken(format!("{VKEY:?}: {error}"));
    let text = String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    note::parse_keys(&text).map_err(|error| wrong(error.to_string()))
}
