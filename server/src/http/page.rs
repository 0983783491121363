//! What a page handler gets and what it answers with.
//!
//! [`Page`] is a request of somebody signed in, [`Visitor`] of anybody. Both draw a page within the frame of the app, or
//! send the browser elsewhere with a sentence that the next page shows once.

use assay_app::{
    components::Tone,
    render,
    shell::{self, Flash, PageHead, Section},
};
use assay_domain::access::{Permission, Rights};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use crate::{
    app::App,
    error::{Error, FieldError},
};

use super::{
    Caller,
    caller::by_session,
    context::Context,
    cookies::{self, Kind},
    told::Told,
};

/// A request for a page by anybody, signed in or not.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The request.
    pub context: Context,
    flash: Option<String>,
    secure: bool,
    islands: bool,
}

impl Visitor {
    /// Loads the browser bundle with the page, because it holds islands.
    #[must_use]
    pub fn with_islands(mut self) -> Self {
        self.islands = true;
        self
    }

    /// The page, 200.
    pub fn render<V: IntoView + 'static>(self, title: &str, body: impl FnOnce() -> V) -> Response {
        self.answer(StatusCode::OK, title, body)
    }

    /// The page with what was typed and what is wrong with it, 422.
    pub fn invalid<V: IntoView + 'static>(self, title: &str, body: impl FnOnce() -> V) -> Response {
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, title, body)
    }

    /// The page with any status.
    pub fn answer<V: IntoView + 'static>(
        self,
        status: StatusCode,
        title: &str,
        body: impl FnOnce() -> V,
    ) -> Response {
        let flash = self.flash.map(|text| Flash { tone: Tone::Good, text });
        let shown = flash.is_some();
        let head = head(&self.context, title);
        let head = PageHead { flash: head.flash.or(flash), has_islands: self.islands, ..head };
        let mut response = (status, Html(render::document(head, body))).into_response();
        if shown {
            append_cookie(&mut response, cookies::set(Kind::Flash, "", 0, self.secure));
        }
        response
    }

    /// Sends the browser to `path`, 303; the page there says `sentence`.
    pub fn redirect(&self, path: &str, sentence: &str) -> Response {
        let mut response = Redirect::to(path).into_response();
        let flash = cookies::set(Kind::Flash, &cookies::encode_flash(sentence), 60, self.secure);
        append_cookie(&mut response, flash);
        response
    }

    /// Sends the browser to `path` with a new session, or without one where `secret` is empty.
    pub fn with_session(&self, path: &str, secret: &str, seconds: i64) -> Response {
        let mut response = Redirect::to(path).into_response();
        append_cookie(&mut response, cookies::set(Kind::Session, secret, seconds, self.secure));
        response
    }

    /// The nonce of this answer, for inline scripts.
    pub fn nonce(&self) -> &str {
        &self.context.nonce
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let context = Context::from_request_parts(parts, app).await?;
        let secure = app.config.secure();
        let flash = cookies::read(&parts.headers, Kind::Flash, secure)
            .and_then(|value| cookies::decode_flash(&value));
        Ok(Self { context, flash, secure, islands: false })
    }
}

/// A request for a page by somebody signed in; anybody else is sent to sign in first.
#[derive(Clone, Debug)]
pub struct Page {
    /// Who is signed in.
    pub caller: Caller,
    visitor: Visitor,
}

impl std::ops::Deref for Page {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl Page {
    /// Loads the browser bundle with the page, because it holds islands.
    #[must_use]
    pub fn with_islands(mut self) -> Self {
        self.visitor.islands = true;
        self
    }

    /// The page, 200.
    pub fn render<V: IntoView + 'static>(self, title: &str, body: impl FnOnce() -> V) -> Response {
        self.visitor.render(title, body)
    }

    /// The page with what was typed and what is wrong with it, 422.
    pub fn invalid<V: IntoView + 'static>(self, title: &str, body: impl FnOnce() -> V) -> Response {
        self.visitor.invalid(title, body)
    }

    /// The page with any status.
    pub fn answer<V: IntoView + 'static>(
        self,
        status: StatusCode,
        title: &str,
        body: impl FnOnce() -> V,
    ) -> Response {
        self.visitor.answer(status, title, body)
    }
}

impl FromRequestParts<App> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        match by_session(app, &visitor.context, parts).await {
            Ok(caller) => {
                let told = parts.extensions.get::<Told>().is_some();
                let caller = caller.told(Some(told));
                visitor.context.note_caller(&caller);
                Ok(Self { caller, visitor })
            }
            Err(Error::Unauthenticated) => Err(to_sign_in(parts)),
            Err(other) => Err(other.into_response()),
        }
    }
}

impl OptionalFromRequestParts<App> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Response> {
        match <Self as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(page) => Ok(Some(page)),
            Err(response) if response.status().is_redirection() => Ok(None),
            Err(response) => Err(response),
        }
    }
}

/// Where a signed-out visitor goes; a page that was asked for is shown after signing in, a form is not sent again.
fn to_sign_in(parts: &Parts) -> Response {
    let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if parts.method != axum::http::Method::GET || wanted == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let query = serde_html_form::to_string([("next", wanted)]).unwrap_or_default();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// The head of a page for whoever is known to be calling.
pub(super) fn head(context: &Context, title: &str) -> PageHead {
    let caller = context.caller();
    let halted = context.halted.clone().map(|text| Flash { tone: Tone::Bad, text });
    PageHead {
        flash: halted,
        nonce: context.nonce.clone(),
        assets: crate::assets::links(),
        organisation: context.organisation.clone(),
        visitor: caller.map(|caller| shell::Visitor { name: caller.name.clone(), role: role_of(caller) }),
        sections: caller.map(sections).unwrap_or_default(),
        section: section_of(&context.path),
        ..PageHead::titled(title)
    }
}

/// The sections that the caller may open, of those that exist.
fn sections(caller: &Caller) -> Vec<Section> {
    let open = |section: &Section| match section {
        Section::Home | Section::Teams => true,
        Section::Datasets => caller.principal.may_somewhere(Permission::ReadDatasets),
        Section::Models => caller.principal.may_somewhere(Permission::ReadModels),
        Section::Approvals => caller.principal.may_somewhere(Permission::ReadApprovals),
        Section::Audit => caller.principal.may_somewhere(Permission::ReadAudit),
        Section::Organisation => caller.may(Permission::ReadAssessments, None),
        Section::Admin => caller.may(Permission::ReadPeople, None),
        _ => false,
    };
    Section::ALL.into_iter().filter(open).collect()
}

fn section_of(path: &str) -> Option<Section> {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first {
        "assessments" => Some(Section::Teams),
        "gate" => Some(Section::Models),
        "findings" => Some(Section::Datasets),
        _ => Section::ALL.into_iter().find(|section| section.href().trim_start_matches('/') == first),
    }
}

fn role_of(caller: &Caller) -> String {
    let Rights::Person(held) = &caller.principal.rights else { return String::new() };
    let mut labels: Vec<_> = held.iter().map(|held| held.role.label()).collect();
    labels.dedup();
    labels.join(", ")
}

/// What is wrong with a form, as its page shows it: the pointer `/lines/0/name` is the field `lines-0-name`.
pub fn form_errors(errors: Vec<FieldError>) -> Vec<assay_app::components::FieldError> {
    let shown = |error: FieldError| {
        let field = error.pointer.trim_start_matches('/').replace('/', "-");
        assay_app::components::FieldError::new(field, error.message)
    };
    errors.into_iter().map(shown).collect()
}

fn append_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
