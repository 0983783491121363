//! Approvals of model versions. Here: the event with which a pipeline reports a decision that was taken elsewhere.
//!
//! To accept another field, add it to [`ApprovalEvent`] with its rule in [`ApprovalEvent::mistakes`] and decide whether
//! it is a fact of the ledger entry or, being personal or free text, a committed value.

mod event;

pub use event::{ApprovalEvent, DecidedBy, Decision, Mistake, Pipeline};
