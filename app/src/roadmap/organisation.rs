//! The roadmaps of all teams: what several of them need, where each is going, and how much each job role carries.

use leptos::prelude::*;

use super::view::{Summary, counted};
use crate::components::{Column, Crumb, Empty, LevelMark, MarkSize, PageTitle, Table};
use crate::organisation::{OrganisationHead, OrganisationPlace};

/// A team and where it is going.
#[derive(Clone, Debug)]
pub struct TeamPlan {
    /// The team's name.
    pub name: String,
    /// Where its roadmap is shown.
    pub href: String,
    /// The claimed level today.
    pub start: u8,
    /// The target.
    pub target: u8,
    /// The claimed level after the last phase.
    pub end: u8,
    /// How many phases.
    pub phases: usize,
    /// "17 May 2027", where there are dates.
    pub ends: Option<String>,
    /// How many items.
    pub items: usize,
    /// Codes of what stops the target.
    pub stops: Vec<String>,
    /// Whether the plan was saved.
    pub saved: bool,
}

/// Something that several teams need.
#[derive(Clone, Debug)]
pub struct SharedItem {
    /// The question's code.
    pub code: String,
    /// What to do.
    pub action: String,
    /// The capability that it is part of.
    pub capability: String,
    /// The teams: name and address of the roadmap.
    pub teams: Vec<(String, String)>,
    /// Effort points of all of them together.
    pub effort: u64,
}

/// What a job role carries over all teams.
#[derive(Clone, Debug)]
pub struct RoleEffort {
    /// The job role.
    pub role: String,
    /// Points in each team, in the order of the teams.
    pub by_team: Vec<u32>,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct OrganisationView {
    /// Whether the visitor sees the whole organisation, and so its other pages.
    pub whole: bool,
    /// Teams with answers.
    pub teams: Vec<TeamPlan>,
    /// Teams without: name and address.
    pub without: Vec<(String, String)>,
    /// What several teams need, the most wanted first.
    pub shared: Vec<SharedItem>,
    /// Effort by job role, the greatest first.
    pub efforts: Vec<RoleEffort>,
}

/// The roadmaps of all teams.
#[component]
pub fn OrganisationPage(
    /// The roadmaps.
    view: OrganisationView,
) -> AnyView {
    let lede = "Where every team is going, what several of them need, and how much that takes of whom.";
    let head = if view.whole {
        view! { <OrganisationHead place=OrganisationPlace::Roadmap title="Roadmap of all teams" lede /> }
            .into_any()
    } else {
        let crumbs = vec![Crumb::new("Teams", "/teams")];
        view! { <PageTitle title="Roadmap of your teams" crumbs lede /> }.into_any()
    };
    let body = if view.teams.is_empty() {
        view! { <Empty title="No team was assessed yet"><p>"Roadmaps start from answers."</p></Empty> }
            .into_any()
    } else {
        view! {
            <Teams view=view.clone() />
            <Shared shared=view.shared.clone() teams=view.teams.len() />
            <Efforts view=view.clone() />
        }
        .into_any()
    };
    let without = (!view.without.is_empty()).then(|| {
        let rows = view
            .without
            .iter()
            .map(|(name, href)| view! { <li><a href=href.clone()>{name.clone()}</a></li> })
            .collect_view();
        view! { <section class="section"><h2>"Not assessed yet"</h2><ul>{rows}</ul></section> }
    });
    view! {
        <div class="stack">
            {head}
            {body}
            {without}
        </div>
    }
    .into_any()
}

#[component]
fn Teams(view: OrganisationView) -> AnyView {
    let columns = vec![
        Column::new("Team"),
        Column::new("Today"),
        Column::new("Target"),
        Column::new("Leads to"),
        Column::numeric("Phases"),
        Column::new("Ends"),
        Column::numeric("Items"),
        Column::new("What stops it"),
    ];
    let rows = view
        .teams
        .into_iter()
        .map(|team| {
            let level = |level: u8| view! { <LevelMark level size=MarkSize::Small /> }.into_any();
            let note = (!team.saved).then(|| view! { <span class="small soft">" not saved"</span> });
            let stops = if team.stops.is_empty() { "Nothing".to_owned() } else { team.stops.join(", ") };
            vec![
                view! { <a href=team.href>{team.name}</a>{note} }.into_any(),
                level(team.start),
                level(team.target),
                level(team.end),
                team.phases.to_string().into_any(),
                team.ends.unwrap_or_else(|| "No dates".to_owned()).into_any(),
                team.items.to_string().into_any(),
                stops.into_any(),
            ]
        })
        .collect();
    view! {
        <section class="section"><h2>"Teams"</h2><Table caption="Claimed levels" columns rows /></section>
    }
    .into_any()
}

#[component]
fn Shared(shared: Vec<SharedItem>, teams: usize) -> AnyView {
    let body = if shared.is_empty() {
        view! { <p class="soft">"No item stands in the roadmap of more than one team."</p> }.into_any()
    } else {
        let rows = shared
            .into_iter()
            .map(|item| {
                let links = item
                    .teams
                    .iter()
                    .map(|(name, href)| view! { <li><a href=href.clone()>{name.clone()}</a></li> })
                    .collect_view();
                let need = format!("{} of {teams} teams", item.teams.len());
                vec![
                    view! { <div class="list-item"><span class="question-code">{item.code}</span><span class="list-action">{item.action}</span></div> }.into_any(),
                    item.capability.into_any(),
                    view! { <div>{need}<ul class="team-links">{links}</ul></div> }.into_any(),
                    item.effort.to_string().into_any(),
                ]
            })
            .collect();
        let columns = vec![
            Column::new("Item"),
            Column::new("Capability"),
            Column::new("Needed by"),
            Column::numeric("Effort together"),
        ];
        view! { <Table caption="Worth doing once for all" columns rows /> }.into_any()
    };
    view! { <section class="section"><h2>"What several teams need"</h2>{body}</section> }.into_any()
}

#[component]
fn Efforts(view: OrganisationView) -> AnyView {
    let columns = std::iter::once(Column::new("Job role"))
        .chain(view.teams.iter().map(|team| Column::numeric(team.name.clone())))
        .chain([Column::numeric("Together")])
        .collect();
    let total: u32 = view.efforts.iter().flat_map(|effort| &effort.by_team).sum();
    let rows = view
        .efforts
        .into_iter()
        .map(|effort| {
            let together: u32 = effort.by_team.iter().sum();
            std::iter::once(effort.role.into_any())
                .chain(effort.by_team.into_iter().map(|points| points.to_string().into_any()))
                .chain([together.to_string().into_any()])
                .collect()
        })
        .collect();
    let caption = format!("Effort points in all roadmaps: {total}");
    view! { <section class="section"><h2>"Effort by job role"</h2><Table caption columns rows /></section> }
        .into_any()
}

/// The line about the roadmap on a team's page.
#[component]
pub fn TeamRoadmapLine(
    /// What the roadmap comes to; absent while the team has no assessment.
    summary: Option<Summary>,
    /// Where it is shown.
    #[prop(into)]
    href: String,
) -> AnyView {
    let Some(Summary { sentence, notes }) = summary else { return ().into_any() };
    let notes = (!notes.is_empty()).then(|| view! { <span class="soft">" "{notes.join(", ")}"."</span> });
    view! {
        <section class="section">
            <h2>"Roadmap"</h2>
            <p>{sentence}{notes}" "<a href=href>"Look at the roadmap"</a></p>
        </section>
    }
    .into_any()
}

/// "3 overdue" and the like, out of counts; what is none is left out.
#[must_use]
pub fn notes(overdue: usize, unowned: usize, proposed: usize) -> Vec<String> {
    let note = |count: usize, words: String| (count > 0).then_some(words);
    [
        note(overdue, format!("{overdue} overdue")),
        note(unowned, format!("{unowned} without an owner")),
        note(proposed, format!("{} can be updated", counted(proposed, "answer"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
