//! One model: what it is for, how much harm it can do, who answers for it, what runs, its versions.

use assay_domain::models::Tier;
use leptos::prelude::*;

use super::TierMark;
use super::decisions::{Decisions, ReportedDecision};
use super::list::environments;
use super::ran::{EnvironmentNow, OnADay, Running};
use super::risk::WaitingTier;
use crate::components::{
    Badge, ButtonKind, Card, Column, Crumb, Definition, DefinitionList, Hash, LinkButton, Notice, PageTitle,
    Table, Tone,
};

/// A registered version.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// The version, as the registry calls it.
    pub version: String,
    /// Where it is shown.
    pub href: String,
    /// The artefact's digest.
    pub digest: String,
    /// When it was registered.
    pub when: String,
    /// Where it runs now.
    pub runs_in: Vec<String>,
}

/// Somebody who has a part in the model.
#[derive(Clone, Debug)]
pub struct OwnerLine {
    /// The part, for people: "Accountable".
    pub part: String,
    /// Who.
    pub name: String,
    /// As which job role.
    pub role: String,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct ModelView {
    /// Its name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// The team that owns it, with its page.
    pub team: (String, String),
    /// What it is there for.
    pub purpose: String,
    /// By what one sees that it does that.
    pub success_measure: String,
    /// When it was taken out of use.
    pub archived: Option<String>,
    /// Its tier.
    pub tier: Option<Tier>,
    /// What the tier means, with the class in law that it comes nearest to.
    pub tier_help: Option<String>,
    /// The questions that led to the tier, each with its answer and why it matters.
    pub reasons: Vec<(String, String, String)>,
    /// Whether it must not be used before counsel has looked at it.
    pub stops: bool,
    /// Whether the questions have changed since they were answered.
    pub outdated: bool,
    /// Who answers for it; absent for those who may not see that.
    pub owners: Option<Vec<OwnerLine>>,
    /// What runs now.
    pub now: Vec<EnvironmentNow>,
    /// What ran on a day.
    pub day: OnADay,
    /// Its versions, the newest first.
    pub versions: Vec<VersionLine>,
    /// What was reported, the newest first.
    pub decisions: Vec<ReportedDecision>,
    /// Whether the visitor may change it.
    pub may_change: bool,
    /// Whether the first risk tier was confirmed; and by nobody else.
    pub tier_confirmed: (bool, bool),
    /// What waits to be confirmed about the tier: what it would do, and its page.
    pub waiting: Vec<(String, String)>,
}

/// A model.
#[component]
pub fn ModelPage(
    /// The model.
    model: ModelView,
) -> AnyView {
    let (team, _) = model.team.clone();
    let archived = model.archived.clone().map(|when| {
        view! {
            <Notice title="Out of use">{format!("It was taken out of use on {when} and takes nothing new.")}</Notice>
        }
    });
    let stops = model.stops.then(|| {
        view! {
            <Notice tone=Tone::Bad title="Do not use it before counsel has looked at it.">
                "It may do what the law forbids (article 5 of the EU AI Act)."
            </Notice>
        }
    });
    let unconfirmed = (model.tier.is_some() && !model.tier_confirmed.0).then(|| {
        view! {
            <Notice tone=Tone::Warn title="Nobody confirmed the risk tier yet.">
                "Until somebody does who may decide about the team's approvals and did not answer the questions, nothing of this model may be deployed and no emergency can be declared."
            </Notice>
        }
    });
    let alone = model.tier_confirmed.1.then(|| {
        view! { <Notice tone=Tone::Warn title="The first risk tier was confirmed by nobody else.">"There was nobody who could confirm it."</Notice> }
    });
    let href = model.href.clone();
    let may_add = model.may_change && model.archived.is_none();
    let register = may_add.then(|| {
        view! { <LinkButton href=format!("{href}/new-version")>"Register a version"</LinkButton> }
    });
    let edit = model.may_change.then(|| {
        view! { <LinkButton href=format!("{href}/edit") kind=ButtonKind::Secondary>"Edit"</LinkButton> }
    });
    let words = model.clone();
    view! {
        <div class="stack">
            <PageTitle title=model.name.clone() over=team crumbs=vec![Crumb::new("Models", "/models")]>
                {register}
                {edit}
            </PageTitle>
            {archived}
            {stops}
            {unconfirmed}
            {alone}
            <WaitingTier waiting=model.waiting.clone() />
            <div class="beside">
                <div class="stack">
                    <What model=words />
                    <Running href=model.href.clone() now=model.now.clone() day=model.day.clone() />
                    <Versions versions=model.versions.clone() />
                </div>
                <div class="stack">
                    <TierCard model=model.clone() />
                    <Owners owners=model.owners team=model.team name=model.name />
                </div>
            </div>
            <section class="section stack-small" aria-labelledby="decisions">
                <h2 id="decisions">"Decisions reported by pipelines"</h2>
                <Decisions decisions=model.decisions />
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn What(model: ModelView) -> AnyView {
    let said = |text: String| {
        if text.is_empty() {
            view! { <span class="soft">"Nobody has said yet"</span> }.into_any()
        } else {
            view! { <span class="model-said">{text}</span> }.into_any()
        }
    };
    let (team, team_href) = model.team;
    let items = vec![
        Definition { term: "Purpose".to_owned(), value: said(model.purpose) },
        Definition { term: "Success measure".to_owned(), value: said(model.success_measure) },
        Definition::new("Team", view! { <a href=team_href>{team}</a> }),
    ];
    view! { <DefinitionList items /> }.into_any()
}

#[component]
fn TierCard(model: ModelView) -> AnyView {
    let href = format!("{}/risk", model.href);
    let reasons = model
        .reasons
        .into_iter()
        .map(|(question, answer, reason)| {
            view! {
                <li>
                    <p class="risk-reason">{capitalised(&reason)}"."</p>
                    <p class="small soft">{question} " " <strong>{answer}</strong></p>
                </li>
            }
        })
        .collect_view();
    let none = model.tier.is_none().then(|| {
        view! { <p>"Nobody has answered the questions about risk yet. Until somebody does, no approval policy applies."</p> }
    });
    let outdated = model
        .outdated
        .then(|| view! { <p class="small">"The questions have changed since they were answered."</p> });
    let act = if model.tier.is_none() { "Answer the questions" } else { "Answer again" };
    let kind = if model.tier.is_none() { ButtonKind::Primary } else { ButtonKind::Secondary };
    let ask = (model.may_change && model.archived.is_none())
        .then(|| view! { <p><LinkButton href=href.clone() kind>{act}</LinkButton></p> });
    let look = ask.is_none().then(|| view! { <p><a href=href>"The questions"</a></p> });
    view! {
        <Card title="Risk tier">
            <div class="stack-small">
                <p class="tier-large"><TierMark tier=model.tier /></p>
                {none}
                <ul class="risk-reasons">{reasons}</ul>
                {model.tier_help.map(|help| view! { <p class="small soft">{help}</p> })}
                {outdated}
                {ask}
                {look}
            </div>
        </Card>
    }
    .into_any()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[component]
fn Owners(owners: Option<Vec<OwnerLine>>, team: (String, String), name: String) -> AnyView {
    let Some(owners) = owners else { return ().into_any() };
    let accountable = owners.iter().any(|owner| owner.part == "Accountable");
    let missing = (!accountable).then(|| {
        view! { <p><Badge tone=Tone::Warn text="Nobody is accountable" /></p> }
    });
    let items = owners.into_iter().map(|owner| {
        Definition::new(owner.part, view! { {owner.name} <span class="soft small">", " {owner.role}</span> })
    });
    let items: Vec<_> = items.collect();
    let list = (!items.is_empty()).then(|| view! { <DefinitionList items /> });
    let hint = format!("Who answers for {name}, from the ownership of the team.");
    view! {
        <Card title="Owners" href=format!("{}/ownership", team.1) hint>
            <div class="stack-small owners">
                {missing}
                {list}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Versions(versions: Vec<VersionLine>) -> AnyView {
    let columns = ["Version", "Artefact", "Registered", "Runs in"].map(Column::new).to_vec();
    let rows = versions.into_iter().map(|line| {
        vec![
            view! { <a href=line.href>{line.version}</a> }.into_any(),
            view! { <Hash value=line.digest /> }.into_any(),
            line.when.into_any(),
            environments(line.runs_in),
        ]
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="section stack-small" aria-labelledby="versions">
            <h2 id="versions">"Versions"</h2>
            <Table caption="Versions" hide_caption=true columns rows empty="No version is registered yet." />
        </section>
    }
    .into_any()
}
