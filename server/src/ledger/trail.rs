//! Reading the trail: entries by filter and page, by index and by event; disclosures; checkpoints.

use std::collections::HashMap;

use assay_ledger::commit::Salt;
use assay_ledger::{Hash, SignedCheckpoint};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::entries::EntryRow;
use super::publisher;
use super::rows::{self, int};
use crate::db::{Arg, Conditions, Conn};
use crate::error::Error;
use crate::{fetch_all, fetch_optional};

const COLUMNS: &str = "log_id, idx, event_id, leaf, leaf_hash, ts, actor_kind, actor, action, subject_type, subject, \
                       subject_version, team, outcome";

/// Events in one statement.
const EVENTS_AT_ONCE: usize = 250;

/// Which entries to look at. Empty means all; what is set narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only entries of these teams: what the caller may see. `None` for those who may see everything.
    pub visible_teams: Option<Vec<Uuid>>,
    /// Of this team.
    pub team: Option<Uuid>,
    /// By this actor.
    pub actor: Option<Uuid>,
    /// Of this action.
    pub action: Option<String>,
    /// About this sort of thing.
    pub subject_type: Option<String>,
    /// About the thing with this id.
    pub subject: Option<String>,
    /// That ended so.
    pub outcome: Option<String>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
    /// Whose leaf contains this text, byte for byte: a model's name, a digest, an id. Looks through all leaves that
    /// the rest of the filter lets through.
    pub text: Option<String>,
}

/// In which direction to walk, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// Newest first, below this index (all of them with `u64::MAX`).
    Down(u64),
    /// Oldest first, from this index, below this size.
    Up {
        /// The first index to look at.
        from: u64,
        /// The size of the tree that is looked at.
        size: u64,
    },
}

/// Some entries, and where the next ones begin.
#[derive(Clone, Debug)]
pub struct Page {
    /// The entries.
    pub entries: Vec<EntryRow>,
    /// Walking down: continue below this index. Walking up: continue from it. `None` at the end.
    pub next: Option<u64>,
}

/// Salt and value behind one commitment.
#[derive(Clone, Debug, PartialEq)]
pub struct DisclosureRow {
    /// The field's name in the leaf's `commit`.
    pub field: String,
    /// The salt.
    pub salt: Salt,
    /// The value.
    pub value: serde_json::Value,
}

fn conditions(log_id: i64, filter: &Filter, walk: Walk, postgres: bool) -> Conditions {
    let text = |value: &Option<String>| value.clone().map(Arg::Text);
    let at = |index: u64| Arg::Int(i64::try_from(index).unwrap_or(i64::MAX));
    let mut all = Conditions::default();
    all.add("log_id = ?", Arg::Int(log_id));
    match walk {
        Walk::Down(below) => all.add("idx < ?", at(below)),
        Walk::Up { from, size } => {
            all.add("idx >= ?", at(from));
            all.add("idx < ?", at(size));
        }
    }
    if let Some(teams) = &filter.visible_teams {
        all.add_any("team", teams.iter().copied());
    }
    all.add_some("team = ?", filter.team.map(Arg::Id));
    all.add_some("actor = ?", filter.actor.map(Arg::Id));
    all.add_some("action = ?", text(&filter.action));
    all.add_some("subject_type = ?", text(&filter.subject_type));
    all.add_some("subject = ?", text(&filter.subject));
    all.add_some("outcome = ?", text(&filter.outcome));
    all.add_some("ts >= ?", filter.from.map(Arg::Time));
    all.add_some("ts < ?", filter.to.map(Arg::Time));
    // The engines have no function in common that finds bytes in bytes.
    let contains = if postgres {
        "position(convert_to(?, 'UTF8') IN leaf) > 0"
    } else {
        "instr(leaf, CAST(? AS BLOB)) > 0"
    };
    all.add_some(contains, text(&filter.text));
    all
}

/// Up to `limit` entries.
///
/// # Errors
/// When the database cannot be read.
pub async fn page(
    conn: &mut Conn,
    log_id: i64,
    filter: &Filter,
    walk: Walk,
    limit: u32,
) -> Result<Page, Error> {
    let conditions = conditions(log_id, filter, walk, conn.is_postgres());
    let order = if matches!(walk, Walk::Down(_)) { "DESC" } else { "ASC" };
    // One more than asked for tells whether there is a next page.
    let more = u64::from(limit) + 1;
    let sql = format!("SELECT {COLUMNS} FROM audit_entry WHERE {{}} ORDER BY idx {order} LIMIT {more}");
    let mut entries: Vec<EntryRow> = conditions.fetch_all(conn, &sql).await?;
    let further = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let last = entries.last().filter(|_| further).map(|entry| entry.idx.unsigned_abs());
    let next = if matches!(walk, Walk::Down(_)) { last } else { last.map(|index| index + 1) };
    Ok(Page { entries, next })
}

/// The entry at an index.
///
/// # Errors
/// [`Error::NotFound`] when the log has no such entry.
pub async fn entry(conn: &mut Conn, log_id: i64, index: u64) -> Result<EntryRow, Error> {
    let index = i64::try_from(index).map_err(|_| Error::NotFound)?;
    let found = fetch_optional!(
        conn,
        EntryRow,
        "SELECT log_id, idx, event_id, leaf, leaf_hash, ts, actor_kind, actor, action, subject_type, subject,
           subject_version, team, outcome
         FROM audit_entry WHERE log_id = $1 AND idx = $2",
        log_id,
        index
    );
    found.await?.ok_or(Error::NotFound)
}

/// The index of an event, once it has one.
///
/// # Errors
/// When the database cannot be read.
pub async fn index_of(conn: &mut Conn, event: Uuid) -> Result<Option<u64>, Error> {
    let found =
        fetch_optional!(conn, (i64,), "SELECT idx FROM audit_entry WHERE event_id = $1", event).await?;
    found.map(|(index,)| rows::index(index, "audit_entry.idx")).transpose()
}

/// The indices of some events, as far as they have one.
///
/// # Errors
/// When the database cannot be read.
pub async fn indices_of(conn: &mut Conn, events: &[Uuid]) -> Result<HashMap<Uuid, u64>, Error> {
    let mut found = HashMap::new();
    for some in events.chunks(EVENTS_AT_ONCE) {
        let mut all = Conditions::default();
        all.add_any("event_id", some.iter().copied());
        let rows: Vec<(Uuid, i64)> =
            all.fetch_all(conn, "SELECT event_id, idx FROM audit_entry WHERE {}").await?;
        for (event, index) in rows {
            found.insert(event, rows::index(index, "audit_entry.idx")?);
        }
    }
    Ok(found)
}

/// What can be disclosed of an event; fields that were erased are not among them.
///
/// # Errors
/// When the database cannot be read or holds something else.
pub async fn disclosures(conn: &mut Conn, event: Uuid) -> Result<Vec<DisclosureRow>, Error> {
    let sql = "SELECT field, salt, value FROM audit_disclosure WHERE event_id = $1 ORDER BY field";
    let found = fetch_all!(conn, (String, Vec<u8>, String), sql, event).await?;
    found
        .into_iter()
        .map(|(field, salt, value)| {
            let salt = Salt(rows::hash(&salt, "audit_disclosure.salt")?.0);
            let value = serde_json::from_str(&value)
                .map_err(|error| Error::Internal(format!("audit_disclosure.value of {event}: {error}")))?;
            Ok(DisclosureRow { field, salt, value })
        })
        .collect()
}

/// The leaves `begin..end`, as far as the log has them: what an entry bundle holds.
///
/// # Errors
/// When the database cannot be read.
pub async fn leaves(conn: &mut Conn, log_id: i64, begin: u64, end: u64) -> Result<Vec<Vec<u8>>, Error> {
    let sql = "SELECT leaf FROM audit_entry WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
    let found = fetch_all!(conn, (Vec<u8>,), sql, log_id, int(begin)?, int(end)?).await?;
    Ok(found.into_iter().map(|(leaf,)| leaf).collect())
}

/// The hashes of the leaves `begin..end`.
///
/// # Errors
/// When the database cannot be read.
pub async fn leaf_hashes(conn: &mut Conn, log_id: i64, begin: u64, end: u64) -> Result<Vec<Hash>, Error> {
    super::entries::leaf_hashes(conn, log_id, begin, end).await
}

/// The newest checkpoint.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_checkpoint(conn: &mut Conn, log_id: i64) -> Result<Option<SignedCheckpoint>, Error> {
    publisher::latest(conn, log_id).await
}

/// Up to `limit` stored checkpoints with sizes above `after`, smallest first.
///
/// # Errors
/// When the database cannot be read or a note is malformed.
pub async fn checkpoints(
    conn: &mut Conn,
    log_id: i64,
    after: u64,
    limit: u32,
) -> Result<Vec<SignedCheckpoint>, Error> {
    let sql = "SELECT note FROM audit_checkpoint WHERE log_id = $1 AND size > $2 ORDER BY size LIMIT $3";
    let notes = fetch_all!(conn, (String,), sql, log_id, int(after)?, i64::from(limit)).await?;
    let parse = |(note,): (String,)| SignedCheckpoint::parse(note.as_bytes());
    notes
        .into_iter()
        .map(parse)
        .collect::<Result<_, _>>()
        .map_err(|e| Error::Internal(format!("audit_checkpoint.note: {e}")))
}
