//! People over HTTP: under which names other systems know them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::service::subjects::{self, Linked, NewSubject};
use super::store::SubjectRow;
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Json, Path};

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(remove))
}

/// A name under which another system knows a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonSubject)]
struct SubjectView {
    id: Uuid,
    /// The system.
    issuer: String,
    /// The name there.
    subject: String,
    added_at: DateTime<Utc>,
}

impl From<SubjectRow> for SubjectView {
    fn from(SubjectRow { id, issuer, subject, added_at, .. }: SubjectRow) -> Self {
        Self { id, issuer, subject, added_at }
    }
}

/// The names under which other systems know a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonSubjects)]
struct Subjects {
    items: Vec<SubjectView>,
    /// Always null: the list is short.
    next: Option<String>,
}

/// A change that waits for somebody else.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonSubjectWaits)]
struct LinkWaits {
    /// The proposal, at `/api/v1/proposals/{id}`.
    proposal: Uuid,
}

/// A name to be put on record.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPersonSubject)]
struct SubjectBody {
    /// The system: an issuer's address, a kind of pipeline such as `github-actions`, or `email`.
    #[schema(example = "github-actions")]
    issuer: String,
    /// The name there.
    #[schema(example = "ana-lima")]
    subject: String,
}

/// List how other systems know a person
#[utoipa::path(
    get,
    path = "/people/{person}/subjects",
    tag = "people",
    params(("person" = Uuid, Path)),
    responses((status = 200, body = Subjects))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(person): Path<Uuid>,
) -> Result<axum::Json<Subjects>, Error> {
    let rows = subjects::list(&app, &caller, person).await?;
    Ok(axum::Json(Subjects { items: rows.into_iter().map(Into::into).collect(), next: None }))
}

/// Put on record how another system knows a person
///
/// Rules about four eyes hold for people: two accounts that share a name are one person. So the person or a compliance
/// officer confirms it, neither being the one who asks. Saying it twice changes nothing.
#[utoipa::path(
    post,
    path = "/people/{person}/subjects",
    tag = "people",
    params(("person" = Uuid, Path)),
    request_body = SubjectBody,
    responses(
        (status = 201, description = "It is on record.", body = SubjectView),
        (status = 202, description = "The person or a compliance officer has to confirm it.", body = LinkWaits),
        (status = 409, description = "It waits already."),
    )
)]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(person): Path<Uuid>,
    Json(SubjectBody { issuer, subject }): Json<SubjectBody>,
) -> Result<Response, Error> {
    Ok(match subjects::add(&app, &caller, person, NewSubject { issuer, subject }).await? {
        Linked::Held(row) => (StatusCode::CREATED, axum::Json(SubjectView::from(row))).into_response(),
        Linked::Waits(row) => waits(row.id),
    })
}

fn waits(proposal: Uuid) -> Response {
    (StatusCode::ACCEPTED, axum::Json(LinkWaits { proposal })).into_response()
}

/// Take it from the record again
///
/// The person or a compliance officer confirms it, neither being the one who asks; in what is open or holds it frees nobody.
#[utoipa::path(
    delete,
    path = "/people/{person}/subjects/{subject}",
    tag = "people",
    params(("person" = Uuid, Path), ("subject" = Uuid, Path)),
    responses(
        (status = 204, description = "It is off the record."),
        (status = 202, description = "The person or a compliance officer has to confirm it.", body = LinkWaits),
        (status = 409, description = "It waits already."),
    )
)]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((person, subject)): Path<(Uuid, Uuid)>,
) -> Result<Response, Error> {
    Ok(match subjects::remove(&app, &caller, person, subject).await? {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(row) => waits(row.id),
    })
}
