//! Working on items: status, owner, due date, comments; and one item with its history.

use super::{TeamRoadmap, Tracked, changed, event_of, of_team, status};
use crate::App;
use crate::access::store as people;
use crate::audit::{Entry, Names};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::ledger::trail::{self, Filter, Walk};
use crate::roadmap::store::{self, CommentRow, ItemRow};
use crate::teams::store as teams;
use assay_domain::access::Permission;
use assay_domain::audit::catalogue::RoadmapItemCommented;
use assay_domain::roadmap::{ItemFacts, ItemStatus, check_due};
use chrono::NaiveDate;
use futures::FutureExt;
use uuid::Uuid;

const COMMENT_LIMIT: usize = 4000;
/// How many entries of an item's history are shown.
const HISTORY: u32 = 50;

/// What is to become of an item; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ItemChange {
    /// Where it is moved.
    pub status: Option<ItemStatus>,
    /// Who works on it; nobody.
    pub owner: Option<Option<Uuid>>,
    /// The day by which it is due; none.
    pub due: Option<Option<NaiveDate>>,
    /// What is said about it; the reason, where the move needs one.
    pub comment: Option<String>,
    /// The revision that the caller has seen; absent when it does not matter.
    pub seen: Option<i64>,
}

/// An item with everything that is known about it.
#[derive(Clone, Debug)]
pub struct ItemHistory {
    /// The roadmap that it belongs to.
    pub roadmap: TeamRoadmap,
    /// The item.
    pub item: Tracked,
    /// What was said, the oldest first.
    pub comments: Vec<CommentRow>,
    /// What the ledger says about it, the newest first.
    pub entries: Vec<Entry>,
}

/// One item.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn item(app: &App, caller: &Caller, id: Uuid) -> Result<ItemHistory, Error> {
    let mut conn = app.db.read().await?;
    let row = visible(&mut conn, caller, id).await?;
    let roadmap = of_team(app, &mut conn, row.team_id).await?.ok_or(Error::NotFound)?;
    let item = roadmap.items.iter().find(|item| item.row.id == id).cloned().ok_or(Error::NotFound)?;
    let filter = Filter {
        subject_type: Some("roadmap_item".to_owned()),
        subject: Some(id.to_string()),
        ..Filter::default()
    };
    let log = app.db.log().id;
    let rows = trail::page(&mut conn, log, &filter, Walk::Down(u64::MAX), HISTORY).await?.entries;
    let names = Names::of(&mut conn, &rows).await?;
    let entries = rows.iter().map(|row| Entry::new(row, &names)).collect::<Result<_, _>>()?;
    Ok(ItemHistory { roadmap, item, comments: store::comments(&mut conn, id).await?, entries })
}

/// The row of an item that the caller may see.
pub(super) async fn visible(conn: &mut Conn, caller: &Caller, id: Uuid) -> Result<ItemRow, Error> {
    let row = store::item(conn, id).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadRoadmap, Some(row.team_id))?;
    Ok(row)
}

/// The row of an item that the caller may work on.
pub(super) async fn workable(app: &App, caller: &Caller, id: Uuid) -> Result<ItemRow, Error> {
    let row = visible(&mut app.db.read().await?, caller, id).await?;
    caller.allow(Permission::ReadRoadmap, Permission::WorkRoadmap, Some(row.team_id))?;
    Ok(row)
}

/// Changes status, owner and due date of an item. What stays the same leaves nothing on the record.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::PreconditionFailed`] when somebody else changed it since.
pub async fn change(app: &App, caller: &Caller, id: Uuid, change: ItemChange) -> Result<ItemRow, Error> {
    workable(app, caller, id).await?;
    let comment = change.comment.as_deref().map(str::trim).filter(|comment| !comment.is_empty());
    let comment = comment.map(checked_comment).transpose()?;
    let change = ItemChange { comment, ..change };
    let by = caller.clone();
    let written = app
        .db
        .write(move |tx| {
            let (by, change) = (by.clone(), change.clone());
            async move { apply(tx, &by, id, change).await }.boxed()
        })
        .await?;
    Ok(written.value)
}

async fn apply(tx: &mut Tx, by: &Caller, id: Uuid, change: ItemChange) -> Result<ItemRow, Error> {
    let row = store::item(tx, id).await?.ok_or(Error::NotFound)?;
    if change.seen.is_some_and(|seen| seen != row.revision) {
        return Err(Error::PreconditionFailed);
    }
    let mut now = row.clone();
    if let Some(to) = change.status {
        now.status = moved(tx, &row, to, change.comment.is_some()).await?;
    }
    if let Some(owner) = change.owner.filter(|owner| *owner != row.owner_id) {
        check_owner(tx, row.team_id, owner).await?;
        now.owner_id = owner;
    }
    if let Some(due) = change.due.filter(|due| *due != row.due) {
        let today = tx.now().date_naive();
        due.map(|due| check_due(due, today))
            .transpose()
            .map_err(|past| Error::invalid("/due", past.to_string()))?;
        now.due = due;
    }
    if now != row {
        now.revision += 1;
        store::update_item(tx, &now).await?;
        tx.record(changed(by, &row, &now)).await?;
    }
    if let Some(comment) = change.comment {
        write_comment(tx, by, &now, comment).await?;
    }
    Ok(now)
}

async fn moved(tx: &mut Tx, row: &ItemRow, to: ItemStatus, has_reason: bool) -> Result<String, Error> {
    let evidence = store::evidence(tx, row.id).await?;
    let facts = ItemFacts {
        has_evidence: evidence.iter().any(|piece| !piece.is_rejected()),
        has_reason,
        is_answered: row.answered_in.is_some(),
    };
    let status = status(row)?.moved(to, facts).map_err(|refused| {
        let field = if refused.lacks_reason() { "/comment" } else { "/status" };
        Error::invalid(field, refused.to_string())
    })?;
    Ok(status.as_str().to_owned())
}

async fn check_owner(tx: &mut Tx, team: Uuid, owner: Option<Uuid>) -> Result<(), Error> {
    let Some(owner) = owner else { return Ok(()) };
    let members = teams::members(tx, team).await?;
    if members.iter().any(|member| member.person_id == owner && member.active) {
        return Ok(());
    }
    let known = people::person(tx, owner).await?.filter(|person| !person.active);
    let why = if known.is_some() { ": this person may not sign in any more" } else { "" };
    Err(Error::invalid("/owner", format!("only active members of the team can own an item{why}")))
}

fn checked_comment(text: &str) -> Result<String, Error> {
    let text = text.replace("\r\n", "\n");
    if text.chars().count() <= COMMENT_LIMIT {
        Ok(text)
    } else {
        Err(Error::invalid("/comment", format!("a comment has at most {COMMENT_LIMIT} characters")))
    }
}

/// Says something about an item.
///
/// # Errors
/// As [`change`].
pub async fn comment(app: &App, caller: &Caller, id: Uuid, text: &str) -> Result<CommentRow, Error> {
    let row = workable(app, caller, id).await?;
    let text = checked_comment(text.trim())?;
    if text.is_empty() {
        return Err(Error::invalid("/comment", "write something first"));
    }
    let by = caller.clone();
    let written = app
        .db
        .write(move |tx| {
            let (by, row, text) = (by.clone(), row.clone(), text.clone());
            async move { write_comment(tx, &by, &row, text).await }.boxed()
        })
        .await?;
    Ok(written.value)
}

async fn write_comment(tx: &mut Tx, by: &Caller, item: &ItemRow, body: String) -> Result<CommentRow, Error> {
    let row = CommentRow {
        id: tx.new_id(),
        item_id: item.id,
        body,
        written_by: by.actor().id(),
        written_at: tx.now(),
    };
    store::insert_comment(tx, &row).await?;
    let facts = RoadmapItemCommented { code: item.code.clone() };
    tx.record(event_of(by, item, facts).commit("comment", row.body.clone())).await?;
    Ok(row)
}
