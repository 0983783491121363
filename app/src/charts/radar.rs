//! All dimensions at once: claimed as an outline, supported as a solid.

use std::f64::consts::TAU;

use leptos::prelude::*;

use super::{ChartFrame, Facts, octagon};
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
/// From line to line of a label, in ems.
const LINE: f64 = 1.2;
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
            // Half-way between two axes, where no mark can be; there the ring is nearer to the middle.
            let angle = TAU / count.max(1) as f64 / 2.0;
            let distance = reach(level * 100) * angle.cos();
            let (x, y) = (CENTRE.0 - distance * angle.sin(), CENTRE.1 - distance * angle.cos());
            view! { <text class="radar-scale" x=fixed(x) y=fixed(y + 4.0) text-anchor="middle">{level.to_string()}</text> }
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
                {dots(&claimed, "radar-dot-claimed", 6.5)}
                {dots(&supported, "radar-dot-supported", 4.5)}
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

/// Eight-sided, like the marks. The claimed ones are larger, so that they show around supported ones at the same place.
fn dots(indexes: &[u16], class: &'static str, half: f64) -> AnyView {
    let count = indexes.len();
    indexes
        .iter()
        .enumerate()
        .map(|(place, &index)| {
            let (x, y) = point(place, count, reach(index));
            view! { <path class=class d=octagon(x, y, half) /> }
        })
        .collect_view()
        .into_any()
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
    // Above the middle the lines grow upwards, below it downwards, beside it both ways; in ems, so that a narrow
    // picture may have larger letters.
    let upwards = (1.0 - (y - CENTRE.1) / LABEL_RADIUS) / 2.0;
    let first = 0.35 - LINE * words.len() as f64 * upwards;
    let names = words
        .into_iter()
        .enumerate()
        .map(|(offset, word)| {
            let down = if offset == 0 { first } else { LINE };
            view! { <tspan x=fixed(x) dy=format!("{down:.2}em")>{word.to_owned()}</tspan> }
        })
        .collect_view();
    view! {
        <text class="radar-label" text-anchor=anchor y=fixed(y)>
            {names}
            <tspan class="radar-levels" x=fixed(x) dy=format!("{LINE}em")>{levels}</tspan>
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
        .map(|axis| {
            format!("{}: claimed {}, supported {}", axis.label, axis.claimed / 100, axis.supported / 100)
        })
        .collect();
    parts.join("; ")
}

fn facts(axes: &[RadarAxis]) -> Facts {
    let level = |index: u16| format!("{} (index {})", index / 100, decimal(index));
    Facts {
        columns: vec![Column::new("Dimension"), Column::new("Claimed level"), Column::new("Supported level")],
        rows: axes
            .iter()
            .map(|axis| {
                let mark = if axis.provisional { ", provisional" } else { "" };
                vec![axis.label.clone(), format!("{}{mark}", level(axis.claimed)), level(axis.supported)]
            })
            .collect(),
    }
}
