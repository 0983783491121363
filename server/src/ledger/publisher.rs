//! Signing the tree as it grows.
//!
//! The publisher keeps the right edge of the tree that it signed last, and in `ledger.state`, outside the database, its
//! size and root. Before it signs again it appends the new entries' hashes to that edge and compares the root with the
//! database's: so it signs only what extends what it signed before. State is on the disk before the signature exists;
//! an older database that was put back, or another history, is therefore noticed. Then the ledger halts.
//!
//! When the whole directory is put back, state file included, only somebody who holds a newer checkpoint notices.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_ledger::tree::Frontier;
use assay_ledger::{Checkpoint, Ed25519Signer, SignedCheckpoint, Signer};

use super::log::Log;
use super::rows::int;
use super::{entries, key, sequencer};
use crate::db::{Conn, OpenError};
use crate::error::Error;
use crate::{execute, fetch_optional};

/// How many hashes are read at once when a long stretch has to be caught up.
const PAGE: u64 = 10_000;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    /// The database does not extend what was signed: stop for good.
    #[error("{0}")]
    Halt(String),
    /// It may work the next time.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Who signs, and what was signed last.
pub(crate) struct Publisher {
    signer: Box<dyn Signer>,
    state: PathBuf,
    log: Log,
    frontier: Frontier,
    /// Signed, but perhaps not stored.
    unstored: Option<Arc<SignedCheckpoint>>,
}

/// Whether anything was ever signed in this directory.
pub(crate) fn has_signed(dir: &Path) -> bool {
    state_path(dir).exists()
}

fn state_path(dir: &Path) -> PathBuf {
    dir.join("ledger.state")
}

/// The key of this log, if this directory has it. A key of another log is an error.
pub(crate) fn signer(dir: &Path, log: &Log) -> Result<Option<Ed25519Signer>, OpenError> {
    match key::load(dir)? {
        Some(signer) if signer.verifier().to_string() != log.vkey => {
            let other = signer.verifier().name().to_owned();
            Err(key::problem(
                dir,
                format!("it is the key of {other}, but the database holds the log {}", log.origin),
            ))
        }
        signer => Ok(signer),
    }
}

impl Publisher {
    /// Takes up where the last publisher stopped.
    pub(crate) async fn load(
        conn: &mut Conn,
        dir: &Path,
        log: &Log,
        signer: Box<dyn Signer>,
    ) -> Result<Self, PublishError> {
        let state = state_path(dir);
        let last = match read_state(&state)? {
            Some(last) => Some(last),
            // The first start of a replica that was given a copy of the key.
            None => latest(conn, log.id).await?.map(|signed| signed.checkpoint().clone()),
        };
        let frontier = match &last {
            Some(last) => recall(conn, log, last).await?,
            None => Frontier::new(),
        };
        let mut publisher = Self { signer, state, log: log.clone(), frontier, unstored: None };
        if publisher.frontier.size() > 0 {
            // It may have stopped between state and store; signing the same again gives the same bytes.
            publisher.unstored = Some(publisher.sign()?);
        }
        Ok(publisher)
    }

    /// The checkpoint to store and announce, if the tree grew since the last one.
    pub(crate) async fn next(
        &mut self,
        conn: &mut Conn,
    ) -> Result<Option<Arc<SignedCheckpoint>>, PublishError> {
        let head = sequencer::head(conn, self.log.id).await?;
        if head.size() != self.frontier.size() {
            self.extend_to(conn, &head).await?;
            let state = Checkpoint { origin: self.log.origin.clone(), size: head.size(), root: head.root() };
            write_state(&self.state, &state.to_string())
                .map_err(|error| Error::Storage(format!("{}: {error}", self.state.display())))?;
            self.unstored = Some(self.sign()?);
        }
        Ok(self.unstored.clone())
    }

    /// The last checkpoint is stored.
    pub(crate) fn stored(&mut self) {
        self.unstored = None;
    }

    async fn extend_to(&mut self, conn: &mut Conn, head: &Frontier) -> Result<(), PublishError> {
        let (signed, now) = (self.frontier.size(), head.size());
        if now < signed {
            return Err(older(&self.log, signed, now));
        }
        let mut grown = self.frontier.clone();
        while grown.size() < now {
            let end = now.min(grown.size() + PAGE);
            let begin = grown.size();
            grown.extend(entries::leaf_hashes(conn, self.log.id, begin, end).await?);
            if grown.size() != end {
                return Err(PublishError::Halt(format!(
                    "entries {begin} to {end} of the log are not all there"
                )));
            }
        }
        if grown.root() != head.root() {
            return Err(PublishError::Halt(format!(
                "the {now} entries of the log are not a continuation of the {signed} that were signed before"
            )));
        }
        self.frontier = grown;
        Ok(())
    }

    fn sign(&self) -> Result<Arc<SignedCheckpoint>, Error> {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        let checkpoint = Checkpoint { origin: self.log.origin.clone(), size, root };
        checkpoint.sign(&[&*self.signer]).map(Arc::new).map_err(Error::internal)
    }
}

/// Finds the signed tree in the database: the head of that size, whose edge must give the signed root.
async fn recall(conn: &mut Conn, log: &Log, last: &Checkpoint) -> Result<Frontier, PublishError> {
    if last.origin != log.origin {
        return Err(PublishError::Halt(format!(
            "ledger.state is about the log {}, but the database holds {}",
            last.origin, log.origin
        )));
    }
    let now = sequencer::head(conn, log.id).await?.size();
    if now < last.size {
        return Err(older(log, last.size, now));
    }
    let sql = "SELECT frontier FROM audit_head WHERE log_id = $1 AND size = $2";
    let head = fetch_optional!(conn, (Vec<u8>,), sql, log.id, int(last.size)?).await?;
    let frontier = head.and_then(|(bytes,)| Frontier::from_bytes(last.size, &bytes).ok());
    frontier.filter(|frontier| frontier.root() == last.root).ok_or_else(|| {
        PublishError::Halt(format!(
            "the first {} entries of the log are not the ones that were signed",
            last.size
        ))
    })
}

fn older(log: &Log, signed: u64, now: u64) -> PublishError {
    PublishError::Halt(format!(
        "an older database was put back: the log {} had {signed} entries when it was last signed, now it has {now}; \
         put the newer database back, or begin a new log",
        log.origin
    ))
}

/// The newest stored checkpoint.
pub(crate) async fn latest(conn: &mut Conn, log_id: i64) -> Result<Option<SignedCheckpoint>, Error> {
    let sql = "SELECT note FROM audit_checkpoint WHERE log_id = $1 ORDER BY size DESC LIMIT 1";
    let note = fetch_optional!(conn, (String,), sql, log_id).await?;
    note.map(|(note,)| SignedCheckpoint::parse(note.as_bytes()))
        .transpose()
        .map_err(|error| Error::Internal(format!("audit_checkpoint.note: {error}")))
}

/// Keeps a checkpoint. Another replica may have stored the very same one.
pub(crate) async fn store(conn: &mut Conn, log_id: i64, signed: Arc<SignedCheckpoint>) -> Result<(), Error> {
    execute!(
        conn,
        "INSERT INTO audit_checkpoint (log_id, size, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        log_id,
        int(signed.checkpoint().size)?,
        signed.to_string()
    )
    .await?;
    Ok(())
}

/// What was signed last in this directory.
pub(crate) fn state(dir: &Path) -> Result<Option<Checkpoint>, PublishError> {
    read_state(&state_path(dir))
}

fn read_state(path: &Path) -> Result<Option<Checkpoint>, PublishError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Checkpoint::parse(&text).map(Some).map_err(|error| {
            PublishError::Halt(format!("{}: {error}; restore it from a backup", path.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::Storage(format!("{}: {error}", path.display())).into()),
    }
}

/// Replaces the state as a whole, and only returns when it is on the disk.
fn write_state(path: &Path, state: &str) -> io::Result<()> {
    let next = path.with_extension("state.next");
    let mut file = File::create(&next)?;
    file.write_all(state.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&next, path)?;
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}
