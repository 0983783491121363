//! What happened, in order.

use leptos::prelude::*;

use super::Tone;

/// One thing that happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happening {
    /// When, for machines: `2026-11-21T07:04:05Z`.
    pub at: String,
    /// When, for people: "21 Nov 2026, 07:04 UTC".
    pub when: String,
    /// What, in a sentence.
    pub what: String,
    /// Who did it.
    pub who: Option<String>,
    /// Where it is shown in full.
    pub href: Option<String>,
    /// How it is meant.
    pub tone: Tone,
}

/// Things that happened, in the given order.
#[component]
pub fn Timeline(
    /// The things.
    items: Vec<Happening>,
) -> AnyView {
    let entries = items
        .into_iter()
        .map(|item| {
            let what = match item.href {
                Some(href) => view! { <a href=href>{item.what}</a> }.into_any(),
                None => item.what.into_any(),
            };
            view! {
                <li class=format!("happening {}", item.tone.class())>
                    <p class="happening-what">{what}</p>
                    <p class="happening-when">
                        <time datetime=item.at>{item.when}</time>
                        {item.who.map(|who| view! { <span>{who}</span> })}
                    </p>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{entries}</ol> }.into_any()
}
