//! `/api/v1/teams/{team}/ownership`, skills, tools, and what people hold.

mod bodies;

use axum::extract::State;
use axum::response::IntoResponse;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::service::{self, PersonSkills};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, IfMatch, Json, Path, Query, etag};
use bodies::{
    FindingsBody, HandOverBody, HandedOverBody, HoldingsBody, OrganisationToolsBody, OwnershipBody,
    OwnershipView, SkillsBody, SkillsView, ToolsBody, ToolsView,
};

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, put))
        .routes(routes!(show_findings))
        .routes(routes!(show_skills, put_skills))
        .routes(routes!(show_tools, put_tools))
        .routes(routes!(organisation_tools))
        .routes(routes!(holdings))
        .routes(routes!(hand_over))
}

/// Which day is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// The day, `2026-11-21`; today when absent.
    on: Option<NaiveDate>,
}

/// Show who holds which job role for what
///
/// On any day: past days are never rewritten, and what is arranged for later is known already. The `ETag` is the
/// revision that `PUT` compares.
#[utoipa::path(
    get,
    path = "/teams/{team}/ownership",
    tag = "ownership",
    params(("team", description = "Id or short name"), OnDay),
    responses((status = 200, body = OwnershipView))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    Query(OnDay { on }): Query<OnDay>,
) -> Result<impl IntoResponse, Error> {
    let ownership = service::get(&app, &caller, &team).await?;
    let on = on.unwrap_or(ownership.today);
    Ok(([etag(ownership.revision)], axum::Json(OwnershipView::of(&ownership, on))))
}

/// Set who holds which job role for what, from a day on
///
/// The body is the whole state on that day. What is missing in it ends the day before; what began that very day is
/// taken back; what is unchanged is not touched; what is arranged for later stays. Each change is an entry in the audit
/// trail. A day that is past is refused. With `If-Match`, what somebody else changed in between is not overwritten.
#[utoipa::path(
    put,
    path = "/teams/{team}/ownership",
    tag = "ownership",
    params(("team", description = "Id or short name"), OnDay),
    request_body = OwnershipBody,
    responses(
        (status = 200, body = OwnershipView),
        (status = 412, description = "Somebody else changed it since."),
        (status = 422, description = "A rule is broken; the pointers name the fields.")
    )
)]
async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    Query(OnDay { on }): Query<OnDay>,
    seen: IfMatch,
    Json(body): Json<OwnershipBody>,
) -> Result<impl IntoResponse, Error> {
    service::get_to_manage(&app, &caller, &team).await?;
    let people: Vec<&str> = body.holdings.iter().map(|holding| holding.person.as_str()).collect();
    let people = service::resolve(&app, "holdings", &people).await?;
    let wishes =
        body.holdings.into_iter().zip(people).map(|(holding, person)| holding.wish(person)).collect();
    let ownership = service::set(&app, &caller, &team, on, wishes, seen).await?;
    let on = on.unwrap_or(ownership.today);
    Ok(([etag(ownership.revision)], axum::Json(OwnershipView::of(&ownership, on))))
}

/// Show what is missing in who holds what
///
/// What matters most comes first. Each finding names its fix: what is done with the person who is chosen.
#[utoipa::path(
    get,
    path = "/teams/{team}/ownership/findings",
    tag = "ownership",
    params(("team", description = "Id or short name"), OnDay),
    responses((status = 200, body = FindingsBody))
)]
async fn show_findings(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    Query(OnDay { on }): Query<OnDay>,
) -> Result<axum::Json<FindingsBody>, Error> {
    let ownership = service::get(&app, &caller, &team).await?;
    let on = on.unwrap_or(ownership.today);
    let items = ownership.findings(on)?.into_iter().map(Into::into).collect();
    Ok(axum::Json(FindingsBody { on, items, next: None }))
}

/// Show which skills the people of a team have, need and lack
#[utoipa::path(
    get,
    path = "/teams/{team}/skills",
    tag = "ownership",
    params(("team", description = "Id or short name")),
    responses((status = 200, body = SkillsView))
)]
async fn show_skills(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let skills = service::skills(&app, &caller, &team).await?;
    Ok(([etag(skills.revision)], axum::Json(SkillsView::of(&skills))))
}

/// Set which skills people have
///
/// The skills of each person named become exactly these; those of others stay.
#[utoipa::path(
    put,
    path = "/teams/{team}/skills",
    tag = "ownership",
    params(("team", description = "Id or short name")),
    request_body = SkillsBody,
    responses((status = 200, body = SkillsView), (status = 412, description = "Somebody else changed them since."))
)]
async fn put_skills(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    seen: IfMatch,
    Json(body): Json<SkillsBody>,
) -> Result<impl IntoResponse, Error> {
    service::get_to_manage(&app, &caller, &team).await?;
    let people: Vec<&str> = body.people.iter().map(|one| one.person.as_str()).collect();
    let people = service::resolve(&app, "people", &people).await?;
    let wanted = body.people.into_iter().zip(people);
    let wanted =
        wanted.map(|(one, person)| PersonSkills { person, skills: one.skills.into_iter().collect() });
    let skills = service::set_skills(&app, &caller, &team, wanted.collect(), seen).await?;
    Ok(([etag(skills.revision)], axum::Json(SkillsView::of(&skills))))
}

/// Show which tools a team uses for which capability
#[utoipa::path(
    get,
    path = "/teams/{team}/tools",
    tag = "ownership",
    params(("team", description = "Id or short name")),
    responses((status = 200, body = ToolsView))
)]
async fn show_tools(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let tools = service::tools(&app, &caller, &team).await?;
    Ok(([etag(tools.revision)], axum::Json(ToolsView::of(&tools))))
}

/// Set which tools a team uses
///
/// The tools of each capability named become exactly these; those of others stay. Names that differ only in capitals
/// are one tool.
#[utoipa::path(
    put,
    path = "/teams/{team}/tools",
    tag = "ownership",
    params(("team", description = "Id or short name")),
    request_body = ToolsBody,
    responses((status = 200, body = ToolsView), (status = 412, description = "Somebody else changed them since."))
)]
async fn put_tools(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    seen: IfMatch,
    Json(body): Json<ToolsBody>,
) -> Result<impl IntoResponse, Error> {
    let wanted = body.capabilities.into_iter().map(|one| (one.capability, one.tools)).collect();
    let tools = service::set_tools(&app, &caller, &team, wanted, seen).await?;
    Ok(([etag(tools.revision)], axum::Json(ToolsView::of(&tools))))
}

/// Show who uses what across all teams, and where different tools do the same
#[utoipa::path(
    get,
    path = "/organisation/tools",
    tag = "ownership",
    responses((status = 200, body = OrganisationToolsBody))
)]
async fn organisation_tools(
    State(app): State<App>,
    caller: Caller,
) -> Result<axum::Json<OrganisationToolsBody>, Error> {
    let tools = service::organisation_tools(&app, &caller).await?;
    Ok(axum::Json(OrganisationToolsBody::of(&tools)))
}

/// Show what a person holds and held
///
/// In the teams whose ownership you may see.
#[utoipa::path(
    get,
    path = "/people/{person}/holdings",
    tag = "ownership",
    params(("person", description = "Id or mail address")),
    responses((status = 200, body = HoldingsBody))
)]
async fn holdings(
    State(app): State<App>,
    caller: Caller,
    Path(person): Path<String>,
) -> Result<axum::Json<HoldingsBody>, Error> {
    let held = service::held_by(&app, &caller, &person).await?;
    Ok(axum::Json(HoldingsBody { items: held.iter().flat_map(bodies::holdings_of).collect(), next: None }))
}

/// Hand over what a person holds to somebody else
///
/// From today on. What the successor holds already, with the same or a stronger part, stays as it is.
#[utoipa::path(
    post,
    path = "/people/{person}/hand-over",
    tag = "ownership",
    params(("person", description = "Id or mail address")),
    request_body = HandOverBody,
    responses((status = 200, body = HandedOverBody), (status = 422, description = "The successor may not hold anything there."))
)]
async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    Path(person): Path<String>,
    Json(body): Json<HandOverBody>,
) -> Result<axum::Json<HandedOverBody>, Error> {
    let done = service::hand_over(&app, &caller, &person, &body.to, body.teams).await?;
    Ok(axum::Json(HandedOverBody { teams: done.into_iter().map(Into::into).collect() }))
}
