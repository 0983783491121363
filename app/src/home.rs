//! The first page after signing in: what waits, where the teams stand, what was decided lately.

use assay_domain::assessments::State;
use leptos::prelude::*;

use crate::assessments::StateBadge;
use crate::components::{
    Badge, Empty, Happening, LevelPair, LinkButton, MarkSize, PageTitle, Progress, Timeline, Tone,
};

/// Something that waits for the visitor.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What to do: "Continue with Data".
    pub what: String,
    /// Where it is done.
    pub href: String,
    /// What it belongs to: "Fraud detection, November 2026".
    pub about: String,
    /// Where that stands.
    pub state: State,
    /// Answered, and of how many.
    pub progress: Option<(u32, u32)>,
}

/// Something else that waits for the visitor, out of any room.
#[derive(Clone, Debug)]
pub struct Errand {
    /// What to do: "Review the evidence of MC-2.1".
    pub what: String,
    /// Where it is done.
    pub href: String,
    /// What it belongs to.
    pub about: String,
    /// What is the matter: how it is meant, and in a word.
    pub state: (Tone, &'static str),
}

impl Errand {
    /// Something good can be put to use.
    pub const GOOD: (Tone, &'static str) = (Tone::Good, "Reviewed");
    /// Somebody has to decide.
    pub const DECIDE: (Tone, &'static str) = (Tone::Info, "Waits for a decision");
    /// Somebody else has to look.
    pub const REVIEW: (Tone, &'static str) = (Tone::Info, "Waits for review");
    /// Somebody else proposed a change.
    pub const CONFIRM: (Tone, &'static str) = (Tone::Info, "Waits for confirmation");
    /// A day is over.
    pub const OVERDUE: (Tone, &'static str) = (Tone::Bad, "Overdue");
    /// Nobody does it.
    pub const UNOWNED: (Tone, &'static str) = (Tone::Warn, "No owner");
}

/// A team of the visitor, with the latest result.
#[derive(Clone, Debug)]
pub struct TeamLevel {
    /// The team's name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// The latest locked result.
    pub result: Option<LockedLevel>,
    /// Where the first assessment is started, for those who may.
    pub start: Option<String>,
    /// How many findings its ownership has and where they are shown; nothing where there are none.
    pub findings: Option<(u32, String)>,
}

/// A locked result.
#[derive(Clone, Debug)]
pub struct LockedLevel {
    /// As answered.
    pub claimed: u8,
    /// As far as the evidence carries.
    pub supported: u8,
    /// "November 2026, locked 21 Nov 2026".
    pub about: String,
    /// Where it is shown.
    pub href: String,
}

/// What somebody who has nothing to do yet should do first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstStep {
    /// An administrator makes teams and invites people.
    MakeTeams,
    /// Everybody else waits to be added to a team.
    BeAdded,
    /// There are teams already.
    Nothing,
}

/// The first page.
#[component]
pub fn HomePage(
    /// The visitor's name.
    name: String,
    /// What runs past those who decide: it stands first.
    urgent: Vec<Errand>,
    /// What waits.
    waiting: Vec<Waiting>,
    /// What waits besides.
    errands: Vec<Errand>,
    /// The visitor's teams.
    teams: Vec<TeamLevel>,
    /// The latest approval events, for those who may read them.
    decisions: Option<Vec<Happening>>,
    /// What to do when there is nothing yet.
    first: FirstStep,
) -> AnyView {
    let first_name = name.split_whitespace().next().unwrap_or_default().to_owned();
    let lede = match urgent.len() + waiting.len() + errands.len() {
        0 => "Nothing waits for you.".to_owned(),
        1 => "One thing waits for you.".to_owned(),
        many => format!("{many} things wait for you."),
    };
    let start = (first != FirstStep::Nothing).then(|| view! { <First first /> });
    let nothing = urgent.is_empty() && waiting.is_empty() && errands.is_empty();
    let tasks = (!nothing).then(|| view! { <Tasks urgent waiting errands /> });
    let levels = (!teams.is_empty()).then(|| view! { <Levels teams /> });
    let decisions = decisions.map(|items| view! { <Decisions items /> });
    // Beside what is to be done and what was reached, the decisions go by; alone, they have the page.
    let below = match (tasks.is_some() || levels.is_some(), decisions) {
        (true, Some(decisions)) => {
            view! { <div class="beside"><div>{tasks} {levels}</div>{decisions}</div> }.into_any()
        }
        (_, decisions) => view! { <div>{tasks} {levels} {decisions}</div> }.into_any(),
    };
    view! {
        <div class="stack">
            <PageTitle title=format!("Good to see you, {first_name}") lede />
            {start}
            {below}
        </div>
    }
    .into_any()
}

#[component]
fn First(first: FirstStep) -> AnyView {
    match first {
        FirstStep::MakeTeams => view! {
            <Empty title="Begin with a team">
                <p>"Create the first team, then invite its lead. The lead starts the assessment; you decide who may do what."</p>
                <div class="actions"><LinkButton href="/teams/new">"Create a team"</LinkButton></div>
                <p><a href="/admin/people">"Invite people"</a></p>
            </Empty>
        }
        .into_any(),
        _ => view! {
            <Empty title="You are in no team yet">
                <p>"An administrator or a team lead can add you. Until then there is nothing to do here."</p>
            </Empty>
        }
        .into_any(),
    }
}

#[component]
fn Tasks(urgent: Vec<Errand>, waiting: Vec<Waiting>, errands: Vec<Errand>) -> AnyView {
    let rows = waiting
        .into_iter()
        .map(|item| {
            let progress =
                item.progress.map(|(done, total)| view! { <Progress label="answered" done total /> });
            view! {
                <li class="task">
                    <span class="task-label"><a href=item.href>{item.what}</a></span>
                    <div class="task-hint"><span>{item.about}</span>{progress}</div>
                    <span class="task-state"><StateBadge state=item.state /></span>
                </li>
            }
        })
        .collect_view();
    let urgent = urgent.into_iter().map(task).collect_view();
    let errands = errands.into_iter().map(task).collect_view();
    view! {
        <section class="section">
            <h2>"Waiting for you"</h2>
            <ul class="tasks">{urgent}{rows}{errands}</ul>
        </section>
    }
    .into_any()
}

fn task(errand: Errand) -> AnyView {
    let (tone, text) = errand.state;
    view! {
        <li class="task">
            <span class="task-label"><a href=errand.href>{errand.what}</a></span>
            <div class="task-hint"><span>{errand.about}</span></div>
            <span class="task-state"><Badge tone text /></span>
        </li>
    }
    .into_any()
}

#[component]
fn Levels(teams: Vec<TeamLevel>) -> AnyView {
    let cards = teams
        .into_iter()
        .map(|team| {
            let findings = team.findings.map(|(count, href)| {
                let words = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
                view! { <p class="small"><a href=href>{words}</a>" about who holds what"</p> }
            });
            let body = match (team.result, team.start) {
                (Some(result), _) => view! {
                    <LevelPair claimed=result.claimed supported=result.supported size=MarkSize::Medium />
                    <p class="small"><a href=result.href>{result.about}</a></p>
                }
                .into_any(),
                (None, Some(start)) => view! {
                    <p class="soft">"Not assessed yet. It takes about an hour, and anybody in the team can help."</p>
                    <LinkButton href=start>"Start an assessment"</LinkButton>
                }
                .into_any(),
                (None, None) => view! { <p class="soft">"No result is locked yet."</p> }.into_any(),
            };
            view! {
                <section class="card">
                    <h3 class="card-title"><a href=team.href>{team.name}</a></h3>
                    {body}
                    {findings}
                </section>
            }
        })
        .collect_view();
    view! { <section class="section"><h2>"Levels"</h2><div class="grid">{cards}</div></section> }.into_any()
}

#[component]
fn Decisions(items: Vec<Happening>) -> AnyView {
    let body = if items.is_empty() {
        view! {
            <Empty title="No model was decided on yet">
                <p>"Approvals and rejections appear here as soon as a pipeline posts them, or somebody runs assay event."</p>
                <p><a href="/api/docs">"How a pipeline posts them"</a></p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Timeline items /> }.into_any()
    };
    view! { <section class="section"><h2>"Latest decisions"</h2>{body}</section> }.into_any()
}
