//! The datasets that somebody may see.

use assay_domain::datasets::Classification;
use leptos::prelude::*;

use super::{ClassificationBadge, DataTabs, Place, grouped};
use crate::components::{
    Badge, ButtonKind, Column, Empty, Field, Filters, InputKind, LinkButton, PageTitle, Pagination, Select,
    SelectOption, Table, Tone,
};

/// A dataset in the list.
#[derive(Clone, Debug)]
pub struct DatasetLine {
    /// Namespace and name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// The team that answers for it.
    pub team: String,
    /// Whom it concerns.
    pub classification: Classification,
    /// How often it was used.
    pub uses: u64,
    /// When it was used last.
    pub last_used: Option<String>,
    /// Findings that are open or in work.
    pub findings: u64,
}

/// What the list is filtered by, as it was chosen.
#[derive(Clone, Debug, Default)]
pub struct DatasetFilterForm {
    /// Text in name or description.
    pub q: String,
    /// A team's short name.
    pub team: String,
    /// A classification's name.
    pub classification: String,
    /// `open` for those with findings only.
    pub findings: String,
    /// `archived` for those instead.
    pub state: String,
}

impl DatasetFilterForm {
    /// Whether anything is filtered.
    pub fn is_active(&self) -> bool {
        [&self.q, &self.team, &self.classification, &self.findings, &self.state]
            .iter()
            .any(|text| !text.is_empty())
    }
}

/// The datasets.
#[component]
pub fn DatasetsPage(
    /// The datasets, by name.
    datasets: Vec<DatasetLine>,
    /// What they are filtered by.
    filter: DatasetFilterForm,
    /// Teams to choose from: short name and name.
    teams: Vec<(String, String)>,
    /// Whether the visitor may register one.
    may_register: bool,
    /// Whether the visitor may record a use.
    may_record: bool,
    /// Where the next ones are.
    next: Option<String>,
    /// Where the list begins, on its later pages.
    first: Option<String>,
) -> AnyView {
    let active = filter.is_active();
    let is_start = datasets.is_empty() && !active && first.is_none();
    let register = move |kind| {
        may_register
            .then(|| view! { <LinkButton kind href="/datasets/new">"Register a dataset"</LinkButton> })
    };
    let body = if is_start {
        view! {
            <Empty title="No dataset yet">
                <p>
                    "A dataset is registered with the purposes that it may be used for. Pipelines then report what they use: "
                    <code>"assay data-usage"</code>
                    "."
                </p>
                {register(ButtonKind::Primary)}
            </Empty>
        }
        .into_any()
    } else {
        let summary = match datasets.len() {
            1 => "1 dataset".to_owned(),
            many => format!("{many} datasets"),
        };
        view! {
            <DatasetFilters filter teams active />
            <List datasets active />
            <Pagination label="Datasets" first next summary />
        }
        .into_any()
    };
    let record =
        may_record.then(|| view! { <LinkButton kind=ButtonKind::Secondary href="/datasets/record">"Record a use"</LinkButton> });
    let head = (!is_start).then(|| register(ButtonKind::Primary));
    view! {
        <div class="stack">
            <PageTitle title="Data" lede="What may be used for what, and what was.">{record}{head}</PageTitle>
            <DataTabs here=Place::Datasets />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn DatasetFilters(filter: DatasetFilterForm, teams: Vec<(String, String)>, active: bool) -> AnyView {
    let any = |label: &str| SelectOption::new("", label);
    let classes = std::iter::once(any("All"))
        .chain(Classification::ALL.iter().map(|one| SelectOption::new(one.name(), one.label())))
        .collect::<Vec<_>>();
    let team = (teams.len() > 1).then(|| {
        let options = std::iter::once(any("All teams"))
            .chain(teams.into_iter().map(|(slug, name)| SelectOption::new(slug, name)))
            .collect::<Vec<_>>();
        view! { <Select id="team" label="Team" options value=filter.team /> }
    });
    let findings = vec![any("All"), SelectOption::new("open", "With open findings")];
    let states = vec![any("In use"), SelectOption::new("archived", "Archived")];
    view! {
        <Filters action="/datasets" active>
            <Field id="q" label="Contains" kind=InputKind::Search value=filter.q />
            {team}
            <Select id="classification" label="Classification" options=classes value=filter.classification />
            <Select id="findings" label="Findings" options=findings value=filter.findings />
            <Select id="state" label="State" options=states value=filter.state />
        </Filters>
    }
    .into_any()
}

#[component]
fn List(datasets: Vec<DatasetLine>, active: bool) -> AnyView {
    let columns = vec![
        Column::new("Dataset"),
        Column::new("Team"),
        Column::new("Classification"),
        Column::numeric("Uses"),
        Column::new("Last used"),
        Column::new("Findings"),
    ];
    let rows = datasets.into_iter().map(row).collect();
    let empty = if active {
        "No dataset fits this filter. Take something out of it, or show all."
    } else {
        "There are no more."
    };
    view! { <Table caption="Datasets" hide_caption=true columns rows empty /> }.into_any()
}

fn row(line: DatasetLine) -> Vec<AnyView> {
    let findings = match line.findings {
        0 => view! { <span class="soft">"None open"</span> }.into_any(),
        count => view! { <Badge tone=Tone::Bad text=format!("{count} open") /> }.into_any(),
    };
    vec![
        view! { <a class="break" href=line.href>{line.name}</a> }.into_any(),
        line.team.into_any(),
        view! { <ClassificationBadge classification=line.classification /> }.into_any(),
        grouped(line.uses).into_any(),
        line.last_used.unwrap_or_else(|| "Never".to_owned()).into_any(),
        findings,
    ]
}
