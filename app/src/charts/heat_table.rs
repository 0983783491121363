//! Many things by the same dimensions: teams of an organisation, assessments of a team.

use leptos::prelude::*;

use crate::components::MaybeText;

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatRow {
    /// What the row is about.
    pub label: String,
    /// Where it is shown in full.
    pub href: Option<String>,
    /// A level for each column; none where it was not rated.
    pub levels: Vec<Option<u8>>,
}

/// A table of levels, shaded. It is the table of its own facts.
#[component]
pub fn HeatTable(
    /// What the table shows, in a sentence.
    #[prop(into)]
    caption: String,
    /// What the rows are: "Team".
    #[prop(into)]
    rows_are: String,
    /// The dimensions.
    columns: Vec<String>,
    /// The rows.
    rows: Vec<HeatRow>,
    /// A sentence below.
    #[prop(optional, into)]
    note: MaybeText,
) -> AnyView {
    let heads = columns.into_iter().map(|label| view! { <th scope="col">{label}</th> }).collect_view();
    let body = rows.into_iter().map(row).collect_view();
    let name = caption.clone();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=name>
            <table class="heat-table">
                <caption>{caption}</caption>
                <thead><tr><th scope="col">{rows_are}</th>{heads}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {note.0.map(|note| view! { <p class="chart-summary">{note}</p> })}
    }
    .into_any()
}

fn row(row: HeatRow) -> AnyView {
    let label = match row.href {
        Some(href) => view! { <a href=href>{row.label}</a> }.into_any(),
        None => row.label.into_any(),
    };
    let cells = row
        .levels
        .into_iter()
        .map(|level| {
            let class = level.map_or("heat-none", |level| {
                ["heat-0", "heat-1", "heat-2", "heat-3", "heat-4"][usize::from(level.min(4))]
            });
            let words = level.map_or_else(|| "not rated".to_owned(), |level| level.to_string());
            view! { <td class=class>{words}</td> }
        })
        .collect_view();
    view! { <tr><th scope="row">{label}</th>{cells}</tr> }.into_any()
}
