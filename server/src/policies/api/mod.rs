//! Policies over HTTP. What is proposed is decided in `crate::proposals`.

mod bodies;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::service;
use super::service::proposals;
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Json, Path};
use crate::proposals::api::{ProposalView, one};
use bodies::{DocumentView, NewPolicy, Policies, PolicyView, Reason, Sent, VersionView};

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, propose))
        .routes(routes!(show))
        .routes(routes!(retire))
        .routes(routes!(version))
        .routes(routes!(text))
}

/// List the policies in force
#[utoipa::path(get, path = "/policies", tag = "policies", responses((status = 200, body = Policies)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<axum::Json<Policies>, Error> {
    let found = service::list(&app, &caller).await?;
    let items = found.policies.iter().map(Into::into).collect();
    Ok(axum::Json(Policies { items, next: None }))
}

/// Propose a policy
///
/// As JSON with a reason, or the TOML text alone. It comes into force when somebody else confirms it. Refused by the name of
/// the rule: a text with mistakes, a version that is not above all there were, a place where another policy decides, people
/// who could never satisfy it, another proposal about the same policy that waits.
#[utoipa::path(
    post,
    path = "/policies",
    tag = "policies",
    request_body(content((NewPolicy = "application/json"), (String = "application/toml"))),
    responses((status = 201, body = ProposalView))
)]
async fn propose(
    State(app): State<App>,
    caller: Caller,
    Sent { proposed, place }: Sent,
) -> Result<(StatusCode, axum::Json<ProposalView>), Error> {
    let row = proposals::propose(&app, &caller, proposed, place).await?;
    Ok((StatusCode::CREATED, axum::Json(one(&app, row).await?)))
}

/// Show a policy with its history
#[utoipa::path(
    get,
    path = "/policies/{policy}",
    tag = "policies",
    params(("policy" = String, Path)),
    responses((status = 200, body = PolicyView))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(policy): Path<String>,
) -> Result<axum::Json<PolicyView>, Error> {
    let history = service::history(&app, &caller, &policy).await?;
    let in_force = history.iter().find(|version| version.row.until_at.is_none()).map(Into::into);
    Ok(axum::Json(PolicyView { in_force, versions: history.iter().map(Into::into).collect() }))
}

/// Propose to take a policy out of force
///
/// When somebody else confirms it, nothing decides where the policy did, and nothing may be deployed there.
#[utoipa::path(
    post,
    path = "/policies/{policy}/retire",
    tag = "policies",
    params(("policy" = String, Path)),
    request_body = Reason,
    responses((status = 201, body = ProposalView))
)]
async fn retire(
    State(app): State<App>,
    caller: Caller,
    Path(policy): Path<String>,
    Json(Reason { reason }): Json<Reason>,
) -> Result<(StatusCode, axum::Json<ProposalView>), Error> {
    let row = proposals::propose_end(&app, &caller, &policy, &reason).await?;
    Ok((StatusCode::CREATED, axum::Json(one(&app, row).await?)))
}

/// Show a version of a policy
#[utoipa::path(
    get,
    path = "/policies/{policy}/{version}",
    tag = "policies",
    params(("policy" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = DocumentView))
)]
async fn version(
    State(app): State<App>,
    caller: Caller,
    Path((policy, version)): Path<(String, String)>,
) -> Result<axum::Json<DocumentView>, Error> {
    let found = service::version(&app, &caller, &policy, &version).await?;
    let (version, document) = (VersionView::from(&found), found.policy.as_ref().clone());
    Ok(axum::Json(DocumentView { version, document, source: found.row.source }))
}

/// The text of a version
///
/// TOML, as it was confirmed: what one changes to propose the next.
#[utoipa::path(
    get,
    path = "/policies/{policy}/{version}/policy.toml",
    tag = "policies",
    params(("policy" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = String, content_type = "application/toml"))
)]
async fn text(
    State(app): State<App>,
    caller: Caller,
    Path((policy, version)): Path<(String, String)>,
) -> Result<impl IntoResponse, Error> {
    let found = service::version(&app, &caller, &policy, &version).await?;
    Ok(([(header::CONTENT_TYPE, "application/toml")], found.row.source))
}
