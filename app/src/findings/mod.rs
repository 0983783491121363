//! Findings: what is wrong with a use of data, what runs past those who decide, and what monitors report.
//!
//! Plain forms and links throughout: nothing here is part of the browser bundle.

mod finding;
mod list;

pub use finding::{FindingForm, FindingPage, FindingSteps, FindingView};
pub(crate) use list::FindingTable;
pub use list::{FindingFilterForm, FindingLine, FindingsPage};

use leptos::prelude::*;

use crate::components::{Badge, Tone};

/// Where a finding stands, in a word or two.
#[component]
fn StandingBadge(
    /// The state's name in the API.
    #[prop(into)]
    state: String,
) -> AnyView {
    let (tone, text) = standing(&state);
    view! { <Badge tone text /> }.into_any()
}

fn standing(state: &str) -> (Tone, &'static str) {
    match state {
        "open" => (Tone::Bad, "Open"),
        "in_work" => (Tone::Warn, "In work"),
        "resolved" => (Tone::Good, "Resolved"),
        "risk_accepted" => (Tone::Info, "Risk accepted"),
        _ => (Tone::Neutral, "Unknown"),
    }
}
