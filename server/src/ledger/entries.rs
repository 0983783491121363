//! Rows of `audit_entry`: the leaf, and the columns that repeat it for searching.

use assay_ledger::hash::Hash;
use assay_ledger::leaf::{ActorKind, Leaf, Outcome};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rows::{self, int};
use crate::db::Conn;
use crate::error::Error;
use crate::{fetch_all, insert_all};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    /// The log it belongs to.
    pub log_id: i64,
    /// Its place in the log, from 0.
    pub idx: i64,
    /// The event's id.
    pub event_id: Uuid,
    /// The bytes that are hashed: canonical JSON.
    pub leaf: Vec<u8>,
    /// Their hash.
    pub leaf_hash: Vec<u8>,
    /// When.
    pub ts: DateTime<Utc>,
    /// What sort of actor: `person`, `service` or `system`.
    pub actor_kind: String,
    /// Who.
    pub actor: Uuid,
    /// What was done.
    pub action: String,
    /// To what sort of thing.
    pub subject_type: String,
    /// To which.
    pub subject: String,
    /// To which version of it.
    pub subject_version: Option<String>,
    /// Whose team it concerns.
    pub team: Option<Uuid>,
    /// How it ended: `ok`, `denied` or `failed`.
    pub outcome: String,
}

impl EntryRow {
    /// The row that belongs to a leaf: the one definition of the projections.
    pub(crate) fn new(log_id: i64, idx: i64, bytes: Vec<u8>, hash: Hash, leaf: Leaf) -> Self {
        Self {
            log_id,
            idx,
            event_id: leaf.id,
            leaf: bytes,
            leaf_hash: hash.0.to_vec(),
            ts: leaf.ts,
            actor_kind: actor_kind(leaf.actor.kind).to_owned(),
            actor: leaf.actor.id,
            action: leaf.action,
            subject_type: leaf.subject.kind,
            subject: leaf.subject.id,
            subject_version: leaf.subject.version,
            team: leaf.team,
            outcome: outcome(leaf.outcome).to_owned(),
        }
    }
}

fn actor_kind(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Person => "person",
        ActorKind::Service => "service",
        ActorKind::System => "system",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Denied => "denied",
        Outcome::Failed => "failed",
    }
}

/// Adds rows at the end of the log.
pub(crate) async fn insert(conn: &mut Conn, rows: Vec<EntryRow>) -> Result<(), Error> {
    insert_all!(
        conn,
        "audit_entry",
        rows,
        [
            log_id,
            idx,
            event_id,
            leaf,
            leaf_hash,
            ts,
            actor_kind,
            actor,
            action,
            subject_type,
            subject,
            subject_version,
            team,
            outcome
        ]
    )
    .await
}

/// The hashes of the leaves `begin..end`, as far as the log has them.
pub(crate) async fn leaf_hashes(
    conn: &mut Conn,
    log_id: i64,
    begin: u64,
    end: u64,
) -> Result<Vec<Hash>, Error> {
    let hashes = fetch_all!(
        conn,
        (Vec<u8>,),
        "SELECT leaf_hash FROM audit_entry WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx",
        log_id,
        int(begin)?,
        int(end)?
    )
    .await?;
    hashes.iter().map(|(bytes,)| rows::hash(bytes, "audit_entry.leaf_hash")).collect()
}
