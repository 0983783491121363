//! `/api/v1/findings`.

use super::bodies::FindingBody;
use super::team;
use super::usage::position;
use crate::App;
use crate::datasets::service::{self, Step};
use crate::datasets::store::{FindingFilter, FindingRow};
use crate::error::Error;
use crate::http::{Caller, Json, Listing, Path, Query, Window};
use assay_domain::access::Reach;
use assay_domain::datasets::{DatasetName, FindingKind, Severity};
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(start))
        .routes(routes!(resolve))
        .routes(routes!(accept))
        .routes(routes!(reopen))
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

/// Which findings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
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
    /// About uses for this model.
    model: Option<String>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List findings about uses of data, the newest first
///
/// Of your teams, and about your teams' datasets.
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
    let items = page.items.into_iter().map(FindingBody::of).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: page.next }))
}

/// Show a finding
#[utoipa::path(get, path = "/findings/{id}", tag = "findings", params(("id" = Uuid, Path)),
    responses((status = 200, body = FindingBody)))]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<FindingBody>, Error> {
    answer(service::finding(&app, &caller, id).await?.row)
}

fn answer(row: FindingRow) -> Result<axum::Json<FindingBody>, Error> {
    Ok(axum::Json(FindingBody::of(row)?))
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
    answer(service::step(&app, &caller, id, Step::Start).await?)
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
    answer(service::step(&app, &caller, id, Step::Resolve { reason }).await?)
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
    answer(service::step(&app, &caller, id, Step::AcceptRisk { reason, until }).await?)
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
    answer(service::step(&app, &caller, id, Step::Reopen { reason }).await?)
}
