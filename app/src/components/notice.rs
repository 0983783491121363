//! A sentence that must not be missed.

use leptos::prelude::*;

use super::{Icon, MaybeText, Tone};

/// A sentence or two, set apart.
#[component]
pub fn Notice(
    /// How it is meant.
    #[prop(optional)]
    tone: Tone,
    /// A few bold words before the rest.
    #[prop(optional, into)]
    title: MaybeText,
    /// Whether it is news on this page, to be read out.
    #[prop(optional)]
    live: bool,
    /// The text.
    children: Children,
) -> AnyView {
    view! {
        <div class=format!("notice {}", tone.class()) role=live.then_some("status")>
            <Icon kind=tone.icon() />
            <div class="notice-body">
                {title.0.map(|title| view! { <p class="notice-title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
    .into_any()
}
