//! How many stand at each level: a bar for each.

use leptos::prelude::*;

use super::{ChartFrame, Facts};
use crate::components::{Column, MaybeText, level_name};

/// Counts by level, 0 to 4.
#[component]
pub fn Distribution(
    /// What the chart shows.
    #[prop(into)]
    title: String,
    /// What is counted: "teams".
    #[prop(into)]
    counted: String,
    /// How many at level 0, 1, 2, 3, 4.
    counts: [u32; 5],
    /// What one should see in it, in a sentence.
    #[prop(optional, into)]
    summary: MaybeText,
) -> AnyView {
    let most = counts.into_iter().max().unwrap_or(0).max(1);
    let bars = (0u8..=4)
        .zip(counts)
        .map(|(level, count)| {
            let width = f64::from(count) / f64::from(most) * 100.0;
            view! {
                <li>
                    <span class="bar-label">{format!("Level {level}")}</span>
                    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar-fill" x="0" y="0" width=format!("{width:.1}") height="10" />
                    </svg>
                    <span class="bar-count">{count}</span>
                </li>
            }
        })
        .collect_view();
    let facts = Facts {
        columns: vec![Column::new("Level"), Column::new("Meaning"), Column::numeric(counted)],
        rows: (0u8..=4)
            .zip(counts)
            .map(|(level, count)| vec![level.to_string(), level_name(level).to_owned(), count.to_string()])
            .collect(),
    };
    view! { <ChartFrame title summary facts><ul class="bars">{bars}</ul></ChartFrame> }.into_any()
}
