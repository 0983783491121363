//! Tables of uses: one by one, by purpose, by the models that saw the data.

use assay_domain::datasets::Severity;
use leptos::prelude::*;

use super::{Link, SeverityBadge, grouped};
use crate::components::{Badge, Column, MaybeText, Table, Tone};

/// A use.
#[derive(Clone, Debug)]
pub struct UseLine {
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Who used it.
    pub who: String,
    /// What for.
    pub purpose: String,
    /// The version that it was used for.
    pub version: Option<Link>,
    /// The version of the dataset, or its digest.
    pub what: Option<String>,
    /// How many rows.
    pub rows: Option<u64>,
    /// What is wrong with it.
    pub findings: Vec<(Severity, Link)>,
    /// Its entry in the ledger.
    pub entry: Option<String>,
}

/// Uses for one purpose.
#[derive(Clone, Debug)]
pub struct PurposeLine {
    /// The purpose.
    pub purpose: String,
    /// Whether the terms allow it today.
    pub allowed: bool,
    /// How often.
    pub uses: u64,
    /// How many rows in all, where every use says how many.
    pub rows: Option<u64>,
    /// The first time.
    pub first: Option<String>,
    /// The last time.
    pub last: Option<String>,
}

/// A version of a model that saw the data.
#[derive(Clone, Debug)]
pub struct SawLine {
    /// The version.
    pub version: Link,
    /// The version that it was made from and that used the data.
    pub by_way_of: Option<String>,
    /// What for; empty where it is only declared.
    pub purposes: Vec<String>,
    /// The first and the last time, where it is on record.
    pub between: Option<(String, String)>,
    /// What it is declared to be made with: version and part.
    pub declared: Vec<String>,
}

/// Uses, one by one.
#[component]
pub(super) fn UseTable(uses: Vec<UseLine>, #[prop(into)] empty: MaybeText) -> AnyView {
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("Purpose"),
        Column::new("For"),
        Column::new("Version of the data"),
        Column::numeric("Rows"),
        Column::new("Findings"),
        Column::new("Record"),
    ];
    let rows = uses.into_iter().map(use_row).collect();
    view! { <Table caption="Uses, the newest first" hide_caption=true columns rows empty /> }.into_any()
}

fn use_row(line: UseLine) -> Vec<AnyView> {
    let findings = if line.findings.is_empty() {
        view! { <span class="soft">"None"</span> }.into_any()
    } else {
        let each = line.findings.into_iter().map(
            |(severity, link)| view! { <li class="cluster"><SeverityBadge severity />{link.view()}</li> },
        );
        view! { <ul class="data-findings">{each.collect_view()}</ul> }.into_any()
    };
    vec![
        view! { <time datetime=line.at>{line.when}</time> }.into_any(),
        view! { <span class="break">{line.who}</span> }.into_any(),
        line.purpose.into_any(),
        line.version.map_or_else(|| "–".into_any(), Link::view),
        view! { <span class="break">{line.what.unwrap_or_else(|| "Not said".to_owned())}</span> }.into_any(),
        line.rows.map_or_else(|| "–".to_owned(), grouped).into_any(),
        findings,
        line.entry.map(|href| view! { <a href=href>"Entry"</a> }).into_any(),
    ]
}

/// Uses by purpose, and purposes that nobody used it for.
#[component]
pub(super) fn PurposeTable(purposes: Vec<PurposeLine>) -> AnyView {
    let columns = vec![
        Column::new("Purpose"),
        Column::new("Allowed"),
        Column::numeric("Uses"),
        Column::numeric("Rows"),
        Column::new("First"),
        Column::new("Last"),
    ];
    let rows = purposes.into_iter().map(purpose_row).collect();
    view! { <Table caption="Uses by purpose" hide_caption=true columns rows empty="Nobody has used it yet." /> }
        .into_any()
}

fn purpose_row(line: PurposeLine) -> Vec<AnyView> {
    let (tone, text) = if line.allowed { (Tone::Good, "Allowed") } else { (Tone::Bad, "Not allowed") };
    let dash = || "–".to_owned();
    vec![
        line.purpose.into_any(),
        view! { <Badge tone text /> }.into_any(),
        grouped(line.uses).into_any(),
        line.rows.filter(|_| line.uses > 0).map_or_else(dash, grouped).into_any(),
        line.first.unwrap_or_else(dash).into_any(),
        line.last.unwrap_or_else(dash).into_any(),
    ]
}

/// The versions of models that saw the data.
#[component]
pub(super) fn SawTable(saw: Vec<SawLine>) -> AnyView {
    let columns = ["Model version", "How", "Purposes", "On record", "Declared"].map(Column::new).to_vec();
    let rows = saw.into_iter().map(saw_row).collect();
    view! { <Table caption="Which models saw it" hide_caption=true columns rows empty="No model has seen it, as far as anybody said." /> }
        .into_any()
}

fn saw_row(line: SawLine) -> Vec<AnyView> {
    let how = match line.by_way_of {
        Some(version) => format!("Made from {version}"),
        None => "Itself".to_owned(),
    };
    let between = line.between.map(|(first, last)| match first == last {
        true => first,
        false => format!("{first} to {last}"),
    });
    vec![
        line.version.view(),
        how.into_any(),
        if line.purposes.is_empty() { "–".to_owned() } else { line.purposes.join(", ") }.into_any(),
        between.unwrap_or_else(|| "No use recorded".to_owned()).into_any(),
        if line.declared.is_empty() { "No".to_owned() } else { line.declared.join(", ") }.into_any(),
    ]
}
