//! Teams over HTTP.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    service::{self, Member, NewTeam},
    store::TeamRow,
};
use crate::{
    app::App,
    error::Error,
    http::{Caller, Json, Listing, Path, Query, Window},
};

/// Routes of the room, below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show)).routes(routes!(
        member,
        put_member,
        remove_member
    ))
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Team)]
struct TeamView {
    id: Uuid,
    /// The short name in addresses.
    #[schema(example = "fraud-detection")]
    slug: String,
    name: String,
    purpose: String,
    created_at: DateTime<Utc>,
}

impl From<TeamRow> for TeamView {
    fn from(TeamRow { id, slug, name, purpose, created_at }: TeamRow) -> Self {
        Self { id, slug, name, purpose, created_at }
    }
}

/// A team with its members.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamWithMembers)]
struct FullTeamView {
    #[serde(flatten)]
    team: TeamView,
    members: Vec<MemberView>,
}

/// Somebody who holds a role in a team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamMember)]
struct MemberView {
    user: Uuid,
    name: String,
    email: String,
    /// False when the person may not sign in any more.
    active: bool,
    /// The roles held in this team.
    #[schema(example = json!(["contributor"]))]
    roles: Vec<&'static str>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        let roles = member.roles.iter().map(|role| role.name()).collect();
        Self { user: member.person, name: member.name, email: member.email, active: member.active, roles }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTeam)]
struct CreateTeam {
    name: String,
    /// The short name in addresses; made from the name when left out.
    slug: Option<String>,
    /// What the team is there for.
    purpose: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TeamRoles)]
struct PutMember {
    /// All the roles that the person is to hold in this team: `team-lead`, `contributor`, `approver`, `viewer`.
    #[schema(example = json!(["contributor"]))]
    roles: Vec<String>,
}

/// List the teams that you may see, by short name.
#[utoipa::path(get, path = "/teams", tag = "teams", params(Window), responses((status = 200, body = Listing<TeamView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<TeamView>>, Error> {
    let mut teams = service::list(&app, &caller).await?;
    teams.retain(|team| window.after.as_ref().is_none_or(|after| team.slug > *after));
    Ok(axum::Json(Listing::cut(teams, &window, |team| team.slug.clone()).map(Into::into)))
}

/// Create a team.
#[utoipa::path(post, path = "/teams", tag = "teams", request_body = CreateTeam, responses((status = 201, body = TeamView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<CreateTeam>,
) -> Result<impl IntoResponse, Error> {
    let (slug, purpose) = (new.slug.unwrap_or_default(), new.purpose.unwrap_or_default());
    let team = service::create(&app, &caller, NewTeam { name: new.name, slug, purpose }).await?;
    Ok((StatusCode::CREATED, axum::Json(TeamView::from(team))))
}

/// Show a team, by id or short name, with its members.
#[utoipa::path(get, path = "/teams/{team}", tag = "teams", params(("team", description = "Id or short name")),
    responses((status = 200, body = FullTeamView)))]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
) -> Result<axum::Json<FullTeamView>, Error> {
    let team = service::get(&app, &caller, &team).await?;
    let members = service::members(&app, &caller, team.id).await?;
    Ok(axum::Json(FullTeamView { team: team.into(), members: members.into_iter().map(Into::into).collect() }))
}

/// Show a member.
#[utoipa::path(get, path = "/teams/{team}/members/{user}", tag = "teams",
    params(("team", description = "Id or short name"), ("user", description = "Id or mail address")),
    responses((status = 200, body = MemberView)))]
async fn member(
    State(app): State<App>,
    caller: Caller,
    Path((team, user)): Path<(String, String)>,
) -> Result<axum::Json<MemberView>, Error> {
    let team = service::get(&app, &caller, &team).await?;
    Ok(axum::Json(service::member(&app, &caller, team.id, &user).await?.into()))
}

/// Set the roles of a member; adds the person where they hold none yet.
#[utoipa::path(put, path = "/teams/{team}/members/{user}", tag = "teams", request_body = PutMember,
    params(("team", description = "Id or short name"), ("user", description = "Id or mail address")),
    responses((status = 200, body = MemberView)))]
async fn put_member(
    State(app): State<App>,
    caller: Caller,
    Path((team, user)): Path<(String, String)>,
    Json(put): Json<PutMember>,
) -> Result<axum::Json<MemberView>, Error> {
    let team = service::get(&app, &caller, &team).await?;
    if put.roles.is_empty() {
        return Err(Error::invalid("/roles", "Name at least one role; to remove a member, use DELETE."));
    }
    let parse = |(n, role): (usize, &String)| {
        role.parse().map_err(|reason: String| Error::invalid(format!("/roles/{n}"), reason))
    };
    let roles = put.roles.iter().enumerate().map(parse).collect::<Result<BTreeSet<_>, Error>>()?;
    service::set_member(&app, &caller, team.id, &user, roles).await?;
    Ok(axum::Json(service::member(&app, &caller, team.id, &user).await?.into()))
}

/// Remove a member.
#[utoipa::path(delete, path = "/teams/{team}/members/{user}", tag = "teams",
    params(("team", description = "Id or short name"), ("user", description = "Id or mail address")),
    responses((status = 204)))]
async fn remove_member(
    State(app): State<App>,
    caller: Caller,
    Path((team, user)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let team = service::get(&app, &caller, &team).await?;
    service::set_member(&app, &caller, team.id, &user, BTreeSet::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}
