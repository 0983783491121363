//! The gate: may this version be deployed here, now?
//!
//! The answer is the domain's (`domain/src/approvals/gate`), from facts that are put together here (`facts.rs`). It is looked
//! up, or decided on record (`together.rs`); both give the same answer. Default is no: whatever cannot be found or read is a no.

pub mod api;
mod facts;
pub mod pages;
pub mod service;
pub mod store;
pub mod together;
