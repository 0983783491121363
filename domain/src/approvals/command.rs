//! Everything that can be done to an approval, and what has then happened: one event for each command.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::claim::{AuthorClaim, Turn};
use super::emergency::{Block, Earlier};
use super::policy::{self, Exclusion, Policy};
use super::who::{Acting, Delegation, Who};
use super::{BoundState, Decider, Decision, PolicyRef, Vouched};
use crate::models::Tier;

/// Something to be done to an approval. Words of people (reasons, conditions) are checked for being there and not
/// kept: the ledger entry commits to them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Somebody approves or rejects.
    Decide(Decide),
    /// A decision taken elsewhere arrives.
    DecideExternally(External),
    /// The request is taken back. Who may is a matter of access.
    Withdraw,
    /// An approval is taken back.
    Revoke {
        /// By whom.
        by: Acting,
        /// Why.
        reason: String,
    },
    /// Something in what is decided about is another now.
    BoundChanged {
        /// How it is now.
        now: BoundState,
    },
    /// The risk tier of the model was raised.
    TierRaised {
        /// The tier until then.
        from: Tier,
    },
    /// The raise was taken back as a mistake.
    RaiseTakenBack,
    /// The raise was confirmed.
    RaiseConfirmed {
        /// How what is decided about is now.
        now: BoundState,
    },
    /// Time went by.
    TimePassed,
    /// Another request for the same version and environment was approved.
    Superseded {
        /// The other one.
        by: Uuid,
    },
    /// A later request for the same version and environment was rejected.
    RenewalRejected {
        /// The other one.
        by: Uuid,
    },
    /// A condition was fulfilled.
    ConditionMet {
        /// Which.
        id: Uuid,
        /// Who says so: somebody who may decide in the step of the condition.
        by: Acting,
    },
    /// A condition was found to be late.
    ConditionOverdue {
        /// Which.
        id: Uuid,
    },
    /// Somebody deploys before the decisions.
    BreakGlass {
        /// By whom.
        by: Acting,
        /// Why.
        reason: String,
        /// The emergencies that the model had in the environment before.
        earlier: Vec<Earlier>,
    },
    /// Somebody lets the model have emergencies again after one that was none, or that nobody looked at in time.
    LiftBlock {
        /// By whom, an officer; nobody where there was none who could.
        by: Option<Who>,
        /// Why.
        reason: String,
    },
    /// Somebody who may have decided is said to have made the version, or to have not.
    AuthorClaim(AuthorClaim),
    /// Somebody looked at an emergency afterwards.
    ReviewEmergency {
        /// By whom.
        by: Acting,
        /// Whether it was one.
        justified: bool,
        /// Why.
        reason: String,
    },
}

/// A decision by a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decide {
    /// Who acts, with the job roles held today.
    pub by: Acting,
    /// For whom, where somebody is away.
    pub on_behalf_of: Option<Delegation>,
    /// The step that it is meant for.
    pub step: String,
    /// Yes or no.
    pub decision: Decision,
    /// What has to be done by when; with an approval only.
    pub conditions: Vec<NewCondition>,
    /// Why; needed with a rejection.
    pub reason: Option<String>,
    /// The digest of what the person looked at.
    pub bound_sha256: String,
}

/// A condition to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NewCondition {
    /// Which.
    pub id: Uuid,
    /// The last day for it.
    pub due: NaiveDate,
}

/// A decision taken in another tool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct External {
    /// The kind of tool.
    pub provider: String,
    /// How the report came in.
    pub source: Source,
    /// The service account that reported it: the trust rule's or the token's id.
    pub reporter: Uuid,
    /// Who decided there, with all that is known of the person.
    pub who: Who,
    /// What says that it was them.
    pub vouched: Vouched,
    /// When it was decided there, as it was reported.
    pub occurred_at: DateTime<Utc>,
    /// Since when what is decided about is there: the request and its newest evidence.
    pub there_since: DateTime<Utc>,
    /// Yes or no.
    pub decision: Decision,
    /// What was decided about there.
    pub artefact_digest: String,
}

/// How a report came in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// With a pipeline's own identity, by this trust rule.
    TrustRule(Uuid),
    /// With this token.
    Token(Uuid),
}

impl Source {
    /// The entry of the policy that accepts decisions of this tool that come in like this.
    pub(super) fn accepted_by<'a>(&self, policy: &'a Policy, provider: &str) -> Option<&'a policy::External> {
        policy.external.iter().find(|accepted| self.is(accepted, provider))
    }

    /// Whether the policy's entry is about reports like this. Names are not unique, so only an id names a machine.
    pub(super) fn is(&self, accepted: &policy::External, provider: &str) -> bool {
        let named = |named: &Option<String>, id: &Uuid| {
            named.as_ref().and_then(|named| named.parse().ok()) == Some(*id)
        };
        accepted.provider == provider
            && match self {
                Self::TrustRule(id) => named(&accepted.trust_rule, id),
                Self::Token(id) => named(&accepted.token, id),
            }
    }
}

/// What has happened: one for each command, and one for the request itself. The ledger records it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happened {
    /// An approval was asked for.
    Requested {
        /// The digest of what is decided about.
        bound_sha256: String,
        /// The policy.
        policy: PolicyRef,
        /// When it expires without decisions.
        open_until: DateTime<Utc>,
    },
    /// Somebody decided.
    Decided {
        /// The step.
        step: String,
        /// The job role by which it counts.
        role: String,
        /// Who.
        decider: Decider,
        /// Yes or no.
        decision: Decision,
        /// The conditions, each with its last day.
        conditions: Vec<(Uuid, NaiveDate)>,
        /// The digest of what was decided about.
        bound_sha256: String,
        /// What the request is now.
        outcome: Outcome,
    },
    /// What is decided about changed, and the decisions made do not count any more.
    DecisionsVoided {
        /// The digest before.
        old_sha256: String,
        /// The digest now.
        new_sha256: String,
        /// How many decisions were lost.
        voided: usize,
    },
    /// What was approved changed, and is not approved any more.
    BecameStale {
        /// The digest that was approved.
        old_sha256: String,
        /// The digest now.
        new_sha256: String,
    },
    /// The risk tier was raised, and the approval is suspended.
    Suspended {
        /// The tier until then.
        tier: Tier,
    },
    /// The raise was taken back, and the approval holds again.
    Resumed,
    /// The request was taken back.
    Withdrawn,
    /// The approval was taken back.
    Revoked {
        /// The job role by which.
        role: String,
    },
    /// Time ran out.
    Expired {
        /// Whether it was approved until then.
        was_approved: bool,
    },
    /// Another approval took its place.
    Superseded {
        /// The other request.
        by: Uuid,
    },
    /// Its renewal was rejected, which ended it.
    RenewalRejected {
        /// The renewal.
        by: Uuid,
    },
    /// A condition was fulfilled.
    ConditionMet {
        /// Which.
        id: Uuid,
        /// The job role of who says so.
        role: String,
        /// Whether it was in time.
        in_time: bool,
    },
    /// A condition was found to be late.
    ConditionOverdue {
        /// Which.
        id: Uuid,
        /// Its last day.
        due: NaiveDate,
    },
    /// Somebody deploys before the decisions.
    GlassBroken {
        /// The job role by which.
        role: String,
        /// The digest of what is let through.
        bound_sha256: String,
        /// Until when.
        until: DateTime<Utc>,
        /// When it has to be reviewed.
        review_by: DateTime<Utc>,
    },
    /// Somebody who decided is said to have made the version, or to have not.
    Claimed {
        /// Which claim.
        claim: Uuid,
        /// As what.
        part: Exclusion,
        /// What became of it.
        turn: Turn,
        /// The steps whose decisions it is about.
        steps: Vec<String>,
        /// What the request is now.
        outcome: Outcome,
    },
    /// Somebody looked at the emergency.
    EmergencyReviewed {
        /// The job role by which.
        role: String,
        /// Whether it was one.
        justified: bool,
        /// Whether it was in time.
        in_time: bool,
    },
    /// The emergency blocks no other any more.
    BlockLifted {
        /// Why it did.
        why: Block,
    },
}

crate::names! {
    /// What a decision made of the request.
    pub enum Outcome ("outcome") {
        /// More decisions are needed.
        Open = "open", "Open";
        /// It was the last that was needed.
        Approved = "approved", "Approved";
        /// One no is enough.
        Rejected = "rejected", "Rejected";
    }
}
