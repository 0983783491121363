//! A bordered piece of a page, and the single figure.

use leptos::prelude::*;

use super::MaybeText;

/// A bordered piece with a heading of the second level.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into)]
    title: String,
    /// Where the whole subject is shown; makes the heading a link.
    #[prop(optional, into)]
    href: MaybeText,
    /// A sentence below the heading.
    #[prop(optional, into)]
    hint: MaybeText,
    /// What the card holds.
    children: Children,
) -> AnyView {
    let heading = match href.0 {
        Some(href) => view! { <a href=href>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    view! {
        <section class="card">
            <h2 class="card-title">{heading}</h2>
            {hint.0.map(|hint| view! { <p class="card-hint">{hint}</p> })}
            {children()}
        </section>
    }
    .into_any()
}

/// One number that matters, with what it counts.
#[component]
pub fn Figure(
    /// The number, formatted: "41.3 %".
    #[prop(into)]
    value: String,
    /// What it counts.
    #[prop(into)]
    label: String,
    /// A short remark: "12 of 72 unanswered".
    #[prop(optional, into)]
    note: MaybeText,
) -> AnyView {
    view! {
        <div class="figure">
            <p class="figure-label">{label}</p>
            <p class="figure-value">{value}</p>
            {note.0.map(|note| view! { <p class="figure-note">{note}</p> })}
        </div>
    }
    .into_any()
}
