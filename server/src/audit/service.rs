//! Use cases of the room: find entries, look at one with its proof, ask for the log's state. Exports are in
//! [`super::export`].

use assay_domain::access::{Permission, Reach};
use assay_ledger::commit::Disclosure;
use assay_ledger::{Hash, Leaf, Proof, SignedCheckpoint};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::search::{Search, Selected};
use super::{Entry, Names, store};
use crate::app::App;
use crate::db::Conn;
use crate::error::Error;
use crate::http::Caller;
use crate::ledger::entries::EntryRow;
use crate::ledger::trail::{self, Filter, Walk};
use crate::{access, teams};

/// Which part of the trail to show, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// The newest entries.
    #[default]
    Newest,
    /// Those before this index.
    Before(u64),
    /// Those next after this index.
    After(u64),
}

/// A part of the trail.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub older: Option<Position>,
    /// Whether there are newer ones.
    pub newer: Option<Position>,
}

/// An entry with everything that is known about it.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The entry.
    pub entry: Entry,
    /// Its exact bytes: canonical JSON.
    pub leaf: String,
    /// What the bytes are hashed to.
    pub leaf_hash: Hash,
    /// The values kept apart.
    pub committed: Vec<Committed>,
    /// A `c2sp.org/tlog-proof@v1` at the latest checkpoint; absent until one covers the entry.
    pub receipt: Option<String>,
}

/// A value that the entry commits to.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Its name.
    pub field: String,
    /// The commitment in the leaf.
    pub commitment: Hash,
    /// Salt and value; absent where they were erased.
    pub opened: Option<Disclosure>,
}

/// The state of the log.
#[derive(Clone, Debug)]
pub struct State {
    /// The newest checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// The key that signed it.
    pub vkey: String,
    /// When the last entry that it covers was recorded.
    pub last_entry_at: Option<DateTime<Utc>>,
}

/// That an entry is in the log as it was at a size.
#[derive(Clone, Debug)]
pub struct Inclusion {
    /// The entry's hash.
    pub leaf_hash: Hash,
    /// The size.
    pub size: u64,
    /// The root at that size.
    pub root: Hash,
    /// From the entry's sibling to the root's child.
    pub hashes: Vec<Hash>,
    /// Index, hashes and checkpoint in one text, where a checkpoint of that size was signed.
    pub receipt: Option<String>,
}

/// That the log at one size is the beginning of the log at another.
#[derive(Clone, Debug)]
pub struct Consistency {
    /// The root at the smaller size.
    pub from_root: Hash,
    /// The larger size.
    pub to: u64,
    /// The root at the larger size.
    pub to_root: Hash,
    /// The proof.
    pub hashes: Vec<Hash>,
}

/// How far the caller sees.
///
/// # Errors
/// [`Error::Forbidden`] for those who may read no entry at all.
pub fn reach(caller: &Caller, permission: Permission) -> Result<Reach, Error> {
    let reach = caller.principal.reach(permission);
    if reach.is_nowhere() { Err(Error::Forbidden(permission)) } else { Ok(reach) }
}

/// What the caller may see of what was searched for.
///
/// # Errors
/// [`Error::Invalid`] for fields that cannot be understood, [`Error::Forbidden`].
pub async fn select(
    app: &App,
    caller: &Caller,
    search: &Search,
    permission: Permission,
) -> Result<Selected, Error> {
    search.resolve(&mut app.db.read().await?, &reach(caller, permission)?).await
}

/// Finds entries.
///
/// # Errors
/// Those of [`select`].
pub async fn list(
    app: &App,
    caller: &Caller,
    search: &Search,
    at: Position,
    limit: u32,
) -> Result<Found, Error> {
    let filter = select(app, caller, search, Permission::ReadAudit).await?.filter;
    let mut conn = app.db.read().await?;
    let walk = match at {
        Position::Newest => Walk::Down(u64::MAX),
        Position::Before(index) => Walk::Down(index),
        Position::After(index) => Walk::Up { from: index.saturating_add(1), size: u64::MAX },
    };
    let page = trail::page(&mut conn, app.db.log().id, &filter, walk, limit).await?;
    let names = Names::of(&mut conn, &page.entries).await?;
    let mut entries =
        page.entries.iter().map(|row| Entry::new(row, &names)).collect::<Result<Vec<_>, _>>()?;
    let more = page.next.is_some();
    let upwards = matches!(at, Position::After(_));
    if upwards {
        entries.reverse();
    }
    // Who came from the newer side knows that there is something there.
    let (older, newer) = if upwards { (true, more) } else { (more, at != Position::Newest) };
    Ok(Found {
        older: entries.last().filter(|_| older).map(|entry| Position::Before(entry.index)),
        newer: entries.first().filter(|_| newer).map(|entry| Position::After(entry.index)),
        entries,
    })
}

/// One entry.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn entry(app: &App, caller: &Caller, index: u64) -> Result<Detail, Error> {
    let mut conn = app.db.read().await?;
    let row = visible(app, caller, &mut conn, index).await?;
    let names = Names::of(&mut conn, std::slice::from_ref(&row)).await?;
    let entry = Entry::new(&row, &names)?;
    let leaf: Leaf = serde_json::from_slice(&row.leaf).map_err(Error::internal)?;
    let mut opened = store::disclosures(&mut conn, std::slice::from_ref(&row)).await?;
    let committed = leaf
        .commit
        .into_iter()
        .map(|(field, commitment)| {
            let place = opened.iter().position(|disclosure| disclosure.field == field);
            Committed { opened: place.map(|place| opened.swap_remove(place)), field, commitment }
        })
        .collect();
    let leaf_hash = assay_ledger::hash::leaf_hash(&row.leaf);
    let latest = trail::latest_checkpoint(&mut conn, app.db.log().id).await?;
    let receipt = match latest.filter(|latest| latest.checkpoint().size > index) {
        Some(checkpoint) => {
            let hashes = app.db.inclusion_proof(&mut conn, index, checkpoint.checkpoint().size).await?;
            Some(Proof { extra: None, index, hashes, checkpoint }.to_string())
        }
        None => None,
    };
    let leaf = String::from_utf8(row.leaf).map_err(Error::internal)?;
    Ok(Detail { entry, leaf, leaf_hash, committed, receipt })
}

/// The entries just before and after one, of those that the caller sees.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn neighbours(app: &App, caller: &Caller, index: u64) -> Result<(Option<u64>, Option<u64>), Error> {
    let filter = Selected::all(&reach(caller, Permission::ReadAudit)?).filter;
    let mut conn = app.db.read().await?;
    let log = app.db.log().id;
    let before = trail::page(&mut conn, log, &filter, Walk::Down(index), 1).await?;
    let after = trail::page(&mut conn, log, &filter, Walk::Up { from: index + 1, size: u64::MAX }, 1).await?;
    let place = |page: &trail::Page| page.entries.first().map(|row| row.idx.unsigned_abs());
    Ok((place(&before), place(&after)))
}

async fn visible(app: &App, caller: &Caller, conn: &mut Conn, index: u64) -> Result<EntryRow, Error> {
    let row = trail::entry(conn, app.db.log().id, index).await?;
    caller.see(Permission::ReadAudit, row.team)?;
    Ok(row)
}

/// The proof that an entry is in the log: at `size`, or at the newest checkpoint.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::BadRequest`] for a size that does not hold the entry or never was;
/// [`Error::Unavailable`] while no checkpoint covers it.
pub async fn inclusion(
    app: &App,
    caller: &Caller,
    index: u64,
    size: Option<u64>,
) -> Result<Inclusion, Error> {
    let mut conn = app.db.read().await?;
    let row = visible(app, caller, &mut conn, index).await?;
    let size = match size {
        Some(size) => size,
        None => covering(newest(app, &mut conn).await?.checkpoint().size, index)?,
    };
    let hashes = app.db.inclusion_proof(&mut conn, index, size).await?;
    let root = app.db.root_at(&mut conn, size).await?;
    let signed = store::checkpoint_up_to(&mut conn, app.db.log().id, size).await?;
    let receipt = signed
        .filter(|signed| signed.checkpoint().size == size)
        .map(|checkpoint| Proof { extra: None, index, hashes: hashes.clone(), checkpoint }.to_string());
    Ok(Inclusion { leaf_hash: assay_ledger::hash::leaf_hash(&row.leaf), size, root, hashes, receipt })
}

/// The size of the newest checkpoint, if it covers the entry. An entry is visible a moment before it is signed.
fn covering(newest: u64, index: u64) -> Result<u64, Error> {
    if index < newest {
        return Ok(newest);
    }
    Err(Error::unavailable("The entry is recorded, but no checkpoint covers it yet. Ask again.", 1))
}

/// The proof that nothing was altered between two sizes; `to` is the newest checkpoint's where absent.
///
/// # Errors
/// [`Error::BadRequest`] for sizes that never were or are in the wrong order.
pub async fn consistency(app: &App, from: u64, to: Option<u64>) -> Result<Consistency, Error> {
    let mut conn = app.db.read().await?;
    let to = match to {
        Some(to) => to,
        None => newest(app, &mut conn).await?.checkpoint().size,
    };
    let hashes = app.db.consistency_proof(&mut conn, from, to).await?;
    let from_root = app.db.root_at(&mut conn, from).await?;
    let to_root = app.db.root_at(&mut conn, to).await?;
    Ok(Consistency { from_root, to, to_root, hashes })
}

/// The state of the log.
///
/// # Errors
/// [`Error::Unavailable`] before the first checkpoint.
pub async fn state(app: &App) -> Result<State, Error> {
    let mut conn = app.db.read().await?;
    let checkpoint = newest(app, &mut conn).await?;
    let last = checkpoint.checkpoint().size.checked_sub(1);
    let last_entry_at = match last {
        Some(index) => Some(trail::entry(&mut conn, app.db.log().id, index).await?.ts),
        None => None,
    };
    Ok(State { checkpoint, vkey: app.db.log().vkey.clone(), last_entry_at })
}

pub(super) async fn newest(app: &App, conn: &mut Conn) -> Result<SignedCheckpoint, Error> {
    let latest = trail::latest_checkpoint(conn, app.db.log().id).await?;
    latest.ok_or_else(|| Error::unavailable("The log has no signed checkpoint yet. Ask again.", 1))
}

/// Somebody or something that can be searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value to search by.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// Most people to choose from; beyond, an id in the address does it.
const MOST_ACTORS: i64 = 500;

/// The teams and the actors that the caller may search by.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn choices(app: &App, caller: &Caller) -> Result<(Vec<Choice>, Vec<Choice>), Error> {
    let reach = reach(caller, Permission::ReadAudit)?;
    let mut conn = app.db.read().await?;
    let mut seen = teams::store::all(&mut conn).await?;
    seen.retain(|team| reach.covers(Some(team.id)));
    let mut actors: Vec<(String, Uuid)> = Vec::new();
    match &reach {
        Reach::All => {
            let people = access::store::people(&mut conn, "", MOST_ACTORS).await?;
            actors.extend(people.into_iter().map(|person| (person.name, person.id)));
            actors.push(("Assay".to_owned(), app.db.log().instance));
        }
        Reach::Teams(_) => {
            for team in &seen {
                let members = teams::store::members(&mut conn, team.id).await?;
                actors.extend(members.into_iter().map(|member| (member.name, member.person_id)));
            }
        }
    }
    let services = access::store::tokens(&mut conn, None).await?;
    let services = services.into_iter().filter(|token| reach.covers(token.team_id));
    actors.extend(services.map(|token| (format!("{} (service)", token.name), token.id)));
    actors.sort();
    actors.dedup();
    let actors = actors.into_iter().map(|(label, id)| Choice { value: id.to_string(), label });
    let seen = seen.into_iter().map(|team| Choice { value: team.slug, label: team.name });
    Ok((seen.collect(), actors.collect()))
}

/// All selected entries of the log as it was at a size, oldest first, a page at a time: so memory stays flat and no
/// read is held open for long.
pub struct Pages {
    app: App,
    filter: Filter,
    size: u64,
    next: Option<u64>,
}

/// Entries in a page of [`Pages`].
const PAGE: u32 = 1000;

impl Pages {
    /// From the first entry on.
    pub fn new(app: &App, filter: &Filter, size: u64) -> Self {
        Self { app: app.clone(), filter: filter.clone(), size, next: Some(0) }
    }

    /// The next page; `None` after the last one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rows(&mut self) -> Result<Option<Vec<EntryRow>>, Error> {
        let Some(from) = self.next else { return Ok(None) };
        let mut conn = self.app.db.read().await?;
        let walk = Walk::Up { from, size: self.size };
        let page = trail::page(&mut conn, self.app.db.log().id, &self.filter, walk, PAGE).await?;
        self.next = page.next;
        Ok(Some(page.entries).filter(|rows| !rows.is_empty()))
    }

    /// The next page, with names; `None` after the last one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn entries(&mut self) -> Result<Option<Vec<Entry>>, Error> {
        let Some(rows) = self.rows().await? else { return Ok(None) };
        entries(&self.app, &rows).await.map(Some)
    }
}

/// Rows with the names of whom and what they are about.
///
/// # Errors
/// Those of the database.
pub async fn entries(app: &App, rows: &[EntryRow]) -> Result<Vec<Entry>, Error> {
    let names = Names::of(&mut app.db.read().await?, rows).await?;
    rows.iter().map(|row| Entry::new(row, &names)).collect()
}

/// What can be disclosed of rows that stand in order.
///
/// # Errors
/// Those of the database.
pub async fn disclosures(app: &App, rows: &[EntryRow]) -> Result<Vec<Disclosure>, Error> {
    store::disclosures(&mut app.db.read().await?, rows).await
}
