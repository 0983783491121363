//! Administration of approval policies: what is in force and where, one policy in words, proposals and what they change.
//!
//! [`PoliciesPage`] shows everything at once, [`PolicyPage`] one version with its history, [`ProposalPage`] one change with
//! the ways to decide about it, [`ProposePage`] the form for a text. What a policy says comes as statements of the domain,
//! so that the page and the differences speak alike.

mod form;
mod list;
mod page;
mod proposal;
mod said;

pub use form::{Excerpt, ProposeForm, ProposePage, ProposePageProps};
pub use list::{
    Deciding, GridRow, PoliciesPage, PoliciesPageProps, PolicyLine, ProposalLine, ProposalsPage,
    ProposalsPageProps,
};
pub use page::{PolicyData, PolicyPage, PolicyPageProps, VersionLine};
pub use proposal::{ProposalData, ProposalPage, ProposalPageProps};
pub use said::TeamLine;

use crate::components::Crumb;

/// Where the pages are.
const BASE: &str = "/admin/policies";
/// Where the proposals are.
const PROPOSALS: &str = "/admin/policy-proposals";

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new("Administration", "/admin"), Crumb::new("Approval policies", BASE)]
}
