//! What waits for the visitor, and the requests that match the filter.

use leptos::prelude::*;

use super::state::{ApprovalBadge, ApprovalState};
use crate::components::{
    Badge, Column, Empty, ErrorSummary, ErrorsByField, Field, FieldError, Filters, LinkButton, PageTitle,
    Pagination, Select, SelectOption, Table, Tone,
};

/// A request in the list.
#[derive(Clone, Debug)]
pub struct ApprovalLine {
    /// The model and its version.
    pub what: String,
    /// Where it is shown.
    pub href: String,
    /// Where it is to be deployed.
    pub environment: String,
    /// The team that owns the model.
    pub team: String,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who asked, and when.
    pub asked: String,
    /// Until when, or since when.
    pub time: String,
    /// How far the decisions are: "2 of 4".
    pub progress: String,
    /// What waits for the visitor: how it is meant, and in words.
    pub waits: Vec<(Tone, String)>,
}

/// What the list is narrowed down to.
#[derive(Clone, Debug, Default)]
pub struct ApprovalsFilter {
    /// The state's name.
    pub state: String,
    /// The team's short name.
    pub team: String,
    /// The model's name.
    pub model: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct ApprovalsView {
    /// What waits for the visitor; nothing on later pages and where a filter is set.
    pub waiting: Vec<ApprovalLine>,
    /// What else is open; nothing on later pages and where a filter is set.
    pub open: Vec<ApprovalLine>,
    /// The requests, the newest first.
    pub lines: Vec<ApprovalLine>,
    /// The teams to choose from: short name and name.
    pub teams: Vec<SelectOption>,
    /// The filter.
    pub filter: ApprovalsFilter,
    /// The next page.
    pub next: Option<String>,
    /// The first page, where this is another.
    pub first: Option<String>,
    /// Whether the visitor could decide anything at all.
    pub decides: bool,
}

/// The requests.
#[component]
pub fn ApprovalsPage(
    /// What is shown.
    view: ApprovalsView,
) -> AnyView {
    let ApprovalsView { waiting, open, lines, teams, filter, next, first, decides } = view;
    let active = [&filter.state, &filter.team, &filter.model].iter().any(|text| !text.is_empty());
    let nothing = lines.is_empty() && !active && first.is_none();
    let mine = (decides && !active && first.is_none()).then(|| view! { <Mine lines=waiting /> });
    let open = (!open.is_empty()).then(|| view! { <Open lines=open /> });
    let body = if nothing {
        view! {
            <Empty title="Nobody has asked for an approval yet">
                <p>"An approval is asked for on the page of a model's version, or by a pipeline. It appears here for those who decide."</p>
                <LinkButton href="/models">"Models"</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        view! { <All lines filter active teams next first /> }.into_any()
    };
    view! {
        <div class="stack">
            <PageTitle
                title="Approvals"
                lede="Decisions by the right people about an exact state of a model. If that changes, so does what was decided."
            />
            {mine}
            {open}
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Mine(lines: Vec<ApprovalLine>) -> AnyView {
    let body = if lines.is_empty() {
        view! { <p class="soft">"Nothing waits for you."</p> }.into_any()
    } else {
        let rows = lines
            .into_iter()
            .map(|line| {
                let waits = line
                    .waits
                    .into_iter()
                    .map(|(tone, text)| view! { <Badge tone text /> })
                    .collect_view();
                view! {
                    <li class="task">
                        <span class="task-label"><a href=line.href>{line.what}" for "{line.environment}</a></span>
                        <div class="task-hint"><span>{line.asked}". "{line.time}</span></div>
                        <span class="task-state cluster">{waits}</span>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="tasks">{rows}</ul> }.into_any()
    };
    view! { <section class="section"><h2>"Waiting for you"</h2>{body}</section> }.into_any()
}

#[component]
fn Open(lines: Vec<ApprovalLine>) -> AnyView {
    let rows = lines.into_iter().map(row).collect::<Vec<_>>();
    view! {
        <section class="section">
            <h2>"Open"</h2>
            <Table caption="Open requests" hide_caption=true columns=columns() rows />
        </section>
    }
    .into_any()
}

fn columns() -> Vec<Column> {
    ["Version", "Environment", "State", "Decisions", "Asked", "Time"].map(Column::new).to_vec()
}

#[component]
fn All(
    lines: Vec<ApprovalLine>,
    filter: ApprovalsFilter,
    active: bool,
    teams: Vec<SelectOption>,
    next: Option<String>,
    first: Option<String>,
) -> AnyView {
    let states = std::iter::once(SelectOption::new("", "Any"))
        .chain(ApprovalState::ALL.map(|state| SelectOption::new(state.name, state.label)))
        .collect();
    let teams = std::iter::once(SelectOption::new("", "All that I see")).chain(teams).collect();
    let rows = lines.into_iter().map(row).collect::<Vec<_>>();
    let errors = filter.errors.clone();
    let at = move |field: &str| errors.at(field);
    view! {
        <section class="section">
            <h2>"All requests"</h2>
            <ErrorSummary errors=filter.errors.clone() />
            <Filters action="/approvals" active>
                <Select id="state" label="State" options=states value=filter.state.clone() error=at("state") />
                <Select id="team" label="Team" options=teams value=filter.team.clone() error=at("team") />
                <Field id="model" label="Model" value=filter.model.clone() error=at("model") />
            </Filters>
            <Table caption="Approval requests, the newest first" hide_caption=true columns=columns() rows empty="No request is like this." />
            <Pagination label="Pages of requests" first next />
        </section>
    }
    .into_any()
}

fn row(line: ApprovalLine) -> Vec<AnyView> {
    let state = line.state;
    let waits = line.waits.into_iter().map(|(tone, text)| view! { <Badge tone text /> }).collect_view();
    vec![
        view! { <a href=line.href>{line.what}</a><br /><span class="small soft">{line.team}</span> }
            .into_any(),
        line.environment.into_any(),
        view! { <span class="cluster"><ApprovalBadge state />{waits}</span> }.into_any(),
        line.progress.into_any(),
        line.asked.into_any(),
        line.time.into_any(),
    ]
}
