//! Roadmaps and their items over HTTP.

mod bodies;
mod organisation;

use crate::App;
use crate::error::Error;
use crate::http::{Caller, IfMatch, Json, Pairs, Path, Query, etag};
use crate::roadmap::service::{self, ItemChange, NewEvidence};
use crate::roadmap::wishes;
use crate::teams::service as teams;
use assay_domain::roadmap::Roadmap;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use bodies::{
    ChangeBody, CommentBody, EvidenceBody, NewComment, NewEvidenceBody, ReviewBody, TakenOverBody,
    TeamRoadmapBody, WholeItem, WishesBody, WishesQuery,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_assessment))
        .routes(routes!(of_team, save))
        .routes(routes!(organisation::show))
        .routes(routes!(item, change))
        .routes(routes!(comment))
        .routes(routes!(attach))
        .routes(routes!(detach))
        .routes(routes!(review))
        .routes(routes!(take_over))
}

/// Plan from an assessment
///
/// The JSON of `assay roadmap`, from the answers of one assessment and the wishes in the query. Nothing is stored.
#[utoipa::path(
    get,
    path = "/assessments/{id}/roadmap",
    tag = "roadmaps",
    params(("id" = Uuid, Path), WishesQuery),
    responses((status = 200, body = Roadmap), (status = 422, description = "A wish that cannot be meant."))
)]
async fn of_assessment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(Pairs(pairs)): Query<Pairs>,
) -> Result<axum::Json<Roadmap>, Error> {
    let wishes = wishes::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    Ok(axum::Json(service::of_assessment(&app, &caller, id, &wishes).await?))
}

/// Show a team's roadmap
///
/// What was saved, what follows from it and the team's latest answers, and what is worked on.
#[utoipa::path(
    get,
    path = "/teams/{team}/roadmap",
    tag = "roadmaps",
    params(("team" = String, Path, description = "Id or short name")),
    responses((status = 200, body = TeamRoadmapBody))
)]
async fn of_team(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let team = teams::find(&mut app.db.read().await?, &team).await?;
    let found = service::get(&app, &caller, team.id).await?;
    let body = found.map(TeamRoadmapBody::from).unwrap_or_default();
    Ok(([etag(body.revision)], axum::Json(body)))
}

/// Save a team's wishes
///
/// Makes an item of everything in the plan. The same wishes over the same answers change nothing. With `If-Match`, what
/// somebody else saved in between is not overwritten.
#[utoipa::path(
    put,
    path = "/teams/{team}/roadmap",
    tag = "roadmaps",
    params(("team" = String, Path, description = "Id or short name")),
    request_body = WishesBody,
    responses(
        (status = 200, body = TeamRoadmapBody),
        (status = 409, description = "The team has no assessment to start from."),
        (status = 412, description = "Somebody else saved since."),
        (status = 422, description = "A wish that cannot be meant.")
    )
)]
async fn save(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    IfMatch(seen): IfMatch,
    Json(body): Json<WishesBody>,
) -> Result<impl IntoResponse, Error> {
    let team = teams::find(&mut app.db.read().await?, &team).await?;
    let body = TeamRoadmapBody::from(service::save(&app, &caller, team.id, body.into(), seen).await?);
    Ok(([etag(body.revision)], axum::Json(body)))
}

/// Show an item
#[utoipa::path(
    get,
    path = "/roadmap-items/{id}",
    tag = "roadmaps",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = WholeItem))
)]
async fn item(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<impl IntoResponse, Error> {
    let body = WholeItem::from(service::item(&app, &caller, id).await?);
    Ok(([etag(body.item.revision)], axum::Json(body)))
}

/// Change status, owner or due date of an item
///
/// `done` needs evidence, `dropped` a comment that says why. With `If-Match`, what somebody else changed in between is
/// not overwritten.
#[utoipa::path(
    patch,
    path = "/roadmap-items/{id}",
    tag = "roadmaps",
    params(("id" = Uuid, Path)),
    request_body = ChangeBody,
    responses(
        (status = 200, body = WholeItem),
        (status = 412, description = "Somebody else changed it since."),
        (status = 422, description = "A move that does not go, somebody who may not own it, a day that is over.")
    )
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ChangeBody>,
) -> Result<impl IntoResponse, Error> {
    let ChangeBody { status, owner, due, comment } = body;
    let status = status.map(|status| status.parse()).transpose();
    let status = status.map_err(|unknown: assay_domain::roadmap::UnknownStatus| {
        Error::invalid("/status", unknown.to_string())
    })?;
    service::change(&app, &caller, id, ItemChange { status, owner, due, comment, seen }).await?;
    let body = WholeItem::from(service::item(&app, &caller, id).await?);
    Ok(([etag(body.item.revision)], axum::Json(body)))
}

/// Comment on an item
#[utoipa::path(
    post,
    path = "/roadmap-items/{id}/comments",
    tag = "roadmaps",
    params(("id" = Uuid, Path)),
    request_body = NewComment,
    responses((status = 201, body = CommentBody))
)]
async fn comment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(NewComment { comment }): Json<NewComment>,
) -> Result<(StatusCode, axum::Json<CommentBody>), Error> {
    let row = service::comment(&app, &caller, id, &comment).await?;
    Ok((StatusCode::CREATED, axum::Json(row.into())))
}

/// Attach evidence to an item
#[utoipa::path(
    post,
    path = "/roadmap-items/{id}/evidence",
    tag = "roadmaps",
    params(("id" = Uuid, Path)),
    request_body = NewEvidenceBody,
    responses(
        (status = 201, body = EvidenceBody),
        (status = 409, description = "The item was dropped.")
    )
)]
async fn attach(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<NewEvidenceBody>,
) -> Result<(StatusCode, axum::Json<EvidenceBody>), Error> {
    let NewEvidenceBody { uri, sha256, kind, expires } = body;
    let row = service::attach(&app, &caller, id, NewEvidence { uri, sha256, kind, expires }).await?;
    Ok((StatusCode::CREATED, axum::Json(row.into())))
}

/// Take evidence off an item
#[utoipa::path(
    delete,
    path = "/roadmap-items/{id}/evidence/{evidence}",
    tag = "roadmaps",
    params(("id" = Uuid, Path), ("evidence" = Uuid, Path)),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "The item is done and would be left without evidence.")
    )
)]
async fn detach(
    State(app): State<App>,
    caller: Caller,
    Path((id, evidence)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Error> {
    service::detach(&app, &caller, id, evidence).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Review evidence of an item
///
/// By somebody else than who attached it or owns the item. Accepted evidence proposes the answer at the top of its ladder.
#[utoipa::path(
    post,
    path = "/roadmap-items/{id}/evidence/{evidence}/review",
    tag = "roadmaps",
    params(("id" = Uuid, Path), ("evidence" = Uuid, Path)),
    request_body = ReviewBody,
    responses(
        (status = 200, body = EvidenceBody),
        (status = 409, description = "It is the reviewer's own work."),
        (status = 422, description = "A rejection without a reason.")
    )
)]
async fn review(
    State(app): State<App>,
    caller: Caller,
    Path((id, evidence)): Path<(Uuid, Uuid)>,
    Json(ReviewBody { accepted, reason }): Json<ReviewBody>,
) -> Result<axum::Json<EvidenceBody>, Error> {
    let row = service::review(&app, &caller, id, evidence, accepted, &reason).await?;
    Ok(axum::Json(row.into()))
}

/// Take an item over into the answers
///
/// Raises the answer to the top of its ladder with the evidence that was accepted: in the team's running draft, or in the
/// next assessment, which is started with the latest answers.
#[utoipa::path(
    post,
    path = "/roadmap-items/{id}/take-over",
    tag = "roadmaps",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = TakenOverBody),
        (status = 409, description = "Nothing was accepted, it is taken over already, or the caller reviewed it.")
    )
)]
async fn take_over(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<TakenOverBody>, Error> {
    let taken = service::take_over(&app, &caller, id).await?;
    Ok(axum::Json(TakenOverBody {
        assessment: taken.assessment,
        started: taken.is_new,
        code: taken.code,
        value: taken.value.to_owned(),
    }))
}
