//! Datasets, their versions and where they went, over HTTP. Uses are in `usage` and `dvc`.

mod bodies;
mod dvc;
pub(crate) mod usage;

use super::service;
use super::store::{DatasetFilter, UsageRow};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, IfMatch, Json, Listing, Path, Query, Window, etag};
use crate::teams::service as teams;
use assay_domain::access::Reach;
use assay_domain::datasets::{Classification, DatasetDigest, DatasetName, TrainedOn};
use assay_domain::models::VersionRef;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use bodies::{ChangeBody, DatasetBody, DeclaredBody, NewDatasetBody, NewVersionBody, SawBody, VersionBody};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, register))
        .routes(routes!(show, change))
        .routes(routes!(versions, register_version))
        .routes(routes!(used))
        .routes(routes!(trained_on))
        .merge(usage::routes())
        .merge(dvc::routes())
}

/// Which datasets to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Of this team, by id or short name.
    team: Option<String>,
    /// Classified so.
    #[param(inline)]
    classification: Option<Classification>,
    /// Only with findings that are open or in work.
    findings: Option<bool>,
    /// Archived ones instead of those in use.
    archived: Option<bool>,
    /// With this text in name or description.
    q: Option<String>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List the datasets that you may see, by namespace and name
#[utoipa::path(get, path = "/datasets", tag = "datasets", params(Search),
    responses((status = 200, body = Listing<DatasetBody>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<axum::Json<Listing<DatasetBody>>, Error> {
    let window = Window::new(search.limit, search.after);
    let after = window.after.as_deref().map(|after| {
        let (namespace, name) = after.split_once(' ')?;
        Some((namespace.to_owned(), name.to_owned()))
    });
    let after = after
        .map(|after| after.ok_or_else(|| Error::invalid("/after", "is no `next` of a page of this list")));
    let filter = DatasetFilter {
        reach: Reach::nowhere(),
        team: team(&app, search.team).await?,
        classification: search.classification.map(|classification| classification.to_string()),
        with_findings: search.findings.unwrap_or_default(),
        archived: search.archived.unwrap_or_default(),
        text: search.q,
        after: after.transpose()?,
    };
    let rows = service::list(&app, &caller, filter, window.fetch()).await?;
    let page = Listing::cut(rows, &window, |row| format!("{} {}", row.namespace, row.name));
    let items = page.items.into_iter().map(DatasetBody::of).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: page.next }))
}

/// The team that a filter names. One that does not exist is a wrong filter, and whose things are hidden gives nothing.
pub(crate) async fn team(app: &App, which: Option<String>) -> Result<Option<Uuid>, Error> {
    let Some(which) = which else { return Ok(None) };
    match teams::find(&mut app.db.read().await?, &which).await {
        Ok(team) => Ok(Some(team.id)),
        // An id that nothing has.
        Err(Error::NotFound) => Ok(Some(Uuid::nil())),
        Err(other) => Err(other),
    }
}

/// Register a dataset
///
/// With the terms on which it may be used. A lawful basis may be missing: its lack is found when the data is used.
#[utoipa::path(post, path = "/datasets", tag = "datasets", request_body = NewDatasetBody,
    responses((status = 201, body = DatasetBody), (status = 422, description = "A field breaks a rule, or the name is taken.")))]
async fn register(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewDatasetBody>,
) -> Result<impl IntoResponse, Error> {
    let body = DatasetBody::of(service::register(&app, &caller, new.into()).await?)?;
    Ok((StatusCode::CREATED, [etag(body.revision)], axum::Json(body)))
}

/// Show a dataset
#[utoipa::path(get, path = "/datasets/{dataset}", tag = "datasets", params(("dataset" = Uuid, Path)),
    responses((status = 200, body = DatasetBody)))]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<impl IntoResponse, Error> {
    let body = DatasetBody::of(service::get(&app, &caller, id).await?)?;
    Ok(([etag(body.revision)], axum::Json(body)))
}

/// Change the terms of a dataset, or take it out of use
///
/// Findings about earlier uses stay as they are. With `If-Match`, what somebody else changed in between is not
/// overwritten.
#[utoipa::path(patch, path = "/datasets/{dataset}", tag = "datasets", params(("dataset" = Uuid, Path)),
    request_body = ChangeBody,
    responses(
        (status = 200, body = DatasetBody),
        (status = 412, description = "Somebody else changed it since."),
        (status = 422, description = "A field breaks a rule.")
    ))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ChangeBody>,
) -> Result<impl IntoResponse, Error> {
    let body = DatasetBody::of(service::change(&app, &caller, id, body.change(seen)).await?)?;
    Ok(([etag(body.revision)], axum::Json(body)))
}

/// Every version of a dataset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatasetVersions)]
struct VersionsBody {
    /// The newest first.
    items: Vec<VersionBody>,
}

/// List the versions of a dataset, the newest first
#[utoipa::path(get, path = "/datasets/{dataset}/versions", tag = "datasets", params(("dataset" = Uuid, Path)),
    responses((status = 200, body = VersionsBody)))]
async fn versions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<VersionsBody>, Error> {
    let rows = service::version_list(&app, &caller, id).await?;
    Ok(axum::Json(VersionsBody { items: rows.into_iter().map(Into::into).collect() }))
}

/// Register a version of a dataset
///
/// A version never changes: the same digest again is answered with what is there, another one is a contradiction.
#[utoipa::path(post, path = "/datasets/{dataset}/versions", tag = "datasets", params(("dataset" = Uuid, Path)),
    request_body = NewVersionBody,
    responses(
        (status = 201, body = VersionBody),
        (status = 200, description = "It had been registered before.", body = VersionBody),
        (status = 409, description = "It is on record with another digest, or the dataset is archived."),
        (status = 422, description = "A field breaks a rule.")
    ))]
async fn register_version(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(new): Json<NewVersionBody>,
) -> Result<(StatusCode, axum::Json<VersionBody>), Error> {
    let registered = service::register_version(&app, &caller, id, new.into()).await?;
    let status = if registered.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, axum::Json(registered.version.into())))
}

/// What a dataset was used for, and which models saw it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatasetUse)]
struct UsedBody {
    /// By purpose.
    purposes: Vec<PurposeBody>,
    /// The versions of models that saw it, themselves or by what they were made from.
    models: Vec<SawBody>,
    /// The versions of models that declare to be made with it.
    declared: Vec<DeclaredBody>,
}

/// Uses for one purpose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatasetPurposeUse)]
struct PurposeBody {
    purpose: String,
    /// Whether the dataset's terms allow it today.
    allowed: bool,
    uses: u64,
    /// How many rows in all; null where a use does not say.
    rows: Option<u64>,
    /// The first time.
    first: DateTime<Utc>,
    /// The last time.
    last: DateTime<Utc>,
}

/// Show what a dataset was used for, and which models saw it
///
/// Single uses are in `GET /data-usage`.
#[utoipa::path(get, path = "/datasets/{dataset}/usage", tag = "datasets", params(("dataset" = Uuid, Path)),
    responses((status = 200, body = UsedBody)))]
async fn used(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<UsedBody>, Error> {
    let lineage = service::lineage(&app, &caller, id).await?;
    let allowed = lineage.dataset.terms()?.purposes;
    Ok(axum::Json(UsedBody {
        purposes: by_purpose(&lineage.usages, &allowed),
        models: lineage.saw.into_iter().map(Into::into).collect(),
        declared: lineage.declared.into_iter().map(Into::into).collect(),
    }))
}

fn by_purpose(usages: &[UsageRow], allowed: &BTreeSet<String>) -> Vec<PurposeBody> {
    let mut found: BTreeMap<&str, PurposeBody> = BTreeMap::new();
    for usage in usages {
        let body = found.entry(&usage.purpose).or_insert_with(|| PurposeBody {
            purpose: usage.purpose.clone(),
            allowed: allowed.contains(&usage.purpose),
            uses: 0,
            rows: Some(0),
            first: usage.at,
            last: usage.at,
        });
        body.uses += 1;
        body.rows = body.rows.zip(usage.row_count).map(|(sum, rows)| sum.saturating_add(rows.unsigned_abs()));
        body.first = body.first.min(usage.at);
        body.last = body.last.max(usage.at);
    }
    found.into_values().collect()
}

/// What a version of a model was made with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionTrainedOn)]
struct TrainedOnBody {
    /// What was used for it, and for what it was made from, on record.
    used: Vec<UsedDataset>,
    /// What it is declared to be made with: what an approval binds to.
    declared: Vec<DeclaredBody>,
}

/// A dataset that a version was made with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsedDataset)]
struct UsedDataset {
    dataset: DatasetName,
    /// The version that used it, where this one was made from that.
    by_way_of: Option<VersionRef>,
    #[schema(value_type = Vec<String>)]
    digests: BTreeSet<DatasetDigest>,
    purposes: BTreeSet<String>,
    /// How it is classified; null for one that is not registered.
    classification: Option<Classification>,
}

impl From<TrainedOn> for UsedDataset {
    fn from(used: TrainedOn) -> Self {
        let TrainedOn { dataset, by_way_of, digests, purposes, classification } = used;
        Self { dataset, by_way_of, digests, purposes, classification }
    }
}

/// Show what a version of a model was trained on
///
/// Recorded uses, also of what it was made from, beside what is declared.
#[utoipa::path(get, path = "/models/{model}/versions/{version}/trained-on", tag = "datasets",
    params(("model" = String, Path, description = "Name, with / as %2F"), ("version" = String, Path, description = "Name, with / as %2F")),
    responses((status = 200, body = TrainedOnBody)))]
async fn trained_on(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
) -> Result<axum::Json<TrainedOnBody>, Error> {
    let data = service::trained_on(&app, &caller, &VersionRef { model, version }).await?;
    Ok(axum::Json(TrainedOnBody {
        used: data.used.into_iter().map(Into::into).collect(),
        declared: data.declared.into_iter().map(Into::into).collect(),
    }))
}
