//! The page for what did not work.

use leptos::prelude::*;

use super::MaybeText;

/// What was wrong and what to do, as a whole page.
#[component]
pub fn Trouble(
    /// The HTTP status.
    status: u16,
    /// What was wrong: "This page does not exist".
    #[prop(into)]
    title: String,
    /// A sentence or two: where, and what to do.
    #[prop(into)]
    detail: String,
    /// What to quote when asking for help: the request's id.
    #[prop(optional, into)]
    reference: MaybeText,
    /// Where to go from here; the start page where left out.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let onward = match children {
        Some(children) => children(),
        None => view! { <p><a href="/">"Go to the start page"</a></p> }.into_any(),
    };
    view! {
        <div class="trouble">
            <div>
                <p class="trouble-code">{format!("Error {status}")}</p>
                <h1>{title}</h1>
                <p class="lede">{detail}</p>
            </div>
            {onward}
            {reference.0.map(|reference| view! { <p class="small soft">"Reference "<code>{reference}</code></p> })}
        </div>
    }
    .into_any()
}
