//! Who holds which job role for what, the skills of people and the tools in use; and what is missing.
//!
//! The rules stand in the domain. [`service`] loads a team's ground and history, lets the rule decide, and stores each
//! change with its entry in the ledger.

pub mod api;
pub mod pages;
pub mod service;
pub mod store;
