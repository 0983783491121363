//! Pages of teams and their members.

use std::collections::BTreeSet;

use assay_app::approvals::TeamApprovals;
use assay_app::assessments::TeamAssessments;
use assay_app::models::TeamModels;
use assay_app::ownership::OwnershipGlance;
use assay_app::roadmap::TeamRoadmapLine;
use assay_app::teams::{
    MemberForm, MemberLine, RoleHere, TeamData, TeamForm, TeamFormPage, TeamLine, TeamPage, TeamsPage,
};
use assay_domain::access::{Permission, Rights, Role, RoleHeld};
use axum::{extract::State, response::Response};
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    service::{self, Member, NewTeam},
    store::TeamRow,
};
use crate::{
    access::service::roles,
    app::App,
    approvals::requests::pages as approvals,
    assessments,
    error::Error,
    http::{Caller, Form, Page, Pages, Path, page::form_errors},
    models, ownership, roadmap,
};

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/teams", list)
        .get("/teams/new", new)
        .post("/teams/new", create)
        .get("/teams/{team}", show)
        .get("/teams/{team}/edit", edit)
        .post("/teams/{team}/edit", change)
        .post("/teams/{team}/members", add_member)
        .post("/teams/{team}/members/remove", remove_member)
}

async fn list(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let may_create = page.caller.may(Permission::CreateTeams, None);
    let teams = service::list(&app, &page.caller).await?;
    let teams: Vec<_> = teams.into_iter().map(|team| line(team, &page.caller)).collect();
    let roadmap = page.caller.principal.may_somewhere(Permission::ReadRoadmap) && teams.len() > 1;
    let roadmap = roadmap.then(|| "/organisation/roadmap".to_owned());
    Ok(page.render("Teams", move || view! { <TeamsPage teams may_create roadmap /> }))
}

fn line(team: TeamRow, caller: &Caller) -> TeamLine {
    let held = match &caller.principal.rights {
        Rights::Person(held) => held.as_slice(),
        Rights::Token { .. } | Rights::System => &[],
    };
    let own = held.iter().filter(|held| held.team == Some(team.id)).map(|held| held.role.label().to_owned());
    TeamLine { href: href(&team), own_roles: own.collect(), name: team.name, purpose: team.purpose }
}

fn href(team: &TeamRow) -> String {
    format!("/teams/{}", team.slug)
}

async fn new(page: Page) -> Result<Response, Error> {
    page.caller.require(Permission::CreateTeams, None)?;
    Ok(page.render("New team", || view! { <TeamFormPage form=TeamForm::default() team=None /> }))
}

#[derive(Clone, Deserialize)]
struct NewTeamForm {
    name: String,
    slug: String,
    purpose: String,
}

async fn create(
    State(app): State<App>,
    page: Page,
    Form(form): Form<NewTeamForm>,
) -> Result<Response, Error> {
    let NewTeamForm { name, slug, purpose } = form.clone();
    match service::create(&app, &page.caller, NewTeam { name, slug, purpose }).await {
        Ok(team) => Ok(page.redirect(&href(&team), "The team is created. Now add its members.")),
        Err(Error::Invalid(errors)) => {
            let form = TeamForm {
                name: form.name,
                slug: form.slug,
                purpose: form.purpose,
                errors: form_errors(errors),
            };
            Ok(page.invalid("New team", move || view! { <TeamFormPage form team=None /> }))
        }
        Err(other) => Err(other),
    }
}

async fn show(State(app): State<App>, page: Page, Path(team): Path<String>) -> Result<Response, Error> {
    let team = service::get(&app, &page.caller, &team).await?;
    let (title, body) = draw(&app, &page.caller, team, MemberForm::default()).await?;
    Ok(page.render(&title, body))
}

/// The title of a team's page and what draws it, with what the other rooms show of the team.
async fn draw(
    app: &App,
    caller: &Caller,
    team: TeamRow,
    form: MemberForm,
) -> Result<(String, impl FnOnce() -> AnyView + use<>), Error> {
    let assessments = assessments::pages::of_team(app, caller, &team).await?;
    let glance = ownership::pages::glance(app, caller, &team).await?;
    let findings = glance.as_ref().map(|glance| glance.findings);
    let summary = roadmap::pages::summary(app, caller, &team).await?;
    let models = models::pages::of_team(app, caller, &team).await?;
    let decided = approvals::decisions_of_team(app, caller, team.id).await?;
    let all_decided = format!("/approvals?team={}", team.slug);
    let (title, team) = (team.name.clone(), data(app, caller, team).await?);
    let plan = format!("{}/roadmap", team.href);
    let body = move || {
        let ownership = glance.map(|glance| view! { <OwnershipGlance glance /> });
        view! {
            <TeamPage team form findings>
                <TeamAssessments view=assessments />
                <TeamRoadmapLine summary href=plan />
                {ownership}
                {models.map(TeamModels)}
                <TeamApprovals items=decided href=all_decided />
            </TeamPage>
        }
        .into_any()
    };
    Ok((title, body))
}

async fn data(app: &App, caller: &Caller, team: TeamRow) -> Result<TeamData, Error> {
    let may_grant =
        |role: &Role| roles::may_grant(caller, RoleHeld { role: *role, team: Some(team.id) }).is_ok();
    let in_teams = Role::ALL.into_iter().filter(|role| !role.organisation_only());
    let grantable: BTreeSet<Role> = in_teams.filter(may_grant).collect();
    let members = service::members(app, caller, team.id).await?;
    Ok(TeamData {
        href: href(&team),
        members: members.into_iter().map(|member| member_line(member, &grantable)).collect(),
        may_edit: caller.may(Permission::EditTeams, Some(team.id)),
        grantable: grantable.iter().map(|role| (role.name().to_owned(), role.label().to_owned())).collect(),
        name: team.name,
        purpose: team.purpose,
    })
}

fn member_line(member: Member, grantable: &BTreeSet<Role>) -> MemberLine {
    let here = |role: &Role| RoleHere {
        role: role.name().to_owned(),
        label: role.label().to_owned(),
        may_revoke: grantable.contains(role),
    };
    MemberLine {
        id: member.person.to_string(),
        roles: member.roles.iter().map(here).collect(),
        name: member.name,
        email: member.email,
        active: member.active,
    }
}

async fn edit(State(app): State<App>, page: Page, Path(team): Path<String>) -> Result<Response, Error> {
    let team = service::get(&app, &page.caller, &team).await?;
    page.caller.require(Permission::EditTeams, Some(team.id))?;
    let href = href(&team);
    let form = TeamForm { name: team.name, slug: team.slug, purpose: team.purpose, errors: Vec::new() };
    Ok(page.render("Edit the team", move || view! { <TeamFormPage form team=Some(href) /> }))
}

#[derive(Clone, Deserialize)]
struct ChangeForm {
    name: String,
    purpose: String,
}

async fn change(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Error> {
    let team = service::get(&app, &page.caller, &team).await?;
    let href = href(&team);
    match service::change(&app, &page.caller, team.id, &form.name, &form.purpose).await {
        Ok(()) => Ok(page.redirect(&href, "The team is saved.")),
        Err(Error::Invalid(errors)) => {
            let form = TeamForm {
                name: form.name,
                slug: team.slug,
                purpose: form.purpose,
                errors: form_errors(errors),
            };
            Ok(page.invalid("Edit the team", move || view! { <TeamFormPage form team=Some(href) /> }))
        }
        Err(other) => Err(other),
    }
}

#[derive(Clone, Deserialize)]
struct AddMemberForm {
    email: String,
    role: String,
}

async fn add_member(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(form): Form<AddMemberForm>,
) -> Result<Response, Error> {
    let team = service::get(&app, &page.caller, &team).await?;
    match service::add_member(&app, &page.caller, team.id, &form.email, &form.role).await {
        Ok(name) => Ok(page.redirect(&href(&team), &format!("{name} is added."))),
        Err(Error::Invalid(errors)) => {
            let form = MemberForm { email: form.email, role: form.role, errors: form_errors(errors) };
            let (title, body) = draw(&app, &page.caller, team, form).await?;
            Ok(page.invalid(&title, body))
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
struct RemoveMemberForm {
    person: Uuid,
    role: Role,
}

async fn remove_member(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(form): Form<RemoveMemberForm>,
) -> Result<Response, Error> {
    let team = service::get(&app, &page.caller, &team).await?;
    roles::revoke(&app, &page.caller, form.person, RoleHeld { role: form.role, team: Some(team.id) }).await?;
    Ok(page.redirect(&href(&team), "The role is taken away."))
}
