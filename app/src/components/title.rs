//! The head of a page.

use leptos::prelude::*;

use super::{Breadcrumbs, Crumb, MaybeText};

/// Crumbs, the page's heading, a sentence, and what can be done with the whole page.
#[component]
pub fn PageTitle(
    /// The heading, the only one of the first level.
    #[prop(into)]
    title: String,
    /// The way down to this page.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// A few words above the heading: "Assessment, November 2026".
    #[prop(optional, into)]
    over: MaybeText,
    /// One sentence below it.
    #[prop(optional, into)]
    lede: MaybeText,
    /// Buttons and links beside it.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="page-title">
            {(!crumbs.is_empty()).then(|| view! { <Breadcrumbs crumbs /> })}
            <div class="page-title-row">
                <div class="page-title-words">
                    {over.0.map(|over| view! { <p class="over">{over}</p> })}
                    <h1>{title}</h1>
                    {lede.0.map(|lede| view! { <p class="lede">{lede}</p> })}
                </div>
                {children.map(|children| view! { <div class="actions">{children()}</div> })}
            </div>
        </div>
    }
    .into_any()
}
