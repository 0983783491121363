//! The ways in: sign in, set up, accept an invitation; and the way out.

use assay_app::access::{AcceptInvitation, EntranceForm, SetUp, SignIn};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    access::service::{
        invitations,
        sessions::{self, Origin},
        setup::{self, FirstAdministrator},
    },
    app::App,
    error::Error,
    http::{Form, Page, Path, Query, Visitor, page::form_errors},
};

#[derive(Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    email: String,
    password: String,
    next: String,
}

#[derive(Deserialize)]
pub(super) struct SetupLink {
    link: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SetupForm {
    link: String,
    name: String,
    email: String,
    password: String,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    /// Only there for password managers; the account is the invitation's.
    #[expect(dead_code, reason = "browsers send it")]
    email: Option<String>,
    password: String,
}

pub(super) async fn sign_in_page(
    visitor: Visitor,
    page: Option<Page>,
    Query(query): Query<Next>,
) -> Response {
    let next = own_path(query.next.as_deref());
    if page.is_some() {
        return Redirect::to(&next).into_response();
    }
    visitor.render("Sign in", move || view! { <SignIn form=EntranceForm::default() next /> })
}

pub(super) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Result<Response, Error> {
    let next = own_path(Some(&form.next));
    match sessions::sign_in(&app, origin(&visitor, &headers), &form.email, form.password).await {
        Ok(session) => Ok(visitor.with_session(&next, &session.secret, session.seconds)),
        Err(error) => {
            let wait = match &error {
                Error::TooMany { retry_after } => Some(HeaderValue::from(retry_after.as_secs() + 1)),
                _ => None,
            };
            let (status, errors) = told(error)?;
            let form = EntranceForm { email: form.email, errors, ..EntranceForm::default() };
            let mut response = visitor.answer(status, "Sign in", move || view! { <SignIn form next /> });
            response.headers_mut().extend(wait.map(|wait| (header::RETRY_AFTER, wait)));
            Ok(response)
        }
    }
}

/// What a form that failed says. Being held back is said on the form as well, so that what was typed stays.
fn told(error: Error) -> Result<(StatusCode, Vec<assay_app::components::FieldError>), Error> {
    match error {
        Error::Invalid(errors) => Ok((StatusCode::UNPROCESSABLE_ENTITY, form_errors(errors))),
        Error::TooMany { retry_after } => {
            let message =
                format!("Too many attempts. Wait {} seconds, then try again.", retry_after.as_secs() + 1);
            Ok((StatusCode::TOO_MANY_REQUESTS, vec![assay_app::components::FieldError::new("", message)]))
        }
        other => Err(other),
    }
}

/// Signing out is a form, so that no link or picture can do it. Without a session there is nothing left to do.
pub(super) async fn sign_out(
    State(app): State<App>,
    visitor: Visitor,
    page: Option<Page>,
) -> Result<Response, Error> {
    if let Some(page) = page {
        sessions::sign_out(&app, &page.caller).await?;
    }
    Ok(visitor.with_session("/sign-in", "", 0))
}

pub(super) async fn setup_page(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<SetupLink>,
) -> Result<Response, Error> {
    let link = query.link.unwrap_or_default();
    setup::look(&app, &link).await?;
    Ok(visitor.render("Set up", move || view! { <SetUp form=EntranceForm::default() link /> }))
}

pub(super) async fn setup(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<SetupForm>,
) -> Result<Response, Error> {
    let first =
        FirstAdministrator { name: form.name.clone(), email: form.email.clone(), password: form.password };
    match setup::complete(&app, origin(&visitor, &headers), &form.link, first).await {
        Ok(session) => Ok(visitor.with_session("/", &session.secret, session.seconds)),
        Err(error) => {
            let (status, errors) = told(error)?;
            let (link, form) = (form.link, EntranceForm { name: form.name, email: form.email, errors });
            Ok(visitor.answer(status, "Set up", move || view! { <SetUp form link /> }))
        }
    }
}

pub(super) async fn invitation_page(
    State(app): State<App>,
    visitor: Visitor,
    Path(link): Path<String>,
) -> Result<Response, Error> {
    let person = invitations::look(&app, &link).await?;
    let form = EntranceForm { name: person.name, email: person.email, errors: Vec::new() };
    let action = format!("/invite/{link}");
    Ok(visitor.render("Choose a password", move || view! { <AcceptInvitation form action /> }))
}

pub(super) async fn accept(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(link): Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    match invitations::accept(&app, origin(&visitor, &headers), &link, &form.password).await {
        Ok(session) => Ok(visitor.with_session("/", &session.secret, session.seconds)),
        Err(error) => {
            let (status, errors) = told(error)?;
            let person = invitations::look(&app, &link).await?;
            let (form, action) =
                (EntranceForm { name: person.name, email: person.email, errors }, format!("/invite/{link}"));
            Ok(visitor.answer(
                status,
                "Choose a password",
                move || view! { <AcceptInvitation form action /> },
            ))
        }
    }
}

fn origin(visitor: &Visitor, headers: &HeaderMap) -> Origin {
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Origin { request: visitor.context.id, address: visitor.context.address, browser }
}

/// A path on this server to go on to; anything else would let a link send people elsewhere after signing in.
fn own_path(wanted: Option<&str>) -> String {
    let own = |path: &&str| {
        path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r', '\t'])
    };
    wanted.filter(own).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn after_signing_in_one_stays_here() {
        assert_eq!(own_path(Some("/teams?x=1")), "/teams?x=1");
        for elsewhere in [
            None,
            Some(""),
            Some("https://evil.example"),
            Some("//evil.example"),
            Some("/\\evil.example"),
            Some("/\t/evil"),
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
