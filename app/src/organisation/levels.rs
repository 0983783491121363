//! Where the teams stand.

use leptos::prelude::*;

use super::{OrganisationHead, OrganisationPlace};
use crate::charts::{Distribution, HeatRow, HeatTable};
use crate::components::{Empty, LinkButton, level_name};

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct LevelsView {
    /// The dimensions.
    pub dimensions: Vec<String>,
    /// The teams with a locked result.
    pub teams: Vec<HeatRow>,
    /// The names of the teams without one, and where they are shown.
    pub without: Vec<(String, String)>,
    /// How many teams are at levels 0 to 4, as claimed.
    pub claimed: [u32; 5],
    /// The middle one.
    pub claimed_median: Option<u8>,
    /// How many are, as far as evidence carries.
    pub supported: [u32; 5],
    /// The middle one.
    pub supported_median: Option<u8>,
}

/// Levels of teams by dimension.
#[component]
pub fn LevelsPage(
    /// The levels.
    view: LevelsView,
) -> AnyView {
    let lede = "Where every team stands by its latest locked assessment. Levels are counted, never averaged.";
    let none = view.teams.is_empty();
    let body = if none {
        view! {
            <Empty title="No result is locked yet">
                <p>"As soon as a team's assessment is reviewed and locked, its levels appear here."</p>
                <LinkButton href="/teams">"Go to the teams"</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Pictures view=view.clone() /> }.into_any()
    };
    let without = (!view.without.is_empty() && !none).then(|| view! { <Without teams=view.without /> });
    view! {
        <div class="stack">
            <OrganisationHead place=OrganisationPlace::Levels title="Organisation" lede />
            {body}
            {without}
        </div>
    }
    .into_any()
}

#[component]
fn Pictures(view: LevelsView) -> AnyView {
    let median = |level: Option<u8>| {
        level.map(|level| format!("The middle team is at level {level}: {}.", level_name(level)))
    };
    let (claimed, supported) = (median(view.claimed_median), median(view.supported_median));
    view! {
        <HeatTable
            caption="Levels of teams by dimension, as claimed"
            rows_are="Team"
            columns=view.dimensions
            rows=view.teams
            note="The darkest shade is level 4. A dimension that was left out as not applicable is not rated."
        />
        <div class="own-two">
            <Distribution title="Teams by claimed level" counted="teams" counts=view.claimed summary=claimed />
            <Distribution title="Teams by supported level" counted="teams" counts=view.supported summary=supported />
        </div>
    }
    .into_any()
}

#[component]
fn Without(teams: Vec<(String, String)>) -> AnyView {
    let links =
        teams.into_iter().map(|(name, href)| view! { <li><a href=href>{name}</a></li> }).collect_view();
    view! { <section class="section stack"><h2>"Without a locked result"</h2><ul>{links}</ul></section> }
        .into_any()
}
