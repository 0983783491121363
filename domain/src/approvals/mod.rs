//! Approvals of model versions.
//!
//! - [`Policy`]: who has to agree and what has to be shown, as content (`policy.rs`, `policy_check.rs`); a
//!   [`PolicySet`] says which one decides about a deployment.
//! - [`BoundState`]: the exact state that is decided about, its digest, and the [`difference`] between two.
//! - [`Approval`]: a request and what becomes of it. A [`Command`] gives the approval after it and the one thing that
//!   [`Happened`], or a [`Refusal`]; [`Approval::action`] is what the ledger records of it.
//! - [`Retold`]: the same told again from the ledger's entries, to find what was edited.
//! - [`gate`]: whether a version may be deployed, from facts, with reasons.
//! - [`ApprovalEvent`]: with which a pipeline reports a decision that was taken elsewhere. To accept another field,
//!   add it with its rule in [`ApprovalEvent::mistakes`] and decide whether it is a fact of the ledger entry or, being
//!   personal or free text, a committed value.

mod bound;
mod claim;
mod command;
mod deciding;
mod decision;
mod demands;
mod difference;
mod emergency;
mod event;
pub mod gate;
mod passing;
mod policy;
mod policy_change;
mod policy_check;
mod policy_set;
mod policy_words;
mod record;
mod refusal;
mod request;
mod retold;
mod state;
mod suspending;
mod who;

pub use bound::{BoundDataset, BoundEvidence, BoundState, BoundUse, OnRecord, difference};
pub use claim::{AuthorClaim, Turn};
pub use command::{Command, Decide, External as ExternalDecision, Happened, NewCondition, Outcome, Source};
pub use deciding::Progress;
pub use decision::{Approving, CLAIM_DAYS, Claim, Condition, ConditionState, Decider, Vouched};
pub use demands::{OpenFinding, Standing, Unmet};
pub use difference::{Difference, Recorded};
pub use emergency::{Block, Earlier, Emergency, Lifted, Pass, Review, may_come_after};
pub use event::{ApprovalEvent, DecidedBy, Decision, Mistake, Pipeline};
pub use policy::{
    ANY_ENVIRONMENT, Applies, BreakGlass, CapabilityLevel, Conditions, Demand, Demands, EmergencyLimit,
    Exclusion, External, Machine, Order, Policy, PolicyRef, RequiredEvidence, Step, policy_schema,
};
pub use policy_change::{PolicyChangeRefused, comes_after};
pub use policy_check::{KnownWords, PolicyRule};
pub use policy_set::{People, PolicyRefused, PolicySet};
pub use policy_words::{ChangedStatement, PolicyPart, Statement, Titles, policy_difference};
pub use refusal::Refusal;
pub use request::{Approval, Terms};
pub use retold::Retold;
pub use state::{Approved, Ended, Expired, Open, Rejected, Stale, State, Superseded, Suspended, Withdrawn};
pub use who::{Acting, Delegation, Requester, RoleWaits, Same, Who};
