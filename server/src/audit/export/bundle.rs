//! Writing bundles from the database: the whole log, or selected entries with what proves them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};

use assay_ledger::bundle::{WriteError, Writer, entry_line_len};
use assay_ledger::commit::Disclosure;
use assay_ledger::tile::{self, Row, Tile, WIDTH};
use assay_ledger::{SignedCheckpoint, VerifierKey};
use axum::body::{Body, Bytes};
use futures::stream;

use super::super::search::Selected;
use super::super::service::Pages;
use super::super::store;
use crate::app::App;
use crate::error::Error;
use crate::ledger::trail::{self, Filter};

/// Earlier checkpoints in a bundle at most, spread evenly: enough for an auditor to find a near one, few enough to stay
/// small beside the entries.
const EARLIER: u64 = 64;

/// Nodes whose hashes are read at once.
const NODES_AT_ONCE: usize = 512;

/// Bytes of a bundle that are sent at once.
const CHUNK: usize = 64 * 1024;

/// A finished bundle, in a file that goes when this is dropped.
#[derive(Debug)]
pub struct Bundle {
    file: File,
    /// What everything in it is proven against.
    pub checkpoint: SignedCheckpoint,
    /// Entries in it.
    pub entries: u64,
}

impl Bundle {
    /// All of it, for embedding.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn into_bytes(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Copies it elsewhere.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn copy_to(mut self, mut out: impl Write) -> io::Result<u64> {
        io::copy(&mut self.file, &mut out)
    }

    /// The body of an answer, sent a piece at a time.
    pub fn into_body(self) -> Body {
        Body::from_stream(stream::try_unfold(self.file, |mut file| async move {
            let read = tokio::task::spawn_blocking(move || {
                let mut chunk = vec![0; CHUNK];
                let length = file.read(&mut chunk)?;
                chunk.truncate(length);
                Ok::<_, io::Error>((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
            });
            read.await.map_err(io::Error::other)?
        }))
    }
}

/// A bundle of selected entries for a report, as of the newest checkpoint. It is the caller's business to record it.
///
/// # Errors
/// [`Error::Unavailable`] before the first checkpoint; those of [`build`].
pub async fn selection_bundle(app: &App, selected: &Selected) -> Result<Bundle, Error> {
    let head = super::super::service::newest(app, &mut app.db.read().await?).await?;
    build(app, Some(selected), head, None).await
}

/// Writes a bundle of the log as it was at `head`, or of what was selected from it, into a file in the data directory.
///
/// # Errors
/// [`Error::Invalid`] when no checkpoint of the size `since` was signed; those of database and file system.
pub async fn build(
    app: &App,
    selected: Option<&Selected>,
    head: SignedCheckpoint,
    since: Option<u64>,
) -> Result<Bundle, Error> {
    let file = tempfile::tempfile_in(&app.db.ledger().data_dir).map_err(|error| unwritable(&error))?;
    let filter = selected.map_or_else(Filter::default, |selected| selected.filter.clone());
    let work = Work { app, size: head.checkpoint().size, filter };
    let key: VerifierKey = app.db.log().vkey.parse().map_err(Error::internal)?;
    let mut writer = Writer::new(BufWriter::new(file), head.clone()).map_err(failed)?;
    for checkpoint in work.earlier(since).await? {
        writer.earlier(&checkpoint).map_err(failed)?;
    }
    let entries = work.disclose(&mut writer).await?;
    let out = match selected {
        None => work.full(writer, key).await?,
        Some(selected) => work.selection(writer, &selected.sentence(), entries.bytes, key).await?,
    };
    let mut file = out.into_inner().map_err(|error| unwritable(error.error()))?;
    file.rewind().map_err(|error| unwritable(&error))?;
    Ok(Bundle { file, checkpoint: head, entries: entries.count })
}

fn unwritable(error: &io::Error) -> Error {
    Error::Storage(format!("the export cannot be written: {error}"))
}

fn failed(error: WriteError) -> Error {
    match error {
        WriteError::Io(error) => unwritable(&error),
        other => Error::internal(other),
    }
}

/// How many entries there are, and how long they are in a selection.
#[derive(Default)]
struct Measure {
    count: u64,
    bytes: u64,
}

struct Work<'a> {
    app: &'a App,
    size: u64,
    filter: Filter,
}

impl Work<'_> {
    fn log(&self) -> i64 {
        self.app.db.log().id
    }

    /// Earlier checkpoints, spread evenly, and the one that was asked for; by size.
    async fn earlier(&self, since: Option<u64>) -> Result<Vec<SignedCheckpoint>, Error> {
        let mut conn = self.app.db.read().await?;
        let mut found = BTreeMap::new();
        let spread = (1..=EARLIER).map(|n| u128::from(self.size) * u128::from(n) / u128::from(EARLIER + 1));
        let wanted = spread.filter_map(|size| u64::try_from(size).ok()).chain(since);
        for size in wanted {
            if let Some(checkpoint) = store::checkpoint_up_to(&mut conn, self.log(), size).await? {
                found.insert(checkpoint.checkpoint().size, checkpoint);
            }
        }
        if let Some(since) = since.filter(|since| *since != self.size && !found.contains_key(since)) {
            return Err(Error::invalid("/since", format!("No checkpoint of {since} entries was signed.")));
        }
        found.retain(|size, _| *size < self.size);
        Ok(found.into_values().collect())
    }

    /// Writes what the exporter may see of the committed values, and measures the entries on the way.
    async fn disclose<W: Write>(&self, writer: &mut Writer<W>) -> Result<Measure, Error> {
        let mut measure = Measure::default();
        let mut group: Vec<Disclosure> = Vec::new();
        let mut pages = Pages::new(self.app, &self.filter, self.size);
        while let Some(rows) = pages.rows().await? {
            measure.count += rows.len() as u64;
            measure.bytes +=
                rows.iter().map(|row| entry_line_len(row.idx.unsigned_abs(), row.leaf.len())).sum::<u64>();
            for disclosure in store::disclosures(&mut self.app.db.read().await?, &rows).await? {
                if group.first().is_some_and(|first| group_of(first) != group_of(&disclosure)) {
                    write_group(writer, &mut group)?;
                }
                group.push(disclosure);
            }
        }
        write_group(writer, &mut group)?;
        Ok(measure)
    }

    async fn full<W: Write>(&self, writer: Writer<W>, key: VerifierKey) -> Result<W, Error> {
        let mut full = writer.full();
        for tile in tile::tiles(self.size) {
            full.tile(tile, &tile_bytes(self.app, tile).await?).map_err(failed)?;
        }
        full.finish(&[key]).map_err(failed)
    }

    async fn selection<W: Write>(
        &self,
        writer: Writer<W>,
        filter: &str,
        bytes: u64,
        key: VerifierKey,
    ) -> Result<W, Error> {
        let mut selection = writer.selection(filter, bytes).map_err(failed)?;
        let mut pages = Pages::new(self.app, &self.filter, self.size);
        while let Some(rows) = pages.rows().await? {
            for row in rows {
                selection.entry(row.idx.unsigned_abs(), &row.leaf).map_err(failed)?;
            }
        }
        let mut nodes = selection.nodes().map_err(failed)?;
        let needed: Vec<_> = nodes.needed().collect();
        for some in needed.chunks(NODES_AT_ONCE) {
            let mut conn = self.app.db.read().await?;
            for hash in self.app.db.node_hashes(&mut conn, some).await? {
                nodes.node(&hash).map_err(failed)?;
            }
        }
        nodes.finish(&[key]).map_err(failed)
    }
}

fn group_of(disclosure: &Disclosure) -> u64 {
    disclosure.index / u64::from(WIDTH)
}

fn write_group<W: Write>(writer: &mut Writer<W>, group: &mut Vec<Disclosure>) -> Result<(), Error> {
    if let Some(first) = group.first() {
        writer.disclosed(group_of(first), group).map_err(failed)?;
        group.clear();
    }
    Ok(())
}

/// The content of a tile.
///
/// # Errors
/// [`Error::NotFound`] when the log has not that many entries.
pub(in crate::audit) async fn tile_bytes(app: &App, tile: Tile) -> Result<Vec<u8>, Error> {
    let mut conn = app.db.read().await?;
    match tile.row {
        Row::Hashes(level) => {
            let hashes = app.db.tile(&mut conn, level, tile.index, tile.width).await?;
            Ok(tile::encode_hashes(&hashes))
        }
        Row::Entries => {
            let begin = tile.index.checked_mul(u64::from(WIDTH)).ok_or(Error::NotFound)?;
            let end = begin.checked_add(u64::from(tile.width)).ok_or(Error::NotFound)?;
            let leaves = trail::leaves(&mut conn, app.db.log().id, begin, end).await?;
            if leaves.len() < usize::from(tile.width) {
                return Err(Error::NotFound);
            }
            tile::encode_entries(leaves).map_err(Error::internal)
        }
    }
}
