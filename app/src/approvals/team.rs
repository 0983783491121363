//! The latest of a team's requests, for the team's page.

use leptos::prelude::*;

use crate::components::{Happening, Timeline};

/// The latest of a team's requests.
#[component]
pub fn TeamApprovals(
    /// What became of them, the newest first.
    items: Vec<Happening>,
    /// All of them.
    href: String,
) -> AnyView {
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="section">
            <h2>"Approvals"</h2>
            <Timeline items />
            <p><a href=href>"All approvals of the team"</a></p>
        </section>
    }
    .into_any()
}
