//! One version: its artefact, where it comes from, what is shown for it, what it was made with and where it ran.

use std::collections::BTreeMap;

use assay_domain::datasets::Graph;
use assay_domain::models::Tier;
use leptos::prelude::*;

use super::TierMark;
use super::decisions::{Decisions, ReportedDecision};
use super::version_edit::ContributingNotice;
use super::version_parts::{
    DataChoice, DataForm, DataLine, DataSection, DeploymentForm, DeploymentLine, DeploymentSection,
    EvidenceForm, EvidenceLine, EvidenceSection,
};
use crate::charts::LineageGraph;
use crate::components::{
    Button, ButtonKind, Card, Crumb, Definition, DefinitionList, ErrorSummary, FieldError, Hash, LinkButton,
    Notice, PageTitle, Select, SelectOption, Textarea,
};

/// A name with its page.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it is called.
    pub label: String,
    /// Where it is shown; absent for what the visitor may not open.
    pub href: Option<String>,
}

impl Place {
    fn view(self) -> AnyView {
        match self.href {
            Some(href) => view! { <a href=href>{self.label}</a> }.into_any(),
            None => self.label.into_any(),
        }
    }
}

/// All that the page shows of its own room.
#[derive(Clone, Debug)]
pub struct VersionView {
    /// The model's name.
    pub model: String,
    /// Where the model is shown.
    pub model_href: String,
    /// The version.
    pub version: String,
    /// Where it is shown.
    pub href: String,
    /// The team that owns the model.
    pub team: String,
    /// The model's risk tier.
    pub tier: Option<Tier>,
    /// Whether the model is out of use.
    pub archived: bool,
    /// The artefact's digest.
    pub digest: String,
    /// When it was registered, and by whom.
    pub registered: String,
    /// The run of the training.
    pub run: Option<String>,
    /// The commit that was built.
    pub commit: Option<String>,
    /// The version that it was made from.
    pub parent: Option<Place>,
    /// Where its model card is.
    pub card_url: Option<String>,
    /// Who made it.
    pub authors: Vec<String>,
    /// Whose commits are in it.
    pub committers: Vec<String>,
    /// Who contributed to it, and how.
    pub contributors: Vec<String>,
    /// In which steps whoever contributes cannot decide, and who is left for them.
    pub warnings: Vec<String>,
    /// What waits to be confirmed about who made it, each with its page.
    pub waiting: Vec<(String, String)>,
    /// The entries that the visitor may say are wrong: key and words.
    pub wrong: Vec<(String, String)>,
    /// Measures by name.
    pub metrics: Vec<(String, String)>,
    /// Where it comes from and where it went, laid out.
    pub graph: Graph,
    /// The graph's node of this version.
    pub node: String,
    /// Pages of the graph's nodes.
    pub links: BTreeMap<String, String>,
    /// What is shown for it.
    pub evidence: Vec<EvidenceLine>,
    /// What it declares to be made with.
    pub data: Vec<DataLine>,
    /// What it could declare.
    pub data_choices: Vec<DataChoice>,
    /// Where it ran.
    pub deployments: Vec<DeploymentLine>,
    /// What pipelines reported about it.
    pub decisions: Vec<ReportedDecision>,
    /// Whether the visitor may change it.
    pub may_change: bool,
}

/// One version of a model.
#[component]
pub fn VersionPage(
    /// The version.
    version: VersionView,
    /// The evidence that was typed.
    evidence: EvidenceForm,
    /// The data that was typed.
    data: DataForm,
    /// The deployment that was typed.
    deployment: DeploymentForm,
    /// Requests for approval and the gate's answer, from the room of approvals; nothing while there is nothing to say.
    approvals: Option<AnyView>,
    /// Uses of data that are on record, from the room of datasets.
    used: AnyView,
) -> AnyView {
    let view = version;
    let crumbs =
        vec![Crumb::new("Models", "/models"), Crumb::new(view.model.clone(), view.model_href.clone())];
    let errors: Vec<FieldError> =
        [&evidence.errors, &data.errors, &deployment.errors].into_iter().flatten().cloned().collect();
    let may_change = view.may_change && !view.archived;
    let edit = may_change.then(|| {
        view! { <LinkButton href=format!("{}/edit", view.href) kind=ButtonKind::Secondary>"Edit"</LinkButton> }
    });
    let archived = view.archived.then(|| {
        view! { <Notice title="Out of use">"The model was taken out of use, so this version takes nothing new."</Notice> }
    });
    let href = view.href.clone();
    let facts = view.clone();
    let warnings = if may_change { view.warnings } else { Vec::new() };
    view! {
        <div class="stack">
            <PageTitle title=format!("{} {}", view.model, view.version) over=view.team.clone() crumbs>{edit}</PageTitle>
            <ErrorSummary errors />
            {archived}
            <WaitingNotice waiting=view.waiting />
            <ApprovalsSlot approvals />
            <div class="beside">
                <Facts view=facts />
                <Measures metrics=view.metrics />
            </div>
            <WrongEntry href=view.href.clone() entries=view.wrong />
            <Lineage model=view.model.clone() version=view.version.clone() graph=view.graph node=view.node links=view.links />
            <ContributingNotice warnings />
            <EvidenceSection href=href.clone() evidence=view.evidence may_change form=evidence />
            <DataSection href=href.clone() data=view.data choices=view.data_choices may_change form=data />
            {used}
            <DeploymentSection href deployments=view.deployments may_change form=deployment />
            <section class="section stack-small" aria-labelledby="decisions">
                <h2 id="decisions">"Decisions reported by pipelines"</h2>
                <Decisions decisions=view.decisions one_version=true />
            </section>
        </div>
    }
    .into_any()
}

/// What somebody has to confirm before it counts.
#[component]
fn WaitingNotice(waiting: Vec<(String, String)>) -> AnyView {
    if waiting.is_empty() {
        return ().into_any();
    }
    let lines = waiting
        .into_iter()
        .map(|(what, href)| view! { <li>{what}": "<a href=href>"not confirmed yet"</a></li> });
    view! {
        <Notice title="Waiting for confirmation">
            <ul>{lines.collect_view()}</ul>
            <p>"Until then an open request waits at the steps that they decided in, and an approval goes on for seven days."</p>
        </Notice>
    }
    .into_any()
}

/// Takes somebody off who was named wrongly.
#[component]
fn WrongEntry(href: String, entries: Vec<(String, String)>) -> AnyView {
    if entries.is_empty() {
        return ().into_any();
    }
    let options = entries.into_iter().map(|(key, words)| SelectOption::new(key, words)).collect::<Vec<_>>();
    view! {
        <details class="more">
            <summary>"Somebody was named wrongly"</summary>
            <form class="stack" method="post" action=format!("{href}/wrong-people")>
                <Select id="entry" label="Who" options required=true />
                <Textarea id="wrong-reason" name="reason" label="Why the entry is wrong" rows=2 required=true />
                <Button kind=ButtonKind::Secondary>"Take it off"</Button>
            </form>
        </details>
    }
    .into_any()
}

/// Where the room of approvals shows its requests and what the gate says.
#[component]
fn ApprovalsSlot(approvals: Option<AnyView>) -> AnyView {
    approvals.map(|approvals| view! { <div class="stack" id="approvals">{approvals}</div> }).into_any()
}

#[component]
fn Facts(view: VersionView) -> AnyView {
    let unknown = || view! { <span class="soft">"Not recorded"</span> }.into_any();
    let text = |text: Option<String>| text.map_or_else(unknown, IntoAny::into_any);
    let people = |people: Vec<String>| {
        if people.is_empty() { unknown() } else { people.join(", ").into_any() }
    };
    let card = view.card_url.map(|href| view! { <a href=href rel="noreferrer">"Model card"</a> }.into_any());
    let commit = view.commit.map(|commit| view! { <Hash value=commit /> }.into_any());
    let items = vec![
        Definition::new("Artefact", view! { <Hash value=view.digest full=true /> }),
        Definition::new("Risk tier", view! { <TierMark tier=view.tier /> }),
        Definition::new("Registered", view.registered),
        Definition { term: "Run".to_owned(), value: text(view.run) },
        Definition { term: "Commit".to_owned(), value: commit.unwrap_or_else(unknown) },
        Definition { term: "Made from".to_owned(), value: view.parent.map_or_else(unknown, Place::view) },
        Definition { term: "Authors".to_owned(), value: people(view.authors) },
        Definition { term: "Committers".to_owned(), value: people(view.committers) },
        Definition { term: "Contributors".to_owned(), value: people(view.contributors) },
        Definition { term: "Model card".to_owned(), value: card.unwrap_or_else(unknown) },
    ];
    view! { <DefinitionList items /> }.into_any()
}

#[component]
fn Measures(metrics: Vec<(String, String)>) -> AnyView {
    if metrics.is_empty() {
        return view! { <Card title="Measures"><p class="soft">"None were recorded."</p></Card> }.into_any();
    }
    let rows = metrics
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <Card title="Measures"><dl class="measures">{rows}</dl></Card> }.into_any()
}

#[component]
fn Lineage(
    model: String,
    version: String,
    graph: Graph,
    node: String,
    links: BTreeMap<String, String>,
) -> AnyView {
    let alone = graph.edges.is_empty();
    let picture = if alone {
        view! { <p class="soft">"Nothing is recorded of where it comes from or where it ran."</p> }.into_any()
    } else {
        let title = format!("How {model} {version} came to be");
        let summary = "From what it was made with, on the left, to where it runs, on the right.";
        view! { <LineageGraph title summary graph current=node links /> }.into_any()
    };
    view! {
        <section class="section stack-small" aria-labelledby="lineage">
            <h2 id="lineage">"Lineage"</h2>
            {picture}
        </section>
    }
    .into_any()
}
