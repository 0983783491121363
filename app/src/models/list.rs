//! The models that somebody may see.

use leptos::prelude::*;

use crate::components::{Badge, Column, Empty, LinkButton, PageTitle, Table, Tone};

/// A model in the list.
#[derive(Clone, Debug)]
pub struct ModelLine {
    /// Its name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// The team that owns it.
    pub team: String,
    /// The newest version.
    pub version: String,
    /// What was decided last: where, and whether it was approved.
    pub latest: Option<(String, bool)>,
    /// When that was reported.
    pub when: String,
}

/// The models.
#[component]
pub fn ModelsPage(
    /// The models, by name.
    models: Vec<ModelLine>,
) -> AnyView {
    let body = if models.is_empty() {
        view! {
            <Empty title="No model yet">
                <p>
                    "A model appears here when a pipeline first reports a decision about it: with "
                    <code>"assay event"</code>
                    ", or with a plain HTTP request."
                </p>
                <LinkButton href="/api/docs">"How pipelines report"</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        let columns =
            ["Model", "Team", "Newest version", "Last decision", "Reported"].map(Column::new).to_vec();
        let rows = models.into_iter().map(row).collect::<Vec<_>>();
        view! { <Table caption="Models" hide_caption=true columns rows empty="No model yet" /> }.into_any()
    };
    view! {
        <div class="stack">
            <PageTitle
                title="Models"
                lede="What pipelines reported about the models of your teams, each report with its entry in the ledger."
            />
            {body}
        </div>
    }
    .into_any()
}

fn row(model: ModelLine) -> Vec<AnyView> {
    let latest = model.latest.map(|(environment, approved)| {
        view! { <span class="cluster"><DecisionBadge approved /> {environment}</span> }
    });
    vec![
        view! { <a href=model.href>{model.name}</a> }.into_any(),
        model.team.into_any(),
        model.version.into_any(),
        latest.into_any(),
        model.when.into_any(),
    ]
}

/// Whether a version was approved or rejected.
#[component]
pub(super) fn DecisionBadge(approved: bool) -> AnyView {
    let (tone, text) = if approved { (Tone::Good, "Approved") } else { (Tone::Bad, "Rejected") };
    view! { <Badge tone text /> }.into_any()
}
