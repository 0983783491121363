//! Findings as a list.

use assay_domain::datasets::Severity;
use assay_domain::findings::{About, FindingKind};
use leptos::prelude::*;

use super::{StandingBadge, standing};
use crate::components::{
    Column, Field, Filters, InputKind, MaybeText, PageTitle, Pagination, Select, SelectOption, Table,
};
use crate::datasets::{DataTabs, Link, Place, SeverityBadge};

/// A finding in a list.
#[derive(Clone, Debug)]
pub struct FindingLine {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where it is shown.
    pub href: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what would be right.
    pub message: String,
    /// The state's name in the API.
    pub state: String,
    /// The last day of an accepted risk.
    pub until: Option<String>,
    /// The dataset, or what runs and where.
    pub subject: Link,
    /// The version that it was used for, or that runs.
    pub version: Option<String>,
    /// The team that works on it.
    pub team: String,
    /// When it was found, and for how long it was so where it is over.
    pub when: String,
    /// What was reported as over, in a word or two.
    pub reported: Option<&'static str>,
}

/// What the list is filtered by, as it was chosen.
#[derive(Clone, Debug, Default)]
pub struct FindingFilterForm {
    /// What they are about; empty for all.
    pub about: String,
    /// A state's name; empty for what is not settled; `all` for all.
    pub state: String,
    /// A kind's name.
    pub kind: String,
    /// A severity's name.
    pub severity: String,
    /// A team's short name.
    pub team: String,
    /// Those of a period: its first day.
    pub from: String,
    /// Its last day.
    pub to: String,
}

impl FindingFilterForm {
    /// Whether anything is filtered.
    pub fn is_active(&self) -> bool {
        let chosen = [&self.about, &self.state, &self.kind, &self.severity, &self.team, &self.from, &self.to];
        chosen.iter().any(|text| !text.is_empty())
    }
}

/// The findings.
#[component]
pub fn FindingsPage(
    /// The findings, the newest first.
    findings: Vec<FindingLine>,
    /// What they are filtered by.
    filter: FindingFilterForm,
    /// Teams to choose from: short name and name.
    teams: Vec<(String, String)>,
    /// Where the next ones are.
    next: Option<String>,
    /// Where the list begins, on its later pages.
    first: Option<String>,
) -> AnyView {
    let active = filter.is_active();
    let summary = match findings.len() {
        0 => None,
        1 => Some("1 finding".to_owned()),
        many => Some(format!("{many} findings, newest first")),
    };
    let empty = if active {
        "No finding fits this filter. Take something out of it, or show all."
    } else {
        "Nothing is open: data was used as it should be, and what runs was approved, or it was dealt with."
    };
    view! {
        <div class="stack">
            <PageTitle title="Findings" lede="Uses of data that break its terms, what runs past those who decide, and what monitors report." />
            <DataTabs here=Place::Findings />
            <FindingFilters filter teams active />
            <FindingTable findings with_subject=true empty />
            <Pagination label="Findings" first next summary />
        </div>
    }
    .into_any()
}

#[component]
fn FindingFilters(filter: FindingFilterForm, teams: Vec<(String, String)>, active: bool) -> AnyView {
    let any = |label: &str| SelectOption::new("", label);
    let state = |name: &str| SelectOption::new(name, standing(name).1);
    let states = vec![
        any("Not settled"),
        state("open"),
        state("in_work"),
        state("risk_accepted"),
        state("resolved"),
        SelectOption::new("all", "All"),
    ];
    let abouts = std::iter::once(any("All"))
        .chain(About::ALL.iter().map(|about| SelectOption::new(about.name(), about.label())))
        .collect();
    let kinds = std::iter::once(any("All"))
        .chain(FindingKind::ALL.iter().map(|kind| SelectOption::new(kind.name(), kind.label())))
        .collect();
    let severities = std::iter::once(any("All"))
        .chain(
            Severity::ALL.iter().rev().map(|severity| SelectOption::new(severity.name(), severity.label())),
        )
        .collect();
    let team = (teams.len() > 1).then(|| {
        let options = std::iter::once(any("All teams"))
            .chain(teams.into_iter().map(|(slug, name)| SelectOption::new(slug, name)))
            .collect();
        view! { <Select id="team" label="Team" options value=filter.team /> }
    });
    view! {
        <Filters action="/findings" active>
            <Select id="about" label="About" options=abouts value=filter.about />
            <Select id="state" label="State" options=states value=filter.state />
            <Select id="kind" label="What is wrong" options=kinds value=filter.kind />
            <Select id="severity" label="Severity" options=severities value=filter.severity />
            {team}
            <Field id="from" label="In the time from" kind=InputKind::Date value=filter.from />
            <Field id="to" label="to" kind=InputKind::Date value=filter.to />
        </Filters>
    }
    .into_any()
}

/// Findings as a table.
#[component]
pub(crate) fn FindingTable(
    findings: Vec<FindingLine>,
    with_subject: bool,
    #[prop(into)] empty: MaybeText,
) -> AnyView {
    let mut columns = vec![Column::new("What is wrong"), Column::new("Severity"), Column::new("State")];
    columns.extend(with_subject.then(|| Column::new("About")));
    columns.extend(["For", "Team", "Found"].map(Column::new));
    let rows = findings.into_iter().map(|line| row(line, with_subject)).collect();
    view! { <Table caption="Findings, the newest first" hide_caption=true columns rows empty /> }.into_any()
}

fn row(line: FindingLine, with_subject: bool) -> Vec<AnyView> {
    let what = Link::new(line.kind.label(), line.href).view();
    let until = line.until.map(|until| view! { <span class="small soft">{format!("until {until}")}</span> });
    let reported = line.reported.map(|words| view! { <span class="small soft">{words}</span> });
    let mut cells = vec![
        view! { <div class="finding-what">{what}<p class="small soft">{line.message}</p></div> }.into_any(),
        view! { <SeverityBadge severity=line.severity /> }.into_any(),
        view! { <span class="cluster"><StandingBadge state=line.state />{until}{reported}</span> }.into_any(),
    ];
    cells.extend(with_subject.then(|| line.subject.view()));
    cells.extend([
        view! { <span class="break">{line.version.unwrap_or_else(|| "–".to_owned())}</span> }.into_any(),
        line.team.into_any(),
        line.when.into_any(),
    ]);
    cells
}
