//! Naming somebody as an author who has decided already.
//!
//! Whoever made a version may not decide about it, so naming the people who decided would undo their decisions. It is
//! therefore a claim: said, then confirmed by the person or an officer, or taken back. While it is only said, an open request
//! waits at the step, and an approval goes on for a few days. Confirmed, the decision counts no more; taken back, it counts
//! as before. Nothing else about the request changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::command::{Happened, Outcome};
use super::decision::{Approving, Claim};
use super::policy::{Exclusion, Policy, Step};
use super::refusal::Refusal;
use super::request::{Approval, Terms};
use super::state::{Approved, Open, State};
use super::who::{Requester, Who};

crate::names! {
    /// What becomes of a claim.
    pub enum Turn ("turn of a claim") {
        /// It is said, and nobody has confirmed it.
        Made = "made", "Made";
        /// It is so.
        Confirmed = "confirmed", "Confirmed";
        /// It is not so, or was found to be wrong.
        TakenBack = "taken_back", "Taken back";
    }
}

/// That somebody had a part in the version, or had none after all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuthorClaim {
    /// Which claim.
    pub id: Uuid,
    /// Who is named, with all that is known of the person.
    pub who: Who,
    /// As what.
    pub part: Exclusion,
    /// What becomes of it.
    pub turn: Turn,
}

impl Approval {
    /// Whether a decision in a step would not have counted if this had been known of the person.
    #[must_use]
    pub fn would_exclude(&self, step: &Step, part: Exclusion) -> bool {
        let by_machine = matches!(self.terms.requester, Requester::Service { .. });
        let made_it = matches!(part, Exclusion::Author | Exclusion::Committer);
        step.excluded.contains(&part) || (by_machine && made_it)
    }

    /// The same approval after a turn of a claim.
    pub(super) fn claim(
        &self,
        policy: &Policy,
        claim: &AuthorClaim,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let given = match &self.state {
            State::Open(open) => &open.approvals,
            State::Approved(approved) => &approved.approvals,
            closed => return Err(Refusal::RequestClosed { state: closed.name() }),
        };
        let approvals: Vec<Approving> =
            given.iter().map(|one| self.turned(policy, one, claim, now)).collect();
        let changed = given.iter().zip(&approvals).filter(|(before, after)| before != after);
        let mut steps: Vec<String> = changed.map(|(before, _)| before.step.clone()).collect();
        steps.dedup();
        let terms = if claim.turn == Turn::TakenBack {
            self.terms.clone().without(claim)
        } else {
            self.terms.clone()
        };
        if steps.is_empty() && terms == self.terms {
            return Err(Refusal::NothingChanged);
        }
        let state = match &self.state {
            State::Open(open) => Open { approvals, ..open.clone() }.settled(policy, now),
            State::Approved(approved) => State::Approved(Approved { approvals, ..approved.clone() }),
            other => other.clone(),
        };
        let outcome = if matches!(state, State::Approved(_)) { Outcome::Approved } else { Outcome::Open };
        let (claim, part, turn) = (claim.id, claim.part, claim.turn);
        let after = Self { terms, ..self.with(state) };
        Ok((after, Happened::Claimed { claim, part, turn, steps, outcome }))
    }

    fn turned(&self, policy: &Policy, one: &Approving, claim: &AuthorClaim, now: DateTime<Utc>) -> Approving {
        let mut one = one.clone();
        let about_them = one.decider.involved().any(|who| who.is(&claim.who));
        let excluded = policy.step(&one.step).is_some_and(|step| self.would_exclude(step, claim.part));
        match claim.turn {
            Turn::TakenBack => one.claims.retain(|known| known.id != claim.id),
            Turn::Made | Turn::Confirmed if about_them && excluded => {
                let confirmed = claim.turn == Turn::Confirmed;
                match one.claims.iter_mut().find(|known| known.id == claim.id) {
                    Some(known) => known.confirmed |= confirmed,
                    None => {
                        let (id, part) = (claim.id, claim.part);
                        one.claims.push(Claim { id, part, at: now, confirmed });
                    }
                }
            }
            Turn::Made | Turn::Confirmed => {}
        }
        one
    }
}

impl Terms {
    /// The same without somebody who had no such part after all.
    fn without(mut self, claim: &AuthorClaim) -> Self {
        let list = match claim.part {
            Exclusion::Author => &mut self.authors,
            Exclusion::Committer => &mut self.committers,
            Exclusion::Contributor | Exclusion::Requester => return self,
        };
        list.retain(|who| !who.is(&claim.who));
        self
    }
}

impl Approved {
    /// The steps that lack a decision by now, because whoever decided is said to have made the version, and it is so or
    /// nobody has answered for too long.
    #[must_use]
    pub fn lacking(&self, policy: &Policy, now: DateTime<Utc>) -> Vec<String> {
        let carried =
            |step: &Step| self.approvals.iter().filter(|one| one.step == step.id && one.carries(now)).count();
        let lacks = |step: &&Step| carried(step) < usize::from(step.count);
        policy.steps.iter().filter(lacks).map(|step| step.id.clone()).collect()
    }

    /// Claims about its decisions, the first said first.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.approvals.iter().flat_map(|one| &one.claims)
    }
}
