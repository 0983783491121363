//! Phases on a line of time: a bar for each item from the phase in which it begins to the one in which it ends, grouped
//! by job role, and the level that the team will have at the end of each phase.
//!
//! The picture is for wide columns and for paper. Where it is narrow, the list of phases below it says the same.

use assay_domain::roadmap::{ItemStatus, Roadmap};
use leptos::prelude::*;

use super::view::{Line, RoadmapView, day};
use crate::charts::{ChartFrame, Facts, octagon};
use crate::components::Column;

/// The picture's own units.
const WIDTH: f64 = 1120.0;
const LEFT: f64 = 156.0;
const RIGHT: f64 = 1112.0;
const HEAD: f64 = 74.0;
const ROW: f64 = 27.0;
const GAP: f64 = 12.0;
/// How wide a letter of a label is on average, together with a little room.
const LETTER: f64 = 6.6;
/// A phase narrower than this shares its heading with its neighbours.
const HEADING: f64 = 84.0;

/// The items of a role, each with its place from the top.
struct Lane<'v> {
    role: &'v str,
    top: f64,
    lines: Vec<&'v Line>,
}

/// The phases of a plan.
#[component]
pub(super) fn Timeline(view: RoadmapView) -> AnyView {
    let plan = &view.plan;
    let lanes = lanes(&view.lines);
    let bottom = lanes.last().map_or(HEAD, |lane| lane.top + lane.lines.len() as f64 * ROW) + 8.0;
    let scale = Scale { phases: plan.phases.len().max(1) as f64 };
    let name = format!("Phases of the roadmap. {}", spoken(plan));
    let size = format!("0 0 {WIDTH} {bottom:.0}");
    let body = lanes.iter().map(|lane| lane_view(lane, scale)).collect_view();
    let headings = headings(plan, scale, bottom);
    view! {
        <ChartFrame title="Phases" summary="A bar for each item, from the phase in which work on it begins to the one in which it ends. The mark above each phase is the level that the answers will say at its end." facts=facts(&view)>
            <svg class="phases" viewBox=size role="img" aria-label=name>
                {headings}
                {body}
            </svg>
        </ChartFrame>
    }
    .into_any()
}

/// Where phases are from left to right.
#[derive(Clone, Copy)]
struct Scale {
    phases: f64,
}

impl Scale {
    fn width(self) -> f64 {
        (RIGHT - LEFT) / self.phases
    }

    /// Where a phase begins.
    fn start(self, phase: u32) -> f64 {
        LEFT + (f64::from(phase) - 1.0) * self.width()
    }
}

fn lanes(lines: &[Line]) -> Vec<Lane<'_>> {
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for line in lines.iter().filter(|line| line.planned.is_some()) {
        match lanes.iter_mut().find(|lane| lane.role == line.role.1) {
            Some(lane) => lane.lines.push(line),
            None => lanes.push(Lane { role: &line.role.1, top: 0.0, lines: vec![line] }),
        }
    }
    let mut top = HEAD + GAP;
    for lane in &mut lanes {
        lane.top = top;
        top += lane.lines.len() as f64 * ROW + GAP;
    }
    lanes
}

fn headings(plan: &Roadmap, scale: Scale, bottom: f64) -> AnyView {
    let every = (HEADING / scale.width()).ceil().max(1.0) as usize;
    let mut before = plan.start.claimed;
    plan.phases
        .iter()
        .enumerate()
        .map(|(index, phase)| {
            let (left, right) = (scale.start(phase.number), scale.start(phase.number + 1));
            let level = phase.projected.claimed;
            let rises = std::mem::replace(&mut before, level) != level;
            let is_last = index + 1 == plan.phases.len();
            let words = (index % every == 0).then(|| {
                let until = phase.until.map(|until| until.format("to %-d %b").to_string());
                view! {
                    <text class="phases-number" x=fixed(left + 4.0) y="18">{format!("Phase {}", phase.number)}</text>
                    <text class="phases-days" x=fixed(left + 4.0) y="35">{until}</text>
                }
            });
            let mark = (rises || is_last || scale.width() > 60.0).then(|| mark(level, right - 15.0, rises));
            view! {
                <line class="phases-line" x1=fixed(right) x2=fixed(right) y1="4" y2=fixed(bottom) />
                {words}
                {mark}
            }
        })
        .collect_view()
        .into_any()
}

/// The level at the end of a phase, in outline: it is not there yet.
fn mark(level: u8, x: f64, rises: bool) -> AnyView {
    let class = if rises { "phases-mark phases-mark-new" } else { "phases-mark" };
    view! {
        <g class=class>
            <path d=octagon(x, 55.0, 12.0) />
            <text x=fixed(x) y="60" text-anchor="middle">{level.to_string()}</text>
        </g>
    }
    .into_any()
}

fn lane_view(lane: &Lane<'_>, scale: Scale) -> AnyView {
    let bars = lane
        .lines
        .iter()
        .enumerate()
        .filter_map(|(index, line)| bar(line, lane.top + index as f64 * ROW, scale))
        .collect_view();
    let words: Vec<&str> = lane.role.split_whitespace().collect();
    // A role with one item has room for one line only.
    let role = if lane.lines.len() == 1 {
        view! { <text class="phases-role" x="2" y=fixed(lane.top + 17.0)>{lane.role.to_owned()}</text> }
            .into_any()
    } else {
        let lines = words
            .into_iter()
            .enumerate()
            .map(|(index, word)| {
                let down = if index == 0 { "0" } else { "1.25em" };
                view! { <tspan x="2" dy=down>{word.to_owned()}</tspan> }
            })
            .collect_view();
        view! { <text class="phases-role" x="2" y=fixed(lane.top + 17.0)>{lines}</text> }.into_any()
    };
    view! {
        <line class="phases-lane" x1="0" x2=WIDTH.to_string() y1=fixed(lane.top - GAP / 2.0) y2=fixed(lane.top - GAP / 2.0) />
        {role}
        {bars}
    }
    .into_any()
}

fn bar(line: &Line, top: f64, scale: Scale) -> Option<AnyView> {
    let (end, item) = line.planned.as_ref()?;
    let (left, right) = (scale.start(item.started_in) + 3.0, scale.start(end + 1) - 3.0);
    let width = (right - left).max(2.0);
    let state = match line.status() {
        ItemStatus::Planned => String::new(),
        status => format!(" ({})", status.label().to_lowercase()),
    };
    let full = format!("{}{state} {}", line.code, line.action);
    let (after, before) = (RIGHT - right - 6.0, left - LEFT - 6.0);
    let fits = full.chars().count() as f64 * LETTER <= width - 8.0;
    // The label stands in the bar where it fits, otherwise where there is most room: in it, after it, or before it.
    let (x, anchor, room) = if fits || (width >= after && width >= before) {
        (left + 6.0, "start", width - 8.0)
    } else if after >= before {
        (right + 6.0, "start", after)
    } else {
        (left - 6.0, "end", before)
    };
    Some(
        view! {
            <rect class=format!("phases-bar phases-{}", line.status()) x=fixed(left) y=fixed(top + 3.0) width=fixed(width) height=fixed(ROW - 6.0) rx="2" />
            <text class="phases-label" x=fixed(x) y=fixed(top + 17.5) text-anchor=anchor>{cut(&full, room)}</text>
        }
        .into_any(),
    )
}

/// As much of a text as has room, on average.
fn cut(text: &str, room: f64) -> String {
    let most = (room / LETTER).max(0.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn fixed(value: f64) -> String {
    format!("{value:.1}")
}

fn spoken(plan: &Roadmap) -> String {
    let parts: Vec<String> = plan
        .phases
        .iter()
        .map(|phase| {
            let codes: Vec<&str> = phase.items.iter().map(|item| item.code.as_str()).collect();
            let ends = if codes.is_empty() { "work goes on".to_owned() } else { codes.join(", ") };
            format!("Phase {}: {ends}; then level {}", phase.number, phase.projected.claimed)
        })
        .collect();
    parts.join(". ")
}

fn facts(view: &RoadmapView) -> Facts {
    let row = |line: &Line| {
        let (end, item) = line.planned.as_ref()?;
        let phase = view.plan.phases.iter().find(|phase| phase.number == *end)?;
        let phases =
            if item.started_in == *end { end.to_string() } else { format!("{} to {end}", item.started_in) };
        Some(vec![
            line.code.clone(),
            line.role.1.clone(),
            phases,
            phase.until.map(day).unwrap_or_default(),
            line.status().label().to_owned(),
            phase.projected.claimed.to_string(),
        ])
    };
    Facts {
        columns: vec![
            Column::new("Item"),
            Column::new("Job role"),
            Column::numeric("Phases"),
            Column::new("Ends by"),
            Column::new("Status"),
            Column::numeric("Level then"),
        ],
        rows: view.lines.iter().filter_map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn labels_are_cut_to_their_room() {
        assert_eq!(cut("MC-2.1", 100.0), "MC-2.1");
        assert_eq!(cut("MC-2.1 Track every run", 66.0), "MC-2.1 Tr…");
        assert_eq!(cut("MC-2.1", -5.0), "…");
    }
}
