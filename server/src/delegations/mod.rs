//! Who decides for whom while they are away.
//!
//! Somebody who is away has another decide on approvals for them: for all teams or one, from a first day to a last. Whose
//! job role counts and who is kept from deciding is for the rules of approvals; this room knows who said what, and when.

pub mod api;
pub mod service;
pub mod store;
