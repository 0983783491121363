//! Administration of approval policies: what is in force and where, one policy in words, proposals and what they change.
//!
//! [`PoliciesPage`] shows everything at once, [`PolicyPage`] one version with its history, [`ProposedPolicy`] what a proposed
//! change would do, [`ProposePage`] the form for a text. What a policy says comes as statements of the domain,
//! so that the page and the differences speak alike.

mod form;
mod list;
mod page;
mod proposal;
mod said;

pub use form::{Excerpt, ProposeForm, ProposePage, ProposePageProps};
pub use list::{Deciding, GridRow, PoliciesPage, PoliciesPageProps, PolicyLine};
pub use page::{PolicyData, PolicyPage, PolicyPageProps, VersionLine};
pub use proposal::{PolicyDetails, ProposedPolicy};
pub use said::TeamLine;

use crate::components::Crumb;

/// Where the pages are.
const BASE: &str = "/admin/policies";
/// Where the form for a text is.
const PROPOSE: &str = "/admin/policy-proposals/new";

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new("Administration", "/admin"), Crumb::new("Approval policies", BASE)]
}
