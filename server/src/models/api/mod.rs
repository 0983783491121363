//! Models, versions, evidence, declared data and deployments over HTTP.
//!
//! Names of models and versions are one segment of the path each, percent-encoded: `bank/fraud` is `bank%2Ffraud`.

mod bodies;
mod deployments;
mod versions;

use super::Narrowed;
use super::service::{self, ModelChange, ModelQuery, NewModel};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, IfMatch, Json, Listing, Path, Window, etag};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use bodies::{ModelBody, ModelChangeBody, ModelLineBody, NewModelBody, QuestionsBody};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(questions))
        .routes(routes!(list, register))
        .routes(routes!(show, change))
        .routes(routes!(deployments::in_production))
        .routes(routes!(versions::list, versions::register))
        .routes(routes!(versions::show, versions::change))
        .routes(routes!(versions::wrong_people))
        .routes(routes!(versions::evidence, versions::attach))
        .routes(routes!(versions::detach))
        .routes(routes!(versions::declared, versions::declare))
        .routes(routes!(deployments::list, deployments::record))
}

/// A page of a list as the API answers it.
fn listed<T, B: TryFrom<T, Error = Error>>(listing: Listing<T>) -> Result<axum::Json<Listing<B>>, Error> {
    let items = listing.items.into_iter().map(B::try_from).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: listing.next }))
}

/// Show the questions about risk
///
/// What a model is asked before its risk tier is known. A yes leads to the question's tier, and so does "unsure".
#[utoipa::path(get, path = "/risk-questions", tag = "models", responses((status = 200, body = QuestionsBody)))]
async fn questions(_: Caller) -> Result<axum::Json<QuestionsBody>, Error> {
    Ok(axum::Json(QuestionsBody::now()?))
}

/// List the models that you may see, by name
#[utoipa::path(
    get,
    path = "/models",
    tag = "models",
    params(ModelQuery, Window),
    responses((status = 200, body = Listing<ModelLineBody>))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Narrowed { query, window }: Narrowed,
) -> Result<axum::Json<Listing<ModelLineBody>>, Error> {
    listed(service::list(&app, &caller, &query, &window).await?)
}

/// Register a model
///
/// Its risk tier follows from the answers to all questions of `GET /risk-questions`; they may be given later.
#[utoipa::path(
    post,
    path = "/models",
    tag = "models",
    request_body = NewModelBody,
    responses((status = 201, body = ModelBody), (status = 422, description = "A field breaks a rule, or the name is taken."))
)]
async fn register(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewModelBody>,
) -> Result<impl IntoResponse, Error> {
    let NewModelBody { name, team, purpose, success_measure, risk_answers } = body;
    let new = NewModel { name, team, purpose, success_measure, risk_answers };
    let model = service::register(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, [etag(model.revision)], axum::Json(ModelBody::try_from(model)?)))
}

/// Show a model
#[utoipa::path(
    get,
    path = "/models/{model}",
    tag = "models",
    params(("model" = String, Path, description = "Its name, percent-encoded")),
    responses((status = 200, body = ModelBody))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(model): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let model = service::get(&app, &caller, &model).await?;
    Ok(([etag(model.revision)], axum::Json(ModelBody::try_from(model)?)))
}

/// Change a model
///
/// What it is for, who answers for it, how much harm it can do, and whether it is in use. With `If-Match`, what somebody
/// else changed in between is not overwritten. Another team is a proposal by somebody who is signed in: the model moves, and
/// its approvals end, once a lead of each of the two teams has confirmed it (`GET /proposals`).
#[utoipa::path(
    patch,
    path = "/models/{model}",
    tag = "models",
    params(
        ("model" = String, Path, description = "Its name, percent-encoded"),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read")
    ),
    request_body = ModelChangeBody,
    responses(
        (status = 200, body = ModelBody),
        (status = 409, description = "The model is out of use, or is to be taken out of use while it runs somewhere; a move waits already, or a token asks for one; or the change ends or suspends what is approved (`ends_approval`, which names the approvals) and the body does not say so."),
        (status = 412, description = "Somebody else changed it since."),
    )
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(model): Path<String>,
    seen: IfMatch,
    Json(body): Json<ModelChangeBody>,
) -> Result<impl IntoResponse, Error> {
    let ModelChangeBody { purpose, success_measure, team, risk_answers, reason, archived, ends_approval } =
        body;
    let change = ModelChange { purpose, success_measure, team, risk_answers, reason, archived };
    let model = service::change(&app, &caller.told(ends_approval), &model, seen, change).await?;
    Ok(([etag(model.revision)], axum::Json(ModelBody::try_from(model)?)))
}
