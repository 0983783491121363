//! The pages about one team, side by side.

use leptos::prelude::*;

use crate::components::{SubNav, Tab};

/// A page about a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamPlace {
    /// The team itself: assessments, members.
    Overview,
    /// The roadmap.
    Roadmap,
}

/// The tabs of a team. A room that adds a page about teams adds a tab here.
#[component]
pub fn TeamTabs(
    /// Where the team is shown.
    #[prop(into)]
    href: String,
    /// This page.
    place: TeamPlace,
) -> AnyView {
    let tabs = vec![
        Tab::new("Overview", href.clone()).current(place == TeamPlace::Overview),
        Tab::new("Roadmap", format!("{href}/roadmap")).current(place == TeamPlace::Roadmap),
    ];
    view! { <SubNav label="This team" tabs /> }.into_any()
}
