//! What people see when something cannot be done.

use leptos::prelude::*;

use crate::components::{LinkButton, PageTitle};

/// An error, in words, with a way on.
#[component]
pub fn Trouble(
    /// What happened: "There is nothing here".
    title: String,
    /// What to do about it.
    detail: String,
    /// The request's id, to be quoted.
    request: String,
) -> AnyView {
    view! {
        <div class="narrow stack">
            <PageTitle title lede=detail />
            <p><LinkButton href="/">"Go to the start page"</LinkButton></p>
            <p class="small soft">"If it keeps happening, tell your administrator this number: " <code>{request}</code></p>
        </div>
    }
    .into_any()
}
