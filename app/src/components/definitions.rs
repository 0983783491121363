//! Facts about one thing, by name.

use leptos::prelude::*;

/// One fact.
pub struct Definition {
    /// Its name.
    pub term: String,
    /// What it is.
    pub value: AnyView,
}

impl Definition {
    /// A fact from anything that can be shown.
    pub fn new(term: impl Into<String>, value: impl IntoAny) -> Self {
        Self { term: term.into(), value: value.into_any() }
    }
}

/// Facts about one thing: names on the left, values on the right, stacked where it is narrow.
#[component]
pub fn DefinitionList(
    /// The facts, in order.
    items: Vec<Definition>,
) -> AnyView {
    let rows = items
        .into_iter()
        .map(|item| view! { <div><dt>{item.term}</dt><dd>{item.value}</dd></div> })
        .collect_view();
    view! { <dl class="definitions">{rows}</dl> }.into_any()
}
