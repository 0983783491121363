//! Changes that need a second person, from whatever room they come.
//!
//! A room that changes something on which a control depends does not change it itself: it calls [`service::propose`] inside
//! its write and says what would change, who confirms it and what follows. When everybody has confirmed, `kinds.rs` hands
//! the proposal back to the room, which applies it in the same write. One table, one page, one API and one kind of entry
//! serve all of them. To add a kind: see `assay_domain::proposals`, and add an arm to `kinds.rs`.

pub mod api;
mod kinds;
pub mod pages;
mod people;
pub mod service;
pub mod store;

pub use service::{NewProposal, propose};
pub use store::ProposalRow;
