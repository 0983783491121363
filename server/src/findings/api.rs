//! `/api/v1/findings`.

use super::service::{self, Step};
use super::store::{FindingFilter, FindingRow};
use crate::App;
use crate::datasets::api::team;
use crate::datasets::api::usage::position;
use crate::error::Error;
use crate::http::{Caller, Json, Listing, Path, Query, Window};
use assay_domain::access::Reach;
use assay_domain::datasets::{DatasetName, Severity};
use assay_domain::findings::{About, FindingKind, FindingState};
use assay_domain::models::VersionRef;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, report))
        .routes(routes!(show))
        .routes(routes!(start))
        .routes(routes!(resolve))
        .routes(routes!(accept))
        .routes(routes!(reopen))
        .routes(routes!(runs_no_longer))
}

/// Where a finding stands, as a word.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Open,
    InWork,
    Resolved,
    RiskAccepted,
}

impl Standing {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InWork => "in_work",
            Self::Resolved => "resolved",
            Self::RiskAccepted => "risk_accepted",
        }
    }
}

/// What findings are about, as a word.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Subject {
    Data,
    Control,
    Operations,
    Any,
}

impl Subject {
    const fn about(self) -> Option<About> {
        match self {
            Self::Data => Some(About::Data),
            Self::Control => Some(About::Control),
            Self::Operations => Some(About::Operations),
            Self::Any => None,
        }
    }
}

/// Which findings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// What they are about: `data` when absent, `any` for all.
    #[param(inline)]
    about: Option<Subject>,
    /// So at any time from this day on: of a period, also those that are settled since.
    from: Option<NaiveDate>,
    /// So at any time until this day.
    to: Option<NaiveDate>,
    /// Of this team, by id or short name.
    team: Option<String>,
    /// Where they stand.
    #[param(inline)]
    state: Option<Standing>,
    /// What is wrong.
    #[param(inline)]
    kind: Option<FindingKind>,
    /// How bad they are.
    #[param(inline)]
    severity: Option<Severity>,
    /// About the dataset with this namespace and `name`.
    namespace: Option<String>,
    /// About the dataset with this name in `namespace`.
    name: Option<String>,
    /// About this model, or uses for it.
    model: Option<String>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List findings, the newest first
///
/// Of your teams, and about your teams' datasets. Those about data, unless `about` says otherwise. With `from` and `to` those
/// about control are the exceptions of a period: what ran without a valid approval, and for how long.
#[utoipa::path(get, path = "/findings", tag = "findings", params(Search),
    responses((status = 200, body = Listing<FindingBody>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<axum::Json<Listing<FindingBody>>, Error> {
    let dataset = match (search.namespace, search.name) {
        (Some(namespace), Some(name)) => Some(DatasetName { namespace, name }),
        (None, None) => None,
        _ => return Err(Error::invalid("/name", "a dataset has a namespace and a name: give both")),
    };
    let window = Window::new(search.limit, search.after);
    let filter = FindingFilter {
        about: search.about.unwrap_or(Subject::Data).about(),
        from: search.from,
        to: search.to,
        team: team(&app, search.team).await?,
        dataset,
        states: search.state.map(|state| state.name().to_owned()).into_iter().collect(),
        kind: search.kind.map(|kind| kind.to_string()),
        severity: search.severity.map(|severity| severity.to_string()),
        model: search.model,
        after: position(&window)?,
        ..FindingFilter::within(Reach::nowhere())
    };
    let rows = service::findings(&app, &caller, filter, window.fetch()).await?;
    let page = Listing::cut(rows, &window, |row| row.id.to_string());
    let now = app.clock.now();
    let items = page.items.into_iter().map(|row| FindingBody::of(row, now)).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: page.next }))
}

/// What a machine that watches a version reports.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OperationsReport)]
struct ReportBody {
    /// `alert`, `drift`, `silence` or `moved_alias`.
    #[schema(example = "drift")]
    kind: FindingKind,
    /// The model's name.
    #[schema(example = "fraud-scoring")]
    model: String,
    /// The version.
    #[schema(example = "7")]
    version: String,
    /// Where it runs.
    #[schema(example = "production")]
    environment: String,
    /// What tells several of the same kind apart, such as the name of the monitor.
    #[serde(default)]
    key: Option<String>,
    severity: Severity,
    /// What was seen, in a sentence.
    #[schema(example = "The share of amounts above 1,000 has doubled since Monday.")]
    message: String,
    /// That it is over. It is shown, and closes nothing.
    #[serde(default)]
    over: bool,
}

/// Report a finding about operations, or that it is over
///
/// The same kind, version, environment and key again is the same finding, as long as nobody has resolved it. A worse severity
/// counts, a milder one does not. What is reported as over stays open until a person resolves it.
#[utoipa::path(post, path = "/findings", tag = "findings", request_body = ReportBody,
    responses((status = 201, body = FindingBody, description = "It was opened."),
        (status = 200, body = FindingBody, description = "It was open before."),
        (status = 409, description = "Nothing like this is open that could be over.")))]
async fn report(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<ReportBody>,
) -> Result<(StatusCode, axum::Json<FindingBody>), Error> {
    let ReportBody { kind, model, version, environment, key, severity, message, over } = body;
    let report = service::Report { kind, model, version, environment, key, severity, message, over };
    let (row, opened) = service::report(&app, &caller, report).await?;
    let status = if opened { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, answer(&app, row)?))
}

/// Show a finding
#[utoipa::path(get, path = "/findings/{id}", tag = "findings", params(("id" = Uuid, Path)),
    responses((status = 200, body = FindingBody)))]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(&app, service::finding(&app, &caller, id).await?.row)
}

fn answer(app: &App, row: FindingRow) -> Result<axum::Json<FindingBody>, Error> {
    Ok(axum::Json(FindingBody::of(row, app.clock.now())?))
}

/// A finding.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DataFinding)]
struct FindingBody {
    id: Uuid,
    /// What it is about.
    about: About,
    /// The team that works on it: whoever used the data, or the model's.
    team: Uuid,
    kind: FindingKind,
    severity: Severity,
    /// What is wrong and what would be right.
    message: String,
    /// Where it stands and since when.
    #[schema(value_type = Object, example = json!({ "state": "open", "since": "2026-11-21T07:04:05Z" }))]
    standing: FindingState,
    found_at: DateTime<Utc>,
    /// When it was settled; null while it is not.
    closed_at: Option<DateTime<Utc>>,
    /// For how many seconds it was so: until it was settled, or until now.
    lasted_seconds: i64,
    /// Since when it is reported as over, such as a version as taken away. That closes nothing.
    reported_over_at: Option<DateTime<Utc>>,
    /// The use of data that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Uuid>,
    /// The dataset that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<DatasetName>,
    /// What it was used for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<DateTime<Utc>>,
    /// The version of a model that it was used for, or that runs.
    version: Option<VersionRef>,
    /// Where that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
    /// Counts the changes.
    revision: i64,
}

impl FindingBody {
    fn of(row: FindingRow, now: DateTime<Utc>) -> Result<Self, Error> {
        Ok(Self {
            about: row.about()?,
            kind: row.kind()?,
            severity: row.severity()?,
            standing: row.state()?,
            dataset: row.dataset(),
            version: row.version_ref(),
            lasted_seconds: row.lasted(now).num_seconds(),
            id: row.id,
            team: row.team_id,
            message: row.message,
            found_at: row.found_at,
            closed_at: row.closed_at,
            reported_over_at: row.over_at,
            usage: row.usage_id,
            purpose: row.purpose,
            used_at: row.used_at,
            environment: row.environment,
            revision: row.revision,
        })
    }
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DataFindingReason)]
struct ReasonBody {
    /// In a sentence or two; kept so that it can be erased.
    reason: String,
}

/// For how long a risk is accepted, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DataFindingAcceptance)]
struct AcceptBody {
    /// In a sentence or two; kept so that it can be erased.
    reason: String,
    /// The last day, at most a year from now.
    until: NaiveDate,
}

/// Take a finding up
#[utoipa::path(post, path = "/findings/{id}/start", tag = "findings", params(("id" = Uuid, Path)),
    responses((status = 200, body = FindingBody), (status = 409, description = "It does not go from where it stands.")))]
async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(&app, service::step(&app, &caller, id, Step::Start).await?)
}

/// Say that a finding is in order
#[utoipa::path(post, path = "/findings/{id}/resolve", tag = "findings", params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses((status = 200, body = FindingBody), (status = 409, description = "It does not go from where it stands.")))]
async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReasonBody { reason }): Json<ReasonBody>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(&app, service::step(&app, &caller, id, Step::Resolve { reason }).await?)
}

/// Accept the risk of a finding for a while
///
/// Only a compliance officer does. After the last day it is open again.
#[utoipa::path(post, path = "/findings/{id}/accept-risk", tag = "findings", params(("id" = Uuid, Path)),
    request_body = AcceptBody,
    responses((status = 200, body = FindingBody), (status = 409, description = "It does not go from where it stands.")))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(AcceptBody { reason, until }): Json<AcceptBody>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(&app, service::step(&app, &caller, id, Step::AcceptRisk { reason, until }).await?)
}

/// Open a finding again
#[utoipa::path(post, path = "/findings/{id}/reopen", tag = "findings", params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses((status = 200, body = FindingBody), (status = 409, description = "It does not go from where it stands.")))]
async fn reopen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReasonBody { reason }): Json<ReasonBody>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(&app, service::step(&app, &caller, id, Step::Reopen { reason }).await?)
}

/// Confirm that a version no longer runs
///
/// Closes a finding about one that ran past the gate, once it is on record that it was taken away. Whoever deployed it
/// does not confirm this.
#[utoipa::path(post, path = "/findings/{id}/runs-no-longer", tag = "findings", params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses((status = 200, body = FindingBody), (status = 409, description = "On record it still runs, or it is about something else.")))]
async fn runs_no_longer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(ReasonBody { reason }): Json<ReasonBody>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(&app, service::step(&app, &caller, id, Step::ConfirmGone { reason }).await?)
}
