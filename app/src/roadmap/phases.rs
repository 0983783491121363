//! The phases one below the other, with every item, its reasons, and the way to move it.

use assay_domain::roadmap::{ItemStatus, Phase};
use leptos::prelude::*;

use super::view::{Line, RoadmapView, counted, day, tone};
use crate::components::{Badge, Button, ButtonKind, LevelMark, MarkSize, Select, SelectOption, Tone};

/// All phases of the plan.
#[component]
pub(super) fn Phases(view: RoadmapView) -> AnyView {
    let phases = view.plan.phases.clone();
    let rows = phases.into_iter().map(|phase| view! { <OnePhase view=view.clone() phase /> }).collect_view();
    view! { <ol class="phase-list">{rows}</ol> }.into_any()
}

#[component]
fn OnePhase(view: RoadmapView, phase: Phase) -> AnyView {
    let days = phase.from.zip(phase.until).map(|(from, until)| {
        view! { <span class="phase-days">{format!("{} to {}", day(from), day(until))}</span> }
    });
    let level = phase.projected.claimed;
    let lines: Vec<_> = view.of_phase(phase.number).cloned().collect();
    let body = if lines.is_empty() {
        view! { <p class="soft">"Nothing ends in this phase: longer work goes on."</p> }.into_any()
    } else {
        let items =
            lines.into_iter().map(|line| view! { <PlannedItem view=view.clone() line /> }).collect_view();
        view! { <ol class="phase-items">{items}</ol> }.into_any()
    };
    view! {
        <li class="phase" id=format!("phase-{}", phase.number)>
            <div class="phase-head">
                <LevelMark level size=MarkSize::Medium decorative=true />
                <h3>{format!("Phase {}", phase.number)}</h3>
                {days}
                <span class="phase-level">{format!("Level {level} at its end")}</span>
            </div>
            {body}
        </li>
    }
    .into_any()
}

#[component]
fn PlannedItem(view: RoadmapView, line: Line) -> AnyView {
    let Some((end, item)) = line.planned.clone() else { return ().into_any() };
    let code = match line.href(&view.href("")) {
        Some(href) => view! { <a class="question-code" href=href>{line.code.clone()}</a> }.into_any(),
        None => view! { <span class="question-code">{line.code.clone()}</span> }.into_any(),
    };
    let status = (line.status() != ItemStatus::Planned)
        .then(|| view! { <Badge tone=tone(line.status()) text=line.status().label() /> });
    let overdue = line
        .worked
        .as_ref()
        .is_some_and(|worked| worked.overdue)
        .then(|| view! { <Badge tone=Tone::Bad text="Overdue" /> });
    let owner = line.owner().map_or_else(|| "no owner".to_owned(), str::to_owned);
    let begins = (item.started_in < end).then(|| format!("begins in phase {}", item.started_in));
    let facts: Vec<String> =
        [Some(line.role.1.clone()), Some(format!("{} points", item.effort)), Some(owner), begins]
            .into_iter()
            .flatten()
            .collect();
    let reasons = (!item.reasons.is_empty()).then(|| {
        let reasons = item.reasons.iter().map(|reason| view! { <li>{reason.clone()}</li> }).collect_view();
        view! { <ul class="reasons" aria-label=format!("Why {} stands here", line.code)>{reasons}</ul> }
    });
    let mover = view.may_move(&line).then(|| view! { <Mover view=view.clone() code=line.code.clone() /> });
    view! {
        <li class="phase-item">
            <p class="phase-item-what">{code}<span>{line.action}</span></p>
            <p class="phase-item-facts">{facts.join(" · ")}{status}{overdue}</p>
            {reasons}
            {mover}
        </li>
    }
    .into_any()
}

/// A form that keeps an item from beginning before a phase.
#[component]
pub(super) fn Mover(view: RoadmapView, code: String) -> AnyView {
    let now = view.not_before.get(&code).copied();
    let last = view.plan.phases.len().max(now.unwrap_or(1) as usize) + 3;
    let option = |phase: usize| SelectOption::new(phase.to_string(), format!("Phase {phase} or later"));
    let options: Vec<_> =
        std::iter::once(SelectOption::new("", "As early as it can")).chain((2..=last).map(option)).collect();
    let value = now.map(|phase| phase.to_string()).unwrap_or_default();
    let words = match now {
        Some(phase) => format!("Not before phase {phase}"),
        None => "Move".to_owned(),
    };
    let label = format!("{words}: {code}");
    view! {
        <details class="more phase-move">
            <summary aria-label=label>{words}</summary>
            <form class="inline-form" method="post" action=view.href("/phase")>
                <Select id=format!("move-{code}") name="phase" label="Begin" options value />
                <input type="hidden" name="code" value=code.clone() />
                <input type="hidden" name="revision" value=view.revision.to_string() />
                <input type="hidden" name="view" value=view.shown.word() />
                <Button kind=ButtonKind::Secondary label=format!("Move {code}")>"Move"</Button>
            </form>
        </details>
    }
    .into_any()
}

/// What is worked on although the plan does not need it now.
#[component]
pub(super) fn Besides(view: RoadmapView) -> AnyView {
    let besides: Vec<_> = view.lines.iter().filter(|line| line.planned.is_none()).cloned().collect();
    if besides.is_empty() {
        return ().into_any();
    }
    let title = format!("{} besides the plan", counted(besides.len(), "item"));
    let rows = besides
        .into_iter()
        .map(|line| {
            let href = line.href(&view.href("")).unwrap_or_default();
            view! {
                <li>
                    <a class="question-code" href=href>{line.code.clone()}</a>
                    {line.action.clone()}" "
                    <Badge tone=tone(line.status()) text=line.status().label() />
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2>{title}</h2>
            <p class="soft">"Done, dropped, or worked on although today's target does not need them."</p>
            <ul class="plain-list besides">{rows}</ul>
        </section>
    }
    .into_any()
}
