//! Models and their versions: what approvals are about.
//!
//! A version is registered once with the digest of its artefact and never changes; another digest under the same
//! version is a contradiction, not an update.

pub mod pages;
pub mod service;
pub mod store;
