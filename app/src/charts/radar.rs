//! All dimensions at once: claimed as an outline, supported as a solid.

use std::f64::consts::TAU;

use leptos::prelude::*;

use super::{ChartFrame, Facts};
use crate::components::{Column, MaybeText};

/// One dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RadarAxis {
    /// The dimension's name.
    pub label: String,
    /// The claimed index in hundredths of a level, 0 to 400.
    pub claimed: u16,
    /// The supported index in hundredths of a level, 0 to 400.
    pub supported: u16,
    /// Whether answers are missing.
    pub provisional: bool,
}

/// The middle of the picture, in its own units.
const CENTRE: (f64, f64) = (240.0, 190.0);
/// From the middle to level 4.
const RADIUS: f64 = 132.0;
/// From the middle to a label.
const LABEL_RADIUS: f64 = 150.0;
/// Level 4 in hundredths.
const TOP: u16 = 400;

/// A radar with an axis for each dimension.
#[component]
pub fn Radar(
    /// What the chart shows.
    #[prop(into)]
    title: String,
    /// The dimensions, at least three.
    axes: Vec<RadarAxis>,
    /// What one should see in it, in a sentence.
    #[prop(optional, into)]
    summary: MaybeText,
) -> AnyView {
    let count = axes.len();
    let claimed: Vec<u16> = axes.iter().map(|axis| axis.claimed).collect();
    let supported: Vec<u16> = axes.iter().map(|axis| axis.supported).collect();
    let name = format!("{title}. {}", spoken(&axes));
    let rings = (1..=4u16)
        .map(|level| view! { <polygon class="radar-ring" points=outline(&vec![level * 100; count]) /> })
        .collect_view();
    let spokes = (0..count)
        .map(|place| {
            let (x, y) = point(place, count, RADIUS);
            view! { <line class="radar-spoke" x1=CENTRE.0.to_string() y1=CENTRE.1.to_string() x2=fixed(x) y2=fixed(y) /> }
        })
        .collect_view();
    let scale = (1..=4u16)
        .map(|level| {
            let y = CENTRE.1 - RADIUS * f64::from(level) / 4.0;
            view! { <text class="radar-scale" x=fixed(CENTRE.0 + 5.0) y=fixed(y + 11.0)>{level.to_string()}</text> }
        })
        .collect_view();
    let labels = axes.iter().enumerate().map(|(place, axis)| label(place, count, axis)).collect_view();
    view! {
        <ChartFrame title summary legend=true facts=facts(&axes)>
            <svg class="radar" viewBox="0 0 480 380" role="img" aria-label=name>
                {rings}
                {spokes}
                <polygon class="radar-supported" points=outline(&supported) />
                <polygon class="radar-claimed" points=outline(&claimed) />
                {dots(&supported, "radar-dot-supported")}
                {dots(&claimed, "radar-dot-claimed")}
                {scale}
                {labels}
            </svg>
        </ChartFrame>
    }
    .into_any()
}

/// The point on an axis at a distance from the middle; the first axis points up.
fn point(place: usize, count: usize, distance: f64) -> (f64, f64) {
    let angle = TAU * place as f64 / count.max(1) as f64;
    (CENTRE.0 + distance * angle.sin(), CENTRE.1 - distance * angle.cos())
}

fn reach(index: u16) -> f64 {
    RADIUS * f64::from(index.min(TOP)) / f64::from(TOP)
}

/// One digit after the point: enough for the eye, and the same bytes everywhere.
fn fixed(value: f64) -> String {
    format!("{value:.1}")
}

fn outline(indexes: &[u16]) -> String {
    let corners: Vec<String> = indexes
        .iter()
        .enumerate()
        .map(|(place, &index)| {
            let (x, y) = point(place, indexes.len(), reach(index));
            format!("{x:.1},{y:.1}")
        })
        .collect();
    corners.join(" ")
}

/// Eight-sided, like the marks.
fn dots(indexes: &[u16], class: &'static str) -> AnyView {
    let count = indexes.len();
    indexes
        .iter()
        .enumerate()
        .map(|(place, &index)| {
            let (x, y) = point(place, count, reach(index));
            let (left, top) = (x - 4.5, y - 4.5);
            view! { <path class=class d=format!("M{:.1} {top:.1}h3l3 3v3l-3 3h-3l-3-3v-3z", left + 3.0) /> }
        })
        .collect_view().into_any()
}

/// The name beside the end of its axis, a line for each word so that it stays within the picture.
fn label(place: usize, count: usize, axis: &RadarAxis) -> AnyView {
    let (x, y) = point(place, count, LABEL_RADIUS);
    let anchor = match x - CENTRE.0 {
        right if right > 12.0 => "start",
        left if left < -12.0 => "end",
        _ => "middle",
    };
    let words: Vec<&str> = axis.label.split_whitespace().collect();
    let levels = format!("{} / {}", axis.supported / 100, axis.claimed / 100);
    let lines = words.len() as f64 + 1.0;
    // Above the middle the lines grow upwards, below it downwards, beside it both ways.
    let first = y + 5.0 - (lines - 1.0) * 17.0 * (1.0 - (y - CENTRE.1) / LABEL_RADIUS) / 2.0;
    let row = |offset: usize| fixed(first + 17.0 * offset as f64);
    let last = row(words.len());
    let names = words
        .into_iter()
        .enumerate()
        .map(|(offset, word)| view! { <tspan x=fixed(x) y=row(offset)>{word.to_owned()}</tspan> })
        .collect_view();
    view! {
        <text class="radar-label" text-anchor=anchor>
            {names}
            <tspan class="radar-levels" x=fixed(x) y=last>{levels}</tspan>
        </text>
    }
    .into_any()
}

fn decimal(index: u16) -> String {
    format!("{}.{:02}", index / 100, index % 100)
}

fn spoken(axes: &[RadarAxis]) -> String {
    let parts: Vec<String> = axes
        .iter()
        .map(|axis| format!("{}: claimed {}, supported {}", axis.label, axis.claimed / 100, axis.supported / 100))
        .collect();
    parts.join("; ")
}

fn facts(axes: &[RadarAxis]) -> Facts {
    Facts {
        columns: vec![
            Column::new("Dimension"),
            Column::numeric("Claimed level"),
            Column::numeric("Supported level"),
            Column::numeric("Claimed index"),
            Column::numeric("Supported index"),
        ],
        rows: axes
            .iter()
            .map(|axis| {
                let mark = if axis.provisional { " (provisional)" } else { "" };
                vec![
                    axis.label.clone(),
                    format!("{}{mark}", axis.claimed / 100),
                    (axis.supported / 100).to_string(),
                    decimal(axis.claimed),
                    decimal(axis.supported),
                ]
            })
            .collect(),
    }
}
