//! What a version of a model was trained on: a piece of the version's own page.

use assay_domain::datasets::Classification;
use leptos::prelude::*;

use super::{ClassificationBadge, Link};
use crate::components::{Badge, Column, Hash, Table, Tone};

/// A dataset that was used, as it is on record.
#[derive(Clone, Debug)]
pub struct UsedLine {
    /// The dataset.
    pub dataset: Link,
    /// How it is classified; absent where it is not registered.
    pub classification: Option<Classification>,
    /// What for.
    pub purposes: Vec<String>,
    /// The version that used it, where this one was made from that.
    pub by_way_of: Option<String>,
    /// The digests of what was used.
    pub digests: Vec<String>,
}

/// A dataset that is declared.
#[derive(Clone, Debug)]
pub struct DeclaredLine {
    /// The dataset.
    pub dataset: Link,
    /// How it is classified.
    pub classification: Classification,
    /// The version of it.
    pub version: String,
    /// The digest of that.
    pub digest: String,
    /// `training` or `evaluation`.
    pub used_for: String,
}

/// What a version was trained on, declared and on record.
#[derive(Clone, Debug, Default)]
pub struct TrainedOnView {
    /// What is declared: what an approval binds to.
    pub declared: Vec<DeclaredLine>,
    /// What is on record.
    pub used: Vec<UsedLine>,
}

/// What a version was trained on, as two tables under headings of the third level.
#[component]
pub fn TrainedOn(
    /// What is declared and on record.
    data: TrainedOnView,
) -> AnyView {
    let columns = ["Dataset", "Classification", "Version", "Digest", "Part"].map(Column::new).to_vec();
    let declared = data.declared.into_iter().map(declared_row).collect();
    view! {
        <div class="stack">
            <h3>"Declared"</h3>
            <Table caption="Datasets that the version is declared to be made with" hide_caption=true columns rows=declared empty="Nothing is declared." />
            <h3>"On record"</h3>
            <UsedTable used=data.used />
        </div>
    }
    .into_any()
}

/// The uses of data for a version and for what it was made from, beside what the version declares.
#[component]
pub fn UsedForVersion(
    /// What is on record.
    used: Vec<UsedLine>,
) -> AnyView {
    view! {
        <section class="section stack-small" aria-labelledby="used-head">
            <h2 id="used-head">"Data whose use is on record"</h2>
            <UsedTable used />
        </section>
    }
    .into_any()
}

#[component]
fn UsedTable(used: Vec<UsedLine>) -> AnyView {
    let columns = ["Dataset", "Classification", "Purposes", "How", "Digests"].map(Column::new).to_vec();
    let rows = used.into_iter().map(used_row).collect();
    view! { <Table caption="Datasets whose use for the version is on record" hide_caption=true columns rows empty="No use of data is on record." /> }
        .into_any()
}

fn declared_row(line: DeclaredLine) -> Vec<AnyView> {
    vec![
        line.dataset.view(),
        view! { <ClassificationBadge classification=line.classification /> }.into_any(),
        line.version.into_any(),
        view! { <Hash value=line.digest /> }.into_any(),
        line.used_for.into_any(),
    ]
}

fn used_row(line: UsedLine) -> Vec<AnyView> {
    let classification = match line.classification {
        Some(classification) => view! { <ClassificationBadge classification /> }.into_any(),
        None => view! { <Badge tone=Tone::Warn text="Not registered" /> }.into_any(),
    };
    let how = line.by_way_of.map_or_else(|| "Itself".to_owned(), |version| format!("Made from {version}"));
    let digests = match line.digests.is_empty() {
        true => "Not said".into_any(),
        false => {
            let each = line.digests.into_iter().map(|value| view! { <li><Hash value /></li> }).collect_view();
            view! { <ul class="plain-list">{each}</ul> }.into_any()
        }
    };
    vec![line.dataset.view(), classification, line.purposes.join(", ").into_any(), how.into_any(), digests]
}
