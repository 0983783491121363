//! The rules of deciding: four eyes, job roles, exclusions, delegation, order of steps, conditions and quorum.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Decision;
use super::command::{Command, Decide, External, Happened, NewCondition, Outcome};
use super::decision::{Approving, Condition, Decider, Vouched};
use super::policy::{Exclusion, Order, Policy, Step};
use super::refusal::Refusal;
use super::request::{Approval, Terms, days, said};
use super::state::{Approved, Open, Rejected, State};
use super::who::{Acting, Delegation, Requester, Same, Who};
use crate::texts::CLOCK_SKEW;

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// The step.
    pub step: String,
    /// How many approvals it needs.
    pub needed: usize,
    /// How many it has.
    pub given: usize,
    /// Whether it takes approvals now.
    pub takes: bool,
}

impl Open {
    /// How far each step of the policy is, in order.
    #[must_use]
    pub fn progress(&self, policy: &Policy) -> Vec<Progress> {
        let mut waits = false;
        let progress = |step: &Step| {
            let (needed, given) = (usize::from(step.count), self.in_step(&step.id).count());
            let takes = given < needed && !waits;
            waits |= policy.order == Order::InSequence && given < needed;
            Progress { step: step.id.clone(), needed, given, takes }
        };
        policy.steps.iter().map(progress).collect()
    }

    fn in_step<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Approving> {
        self.approvals.iter().filter(move |approving| approving.step == step && approving.counts())
    }

    /// Approved, when every step has its decisions; otherwise as it was.
    pub(super) fn settled(self, policy: &Policy, now: DateTime<Utc>) -> State {
        let complete = |step: &Step| self.in_step(&step.id).count() >= usize::from(step.count);
        if !policy.steps.iter().all(complete) {
            return State::Open(self);
        }
        let Self { bound, bound_sha256, approvals, .. } = self;
        let until = now + days(policy.validity_days);
        State::Approved(Approved { bound, bound_sha256, approvals, since: now, until })
    }
}

/// What a decision is, wherever it was taken.
struct Given<'a> {
    step: &'a Step,
    role: String,
    decider: Decider,
    decision: Decision,
    conditions: &'a [NewCondition],
}

impl Approval {
    /// The steps in which somebody could approve now: what waits for them.
    #[must_use]
    pub fn steps_open_to(
        &self,
        policy: &Policy,
        by: &Acting,
        on_behalf_of: Option<&Delegation>,
        now: DateTime<Utc>,
    ) -> Vec<String> {
        let would = |step: &&Step| {
            let decide = Decide {
                by: by.clone(),
                on_behalf_of: on_behalf_of.cloned(),
                step: step.id.clone(),
                decision: Decision::Approved,
                conditions: Vec::new(),
                reason: None,
                bound_sha256: self.state.bound().sha256(),
            };
            self.apply(policy, Command::Decide(decide), now).is_ok()
        };
        policy.steps.iter().filter(would).map(|step| step.id.clone()).collect()
    }

    /// Whether somebody could approve in a step when it is its turn, as far as it depends on who they are: what is told
    /// to whoever looks for somebody to ask.
    ///
    /// # Errors
    /// The rule about people that is in the way.
    pub fn could_decide(&self, step: &Step, by: &Acting) -> Result<(), Refusal> {
        self.not_excluded(step, &by.who)?;
        by.by_role(&step.roles).map(drop)
    }

    /// Whether somebody had no part that keeps them out of a step, whatever job roles they hold.
    ///
    /// # Errors
    /// The rule about people that is in the way.
    pub fn is_outside(&self, step: &Step, who: &Who) -> Result<(), Refusal> {
        self.not_excluded(step, who)
    }

    pub(super) fn decide(
        &self,
        open: &Open,
        policy: &Policy,
        decide: &Decide,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        if decide.bound_sha256 != open.bound_sha256 {
            return Err(Refusal::WrongStateDigest { current: open.bound_sha256.clone() });
        }
        let step = policy.step(&decide.step).ok_or_else(|| {
            let steps: Vec<&str> = policy.steps.iter().map(|step| step.id.as_str()).collect();
            Refusal::UnknownStep { step: decide.step.clone(), steps: steps.join(", ") }
        })?;
        let away = decide.on_behalf_of.as_ref();
        if let Some(delegation) = away {
            is_valid(delegation, &decide.by, now)?;
        }
        let decider = Decider::Person {
            who: decide.by.who.clone(),
            on_behalf_of: away.map(|delegation| delegation.from.who.clone()),
        };
        for who in decider.involved() {
            self.not_excluded(step, who)?;
        }
        // For somebody else it is their job role that counts, not one's own.
        let holder = away.map_or(&decide.by, |delegation| &delegation.from);
        let role = holder.by_role(&step.roles)?;
        if decide.decision == Decision::Rejected {
            said(decide.reason.as_deref().unwrap_or_default())?;
        }
        let given = Given { step, role, decider, decision: decide.decision, conditions: &decide.conditions };
        self.count(open, policy, given, now)
    }

    pub(super) fn decide_externally(
        &self,
        open: &Open,
        policy: &Policy,
        external: &External,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let accepted = external.source.accepted_by(policy, &external.provider);
        let accepted = accepted.ok_or(Refusal::ExternalNotAccepted)?;
        let step = policy.step(&accepted.step).ok_or(Refusal::WrongPolicy)?;
        // The other tool knows the artefact and nothing else of what is decided about.
        if external.artefact_digest != open.bound.artefact_digest.as_str() {
            return Err(Refusal::WrongStateDigest { current: open.bound_sha256.clone() });
        }
        // One machine that asks and answers would be nobody's decision.
        if self.terms.requester == (Requester::Service { id: external.reporter }) {
            return Err(Refusal::SelfApproval);
        }
        if external.occurred_at + CLOCK_SKEW < external.there_since {
            return Err(Refusal::DecidedTooEarly { since: external.there_since });
        }
        self.not_excluded(step, &external.who)?;
        let decider = Decider::External {
            provider: external.provider.clone(),
            who: external.who.clone(),
            by: Some(external.reporter),
            vouched: external.vouched,
        };
        let role = accepted.job_role.clone();
        let given = Given { step, role, decider, decision: external.decision, conditions: &[] };
        self.count(open, policy, given, now)
    }

    /// What a decision by somebody who may decide makes of the request.
    fn count(
        &self,
        open: &Open,
        policy: &Policy,
        given: Given<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let (state, outcome) = match given.decision {
            Decision::Rejected => (reject(open, &given, now)?, Outcome::Rejected),
            Decision::Approved => match approve(open, policy, &given, now)?.settled(policy, now) {
                approved @ State::Approved(_) => (approved, Outcome::Approved),
                open => (open, Outcome::Open),
            },
        };
        let happened = Happened::Decided {
            step: given.step.id.clone(),
            role: given.role,
            decider: given.decider,
            decision: given.decision,
            conditions: given.conditions.iter().map(|condition| (condition.id, condition.due)).collect(),
            bound_sha256: open.bound_sha256.clone(),
            outcome,
        };
        Ok((self.with(state), happened))
    }

    /// Four eyes: whether the person had a part that keeps them from deciding in the step, under any account.
    pub(super) fn not_excluded(&self, step: &Step, who: &Who) -> Result<(), Refusal> {
        if let Requester::Person(requester) = &self.terms.requester {
            match requester.same(who) {
                Some(Same::Account) => return Err(Refusal::SelfApproval),
                Some(Same::Person) => return Err(Refusal::SamePerson),
                None => {}
            }
        }
        // Whose work a machine asks for nobody knows; so it may be the author's or a committer's.
        let asked_by_machine = matches!(self.terms.requester, Requester::Service { .. });
        let Terms { authors, committers, contributors, .. } = &self.terms;
        for (exclusion, made_it, people) in [
            (Exclusion::Author, true, authors),
            (Exclusion::Committer, true, committers),
            (Exclusion::Contributor, false, contributors),
        ] {
            if ((asked_by_machine && made_it) || step.excluded.contains(&exclusion))
                && people.iter().any(|person| person.is(who))
            {
                return Err(Refusal::Excluded { exclusion });
            }
        }
        Ok(())
    }
}

fn is_valid(delegation: &Delegation, by: &Acting, now: DateTime<Utc>) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::DelegationNotValid { why });
    let today = now.date_naive();
    if by.who.account != Some(delegation.to) {
        return refused("it is for somebody else");
    }
    if delegation.from.who.is(&by.who) {
        return refused("it is from the same person");
    }
    if today < delegation.first_day {
        return refused("it has not begun yet");
    }
    if today > delegation.last_day {
        return refused("it has ended");
    }
    Ok(())
}

/// One no is enough, from whoever could have said yes, at any time, also from those who said yes before.
fn reject(open: &Open, given: &Given<'_>, now: DateTime<Utc>) -> Result<State, Refusal> {
    if !given.conditions.is_empty() {
        return Err(Refusal::ConditionsNotAllowed);
    }
    Ok(State::Rejected(Rejected {
        bound: open.bound.clone(),
        at: now,
        step: given.step.id.clone(),
        role: given.role.clone(),
        decider: given.decider.clone(),
    }))
}

fn approve(open: &Open, policy: &Policy, given: &Given<'_>, now: DateTime<Utc>) -> Result<Open, Refusal> {
    let kinds = policy.evidence_missing(&open.bound);
    if !kinds.is_empty() {
        return Err(Refusal::EvidenceMissing { kinds });
    }
    is_first_of_its_machine(open, &given.decider)?;
    is_first_of_its_people(open, policy, given)?;
    takes_approvals(open, policy, given.step)?;
    let conditions = conditions(open, policy, given, now)?;
    let mut open = open.clone();
    open.approvals.push(Approving {
        step: given.step.id.clone(),
        role: given.role.clone(),
        decider: given.decider.clone(),
        at: now,
        conditions,
        claims: Vec::new(),
    });
    Ok(open)
}

/// Whoever a machine names, it gives one decision in a request; more only where each is signed in its job's own token.
fn is_first_of_its_machine(open: &Open, decider: &Decider) -> Result<(), Refusal> {
    let Decider::External { provider, by, vouched, .. } = decider else { return Ok(()) };
    let counts_already = open.approvals.iter().any(|approving| match &approving.decider {
        Decider::External { provider: other, by: earlier, vouched: was, .. } => {
            let same = earlier.map_or(other == provider, |earlier| Some(earlier) == *by);
            same && (*was == Vouched::Machine || *vouched == Vouched::Machine)
        }
        Decider::Person { .. } => false,
    });
    if counts_already { Err(Refusal::OneDecisionEach) } else { Ok(()) }
}

/// Nobody is counted twice: not acting for somebody else, not being acted for, not with a second account.
fn is_first_of_its_people(open: &Open, policy: &Policy, given: &Given<'_>) -> Result<(), Refusal> {
    let earlier = open
        .approvals
        .iter()
        .filter(|approving| policy.distinct_people || approving.step == given.step.id)
        .flat_map(|approving| approving.decider.involved());
    for before in earlier {
        for who in given.decider.involved() {
            match before.same(who) {
                Some(Same::Account) => return Err(Refusal::AlreadyDecided),
                Some(Same::Person) => return Err(Refusal::SamePerson),
                None => {}
            }
        }
    }
    Ok(())
}

fn takes_approvals(open: &Open, policy: &Policy, step: &Step) -> Result<(), Refusal> {
    let progress = open.progress(policy);
    let is_complete = |one: &&Progress| one.given >= one.needed;
    if progress.iter().filter(is_complete).any(|one| one.step == step.id) {
        return Err(Refusal::StepComplete { step: step.id.clone() });
    }
    let taking = progress.iter().find(|one| one.takes).map(|one| one.step.clone()).unwrap_or_default();
    if policy.order == Order::InSequence && taking != step.id {
        return Err(Refusal::StepNotOpen { waits_for: taking });
    }
    Ok(())
}

fn conditions(
    open: &Open,
    policy: &Policy,
    given: &Given<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Condition>, Refusal> {
    if given.conditions.is_empty() {
        return Ok(Vec::new());
    }
    let allowed = policy.conditions.as_ref().ok_or(Refusal::ConditionsNotAllowed)?;
    let today = now.date_naive();
    let latest = today.checked_add_days(Days::new(allowed.max_days.into())).unwrap_or(today);
    let mut known: BTreeSet<_> = open
        .approvals
        .iter()
        .flat_map(|approving| &approving.conditions)
        .map(|condition| condition.id)
        .collect();
    let mut made = Vec::new();
    for condition in given.conditions {
        if !(today..=latest).contains(&condition.due) {
            return Err(Refusal::ConditionDue { latest });
        }
        if !known.insert(condition.id) {
            return Err(Refusal::ConditionTwice);
        }
        made.push(Condition::new(condition.id, condition.due));
    }
    Ok(made)
}
