//! Use cases around approvals: asking, deciding, and what becomes of them.
//!
//! Every change of a request goes the same way: its row is read inside the write ([`Kept`]), the domain applies a command
//! to it, and [`keep`] stores what came out over the revision that was read, records the one thing that happened and puts
//! the words that people said beside it. A lost race runs the whole write again, so two decisions at once both count.
//!
//! `ask` begins requests, `decide` takes what people do to them, `reports` what pipelines report, `seams` what other rooms
//! changed, `passing` what time did; `emergencies` knows those that a model had, and lifts what they block. `list` and `dossier` only look; `standing` is what approvals and the gate look at
//! besides. What the domain refuses is told by [`refused`].

mod ask;
mod candidates;
mod claims;
mod decide;
mod dossier;
mod emergencies;
mod list;
mod passing;
mod refused;
mod reports;
mod seams;
mod standing;

pub use ask::{Answered, Asked, Makers, ask, makers};
pub use candidates::{Candidate, Hands, known_of};
pub use claims::{claim, claims_about, deciders, has_decided, has_decided_as, keep_identity};
pub use decide::{
    BreakGlass, Deciding, NewConditionText, Reviewing, break_glass, condition_met, decide, review, revoke,
    withdraw,
};
pub use dossier::{Dossier, LastApproved, May, approvals, dossier};
pub(crate) use emergencies::lift_confirmed;
pub use emergencies::{in_the_way, lift_block};
pub use list::{Held, Listed, STATES, Search, WaitsFor, decided, get, list, of_team, of_version, waiting};
pub use passing::{put_on_record, run};
pub use reports::{Matched, by_report, matched, note_match};
pub use seams::{
    bound_changed, end_suspended, model_changed, model_closed, policies_changed, resume, suspend,
};
pub use standing::{bound_state, reported_elsewhere, standing};

use super::store::{self, RequestRow, WordRow};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::findings::watch::{self, Cause};
use crate::http::Caller;
use crate::policies::service as policies;
use assay_domain::access::Permission;
use assay_domain::approvals::{Approval, Command, Emergency, Happened, Policy, Review, State};
use assay_domain::audit::Subject;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The longest reason, note or condition, in characters.
pub const WORDS_LIMIT: usize = 4000;

/// A request as it is on record: its row, and the approval that the domain works on.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The row.
    pub row: RequestRow,
    /// The approval.
    pub approval: Approval,
}

impl Kept {
    /// Reads the approval of a row.
    ///
    /// # Errors
    /// [`Error::Internal`] when what is stored is none.
    pub fn new(row: RequestRow) -> Result<Self, Error> {
        let approval = serde_json::from_str(&row.state).map_err(|error| {
            Error::internal(format!("table approval_request, column state, row {}: {error}", row.id))
        })?;
        Ok(Self { row, approval })
    }

    /// The policy that it is decided under, in force or not.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is not on record.
    pub async fn policy(&self, conn: &mut Conn) -> Result<Arc<Policy>, Error> {
        policies::by_reference(conn, self.approval.policy()).await?.ok_or_else(|| {
            let policy = self.approval.policy();
            Error::internal(format!(
                "approval_request {} is decided under {} {} ({}), which is not on record",
                self.row.id, policy.id, policy.version, policy.sha256
            ))
        })
    }

    /// The same, with what time has done to its state by now, on record or not.
    ///
    /// # Errors
    /// As [`Kept::policy`].
    pub async fn at(mut self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Self, Error> {
        if matches!(self.approval.due(now), Some(Command::TimePassed)) {
            let policy = self.policy(conn).await?;
            let passed = self.approval.apply(&policy, Command::TimePassed, now);
            self.approval = passed.map_err(|refusal| Error::internal(refusal.to_string()))?.0;
        }
        Ok(self)
    }

    /// The name of its state.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        self.approval.state().name()
    }
}

/// What a person said with a command. The ledger commits to it; the words stand beside it until they are erased.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    fields: Vec<(&'static str, String)>,
    conditions: Vec<(Uuid, String)>,
}

impl Said {
    pub(super) fn nothing() -> Self {
        Self::default()
    }

    /// The same, with words in a field; empty ones are left out.
    pub(super) fn with(mut self, field: &'static str, words: &str) -> Self {
        let words = words.trim();
        if !words.is_empty() {
            self.fields.push((field, words.to_owned()));
        }
        self
    }

    pub(super) fn with_conditions(mut self, conditions: Vec<(Uuid, String)>) -> Self {
        self.conditions = conditions;
        self
    }
}

/// The request, which the caller may see.
pub(super) async fn visible(conn: &mut Conn, caller: &Caller, id: Uuid) -> Result<Kept, Error> {
    let row = store::request(conn, id).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadApprovals, Some(row.team_id))?;
    Kept::new(row)
}

/// Applies a command to a request, stores what comes of it and records it.
pub(super) async fn apply(
    tx: &mut Tx,
    by: &Caller,
    kept: Kept,
    command: Command,
    said: Said,
    permission: Permission,
) -> Result<Kept, Error> {
    let policy = kept.policy(tx).await?;
    let applied = kept.approval.apply(&policy, command, tx.now());
    let (after, happened) = applied.map_err(|refusal| refused::error(&refusal, permission))?;
    let kept = keep(tx, by, kept.row, after, &happened, said).await?;
    end_others(tx, by, &kept).await?;
    Ok(kept)
}

/// Stores what a request is now, over the revision before, and records the one thing that has happened.
pub(super) async fn keep(
    tx: &mut Tx,
    by: &Caller,
    before: RequestRow,
    approval: Approval,
    happened: &Happened,
    said: Said,
) -> Result<Kept, Error> {
    let row =
        RequestRow { revision: before.revision + 1, changed_at: tx.now(), ..projected(before, &approval)? };
    store::update_request(tx, &row).await?;
    record(tx, by, &row, &approval, happened, said).await?;
    watch::look(tx, by, row.model_version_id, &row.environment, Cause::Change).await?;
    Ok(Kept { row, approval })
}

/// Stores a new request and records it.
pub(super) async fn begin(
    tx: &mut Tx,
    by: &Caller,
    row: RequestRow,
    approval: Approval,
    happened: &Happened,
    said: Said,
) -> Result<Kept, Error> {
    let row = projected(row, &approval)?;
    store::insert_request(tx, &row).await?;
    record(tx, by, &row, &approval, happened, said).await?;
    watch::look(tx, by, row.model_version_id, &row.environment, Cause::Change).await?;
    Ok(Kept { row, approval })
}

/// The columns that repeat the state for lists: the one definition of the projections.
fn projected(row: RequestRow, approval: &Approval) -> Result<RequestRow, Error> {
    let review_due = approval.emergency().and_then(|emergency| match emergency.review() {
        Review::Due { by } => Some(*by),
        Review::Done { .. } => None,
    });
    Ok(RequestRow {
        policy_id: approval.policy().id.clone(),
        state: serde_json::to_string(approval).map_err(Error::internal)?,
        state_name: approval.state().name().to_owned(),
        until: approval.until(),
        due: approval.next_due(),
        review_due,
        emergency_at: approval.emergency().map(Emergency::at),
        ..row
    })
}

async fn record(
    tx: &mut Tx,
    by: &Caller,
    row: &RequestRow,
    approval: &Approval,
    happened: &Happened,
    said: Said,
) -> Result<(), Error> {
    let subject = Subject::new("approval_request", row.id).at_version(row.revision);
    let mut event = by.event(approval.action(happened), subject).in_team(row.team_id);
    for (field, words) in &said.fields {
        event = event.commit(field, words.clone());
    }
    if !said.conditions.is_empty() {
        let conditions = said.conditions.iter().map(|(id, text)| json!({ "id": id, "text": text }));
        event = event.commit("conditions", conditions.collect::<Vec<_>>());
    }
    let ledger_event = tx.record(event).await?;
    let fields = said.fields.into_iter().map(|(field, body)| (field, None, body));
    let conditions = said.conditions.into_iter().map(|(id, body)| ("conditions", Some(id), body));
    for (field, about, body) in fields.chain(conditions) {
        let word = WordRow {
            id: tx.new_id(),
            request_id: row.id,
            ledger_event,
            field: field.to_owned(),
            about,
            said_by: by.actor().id(),
            said_at: tx.now(),
            body,
        };
        store::insert_word(tx, &word).await?;
    }
    Ok(())
}

/// A request that has just been decided ends older approvals of the same version and environment: it takes their place, or
/// was their renewal and is rejected.
async fn end_others(tx: &mut Tx, by: &Caller, kept: &Kept) -> Result<(), Error> {
    let (now, id) = (tx.now(), kept.row.id);
    let command = match kept.approval.state() {
        State::Approved(approved) if approved.since() == now => Command::Superseded { by: id },
        State::Rejected(rejected) if rejected.at == now => Command::RenewalRejected { by: id },
        _ => return Ok(()),
    };
    for row in store::running_of_version(tx, kept.row.model_version_id).await? {
        if row.id >= id || row.environment != kept.row.environment || row.state_name == "open" {
            continue;
        }
        let older = Kept::new(row)?;
        let policy = older.policy(tx).await?;
        // One whose time has run out has ended already; the background puts that on record.
        if let Ok((after, happened)) = older.approval.apply(&policy, command.clone(), now) {
            keep(tx, by, older.row, after, &happened, Said::nothing()).await?;
        }
    }
    Ok(())
}

/// Words that people wrote, with line ends as they are here.
///
/// # Errors
/// [`Error::Invalid`] naming the field, for more than [`WORDS_LIMIT`] characters.
pub(super) fn words(pointer: &str, text: &str) -> Result<String, Error> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.chars().count() <= WORDS_LIMIT {
        Ok(text)
    } else {
        Err(Error::invalid(pointer, format!("at most {WORDS_LIMIT} characters")))
    }
}
