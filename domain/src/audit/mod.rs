//! The audit trail's words: which actions there are, what each one states, and how it reads to a person.
//!
//! An [`Event`] is what a use case hands to the ledger inside its transaction. [`Action`] is the whole catalogue. To add
//! an action: add a variant with its facts to [`catalogue`], a sentence and an example there, and regenerate
//! `docs/audit-actions.md` with the test that compares it. Facts hold no personal data and no free text; what is
//! personal or written by a person goes into `commits`, of which the ledger only keeps a salted digest.

pub mod catalogue;
mod event;

pub use catalogue::Action;
pub use event::{Actor, Commit, Event, Outcome, Subject};
