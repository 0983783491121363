//! Administration of CI identity: which jobs may come in, and what would become of a token.
//!
//! Three pages: all rules with a place to try a token ([`RulesPage`]), a new rule ([`NewRulePage`]), one rule with what it
//! says, how a job uses it, and the form to change it ([`RulePage`]).

mod form;
mod list;
mod page;
mod trial;

pub use form::{Choices, ClaimField, RuleForm};
pub use list::{RuleLine, RulesPage, RulesPageProps};
pub use page::{NewRulePage, NewRulePageProps, RuleData, RulePage, RulePageProps};
pub use trial::{TrialResult, VerdictLine};

use leptos::prelude::*;

/// Where the pages are.
const BASE: &str = "/admin/ci-trust";

/// What must be in a token: each claim with its value.
#[component]
fn ClaimList(
    /// Claims and values.
    claims: Vec<(String, String)>,
) -> AnyView {
    let entries = claims
        .into_iter()
        .map(|(claim, value)| {
            view! { <li><code>{claim}</code>" = "<code class="claim-value">{value}</code></li> }
        })
        .collect_view();
    view! { <ul class="claims">{entries}</ul> }.into_any()
}
