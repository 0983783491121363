//! `GET /api/v1/questionnaires` and its kin.

use super::service;
use super::store::QuestionnaireRow;
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Json, Listing, Path, Query, Window};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, publish)).routes(routes!(show))
}

/// A published version of a questionnaire.
#[derive(Debug, Serialize, ToSchema)]
struct Questionnaire {
    id: String,
    version: String,
    title: String,
    /// SHA-256 of the bank's canonical JSON.
    bank_sha256: String,
    published_at: DateTime<Utc>,
}

impl From<QuestionnaireRow> for Questionnaire {
    fn from(row: QuestionnaireRow) -> Self {
        let QuestionnaireRow { id, version, title, bank_sha256, published_at, .. } = row;
        Self { id, version, title, bank_sha256, published_at }
    }
}

/// A published version with its text.
#[derive(Debug, Serialize, ToSchema)]
struct QuestionnaireText {
    #[serde(flatten)]
    questionnaire: Questionnaire,
    /// The TOML text, as it was published.
    source: String,
}

/// A questionnaire to publish.
#[derive(Debug, Deserialize, ToSchema)]
struct NewQuestionnaire {
    /// The TOML text; `assay questionnaire check` finds its mistakes before the server does.
    source: String,
}

/// List the published questionnaires
#[utoipa::path(get, path = "/questionnaires", tag = "questionnaires", params(Window),
    responses((status = 200, body = Listing<Questionnaire>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<Questionnaire>>, Error> {
    let rows = service::list(&app, &caller).await?;
    let page = Listing::of_whole(rows, &window, |row| format!("{}/{}", row.id, row.version))?;
    Ok(axum::Json(page.map(Into::into)))
}

/// Publish a version of a questionnaire
///
/// A published version never changes; publishing the same text again changes nothing.
#[utoipa::path(
    post,
    path = "/questionnaires",
    tag = "questionnaires",
    request_body = NewQuestionnaire,
    responses((status = 201, body = Questionnaire))
)]
async fn publish(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewQuestionnaire>,
) -> Result<(StatusCode, axum::Json<Questionnaire>), Error> {
    let row = service::publish(&app, &caller, &new.source, "source").await?;
    Ok((StatusCode::CREATED, axum::Json(row.into())))
}

/// Show a published version with its text
#[utoipa::path(
    get,
    path = "/questionnaires/{id}/{version}",
    tag = "questionnaires",
    params(("id" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = QuestionnaireText))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path((id, version)): Path<(String, String)>,
) -> Result<axum::Json<QuestionnaireText>, Error> {
    let row = service::get(&app, &caller, &id, &version).await?;
    let source = row.source.clone();
    Ok(axum::Json(QuestionnaireText { questionnaire: row.into(), source }))
}
