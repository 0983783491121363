//! All teams at a glance: levels by dimension, and tools by capability.
//!
//! To add a page: a variant of [`OrganisationPlace`], a tab in `OrganisationHead`, a file here.

mod levels;
mod tools;

pub use levels::{LevelsPage, LevelsView};
pub use tools::{PurposeRow, ToolUsers, ToolsAcrossPage, ToolsAcrossView};

use leptos::prelude::*;

use crate::components::{PageTitle, SubNav, Tab};

/// A page about all teams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganisationPlace {
    /// Levels of teams by dimension.
    Levels,
    /// Where every team is going.
    Roadmap,
    /// Tools of teams by capability.
    Tools,
}

/// Title and the way to the other pages.
#[component]
pub fn OrganisationHead(
    /// This page.
    place: OrganisationPlace,
    /// The title of the page.
    #[prop(into)]
    title: String,
    /// One sentence below it.
    #[prop(into)]
    lede: String,
) -> AnyView {
    let tab = |label: &str, href: &str, of| Tab::new(label, href).current(place == of);
    let tabs = vec![
        tab("Levels", "/organisation", OrganisationPlace::Levels),
        tab("Roadmap", "/organisation/roadmap", OrganisationPlace::Roadmap),
        tab("Tools", "/organisation/tools", OrganisationPlace::Tools),
    ];
    view! {
        <PageTitle title lede />
        <SubNav label="Organisation" tabs />
    }
    .into_any()
}
