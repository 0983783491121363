//! Levels over time, in steps: a level holds until the next assessment.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::{ChartFrame, Facts, octagon};
use crate::components::{Basis, Column, MaybeText};

/// One assessment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendPoint {
    /// Its as-of date.
    pub date: NaiveDate,
    /// The claimed level, 0 to 4.
    pub claimed: u8,
    /// The supported level, 0 to 4.
    pub supported: u8,
}

/// Where the plot begins and ends, in the picture's units.
const LEFT: f64 = 34.0;
const RIGHT: f64 = 616.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 250.0;

/// Claimed and supported level over time.
#[component]
pub fn Trend(
    /// What the chart shows.
    #[prop(into)]
    title: String,
    /// The assessments, oldest first.
    points: Vec<TrendPoint>,
    /// What one should see in it, in a sentence.
    #[prop(optional, into)]
    summary: MaybeText,
) -> AnyView {
    let places = places(&points);
    let name = format!("{title}. {}", spoken(&points));
    let grid = (0..=4u8)
        .map(|level| {
            let y = height(level);
            view! {
                <line class="trend-grid" x1=fixed(LEFT) x2=fixed(RIGHT) y1=fixed(y) y2=fixed(y) />
                <text class="trend-scale" x=fixed(LEFT - 12.0) y=fixed(y + 5.0) text-anchor="middle">{level.to_string()}</text>
            }
        })
        .collect_view();
    let dates = points
        .iter()
        .zip(&places)
        .enumerate()
        .filter(|(place, _)| has_room(&places, *place))
        .map(|(place, (point, &x))| date(point.date, x, place, points.len()))
        .collect_view();
    let facts = facts(&points);
    view! {
        <ChartFrame title summary legend=true facts>
            <svg class="trend" viewBox="0 0 640 284" role="img" aria-label=name>
                {grid}
                {series(&points, &places, Basis::Supported)}
                {series(&points, &places, Basis::Claimed)}
                {dates}
            </svg>
        </ChartFrame>
    }
    .into_any()
}

fn fixed(value: f64) -> String {
    format!("{value:.1}")
}

fn height(level: u8) -> f64 {
    BOTTOM - (BOTTOM - TOP) * f64::from(level.min(4)) / 4.0
}

/// Each assessment's place from left to right, by date, with room for the marks at both ends.
fn places(points: &[TrendPoint]) -> Vec<f64> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let days = (last.date - first.date).num_days().max(1) as f64;
    let (from, width) = (LEFT + 24.0, RIGHT - LEFT - 48.0);
    points.iter().map(|point| from + width * (point.date - first.date).num_days() as f64 / days).collect()
}

fn series(points: &[TrendPoint], places: &[f64], basis: Basis) -> AnyView {
    // Where both are the same, the claimed outline stays visible around the solid.
    let half = if basis == Basis::Claimed { 7.5 } else { 5.0 };
    let level = |point: &TrendPoint| if basis == Basis::Claimed { point.claimed } else { point.supported };
    let mut line = String::new();
    for (point, x) in points.iter().zip(places) {
        let y = height(level(point));
        line += &if line.is_empty() { format!("M{x:.1} {y:.1}") } else { format!("H{x:.1}V{y:.1}") };
    }
    let marks = points
        .iter()
        .zip(places)
        .map(|(point, x)| {
            view! { <path class="trend-mark" d=octagon(*x, height(level(point)), half) /> }
        })
        .collect_view();
    view! {
        <g class=basis.class()>
            <path class="trend-line" d=line />
            {marks}
        </g>
    }
    .into_any()
}

/// How far a date reaches to both sides of its place, together with a gap.
const DATE_WIDTH: f64 = 96.0;

/// Dates stand under the first and the last assessment, and under those between that keep clear of both and of the
/// one before.
fn has_room(places: &[f64], place: usize) -> bool {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return false };
    if place == 0 || place + 1 == places.len() {
        return true;
    }
    let x = places[place];
    x - first >= DATE_WIDTH && last - x >= DATE_WIDTH && (place == 1 || x - places[place - 1] >= DATE_WIDTH)
}

fn date(date: NaiveDate, x: f64, place: usize, count: usize) -> AnyView {
    let (class, anchor, x) = match place {
        0 => ("trend-date", "start", x - 24.0),
        last if last + 1 == count => ("trend-date", "end", x + 24.0),
        _ => ("trend-date trend-date-between", "middle", x),
    };
    view! { <text class=class x=fixed(x) y="276" text-anchor=anchor>{date.format("%b %Y").to_string()}</text> }.into_any()
}

fn spoken(points: &[TrendPoint]) -> String {
    let parts: Vec<String> = points
        .iter()
        .map(|point| format!("{}: claimed {}, supported {}", point.date, point.claimed, point.supported))
        .collect();
    parts.join("; ")
}

fn facts(points: &[TrendPoint]) -> Facts {
    Facts {
        columns: vec![
            Column::new("Date"),
            Column::numeric("Claimed level"),
            Column::numeric("Supported level"),
        ],
        rows: points
            .iter()
            .map(|point| {
                vec![
                    point.date.format("%-d\u{a0}%b\u{a0}%Y").to_string(),
                    point.claimed.to_string(),
                    point.supported.to_string(),
                ]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::has_room;

    #[test]
    fn dates_do_not_run_into_each_other() {
        let shown =
            |places: &[f64]| (0..places.len()).filter(|place| has_room(places, *place)).collect::<Vec<_>>();
        assert_eq!(shown(&[58.0]), [0]);
        assert_eq!(shown(&[58.0, 320.0, 592.0]), [0, 1, 2]);
        assert_eq!(shown(&[58.0, 320.0, 340.0, 580.0, 592.0]), [0, 1, 4]);
        assert_eq!(shown(&[58.0, 80.0, 592.0]), [0, 2]);
    }
}
