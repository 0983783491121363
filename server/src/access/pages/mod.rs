//! HTML of the room: ways in, the own account, administration.

mod account;
mod away;
mod entrance;
mod known;
pub(crate) mod people;
mod tokens;

use assay_app::access::TeamChoice;
use assay_domain::access::{Role, RoleHeld, Scope};
use uuid::Uuid;

use crate::{
    app::App,
    error::Error,
    http::{Caller, Pages},
    teams,
};

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/sign-in", entrance::sign_in_page)
        .post("/sign-in", entrance::sign_in)
        .post("/sign-out", entrance::sign_out)
        .get("/setup", entrance::setup_page)
        .post("/setup", entrance::setup)
        .get("/invite/{link}", entrance::invitation_page)
        .post("/invite/{link}", entrance::accept)
        .get("/account", account::show)
        .post("/account/password", account::change_password)
        .post("/account/sessions/{session}/end", account::end_session)
        .post("/account/delegations", account::delegate)
        .post("/account/delegations/{delegation}/end", account::end_delegation)
        .post("/account/tokens", account::create_token)
        .post("/account/tokens/{token}/revoke", account::revoke_token)
        .get("/admin", people::admin)
        .get("/admin/people", people::list)
        .post("/admin/people", people::invite)
        .get("/admin/people/{person}", people::show)
        .post("/admin/people/{person}/roles", people::grant)
        .post("/admin/people/{person}/roles/revoke", people::revoke)
        .post("/admin/people/{person}/active", people::set_active)
        .post("/admin/people/{person}/invitation", people::renew_invitation)
        .post("/admin/people/{person}/subjects", people::add_subject)
        .post("/admin/people/{person}/subjects/{subject}/remove", people::remove_subject)
        .get("/admin/tokens", tokens::list)
        .post("/admin/tokens", tokens::create)
        .post("/admin/tokens/{service}/revoke", tokens::revoke)
}

/// Every role, as a form offers it.
fn role_choices() -> Vec<(String, String)> {
    Role::ALL.into_iter().map(|role| (role.name().to_owned(), role.label().to_owned())).collect()
}

/// Every right of a token, with what it allows.
fn scope_choices() -> Vec<(String, String)> {
    let allows = |scope: &Scope| {
        scope.permissions().iter().map(|permission| permission.label()).collect::<Vec<_>>().join("; ")
    };
    Scope::ALL.iter().map(|scope| (scope.name().to_owned(), allows(scope))).collect()
}

/// The teams that the caller may see, as a form offers them.
async fn team_choices(app: &App, caller: &Caller) -> Result<Vec<TeamChoice>, Error> {
    let teams = teams::service::list(app, caller).await?;
    Ok(teams.into_iter().map(|team| TeamChoice { id: team.id.to_string(), name: team.name }).collect())
}

/// A role and where it is held, in words.
fn role_words(held: RoleHeld, teams: &[TeamChoice]) -> String {
    match held.team {
        None => held.role.label().to_owned(),
        Some(team) => format!("{}, {}", held.role.label(), team_name(team, teams)),
    }
}

fn team_name(team: Uuid, teams: &[TeamChoice]) -> String {
    let id = team.to_string();
    teams.iter().find(|team| team.id == id).map_or_else(|| "a team".to_owned(), |team| team.name.clone())
}

/// A role from a form's two fields.
fn parse_role(role: &str, team: &str) -> Result<RoleHeld, Error> {
    let role = role.parse().map_err(|_| Error::invalid("/role", "Choose a role."))?;
    Ok(RoleHeld { role, team: parse_team(team)? })
}

/// A team from a form's field; none where it is empty.
fn parse_team(team: &str) -> Result<Option<Uuid>, Error> {
    if team.is_empty() {
        return Ok(None);
    }
    team.parse().map(Some).map_err(|_| Error::invalid("/team", "Choose a team."))
}
