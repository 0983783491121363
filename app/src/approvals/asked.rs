//! What is asked, by whom and why, and what is another than when it was approved last.

use leptos::prelude::*;

use crate::components::{Column, Definition, DefinitionList, Hash, Table};

/// What is asked.
#[derive(Clone, Debug)]
pub struct AskedView {
    /// What the requester wrote.
    pub note: String,
    /// The version's page.
    pub version: (String, String),
    /// The digest of its artefact.
    pub digest: String,
    /// Who made it, in words.
    pub authors: String,
    /// The model's risk tier, in words.
    pub tier: String,
    /// What the registry said when it was asked for; nothing where approvals were not bound to that yet.
    pub bound: Option<OnRecordView>,
    /// What the policy is called, and what it asks.
    pub policy: (String, String),
    /// Where the policy is shown.
    pub policy_href: String,
    /// What is compared with: "version 6, approved 3 May 2026"; nothing where nothing was approved before.
    pub before: Option<(String, String)>,
    /// What has changed since.
    pub changes: Vec<ChangeLine>,
}

/// What the registry said of the version when it was asked for: what the approval is bound to.
#[derive(Clone, Debug)]
pub struct OnRecordView {
    /// The risk tier.
    pub tier: String,
    /// The team that owns the model.
    pub team: String,
    /// The measures, each with its value.
    pub metrics: Vec<String>,
    /// Where the model card is.
    pub card: Option<String>,
    /// The run that made it.
    pub run: Option<String>,
    /// The commit that it was built from.
    pub commit: Option<String>,
    /// The version that it was made from.
    pub parent: Option<String>,
    /// What its data was used for, each in words.
    pub uses: Vec<String>,
}

/// Something that is another than before.
#[derive(Clone, Debug)]
pub struct ChangeLine {
    /// What.
    pub what: String,
    /// As it was.
    pub then: String,
    /// As it is.
    pub now: String,
    /// Whether it is a measure that only moved.
    pub is_metric: bool,
}

/// What is asked.
#[component]
pub(super) fn Asked(view: AskedView) -> AnyView {
    let note = if view.note.is_empty() {
        view! { <p class="soft">"Nothing was written with it."</p> }.into_any()
    } else {
        view! { <blockquote class="said">{view.note}</blockquote> }.into_any()
    };
    let (name, href) = view.version;
    let (policy, about) = view.policy;
    let mut items = vec![
        Definition::new("Version", view! { <a href=href>{name}</a> }),
        Definition::new("Artefact", view! { <Hash value=view.digest /> }),
    ];
    items.push(Definition::new("Made by", view.authors));
    items.push(Definition::new("Risk tier", view.tier));
    items.push(Definition::new(
        "Policy",
        view! { <a href=view.policy_href>{policy}</a><br /><span class="small soft">{about}</span> },
    ));
    view! {
        <section class="section" id="asked">
            <h2>"What is asked"</h2>
            {note}
            <DefinitionList items />
        </section>
        <Bound bound=view.bound />
        <Changes before=view.before changes=view.changes />
    }
    .into_any()
}

/// What the approval is bound to besides the artefact, the data and the evidence.
#[component]
fn Bound(bound: Option<OnRecordView>) -> AnyView {
    let body = match bound {
        None => view! {
            <p class="soft">"It was asked for before approvals were bound to tier, team, measures, card and lineage. It is compared by its artefact, data, evidence and policy."</p>
        }
        .into_any(),
        Some(bound) => {
            let mut items =
                vec![Definition::new("Risk tier", bound.tier), Definition::new("Team", bound.team)];
            let lists = [("Measures", bound.metrics), ("Declared data", bound.uses)];
            for (what, all) in lists.into_iter().filter(|(_, all)| !all.is_empty()) {
                items.push(Definition::new(what, all.join(", ")));
            }
            let values = [
                ("Model card", bound.card),
                ("Run", bound.run),
                ("Commit", bound.commit),
                ("Made from", bound.parent),
            ];
            for (what, value) in values {
                items.extend(value.map(|value| Definition::new(what, value)));
            }
            view! {
                <p class="soft">"What of this becomes another or is taken away voids the decisions. What is added does not."</p>
                <DefinitionList items />
            }
            .into_any()
        }
    };
    view! { <section class="section" id="bound"><h2>"What the decisions are bound to"</h2>{body}</section> }
        .into_any()
}

#[component]
fn Changes(before: Option<(String, String)>, changes: Vec<ChangeLine>) -> AnyView {
    let body = match before {
        None => {
            view! { <p class="soft">"Nothing of this model was approved for this environment before."</p> }
                .into_any()
        }
        Some((name, href)) if changes.is_empty() => {
            view! { <p>"Nothing is another than in "<a href=href>{name}</a>"."</p> }.into_any()
        }
        Some((name, href)) => {
            let columns = ["What", "Then", "Now"].map(Column::new).to_vec();
            let rows = changes
                .into_iter()
                .map(|line| {
                    vec![
                        line.what.into_any(),
                        shown(line.then, line.is_metric),
                        shown(line.now, line.is_metric),
                    ]
                })
                .collect();
            view! {
                <p>"Compared with "<a href=href>{name}</a>"."</p>
                <Table caption="What is another than when it was approved last" hide_caption=true columns rows />
            }
            .into_any()
        }
    };
    view! { <section class="section" id="changes"><h2>"What changed since the last approval"</h2>{body}</section> }
        .into_any()
}

fn shown(text: String, is_metric: bool) -> AnyView {
    if text.is_empty() {
        view! { <span class="soft">"none"</span> }.into_any()
    } else if is_metric {
        view! { <span class="figures">{text}</span> }.into_any()
    } else {
        view! { <span class="approval-digests">{text}</span> }.into_any()
    }
}
