//! Value against effort: what brings much for little stands at the upper left.

use leptos::prelude::*;

use super::list::whole;
use super::view::{Line, RoadmapView};
use crate::charts::{ChartFrame, Facts, octagon};
use crate::components::{Column, Empty};

/// Where the plot begins and ends, in the picture's units.
const LEFT: f64 = 52.0;
const RIGHT: f64 = 872.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 420.0;
/// What an item can cost: 3 to 15 points.
const LEAST: f64 = 3.0;
const MOST: f64 = 15.0;
/// From label to label in a column of the same effort.
const LABEL: f64 = 15.0;

/// An item in the plot.
struct Point<'v> {
    line: &'v Line,
    x: f64,
    y: f64,
    /// Where its label stands, moved so that labels keep clear of each other.
    label: f64,
}

/// Every item of the plan by what it brings and what it costs.
#[component]
pub(super) fn ValueChart(view: RoadmapView) -> AnyView {
    let highest = view.lines.iter().filter_map(value).fold(0.0_f64, f64::max);
    if highest <= 0.0 {
        return view! { <Empty title="Nothing to compare"><p>"There is nothing in the plan."</p></Empty> }
            .into_any();
    }
    let step = nice_step(highest / 5.0);
    let top = (highest / step).ceil() * step;
    let points = points(&view.lines, top);
    let name = format!("Value against effort of {} items, as in the table below.", points.len());
    let marks = points.iter().map(mark).collect_view();
    view! {
        <ChartFrame title="Value against effort" summary="Upper left: brings much for little. Value counts what is gained, how useful it is, whether it blocks the next level, and what waits for it." facts=facts(&view)>
            <svg class="scatter" viewBox="0 0 900 470" role="img" aria-label=name>
                {grid(top, step)}
                {marks}
            </svg>
        </ChartFrame>
    }
    .into_any()
}

fn value(line: &Line) -> Option<f64> {
    let (_, item) = line.planned.as_ref()?;
    Some(item.value.num() as f64 / item.value.den() as f64)
}

/// 1, 2 or 5 times a power of ten, at least `least`.
fn nice_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= least).unwrap_or(power)
}

fn points(lines: &[Line], top: f64) -> Vec<Point<'_>> {
    let mut points: Vec<Point<'_>> = lines
        .iter()
        .filter_map(|line| {
            let (value, (_, item)) = (value(line)?, line.planned.as_ref()?);
            let x = LEFT + 14.0 + (RIGHT - LEFT - 70.0) * (f64::from(item.effort) - LEAST) / (MOST - LEAST);
            let y = BOTTOM - (BOTTOM - TOP) * value / top;
            Some(Point { line, x, y, label: y })
        })
        .collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)).then(a.line.code.cmp(&b.line.code)));
    points.chunk_by_mut(|a, b| a.x == b.x).for_each(spread);
    points
}

/// Moves the labels of a column, from top to bottom, until none stands on another and all are within the plot.
fn spread(column: &mut [Point<'_>]) {
    let mut free = f64::MIN;
    for point in column.iter_mut() {
        point.label = point.y.max(free);
        free = point.label + LABEL;
    }
    let mut free = BOTTOM - 4.0;
    for point in column.iter_mut().rev() {
        point.label = point.label.min(free);
        free = point.label - LABEL;
    }
}

fn fixed(value: f64) -> String {
    format!("{value:.1}")
}

fn grid(top: f64, step: f64) -> AnyView {
    let rows = (top / step).round() as u32;
    let lines = (0..=rows)
        .map(|row| {
            let value = f64::from(row) * step;
            let y = BOTTOM - (BOTTOM - TOP) * value / top;
            view! {
                <line class="trend-grid" x1=fixed(LEFT) x2=fixed(RIGHT) y1=fixed(y) y2=fixed(y) />
                <text class="trend-scale" x=fixed(LEFT - 8.0) y=fixed(y + 4.0) text-anchor="end">{format!("{value:.0}")}</text>
            }
        })
        .collect_view();
    let efforts = (LEAST as u32..=MOST as u32)
        .map(|effort| {
            let x = LEFT + 14.0 + (RIGHT - LEFT - 70.0) * (f64::from(effort) - LEAST) / (MOST - LEAST);
            view! { <text class="trend-scale" x=fixed(x) y="440" text-anchor="middle">{effort.to_string()}</text> }
        })
        .collect_view();
    view! {
        {lines}
        {efforts}
        <text class="scatter-axis" x=fixed(RIGHT) y="464" text-anchor="end">"Effort in points"</text>
        <text class="scatter-axis" x=fixed(LEFT + 4.0) y="12">"Value"</text>
    }
    .into_any()
}

fn mark(point: &Point<'_>) -> AnyView {
    let is_moved = (point.label - point.y).abs() > 2.0;
    let leader = is_moved.then(|| {
        view! { <line class="scatter-leader" x1=fixed(point.x + 5.0) x2=fixed(point.x + 11.0) y1=fixed(point.y) y2=fixed(point.label) /> }
    });
    view! {
        {leader}
        <path class=format!("scatter-mark phases-{}", point.line.status()) d=octagon(point.x, point.y, 5.0) />
        <text class="scatter-label" x=fixed(point.x + 13.0) y=fixed(point.label + 4.0)>{point.line.code.clone()}</text>
    }
    .into_any()
}

fn facts(view: &RoadmapView) -> Facts {
    let row = |line: &Line| {
        let (phase, item) = line.planned.as_ref()?;
        Some(vec![
            format!("{} {}", line.code, line.action),
            whole(item.value.num(), item.value.den()),
            item.effort.to_string(),
            phase.to_string(),
        ])
    };
    let columns = vec![
        Column::new("Item"),
        Column::numeric("Value"),
        Column::numeric("Effort"),
        Column::numeric("Phase"),
    ];
    Facts { columns, rows: view.lines.iter().filter_map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::nice_step;

    #[test]
    fn the_scale_has_round_numbers() {
        assert_eq!([0.9, 1.2, 4.0, 7.0, 23.0].map(nice_step), [1.0, 2.0, 5.0, 10.0, 50.0]);
    }
}
