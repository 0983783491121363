//! The teams that somebody may see.

use leptos::prelude::*;

use crate::components::{ButtonKind, Card, Empty, LinkButton, PageTitle};

/// A team in the list.
#[derive(Clone, Debug)]
pub struct TeamLine {
    /// The name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// What it is there for.
    pub purpose: String,
    /// What the one looking is in it: "Team lead".
    pub own_roles: Vec<String>,
}

/// The teams.
#[component]
pub fn TeamsPage(
    /// The teams.
    teams: Vec<TeamLine>,
    /// Whether the one looking may create one.
    may_create: bool,
    /// Where the roadmap of all teams is shown.
    roadmap: Option<String>,
) -> AnyView {
    let roadmap = roadmap.map(
        |href| view! { <LinkButton kind=ButtonKind::Secondary href>"Roadmap of all teams"</LinkButton> },
    );
    let create = move || may_create.then(|| view! { <LinkButton href="/teams/new">"New team"</LinkButton> });
    let body = if teams.is_empty() {
        let words = if may_create {
            "A team answers the questionnaire and owns models. Make the first one, then add its members."
        } else {
            "You are in no team yet. An administrator or a team lead can add you."
        };
        view! { <Empty title="No team yet"><p>{words}</p>{create()}</Empty> }.into_any()
    } else {
        let cards = teams.into_iter().map(|team| view! { <TeamCard team /> }).collect_view();
        view! { <div class="grid">{cards}</div> }.into_any()
    };
    view! {
        <div class="stack">
            <PageTitle title="Teams">{roadmap}{create()}</PageTitle>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn TeamCard(team: TeamLine) -> AnyView {
    let own = (!team.own_roles.is_empty()).then(|| format!("You: {}", team.own_roles.join(", ")));
    view! {
        <Card title=team.name href=team.href>
            <p>{team.purpose}</p>
            {own.map(|own| view! { <p class="small soft">{own}</p> })}
        </Card>
    }
    .into_any()
}
