//! Deployments over HTTP, and what ran on a day.

use super::bodies::{DeploymentBody, InProductionBody, NewDeploymentBody};
use super::listed;
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Keyed, Listing, Path, Query, Window};
use crate::models::service::{self, InProduction, NewDeployment, Posted};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// List the deployments of a version, the latest recorded first
#[utoipa::path(
    get,
    path = "/models/{model}/versions/{version}/deployments",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded"),
        Window
    ),
    responses((status = 200, body = Listing<DeploymentBody>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<DeploymentBody>>, Error> {
    listed(service::deployments(&app, &caller, &model, &version, &window).await?)
}

/// Record a deployment of a version
///
/// That it runs in an environment from a moment on, instead of the other versions or beside them, or that it runs there no
/// more. Posting the same again is harmless: the key is the Idempotency-Key header or, without it, the digest of the
/// canonical body.
#[utoipa::path(
    post,
    path = "/models/{model}/versions/{version}/deployments",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded")
    ),
    request_body = NewDeploymentBody,
    responses(
        (status = 201, description = "Recorded.", body = DeploymentBody),
        (status = 200, description = "It had been recorded before.", body = DeploymentBody),
        (status = 409, description = "The model is out of use."),
        (status = 422, description = "A field breaks a rule, such as a time in the future, or the key was used for another body."),
    )
)]
pub(super) async fn record(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Keyed { value, key, digest }: Keyed<NewDeploymentBody>,
) -> Result<(StatusCode, axum::Json<DeploymentBody>), Error> {
    let NewDeploymentBody { environment, change, occurred_at, run_url } = value;
    let deployment = NewDeployment { environment, at: occurred_at, change, run_url };
    let posted = Posted { deployment, key, digest };
    let recorded = service::record(&app, &caller, &model, &version, posted).await?;
    let status = if recorded.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, axum::Json(recorded.row.try_into()?)))
}

/// Where and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Moment {
    /// The environment; `production` when left out.
    environment: String,
    /// A day (UTC), not in the future; now when left out.
    on: Option<NaiveDate>,
}

impl Default for Moment {
    fn default() -> Self {
        Self { environment: "production".to_owned(), on: None }
    }
}

/// Show what of a model runs in an environment, or ran on a day
#[utoipa::path(
    get,
    path = "/models/{model}/in-production",
    tag = "models",
    params(("model" = String, Path, description = "The model's name, percent-encoded"), Moment),
    responses((status = 200, body = InProductionBody), (status = 422, description = "A day in the future."))
)]
pub(super) async fn in_production(
    State(app): State<App>,
    caller: Caller,
    Path(model): Path<String>,
    Query(Moment { environment, on }): Query<Moment>,
) -> Result<axum::Json<InProductionBody>, Error> {
    let InProduction { model, ran } = service::in_production(&app, &caller, &model, &environment, on).await?;
    let versions = ran.into_iter().map(Into::into).collect();
    Ok(axum::Json(InProductionBody { model: model.name, environment, on, versions }))
}
