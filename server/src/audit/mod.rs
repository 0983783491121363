//! Reading the audit trail: searching, entries with their proofs, exports, and the log as files.
//!
//! What is recorded and how it is stored is the ledger's business ([`crate::ledger`]); here people and auditors look at
//! it, within what [`Permission::ReadAudit`](assay_domain::access::Permission::ReadAudit) reaches for them. A new thing
//! to search for is a field of [`search::Search`]: page, API, exports and command line take it from there.

pub mod api;
mod entry;
pub mod export;
mod names;
pub mod pages;
pub mod search;
pub mod service;
mod store;
mod tiles;

pub use entry::{Entry, Subject};
pub use names::Names;
