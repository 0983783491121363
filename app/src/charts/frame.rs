//! The frame around a chart: title, one sentence, picture, and the same facts as a table.

use leptos::prelude::*;

use crate::components::{Basis, Column, MaybeText, Table};

/// The facts behind a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The heads.
    pub columns: Vec<Column>,
    /// The rows, a text for every column.
    pub rows: Vec<Vec<String>>,
}

/// A chart with its title, its legend, and its facts.
#[component]
pub fn ChartFrame(
    /// What the chart shows.
    #[prop(into)]
    title: String,
    /// What one should see in it, in a sentence.
    #[prop(optional, into)]
    summary: MaybeText,
    /// Whether to explain outline and solid.
    #[prop(optional)]
    legend: bool,
    /// The facts behind the picture.
    facts: Facts,
    /// The picture.
    children: Children,
) -> AnyView {
    let caption = title.clone();
    let rows = facts.rows.into_iter().map(|row| row.into_iter().map(IntoAny::into_any).collect()).collect();
    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <p class="chart-title">{title}</p>
                {summary.0.map(|summary| view! { <p class="chart-summary">{summary}</p> })}
                {legend.then(|| view! { <Legend /> })}
            </figcaption>
            {children()}
            <details class="chart-facts">
                <summary>"Show as a table"</summary>
                <Table caption columns=facts.columns rows hide_caption=true />
            </details>
        </figure>
    }
    .into_any()
}

#[component]
fn Legend() -> AnyView {
    let key = |basis: Basis| {
        view! {
            <li>
                <svg class=format!("legend-key {}", basis.class()) viewBox="0 0 16 16" aria-hidden="true">
                    <path class="mark-field" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />
                </svg>
                {basis.word()}
            </li>
        }
    };
    view! { <ul class="legend">{key(Basis::Supported)}{key(Basis::Claimed)}</ul> }.into_any()
}
