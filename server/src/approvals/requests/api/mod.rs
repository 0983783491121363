//! `/api/v1/approval-requests`: asking, looking, deciding.

mod bodies;

use crate::App;
use crate::access::service::people;
use crate::approvals::requests::service::{
    self, Answered, Asked, BreakGlass, Deciding, NewConditionText, Reviewing, Search,
};
use crate::error::Error;
use crate::http::{Caller, Json, Listing, Path, Query, Window};
use axum::extract::State;
use axum::http::StatusCode;
use bodies::{
    ConfirmationBody, DecisionBody, EmergencyBody, NewRequestBody, ReasonBody, RequestBody, ReviewBody,
    SearchQuery,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

type Answer = Result<axum::Json<RequestBody>, Error>;

/// The routes of approval requests.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask))
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(decide))
        .routes(routes!(withdraw))
        .routes(routes!(revoke))
        .routes(routes!(condition_met))
        .routes(routes!(break_glass))
        .routes(routes!(review))
        .routes(routes!(lift_block))
}

/// Ask for an approval
///
/// Of one version for one environment, under the policy that decides about models of this tier there. One request at a time
/// may be open for both. What is approved already, in the state that it has now, is answered with 200 and that approval, and
/// nothing is opened; with `renew` a renewal is opened, and what is approved holds until that is decided. With `emergency` the version is deployed before the decisions, where the policy allows that.
#[utoipa::path(
    post,
    path = "/models/{model}/versions/{version}/approval-requests",
    tag = "approvals",
    params(
        ("model" = String, Path, description = "The model's name, a slash in it as `%2F`"),
        ("version" = String, Path, description = "The version's name, a slash in it as `%2F`"),
    ),
    request_body = NewRequestBody,
    responses(
        (status = 200, description = "It is approved already.", body = RequestBody),
        (status = 201, description = "A request was opened.", body = RequestBody),
        (status = 409, description = "A rule forbids it; the problem's type is the rule's name, such as `request_open`, `no_policy`, `no_tier`, `model_archived` or `demands_not_met`."),
    )
)]
async fn ask(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Json(body): Json<NewRequestBody>,
) -> Result<(StatusCode, axum::Json<RequestBody>), Error> {
    let NewRequestBody { environment, note, emergency, renew } = body;
    let emergency = emergency.map(|emergency| emergency.reason);
    let (note, renew) = (note.unwrap_or_default(), renew.unwrap_or_default());
    let asked = Asked { environment, note, emergency, renew };
    let Answered { kept, opened } = service::ask(&app, &caller, &model, &version, asked).await?;
    let status = if opened { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(RequestBody::new(&app, kept).await?)))
}

/// List approval requests
///
/// The newest first, each as it is now: what ended by time is `expired`, also before that is on record.
#[utoipa::path(
    get,
    path = "/approval-requests",
    tag = "approvals",
    params(SearchQuery),
    responses((status = 200, body = Listing<RequestBody>))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> Result<axum::Json<Listing<RequestBody>>, Error> {
    let SearchQuery { state, team, model, environment, waiting_for_me, limit, after } = query;
    let waiting_for_me = waiting_for_me.unwrap_or_default();
    let search = Search { state, team, model, environment, waiting_for_me };
    let found = service::list(&app, &caller, &search, &Window::new(limit, after)).await?;
    let Listing { items, next } = found;
    let mut bodies = Vec::with_capacity(items.len());
    for listed in items {
        bodies.push(RequestBody::new(&app, listed.kept).await?);
    }
    Ok(axum::Json(Listing { items: bodies, next }))
}

/// Show an approval request
///
/// What it is about, who has to decide, who has, and what became of it.
#[utoipa::path(
    get,
    path = "/approval-requests/{id}",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = RequestBody))
)]
async fn show(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Answer {
    let kept = service::get(&app, &caller, id).await?;
    Ok(axum::Json(RequestBody::new(&app, kept).await?))
}

/// Decide about a request
///
/// `bound_sha256` is the digest of what was looked at: if anything of that changed since, the decision is refused. Only people
/// decide, signed in themselves; no token does.
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/decisions",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    request_body = DecisionBody,
    responses(
        (status = 200, body = RequestBody),
        (status = 403, description = "A rule about people forbids it; the problem's type is its name, such as `self_approval`, `same_person`, `excluded`, `not_holding_role` or `people_only`."),
        (status = 409, description = "The request does not stand like that; the problem's type is the rule's name, such as `request_closed`, `wrong_state_digest` or `step_complete`."),
    )
)]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<DecisionBody>,
) -> Answer {
    let DecisionBody { step, decision, reason, conditions, on_behalf_of, bound_sha256 } = body;
    let on_behalf_of = match on_behalf_of {
        Some(away) => Some(somebody(&app, &away).await?),
        None => None,
    };
    let conditions =
        conditions.into_iter().map(|one| NewConditionText { text: one.text, due: one.due }).collect();
    let reason = reason.unwrap_or_default();
    let deciding = Deciding { step, decision, reason, conditions, on_behalf_of, bound_sha256 };
    answer(&app, service::decide(&app, &caller, id, deciding).await?).await
}

async fn somebody(app: &App, who: &str) -> Result<Uuid, Error> {
    match people::find(&mut app.db.read().await?, who).await {
        Ok(person) => Ok(person.id),
        Err(Error::NotFound) => Err(Error::invalid(
            "/on_behalf_of",
            format!("there is no such person as {who:?}: name an id or a mail address"),
        )),
        Err(other) => Err(other),
    }
}

/// Take a request back
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/withdraw",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses((status = 200, body = RequestBody), (status = 409, description = "It is not open any more."))
)]
async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReasonBody { reason }): Json<ReasonBody>,
) -> Answer {
    answer(&app, service::withdraw(&app, &caller, id, &reason.unwrap_or_default()).await?).await
}

/// Take an approval back
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/revoke",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses((status = 200, body = RequestBody), (status = 409, description = "It is not approved."))
)]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReasonBody { reason }): Json<ReasonBody>,
) -> Answer {
    answer(&app, service::revoke(&app, &caller, id, &reason.unwrap_or_default()).await?).await
}

/// Confirm that a condition is fulfilled
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/conditions/{condition}/met",
    tag = "approvals",
    params(("id" = Uuid, Path), ("condition" = Uuid, Path)),
    request_body = ConfirmationBody,
    responses((status = 200, body = RequestBody), (status = 409, description = "It is met already, or the request is closed."))
)]
async fn condition_met(
    State(app): State<App>,
    caller: Caller,
    Path((id, condition)): Path<(Uuid, Uuid)>,
    Json(ConfirmationBody { note }): Json<ConfirmationBody>,
) -> Answer {
    let note = note.unwrap_or_default();
    answer(&app, service::condition_met(&app, &caller, id, condition, &note).await?).await
}

/// Declare an emergency
///
/// The version is deployed before the decisions, for the short time that the policy allows. Somebody else reviews it.
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/break-glass",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    request_body = EmergencyBody,
    responses(
        (status = 200, body = RequestBody),
        (status = 403, description = "The job role does not count: `not_holding_role`, `role_not_confirmed`, `role_too_new`, `role_given_by_self`."),
        (status = 409, description = "The policy allows no emergency, there is one, or those that the model had in the environment leave no room: `emergency_blocked`, `emergency_limit`."),
    )
)]
async fn break_glass(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(EmergencyBody { reason }): Json<EmergencyBody>,
) -> Answer {
    answer(&app, service::break_glass(&app, &caller, id, BreakGlass { reason }).await?).await
}

/// Review an emergency
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/review",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    request_body = ReviewBody,
    responses((status = 200, body = RequestBody), (status = 409, description = "There is nothing to review."))
)]
async fn review(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReviewBody { justified, reason }): Json<ReviewBody>,
) -> Answer {
    let review = Reviewing { justified, reason: reason.unwrap_or_default() };
    answer(&app, service::review(&app, &caller, id, review).await?).await
}

/// Lift what an emergency blocks
///
/// After an emergency that was not justified, or that nobody reviewed in time, there is no other for the model in the
/// environment, whatever version it is for, until an officer who neither declared it nor asked for the approval lifts that.
/// Officers do it at once; from others it is a proposal that such an officer confirms, and the answer is 202.
#[utoipa::path(
    post,
    path = "/approval-requests/{id}/lift-block",
    tag = "approvals",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses(
        (status = 200, body = RequestBody),
        (status = 202, body = RequestBody, description = "It waits for an officer to confirm it."),
        (status = 403, description = "An officer who had a part in it, or a machine: `self_lift`, `people_only`."),
        (status = 409, description = "It blocks nothing, or it is proposed already: `nothing_blocked`, `no_emergency`."),
    )
)]
async fn lift_block(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReasonBody { reason }): Json<ReasonBody>,
) -> Result<(StatusCode, axum::Json<RequestBody>), Error> {
    let kept = service::lift_block(&app, &caller, id, &reason.unwrap_or_default()).await?;
    let lifted = kept.approval.emergency().is_some_and(|emergency| emergency.lifted().is_some());
    let status = if lifted { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, axum::Json(RequestBody::new(&app, kept).await?)))
}

async fn answer(app: &App, kept: service::Kept) -> Answer {
    Ok(axum::Json(RequestBody::new(app, kept).await?))
}
