//! All rules, and a place to try a token.

use assay_domain::ci_trust::Provider;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::{BASE, ClaimList, TrialResult, trial::TrialSection};
use crate::access::AdminTabs;
use crate::components::{
    ButtonKind, Column, Crumb, Empty, ErrorSummary, FieldError, LinkButton, PageTitle, Pagination, Table,
    when,
};

/// A rule in the list.
#[derive(Clone, Debug)]
pub struct RuleLine {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Which CI, in words.
    pub provider: &'static str,
    /// Whose tokens are believed.
    pub issuer: String,
    /// What must be in them.
    pub claims: Vec<(String, String)>,
    /// What the jobs may do.
    pub scopes: Vec<String>,
    /// The team's name; absent for the organisation.
    pub team: Option<String>,
    /// When a job last came in.
    pub used_at: Option<DateTime<Utc>>,
}

/// All rules.
#[component]
pub fn RulesPage(
    /// The rules.
    rules: Vec<RuleLine>,
    /// The next page of the list.
    next: Option<String>,
    /// Whether the one looking may add rules.
    may_change: bool,
    /// What became of a token that was tried.
    trial: Option<TrialResult>,
    /// What is wrong with what was pasted.
    errors: Vec<FieldError>,
) -> AnyView {
    let there = if rules.is_empty() {
        view! {
            <Empty title="No job is trusted yet">
                <p>"A rule names the repository or project whose jobs may report here. Until there is one, pipelines need the token of a service account."</p>
            </Empty>
        }
        .into_any()
    } else {
        let columns =
            ["Name", "Issuer", "Must match", "Rights", "Team", "Last job"].map(Column::new).to_vec();
        let rows = rules.into_iter().map(row).collect();
        view! { <Table caption="Trust rules" columns rows hide_caption=true /> }.into_any()
    };
    view! {
        <div class="stack">
            <PageTitle
                title="CI trust"
                crumbs=vec![Crumb::new("Administration", "/admin")]
                lede="Jobs come in with the identity that their CI signs for each run, and get a token for ten minutes. There is no secret to store, to leak or to renew."
            />
            <AdminTabs current=BASE />
            <ErrorSummary errors=errors.clone() />
            {there}
            {next.map(|next| view! { <Pagination label="Trust rules" first=BASE next /> })}
            {may_change.then(|| view! { <AddLinks /> })}
            <TrialSection trial errors />
        </div>
    }
    .into_any()
}

fn row(rule: RuleLine) -> Vec<AnyView> {
    let used = rule.used_at.map_or_else(|| "never".to_owned(), when);
    vec![
        view! { <a href=rule.href>{rule.name}</a> }.into_any(),
        view! { <div>{rule.provider}<br /><span class="small soft claim-value">{rule.issuer}</span></div> }
            .into_any(),
        view! { <ClaimList claims=rule.claims /> }.into_any(),
        rule.scopes.join(", ").into_any(),
        rule.team.unwrap_or_else(|| "all".to_owned()).into_any(),
        used.into_any(),
    ]
}

#[component]
fn AddLinks() -> AnyView {
    let links = Provider::ALL
        .into_iter()
        .map(|provider| {
            let href = format!("{BASE}/new?provider={}", provider.name());
            view! { <li><LinkButton href kind=ButtonKind::Secondary>{provider.label()}</LinkButton></li> }
        })
        .collect_view();
    view! {
        <section class="section stack-small" aria-labelledby="add">
            <h2 id="add">"Trust jobs of"</h2>
            <ul class="cluster ci-links">{links}</ul>
        </section>
    }
    .into_any()
}
