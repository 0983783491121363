//! The OpenAPI document and the page to read it on.

use std::sync::Arc;

use assay_app::reference::ReferencePage;
use axum::{Json, Router, routing::get};
use leptos::prelude::*;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, InfoBuilder, Object, OpenApi, Ref, RefOr, ResponseBuilder, ServerBuilder,
    Type,
    path::{Operation, PathItem},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

use crate::app::App;

use super::{Page, Visitor, reference};

/// A body that is a file, for the description of an answer.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only its description is used")]
pub struct Binary(Vec<u8>);

/// What every operation shares: how to authenticate, and how it fails.
pub(super) fn finish(mut api: OpenApi) -> OpenApi {
    api.info = InfoBuilder::new()
        .title("Assay")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Errors are `application/problem+json` with `type, title, status, detail, errors:[{pointer, message}]`. \
             Lists are `{items, next}` with `?limit=&after=`. Writes take `Idempotency-Key`, updates of shared things \
             `If-Match`. Unknown fields are errors, and so is a field that is there twice, \
             in maps with free keys too. Bodies hold up to 1 MiB. \
             Who asks too often gets 429 with `Retry-After`; where signing in or a token is at stake, that is sooner.",
        ))
        .build();
    api.servers = Some(vec![ServerBuilder::new().url("/").build()]);
    let components = api.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("assay_…").build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::new("__Host-assay-session");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    api.paths.paths.values_mut().flat_map(operations).for_each(complete);
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn complete(operation: &mut Operation) {
    let none: [String; 0] = [];
    // What needs none says so itself.
    operation.security.get_or_insert_with(|| {
        vec![SecurityRequirement::new("token", none.clone()), SecurityRequirement::new("session", none)]
    });
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let failed = ResponseBuilder::new()
        .description("Refused or failed; nothing was stored.")
        .content("application/problem+json", problem.clone())
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(failed));
    let wait = HeaderBuilder::new()
        .schema(Some(Object::with_type(Type::Integer)))
        .description(Some("Seconds to wait before the next request."));
    let too_many = ResponseBuilder::new()
        .description("Asked too often.")
        .header("Retry-After", wait.build())
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("429".to_owned(), RefOr::T(too_many));
}

/// `/api/openapi.json` and `/api/docs`, with and without the slash that older links have.
pub(super) fn routes(api: &OpenApi, origin: String) -> Router<App> {
    // Plain data always becomes JSON; a test counts what is on the page.
    let document = serde_json::to_value(api).unwrap_or_default();
    let reference = Arc::new(reference::of(&document, origin));
    let page = move |_: Option<Page>, visitor: Visitor| async move {
        visitor.render("HTTP API", move || view! { <ReferencePage reference=(*reference).clone() /> })
    };
    Router::new()
        .route("/api/openapi.json", get(|| async move { Json(document) }))
        .route("/api/docs", get(page.clone()))
        .route("/api/docs/", get(page))
}
