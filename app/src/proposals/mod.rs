//! Changes that need a second person: what waits for the visitor, and one proposal with all that is needed to decide.
//!
//! [`ProposalsPage`] lists them, with those that the visitor may confirm first; [`ProposalPage`] shows one: what is asked,
//! why, by whom, what follows. A kind that has more to show gets a variant of [`Details`].

mod list;
mod page;

pub use list::{ProposalLine, ProposalTable, ProposalsPage, ProposalsPageProps};
pub use page::{NeedLine, ProposalData, ProposalPage, ProposalPageProps};

use crate::policies::PolicyDetails;

/// Where the pages are.
pub const BASE: &str = "/proposals";

/// What a kind shows of a proposal besides what all have.
#[derive(Clone, Debug)]
pub enum Details {
    /// Nothing.
    Nothing,
    /// Facts, by their names.
    Facts(Vec<(String, String)>),
    /// A policy: its text, and what differs.
    Policy(Box<PolicyDetails>),
}
