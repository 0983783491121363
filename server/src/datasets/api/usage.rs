//! `/api/v1/data-usage`: recording what data is used for, and looking at it.

use super::bodies::{FoundBody, ResultBody, UsageBody};
use super::team;
use crate::App;
use crate::datasets::service::{self, Posted};
use crate::datasets::store::UsageFilter;
use crate::error::{Error, FieldError};
use crate::http::denied::{self, DeniedWithin};
use crate::http::{Caller, Listing, OneOrMany, Query, Window, extract};
use assay_domain::access::Reach;
use assay_domain::datasets::{Classification, DatasetName, PersonalUse, Quarter, Usage, UsedBy};
use assay_domain::models::VersionRef;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// How many uses a list may hold.
const MOST: usize = 1000;
/// The longest key of a list: its place is added to it.
const LONGEST_KEY: usize = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, record)).routes(routes!(personal))
}

/// One use, or a list of 1 to 1,000.
#[derive(ToSchema)]
#[schema(as = DataUsageOrList)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what is read piece by piece")]
enum OrderBody {
    One(Usage),
    Many(Vec<Usage>),
}

/// What is answered to a single use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DataUsageRecorded)]
struct RecordedBody {
    /// The use.
    id: Uuid,
    /// Its place in the ledger.
    entry_index: u64,
    /// Proof that the ledger holds it: `c2sp.org/tlog-proof@v1`, verifiable offline.
    receipt: String,
    /// What is wrong with it by the terms of the dataset.
    findings: Vec<FoundBody>,
}

/// What came of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DataUsageResults)]
struct ResultsBody {
    /// How many were recorded now.
    recorded: usize,
    /// How many had been recorded before.
    repeated: usize,
    /// How many were refused; nothing is stored of them.
    refused: usize,
    /// One for each, in the order in which they were sent.
    results: Vec<ResultBody>,
}

impl ResultsBody {
    fn of(results: Vec<ResultBody>) -> Self {
        let count = |of: fn(u16) -> bool| results.iter().filter(|result| of(result.status)).count();
        let (recorded, repeated) = (count(|status| status == 201), count(|status| status == 200));
        Self { recorded, repeated, refused: count(|status| status >= 400), results }
    }
}

/// What is answered to one use or to a list.
#[derive(Serialize, ToSchema)]
#[schema(as = DataUsageAnswer)]
#[serde(untagged)]
enum AnswerBody {
    One(RecordedBody),
    Many(ResultsBody),
}

/// Record what data is used for
///
/// One use, or a list of 1 to 1,000. What is wrong by the dataset's terms is recorded all the same and opens findings.
/// Recorded once: the key is the Idempotency-Key header or, without it, the digest of the canonical body. A list is
/// answered with 200 and a result for each, as if it had been posted alone: look at `refused`.
#[utoipa::path(
    post,
    path = "/data-usage",
    tag = "data usage",
    request_body = OrderBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters; of a list 1 to 200: each use has this key, a slash and its place")),
    responses(
        (status = 201, description = "Recorded; the receipt proves it.", body = AnswerBody),
        (status = 200, description = "It had been recorded before, or it is a list.", body = AnswerBody),
        (status = 422, description = "A field breaks a rule, or the key was used for another body."),
    )
)]
async fn record(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    order: OneOrMany,
) -> Result<Response, Error> {
    let key = extract::idempotency_key(&headers)?;
    match order {
        OneOrMany::One(body) => {
            let posted = read(&body, key)?;
            let (recorded, receipt) = service::record(&app, &caller, posted).await?;
            let status = if recorded.repeated { StatusCode::OK } else { StatusCode::CREATED };
            let body = RecordedBody {
                id: recorded.id,
                entry_index: receipt.index,
                receipt: receipt.text,
                findings: FoundBody::all(recorded.findings)?,
            };
            Ok((status, axum::Json(AnswerBody::One(body))).into_response())
        }
        OneOrMany::Many(items) => {
            let key = key_of_list(key)?;
            if !(1..=MOST).contains(&items.len()) {
                return Err(Error::invalid(
                    "",
                    format!("a list has 1 to {MOST} uses; this one has {}", items.len()),
                ));
            }
            let read = |(place, item): (usize, &RawValue)| {
                self::read(item, key.as_ref().map(|key| format!("{key}/{place}")))
            };
            let posted = items.iter().map(AsRef::as_ref).enumerate().map(read).collect();
            let outcomes = service::record_all(&app, &caller, posted).await?;
            let denied = denied_within(&outcomes);
            let results = outcomes.into_iter().map(|outcome| ResultBody::of(outcome, caller.request));
            let body = ResultsBody::of(results.collect::<Result<_, _>>()?);
            Ok((denied, axum::Json(AnswerBody::Many(body))).into_response())
        }
    }
}

fn read(item: &RawValue, key: Option<String>) -> Result<Posted, Error> {
    let keyed = extract::keyed::<Usage>(key, item.get().as_bytes())?;
    Ok(Posted { usage: keyed.value, key: keyed.key, digest: keyed.digest })
}

/// The key of a list, to which the place of each item is added.
pub(super) fn key_of_list(key: Option<String>) -> Result<Option<String>, Error> {
    if key.as_ref().is_some_and(|key| key.len() > LONGEST_KEY) {
        let message = format!("the Idempotency-Key of a list must have at most {LONGEST_KEY} characters");
        return Err(Error::BadRequest(FieldError::new("", message)));
    }
    Ok(key)
}

/// What was refused for want of a right among the items of a list, for the record.
fn denied_within<T>(outcomes: &[Result<T, Error>]) -> Extension<DeniedWithin> {
    let denied = outcomes.iter().filter_map(|outcome| denied::missing(outcome.as_ref().err()?)).collect();
    Extension(DeniedWithin(denied))
}

/// Which uses to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// By this team, by id or short name.
    team: Option<String>,
    /// Of the dataset with this namespace and `name`.
    namespace: Option<String>,
    /// Of the dataset with this name in `namespace`.
    name: Option<String>,
    /// For this model.
    model: Option<String>,
    /// For this version of a model.
    version: Option<String>,
    /// For this purpose.
    purpose: Option<String>,
    /// At this time or later.
    from: Option<DateTime<Utc>>,
    /// Before this time.
    to: Option<DateTime<Utc>>,
    /// Only with findings, whatever became of them.
    findings: Option<bool>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List uses of data, the newest first
///
/// By your teams, and of your teams' datasets.
#[utoipa::path(get, path = "/data-usage", tag = "data usage", params(Search),
    responses((status = 200, body = Listing<UsageBody>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<axum::Json<Listing<UsageBody>>, Error> {
    let dataset = match (search.namespace, search.name) {
        (Some(namespace), Some(name)) => Some(DatasetName { namespace, name }),
        (None, None) => None,
        (Some(_), None) => return Err(Error::invalid("/name", "name the dataset in this namespace")),
        (None, Some(_)) => return Err(Error::invalid("/namespace", "name the namespace of this dataset")),
    };
    let window = Window::new(search.limit, search.after);
    let filter = UsageFilter {
        team: team(&app, search.team).await?,
        dataset,
        model: search.model,
        version: search.version,
        purpose: search.purpose,
        from: search.from,
        to: search.to,
        with_findings: search.findings.unwrap_or_default(),
        after: position(&window)?,
        ..UsageFilter::within(Reach::nowhere())
    };
    let seen = service::usages(&app, &caller, filter, window.fetch()).await?;
    let page = Listing::cut(seen, &window, |seen| seen.row.id.to_string());
    let items = page.items.into_iter().map(UsageBody::of).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: page.next }))
}

/// The last item of the page before.
pub(crate) fn position(window: &Window) -> Result<Option<Uuid>, Error> {
    let id = window.after.as_deref().map(str::parse).transpose();
    id.map_err(|_| Error::invalid("/after", "is no `next` of a page of this list"))
}

/// Which quarter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InQuarter {
    /// The quarter, `2026-Q4`; the running one when absent.
    #[param(value_type = Option<String>, example = "2026-Q4")]
    quarter: Option<Quarter>,
}

/// Who used personal data in a quarter, for what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalDataUsed)]
struct PersonalBody {
    #[schema(value_type = String, example = "2026-Q4")]
    quarter: Quarter,
    uses: Vec<PersonalUseBody>,
}

/// Uses of personal data by somebody for something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalDataUse)]
struct PersonalUseBody {
    by: UsedBy,
    /// What people call them.
    who: String,
    dataset: DatasetName,
    #[schema(inline)]
    classification: Classification,
    purpose: String,
    /// The versions of models that it was used for.
    versions: BTreeSet<VersionRef>,
    uses: u64,
    /// How many rows in all; null where a use does not say.
    rows: Option<u64>,
}

/// Show who used personal data in a quarter, for what
///
/// By your teams, and of your teams' datasets, as they are classified today.
#[utoipa::path(get, path = "/data-usage/personal", tag = "data usage", params(InQuarter),
    responses((status = 200, body = PersonalBody)))]
async fn personal(
    State(app): State<App>,
    caller: Caller,
    Query(InQuarter { quarter }): Query<InQuarter>,
) -> Result<axum::Json<PersonalBody>, Error> {
    let personal = service::personal(&app, &caller, quarter).await?;
    let uses = personal.uses.iter().map(|one| {
        let PersonalUse { by, dataset, classification, purpose, versions, uses, rows } = one.clone();
        PersonalUseBody {
            who: personal.user(&by),
            by,
            dataset,
            classification,
            purpose,
            versions,
            uses,
            rows,
        }
    });
    Ok(axum::Json(PersonalBody { quarter: personal.quarter, uses: uses.collect() }))
}
