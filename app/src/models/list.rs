//! The models that somebody may see.

use assay_domain::models::Tier;
use leptos::prelude::*;

use super::TierMark;
use super::decisions::DecisionBadge;
use crate::components::{
    Badge, ButtonKind, Column, Empty, ErrorSummary, ErrorsByField, Field, FieldError, Filters, InputKind,
    LinkButton, PageTitle, Pagination, Select, SelectOption, Table, Tone,
};

/// A model in the list.
#[derive(Clone, Debug)]
pub struct ModelLine {
    /// Its name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// The team that owns it.
    pub team: String,
    /// How much harm it can do.
    pub tier: Option<Tier>,
    /// The newest version, with its page.
    pub version: Option<(String, String)>,
    /// Where versions of it run.
    pub runs_in: Vec<String>,
    /// What was reported last: where, and whether it was approved.
    pub latest: Option<(String, bool)>,
}

/// What the list is narrowed down by, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct ModelFilters {
    /// Text in name or purpose.
    pub q: String,
    /// A team's short name.
    pub team: String,
    /// A tier's name, or `none`.
    pub tier: String,
    /// `yes`, `no` or nothing.
    pub deployed: String,
    /// `yes` for those out of use.
    pub archived: String,
    /// Whether anything is narrowed down.
    pub active: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The models.
#[component]
pub fn ModelsPage(
    /// The models, by name.
    models: Vec<ModelLine>,
    /// What they are narrowed down by.
    filters: ModelFilters,
    /// The teams to choose from, by short name.
    teams: Vec<SelectOption>,
    /// The next page of the list.
    next: Option<String>,
    /// The first page, where this is another.
    first: Option<String>,
    /// Whether the visitor may register models.
    may_register: bool,
) -> AnyView {
    let errors = filters.errors.clone();
    let nothing_at_all = models.is_empty() && !filters.active && first.is_none();
    let register =
        may_register.then(|| view! { <LinkButton href="/models/new">"Register a model"</LinkButton> });
    let body = if nothing_at_all {
        view! { <NoModels may_register /> }.into_any()
    } else {
        let columns = ["Model", "Team", "Risk tier", "Newest version", "Runs in", "Last decision"];
        let columns = columns.map(Column::new).to_vec();
        let rows = models.into_iter().map(row).collect::<Vec<_>>();
        view! {
            <ModelFiltering filters teams />
            <Table caption="Models" hide_caption=true columns rows empty="No model is like that." />
            <Pagination label="Models" first next />
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <PageTitle
                title="Models"
                lede="What your teams built, what it is for, how much harm it can do, and what of it runs where."
            >
                {(!nothing_at_all).then(|| view! { <LinkButton href="/gate" kind=ButtonKind::Secondary>"Ask the gate"</LinkButton> })}
                {register.filter(|_| !nothing_at_all)}
            </PageTitle>
            <ErrorSummary errors />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn NoModels(may_register: bool) -> AnyView {
    let register =
        may_register.then(|| view! { <p><LinkButton href="/models/new">"Register a model"</LinkButton></p> });
    view! {
        <Empty title="No model yet">
            <p>
                "A model appears here when somebody registers it, or when a pipeline first reports a decision about it: with "
                <code>"assay event"</code> ", or with a plain HTTP request."
            </p>
            {register}
            <p class="cluster">
                <a href="/api/docs">"How pipelines report"</a>
                <a href="/models?archived=yes">"Models out of use"</a>
            </p>
        </Empty>
    }
    .into_any()
}

#[component]
fn ModelFiltering(filters: ModelFilters, teams: Vec<SelectOption>) -> AnyView {
    let errors = filters.errors;
    let any = |label: &str| SelectOption::new("", label);
    let tiers = Tier::ALL.iter().map(|tier| SelectOption::new(tier.name(), tier.label()));
    let tiers = std::iter::once(any("All tiers"))
        .chain(tiers)
        .chain([SelectOption::new("none", "Not classified")])
        .collect::<Vec<_>>();
    let deployed = vec![
        any("Running or not"),
        SelectOption::new("yes", "Running somewhere"),
        SelectOption::new("no", "Running nowhere"),
    ];
    let archived = vec![any("In use"), SelectOption::new("yes", "Out of use")];
    let team = (teams.len() > 1).then(|| {
        let options = std::iter::once(any("All teams")).chain(teams).collect::<Vec<_>>();
        view! { <Select id="team" label="Team" options value=filters.team error=errors.at("team") /> }
    });
    view! {
        <Filters action="/models" active=filters.active>
            <Field id="q" label="Name or purpose" kind=InputKind::Search value=filters.q error=errors.at("q") />
            {team}
            <Select id="tier" label="Risk tier" options=tiers value=filters.tier error=errors.at("tier") />
            <Select id="deployed" label="Running" options=deployed value=filters.deployed error=errors.at("deployed") />
            <Select id="archived" label="Use" options=archived value=filters.archived error=errors.at("archived") />
        </Filters>
    }
    .into_any()
}

fn or_none_yet(shown: Option<AnyView>) -> AnyView {
    shown.unwrap_or_else(|| view! { <span class="soft">"None yet"</span> }.into_any())
}

fn row(model: ModelLine) -> Vec<AnyView> {
    let latest = model.latest.map(|(environment, approved)| {
        view! { <span class="cluster"><DecisionBadge approved /> {environment}</span> }
    });
    let version = model.version.map(|(version, href)| view! { <a href=href>{version}</a> });
    vec![
        view! { <a href=model.href>{model.name}</a> }.into_any(),
        model.team.into_any(),
        view! { <TierMark tier=model.tier /> }.into_any(),
        or_none_yet(version.map(IntoAny::into_any)),
        environments(model.runs_in),
        or_none_yet(latest.map(IntoAny::into_any)),
    ]
}

/// Where something runs, one badge each.
pub(super) fn environments(names: Vec<String>) -> AnyView {
    if names.is_empty() {
        return view! { <span class="soft">"Nowhere"</span> }.into_any();
    }
    let badges = names.into_iter().map(|text| view! { <Badge tone=Tone::Good text /> }).collect_view();
    view! { <span class="cluster">{badges}</span> }.into_any()
}
