//! Approval policies: which are in force, and how they change.
//!
//! The rules are the domain's (`assay_domain::approvals`); this room keeps the versions that are and were in force, says
//! which one decides where ([`service::deciding`]), and has changes proposed by one person and confirmed by another
//! ([`service::proposals`]). The policies that ship come into force when a server starts on a database that never had any;
//! from then on only a confirmed proposal changes them.

pub mod api;
pub(crate) mod details;
pub mod pages;
pub mod service;
pub mod store;
