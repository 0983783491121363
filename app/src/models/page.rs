//! One model: its versions and what was decided about them.

use leptos::prelude::*;

use super::list::DecisionBadge;
use crate::components::{Column, Crumb, Hash, PageTitle, Table};

/// A registered version.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// The version, as the registry calls it.
    pub version: String,
    /// The artefact's digest.
    pub digest: String,
    /// When it was registered.
    pub when: String,
}

/// A decision that a pipeline reported.
#[derive(Clone, Debug)]
pub struct ReportedDecision {
    /// The version.
    pub version: String,
    /// Where it may, or may not, be deployed.
    pub environment: String,
    /// Whether it may.
    pub approved: bool,
    /// Who decided.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// The run, when it has a web address.
    pub run_url: Option<String>,
    /// When it was decided.
    pub when: String,
    /// Its entry in the ledger, for those who may read it.
    pub entry: Option<String>,
}

/// A model.
#[component]
pub fn ModelPage(
    /// Its name.
    name: String,
    /// The team that owns it.
    team: String,
    /// Its versions, the newest first.
    versions: Vec<VersionLine>,
    /// What was reported, the newest first.
    decisions: Vec<ReportedDecision>,
) -> AnyView {
    let columns = ["Version", "Artefact", "Registered"].map(Column::new).to_vec();
    let rows = versions.into_iter().map(version_row).collect::<Vec<_>>();
    let decided = ["Version", "Environment", "Decision", "Decided by", "Why", "When", "Record"]
        .map(Column::new)
        .to_vec();
    let decisions = decisions.into_iter().map(decision_row).collect::<Vec<_>>();
    view! {
        <div class="stack">
            <PageTitle title=name over=team crumbs=vec![Crumb::new("Models", "/models")] />
            <section class="section">
                <h2>"Decisions"</h2>
                <Table
                    caption="Decisions that pipelines reported"
                    hide_caption=true
                    columns=decided
                    rows=decisions
                    empty="No decision was reported yet"
                />
            </section>
            <section class="section">
                <h2>"Versions"</h2>
                <Table caption="Versions" hide_caption=true columns rows empty="No version was registered yet" />
            </section>
        </div>
    }
    .into_any()
}

fn version_row(line: VersionLine) -> Vec<AnyView> {
    vec![line.version.into_any(), view! { <Hash value=line.digest /> }.into_any(), line.when.into_any()]
}

fn decision_row(line: ReportedDecision) -> Vec<AnyView> {
    let approved = line.approved;
    let run = line.run_url.map(|href| view! { <a href=href rel="noreferrer">"Run"</a> });
    let entry = line.entry.map(|href| view! { <a href=href>"Entry"</a> });
    vec![
        line.version.into_any(),
        line.environment.into_any(),
        view! { <DecisionBadge approved /> }.into_any(),
        line.decided_by.into_any(),
        line.reason.into_any(),
        line.when.into_any(),
        view! { <span class="cluster">{entry} {run}</span> }.into_any(),
    ]
}
