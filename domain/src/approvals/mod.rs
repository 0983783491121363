//! Approvals of model versions: policies, and the event with which a pipeline reports a decision taken elsewhere.
//!
//! To accept another field of an event, add it to [`ApprovalEvent`] with its rule in [`ApprovalEvent::mistakes`] and
//! decide whether it is a fact of the ledger entry or, being personal or free text, a committed value.

mod bound;
mod event;
mod policy;
mod policy_check;
mod policy_set;

pub use bound::{BoundDataset, BoundEvidence, BoundState, Difference, difference};
pub use event::{ApprovalEvent, DecidedBy, Decision, Mistake, Pipeline};
pub use policy::{
    ANY_ENVIRONMENT, Applies, BreakGlass, CapabilityLevel, Conditions, Demand, Demands, Exclusion, External,
    Order, Policy, PolicyRef, RequiredEvidence, Step, policy_schema,
};
pub use policy_check::PolicyRule;
pub use policy_set::{People, PolicyRefused, PolicySet};
