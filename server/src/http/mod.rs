//! The doors: router, sessions, tokens, CSRF, security headers, errors, paging.
//!
//! A room brings its routes as `api::routes() -> OpenApiRouter<App>` (nested under `/api/v1`) and
//! `pages::pages() -> Pages`; to add a room, add one line to [`api`] and one to [`pages`]. Handlers take a [`Caller`]
//! (API) or a [`Page`], the strict extractors of [`extract`], and return `Result<_, Error>`; the error becomes a problem
//! or a page in [`error`]. What surrounds every handler, from the outside in: compression, request context with security
//! headers, error drawing, rate limits, panics, denied attempts, CSRF, body limit; around pages, telling what a form ends.

pub mod caller;
pub mod context;
pub mod cookies;
pub mod denied;
mod developers;
mod docs;
pub mod error;
pub mod extract;
mod headers;
pub mod health;
pub mod idempotency;
pub mod limits;
pub mod page;
pub mod paging;
mod reference;
pub mod routes;
mod serve;
pub mod told;

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::{CsrfLayer, ProtectionError},
};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    access, app::App, approvals, assessments, audit, ci_trust, datasets, delegations, error::Error, findings,
    gate, home, models, organisation, ownership, policies, proposals, questionnaires, reports, roadmap,
    teams,
};

pub use caller::Caller;
pub use docs::Binary;
pub use extract::{Form, IfMatch, Json, JsonItems, Keyed, OneOrMany, Pairs, Path, Query, Text, etag};
pub use health::Draining;
pub use page::{Page, Visitor};
pub use paging::{Listing, Window};
pub use routes::{Pages, RouteId};
pub use serve::{refuse_plain_http, serve};

/// The largest body that is read, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

#[derive(OpenApi)]
#[openapi(components(schemas(error::Problem)))]
struct Shared;

/// The API of every room.
fn api() -> OpenApiRouter<App> {
    let rooms = OpenApiRouter::new()
        .merge(access::api::routes())
        .merge(teams::api::routes())
        .merge(questionnaires::api::routes())
        .merge(assessments::api::routes())
        .merge(ownership::api::routes())
        .merge(roadmap::api::routes())
        .merge(models::api::routes())
        .merge(approvals::api::routes())
        .merge(gate::api::routes())
        .merge(datasets::api::routes())
        .merge(findings::api::routes())
        .merge(policies::api::routes())
        .merge(proposals::api::routes())
        .merge(delegations::api::routes())
        .merge(ci_trust::api::routes())
        .merge(audit::api::routes())
        .merge(reports::api::routes());
    OpenApiRouter::with_openapi(Shared::openapi()).nest("/api/v1", rooms)
}

/// The pages of every room.
fn pages() -> Pages {
    Pages::new()
        .merge(health::pages())
        .merge(developers::pages())
        .merge(access::pages::pages())
        .merge(ci_trust::pages::pages())
        .merge(policies::pages::pages())
        .merge(proposals::pages::pages())
        .merge(teams::pages::pages())
        .merge(models::pages::pages())
        .merge(gate::pages::pages())
        .merge(approvals::requests::pages::pages())
        .merge(datasets::pages::pages())
        .merge(findings::pages::pages())
        .merge(assessments::pages::pages())
        .merge(ownership::pages::pages())
        .merge(organisation::pages::pages())
        .merge(roadmap::pages::pages())
        .merge(home::pages::pages())
        .merge(audit::pages::pages())
        .merge(reports::pages::pages())
}

/// Every route there is, apart from static files and the API's documentation.
pub fn routes() -> Vec<RouteId> {
    let mut all = routes::of_openapi(api().get_openapi());
    all.extend(pages().into_parts().1);
    all.sort();
    all
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::finish(api().into_openapi())
}

/// The whole product behind one router.
pub fn router(app: App) -> Router {
    router_until(app, Draining::default())
}

fn router_until(app: App, draining: Draining) -> Router {
    let (api, description) = api().split_for_parts();
    let (pages, _) = pages().into_parts();
    let csrf = csrf(&app);
    Router::new()
        .merge(api)
        .merge(pages.layer(from_fn(told::layer)))
        .merge(docs::routes(&docs::finish(description), app.config.origin()))
        .merge(crate::assets::routes())
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(Extension(draining))
        .layer(csrf)
        .layer(from_fn_with_state((app.clone(), denied::Tally::default()), denied::layer))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), limits::layer))
        .layer(from_fn(error::layer))
        .layer(from_fn_with_state(app.clone(), context::layer))
        .layer(CompressionLayer::new())
        .with_state(app)
}

/// No such address. Whoever is signed in keeps the navigation, to find another one.
async fn nothing_here(_: Option<Page>) -> Error {
    Error::NotFound
}

/// Writes from another site are refused, by `Sec-Fetch-Site` and `Origin`; programs send neither and pass.
fn csrf(app: &App) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let refuse: fn(ProtectionError) -> Response = |_| {
        let detail = "This came from another site. Open the page here and send the form from there.";
        error::Refusal::new(StatusCode::FORBIDDEN, detail).into_response()
    };
    let layer = CsrfLayer::new();
    // Behind a proxy that rewrites Host, the public address is the origin that browsers send.
    let trusting = layer.clone().add_trusted_origin(app.config.origin());
    trusting.unwrap_or(layer).with_rejection_response(refuse)
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().map(ToString::to_string);
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::internal(format!("a handler panicked: {said}")).into_response()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
