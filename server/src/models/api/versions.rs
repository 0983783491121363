//! Versions over HTTP, with their evidence and declared data.

use super::bodies::{
    DeclaredBody, EvidenceBody, NewEvidenceBody, NewVersionBody, SeenBody, VersionBody, VersionChangeBody,
    VersionSeenBody, WrongBody, named, texts,
};
use super::listed;
use crate::App;
use crate::error::Error;
use crate::http::told::{EndsApproval, EndsApprovalBody};
use crate::http::{Caller, IfMatch, Json, Listing, Path, Query, Window, etag};
use crate::models::service::{self, Declared, NewEvidence, NewVersion, VersionChange, WrongEntry};
use crate::models::store::FoundRow;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use uuid::Uuid;

/// List the versions of a model, the newest first
#[utoipa::path(
    get,
    path = "/models/{model}/versions",
    tag = "models",
    params(("model" = String, Path, description = "The model's name, percent-encoded"), Window),
    responses((status = 200, body = Listing<VersionBody>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(model): Path<String>,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<VersionBody>>, Error> {
    listed(service::versions(&app, &caller, &model, &window).await?)
}

/// Register a version of a model
#[utoipa::path(
    post,
    path = "/models/{model}/versions",
    tag = "models",
    params(("model" = String, Path, description = "The model's name, percent-encoded")),
    request_body = NewVersionBody,
    responses(
        (status = 201, body = SeenBody),
        (status = 409, description = "The model is out of use."),
        (status = 422, description = "A field breaks a rule, the version is registered already, or the lineage leads back to it."),
    )
)]
pub(super) async fn register(
    State(app): State<App>,
    caller: Caller,
    Path(model): Path<String>,
    Json(body): Json<NewVersionBody>,
) -> Result<impl IntoResponse, Error> {
    let NewVersionBody { version, artefact_digest, lineage, card_url, metrics, authors, committers } = body;
    let (authors, committers) = (named(authors), named(committers));
    let new = NewVersion {
        version,
        artefact_digest,
        lineage,
        card_url,
        metrics: texts(metrics),
        authors,
        committers,
    };
    let found = service::register_version(&app, &caller, &model, new).await?;
    let tag = etag(found.version.revision);
    Ok((StatusCode::CREATED, [tag], axum::Json(seen(&app, &caller, found).await?)))
}

/// Show a version of a model
#[utoipa::path(
    get,
    path = "/models/{model}/versions/{version}",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded")
    ),
    responses((status = 200, body = VersionSeenBody))
)]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
) -> Result<impl IntoResponse, Error> {
    let found = service::get_version(&app, &caller, &model, &version).await?;
    let revision = found.version.revision;
    Ok(([etag(revision)], axum::Json(VersionSeenBody::new(&app, &caller, found, Vec::new()).await?)))
}

/// A version, and which other models hold the same artifact: those that the caller may see, and how many besides.
async fn seen(app: &App, caller: &Caller, found: FoundRow) -> Result<SeenBody, Error> {
    let also = service::also_held_by(&mut app.db.read().await?, caller, &found.version).await?;
    SeenBody::new(found, also)
}

/// Change a version of a model
///
/// Card, measures, people and lineage; the digest never changes. Authors and committers join those on record: nobody is taken
/// off, and `kept` names who stays without being named. With `If-Match`, what somebody else changed in between is not
/// overwritten.
#[utoipa::path(
    patch,
    path = "/models/{model}/versions/{version}",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded"),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read")
    ),
    request_body = VersionChangeBody,
    responses(
        (status = 200, body = VersionSeenBody),
        (status = 409, description = "The model is out of use, the lineage is settled, or it ends what is approved (`ends_approval`) and the body does not say so."),
        (status = 412, description = "Somebody else changed it since."),
    )
)]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    seen: IfMatch,
    Json(body): Json<VersionChangeBody>,
) -> Result<impl IntoResponse, Error> {
    let VersionChangeBody { lineage, card_url, metrics, authors, committers, ends_approval } = body;
    let caller = caller.told(ends_approval);
    let change = VersionChange {
        lineage,
        card_url,
        metrics: metrics.map(texts),
        authors: authors.map(named),
        committers: committers.map(named),
    };
    let (authors, committers) = (change.authors.clone(), change.committers.clone());
    let found = service::change_version(&app, &caller, (&model, &version), seen, change).await?;
    let mut kept = Vec::new();
    for (now, named) in [(found.version.authors()?, authors), (found.version.committers()?, committers)] {
        kept.extend(named.map(|named| service::kept(&now, &named)).unwrap_or_default());
    }
    let revision = found.version.revision;
    Ok(([etag(revision)], axum::Json(VersionSeenBody::new(&app, &caller, found, kept).await?)))
}

/// Take somebody off who was named wrongly
///
/// By a compliance officer who is not on record as having made the version and has not decided about it: at once. By the person
/// named, where there is no such officer: an administrator without a part in it confirms. What was voided by the entry counts
/// again.
#[utoipa::path(
    post,
    path = "/models/{model}/versions/{version}/wrong-people",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded")
    ),
    request_body = WrongBody,
    responses(
        (status = 200, description = "The entry is off, or its removal waits: see `waiting`.", body = VersionSeenBody),
        (status = 409, description = "It waits already."),
        (status = 422, description = "Nobody of this name stands on the list, or the reason is missing."),
    )
)]
pub(super) async fn wrong_people(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Json(WrongBody { list, person, reason }): Json<WrongBody>,
) -> Result<impl IntoResponse, Error> {
    let wrong = WrongEntry { list, person: person.into(), reason };
    let (found, _) = service::take_off(&app, &caller, (&model, &version), wrong).await?;
    let revision = found.version.revision;
    Ok(([etag(revision)], axum::Json(VersionSeenBody::new(&app, &caller, found, Vec::new()).await?)))
}

/// List the evidence of a version, the oldest first
#[utoipa::path(
    get,
    path = "/models/{model}/versions/{version}/evidence",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded"),
        Window
    ),
    responses((status = 200, body = Listing<EvidenceBody>))
)]
pub(super) async fn evidence(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<EvidenceBody>>, Error> {
    listed(service::evidence(&app, &caller, &model, &version, &window).await?)
}

/// Attach evidence to a version
///
/// The same piece again changes nothing.
#[utoipa::path(
    post,
    path = "/models/{model}/versions/{version}/evidence",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded")
    ),
    request_body = NewEvidenceBody,
    responses(
        (status = 201, body = EvidenceBody),
        (status = 409, description = "The model is out of use, or it ends what is approved (`ends_approval`) and the body does not say so."),
    )
)]
pub(super) async fn attach(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Json(body): Json<NewEvidenceBody>,
) -> Result<(StatusCode, axum::Json<EvidenceBody>), Error> {
    let NewEvidenceBody { kind, title, uri, sha256, made_on, ends_approval } = body;
    let caller = caller.told(ends_approval);
    let new = NewEvidence { kind, title, uri, sha256, made_on };
    let row = service::attach(&app, &caller, &model, &version, new).await?;
    Ok((StatusCode::CREATED, axum::Json(row.try_into()?)))
}

/// Take evidence off a version
#[utoipa::path(
    delete,
    path = "/models/{model}/versions/{version}/evidence/{id}",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded"),
        ("id" = Uuid, Path),
        EndsApproval
    ),
    responses(
        (status = 204),
        (status = 409, description = "The model is out of use, or it ends what is approved and neither query nor body says `ends_approval`."),
    )
)]
pub(super) async fn detach(
    State(app): State<App>,
    caller: Caller,
    Path((model, version, id)): Path<(String, String, Uuid)>,
    EndsApprovalBody(ends_approval): EndsApprovalBody,
) -> Result<StatusCode, Error> {
    let caller = caller.told(ends_approval);
    service::detach(&app, &caller, &model, &version, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the data that a version declares
///
/// What it was trained and evaluated on, by declaration: what approvals are bound to. The answer can be put as it is.
#[utoipa::path(
    get,
    path = "/models/{model}/versions/{version}/datasets",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded")
    ),
    responses((status = 200, body = Vec<DeclaredBody>))
)]
pub(super) async fn declared(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
) -> Result<axum::Json<Vec<DeclaredBody>>, Error> {
    let rows = service::declared(&app, &caller, &model, &version).await?;
    Ok(axum::Json(rows.into_iter().map(DeclaredBody::try_from).collect::<Result<_, _>>()?))
}

/// Declare the data of a version
///
/// The whole list. Each entry names a registered version of a dataset; the same list again changes nothing.
#[utoipa::path(
    put,
    path = "/models/{model}/versions/{version}/datasets",
    tag = "models",
    params(
        ("model" = String, Path, description = "The model's name, percent-encoded"),
        ("version" = String, Path, description = "The version, percent-encoded"),
        EndsApproval
    ),
    request_body = Vec<DeclaredBody>,
    responses(
        (status = 200, body = Vec<DeclaredBody>),
        (status = 409, description = "The model is out of use, or it ends what is approved and the query does not say `ends_approval`."),
        (status = 422, description = "An entry names what is not registered, or another digest than the one on record."),
    )
)]
pub(super) async fn declare(
    State(app): State<App>,
    caller: Caller,
    Path((model, version)): Path<(String, String)>,
    Query(EndsApproval { ends_approval }): Query<EndsApproval>,
    Json(list): Json<Vec<DeclaredBody>>,
) -> Result<axum::Json<Vec<DeclaredBody>>, Error> {
    let entry = |body: DeclaredBody| {
        let DeclaredBody { namespace, name, version, used_for, digest } = body;
        Declared { namespace, name, version, used_for, digest }
    };
    let list = list.into_iter().map(entry).collect();
    let caller = caller.told(ends_approval);
    let rows = service::declare(&app, &caller, &model, &version, list).await?;
    Ok(axum::Json(rows.into_iter().map(DeclaredBody::try_from).collect::<Result<_, _>>()?))
}
