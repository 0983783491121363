//! Telling somebody what a form ends before it does.
//!
//! A change that ends or suspends what is approved is refused ([`Error::EndsApproval`]) unless the caller knows. Over the API
//! they say `ends_approval: true`. On pages the layer here keeps the form that was sent: the answer names the approvals and
//! holds the form once more, with a button that says it. No page has to know, so a new form is covered as it is.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::error::Error;

use super::{BODY_LIMIT, Query, error::Refusal, extract};

/// The field by which a form says that its sender knows.
pub(super) const FIELD: &str = "ends_approval";

/// Put into a request whose sender knows what it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told;

/// The form that was refused because of what it ends.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// Where it was posted.
    pub(super) action: String,
    /// Its fields, in order.
    pub(super) fields: Vec<(String, String)>,
}

/// The layer around all pages.
pub(super) async fn layer(request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_form(&request) {
        return next.run(request).await;
    }
    let action = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let (mut parts, body) = request.into_parts();
    let Ok(sent) = to_bytes(body, BODY_LIMIT).await else {
        let detail = format!("The form is larger than {BODY_LIMIT} bytes.");
        return Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    };
    let mut fields: Vec<(String, String)> = serde_html_form::from_bytes(&sent).unwrap_or_default();
    let all = fields.len();
    fields.retain(|(name, value)| !(name == FIELD && value == "true"));
    let mut body = Body::from(sent);
    if fields.len() < all {
        let rest = serde_html_form::to_string(&fields).unwrap_or_default();
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(rest.len()));
        parts.extensions.insert(Told);
        body = Body::from(rest);
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let error = response.extensions().get::<Arc<Error>>();
    if error.is_some_and(|error| matches!(**error, Error::EndsApproval(_))) {
        response.extensions_mut().insert(Sent { action, fields });
    }
    response
}

fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// `ends_approval` where the body has no place for it: in the query, or in a body of its own.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EndsApproval {
    /// Whether to do it although it ends or suspends what is approved.
    pub ends_approval: Option<bool>,
}

/// The same for what is asked without a body: it may stand in one, too.
#[derive(Clone, Copy, Debug)]
pub struct EndsApprovalBody(pub Option<bool>);

impl<S: Send + Sync> FromRequest<S> for EndsApprovalBody {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let query = Query::<EndsApproval>::from_request_parts(&mut parts, state).await;
        let Query(query) = query.map_err(IntoResponse::into_response)?;
        let sent = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
        if sent.is_empty() {
            return Ok(Self(query.ends_approval));
        }
        let said: EndsApproval = extract::parse_json(&sent).map_err(IntoResponse::into_response)?;
        Ok(Self(said.ends_approval.or(query.ends_approval)))
    }
}
