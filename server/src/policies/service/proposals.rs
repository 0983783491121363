//! Changes of the policies: one person proposes, another confirms.
//!
//! A text is read and checked by itself, then with what is in force and with the people there are; both once more when it
//! is confirmed, because time has passed. The reasons that people give are committed, not part of the entry.

use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::approvals::{PolicyChange, PolicyRef, Proposal, ProposalRefused, ProposalState};
use assay_domain::audit::catalogue::{PolicyConfirmed, PolicyDeclined, PolicyProposed, PolicyWithdrawn};
use assay_domain::audit::{Event, Subject};
use assay_domain::questionnaires::Version;
use futures::FutureExt;
use uuid::Uuid;

use super::super::store::{self, Decided, ProposalRow};
use super::force::{come_to_be, may_come_into_force};
use super::{in_force, words};
use crate::App;
use crate::access::service::subjects;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::{Caller, Listing, Window};

/// The most characters of a reason.
const REASON: usize = 2000;

/// A policy that somebody wants to be in force.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The TOML text.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// The proposals, the newest first; those in one state where one is named.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see policies; [`Error::Invalid`] for a wrong place in the list.
pub async fn list(
    app: &App,
    caller: &Caller,
    state: Option<ProposalState>,
    window: &Window,
) -> Result<Listing<ProposalRow>, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    let before = window.after.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| Error::invalid("/after", "Pass what `next` said."))?;
    let state = state.map(ProposalState::name);
    let rows = store::proposals(&mut app.db.read().await?, state, before, window.fetch()).await?;
    Ok(Listing::cut(rows, window, |row| row.id.to_string()))
}

/// One proposal.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    store::proposal(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)
}

/// The proposals about one policy, the newest first.
///
/// # Errors
/// [`Error::Hidden`].
pub async fn about(app: &App, caller: &Caller, policy: &str) -> Result<Vec<ProposalRow>, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    store::proposals_about(&mut app.db.read().await?, policy).await
}

/// Whether the caller could decide about a proposal: it waits, and somebody else made it.
///
/// # Errors
/// Those of the database.
pub async fn may_decide(app: &App, caller: &Caller, row: &ProposalRow) -> Result<bool, Error> {
    let Some(person) = caller.person().filter(|_| caller.may(Permission::ConfirmPolicies, None)) else {
        return Ok(false);
    };
    let mut conn = app.db.read().await?;
    let who = subjects::who(&mut conn, person).await?;
    Ok(proposal(&mut conn, row).await?.may_be_decided_by(&who).is_ok())
}

/// Whether the caller could take a proposal back.
///
/// # Errors
/// Those of the database.
pub async fn may_withdraw(app: &App, caller: &Caller, row: &ProposalRow) -> Result<bool, Error> {
    let Some(person) = caller.person().filter(|_| caller.may(Permission::ProposePolicies, None)) else {
        return Ok(false);
    };
    let mut conn = app.db.read().await?;
    let who = subjects::who(&mut conn, person).await?;
    Ok(proposal(&mut conn, row).await?.may_be_withdrawn_by(&who).is_ok())
}

/// The proposals that wait for the caller to decide, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn waiting_for(app: &App, caller: &Caller) -> Result<Vec<ProposalRow>, Error> {
    if !caller.may(Permission::ConfirmPolicies, None) {
        return Ok(Vec::new());
    }
    let state = Some(ProposalState::Waiting.name());
    let rows = store::proposals(&mut app.db.read().await?, state, None, 50).await?;
    let mut waiting = Vec::new();
    for row in rows {
        if may_decide(app, caller, &row).await? {
            waiting.push(row);
        }
    }
    Ok(waiting)
}

/// Proposes to bring a text into force. `place` is where mistakes in it are shown: a JSON pointer.
///
/// # Errors
/// [`Error::Invalid`] with every mistake in the text; [`Error::Conflict`] when it contradicts what is in force or what was,
/// or when nobody could ever satisfy it; [`Error::Refused`] for machines; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn propose(
    app: &App,
    caller: &Caller,
    proposed: Proposed,
    place: &str,
) -> Result<ProposalRow, Error> {
    let person = proposer(caller)?;
    let reason = checked_reason("/reason", &proposed.reason)?;
    let policy = words::read(app, &proposed.source, place).await?;
    let given = Arc::new((caller.clone(), policy, proposed.source, reason));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, policy, source, reason) = &*given;
            nothing_waits(tx, &policy.id).await?;
            may_come_into_force(tx, policy).await?;
            let row = ProposalRow {
                title: policy.title.clone(),
                source: source.clone(),
                ..blank(tx, person, &policy.reference(), PolicyChange::IntoForce, reason).await?
            };
            insert(tx, caller, row).await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Proposes to take a policy out of force.
///
/// # Errors
/// [`Error::NotFound`] for one that never was; [`Error::Conflict`] for one that is not in force or that another proposal is
/// about; [`Error::Refused`] for machines; [`Error::Invalid`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn propose_end(
    app: &App,
    caller: &Caller,
    policy: &str,
    reason: &str,
) -> Result<ProposalRow, Error> {
    let person = proposer(caller)?;
    let reason = checked_reason("/reason", reason)?;
    let given = Arc::new((caller.clone(), policy.to_owned(), reason));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, policy, reason) = &*given;
            let versions = store::versions(tx, policy).await?;
            if versions.is_empty() {
                return Err(Error::NotFound);
            }
            let present = versions.into_iter().find(|row| row.until_at.is_none());
            let present = present.ok_or_else(|| {
                refuse(Permission::ProposePolicies, &ProposalRefused::NotInForce(policy.clone()))
            })?;
            nothing_waits(tx, policy).await?;
            let of = PolicyRef {
                id: present.policy.clone(),
                version: parsed_version(&present.policy, &present.version)?,
                sha256: present.sha256.clone(),
            };
            let row = ProposalRow {
                title: present.title,
                source: present.source,
                ..blank(tx, person, &of, PolicyChange::OutOfForce, reason).await?
            };
            insert(tx, caller, row).await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Confirms a proposal: it holds from now on.
///
/// # Errors
/// [`Error::Refused`] for who proposed it, under whatever account; [`Error::Conflict`] when it is decided already or does
/// not fit any more; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn confirm(app: &App, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    decide(app, caller, id, ProposalState::Confirmed, String::new()).await
}

/// Turns a proposal down.
///
/// # Errors
/// As [`confirm`]; [`Error::Invalid`] without a reason.
pub async fn reject(app: &App, caller: &Caller, id: Uuid, reason: &str) -> Result<ProposalRow, Error> {
    caller.allow(Permission::ReadPolicies, Permission::ConfirmPolicies, None)?;
    let reason = checked_reason("/reason", reason)?;
    if reason.is_empty() {
        return Err(Error::invalid("/reason", "Say why, so that the next proposal can be a better one."));
    }
    decide(app, caller, id, ProposalState::Rejected, reason).await
}

/// Takes a proposal back.
///
/// # Errors
/// [`Error::Refused`] for somebody else's; [`Error::Conflict`] when it is decided already; [`Error::NotFound`],
/// [`Error::Forbidden`], [`Error::Hidden`].
pub async fn withdraw(app: &App, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    decide(app, caller, id, ProposalState::Withdrawn, String::new()).await
}

async fn decide(
    app: &App,
    caller: &Caller,
    id: Uuid,
    into: ProposalState,
    note: String,
) -> Result<ProposalRow, Error> {
    let act = match into {
        ProposalState::Withdrawn => Permission::ProposePolicies,
        _ => Permission::ConfirmPolicies,
    };
    caller.allow(Permission::ReadPolicies, act, None)?;
    let by = caller.person().ok_or(Error::Forbidden(act))?;
    let given = Arc::new((caller.clone(), note));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, note) = &*given;
            let row = store::proposal(tx, id).await?.ok_or(Error::NotFound)?;
            let who = subjects::who(tx, by).await?;
            let proposal = proposal(tx, &row).await?;
            let allowed = match into {
                ProposalState::Withdrawn => proposal.may_be_withdrawn_by(&who),
                _ => proposal.may_be_decided_by(&who),
            };
            allowed.map_err(|refused| refuse(act, &refused))?;
            if into == ProposalState::Confirmed {
                come_to_be(tx, &proposal, &row).await?;
            }
            let at = tx.now();
            store::decide(tx, Decided { id, state: into.name(), by, at, note: note.clone() }).await?;
            tx.record(decided_event(caller, &row, into).commit("reason", note.clone())).await?;
            if into == ProposalState::Confirmed {
                in_force(tx, caller, &row.policy).await?;
            }
            store::proposal(tx, id).await?.ok_or(Error::NotFound)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn nothing_waits(tx: &mut Tx, policy: &str) -> Result<(), Error> {
    let about = store::proposals_about(tx, policy).await?;
    if about.iter().any(|row| row.state == ProposalState::Waiting.name()) {
        let refused = ProposalRefused::AlreadyWaiting(policy.to_owned());
        return Err(refuse(Permission::ProposePolicies, &refused));
    }
    Ok(())
}

/// A proposal without its text.
async fn blank(
    tx: &mut Tx,
    person: Uuid,
    of: &PolicyRef,
    change: PolicyChange,
    reason: &str,
) -> Result<ProposalRow, Error> {
    let present = store::versions(tx, &of.id).await?.into_iter().find(|row| row.until_at.is_none());
    Ok(ProposalRow {
        id: tx.new_id(),
        policy: of.id.clone(),
        version: of.version.to_string(),
        sha256: of.sha256.clone(),
        title: String::new(),
        source: String::new(),
        change: change.name().to_owned(),
        replaces: present.map(|row| row.version),
        state: ProposalState::Waiting.name().to_owned(),
        reason: reason.to_owned(),
        proposed_by: person,
        proposed_at: tx.now(),
        decided_by: None,
        decided_at: None,
        note: String::new(),
    })
}

async fn insert(tx: &mut Tx, caller: &Caller, row: ProposalRow) -> Result<ProposalRow, Error> {
    store::insert_proposal(tx, row.clone()).await?;
    let facts = PolicyProposed {
        proposal: row.id,
        policy: row.policy.clone(),
        version: row.version.clone(),
        policy_sha256: row.sha256.clone(),
        change: row.change.clone(),
        replaces: row.replaces.clone(),
    };
    tx.record(caller.event(facts, subject(&row)).commit("reason", row.reason.clone())).await?;
    Ok(row)
}

fn decided_event(caller: &Caller, row: &ProposalRow, into: ProposalState) -> Event {
    let (proposal, policy, version) = (row.id, row.policy.clone(), row.version.clone());
    let (policy_sha256, change) = (row.sha256.clone(), row.change.clone());
    let subject = subject(row);
    match into {
        ProposalState::Rejected => {
            caller.event(PolicyDeclined { proposal, policy, version, policy_sha256, change }, subject)
        }
        ProposalState::Withdrawn => {
            caller.event(PolicyWithdrawn { proposal, policy, version, policy_sha256, change }, subject)
        }
        ProposalState::Confirmed | ProposalState::Waiting => {
            caller.event(PolicyConfirmed { proposal, policy, version, policy_sha256, change }, subject)
        }
    }
}

fn subject(row: &ProposalRow) -> Subject {
    Subject::new("policy", &row.policy).at_version(&row.version)
}

/// A proposal as the rules see it.
async fn proposal(conn: &mut Conn, row: &ProposalRow) -> Result<Proposal, Error> {
    let wrong = |column: &str, reason: String| {
        Error::internal(format!("table policy_proposal, column {column}, row {}: {reason}", row.id))
    };
    Ok(Proposal {
        change: row.change.parse().map_err(|reason| wrong("change", reason))?,
        state: row.state.parse().map_err(|reason| wrong("state", reason))?,
        policy: PolicyRef {
            id: row.policy.clone(),
            version: parsed_version(&row.policy, &row.version)?,
            sha256: row.sha256.clone(),
        },
        by: subjects::who(conn, row.proposed_by).await?,
    })
}

pub(super) fn parsed_version(policy: &str, version: &str) -> Result<Version, Error> {
    version.parse().map_err(|error| Error::internal(format!("the policy {policy} in the database: {error}")))
}

/// Who proposes, a person: behind a machine nobody knows how many eyes there are.
fn proposer(caller: &Caller) -> Result<Uuid, Error> {
    caller.allow(Permission::ReadPolicies, Permission::ProposePolicies, None)?;
    caller.person().ok_or_else(|| refuse(Permission::ProposePolicies, &ProposalRefused::ByMachine))
}

pub(super) fn refuse(permission: Permission, refused: &ProposalRefused) -> Error {
    let (rule, detail) = (refused.rule(), sentence(&refused.to_string()));
    if refused.is_about_who() {
        Error::Refused { permission, rule, detail }
    } else {
        Error::Conflict { code: rule, detail }
    }
}

/// A rule's words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

fn checked_reason(pointer: &str, reason: &str) -> Result<String, Error> {
    let reason = reason.trim().replace("\r\n", "\n");
    if reason.chars().count() <= REASON {
        Ok(reason)
    } else {
        Err(Error::Invalid(vec![FieldError::new(pointer, format!("Use at most {REASON} characters."))]))
    }
}
