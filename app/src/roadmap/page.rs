//! A team's roadmap.

use leptos::prelude::*;

use super::board::Board;
use super::chart::ValueChart;
use super::head::{Figures, Head, Proposals, Stops, Views};
use super::list::{List, ListFilter};
use super::phases::{Besides, Phases};
use super::timeline::Timeline;
use super::view::{RoadmapView, Shown};
use super::what_if::{Save, Tried, WhatIf, WishForm};
use crate::components::{Crumb, Empty, ErrorSummary, FieldError, LevelMark, LinkButton, MarkSize, PageTitle};
use crate::teams::{TeamNav, TeamPlace, TeamTabs};

/// A team's roadmap in one of its views.
#[component]
pub fn RoadmapPage(
    /// The roadmap; absent while the team has no assessment.
    view: Option<RoadmapView>,
    /// What is tried out.
    what_if: WhatIf,
    /// How the list is sorted and narrowed down.
    filter: ListFilter,
    /// What is tried out as a query, so that other views show the same.
    query: String,
    /// What could not be done, beside what is wrong with the form.
    refused: Vec<FieldError>,
    /// The team.
    nav: TeamNav,
    /// Where an assessment is started, for those who may.
    start: Option<String>,
) -> AnyView {
    let Some(view) = view else {
        return view! { <NoAssessment nav start /> }.into_any();
    };
    let errors: Vec<_> = refused.into_iter().chain(what_if.errors.clone()).collect();
    let save = (view.revision == 0 && what_if.before.is_none() && view.rights.plan).then(|| {
        view! { <Save view=view.clone() fields=what_if.fields.clone() /> }
    });
    let is_reached = view.plan.phases.is_empty() && view.plan.unreachable.is_empty();
    let body = if is_reached {
        view! { <Reached view=view.clone() /> }.into_any()
    } else {
        view! {
            <Figures view=view.clone() />
            <Stops view=view.clone() />
        }
        .into_any()
    };
    view! {
        <div class="stack roadmap">
            <ErrorSummary errors />
            <Head view=view.clone() />
            <Proposals view=view.clone() />
            <Tried view=view.clone() what_if=what_if.clone() />
            {body}
            {save}
            <WishForm view=view.clone() what_if />
            <Views view=view.clone() query />
            <Body view filter />
        </div>
    }
    .into_any()
}

#[component]
fn Body(view: RoadmapView, filter: ListFilter) -> AnyView {
    let label = view.shown.label();
    let shown = match view.shown {
        Shown::Timeline if view.plan.phases.is_empty() => view! { <Besides view /> }.into_any(),
        Shown::Timeline => view! {
            <Timeline view=view.clone() />
            <Phases view=view.clone() />
            <Besides view />
        }
        .into_any(),
        Shown::Board => view! { <Board view /> }.into_any(),
        Shown::List => view! { <List view filter /> }.into_any(),
        Shown::Chart => view! { <ValueChart view /> }.into_any(),
    };
    view! { <h2 class="visually-hidden">{label}</h2>{shown} }.into_any()
}

#[component]
fn NoAssessment(nav: TeamNav, start: Option<String>) -> AnyView {
    let crumbs = vec![Crumb::new("Teams", "/teams"), Crumb::new(nav.name.clone(), nav.href.clone())];
    let start = start.map(|href| view! { <LinkButton href>"Start an assessment"</LinkButton> });
    view! {
        <div class="stack">
            <PageTitle title="Roadmap" crumbs over=nav.name.clone() />
            <TeamTabs nav place=TeamPlace::Roadmap />
            <Empty title="No assessment yet">
                <p>"A roadmap starts from answers: assess the team first, then it shows what to do next, in which order, and what that changes."</p>
                {start}
            </Empty>
        </div>
    }
    .into_any()
}

#[component]
fn Reached(view: RoadmapView) -> AnyView {
    let level = view.plan.start.claimed;
    let words = if level >= 4 {
        "There is no higher level. What is left is to keep it, and to show it: look at the supported level of the assessment."
    } else {
        "Nothing is left to do for it. Choose a higher target below to go on."
    };
    view! {
        <div class="reached">
            <LevelMark level size=MarkSize::Large decorative=true />
            <div>
                <h2>{format!("Level {} is reached", view.plan.target)}</h2>
                <p>{words}</p>
            </div>
        </div>
    }
    .into_any()
}
