//! Proposing a change, confirming it, turning it down, taking it back; and what becomes of one that nobody could confirm
//! (`alone`). Reasons and titles may name people, so they are committed and not part of the entry.

mod alone;
mod look;

pub use alone::{run, take_effect_alone};
pub use look::{Seen, get, list, see, waiting_for};

use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::audit::catalogue::{ProposalConfirmed, ProposalMade, ProposalRejected, ProposalWithdrawn};
use assay_domain::audit::{Event, Subject};
use assay_domain::proposals::{
    Alone, Candidate, Confirmation, Kind, Need, Part, ProposalRefused, ProposalState,
};
use futures::FutureExt;
use uuid::Uuid;

use super::store::{self, Filter, InvolvedRow, New, ProposalRow};
use super::{kinds, people};
use crate::App;
use crate::access::service::subjects;
use crate::access::store as access;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;

/// The most characters of a reason.
pub const REASON: usize = 2000;
/// The most proposals that are confirmed at once.
pub const AT_ONCE: usize = 200;

/// A change that somebody wants, as its room puts it.
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// What kind of change it is.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// Tells apart what may wait at the same time about one subject; empty where only one may.
    pub key: String,
    /// The team that it concerns; `None` for the organisation.
    pub team: Option<Uuid>,
    /// What it would do, as a heading: "Lower the risk tier of fraud-scoring".
    pub title: String,
    /// The page of the subject.
    pub href: Option<String>,
    /// What there is now. It stands in the entry, so it names no people.
    pub from: String,
    /// What there would be. It stands in the entry, so it names no people.
    pub to: String,
    /// What follows for open requests and valid approvals; shown before anybody confirms.
    pub consequence: String,
    /// Why, in the words of who proposes it.
    pub reason: String,
    /// The digest of what would change, where it is a text.
    pub content_sha256: Option<String>,
    /// What the room needs to apply it.
    pub payload: serde_json::Value,
    /// The confirmations that it needs, each by another person.
    pub needs: Vec<Need>,
    /// Who has a part in it, besides who proposes it.
    pub involved: Vec<(Uuid, Part)>,
}

/// Proposes a change, inside a write. Where nobody could confirm it and its kind says so, it takes effect at once.
///
/// # Errors
/// [`Error::Conflict`] when another proposal of the kind waits about the same; [`Error::Invalid`] for a reason that is too
/// long; those of the room that applies it.
pub async fn propose(tx: &mut Tx, caller: &Caller, new: NewProposal) -> Result<ProposalRow, Error> {
    let reason = checked_reason(&new.reason)?;
    if waiting(tx, new.kind, &new.subject).await?.iter().any(|row| row.subject_key == new.key) {
        return Err(refuse(&ProposalRefused::AlreadyWaiting));
    }
    let proposer = caller.person().map(|person| InvolvedRow { person, part: Part::Proposer });
    let others = new.involved.iter().map(|(person, part)| InvolvedRow { person: *person, part: *part });
    let involved: Vec<InvolvedRow> = proposer.into_iter().chain(others).collect();
    let stored = New {
        kind: new.kind,
        subject: &new.subject,
        key: new.key,
        payload: &new.payload,
        needs: &new.needs,
        involved: &involved,
    };
    let (id, now) = (tx.new_id(), tx.now());
    let mut row = ProposalRow::new(id, &stored, caller.actor().id(), now)?;
    (row.team_id, row.title, row.href) = (new.team, new.title, new.href);
    (row.from_text, row.to_text, row.consequence) = (new.from, new.to, new.consequence);
    (row.reason, row.content_sha256) = (reason, new.content_sha256);
    store::insert(tx, row.clone()).await?;
    tx.record(made(caller, &row)?).await?;
    if new.kind.alone() == Alone::AtOnce && nobody_could(tx, &row).await? {
        return alone::take_effect(tx, caller, row).await;
    }
    Ok(row)
}

/// The proposals of a kind that wait about a subject.
///
/// # Errors
/// Those of the database.
pub async fn waiting(conn: &mut Conn, kind: Kind, subject: &Subject) -> Result<Vec<ProposalRow>, Error> {
    let about = Some((subject.kind.clone(), subject.id.clone()));
    let filter =
        Filter { state: Some(ProposalState::Waiting), kind: Some(kind), subject: about, before: None };
    store::list(conn, filter, i64::from(u16::MAX)).await
}

/// Whether somebody other than the caller could give a confirmation, over the last seven days.
///
/// # Errors
/// Those of the database.
pub async fn somebody_could(tx: &mut Tx, caller: &Caller, need: &Need) -> Result<bool, Error> {
    let now = tx.now();
    let own = match caller.person() {
        Some(person) => Some(subjects::who(tx, person).await?),
        None => None,
    };
    let others = people::recently(tx, now).await?.into_iter();
    let mut others = others.filter(|one| own.as_ref().is_none_or(|own| !own.is(&one.who)));
    Ok(others.any(|one| need.can_be_given_by(&one)))
}

/// Takes back what waits because what it was about is gone or decided otherwise, inside a write.
///
/// # Errors
/// Those of the database and of the room.
pub async fn take_back(tx: &mut Tx, caller: &Caller, row: ProposalRow, why: &str) -> Result<(), Error> {
    end(tx, caller, row, ProposalState::Withdrawn, why).await.map(drop)
}

/// Confirms a proposal; when nothing is missing any more, it takes effect.
///
/// # Errors
/// [`Error::Refused`] for who has a part in it, and for machines; [`Error::Conflict`] when it is decided already or does not
/// fit any more; [`Error::NotFound`].
pub async fn confirm(app: &App, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    let mut rows = confirm_all(app, caller, &[id]).await?;
    rows.pop().ok_or(Error::NotFound)
}

/// Confirms several proposals, all of them or none.
///
/// # Errors
/// As [`confirm`], for the first that cannot be confirmed; [`Error::Invalid`] for an empty or a long list.
pub async fn confirm_all(app: &App, caller: &Caller, ids: &[Uuid]) -> Result<Vec<ProposalRow>, Error> {
    if ids.is_empty() || ids.len() > AT_ONCE {
        return Err(Error::invalid("/ids", format!("Name 1 to {AT_ONCE} proposals.")));
    }
    let given = Arc::new((caller.clone(), ids.to_vec()));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, ids) = &*given;
            let mut rows = Vec::new();
            for id in ids {
                rows.push(confirm_one(tx, caller, *id).await?);
            }
            Ok(rows)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn confirm_one(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    let now = tx.now();
    let mut row = look::visible(tx, caller, id).await?;
    let proposal = people::proposal(tx, &row).await?;
    let by = deciding(tx, caller).await?;
    let around = people::recently(tx, now).await?;
    let (need, stands_in) = proposal.confirm(&by, &around).map_err(|refused| refuse(&refused))?;
    let mut given = row.given()?;
    given.push(Confirmation { need, by: Some(by.account), at: tx.now(), stands_in });
    row.set_given(&given)?;
    let complete = given.len() == proposal.needs.len();
    if complete {
        row.set_state(ProposalState::Confirmed);
        (row.decided_by, row.decided_at) = (Some(by.account), Some(tx.now()));
    }
    store::update(tx, &row).await?;
    let of = proposal.needs.get(need).map(|need| need.what.clone()).unwrap_or_default();
    tx.record(confirmed(caller, &row, of, stands_in)?).await?;
    if complete {
        kinds::confirmed(tx, caller, &row).await?;
    }
    Ok(row)
}

/// Turns a proposal down.
///
/// # Errors
/// As [`confirm`]; [`Error::Invalid`] without a reason.
pub async fn reject(app: &App, caller: &Caller, id: Uuid, reason: &str) -> Result<ProposalRow, Error> {
    let reason = checked_reason(reason)?;
    if reason.is_empty() {
        return Err(Error::invalid("/reason", "Say why, so that the next proposal can be a better one."));
    }
    let given = Arc::new((caller.clone(), reason));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let ((caller, reason), now) = (&*given, tx.now());
            let row = look::visible(tx, caller, id).await?;
            let proposal = people::proposal(tx, &row).await?;
            let by = deciding(tx, caller).await?;
            let around = people::recently(tx, now).await?;
            proposal.may_be_rejected_by(&by, &around).map_err(|refused| refuse(&refused))?;
            end(tx, caller, row, ProposalState::Rejected, reason).await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Takes a proposal back.
///
/// # Errors
/// [`Error::Refused`] for somebody else's; [`Error::Conflict`] when it is decided already; [`Error::NotFound`].
pub async fn withdraw(app: &App, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            let row = look::visible(tx, &caller, id).await?;
            let person = caller.person().ok_or_else(|| refuse(&ProposalRefused::ByMachine))?;
            let who = subjects::who(tx, person).await?;
            let proposal = people::proposal(tx, &row).await?;
            proposal.may_be_withdrawn_by(&who).map_err(|refused| refuse(&refused))?;
            end(tx, &caller, row, ProposalState::Withdrawn, "").await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn end(
    tx: &mut Tx,
    caller: &Caller,
    mut row: ProposalRow,
    into: ProposalState,
    note: &str,
) -> Result<ProposalRow, Error> {
    row.set_state(into);
    (row.decided_by, row.decided_at) = (Some(caller.actor().id()), Some(tx.now()));
    note.clone_into(&mut row.note);
    store::update(tx, &row).await?;
    let (proposal, kind) = (row.id, row.kind()?.name().to_owned());
    let event = match into {
        ProposalState::Rejected => caller.event(ProposalRejected { proposal, kind }, row.about()),
        _ => caller.event(ProposalWithdrawn { proposal, kind }, row.about()),
    };
    tx.record(placed(event, &row).commit("reason", note)).await?;
    kinds::ended(tx, caller, &row).await?;
    Ok(row)
}

/// Whether nobody could give any of the confirmations that are missing, in the last seven days.
async fn nobody_could(conn: &mut Tx, row: &ProposalRow) -> Result<bool, Error> {
    let proposal = people::proposal(conn, row).await?;
    let now = conn.now();
    let around = people::recently(conn, now).await?;
    Ok(proposal.nobody_could(&around))
}

/// Whoever is signed in, with the roles that they hold now. Behind a token nobody knows how many eyes there are.
async fn deciding(conn: &mut Conn, caller: &Caller) -> Result<Candidate, Error> {
    let account = caller.principal.person().ok_or_else(|| refuse(&ProposalRefused::ByMachine))?;
    caller.require(Permission::ConfirmProposals, None)?;
    let who = subjects::who(conn, account).await?;
    Ok(Candidate { account, who, roles: access::roles(conn, account).await? })
}

fn made(caller: &Caller, row: &ProposalRow) -> Result<Event, Error> {
    let facts = ProposalMade {
        proposal: row.id,
        kind: row.kind()?.name().to_owned(),
        from: row.from_text.clone(),
        to: row.to_text.clone(),
        content_sha256: row.content_sha256.clone(),
    };
    let event = placed(caller.event(facts, row.about()), row);
    Ok(event.commit("title", row.title.clone()).commit("reason", row.reason.clone()))
}

fn confirmed(caller: &Caller, row: &ProposalRow, of: String, stands_in: bool) -> Result<Event, Error> {
    let by = if row.alone {
        "nobody else"
    } else if stands_in {
        "an administrator, because nobody else could"
    } else {
        &of
    };
    let facts = ProposalConfirmed {
        proposal: row.id,
        kind: row.kind()?.name().to_owned(),
        by: by.to_owned(),
        state: row.state()?.name().to_owned(),
    };
    Ok(placed(caller.event(facts, row.about()), row))
}

fn placed(event: Event, row: &ProposalRow) -> Event {
    match row.team_id {
        Some(team) => event.in_team(team),
        None => event,
    }
}

/// A rule of proposals as an answer.
pub(crate) fn refuse(refused: &ProposalRefused) -> Error {
    let mut letters = refused.to_string();
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let (rule, detail) = (refused.rule(), letters + ".");
    if refused.is_about_who() {
        Error::Refused { permission: Permission::ConfirmProposals, rule, detail }
    } else {
        Error::Conflict { code: rule, detail }
    }
}

fn checked_reason(reason: &str) -> Result<String, Error> {
    let reason = reason.trim().replace("\r\n", "\n");
    if reason.chars().count() <= REASON {
        Ok(reason)
    } else {
        Err(Error::Invalid(vec![FieldError::new("/reason", format!("Use at most {REASON} characters."))]))
    }
}
