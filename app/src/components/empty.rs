//! What stands where there is nothing yet.

use leptos::prelude::*;

/// Says that nothing is here yet, why that is fine, and what to do next.
#[component]
pub fn Empty(
    /// What is not there: "No assessment yet".
    #[prop(into)]
    title: String,
    /// A sentence and, best, a [`super::LinkButton`] to what comes next.
    children: Children,
) -> AnyView {
    view! {
        <div class="empty">
            <svg class="empty-mark" viewBox="0 0 40 40" aria-hidden="true">
                <path d="M12 3h16l9 9v16l-9 9H12l-9-9V12z" />
            </svg>
            <p class="empty-title">{title}</p>
            <div class="empty-body">{children()}</div>
        </div>
    }
    .into_any()
}
