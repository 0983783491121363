//! An approval told again from its entries in the ledger: what it must be if nobody has edited it.
//!
//! The ledger cannot be edited unseen, the row that an approval is kept in can. Whoever holds one against the other adds
//! the entries about a request in their order and asks for the [`differences`](Retold::differences). A new [`Action`] of
//! approvals belongs into [`Retold::add`], where it changes what is compared.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::claim::Turn;
use super::decision::{Approving, ConditionState, Decider, Vouched};
use super::emergency::{Emergency, Review};
use super::request::{Approval, days};
use super::state::{Approved, State, Suspended};
use super::{BoundState, Policy};
use crate::audit::Action;
use crate::audit::catalogue::ApprovalClaimed;

/// What the entries about one request say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retold {
    state: Option<String>,
    /// The digest of what is, or was, decided about.
    bound_sha256: String,
    /// The accounts that decided about it.
    deciders: BTreeSet<Uuid>,
    /// The machines whose jobs' own tokens said who decided.
    signed: BTreeSet<Uuid>,
    /// When the last of them did.
    decided_at: Option<DateTime<Utc>>,
    /// Claims about those who decided, and whether they are so.
    claims: BTreeMap<Uuid, bool>,
    /// Conditions that were met.
    met: BTreeSet<Uuid>,
    emergency: Option<RetoldEmergency>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RetoldEmergency {
    by: Uuid,
    bound_sha256: String,
    until: String,
    /// Who looked at it afterwards, and what they found.
    reviewed: Option<(Uuid, bool)>,
    /// Whether it blocks no other any more.
    lifted: bool,
}

impl Retold {
    /// The next entry about the request: who acted, when, and what was done. Actions of other things say nothing here.
    pub fn add(&mut self, actor: Uuid, at: DateTime<Utc>, action: &Action) {
        match action {
            Action::ApprovalRequested(facts) => self.opened(&facts.bound_sha256),
            Action::ApprovalDecided(facts) => {
                self.become_(&facts.outcome);
                self.bound_sha256.clone_from(&facts.bound_sha256);
                self.deciders.insert(actor);
                if facts.vouched.as_deref() == Some(Vouched::SignedClaim.name()) {
                    self.signed.insert(actor);
                }
                self.decided_at = Some(at);
            }
            Action::ApprovalVoided(facts) => {
                self.bound_sha256.clone_from(&facts.new_sha256);
                self.deciders.clear();
                self.signed.clear();
                self.met.clear();
                self.claims.clear();
            }
            Action::ApprovalClaimed(facts) => self.claimed(facts, at),
            Action::ApprovalStale(_) => self.become_("stale"),
            Action::ApprovalSuspended(_) => self.become_("suspended"),
            Action::ApprovalResumed(_) => self.become_("approved"),
            Action::ApprovalWithdrawn(_) => self.become_("withdrawn"),
            Action::ApprovalRevoked(_) => self.become_("revoked"),
            Action::ApprovalExpired(_) => self.become_("expired"),
            Action::ApprovalSuperseded(_) | Action::ApprovalRenewalRejected(_) => self.become_("superseded"),
            Action::ConditionMet(facts) => drop(self.met.insert(facts.condition)),
            Action::BreakGlassDeclared(facts) => {
                if self.state.is_none() {
                    self.opened(&facts.bound_sha256);
                }
                self.emergency = Some(RetoldEmergency {
                    by: actor,
                    bound_sha256: facts.bound_sha256.clone(),
                    until: facts.until.clone(),
                    reviewed: None,
                    lifted: false,
                });
            }
            Action::BreakGlassReviewed(facts) => {
                if let Some(emergency) = &mut self.emergency {
                    let justified = facts.verdict == "justified";
                    emergency.reviewed = Some((actor, justified));
                    emergency.lifted &= justified;
                }
            }
            Action::BreakGlassLifted(_) => {
                if let Some(emergency) = &mut self.emergency {
                    emergency.lifted = true;
                }
            }
            _ => {}
        }
    }

    /// A claim that is taken back can be what the last step waited for.
    fn claimed(&mut self, facts: &ApprovalClaimed, at: DateTime<Utc>) {
        if facts.turn == Turn::TakenBack.name() {
            self.claims.remove(&facts.claim);
        } else {
            self.claims.insert(facts.claim, facts.turn == Turn::Confirmed.name());
        }
        if self.state.as_deref() == Some("open") && facts.outcome == "approved" {
            self.decided_at = Some(at);
            self.become_("approved");
        }
    }

    fn opened(&mut self, bound_sha256: &str) {
        self.become_("open");
        bound_sha256.clone_into(&mut self.bound_sha256);
    }

    fn become_(&mut self, state: &str) {
        self.state = Some(state.to_owned());
    }

    /// Each respect in which the approval is not what its entries say, in words. `policy` is the one that it is decided
    /// under; without it nothing is said about how long an approval holds.
    #[must_use]
    pub fn differences(&self, approval: &Approval, policy: Option<&Policy>) -> Vec<String> {
        let Some(state) = &self.state else {
            return vec!["no entry says that it was asked for".to_owned()];
        };
        let mut found = Vec::new();
        let kept = approval.state();
        if kept.name() != state {
            found.push(format!("it is {}, but its entries leave it {state}", kept.name()));
        }
        self.compare_bound(kept.bound(), &mut found);
        match kept {
            State::Open(open) => self.compare_approvals(open.approvals(), &mut found),
            State::Rejected(rejected) => self.compare_decider(&rejected.decider, &mut found),
            State::Withdrawn(_) => {}
            State::Approved(approved) | State::Suspended(Suspended { approved, .. }) => {
                self.compare_approved(approved, policy, &mut found);
            }
            State::Expired(expired) => {
                if let Some(approved) = &expired.approved {
                    self.compare_approved(approved, policy, &mut found);
                }
            }
            State::Revoked(ended) => self.compare_approved(&ended.approved, policy, &mut found),
            State::Superseded(superseded) => self.compare_approved(&superseded.approved, policy, &mut found),
            State::Stale(stale) => self.compare_approved(&stale.approved, policy, &mut found),
        }
        self.compare_emergency(approval.emergency(), &mut found);
        found
    }

    fn compare_bound(&self, bound: &BoundState, found: &mut Vec<String>) {
        let sha256 = bound.sha256();
        if sha256 != self.bound_sha256 {
            found.push(format!("it is about {sha256}, but its entries are about {}", self.bound_sha256));
        }
    }

    fn compare_approved(&self, approved: &Approved, policy: Option<&Policy>, found: &mut Vec<String>) {
        self.compare_approvals(approved.approvals(), found);
        if approved.bound_sha256() != self.bound_sha256 {
            found.push(format!("it names the digest {}, its entries do not", approved.bound_sha256()));
        }
        let since = approved.since();
        if self.decided_at != Some(since) {
            found
                .push(format!("it holds since {since}, but that is not when the last decision was recorded"));
        }
        let until = policy.filter(|policy| policy.is(&approved.bound().policy));
        if let Some(until) = until.map(|policy| since + days(policy.validity_days))
            && until != approved.until()
        {
            found.push(format!("it holds until {}, but by its policy until {until}", approved.until()));
        }
    }

    fn compare_approvals(&self, approvals: &[Approving], found: &mut Vec<String>) {
        let claims = approvals.iter().flat_map(|one| &one.claims).map(|claim| (claim.id, claim.confirmed));
        if claims.collect::<BTreeMap<_, _>>() != self.claims {
            found.push("what is said of those who decided is not what its entries tell".to_owned());
        }
        for approving in approvals {
            self.compare_decider(&approving.decider, found);
            let is_met = |state: &ConditionState| matches!(state, ConditionState::Met { .. });
            let untold =
                approving.conditions.iter().filter(|one| is_met(&one.state) && !self.met.contains(&one.id));
            found.extend(untold.map(|one| format!("condition {} is met, but no entry says so", one.id)));
        }
    }

    /// Of what was decided elsewhere the entry names who reported it and how that vouches, and commits to who decided.
    fn compare_decider(&self, decider: &Decider, found: &mut Vec<String>) {
        let by = match decider {
            Decider::Person { who, .. } => who.account,
            Decider::External { by, vouched, .. } => {
                let untold = |by: &Uuid| *vouched == Vouched::SignedClaim && !self.signed.contains(by);
                if by.as_ref().is_none_or(untold) && *vouched == Vouched::SignedClaim {
                    found.push("a decision is called signed by a job, but no entry says so".to_owned());
                }
                *by
            }
        };
        if let Some(by) = by.filter(|by| !self.deciders.contains(by)) {
            found.push(format!("{by} decided, but no entry says so"));
        }
    }

    fn compare_emergency(&self, kept: Option<&Emergency>, found: &mut Vec<String>) {
        let kept = kept.map(|kept| RetoldEmergency {
            by: kept.by.account.unwrap_or_default(),
            bound_sha256: kept.bound_sha256.clone(),
            until: super::record::written(kept.until),
            reviewed: match &kept.review {
                Review::Due { .. } => None,
                Review::Done { who, justified, .. } => Some((who.account.unwrap_or_default(), *justified)),
            },
            lifted: kept.lifted.is_some(),
        });
        if kept != self.emergency {
            found.push("its emergency is not the one that its entries tell of".to_owned());
        }
    }
}
