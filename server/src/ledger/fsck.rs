//! Rechecking everything that is stored: leaves, hashes, tiles, heads, checkpoints, projections, disclosures.
//!
//! The entries are read once, in order, and everything else is computed anew from their leaves and compared with what
//! the database holds. Memory stays flat: heads and checkpoints are met on the way, by their sizes. A new table of the
//! ledger needs a check here. What only somebody outside can know, whether the whole history was replaced, is the
//! business of `assay verify` with a checkpoint from elsewhere.

use std::collections::VecDeque;
use std::fmt;

use assay_ledger::checkpoint::CheckpointError;
use assay_ledger::hash::{Hash, leaf_hash};
use assay_ledger::leaf::Leaf;
use assay_ledger::tile::{self, Cutter, Row, Tile};
use assay_ledger::tree::Frontier;
use assay_ledger::{Checkpoint, SignedCheckpoint, VerifierKey};
use uuid::Uuid;

use super::entries::EntryRow;
use super::log::Log;
use super::publisher::{self, PublishError};
use super::rows::{self, int};
use super::trail::{self, Filter, Walk};
use super::{reconcile, sequencer};
use crate::db::{Conn, Db};
use crate::error::Error;
use crate::{fetch_all, fetch_one, fetch_optional};

/// How many entries are read at once.
const PAGE: u32 = 1000;
/// After so many findings the rest of the entries is not looked at: one missing entry puts everything after it wrong.
const ENOUGH: usize = 100;
/// How findings call the signer's state file.
const STATE: &str = "ledger.state";

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Table, row and column.
    pub place: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// What was looked at and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries whose leaf was hashed again.
    pub entries: u64,
    /// Heads compared.
    pub heads: u64,
    /// Full tiles compared.
    pub tiles: u64,
    /// Checkpoints whose signature and root were verified.
    pub checkpoints: u64,
    /// Disclosures that were held against their commitments.
    pub disclosures: u64,
    /// Events that wait for the sequencer: nothing wrong while a server starts or works.
    pub waiting: u64,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<Finding>,
}

struct HeadRow {
    size: u64,
    prev_size: i64,
    root: Vec<u8>,
    frontier: Vec<u8>,
}

/// What the tree was at a size, according to somebody.
struct Claim {
    size: u64,
    root: Hash,
    place: String,
}

struct Check<'a> {
    conn: &'a mut Conn,
    log: &'a Log,
    key: VerifierKey,
    frontier: Frontier,
    cutter: Cutter,
    heads: VecDeque<HeadRow>,
    claims: VecDeque<Claim>,
    next_index: i64,
    last_head: u64,
    report: Report,
}

/// Rechecks the log. `progress` is told how many entries of how many are done.
///
/// # Errors
/// When the database cannot be read; what is wrong in it is a finding, not an error.
pub async fn check(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<Report, Error> {
    let mut conn = db.read().await?;
    let log = db.log();
    // In this order, because a server may sign meanwhile: what was signed is in the log already. The size is fixed
    // before anything is read: what is added later is left for the next time.
    let state = publisher::state(&db.ledger().data_dir);
    let size = sequencer::head_size(&mut conn, log.id).await?;
    let mut check = Check {
        conn: &mut conn,
        log,
        key: log.vkey.parse().map_err(Error::internal)?,
        frontier: Frontier::new(),
        cutter: Cutter::new(),
        heads: VecDeque::new(),
        claims: VecDeque::new(),
        next_index: 0,
        last_head: 0,
        report: Report::default(),
    };
    let signed = check.signer_state(state, size);
    let mut next = Some(0);
    while let Some(from) = next.filter(|_| check.report.findings.len() < ENOUGH) {
        let page = trail::page(check.conn, log.id, &Filter::default(), Walk::Up { from, size }, PAGE).await?;
        next = page.next;
        check.page(page.entries, signed.as_ref()).await?;
        progress(check.report.entries, size);
    }
    if next.is_some() {
        check.find("audit_entry", "stopped here: there may be more findings in the entries that follow");
    } else {
        check.finish(size).await?;
    }
    let mut report = check.report;
    report.findings.extend(reconcile::check(&mut conn).await?);
    Ok(report)
}

impl Check<'_> {
    fn find(&mut self, place: impl ToString, problem: impl ToString) {
        self.report.findings.push(Finding { place: place.to_string(), problem: problem.to_string() });
    }

    /// What was signed last, if the log reaches that far.
    fn signer_state(
        &mut self,
        state: Result<Option<Checkpoint>, PublishError>,
        size: u64,
    ) -> Option<Checkpoint> {
        match state {
            Ok(Some(state)) if state.origin != self.log.origin => {
                self.find(STATE, format!("it is about another log, {}", state.origin));
                None
            }
            Ok(Some(state)) if state.size > size => {
                self.find(STATE, format!("{} entries were signed, but the log has {size}", state.size));
                None
            }
            Ok(state) => state,
            Err(error) => {
                self.find(STATE, error);
                None
            }
        }
    }

    async fn page(&mut self, entries: Vec<EntryRow>, signed: Option<&Checkpoint>) -> Result<(), Error> {
        let Some(last) = entries.last().map(|entry| entry.idx) else { return Ok(()) };
        let begin = self.next_index;
        self.collect_heads(begin, last + 1).await?;
        self.collect_claims(begin, last + 1, signed).await?;
        let mut disclosed = self.disclosed(begin, last + 1).await?;
        for entry in entries {
            if entry.idx != self.next_index {
                let problem = format!("entries from {} on are missing before it", self.next_index);
                self.find(format!("audit_entry {}", entry.idx), problem);
            }
            self.next_index = entry.idx + 1;
            let hash = leaf_hash(&entry.leaf);
            match Leaf::parse(&entry.leaf) {
                Ok(leaf) => {
                    while let Some(row) = disclosed.pop_front_if(|row| row.0 <= entry.idx) {
                        self.disclosure(&leaf, row);
                    }
                    self.projections(&entry, hash, leaf);
                }
                Err(error) => self.find(format!("audit_entry {}, column leaf", entry.idx), error),
            }
            self.append(hash).await?;
        }
        Ok(())
    }

    fn projections(&mut self, entry: &EntryRow, hash: Hash, leaf: Leaf) {
        let expected = EntryRow::new(self.log.id, entry.idx, entry.leaf.clone(), hash, leaf);
        for (column, problem) in differences(entry, &expected) {
            self.find(format!("audit_entry {}, column {column}", entry.idx), problem);
        }
    }

    /// The heads of sizes above `begin` and up to `end`.
    async fn collect_heads(&mut self, begin: i64, end: i64) -> Result<(), Error> {
        let sql = "SELECT size, prev_size, root, frontier FROM audit_head
                   WHERE log_id = $1 AND size > $2 AND size <= $3 ORDER BY size";
        let found = fetch_all!(self.conn, (i64, i64, Vec<u8>, Vec<u8>), sql, self.log.id, begin, end).await?;
        for (size, prev_size, root, frontier) in found {
            let size = rows::index(size, "audit_head.size")?;
            self.heads.push_back(HeadRow { size, prev_size, root, frontier });
        }
        Ok(())
    }

    /// Checkpoints of sizes above `begin` and up to `end`, and the signer's state: each claims a root for a size.
    async fn collect_claims(
        &mut self,
        begin: i64,
        end: i64,
        signed: Option<&Checkpoint>,
    ) -> Result<(), Error> {
        let sql = "SELECT size, note FROM audit_checkpoint
                   WHERE log_id = $1 AND size > $2 AND size <= $3 ORDER BY size";
        for (size, note) in fetch_all!(self.conn, (i64, String), sql, self.log.id, begin, end).await? {
            let place = format!("audit_checkpoint {size}, column note");
            match self.verified(&note) {
                Ok(checkpoint) if int(checkpoint.size)? != size => {
                    self.find(place, "it is about another size");
                }
                Ok(Checkpoint { size, root, .. }) => {
                    self.report.checkpoints += 1;
                    self.claims.push_back(Claim { size, root, place });
                }
                Err(error) => self.find(place, error),
            }
        }
        let (begin, end) = (rows::index(begin, "audit_entry.idx")?, rows::index(end, "audit_entry.idx")?);
        if let Some(signed) = signed.filter(|signed| signed.size > begin && signed.size <= end) {
            let at = self.claims.partition_point(|claim| claim.size <= signed.size);
            self.claims.insert(at, Claim { size: signed.size, root: signed.root, place: STATE.to_owned() });
        }
        Ok(())
    }

    fn verified(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let signed = SignedCheckpoint::parse(note.as_bytes())?;
        signed.verify(std::slice::from_ref(&self.key))?;
        Ok(signed.checkpoint().clone())
    }

    /// Continues the tree with one leaf and compares what is stored about it.
    async fn append(&mut self, hash: Hash) -> Result<(), Error> {
        self.report.entries += 1;
        self.frontier.append(hash);
        let mut full = Vec::new();
        self.cutter.push(hash, |tile, hashes| full.push((tile, hashes.to_vec())));
        for (tile, hashes) in full {
            self.tile(tile, &hashes).await?;
        }
        let size = self.frontier.size();
        while let Some(head) = self.heads.pop_front_if(|head| head.size <= size) {
            self.head(&head)?;
        }
        while let Some(claim) = self.claims.pop_front_if(|claim| claim.size <= size) {
            if claim.size == size && claim.root != self.frontier.root() {
                self.find(claim.place, format!("the first {size} entries are not the ones that were signed"));
            }
        }
        Ok(())
    }

    async fn tile(&mut self, tile: Tile, hashes: &[Hash]) -> Result<(), Error> {
        let Row::Hashes(level) = tile.row else { return Ok(()) };
        let sql = "SELECT hashes FROM audit_tile WHERE log_id = $1 AND level = $2 AND n = $3";
        let stored =
            fetch_optional!(self.conn, (Vec<u8>,), sql, self.log.id, i64::from(level), int(tile.index)?)
                .await?;
        let place = format!("audit_tile {level}/{}", tile.index);
        self.report.tiles += 1;
        match stored {
            None => self.find(place, "it is missing"),
            Some((stored,)) if stored != tile::encode_hashes(hashes) => {
                self.find(format!("{place}, column hashes"), "they do not follow from the entries");
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn head(&mut self, head: &HeadRow) -> Result<(), Error> {
        let place = format!("audit_head {}", head.size);
        self.report.heads += 1;
        if head.prev_size != int(self.last_head)? {
            self.find(
                format!("{place}, column prev_size"),
                format!("the head before it has size {}", self.last_head),
            );
        }
        self.last_head = head.size;
        if head.size == self.frontier.size() {
            if head.root != self.frontier.root().0 {
                self.find(format!("{place}, column root"), "it does not follow from the entries");
            }
            if head.frontier != self.frontier.to_bytes() {
                self.find(format!("{place}, column frontier"), "it does not follow from the entries");
            }
        }
        Ok(())
    }

    async fn disclosed(&mut self, begin: i64, end: i64) -> Result<VecDeque<Disclosed>, Error> {
        let sql = "SELECT e.idx, d.field, d.salt, d.value FROM audit_disclosure d
                   JOIN audit_entry e ON e.event_id = d.event_id
                   WHERE e.log_id = $1 AND e.idx >= $2 AND e.idx < $3 ORDER BY e.idx";
        Ok(fetch_all!(self.conn, Disclosed, sql, self.log.id, begin, end).await?.into())
    }

    fn disclosure(&mut self, leaf: &Leaf, Disclosed(idx, field, salt, value): Disclosed) {
        self.report.disclosures += 1;
        let place = format!("audit_disclosure of entry {idx}, field {field}");
        let opened = Hash::try_from(salt.as_slice()).ok().zip(serde_json::from_str(&value).ok()).and_then(
            |(salt, value)| {
                assay_ledger::commit::commit_hash(&assay_ledger::commit::Salt(salt.0), &field, &value).ok()
            },
        );
        match leaf.commit.get(&field) {
            None => self.find(place, "the entry commits to no such field"),
            Some(commitment) if opened != Some(*commitment) => {
                self.find(place, "it is not what the entry commits to");
            }
            Some(_) => {}
        }
    }

    async fn finish(&mut self, size: u64) -> Result<(), Error> {
        if self.frontier.size() < size {
            self.find(
                "audit_entry",
                format!("the log has {size} entries, but only {} are there", self.frontier.size()),
            );
        }
        let id = self.log.id;
        let sql = "SELECT size FROM audit_checkpoint c WHERE log_id = $1
                   AND size > (SELECT coalesce(max(size), 0) FROM audit_head WHERE log_id = $1) ORDER BY size";
        for (signed,) in fetch_all!(self.conn, (i64,), sql, id).await? {
            self.find(format!("audit_checkpoint {signed}"), "the log has not so many entries");
        }
        let sql = "SELECT count(*) FROM audit_entry WHERE log_id = $1
                   AND idx >= (SELECT coalesce(max(size), 0) FROM audit_head WHERE log_id = $1)";
        let (beyond,) = fetch_one!(self.conn, (i64,), sql, id).await?;
        if beyond > 0 {
            self.find("audit_entry", format!("{beyond} entries lie beyond the last head"));
        }
        let sql = "SELECT o.event_id FROM audit_outbox o JOIN audit_entry e ON e.event_id = o.event_id WHERE o.log_id = $1";
        for (event,) in fetch_all!(self.conn, (Uuid,), sql, id).await? {
            self.find("audit_outbox", format!("the event {event} is in the log already"));
        }
        let (waiting,) =
            fetch_one!(self.conn, (i64,), "SELECT count(*) FROM audit_outbox WHERE log_id = $1", id).await?;
        self.report.waiting = waiting.unsigned_abs();
        let sql = "SELECT d.event_id, d.field FROM audit_disclosure d WHERE d.log_id = $1
                   AND NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.event_id = d.event_id)
                   AND NOT EXISTS (SELECT 1 FROM audit_outbox o WHERE o.event_id = d.event_id)";
        for (event, field) in fetch_all!(self.conn, (Uuid, String), sql, id).await? {
            self.find(format!("audit_disclosure of {event}, field {field}"), "there is no such event");
        }
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct Disclosed(i64, String, Vec<u8>, String);

/// The columns of an entry that do not say what its leaf says.
fn differences(found: &EntryRow, expected: &EntryRow) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    macro_rules! compare {
        ($($column:ident),*) => { $(
            if found.$column != expected.$column {
                all.push((stringify!($column), format!("it is {:?}, the leaf says {:?}", found.$column, expected.$column)));
            }
        )* };
    }
    if found.leaf_hash != expected.leaf_hash {
        all.push(("leaf_hash", "it is not the hash of the leaf".to_owned()));
    }
    compare!(event_id, ts, actor_kind, actor, action, subject_type, subject, subject_version, team, outcome);
    all
}
