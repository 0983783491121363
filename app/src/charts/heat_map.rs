//! Capabilities by score, grouped by dimension.

use leptos::prelude::*;

use super::{ChartFrame, Facts};
use crate::components::{Column, MaybeText};

/// One capability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatCell {
    /// Its name.
    pub label: String,
    /// Its score in per cent, 0 to 100; none where nothing applies.
    pub percent: Option<u8>,
    /// Its level, 0 to 4.
    pub level: u8,
    /// Where its questions are.
    pub href: Option<String>,
}

/// A dimension's capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatGroup {
    /// The dimension's name.
    pub label: String,
    /// Its capabilities.
    pub cells: Vec<HeatCell>,
}

/// The five shades, a class each; the number stands in the cell.
pub(super) fn shade(percent: Option<u8>) -> &'static str {
    match percent {
        None => "heat-none",
        Some(0..=19) => "heat-0",
        Some(20..=39) => "heat-1",
        Some(40..=59) => "heat-2",
        Some(60..=79) => "heat-3",
        Some(_) => "heat-4",
    }
}

/// Capabilities as tiles, shaded by score.
#[component]
pub fn HeatMap(
    /// What the chart shows.
    #[prop(into)]
    title: String,
    /// The dimensions.
    groups: Vec<HeatGroup>,
    /// What one should see in it, in a sentence.
    #[prop(optional, into)]
    summary: MaybeText,
) -> AnyView {
    let facts = facts(&groups);
    let rows = groups
        .into_iter()
        .map(|group| {
            let tiles = group.cells.into_iter().map(tile).collect_view();
            view! {
                <div class="heat-group">
                    <dt>{group.label}</dt>
                    <dd><ul class="heat-tiles">{tiles}</ul></dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <ChartFrame title summary facts>
            <dl class="heat">{rows}</dl>
            <Scale />
        </ChartFrame>
    }
    .into_any()
}

fn tile(cell: HeatCell) -> AnyView {
    let score = cell.percent.map_or_else(|| "n/a".to_owned(), |percent| format!("{percent} %"));
    let words = view! {
        <span class="heat-label">{cell.label}</span>
        <span class="heat-score">{score}</span>
    };
    let inner = match cell.href {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => words.into_any(),
    };
    view! { <li class=format!("heat-tile {}", shade(cell.percent))>{inner}</li> }.into_any()
}

#[component]
fn Scale() -> AnyView {
    let steps = [("0-19 %", 0), ("20-39 %", 20), ("40-59 %", 40), ("60-79 %", 60), ("80-100 %", 80)]
        .map(|(words, least)| view! { <li class=shade(Some(least))>{words}</li> })
        .collect_view();
    view! { <ul class="heat-scale" aria-label="Scale">{steps}</ul> }.into_any()
}

fn facts(groups: &[HeatGroup]) -> Facts {
    let rows = groups.iter().flat_map(|group| {
        group.cells.iter().map(|cell| {
            vec![
                cell.label.clone(),
                group.label.clone(),
                cell.percent.map_or_else(|| "not applicable".to_owned(), |percent| format!("{percent} %")),
                cell.level.to_string(),
            ]
        })
    });
    Facts {
        columns: vec![
            Column::new("Capability"),
            Column::new("Dimension"),
            Column::numeric("Score"),
            Column::numeric("Level"),
        ],
        rows: rows.collect(),
    }
}
