//! Approvals of model versions: what is asked for and decided by people ([`requests`]), and what pipelines report at three
//! in the morning.
//!
//! An event is stored, recorded in the ledger and answered with a receipt, or refused with a reason and not stored at
//! all. Posting it again is harmless.

pub mod api;
pub mod events;
pub mod requests;
pub mod service;
pub mod store;
