//! `POST /api/v1/data-usage/dvc`: what a lock file of DVC tells.

use super::bodies::ResultBody;
use super::usage::key_of_list;
use crate::App;
use crate::datasets::service::{self, DvcOrder};
use crate::error::Error;
use crate::http::denied::{self, DeniedWithin};
use crate::http::{Caller, Json, Query, extract};
use assay_domain::datasets::{DatasetName, Severity, Usage};
use assay_domain::findings::FindingKind;
use assay_domain::models::VersionRef;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import))
}

/// A `dvc.lock` with what it does not say itself.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DvcImport)]
struct DvcBody {
    /// The text of the file.
    #[schema(
        example = "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n    - path: data/cards.parquet\n      md5: 22a1a2931c8370d3aeedd7183606fd7f\n"
    )]
    lock: String,
    /// The namespace of the datasets: the repository, or the remote.
    #[schema(example = "git/fraud")]
    namespace: String,
    /// Folders that hold data, such as `data`; everything where it is empty. Pipelines read their own code too.
    #[serde(default)]
    under: Vec<String>,
    /// The model that came out of it; `version` goes with it.
    #[serde(default)]
    model: Option<String>,
    /// The version of that model.
    #[serde(default)]
    version: Option<String>,
    /// What for.
    #[schema(example = "fraud-detection")]
    purpose: String,
    /// The job that ran the pipeline; `dvc` when absent.
    #[serde(default)]
    job: Option<String>,
    /// When; now when absent. Without it the same file is the same use, whenever it is imported.
    #[serde(default)]
    at: Option<DateTime<Utc>>,
}

impl DvcBody {
    fn order(self, key: Option<String>) -> Result<DvcOrder, Error> {
        let version = match (self.model, self.version) {
            (Some(model), Some(version)) => Some(VersionRef { model, version }),
            (None, None) => None,
            (Some(_), None) => return Err(Error::invalid("/version", "name the version of the model")),
            (None, Some(_)) => return Err(Error::invalid("/model", "name the model of the version")),
        };
        Ok(DvcOrder {
            lock: self.lock,
            namespace: self.namespace,
            under: self.under,
            job: self.job.unwrap_or_else(|| "dvc".to_owned()),
            version,
            purpose: self.purpose,
            at: self.at,
            key,
        })
    }
}

/// Whether to record.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DryRun {
    /// True only says what would be recorded.
    dry_run: Option<bool>,
}

/// What came of an import, or would come of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DvcImported)]
struct DvcAnswer {
    /// Whether nothing was recorded because nothing should be.
    dry_run: bool,
    /// One for each dataset that the pipeline read and did not make.
    uses: Vec<DvcUse>,
}

/// What came of one dataset of a lock file, or would come of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DvcImportedUse)]
struct DvcUse {
    dataset: DatasetName,
    /// Its MD5, as DVC has it.
    digest: Option<String>,
    /// What would be found; empty when it was recorded, because `result` has the findings then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    would_find: Vec<WouldFind>,
    /// What came of it; absent from a dry run in which all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ResultBody>,
}

/// A finding that would be opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WouldFind)]
struct WouldFind {
    kind: FindingKind,
    severity: Severity,
    message: String,
}

/// Record what a dvc.lock tells
///
/// One use for each dataset that the pipeline read and did not make itself. Where the file is wrong, the message says in
/// which line.
#[utoipa::path(
    post,
    path = "/data-usage/dvc",
    tag = "data usage",
    params(DryRun, ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 characters; each use has this key, a slash and its place")),
    request_body = DvcBody,
    responses(
        (status = 200, description = "What came of each dataset.", body = DvcAnswer),
        (status = 422, description = "The file or a field is wrong."),
    )
)]
async fn import(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(DryRun { dry_run }): Query<DryRun>,
    Json(body): Json<DvcBody>,
) -> Result<Response, Error> {
    let order = body.order(key_of_list(extract::idempotency_key(&headers)?)?)?;
    let dry_run = dry_run.unwrap_or_default();
    let mut uses = Vec::new();
    let mut denied = Vec::new();
    if dry_run {
        for (usage, planned) in service::foresee(&app, &caller, &order).await? {
            let result = planned.as_ref().err().map(|error| ResultBody::refused(error, caller.request));
            let would_find = planned.unwrap_or_default().into_iter();
            let would_find = would_find.map(|found| WouldFind {
                kind: found.kind,
                severity: found.severity,
                message: found.message,
            });
            uses.push(dvc_use(usage, would_find.collect(), result));
        }
    } else {
        for (usage, outcome) in service::import(&app, &caller, &order).await? {
            denied.extend(outcome.as_ref().err().and_then(denied::missing));
            uses.push(dvc_use(usage, Vec::new(), Some(ResultBody::of(outcome, caller.request)?)));
        }
    }
    Ok((Extension(DeniedWithin(denied)), axum::Json(DvcAnswer { dry_run, uses })).into_response())
}

fn dvc_use(usage: Usage, would_find: Vec<WouldFind>, result: Option<ResultBody>) -> DvcUse {
    DvcUse { dataset: usage.dataset, digest: usage.digest.map(Into::into), would_find, result }
}
