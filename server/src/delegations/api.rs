//! Delegations over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::service::{self, NewDelegation};
use super::store::DelegationRow;
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Json, Path};

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, make)).routes(routes!(end)).routes(routes!(of_person))
}

/// Somebody decides on approvals for another who is away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delegation)]
struct DelegationView {
    id: Uuid,
    /// Who is away.
    from: Uuid,
    /// Who decides meanwhile.
    to: Uuid,
    /// For which team; null for all.
    team: Option<Uuid>,
    first_day: NaiveDate,
    last_day: NaiveDate,
    made_at: DateTime<Utc>,
    /// When it was ended before its last day.
    ended_at: Option<DateTime<Utc>>,
}

impl From<DelegationRow> for DelegationView {
    fn from(row: DelegationRow) -> Self {
        let DelegationRow { id, from_person, to_person, team_id, first_day, last_day, made_at, ended_at } =
            row;
        Self { id, from: from_person, to: to_person, team: team_id, first_day, last_day, made_at, ended_at }
    }
}

/// Delegations.
#[derive(Debug, Serialize, ToSchema)]
struct Delegations {
    items: Vec<DelegationView>,
    /// Always null: the list is short.
    next: Option<String>,
}

/// Who decides while one is away.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDelegation)]
struct DelegationBody {
    /// Who decides meanwhile: an id or a mail address.
    #[schema(example = "li@example.org")]
    to: String,
    /// For which team, by id or short name; for all when left out.
    team: Option<String>,
    /// The first day of absence.
    first_day: NaiveDate,
    /// The last day of absence; at most 92 days after the first.
    last_day: NaiveDate,
}

/// List one's own delegations
///
/// Those that one made and those to oneself, as far as they are not over.
#[utoipa::path(get, path = "/delegations", tag = "delegations", responses((status = 200, body = Delegations)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<axum::Json<Delegations>, Error> {
    Ok(axum::Json(listed(service::own(&app, &caller).await?)))
}

/// Let another decide while one is away
///
/// Another person, who may see the approvals of the team; the job role that counts is still one's own.
#[utoipa::path(
    post,
    path = "/delegations",
    tag = "delegations",
    request_body = DelegationBody,
    responses((status = 201, body = DelegationView))
)]
async fn make(
    State(app): State<App>,
    caller: Caller,
    Json(DelegationBody { to, team, first_day, last_day }): Json<DelegationBody>,
) -> Result<(StatusCode, axum::Json<DelegationView>), Error> {
    let new = NewDelegation { to, team, first_day, last_day };
    let row = service::make(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, axum::Json(row.into())))
}

/// End a delegation before its last day
#[utoipa::path(
    delete,
    path = "/delegations/{delegation}",
    tag = "delegations",
    params(("delegation" = Uuid, Path)),
    responses((status = 204))
)]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(delegation): Path<Uuid>,
) -> Result<StatusCode, Error> {
    service::end(&app, &caller, delegation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the delegations that a person ever made
#[utoipa::path(
    get,
    path = "/people/{person}/delegations",
    tag = "delegations",
    params(("person" = Uuid, Path)),
    responses((status = 200, body = Delegations))
)]
async fn of_person(
    State(app): State<App>,
    caller: Caller,
    Path(person): Path<Uuid>,
) -> Result<axum::Json<Delegations>, Error> {
    Ok(axum::Json(listed(service::made_by(&app, &caller, person).await?)))
}

fn listed(rows: Vec<DelegationRow>) -> Delegations {
    Delegations { items: rows.into_iter().map(Into::into).collect(), next: None }
}
