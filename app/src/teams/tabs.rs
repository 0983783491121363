//! The pages of one team, side by side.

use leptos::prelude::*;

use crate::components::{SubNav, Tab};

/// What the tabs of a team need to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamNav {
    /// The team's name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// How many findings its ownership has; nothing for those who may not see it.
    pub findings: Option<u32>,
}

/// A page of a team. To add one: a variant here, a tab in [`TeamTabs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamPlace {
    /// What it is there for, its assessments, its members.
    Overview,
    /// Who holds which job role for what, findings, skills, tools.
    Ownership,
    /// What to do next, and what it changes.
    Roadmap,
}

/// The way to the pages of a team.
#[component]
pub fn TeamTabs(
    /// The team.
    nav: TeamNav,
    /// This page.
    place: TeamPlace,
) -> AnyView {
    let mut tabs = vec![Tab::new("Overview", nav.href.clone()).current(place == TeamPlace::Overview)];
    if let Some(findings) = nav.findings {
        let ownership = Tab::new("Ownership", format!("{}/ownership", nav.href));
        let count = (findings > 0).then_some(findings);
        tabs.push(Tab { count, ..ownership }.current(place == TeamPlace::Ownership));
    }
    tabs.push(Tab::new("Roadmap", format!("{}/roadmap", nav.href)).current(place == TeamPlace::Roadmap));
    view! { <SubNav label=format!("Team {}", nav.name) tabs /> }.into_any()
}
