//! What is in force and where it decides.

use assay_domain::models::Tier;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::{BASE, PROPOSE};
use crate::access::AdminTabs;
use crate::components::{ButtonKind, Column, Crumb, LinkButton, Notice, PageTitle, Table, Tone, day};
use crate::proposals::{BASE as PROPOSALS, ProposalLine, ProposalTable};

/// A policy in the list.
#[derive(Clone, Debug)]
pub struct PolicyLine {
    /// What people call it.
    pub title: String,
    /// Its page.
    pub href: String,
    /// The version.
    pub version: String,
    /// What it asks, in short.
    pub description: String,
    /// Since when it is in force, or until when it was.
    pub at: DateTime<Utc>,
}

/// What decides about a risk tier in an environment.
#[derive(Clone, Debug)]
pub enum Deciding {
    /// A policy that names the environment: title and page.
    Named(String, String),
    /// The policy for all other environments: title and page.
    Otherwise(String, String),
    /// No policy.
    Nothing,
}

/// What decides in an environment, for each tier in order.
#[derive(Clone, Debug)]
pub struct GridRow {
    /// The environment's name; `None` for all others.
    pub environment: Option<String>,
    /// What decides about each of [`Tier::ALL`].
    pub cells: Vec<Deciding>,
}

/// Everything about policies at once.
#[component]
pub fn PoliciesPage(
    /// Proposals that wait.
    waiting: Vec<ProposalLine>,
    /// What decides where.
    grid: Vec<GridRow>,
    /// The policies in force.
    in_force: Vec<PolicyLine>,
    /// The last versions of those that are not any more.
    retired: Vec<PolicyLine>,
    /// Whether the one looking may propose changes.
    may_propose: bool,
    /// Whether the one looking may see the rest of the administration.
    in_administration: bool,
) -> AnyView {
    let propose = may_propose.then(|| {
        view! { <LinkButton href=PROPOSE kind=ButtonKind::Secondary>"Propose a policy"</LinkButton> }
    });
    let retired = (!retired.is_empty()).then(|| {
        view! {
            <section class="section stack" aria-labelledby="retired">
                <h2 id="retired">"Not in force any more"</h2>
                <PolicyTable caption="Not in force any more" when="Until" policies=retired />
            </section>
        }
    });
    view! {
        <div class="stack">
            <PageTitle
                title="Approval policies"
                crumbs=vec![Crumb::new("Administration", "/admin")]
                lede="Who has to agree before a model version is deployed, and what has to be shown. What one person proposes, another confirms."
            >
                {propose}
            </PageTitle>
            {in_administration.then(|| view! { <AdminTabs current=BASE /> })}
            <Waiting proposals=waiting />
            <Grid rows=grid />
            <section class="section stack" aria-labelledby="in-force">
                <h2 id="in-force">"In force"</h2>
                <PolicyTable caption="In force" when="Since" policies=in_force />
            </section>
            {retired}
        </div>
    }
    .into_any()
}

#[component]
fn Waiting(proposals: Vec<ProposalLine>) -> AnyView {
    let body = if proposals.is_empty() {
        view! { <p class="soft">"No proposal waits. "<a href=PROPOSALS>"All proposals"</a></p> }.into_any()
    } else {
        view! {
            <ProposalTable caption="Proposals that wait" proposals />
            <p><a href=PROPOSALS>"All proposals"</a></p>
        }
        .into_any()
    };
    view! {
        <section class="section stack" aria-labelledby="waiting">
            <h2 id="waiting">"Waiting for somebody else"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Grid(rows: Vec<GridRow>) -> AnyView {
    let gaps =
        rows.iter().flat_map(|row| &row.cells).filter(|cell| matches!(cell, Deciding::Nothing)).count();
    let notice = (gaps > 0).then(|| {
        let title = match gaps {
            1 => "In one place no policy decides.".to_owned(),
            gaps => format!("In {gaps} places no policy decides."),
        };
        view! { <Notice tone=Tone::Warn title>"The gate lets nothing through there. Propose a policy that names the environment and the tier."</Notice> }
    });
    let only = rows.len() == 1;
    let columns: Vec<Column> = std::iter::once(Column::new("Environment"))
        .chain(Tier::ALL.iter().map(|tier| Column::new(tier.label())))
        .collect();
    let rows = rows
        .into_iter()
        .map(|row| {
            let name = match row.environment {
                Some(name) => view! { <code>{name}</code> }.into_any(),
                None if only => "Every environment".into_any(),
                None => "All others".into_any(),
            };
            std::iter::once(name).chain(row.cells.into_iter().map(cell)).collect()
        })
        .collect();
    view! {
        <section class="section stack" aria-labelledby="where">
            <h2 id="where">"What decides where"</h2>
            {notice}
            <div class="policy-grid">
                <Table caption="Which policy decides, by environment and risk tier of the model" columns rows hide_caption=true />
            </div>
        </section>
    }
    .into_any()
}

fn cell(deciding: Deciding) -> AnyView {
    match deciding {
        Deciding::Named(title, href) => view! { <a href=href>{title}</a> }.into_any(),
        Deciding::Otherwise(title, href) => {
            view! { <span class="policy-otherwise"><a href=href>{title}</a>" "<span class="small soft">"as for all others"</span></span> }.into_any()
        }
        Deciding::Nothing => view! { <span class="policy-gap">"No policy"</span> }.into_any(),
    }
}

#[component]
fn PolicyTable(caption: &'static str, when: &'static str, policies: Vec<PolicyLine>) -> AnyView {
    let columns = ["Policy", "What it asks", "Version", when].map(Column::new).to_vec();
    let rows = policies
        .into_iter()
        .map(|policy| {
            vec![
                view! { <a href=policy.href>{policy.title}</a> }.into_any(),
                policy.description.into_any(),
                policy.version.into_any(),
                day(policy.at.date_naive()).into_any(),
            ]
        })
        .collect();
    view! {
        <div class="policy-list">
            <Table caption columns rows hide_caption=true empty="None: nothing may be deployed anywhere." />
        </div>
    }
    .into_any()
}
