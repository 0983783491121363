//! The head of a team's roadmap: title, what it comes to, what can be updated, and the tabs of the views.

use leptos::prelude::*;

use super::view::{RoadmapView, Shown, counted, day};
use crate::components::{
    Button, ButtonKind, Crumb, Figure, LevelMark, LinkButton, MarkSize, Notice, PageTitle, SubNav, Tab, Tone,
};
use crate::teams::{TeamPlace, TeamTabs};

/// Title and tabs of the team.
#[component]
pub(super) fn Head(view: RoadmapView) -> AnyView {
    let crumbs =
        vec![Crumb::new("Teams", "/teams"), Crumb::new(view.nav.name.clone(), view.nav.href.clone())];
    let (title, href) = view.assessment.clone();
    let saved = match &view.saved {
        Some(saved) => format!("Saved by {saved}."),
        None => "Not saved yet: this is the shortest way to the next level.".to_owned(),
    };
    let files = [("PDF", "pdf"), ("CSV", "csv"), ("Markdown", "md"), ("JSON", "json")]
        .into_iter()
        .filter(|(_, end)| *end != "pdf" || view.rights.report)
        .map(|(label, end)| {
            let file = format!("roadmap.{end}");
            view! { <LinkButton kind=ButtonKind::Quiet href=view.href(&format!(".{end}")) download=file>{label}</LinkButton> }
        })
        .collect_view();
    view! {
        <PageTitle title="Roadmap" crumbs over=view.nav.name.clone()>
            <span class="small soft">"Download"</span>
            {files}
        </PageTitle>
        <TeamTabs nav=view.nav place=TeamPlace::Roadmap />
        <p class="soft">
            "It starts from the answers of "<a href=href>{title}</a>". "{saved}
        </p>
    }
    .into_any()
}

/// From where to where, how long, and what stops it.
#[component]
pub(super) fn Figures(view: RoadmapView) -> AnyView {
    let plan = &view.plan;
    let items: Vec<_> = plan.phases.iter().flat_map(|phase| &phase.items).collect();
    let effort: u32 = items.iter().map(|item| item.effort).sum();
    let days =
        plan.phases.first().and_then(|first| first.from).zip(plan.phases.last().and_then(|last| last.until));
    let span = match days {
        Some((from, until)) => format!("{} to {}", day(from), day(until)),
        None => "no dates yet: say when the first phase begins".to_owned(),
    };
    let end = view.end_level();
    let reached = if end >= plan.target { "after the last phase" } else { "short of the target" };
    let done =
        view.lines.iter().filter(|line| line.status() == assay_domain::roadmap::ItemStatus::Done).count();
    view! {
        <div class="roadmap-figures">
            <div class="roadmap-levels">
                <LevelMark level=plan.start.claimed size=MarkSize::Large decorative=true />
                <svg class="roadmap-arrow" viewBox="0 0 48 16" aria-hidden="true"><path d="M1 8h44M38 2l7 6-7 6" /></svg>
                <LevelMark level=end size=MarkSize::Large decorative=true />
                <p class="roadmap-levels-words">
                    <strong>{format!("Level {} to level {end}", plan.start.claimed)}</strong>
                    <span>{format!("Target: level {}. The levels are claimed ones.", plan.target)}</span>
                </p>
            </div>
            <div class="grid-small">
                <Figure value=counted(plan.phases.len(), "phase") label="How long" note=span />
                <Figure value=counted(items.len(), "item") label="What is to be done" note=format!("{effort} effort points, {done} done") />
                <Figure value=format!("Level {end}") label="Where it leads" note=reached />
            </div>
        </div>
    }
    .into_any()
}

/// What keeps the target from being reached.
#[component]
pub(super) fn Stops(view: RoadmapView) -> AnyView {
    let stops = view.plan.unreachable.clone();
    if stops.is_empty() {
        return ().into_any();
    }
    let title = format!("Level {} is not reached by this plan", view.plan.target);
    let rows = stops
        .into_iter()
        .map(|stop| {
            let line = view.lines.iter().find(|line| line.code == stop.code);
            let href = line.and_then(|line| line.href(&view.href("")));
            let name = view.bank.dimension(&stop.code).map_or(stop.code.clone(), |known| known.title.clone());
            let name = match href {
                Some(href) => view! { <a href=href>{name}</a> }.into_any(),
                None => name.into_any(),
            };
            view! { <li>{name}" "{stop.reason}"."</li> }
        })
        .collect_view();
    view! { <Notice tone=Tone::Warn title><ul class="plain-list">{rows}</ul></Notice> }.into_any()
}

/// Answers that reviewed evidence proposes to change.
#[component]
pub(super) fn Proposals(view: RoadmapView) -> AnyView {
    let base = view.href("");
    let rows: Vec<_> = view
        .lines
        .iter()
        .filter_map(|line| {
            let worked = line.worked.as_ref().filter(|worked| worked.proposed)?;
            let href = line.href(&base)?;
            let action = format!("{href}/take-over");
            let take = match &worked.cannot_take_over {
                Some(why) => view! { <span class="small soft">{why.clone()}</span> }.into_any(),
                None => view! {
                    <form method="post" action=action>
                        <Button kind=ButtonKind::Secondary label=format!("Update the answer to {}", line.code)>"Update the answer"</Button>
                    </form>
                }
                .into_any(),
            };
            Some(view! {
                <li class="proposal">
                    <p><a class="question-code" href=href>{line.code.clone()}</a>{line.action.clone()}</p>
                    {take}
                </li>
            })
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let title = match rows.len() {
        1 => "Reviewed evidence shows more than the answers say".to_owned(),
        many => format!("Reviewed evidence of {many} items shows more than the answers say"),
    };
    view! { <Notice tone=Tone::Good title><ul class="plain-list proposals">{rows}</ul></Notice> }.into_any()
}

/// The tabs of the views.
#[component]
pub(super) fn Views(view: RoadmapView, query: String) -> AnyView {
    let tab = |shown: Shown| {
        let rest = if query.is_empty() { String::new() } else { format!("&{query}") };
        Tab::new(shown.label(), view.href(&format!("?view={}{rest}", shown.word())))
            .current(shown == view.shown)
    };
    let tabs = Shown::ALL.into_iter().map(tab).collect();
    view! { <SubNav label="Views of the roadmap" tabs /> }.into_any()
}
