//! What pipelines reported.

use leptos::prelude::*;

use crate::components::{Badge, Column, Table, Tone};

/// A decision that a pipeline reported.
#[derive(Clone, Debug)]
pub struct ReportedDecision {
    /// The version, with its page.
    pub version: (String, String),
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

/// Whether a version was approved or rejected.
#[component]
pub(super) fn DecisionBadge(approved: bool) -> AnyView {
    let (tone, text) = if approved { (Tone::Good, "Approved") } else { (Tone::Bad, "Rejected") };
    view! { <Badge tone text /> }.into_any()
}

/// The decisions, the newest first.
#[component]
pub(super) fn Decisions(
    decisions: Vec<ReportedDecision>,
    /// Whether they are about one version only, whose name then goes without saying.
    #[prop(optional)]
    one_version: bool,
) -> AnyView {
    let first = if one_version { "Environment" } else { "Version" };
    let mut heads = vec![first];
    heads.extend((!one_version).then_some("Environment"));
    heads.extend(["Decision", "Decided by", "Why", "When", "Record"]);
    let columns = heads.into_iter().map(Column::new).collect();
    let rows = decisions.into_iter().map(|line| row(line, one_version)).collect();
    view! {
        <Table
            caption="Decisions that pipelines reported"
            hide_caption=true
            columns
            rows
            empty="No pipeline has reported a decision yet."
        />
    }
    .into_any()
}

fn row(line: ReportedDecision, one_version: bool) -> Vec<AnyView> {
    let (version, href) = line.version;
    let approved = line.approved;
    let run = line.run_url.map(|href| view! { <a href=href rel="noreferrer">"Run"</a> });
    let entry = line.entry.map(|href| view! { <a href=href>"Entry"</a> });
    let mut cells = Vec::new();
    cells.extend((!one_version).then(|| view! { <a href=href>{version}</a> }.into_any()));
    cells.extend([
        line.environment.into_any(),
        view! { <DecisionBadge approved /> }.into_any(),
        line.decided_by.into_any(),
        line.reason.into_any(),
        line.when.into_any(),
        view! { <span class="cluster">{entry} {run}</span> }.into_any(),
    ]);
    cells
}
