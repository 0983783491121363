//! The one place where an [`Error`] becomes an answer: RFC 9457 problem+json for programs, a page for people.
//!
//! A handler returns the error; its response is empty and carries it. The layer here draws every error answer that
//! passes, whether it came from a handler, an extractor, the router or another layer. To map a new variant, extend
//! [`describe`].

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use assay_app::{
    approvals::{EndsApprovalPage, EndsApprovalView},
    components::Trouble,
    render,
};

use crate::error::{EndedApproval, Error, FieldError, named};

use super::{context::Context, told};

/// RFC 9457: what went wrong, for programs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem: `urn:assay:problem:<code>`.
    pub r#type: String,
    /// The same for people.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong this time and what to do about it.
    pub detail: String,
    /// The code of RFC 6749, where a token was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// The approvals that it would end or suspend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<ProblemApproval>,
    /// The request's id, to find it in the log.
    pub request: String,
}

/// An approval that a change would end or suspend.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemApproval {
    /// The request.
    pub id: Uuid,
    /// The model.
    pub model: String,
    /// The version.
    pub version: String,
    /// Where it is approved for.
    pub environment: String,
}

impl Problem {
    /// What may be told about an error, to whom the request with this id belongs. For the log there is [`log`].
    pub fn of(error: &Error, request: Uuid) -> Self {
        let code = match error {
            Error::TokenRequest { code, .. } => Some(*code),
            _ => None,
        };
        Self::new(describe(error), code, request)
    }

    fn new(told: Description, error: Option<&'static str>, request: Uuid) -> Self {
        let field = |FieldError { pointer, message }| ProblemField { pointer, message };
        let approval = |EndedApproval { id, model, version, environment }| ProblemApproval {
            id,
            model,
            version,
            environment,
        };
        Self {
            r#type: format!("urn:assay:problem:{}", told.code),
            title: told.title,
            status: told.status.as_u16(),
            detail: told.detail,
            error,
            errors: told.errors.into_iter().map(field).collect(),
            approvals: told.approvals.into_iter().map(approval).collect(),
            request: request.to_string(),
        }
    }
}

/// Puts into the log what the caller may not see.
pub fn log(error: &Error, request: Uuid) {
    if let Error::Storage(detail) | Error::Internal(detail) = error {
        tracing::error!(%request, detail, "request failed");
    }
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer (RFC 6901) of the field; empty for the whole body.
    pub pointer: String,
    /// What is wrong with it.
    pub message: String,
}

/// A refusal by the door itself, before any use case: wrong media type, too large, from another site.
#[derive(Clone, Debug)]
pub struct Refusal {
    status: StatusCode,
    detail: String,
}

impl Refusal {
    /// A refusal with a sentence of its own.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = describe(&self).status.into_response();
        if let Self::TooMany { retry_after } | Self::Unavailable { retry_after, .. } = &self {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What may be told about an error.
struct Description {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    approvals: Vec<EndedApproval>,
}

impl Description {
    fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, title, detail: detail.into(), errors: Vec::new(), approvals: Vec::new() }
    }
}

fn describe(error: &Error) -> Description {
    match error {
        Error::NotFound | Error::Hidden(_) => of_status(StatusCode::NOT_FOUND),
        Error::Unauthenticated => of_status(StatusCode::UNAUTHORIZED),
        Error::Forbidden(permission) => {
            let detail = format!("You may not {}.", permission.label());
            Description::new(StatusCode::FORBIDDEN, "forbidden", "You may not do this", detail)
        }
        Error::Refused { rule, detail, .. } => Description::new(
            StatusCode::FORBIDDEN,
            rule,
            "A rule refuses this",
            format!("{detail} (Rule: {rule})"),
        ),
        Error::Invalid(errors) => Description {
            errors: errors.clone(),
            ..Description::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "Some fields are wrong",
                sentence(errors),
            )
        },
        Error::Rule { rule, field } => {
            let errors = vec![field.clone()];
            let detail = sentence(&errors);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Description { errors, ..Description::new(status, rule, "A rule refuses this", detail) }
        }
        Error::BadRequest(field) => {
            let errors = vec![field.clone()];
            let detail = sentence(&errors);
            Description {
                errors,
                ..Description::new(
                    StatusCode::BAD_REQUEST,
                    "bad-request",
                    "The request cannot be understood",
                    detail,
                )
            }
        }
        Error::TokenRequest { code, detail } => {
            Description::new(StatusCode::BAD_REQUEST, code, "No token is given", detail.clone())
        }
        Error::Conflict { code, detail } => {
            Description::new(StatusCode::CONFLICT, code, "This contradicts what is on record", detail.clone())
        }
        Error::EndsApproval(approvals) => Description {
            approvals: approvals.clone(),
            ..Description::new(
                StatusCode::CONFLICT,
                "ends_approval",
                "This ends what is approved",
                format!(
                    "It ends or suspends what is approved: {}. Nothing was stored; say `ends_approval: true` to do it all the same.",
                    named(approvals)
                ),
            )
        },
        Error::LostRace(_) => Description::new(
            StatusCode::CONFLICT,
            "lost-race",
            "Somebody else changed this at the same moment",
            "Nothing was stored. Look at the present state and try again.",
        ),
        Error::PreconditionFailed => Description::new(
            StatusCode::PRECONDITION_FAILED,
            "changed-meanwhile",
            "Somebody else changed this in the meantime",
            "Nothing was stored. Read it again, then repeat your change.",
        ),
        Error::TooMany { retry_after } => Description::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-attempts",
            "Too many attempts",
            format!("Wait {} seconds, then try again.", retry_after.as_secs().max(1)),
        ),
        Error::Unavailable { reason, .. } => Description::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "This cannot be done right now",
            reason.clone(),
        ),
        Error::Storage(_) => Description::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage",
            "The database cannot be used right now",
            "Nothing was stored. Try again in a moment; if it stays so, tell your administrator.",
        ),
        Error::Internal(_) => of_status(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// What a bare status says, for answers of the router and of other layers.
fn of_status(status: StatusCode) -> Description {
    let (code, title, detail) = match status {
        StatusCode::NOT_FOUND => (
            "not-found",
            "There is nothing here",
            "It does not exist, or it is not yours to see. Check the address.",
        ),
        StatusCode::UNAUTHORIZED => (
            "unauthenticated",
            "You are not signed in",
            "Send a token as `Authorization: Bearer assay_…`, or sign in. A token may have ended or been revoked.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("method-not-allowed", "That cannot be done here", "This address does not take that method.")
        }
        StatusCode::INTERNAL_SERVER_ERROR => (
            "internal",
            "Something went wrong on our side",
            "Nothing was stored. The log has the details under the request's id.",
        ),
        _ => ("error", status.canonical_reason().unwrap_or("Error"), "The request was refused."),
    };
    Description::new(status, code, title, detail)
}

fn sentence(errors: &[FieldError]) -> String {
    let told = errors.iter().map(|error| match error.pointer.as_str() {
        "" => error.message.clone(),
        pointer => format!("{pointer}: {}", error.message),
    });
    told.collect::<Vec<_>>().join("; ")
}

/// The layer that draws every error answer.
pub(super) async fn layer(context: Context, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let (status, drawn) = (response.status(), is_drawn(&response));
    let error = response.extensions().get::<Arc<Error>>().cloned();
    let refusal = response.extensions().get::<Refusal>().cloned();
    let ours = error.is_some() || refusal.is_some();
    if !(status.is_client_error() || status.is_server_error()) || (drawn && !ours) {
        return response;
    }
    if let Some(error) = error.as_deref() {
        log(error, context.id);
    }
    let description = match (error.as_deref(), refusal) {
        (Some(error), _) => describe(error),
        (None, Some(refusal)) => Description { detail: refusal.detail, ..of_status(refusal.status) },
        (None, None) => of_status(status),
    };
    let code = match error.as_deref() {
        Some(Error::TokenRequest { code, .. }) => Some(*code),
        _ => None,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    if is_program(&context.path) {
        problem(&context, description, code, parts)
    } else if let Some(form) = parts.extensions.get::<told::Sent>().cloned() {
        ends_approval(&context, description, form, parts)
    } else {
        page(&context, description, parts)
    }
}

/// Whether an answer has a body worth keeping. Plain text is how axum's own extractors refuse.
fn is_drawn(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| !kind.starts_with("text/plain"))
}

/// Whether an address is for programs: they get problem+json.
fn is_program(path: &str) -> bool {
    ["/api/", "/log/", "/livez", "/readyz"].iter().any(|prefix| path.starts_with(prefix))
}

fn problem(
    context: &Context,
    told: Description,
    error: Option<&'static str>,
    parts: axum::http::response::Parts,
) -> Response {
    let unauthenticated = told.status == StatusCode::UNAUTHORIZED;
    let problem = Problem::new(told, error, context.id);
    let mut response = (parts.status, parts.headers, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"assay\""));
    }
    response.extensions_mut().extend(parts.extensions);
    response
}

/// What a form would end, with the form once more to send it all the same.
fn ends_approval(
    context: &Context,
    told: Description,
    form: told::Sent,
    parts: axum::http::response::Parts,
) -> Response {
    let head = super::page::head(context, told.title);
    let approval = |one: &EndedApproval| (one.to_string(), format!("/approvals/{}", one.id));
    let view = EndsApprovalView {
        approvals: told.approvals.iter().map(approval).collect(),
        action: form.action,
        fields: form.fields,
        field: told::FIELD.to_owned(),
    };
    let html = render::document(head, move || view! { <EndsApprovalPage view /> });
    let mut response = (parts.status, parts.headers, Html(html)).into_response();
    response.extensions_mut().extend(parts.extensions);
    response
}

fn page(context: &Context, told: Description, parts: axum::http::response::Parts) -> Response {
    let head = super::page::head(context, told.title);
    let (status, title, detail, reference) =
        (told.status.as_u16(), told.title, told.detail, context.id.to_string());
    let html = render::document(head, move || view! { <Trouble status title detail reference /> });
    let mut response = (parts.status, parts.headers, Html(html)).into_response();
    response.extensions_mut().extend(parts.extensions);
    response
}
