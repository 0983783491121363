//! What a raise of the risk tier does to what is approved: it is suspended, ends when the raise is confirmed, and holds
//! again when the raise is taken back as a mistake.
//!
//! While it is suspended everything else goes on: its time runs out, it can be taken back, and what it is bound to can
//! change. Only what follows from the tier itself is left out of that comparison.

use chrono::{DateTime, Utc};

use super::BoundState;
use super::command::{Command, Happened};
use super::policy::Policy;
use super::refusal::Refusal;
use super::request::{Approval, changed};
use super::state::{Approved, Stale, State, Suspended};
use crate::models::Tier;

impl Approval {
    pub(super) fn suspend(&self, approved: &Approved, tier: Tier, now: DateTime<Utc>) -> (Self, Happened) {
        let state = State::Suspended(Suspended { approved: approved.clone(), at: now, tier });
        (self.with(state), Happened::Suspended { tier })
    }

    pub(super) fn apply_to_suspended(
        &self,
        suspended: &Suspended,
        policy: &Policy,
        command: Command,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let approved = &suspended.approved;
        match command {
            Command::TierRaised { .. } => Err(Refusal::NothingChanged),
            Command::RaiseTakenBack => Ok((self.with(State::Approved(approved.clone())), Happened::Resumed)),
            Command::RaiseConfirmed { now: bound } => Ok(self.stale(approved, bound, now)),
            Command::BoundChanged { now: bound } => {
                let but_for_the_tier = bound.under_the_tier_of(&approved.bound);
                changed(&approved.bound, &approved.bound_sha256, &but_for_the_tier)?;
                Ok(self.stale(approved, bound, now))
            }
            other => {
                let (after, happened) = self.apply_to_approved(approved, policy, other, now)?;
                let state = match after.state {
                    State::Approved(approved) => {
                        State::Suspended(Suspended { approved, ..suspended.clone() })
                    }
                    ended => ended,
                };
                Ok((self.with(state), happened))
            }
        }
    }

    pub(super) fn become_stale(
        &self,
        approved: &Approved,
        bound: BoundState,
        at: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        changed(&approved.bound, &approved.bound_sha256, &bound)?;
        Ok(self.stale(approved, bound, at))
    }

    fn stale(&self, approved: &Approved, bound: BoundState, at: DateTime<Utc>) -> (Self, Happened) {
        let (old_sha256, new_sha256) = (approved.bound_sha256.clone(), bound.sha256());
        let state = State::Stale(Stale { approved: approved.clone(), at, now: bound });
        (self.with(state), Happened::BecameStale { old_sha256, new_sha256 })
    }
}
