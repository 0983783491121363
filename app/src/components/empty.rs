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
                <path d="M12.34 1.5h15.32L38.5 12.34v15.32L27.66 38.5H12.34L1.5 27.66V12.34z" pathLength="80" />
            </svg>
            <p class="empty-title">{title}</p>
            <div class="empty-body">{children()}</div>
        </div>
    }
    .into_any()
}
