//! One policy: what a version of it says, who can satisfy it, what changed, and the ways to change it.

use assay_domain::approvals::{ChangedStatement, Statement};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::said::{Differences, Said, Teams};
use super::{BASE, PROPOSE, TeamLine, crumbs};
use crate::access::AdminTabs;
use crate::components::{
    Badge, ButtonKind, CodeBlock, Column, Confirm, Definition, DefinitionList, Hash, LinkButton, Notice,
    PageTitle, Table, Textarea, Tone, when,
};

/// A version in the history.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// The version.
    pub version: String,
    /// Its page.
    pub href: String,
    /// Since when it is in force.
    pub since: DateTime<Utc>,
    /// Until when it was.
    pub until: Option<DateTime<Utc>>,
    /// Whether it is the one shown.
    pub shown: bool,
    /// Who proposed and who confirmed it; nothing for what ships.
    pub by: Option<(String, String)>,
}

/// All that the page shows of a version.
#[derive(Clone, Debug)]
pub struct PolicyData {
    /// The policy's id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it asks, in short.
    pub description: String,
    /// The version.
    pub version: String,
    /// Digest of the content.
    pub sha256: String,
    /// Since when it is in force.
    pub since: DateTime<Utc>,
    /// Until when it was.
    pub until: Option<DateTime<Utc>>,
    /// What it says.
    pub statements: Vec<Statement>,
    /// The TOML text.
    pub source: String,
}

/// One policy.
#[component]
pub fn PolicyPage(
    /// The version.
    policy: PolicyData,
    /// Every version, the newest first.
    history: Vec<VersionLine>,
    /// What differs from the version before, which is named.
    changed: Option<(String, Vec<ChangedStatement>)>,
    /// Who can satisfy it; nothing for a version that is not in force.
    teams: Option<Vec<TeamLine>>,
    /// Where a proposal about it waits.
    waiting: Option<String>,
    /// Whether the one looking may propose changes.
    may_propose: bool,
    /// Whether the one looking may see the rest of the administration.
    in_administration: bool,
) -> AnyView {
    let in_force = policy.until.is_none();
    let may_change = may_propose && in_force && waiting.is_none();
    let propose = (may_propose && waiting.is_none()).then(|| {
        let href = format!("{PROPOSE}?of={}", policy.id);
        view! { <LinkButton href kind=ButtonKind::Secondary>"Propose a change"</LinkButton> }
    });
    let waiting = waiting.map(|href| {
        view! { <Notice tone=Tone::Info title="A proposal about this policy waits."><a href=href>"Look at it"</a></Notice> }
    });
    let mark = if in_force { (Tone::Good, "In force") } else { (Tone::Neutral, "Not in force any more") };
    let mut facts = vec![
        Definition::new("State", view! { <Badge tone=mark.0 text=mark.1 /> }),
        Definition::new("Version", policy.version.clone()),
        Definition::new("Since", when(policy.since)),
    ];
    facts.extend(policy.until.map(|until| Definition::new("Until", when(until))));
    facts.push(Definition::new("Digest", view! { <Hash value=format!("sha256:{}", policy.sha256) /> }));
    let text = format!("/api/v1/policies/{}/{}/policy.toml", policy.id, policy.version);
    let retire = may_change.then(|| view! { <Retire id=policy.id.clone() title=policy.title.clone() /> });
    let after = policy.version.clone();
    let changed = changed.map(|(before, changed)| {
        view! {
            <section class="section stack" aria-labelledby="changed">
                <h2 id="changed">{format!("What changed since {before}")}</h2>
                <Differences changed before after />
            </section>
        }
    });
    let teams = teams.map(|teams| {
        view! {
            <section class="section stack" aria-labelledby="teams">
                <h2 id="teams">"Who can satisfy it today"</h2>
                <Teams teams />
            </section>
        }
    });
    view! {
        <div class="stack">
            <PageTitle title=policy.title.clone() over=format!("Approval policy {}", policy.id) crumbs=crumbs() lede=policy.description.clone()>
                {propose}
            </PageTitle>
            {in_administration.then(|| view! { <AdminTabs current=BASE /> })}
            {waiting}
            <DefinitionList items=facts />
            <section class="section stack" aria-labelledby="says">
                <h2 id="says">"What it says"</h2>
                <Said statements=policy.statements />
            </section>
            {teams}
            {changed}
            <History history />
            <section class="section stack" aria-labelledby="text">
                <h2 id="text">"The text"</h2>
                <details class="more">
                    <summary>"Show it as TOML"</summary>
                    <div class="stack">
                        <p><LinkButton href=text kind=ButtonKind::Secondary download=format!("{}-{}.toml", policy.id, policy.version)>"Download"</LinkButton></p>
                        <CodeBlock caption="TOML" code=policy.source />
                    </div>
                </details>
            </section>
            {retire}
        </div>
    }
    .into_any()
}

#[component]
fn History(history: Vec<VersionLine>) -> AnyView {
    let columns = ["Version", "Since", "Until", "Proposed by", "Confirmed by"].map(Column::new).to_vec();
    let rows = history
        .into_iter()
        .map(|line| {
            let version = if line.shown {
                view! { <span>{line.version}" "<span class="small soft">"shown here"</span></span> }
                    .into_any()
            } else {
                view! { <a href=line.href>{line.version}</a> }.into_any()
            };
            let until = line.until.map_or_else(|| "in force".to_owned(), when);
            let (proposed, confirmed) =
                line.by.unwrap_or_else(|| ("ships with Assay".to_owned(), "ships with Assay".to_owned()));
            vec![
                version,
                when(line.since).into_any(),
                until.into_any(),
                proposed.into_any(),
                confirmed.into_any(),
            ]
        })
        .collect();
    view! {
        <section class="section stack" aria-labelledby="history">
            <h2 id="history">"Versions"</h2>
            <Table caption="Versions" columns rows hide_caption=true />
        </section>
    }
    .into_any()
}

#[component]
fn Retire(id: String, title: String) -> AnyView {
    let consequence = format!(
        "When somebody else confirms it, no policy decides where “{title}” does now, and nothing may be deployed there. \
         What was approved under it ends."
    );
    view! {
        <section class="section stack" aria-labelledby="retire">
            <h2 id="retire">"Take it out of force"</h2>
            <Confirm ask="Propose to take it out of force" confirm="Propose it" consequence action=format!("{BASE}/{id}/retire")>
                <Textarea id="reason" label="Why" optional_mark=true />
            </Confirm>
        </section>
    }
    .into_any()
}
