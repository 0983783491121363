//! Reports for programs.

use super::{Paper, service};
use crate::App;
use crate::audit::search::Search;
use crate::error::Error;
use crate::http::{Binary, Caller, Path, Query};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(maturity))
        .routes(routes!(trail))
        .routes(routes!(roadmap))
        .routes(routes!(ownership))
}

/// Make the maturity report of an assessment
///
/// PDF/A-3b with the assessment's entries of the ledger embedded: `assay verify report.pdf` checks it offline.
#[utoipa::path(
    get,
    path = "/assessments/{id}/report.pdf",
    tag = "reports",
    params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Binary))
)]
async fn maturity(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let bytes = service::maturity(&app, &caller, id, Paper::A4).await?;
    Ok(pdf(&format!("maturity-{id}.pdf"), bytes))
}

/// Make the audit report of what was searched for
#[utoipa::path(
    get,
    path = "/audit/report.pdf",
    tag = "reports",
    params(Search),
    responses((status = 200, content_type = "application/pdf", body = Binary))
)]
async fn trail(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<Response, Error> {
    let bytes = service::trail(&app, &caller, &search, Paper::A4).await?;
    Ok(pdf("audit-trail.pdf", bytes))
}

/// Make the report of a team's roadmap
#[utoipa::path(
    get,
    path = "/teams/{team}/roadmap.pdf",
    tag = "reports",
    params(("team", description = "Id or short name")),
    responses((status = 200, content_type = "application/pdf", body = Binary))
)]
async fn roadmap(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
) -> Result<Response, Error> {
    let bytes = service::roadmap(&app, &caller, &team, Paper::A4).await?;
    Ok(pdf("roadmap.pdf", bytes))
}

/// For which day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OnDay {
    /// The day; today when left out.
    pub(super) on: Option<NaiveDate>,
}

/// Make the report of who holds what in a team, on a day
#[utoipa::path(
    get,
    path = "/teams/{team}/ownership.pdf",
    tag = "reports",
    params(("team", description = "Id or short name"), OnDay),
    responses((status = 200, content_type = "application/pdf", body = Binary))
)]
async fn ownership(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    Query(day): Query<OnDay>,
) -> Result<Response, Error> {
    let bytes = service::ownership(&app, &caller, &team, day.on, Paper::A4).await?;
    Ok(pdf("ownership.pdf", bytes))
}

/// A PDF to save under a name.
pub(super) fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, disposition.as_str())];
    (headers, bytes).into_response()
}
