//! How much of something is done.

use leptos::prelude::*;

/// A bar with its count in words.
#[component]
pub fn Progress(
    /// What is counted: "answered".
    #[prop(into)]
    label: String,
    /// How many are done.
    done: u32,
    /// Of how many.
    total: u32,
) -> AnyView {
    let words = format!("{done} of {total} {label}");
    view! {
        <div class="progress">
            <p aria-hidden="true">{words.clone()}</p>
            <progress value=done.to_string() max=total.max(1).to_string() aria-label=words></progress>
        </div>
    }
    .into_any()
}
