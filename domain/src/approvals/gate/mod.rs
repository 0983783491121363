//! The gate: may this version be deployed here, now? A pure answer from facts, with reasons. Default is no.
//!
//! Each check (`checks.rs`) notes what was fine, or the reasons why not. To add one: a value of [`Check`], codes for what
//! it can find, and a line in the look that the gate takes. A code is part of the API: pipelines branch on it, so it keeps
//! its name.

mod checks;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Approval, Approved, BoundState, Decision, Pass, Policy, Source, Standing, State};
use crate::models::ArtefactDigest;

crate::names! {
    /// Why the gate says what it says.
    pub enum Code ("code") {
        /// Yes: the version is approved for the environment.
        Approved = "approved", "The version is approved for the environment.";
        /// Yes: somebody declared an emergency that holds.
        BreakGlass = "break_glass", "An emergency was declared, and it holds.";
        /// No model of this name is registered.
        UnknownModel = "unknown_model", "No model of this name is registered.";
        /// The model was taken out of use.
        ModelArchived = "model_archived", "The model was taken out of use.";
        /// The model has no such version.
        UnknownVersion = "unknown_version", "The model has no such version.";
        /// The version is on record without a digest.
        NoDigest = "no_digest", "The version is on record without the digest of its artefact.";
        /// What is to be deployed is not what is on record.
        DigestMismatch = "digest_mismatch", "The digest of what is to be deployed is not the one on record.";
        /// Nobody confirmed the model's first risk tier yet.
        TierUnconfirmed = "tier_unconfirmed", "Nobody confirmed the model's risk tier yet.";
        /// No policy decides about deployments like this one.
        NoPolicy = "no_policy", "No policy decides about models of this tier in this environment.";
        /// Nobody asked for an approval.
        NotRequested = "not_requested", "Nobody asked for an approval for this environment.";
        /// Decisions are missing.
        DecisionsMissing = "decisions_missing", "The request waits for decisions.";
        /// The request was rejected.
        Rejected = "rejected", "The request was rejected.";
        /// The request was taken back.
        Withdrawn = "withdrawn", "The request was taken back.";
        /// The time of the request or the approval has run out.
        Expired = "expired", "The time of the request or the approval has run out.";
        /// The approval was taken back.
        Revoked = "revoked", "The approval was taken back.";
        /// Another approval took its place.
        Superseded = "superseded", "Another approval took its place.";
        /// What was approved has changed since.
        Stale = "stale", "What was approved has changed since.";
        /// Who decided is named as an author, and it is so or nobody has answered for a week.
        DecisionClaimed = "decision_claimed", "Who decided is named as an author of the version.";
        /// The risk tier was raised after it was approved.
        Suspended = "suspended", "The risk tier was raised after it was approved.";
        /// A condition of the approval is late.
        ConditionOverdue = "condition_overdue", "A condition of the approval is overdue.";
        /// The emergency is over.
        EmergencyEnded = "emergency_ended", "The time of the emergency is over.";
        /// Nobody reviewed the emergency in time.
        EmergencyNotReviewed = "emergency_not_reviewed", "The emergency was not reviewed in time.";
        /// The emergency was reviewed and was none.
        EmergencyNotJustified = "emergency_not_justified", "A reviewer found that it was no emergency.";
        /// A finding about the data is open.
        FindingOpen = "finding_open", "A finding about the version's data is open.";
        /// A finding about how it runs is open.
        OperationsFindingOpen = "operations_finding_open", "A finding about how the version runs is open.";
        /// Nobody is accountable for the model.
        NoAccountableOwner = "no_accountable_owner", "Nobody is accountable for the model.";
        /// Nobody is on record as an author of the version.
        NoAuthor = "no_author", "Nobody is on record as an author of the version.";
        /// The team is not at the level that the policy asks for.
        LevelTooLow = "level_too_low", "The team is not at the level that the policy asks for.";
        /// Required evidence is not there.
        EvidenceMissing = "evidence_missing", "Required evidence is not there.";
        /// Required evidence was too old when it was approved.
        EvidenceTooOld = "evidence_too_old", "Required evidence was too old when the version was approved.";
        /// A tool whose decisions count rejected the version after it was approved.
        RejectedElsewhere = "rejected_elsewhere", "It was rejected in another tool after it was approved.";
    }
}

crate::names! {
    /// What the gate looks at, in this order.
    pub enum Check ("check") {
        /// Whether the model is known and in use.
        Model = "model", "Model";
        /// Whether the version is known.
        Version = "version", "Version";
        /// Whether the artefact is the one on record.
        Digest = "digest", "Digest";
        /// Which policy decides.
        Policy = "policy", "Policy";
        /// Whether it is approved, or an emergency holds.
        Approval = "approval", "Approval";
        /// Whether it is still what was approved.
        State = "state", "State";
        /// Whether the conditions are kept.
        Conditions = "conditions", "Conditions";
        /// What the policy demands besides.
        Demands = "demands", "Demands";
        /// Whether the evidence is there.
        Evidence = "evidence", "Evidence";
        /// What other tools decided.
        External = "external", "Other tools";
    }
}

/// Everything that the gate looks at. Who puts it together puts in what is true now.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// When it is asked.
    pub now: DateTime<Utc>,
    /// Where it is to be deployed.
    pub environment: &'a str,
    /// What is known of the model.
    pub model: ModelFact,
    /// What is known of the version.
    pub version: VersionFact<'a>,
    /// The digest of what is to be deployed, where the pipeline gave it.
    pub digest: Option<&'a ArtefactDigest>,
    /// Whether the model's first risk tier was confirmed.
    pub tier_confirmed: bool,
    /// The policy that decides; `None` where there is none.
    pub policy: Option<&'a Policy>,
    /// The requests for the version and the environment, the newest first: that one, and all that are approved or suspended.
    pub requests: &'a [Approval],
    /// What an approval would be bound to now.
    pub bound: Option<&'a BoundState>,
    /// How things stand besides.
    pub standing: &'a Standing,
    /// What other tools reported about the version and the environment, in order of time.
    pub external: &'a [ReportedElsewhere],
}

/// What is known of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelFact {
    /// Nothing.
    Unknown,
    /// It was taken out of use.
    Archived {
        /// When.
        since: DateTime<Utc>,
    },
    /// It is in use.
    Known,
}

/// What is known of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionFact<'a> {
    /// Nothing.
    Unknown,
    /// It is registered.
    Known {
        /// With this digest, if any.
        digest: Option<&'a ArtefactDigest>,
    },
}

/// A decision of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedElsewhere {
    /// The kind of tool.
    pub provider: String,
    /// How the report came in.
    pub source: Source,
    /// Yes or no.
    pub decision: Decision,
    /// When it was reported.
    pub at: DateTime<Utc>,
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Whether it may be deployed.
    pub allowed: bool,
    /// Why: one reason for a yes, all that were found for a no.
    pub reasons: Vec<Reason>,
    /// What was looked at and fine; for those who want an explanation.
    pub fine: Vec<Fine>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// For machines.
    pub code: Code,
    /// For people.
    pub message: String,
    /// Since when it is so, where that is known.
    pub since: Option<DateTime<Utc>>,
}

/// Something that was looked at and fine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fine {
    /// What was looked at.
    pub check: Check,
    /// What was found.
    pub message: String,
}

/// The request that the gate goes by. A newer one does not put an approval aside: that holds until a renewal is decided, so
/// the newest approval counts that lets this state through; then an emergency, then an approval that says why it does not,
/// and only then the newest request.
#[must_use]
pub fn counts<'a>(facts: &Facts<'a>) -> Option<&'a Approval> {
    let running = |one: &&Approval| one.state().running().is_some_and(|one| facts.now < one.until());
    let passes = |one: &&Approval| {
        let late =
            |approved: &Approved| approved.conditions().any(|condition| condition.is_overdue(facts.now));
        let known = facts.policy.zip(facts.bound);
        let holds = known.is_some_and(|(policy, bound)| one.holds_for(policy, bound, facts.now));
        holds && matches!(one.state(), State::Approved(approved) if !late(approved))
    };
    let emergency = |one: &&Approval| one.emergency_pass(facts.now) == Some(Pass::Holds);
    let all = || facts.requests.iter();
    all()
        .find(passes)
        .or_else(|| all().find(emergency))
        .or_else(|| all().find(running))
        .or_else(|| facts.requests.first())
}

/// May it be deployed? No, unless everything that is looked at is fine.
#[must_use]
pub fn decide(facts: &Facts<'_>) -> Answer {
    let mut gate = checks::Gate::default();
    match gate.look(facts) {
        Some(reason) if gate.reasons.is_empty() => {
            Answer { allowed: true, reasons: vec![reason], fine: gate.fine }
        }
        _ => Answer { allowed: false, reasons: gate.reasons, fine: gate.fine },
    }
}
