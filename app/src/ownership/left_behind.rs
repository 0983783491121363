//! What somebody holds, on the page of that person, and handing it over.

use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Select, SelectOption};

/// What somebody holds in a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// The team's id.
    pub team_id: String,
    /// The team's name.
    pub team: String,
    /// Where its ownership is shown.
    pub href: String,
    /// What is held, a line each: "Privacy: accountable as ML engineer".
    pub things: Vec<String>,
    /// Who can take over.
    pub successors: Vec<SelectOption>,
    /// Who was chosen.
    pub chosen: String,
    /// What is wrong with the choice.
    pub error: Option<String>,
}

/// What a person holds by team, each with a successor to choose. Handing over and deactivating are one form, so that
/// nothing is left without an owner in between.
#[component]
pub fn WhatIsLeft(
    /// The person's name.
    name: String,
    /// Where the person is shown.
    href: String,
    /// Whether the person can still be deactivated, and the one looking may do it.
    may_deactivate: bool,
    /// What is held.
    left: Vec<LeftBehind>,
) -> AnyView {
    let count: usize = left.iter().map(|team| team.things.len()).sum();
    let things = if count == 1 { "one job role".to_owned() } else { format!("{count} job roles") };
    let lede = format!("{name} holds {things}. A successor takes over from today; what was stays on record.");
    let teams = left.into_iter().map(|team| view! { <InTeam team /> }).collect_view();
    let both = may_deactivate.then(|| {
        view! {
            <Button kind=ButtonKind::Danger name="active" value="no" action=format!("{href}/active")>
                "Hand over and deactivate"
            </Button>
        }
    });
    view! {
        <section class="section stack" id="hand-over">
            <h2>"What would be left behind"</h2>
            <p>{lede}</p>
            <form class="stack" method="post" action=format!("{href}/hand-over")>
                {teams}
                <div class="cluster">
                    <Button kind=ButtonKind::Secondary>"Hand over"</Button>
                    {both}
                </div>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn InTeam(team: LeftBehind) -> AnyView {
    let none = SelectOption::new("", "Nobody yet");
    let options = std::iter::once(none).chain(team.successors).collect();
    let things = team.things.into_iter().map(|thing| view! { <li>{thing}</li> }).collect_view();
    let (id, field) = (format!("to-{}", team.team_id), format!("to.{}", team.team_id));
    let label = format!("Successor in {}", team.team);
    view! {
        <div class="own-handing">
            <div>
                <h3><a href=team.href>{team.team}</a></h3>
                <ul class="own-things">{things}</ul>
            </div>
            <Select id name=field label options value=team.chosen error=team.error />
        </div>
    }
    .into_any()
}
