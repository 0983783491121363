//! Findings: looking at them and working on them.

use super::checked_text;
use super::concerned::Known;
use crate::App;
use crate::access::service::subjects;
use crate::audit::{Entry, Names};
use crate::datasets::store::{self as data, UsageRow};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::findings::store::{self, FindingFilter, FindingRow};
use crate::http::Caller;
use crate::ledger::trail::{self, Filter, Walk};
use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::FindingChanged;
use assay_domain::findings::{
    About, Act, FindingHappened, FindingRefusal, FindingState, FindingStep, may as rules,
};
use chrono::NaiveDate;
use futures::FutureExt;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// How many entries of a finding's history are shown.
const HISTORY: u32 = 50;

/// A finding with everything that is known about it.
#[derive(Clone, Debug)]
pub struct FindingSeen {
    /// The finding.
    pub row: FindingRow,
    /// The use of data that it is about.
    pub usage: Option<UsageRow>,
    /// What the ledger says about it, the newest first, with the reason that was given.
    pub entries: Vec<(Entry, Option<String>)>,
}

/// What somebody wants to do to a finding.
#[derive(Clone, Debug)]
pub enum Step {
    /// Take it up.
    Start,
    /// Say that it is in order.
    Resolve {
        /// What was done.
        reason: String,
    },
    /// Take the responsibility for leaving it as it is.
    AcceptRisk {
        /// Why.
        reason: String,
        /// The last day.
        until: NaiveDate,
    },
    /// Take it up again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Confirm that the version no longer runs.
    ConfirmGone {
        /// How it is known.
        reason: String,
    },
}

impl Step {
    /// As the domain's rules know it.
    const fn act(&self) -> Act {
        match self {
            Self::Start => Act::Start,
            Self::Resolve { .. } => Act::Resolve,
            Self::AcceptRisk { .. } => Act::AcceptRisk,
            Self::Reopen { .. } => Act::Reopen,
            Self::ConfirmGone { .. } => Act::ConfirmGone,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Start => None,
            Self::Resolve { reason }
            | Self::AcceptRisk { reason, .. }
            | Self::Reopen { reason }
            | Self::ConfirmGone { reason } => Some(reason),
        }
    }
}

/// What somebody needs to do this.
const fn permission(act: Act) -> Permission {
    match act {
        Act::AcceptRisk => Permission::AcceptRisk,
        Act::Start | Act::Resolve | Act::Reopen | Act::ConfirmGone => Permission::WorkFindings,
    }
}

/// The findings that the caller may see, the newest first: of their teams, and about their teams' datasets.
///
/// # Errors
/// [`Error::Forbidden`] for those who may see none.
pub async fn findings(
    app: &App,
    caller: &Caller,
    mut filter: FindingFilter,
    limit: i64,
) -> Result<Vec<FindingRow>, Error> {
    filter.reach = caller.principal.reach(Permission::ReadFindings);
    if filter.reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadFindings));
    }
    store::findings(&mut app.db.read().await?, filter, limit).await
}

/// The findings that nobody works on and that the caller could, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn waiting(app: &App, caller: &Caller, about: About, limit: i64) -> Result<Vec<FindingRow>, Error> {
    let reach = caller.principal.reach(Permission::WorkFindings);
    if reach.is_nowhere() {
        return Ok(Vec::new());
    }
    let states = vec!["open".to_owned()];
    let filter = FindingFilter { about: Some(about), states, ..FindingFilter::within(reach.clone()) };
    let mut rows = store::findings(&mut app.db.read().await?, filter, limit).await?;
    // A finding of another team about an own dataset is seen, and worked on by the other team.
    rows.retain(|row| reach.covers(Some(row.team_id)));
    Ok(rows)
}

/// One finding.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn finding(app: &App, caller: &Caller, id: Uuid) -> Result<FindingSeen, Error> {
    let mut conn = app.db.read().await?;
    let row = store::finding(&mut conn, id).await?.ok_or(Error::NotFound)?;
    see(caller, &row)?;
    let usage = match row.usage_id {
        Some(usage) => Some(
            data::usage(&mut conn, usage)
                .await?
                .ok_or_else(|| Error::internal(format!("finding.usage_id of {id}: there is no such use")))?,
        ),
        None => None,
    };
    let filter = Filter {
        subject_type: Some("finding".to_owned()),
        subject: Some(id.to_string()),
        ..Filter::default()
    };
    let log = app.db.log().id;
    let rows = trail::page(&mut conn, log, &filter, Walk::Down(u64::MAX), HISTORY).await?.entries;
    let names = Names::of(&mut conn, &rows).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for entry in &rows {
        let opened = trail::disclosures(&mut conn, entry.event_id).await?;
        let reason = opened.into_iter().find(|one| one.field == "reason");
        let reason = reason.and_then(|one| one.value.as_str().map(str::to_owned));
        entries.push((Entry::new(entry, &names)?, reason));
    }
    Ok(FindingSeen { row, usage, entries })
}

/// Lets the caller look at a finding: of an own team, or about a dataset of one.
fn see(caller: &Caller, row: &FindingRow) -> Result<(), Error> {
    let owns_dataset = row.dataset_team.is_some_and(|team| caller.may(Permission::ReadFindings, Some(team)));
    if owns_dataset { Ok(()) } else { caller.see(Permission::ReadFindings, Some(row.team_id)) }
}

/// Whether the caller may do this to a finding, as far as its state does not matter.
///
/// # Errors
/// [`Error::Forbidden`] without the permission; [`Error::Refused`] for machines and for those whom a rule about people keeps
/// out; [`Error::Conflict`] where nobody can do it.
pub async fn may(conn: &mut Conn, caller: &Caller, row: &FindingRow, act: Act) -> Result<(), Error> {
    let permission = permission(act);
    caller.require(permission, Some(row.team_id))?;
    let person = caller.principal.person().ok_or_else(|| Error::Refused {
        permission,
        rule: "people_only",
        detail: "this is for people who are signed in; a token cannot do it".to_owned(),
    })?;
    let who = subjects::who(conn, person).await?;
    let is_officer = caller.may(Permission::AcceptRisk, Some(row.team_id));
    let known = Known::of(conn, row).await?;
    rules(&known.case(), act, &who, is_officer).map_err(|refusal| refused(refusal, permission))
}

/// Moves a finding.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; those of [`may`]; [`Error::Invalid`] for a missing reason or a day that is not
/// possible; [`Error::Conflict`] where it does not go from where the finding stands.
pub async fn step(app: &App, caller: &Caller, id: Uuid, step: Step) -> Result<FindingRow, Error> {
    let act = step.act();
    {
        let mut conn = app.db.read().await?;
        let row = store::finding(&mut conn, id).await?.ok_or(Error::NotFound)?;
        see(caller, &row)?;
        may(&mut conn, caller, &row, act).await?;
    }
    let reason = step.reason().map(|reason| checked_text("/reason", reason)).transpose()?;
    let by = caller.actor().id();
    let text = reason.clone().unwrap_or_default();
    let step = match step {
        Step::Start => FindingStep::Start { by },
        Step::Resolve { .. } => FindingStep::Resolve { by, reason: text },
        // Whoever is none was refused above.
        Step::AcceptRisk { until, .. } => {
            FindingStep::AcceptRisk { by, is_officer: true, reason: text, until }
        }
        Step::Reopen { .. } => FindingStep::Reopen { reason: text },
        Step::ConfirmGone { .. } => FindingStep::Close { by, reason: text },
    };
    let given = Arc::new((caller.clone(), step, reason));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, step, reason) = &*given;
            // What the rules look at may have changed since.
            let row = store::finding(tx, id).await?.ok_or(Error::NotFound)?;
            may(tx, caller, &row, act).await?;
            store_step(tx, caller, id, step, reason.clone()).await
        }
        .boxed()
    });
    Ok(written.await?.value)
}

/// Takes a step that the caller may take.
pub(super) async fn take(
    app: &App,
    caller: &Caller,
    id: Uuid,
    step: FindingStep,
    reason: Option<String>,
) -> Result<FindingRow, Error> {
    let given = Arc::new((caller.clone(), step, reason));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, step, reason) = &*given;
            store_step(tx, caller, id, step, reason.clone()).await
        }
        .boxed()
    });
    Ok(written.await?.value)
}

/// Moves a finding within a write.
pub(in crate::findings) async fn store_step(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    step: &FindingStep,
    reason: Option<String>,
) -> Result<FindingRow, Error> {
    let row = store::finding(tx, id).await?.ok_or(Error::NotFound)?;
    let moved = row.state()?.after(step, tx.now());
    let (state, happened) = moved.map_err(|refusal| refused(refusal, Permission::WorkFindings))?;
    let accepted_until = match state {
        FindingState::RiskAccepted { until, .. } => Some(until),
        FindingState::Open { .. } | FindingState::InWork { .. } | FindingState::Resolved { .. } => None,
    };
    let closed_at = match state {
        FindingState::Resolved { at, .. } => Some(at),
        _ => None,
    };
    let row = FindingRow {
        closed_at,
        state: store::to_json(&state)?,
        state_name: state.name().to_owned(),
        accepted_until,
        revision: row.revision + 1,
        ..row
    };
    keep(tx, caller, &row, happened, reason).await?;
    Ok(row)
}

/// Stores a finding over the revision before, and records what has happened to it.
pub(in crate::findings) async fn keep(
    tx: &mut Tx,
    caller: &Caller,
    row: &FindingRow,
    happened: FindingHappened,
    reason: Option<String>,
) -> Result<(), Error> {
    store::update_finding(tx, row).await?;
    let event = caller.event(facts(row, happened), Subject::new("finding", row.id)).in_team(row.team_id);
    tx.record(event.commit("reason", reason.map(Value::String))).await.map(drop)
}

fn facts(row: &FindingRow, happened: FindingHappened) -> FindingChanged {
    FindingChanged {
        event: happened.to_string(),
        state: row.state_name.clone(),
        until: row.accepted_until.map(|until| until.to_string()),
    }
}

/// A rule's words, at the field that it is about.
fn refused(refusal: FindingRefusal, permission: Permission) -> Error {
    match refusal {
        FindingRefusal::ReasonMissing => Error::invalid("/reason", refusal.to_string()),
        FindingRefusal::Until { .. } => Error::invalid("/until", refusal.to_string()),
        FindingRefusal::NotOfficer => Error::Forbidden(Permission::AcceptRisk),
        FindingRefusal::Concerned { .. } | FindingRefusal::OfficerResolves => {
            Error::Refused { permission, rule: refusal.rule(), detail: refusal.to_string() }
        }
        FindingRefusal::WrongState { .. }
        | FindingRefusal::NothingDue
        | FindingRefusal::NotByHand
        | FindingRefusal::NotARun
        | FindingRefusal::StillRuns => Error::Conflict { code: refusal.rule(), detail: refusal.to_string() },
    }
}
