//! What the ledger records of an approval: one action for everything that can happen to it.
//!
//! Reasons, the words of conditions and the names that other tools give people are no facts: the server commits to them
//! beside the action.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use super::command::Happened;
use super::decision::Decider;
use super::request::Approval;
use crate::audit::Action;
use crate::audit::catalogue::{
    ApprovalClaimed, ApprovalDecided, ApprovalExpired, ApprovalRenewalRejected, ApprovalRequested,
    ApprovalResumed, ApprovalRevoked, ApprovalStale, ApprovalSuperseded, ApprovalSuspended, ApprovalVoided,
    ApprovalWithdrawn, BreakGlassDeclared, BreakGlassLifted, BreakGlassReviewed, ConditionMet,
    ConditionOverdue,
};

impl Approval {
    /// The action that records what has happened to this approval.
    #[must_use]
    pub fn action(&self, happened: &Happened) -> Action {
        let bound = self.state.bound();
        let (model, version) = (bound.model.clone(), bound.version.clone());
        let environment = self.terms.environment.clone();
        match happened.clone() {
            Happened::Requested { bound_sha256, policy, open_until } => ApprovalRequested {
                model,
                version,
                environment,
                policy: policy.id,
                policy_version: policy.version.to_string(),
                policy_sha256: policy.sha256,
                bound_sha256,
                open_until: written(open_until),
            }
            .into(),
            Happened::Decided { step, role, decider, decision, conditions, bound_sha256, outcome } => {
                let Whose { on_behalf_of, provider, vouched_by, vouched } = whose(decider);
                ApprovalDecided {
                    model,
                    version,
                    environment,
                    step,
                    job_role: role,
                    decision: decision.name().to_owned(),
                    on_behalf_of,
                    provider,
                    vouched_by,
                    vouched,
                    conditions: conditions.iter().map(|(id, due)| format!("{id} {due}")).collect(),
                    bound_sha256,
                    outcome: outcome.name().to_owned(),
                }
                .into()
            }
            Happened::DecisionsVoided { old_sha256, new_sha256, voided } => {
                let voided = u64::try_from(voided).unwrap_or(u64::MAX);
                ApprovalVoided { model, version, environment, old_sha256, new_sha256, voided }.into()
            }
            Happened::BecameStale { old_sha256, new_sha256 } => {
                ApprovalStale { model, version, environment, old_sha256, new_sha256 }.into()
            }
            Happened::Suspended { tier } => {
                ApprovalSuspended { model, version, environment, tier: tier.name().to_owned() }.into()
            }
            Happened::Resumed => ApprovalResumed { model, version, environment }.into(),
            Happened::Withdrawn => ApprovalWithdrawn { model, version, environment }.into(),
            Happened::Revoked { role } => {
                ApprovalRevoked { model, version, environment, job_role: role }.into()
            }
            Happened::Expired { was_approved } => {
                let was = if was_approved { "approved" } else { "open" }.to_owned();
                ApprovalExpired { model, version, environment, was }.into()
            }
            Happened::Superseded { by } => ApprovalSuperseded { model, version, environment, by }.into(),
            Happened::RenewalRejected { by } => {
                ApprovalRenewalRejected { model, version, environment, by }.into()
            }
            Happened::ConditionMet { id, role, in_time } => {
                let when = in_time_or_late(in_time);
                ConditionMet { model, version, environment, condition: id, job_role: role, when }.into()
            }
            Happened::ConditionOverdue { id, due } => {
                ConditionOverdue { model, version, environment, condition: id, due: due.to_string() }.into()
            }
            Happened::GlassBroken { role, bound_sha256, until, review_by } => BreakGlassDeclared {
                model,
                version,
                environment,
                job_role: role,
                bound_sha256,
                until: written(until),
                review_by: written(review_by),
            }
            .into(),
            Happened::Claimed { claim, part, turn, steps, outcome } => ApprovalClaimed {
                model,
                version,
                environment,
                claim,
                part: part.name().to_owned(),
                turn: turn.name().to_owned(),
                steps,
                outcome: outcome.name().to_owned(),
            }
            .into(),
            Happened::EmergencyReviewed { role, justified, in_time } => {
                let verdict = if justified { "justified" } else { "not_justified" }.to_owned();
                let when = in_time_or_late(in_time);
                BreakGlassReviewed { model, version, environment, job_role: role, verdict, when }.into()
            }
            Happened::BlockLifted { why } => {
                BreakGlassLifted { model, version, environment, blocked: why.name().to_owned() }.into()
            }
        }
    }
}

/// Whose decision it is, besides who acted, who is the entry's actor.
#[derive(Default)]
struct Whose {
    on_behalf_of: Option<Uuid>,
    provider: Option<String>,
    vouched_by: Option<Uuid>,
    vouched: Option<String>,
}

fn whose(decider: Decider) -> Whose {
    match decider {
        Decider::Person { on_behalf_of, .. } => {
            Whose { on_behalf_of: on_behalf_of.and_then(|away| away.account), ..Whose::default() }
        }
        Decider::External { provider, by, vouched, .. } => Whose {
            provider: Some(provider),
            vouched_by: by,
            vouched: Some(vouched.name().to_owned()),
            ..Whose::default()
        },
    }
}

fn in_time_or_late(in_time: bool) -> String {
    if in_time { "in_time" } else { "late" }.to_owned()
}

pub(super) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
