//! Tables. Order, filter and page are in the address, so heads that sort are links.

use leptos::prelude::*;

use super::MaybeText;

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    fn attribute(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// The head of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// What it holds.
    pub label: String,
    /// Whether it holds numbers, which are set to the right.
    pub numeric: bool,
    /// Where the table is sorted by this column, or sorted the other way.
    pub sort_href: Option<String>,
    /// How it is sorted by this column now.
    pub sorted: Option<Direction>,
}

impl Column {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of numbers.
    pub fn numeric(label: impl Into<String>) -> Self {
        Self { numeric: true, ..Self::new(label) }
    }

    /// The same column with a head that sorts.
    #[must_use]
    pub fn sort(self, href: impl Into<String>, sorted: Option<Direction>) -> Self {
        Self { sort_href: Some(href.into()), sorted, ..self }
    }
}

/// A table whose rows become cards where it is narrow. The first cell of a row names the row.
#[component]
pub fn Table(
    /// What the table holds, in a sentence.
    #[prop(into)]
    caption: String,
    /// The heads.
    columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    rows: Vec<Vec<AnyView>>,
    /// What stands there when there are no rows, and what to do.
    #[prop(optional, into)]
    empty: MaybeText,
    /// Leaves the caption to those who listen, where a heading just above says the same.
    #[prop(optional)]
    hide_caption: bool,
) -> AnyView {
    let width = columns.len().to_string();
    let none = rows.is_empty().then(|| {
        let words = empty.0.unwrap_or_else(|| "Nothing here yet.".into());
        view! { <tr class="table-empty"><td colspan=width>{words}</td></tr> }
    });
    let body = rows.into_iter().map(|cells| view! { <tr>{row(&columns, cells)}</tr> }).collect_view();
    let heads = columns.iter().map(head).collect_view();
    view! {
        <div class="table-frame">
            <table class="table">
                <caption class:visually-hidden=hide_caption>{caption}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{body}{none}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(column: &Column) -> AnyView {
    let label = column.label.clone();
    let words = match column.sort_href.clone() {
        Some(href) => view! { <a class="sort" href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    let sorted = column.sorted.map(Direction::attribute);
    view! { <th scope="col" class:numeric=column.numeric aria-sort=sorted>{words}</th> }.into_any()
}

fn row(columns: &[Column], cells: Vec<AnyView>) -> AnyView {
    columns
        .iter()
        .zip(cells)
        .enumerate()
        .map(|(place, (column, cell))| {
            let label = column.label.clone();
            if place == 0 {
                view! { <th scope="row" class:numeric=column.numeric>{cell}</th> }.into_any()
            } else {
                view! { <td class:numeric=column.numeric data-label=label>{cell}</td> }.into_any()
            }
        })
        .collect_view()
        .into_any()
}
