//! One dataset: its terms, which models saw it, what it was used for, what is wrong, where it went, its versions.

use std::collections::BTreeMap;

use assay_domain::datasets::{Dataset, Graph, Retention};
use chrono::NaiveDate;
use leptos::prelude::*;

use super::uses::{PurposeTable, SawTable, UseTable};
use super::{ClassificationBadge, DataTabs, Place, PurposeLine, SawLine, UseLine};
use crate::charts::LineageGraph;
use crate::components::{
    Button, ButtonKind, Card, Column, Crumb, Definition, DefinitionList, ErrorSummary, ErrorsByField, Field,
    FieldError, Hash, LinkButton, Notice, PageTitle, Table, Tone, day,
};
use crate::findings::{FindingLine, FindingTable};

/// A version of the dataset.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// What it is called.
    pub version: String,
    /// The digest of its content.
    pub digest: String,
    /// Where it can be found.
    pub location: Option<String>,
    /// When it was registered.
    pub when: String,
}

/// A version that is being registered.
#[derive(Clone, Debug, Default)]
pub struct VersionForm {
    /// What it is called.
    pub version: String,
    /// The digest of its content.
    pub digest: String,
    /// Where it can be found.
    pub location: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct DatasetView {
    /// Where it is shown.
    pub href: String,
    /// Its name and terms.
    pub terms: Dataset,
    /// What it holds.
    pub description: String,
    /// The team that answers for it: name and address.
    pub team: (String, String),
    /// Since when it is archived.
    pub archived: Option<String>,
    /// Today.
    pub today: NaiveDate,
    /// Its versions, the newest first.
    pub versions: Vec<VersionLine>,
    /// What it was used for.
    pub purposes: Vec<PurposeLine>,
    /// The versions of models that saw it.
    pub saw: Vec<SawLine>,
    /// The latest uses.
    pub uses: Vec<UseLine>,
    /// How many uses there are in all.
    pub all_uses: usize,
    /// Where all of them are, for those who may read the trail.
    pub trail: Option<String>,
    /// What is wrong with uses of it; absent for those who may not see findings.
    pub findings: Option<Vec<FindingLine>>,
    /// Where it went.
    pub graph: Graph,
    /// Pages of what is drawn, by the ids of its nodes.
    pub links: BTreeMap<String, String>,
    /// What the drawing leaves out.
    pub undrawn: Option<String>,
    /// Whether the visitor may change it.
    pub may_manage: bool,
    /// Where a use of it is recorded, for those who may.
    pub record: Option<String>,
}

/// One dataset.
#[component]
pub fn DatasetPage(
    /// Everything on it.
    data: DatasetView,
    /// The version that is being registered.
    form: VersionForm,
) -> AnyView {
    let crumbs = vec![Crumb::new("Data", "/datasets")];
    let title = data.terms.name.name.clone();
    let over = data.terms.name.namespace.clone();
    let lede = (!data.description.is_empty()).then(|| data.description.clone());
    let record = data
        .record
        .clone()
        .map(|href| view! { <LinkButton kind=ButtonKind::Secondary href>"Record a use"</LinkButton> });
    let edit = data.may_manage.then(|| {
        let href = format!("{}/edit", data.href);
        view! { <LinkButton kind=ButtonKind::Secondary href>"Edit"</LinkButton> }
    });
    let errors = form.errors.clone();
    view! {
        <div class="stack">
            <PageTitle title crumbs over lede>{record}{edit}</PageTitle>
            <DataTabs here=Place::Datasets />
            <ErrorSummary errors />
            <Warnings data=data.clone() />
            <div class="beside">
                <div class="stack">
                    <section class="section" id="models"><h2>"Which models saw it"</h2><SawTable saw=data.saw.clone() /></section>
                    <section class="section" id="purposes"><h2>"Use by purpose"</h2><PurposeTable purposes=data.purposes.clone() /></section>
                </div>
                <Terms data=data.clone() />
            </div>
            <Findings data=data.clone() />
            <Lineage data=data.clone() />
            <Uses data=data.clone() />
            <Versions data form />
        </div>
    }
    .into_any()
}

/// What somebody who wants to use it has to know first.
#[component]
fn Warnings(data: DatasetView) -> AnyView {
    let Dataset { classification, lawful_basis, exception, retention, .. } = &data.terms;
    let mut warnings: Vec<(Tone, &str, String)> = Vec::new();
    if let Some(since) = &data.archived {
        warnings.push((Tone::Warn, "Archived", format!("It may not be used any more, since {since}.")));
    }
    if classification.is_personal() && lawful_basis.is_none() {
        let words = "It is about people, and nothing says why it may be used: each use is a finding.";
        warnings.push((Tone::Warn, "No lawful basis", words.to_owned()));
    }
    let is_special = *classification == assay_domain::datasets::Classification::SpecialCategory;
    if is_special && exception.is_none() {
        let words = "It is of a special category, and no exception is named: each use is a finding.";
        warnings.push((Tone::Warn, "No exception", words.to_owned()));
    }
    if let Some(last) = retention.as_ref().and_then(Retention::last_day).filter(|last| *last < data.today) {
        let held = retention.as_ref().is_some_and(|retention| retention.legal_hold);
        let rest = if held { "A legal hold stops its deletion." } else { "It has to be deleted." };
        warnings.push((
            Tone::Bad,
            "Retention is over",
            format!("It could be used until {}. {rest}", day(last)),
        ));
    }
    warnings
        .into_iter()
        .map(|(tone, title, words)| view! { <Notice tone title>{words}</Notice> })
        .collect_view()
        .into_any()
}

#[component]
fn Terms(data: DatasetView) -> AnyView {
    let Dataset { classification, lawful_basis, exception, purposes, residency, retention, .. } = data.terms;
    let list = |words: Vec<String>| {
        view! { <ul class="plain-list">{words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()}</ul> }
    };
    let mut items = vec![
        Definition::new("Classification", view! { <ClassificationBadge classification /> }),
        Definition::new("Team", view! { <a href=data.team.1>{data.team.0}</a> }),
        Definition::new("Purposes", list(purposes.into_iter().collect())),
    ];
    if classification.is_personal() {
        let basis = lawful_basis.map_or("None named", |basis| basis.label());
        items.push(Definition::new("Lawful basis", basis));
    }
    items.extend(exception.map(|exception| Definition::new("Exception", exception.label())));
    let residency = match residency.is_empty() {
        true => "Anywhere".into_any(),
        false => list(residency.into_iter().collect()).into_any(),
    };
    items.push(Definition::new("Residency", residency));
    items.extend(kept(retention));
    view! { <Card title="Terms"><DefinitionList items /></Card> }.into_any()
}

fn kept(retention: Option<Retention>) -> Vec<Definition> {
    let Some(retention) = retention else { return vec![Definition::new("Retention", "Kept without end")] };
    let event = retention.counts_from.label().to_lowercase();
    let days = format!("{} days from: {event}", retention.days);
    let happened = match (retention.happened_on, retention.last_day()) {
        (Some(happened), Some(last)) => format!("{}, so until {}", day(happened), day(last)),
        (Some(happened), None) => day(happened),
        (None, _) => "Has not happened".to_owned(),
    };
    let hold = if retention.legal_hold { "Yes: nothing is deleted" } else { "No" };
    vec![
        Definition::new("Retention", days),
        Definition::new("Counting", happened),
        Definition::new("Legal hold", hold),
    ]
}

#[component]
fn Findings(data: DatasetView) -> AnyView {
    let Some(findings) = data.findings else { return ().into_any() };
    view! {
        <section class="section" id="findings">
            <h2>"Findings"</h2>
            <FindingTable findings with_subject=false empty="Every use was as it should be." />
        </section>
    }
    .into_any()
}

#[component]
fn Lineage(data: DatasetView) -> AnyView {
    if data.graph.nodes.is_empty() {
        return ().into_any();
    }
    let title = format!("Where {} went", data.terms.name);
    view! { <section class="section" id="lineage"><LineageGraph title summary=data.undrawn graph=data.graph links=data.links /></section> }
        .into_any()
}

#[component]
fn Uses(data: DatasetView) -> AnyView {
    let (shown, all) = (data.uses.len(), data.all_uses);
    let more = (shown < all).then(|| {
        let words = format!("The newest {shown} of {all}. ");
        let link = data.trail.map(|href| view! { <a href=href>"All of them in the audit trail"</a> });
        view! { <p class="small soft">{words}{link}</p> }
    });
    view! {
        <section class="section" id="uses">
            <h2>"Uses"</h2>
            <UseTable uses=data.uses empty="Nobody has used it yet, as far as anybody said." />
            {more}
        </section>
    }
    .into_any()
}

#[component]
fn Versions(data: DatasetView, form: VersionForm) -> AnyView {
    let columns = ["Version", "Digest", "Location", "Registered"].map(Column::new).to_vec();
    let rows = data.versions.into_iter().map(|line| {
        vec![
            line.version.into_any(),
            view! { <Hash value=line.digest /> }.into_any(),
            view! { <span class="break">{line.location.unwrap_or_else(|| "–".to_owned())}</span> }.into_any(),
            line.when.into_any(),
        ]
    });
    let rows = rows.collect();
    let add = (data.may_manage && data.archived.is_none()).then(|| {
        let action = format!("{}/versions", data.href);
        let (errors, open) = (form.errors.clone(), !form.errors.is_empty());
        view! {
            <details class="more" open=open>
                <summary>"Register a version"</summary>
                <form class="stack narrow" method="post" action=action>
                    <Field id="version" label="Version" hint="2026-10, or what the store calls it." value=form.version error=errors.at("version") required=true max_length=100 />
                    <Field id="digest" label="Digest" hint="sha256:…, md5:… (DVC), lakefs:… or snapshot:…" value=form.digest error=errors.at("digest") required=true max_length=100 />
                    <Field id="location" label="Location" hint="Where it can be found." value=form.location error=errors.at("location") optional_mark=true />
                    <Button kind=ButtonKind::Secondary>"Register the version"</Button>
                </form>
            </details>
        }
    });
    view! {
        <section class="section" id="versions">
            <h2>"Versions"</h2>
            <Table caption="Versions" hide_caption=true columns rows empty="No version was registered yet." />
            {add}
        </section>
    }
    .into_any()
}
