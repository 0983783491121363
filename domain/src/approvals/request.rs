//! A request for an approval, from the question to the end of the answer: a state machine without I/O.
//!
//! ```text
//! open -> approved | rejected | withdrawn | expired
//! approved <-> suspended
//! approved | suspended -> revoked | superseded | stale | expired
//! ```
//!
//! A request that is made while an approval holds is its renewal: the approval holds until the renewal is decided.
//!
//! Each state is a variant of [`State`] (`state.rs`) that carries what it needs and nothing else; only this module and its
//! neighbours can build one, so an approval without its decisions, or a decision about another state than the one that
//! was approved, cannot be written down. [`Approval::apply`] takes a [`Command`] and answers with the approval after it
//! and the one event that the ledger records, or with a [`Refusal`], and then nothing has changed.
//!
//! The rules of deciding are in `deciding.rs`, those of emergencies in `emergency.rs`, those of a raised risk tier in
//! `suspending.rs`. To add a command: a variant of
//! [`Command`], of [`Happened`], an arm in [`Approval::apply`], and a move in the model of
//! `domain/tests/rooms/approvals`, which walks all states.

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::command::{Command, Happened};
use super::decision::{Approving, Condition, ConditionState, Decider};
use super::demands::Standing;
use super::emergency::Emergency;
use super::policy::Policy;
use super::refusal::Refusal;
use super::state::{Approved, Ended, Expired, Open, State, Superseded, Suspended, Withdrawn};
use super::who::{Acting, Requester, Who};
use super::{BoundState, PolicyRef, difference};

/// What does not change about a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// The request's id.
    pub id: Uuid,
    /// Who asked.
    pub requester: Requester,
    /// Where the version is to be deployed.
    pub environment: String,
    /// Who made the version.
    pub authors: Vec<Who>,
    /// Who wrote the commits that it was built from.
    pub committers: Vec<Who>,
    /// Who attached evidence to the version, declared its data, or changed what is said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<Who>,
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    pub(super) terms: Terms,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) emergency: Option<Emergency>,
    pub(super) state: State,
}

impl Approval {
    /// Asks for an approval.
    ///
    /// # Errors
    /// What the policy demands does not hold, or the state names another policy.
    pub fn request(
        terms: Terms,
        policy: &Policy,
        bound: BoundState,
        standing: &Standing,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        if !policy.is(&bound.policy) {
            return Err(Refusal::WrongPolicy);
        }
        let mut unmet = policy.demands.request.unmet(standing);
        unmet.extend(policy.evidence_unmet(&bound, &standing.evidence, now.date_naive()));
        if !unmet.is_empty() {
            return Err(Refusal::DemandsNotMet { unmet });
        }
        let (approval, bound_sha256) = Self::opened(terms, policy, bound, now);
        let open_until = now + days(policy.open_days);
        Ok((approval, Happened::Requested { bound_sha256, policy: policy.reference(), open_until }))
    }

    pub(super) fn opened(
        terms: Terms,
        policy: &Policy,
        bound: BoundState,
        now: DateTime<Utc>,
    ) -> (Self, String) {
        let bound_sha256 = bound.sha256();
        let (until, approvals) = (now + days(policy.open_days), Vec::new());
        let open = Open { bound, bound_sha256: bound_sha256.clone(), until, approvals };
        (Self { terms, emergency: None, state: State::Open(open) }, bound_sha256)
    }

    /// What does not change about it.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The emergency that was declared for it, if any.
    #[must_use]
    pub const fn emergency(&self) -> Option<&Emergency> {
        self.emergency.as_ref()
    }

    /// The policy that it is decided under.
    #[must_use]
    pub const fn policy(&self) -> &PolicyRef {
        &self.state.bound().policy
    }

    /// The same, when it turns out that these people had a part in the version too: what the registry says later counts
    /// as if it had been said before.
    #[must_use]
    pub fn made_also_by(mut self, authors: Vec<Who>, committers: Vec<Who>, contributors: Vec<Who>) -> Self {
        let join = |known: &mut Vec<Who>, more: Vec<Who>| {
            for who in more {
                if !known.contains(&who) {
                    known.push(who);
                }
            }
        };
        join(&mut self.terms.authors, authors);
        join(&mut self.terms.committers, committers);
        join(&mut self.terms.contributors, contributors);
        self
    }

    /// The same, when more names are known of a person: an identity that is taken from them later frees nobody in it.
    #[must_use]
    pub fn known_as(mut self, known: &Who) -> Self {
        let learn = |who: &mut Who| {
            if who.is(known) {
                who.subjects.extend(known.subjects.iter().cloned());
            }
        };
        if let Requester::Person(who) = &mut self.terms.requester {
            learn(who);
        }
        let Terms { authors, committers, contributors, .. } = &mut self.terms;
        authors.iter_mut().chain(committers).chain(contributors).for_each(learn);
        let approvals = match &mut self.state {
            State::Open(open) => &mut open.approvals,
            State::Approved(approved) => &mut approved.approvals,
            _ => return self,
        };
        for approving in approvals {
            match &mut approving.decider {
                Decider::Person { who, on_behalf_of } => {
                    learn(who);
                    on_behalf_of.iter_mut().for_each(learn);
                }
                Decider::External { who, .. } => learn(who),
            }
        }
        self
    }

    /// Whether this state is approved now, with all its decisions: asking for it again opens nothing.
    #[must_use]
    pub fn holds_for(&self, policy: &Policy, bound: &BoundState, now: DateTime<Utc>) -> bool {
        matches!(&self.state, State::Approved(approved)
            if now < approved.until
                && difference(&approved.bound, bound).is_empty()
                && approved.lacking(policy, now).is_empty())
    }

    /// What it is after a command at this time, and the one thing that has happened.
    ///
    /// # Errors
    /// A rule forbids it; the approval is as it was.
    pub fn apply(
        &self,
        policy: &Policy,
        command: Command,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        // An emergency is reviewed whatever became of the request, and of its policy.
        match command {
            Command::ReviewEmergency { by, justified, reason } => {
                return self.review_emergency(&by, justified, &reason, now);
            }
            Command::LiftBlock { by, reason } => return self.lift_block(by.as_ref(), &reason, now),
            _ => {}
        }
        if self.state.is_closed() {
            return Err(Refusal::RequestClosed { state: self.state.name() });
        }
        if !policy.is(self.policy()) {
            return Err(Refusal::WrongPolicy);
        }
        match &self.state {
            State::Open(open) if now >= open.until => match command {
                Command::TimePassed => Ok(self.expire(open.bound.clone(), open.until, None)),
                _ => Err(Refusal::RequestExpired { at: open.until }),
            },
            State::Approved(approved) | State::Suspended(Suspended { approved, .. })
                if now >= approved.until =>
            {
                match command {
                    Command::TimePassed => {
                        Ok(self.expire(approved.bound.clone(), approved.until, Some(approved.clone())))
                    }
                    _ => Err(Refusal::RequestExpired { at: approved.until }),
                }
            }
            State::Open(open) => self.apply_to_open(open, policy, command, now),
            State::Approved(approved) => self.apply_to_approved(approved, policy, command, now),
            State::Suspended(suspended) => self.apply_to_suspended(suspended, policy, command, now),
            closed => Err(Refusal::RequestClosed { state: closed.name() }),
        }
    }

    fn apply_to_open(
        &self,
        open: &Open,
        policy: &Policy,
        command: Command,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        match command {
            Command::Decide(decide) => self.decide(open, policy, &decide, now),
            Command::DecideExternally(external) => self.decide_externally(open, policy, &external, now),
            Command::Withdraw => {
                let state = State::Withdrawn(Withdrawn { bound: open.bound.clone(), at: now });
                Ok((self.with(state), Happened::Withdrawn))
            }
            Command::BoundChanged { now: bound } => self.void_decisions(open, bound),
            Command::TimePassed => Err(Refusal::NothingDue),
            Command::ConditionMet { id, by } => {
                let (approvals, happened) = self.meet(&open.approvals, policy, id, &by, now)?;
                Ok((self.with(State::Open(Open { approvals, ..open.clone() })), happened))
            }
            Command::ConditionOverdue { id } => {
                let (approvals, happened) = find_overdue(&open.approvals, id, now)?;
                Ok((self.with(State::Open(Open { approvals, ..open.clone() })), happened))
            }
            Command::AuthorClaim(claim) => self.claim(policy, &claim, now),
            Command::BreakGlass { by, reason, earlier } => {
                self.break_glass(open, policy, &by, &reason, &earlier, now)
            }
            Command::Revoke { .. }
            | Command::TierRaised { .. }
            | Command::RaiseTakenBack
            | Command::RaiseConfirmed { .. }
            | Command::Superseded { .. }
            | Command::RenewalRejected { .. }
            | Command::ReviewEmergency { .. }
            | Command::LiftBlock { .. } => Err(Refusal::NotApproved),
        }
    }

    pub(super) fn apply_to_approved(
        &self,
        approved: &Approved,
        policy: &Policy,
        command: Command,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        match command {
            Command::Revoke { by, reason } => {
                let roles: Vec<String> = policy.steps.iter().flat_map(|step| step.roles.clone()).collect();
                let role = by.by_role(&roles)?;
                said(&reason)?;
                let state = State::Revoked(Ended { approved: approved.clone(), at: now });
                Ok((self.with(state), Happened::Revoked { role }))
            }
            Command::BoundChanged { now: bound } => self.become_stale(approved, bound, now),
            Command::TierRaised { from } => Ok(self.suspend(approved, from, now)),
            Command::RaiseTakenBack | Command::RaiseConfirmed { .. } => Err(Refusal::NotSuspended),
            Command::TimePassed => Err(Refusal::NothingDue),
            Command::Superseded { by } | Command::RenewalRejected { by } if by == self.terms.id => {
                Err(Refusal::SupersedesItself)
            }
            Command::Superseded { by } => {
                Ok((self.replaced(approved, by, false, now), Happened::Superseded { by }))
            }
            Command::RenewalRejected { by } => {
                Ok((self.replaced(approved, by, true, now), Happened::RenewalRejected { by }))
            }
            Command::ConditionMet { id, by } => {
                let (approvals, happened) = self.meet(&approved.approvals, policy, id, &by, now)?;
                Ok((self.with(State::Approved(Approved { approvals, ..approved.clone() })), happened))
            }
            Command::ConditionOverdue { id } => {
                let (approvals, happened) = find_overdue(&approved.approvals, id, now)?;
                Ok((self.with(State::Approved(Approved { approvals, ..approved.clone() })), happened))
            }
            Command::AuthorClaim(claim) => self.claim(policy, &claim, now),
            Command::Decide(_)
            | Command::DecideExternally(_)
            | Command::Withdraw
            | Command::BreakGlass { .. }
            | Command::LiftBlock { .. }
            | Command::ReviewEmergency { .. } => Err(Refusal::NotOpen),
        }
    }

    pub(super) fn with(&self, state: State) -> Self {
        Self { state, ..self.clone() }
    }

    fn replaced(&self, approved: &Approved, by: Uuid, rejected: bool, at: DateTime<Utc>) -> Self {
        self.with(State::Superseded(Superseded { approved: approved.clone(), at, by, rejected }))
    }

    fn expire(&self, bound: BoundState, at: DateTime<Utc>, approved: Option<Approved>) -> (Self, Happened) {
        let was_approved = approved.is_some();
        (self.with(State::Expired(Expired { bound, at, approved })), Happened::Expired { was_approved })
    }

    fn void_decisions(&self, open: &Open, bound: BoundState) -> Result<(Self, Happened), Refusal> {
        let (old_sha256, new_sha256) = changed(&open.bound, &open.bound_sha256, &bound)?;
        let voided = open.approvals.len();
        let (bound_sha256, until) = (new_sha256.clone(), open.until);
        let state = State::Open(Open { bound, bound_sha256, until, approvals: Vec::new() });
        Ok((self.with(state), Happened::DecisionsVoided { old_sha256, new_sha256, voided }))
    }

    /// Who says that a condition is fulfilled could have made it: a holder of the step's job role who is not excluded.
    fn meet(
        &self,
        approvals: &[Approving],
        policy: &Policy,
        id: Uuid,
        by: &Acting,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Approving>, Happened), Refusal> {
        let mut approvals = approvals.to_vec();
        let (step, condition) = find(&mut approvals, id)?;
        if matches!(condition.state, ConditionState::Met { .. }) {
            return Err(Refusal::ConditionMetAlready);
        }
        let in_time = !condition.is_overdue(now);
        condition.state = ConditionState::Met { at: now };
        let step = policy.step(&step).ok_or(Refusal::WrongPolicy)?;
        self.not_excluded(step, &by.who)?;
        let role = by.by_role(&step.roles)?;
        Ok((approvals, Happened::ConditionMet { id, role, in_time }))
    }
}

fn find_overdue(
    approvals: &[Approving],
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(Vec<Approving>, Happened), Refusal> {
    let mut approvals = approvals.to_vec();
    let (_, condition) = find(&mut approvals, id)?;
    if condition.state != ConditionState::Open || !condition.is_overdue(now) {
        return Err(Refusal::ConditionNotOverdue);
    }
    condition.state = ConditionState::Overdue { found_at: now };
    let due = condition.due;
    Ok((approvals, Happened::ConditionOverdue { id, due }))
}

/// The condition and the step in which it was made.
fn find(approvals: &mut [Approving], id: Uuid) -> Result<(String, &mut Condition), Refusal> {
    let mut all = approvals.iter_mut().flat_map(|approving| {
        let step = approving.step.clone();
        approving.conditions.iter_mut().map(move |condition| (step.clone(), condition))
    });
    all.find(|(_, condition)| condition.id == id).ok_or(Refusal::UnknownCondition { id })
}

/// The digests before and after.
pub(super) fn changed(
    old: &BoundState,
    old_sha256: &str,
    new: &BoundState,
) -> Result<(String, String), Refusal> {
    if (&old.model, &old.version) != (&new.model, &new.version) {
        return Err(Refusal::OtherVersion);
    }
    if difference(old, new).is_empty() {
        Err(Refusal::NothingChanged)
    } else {
        Ok((old_sha256.to_owned(), new.sha256()))
    }
}

/// A reason is more than blanks.
pub(super) fn said(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() { Err(Refusal::ReasonMissing) } else { Ok(()) }
}

pub(super) fn days(count: u16) -> TimeDelta {
    TimeDelta::days(count.into())
}
