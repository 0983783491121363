//! What is shown for a version: evidence, data, findings, and how the team stands.

use leptos::prelude::*;

use crate::components::{Badge, Column, LevelPair, MarkSize, Table, Tone};

/// What is shown.
#[derive(Clone, Debug)]
pub struct FactsView {
    /// Evidence that is there, and kinds that are asked for and are not.
    pub evidence: Vec<EvidenceNeed>,
    /// The data.
    pub data: Vec<DataLine>,
    /// Findings about it that are not resolved.
    pub findings: Vec<FindingLine>,
    /// The team: its name and page.
    pub team: (String, String),
    /// The levels of the whole, claimed and supported, with what they are about and where they are shown.
    pub level: Option<(u8, u8, String, String)>,
    /// Levels of capabilities that the policy asks for.
    pub levels: Vec<LevelNeed>,
    /// Who holds what for the model.
    pub owners: Vec<OwnerLine>,
    /// Whether the policy asks for somebody who is accountable.
    pub owner_needed: bool,
    /// Where the ownership is shown.
    pub ownership_href: String,
    /// What the policy asks of things besides decisions that does not hold now.
    pub unmet: Vec<String>,
}

/// A kind of evidence.
#[derive(Clone, Debug)]
pub struct EvidenceNeed {
    /// What it is about.
    pub kind: String,
    /// What it is called and where it is; nothing where it is missing.
    pub piece: Option<(String, String)>,
    /// When it was made, and how long ago: "3 May 2026, 41 days".
    pub age: String,
    /// How it stands with what the policy asks: how it is meant, and in words.
    pub standing: (Tone, String),
}

/// A dataset that the version declares or that was used for it.
#[derive(Clone, Debug)]
pub struct DataLine {
    /// Its name.
    pub name: String,
    /// Where it is shown, where it is registered.
    pub href: Option<String>,
    /// Its version, or its digest.
    pub version: String,
    /// What for.
    pub used_for: String,
    /// Whom it concerns, in words.
    pub classification: String,
    /// Whether it concerns people.
    pub personal: bool,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct FindingLine {
    /// How bad it is.
    pub severity: (Tone, String),
    /// What is wrong.
    pub message: String,
    /// Where it is shown.
    pub href: String,
    /// Where it stands, and since when.
    pub state: String,
}

/// A level that the policy asks for.
#[derive(Clone, Debug)]
pub struct LevelNeed {
    /// The capability.
    pub capability: String,
    /// What is asked for.
    pub needed: u8,
    /// What is supported; nothing without an assessment.
    pub found: Option<u8>,
}

/// Somebody who holds something for the model.
#[derive(Clone, Debug)]
pub struct OwnerLine {
    /// Accountable, responsible, consulted or informed.
    pub part: String,
    /// Who.
    pub name: String,
}

/// What is shown.
#[component]
pub(super) fn Facts(view: FactsView) -> AnyView {
    let FactsView {
        evidence,
        data,
        findings,
        team,
        level,
        levels,
        owners,
        owner_needed,
        ownership_href,
        unmet,
    } = view;
    let columns = ["Kind", "Evidence", "Made", "Asked for"].map(Column::new).to_vec();
    let rows = evidence.into_iter().map(evidence_row).collect();
    let data_columns = ["Dataset", "Version", "Used for", "Classification"].map(Column::new).to_vec();
    let data_rows = data.into_iter().map(data_row).collect();
    let wrong = (!unmet.is_empty()).then(|| {
        let lines = unmet.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <p><strong>"What the policy asks besides and does not hold now"</strong></p><ul>{lines}</ul> }
    });
    view! {
        <section class="section" id="evidence">
            <h2>"Evidence"</h2>
            {wrong}
            <Table caption="Evidence" hide_caption=true columns rows empty="No evidence is there, and none is asked for." />
        </section>
        <section class="section" id="data">
            <h2>"Data used"</h2>
            <Table caption="Data used" hide_caption=true columns=data_columns rows=data_rows empty="The version declares no data." />
            <Findings findings />
        </section>
        <section class="section" id="team">
            <h2>"The team"</h2>
            <Standing team level levels />
            <Owners owners owner_needed ownership_href />
        </section>
    }
    .into_any()
}

fn evidence_row(line: EvidenceNeed) -> Vec<AnyView> {
    let (tone, text) = line.standing;
    let piece = match line.piece {
        Some((title, href)) => view! { <a href=href rel="noreferrer">{title}</a> }.into_any(),
        None => view! { <span class="soft">"missing"</span> }.into_any(),
    };
    vec![line.kind.into_any(), piece, line.age.into_any(), view! { <Badge tone text /> }.into_any()]
}

fn data_row(line: DataLine) -> Vec<AnyView> {
    let name = match line.href {
        Some(href) => view! { <a href=href>{line.name}</a> }.into_any(),
        None => line.name.into_any(),
    };
    let tone = if line.personal { Tone::Warn } else { Tone::Neutral };
    vec![
        name,
        line.version.into_any(),
        line.used_for.into_any(),
        view! { <Badge tone text=line.classification /> }.into_any(),
    ]
}

#[component]
fn Findings(findings: Vec<FindingLine>) -> AnyView {
    if findings.is_empty() {
        return view! { <p class="soft">"No finding about the data is open."</p> }.into_any();
    }
    let rows = findings
        .into_iter()
        .map(|line| {
            let (tone, text) = line.severity;
            view! {
                <li>
                    <p class="cluster"><Badge tone text /><a href=line.href>{line.message}</a></p>
                    <p class="small soft">{line.state}</p>
                </li>
            }
        })
        .collect_view();
    view! { <h3>"Findings"</h3><ul class="approval-findings">{rows}</ul> }.into_any()
}

#[component]
fn Standing(
    team: (String, String),
    level: Option<(u8, u8, String, String)>,
    levels: Vec<LevelNeed>,
) -> AnyView {
    let (name, href) = team;
    let whole = match level {
        Some((claimed, supported, about, href)) => view! {
            <LevelPair claimed supported size=MarkSize::Medium />
            <p class="small"><a href=href>{about}</a></p>
        }
        .into_any(),
        None => view! { <p class="soft">"No assessment of the team is locked yet."</p> }.into_any(),
    };
    let needs = (!levels.is_empty()).then(|| {
        let columns = vec![
            Column::new("Capability"),
            Column::numeric("Asked for"),
            Column::numeric("Supported"),
            Column::new("Standing"),
        ];
        let rows = levels
            .into_iter()
            .map(|need| {
                let enough = need.found.is_some_and(|found| found >= need.needed);
                let (tone, text) = if enough { (Tone::Good, "Enough") } else { (Tone::Bad, "Too low") };
                let found = need.found.map_or_else(|| "none".to_owned(), |found| found.to_string());
                vec![
                    need.capability.into_any(),
                    need.needed.to_string().into_any(),
                    found.into_any(),
                    view! { <Badge tone text /> }.into_any(),
                ]
            })
            .collect();
        view! { <Table caption="Levels that the policy asks for" columns rows /> }
    });
    view! { <p><a href=href>{name}</a></p>{whole}{needs} }.into_any()
}

#[component]
fn Owners(owners: Vec<OwnerLine>, owner_needed: bool, ownership_href: String) -> AnyView {
    let none = owners.is_empty();
    let rows = owners
        .into_iter()
        .map(|owner| view! { <li>{owner.name}<span class="soft">", "{owner.part}</span></li> })
        .collect_view();
    let body = if none {
        let needed = if owner_needed { ", and the policy asks for somebody" } else { "" };
        view! { <p class="soft">"Nobody holds anything for the model"{needed}"."</p> }.into_any()
    } else {
        view! { <ul class="plain-list">{rows}</ul> }.into_any()
    };
    view! { <h3><a href=ownership_href>"Who answers for the model"</a></h3>{body} }.into_any()
}
