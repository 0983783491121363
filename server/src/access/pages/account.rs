//! The own account.

use assay_app::access::{AccountData, AccountPage, AwayData, NewTokenForm, SessionLine};
use axum::{extract::State, response::Response};
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::away::{self, Absence};
use super::tokens::{TokenForm, lines};
use crate::{
    access::{
        service::{people, sessions, tokens},
        store::SessionRow,
    },
    app::App,
    delegations::service as delegations,
    error::Error,
    http::{Form, Page, Path, page::form_errors},
};

const TITLE: &str = "Your account";

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let data = data(&app, &page).await?;
    Ok(page.render(TITLE, move || view! { <AccountPage data /> }))
}

async fn data(app: &App, page: &Page) -> Result<AccountData, Error> {
    let caller = &page.caller;
    let own = people::own(app, caller).await?;
    let teams = super::team_choices(app, caller).await?;
    let sessions = sessions::list(app, caller).await?;
    Ok(AccountData {
        name: own.row.name,
        email: own.row.email,
        roles: own.roles.iter().map(|held| super::role_words(*held, &teams)).collect(),
        sessions: sessions.into_iter().map(|session| session_line(session, caller.session)).collect(),
        tokens: lines(tokens::own(app, caller).await?, &teams, Some("/account/tokens"))?,
        scopes: super::scope_choices(),
        away: away::data(app, caller, &teams).await?,
        teams,
        ..AccountData::default()
    })
}

fn session_line(session: SessionRow, current: Option<Uuid>) -> SessionLine {
    SessionLine {
        browser: session.browser.as_deref().map_or("unknown", browser_name).to_owned(),
        address: session.address.unwrap_or_else(|| "unknown".to_owned()),
        created_at: session.created_at,
        seen_at: session.seen_at,
        current: current == Some(session.id),
        end: format!("/account/sessions/{}/end", session.id),
    }
}

/// What people call a browser. Order matters: each names the ones before it as well.
fn browser_name(agent: &str) -> &str {
    let known = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Firefox/", "Firefox"),
        ("Safari/", "Safari"),
    ];
    known.into_iter().find(|(mark, _)| agent.contains(mark)).map_or(agent, |(_, name)| name)
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    /// Only there for password managers.
    #[expect(dead_code, reason = "browsers send it")]
    email: Option<String>,
    present: String,
    password: String,
}

pub(super) async fn change_password(
    State(app): State<App>,
    page: Page,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    match people::change_password(&app, &page.caller, form.present, form.password).await {
        Ok(()) => {
            Ok(page.redirect("/account", "The password is changed, and your other sessions are ended."))
        }
        Err(Error::Invalid(errors)) => {
            let data = AccountData { password_errors: form_errors(errors), ..data(&app, &page).await? };
            Ok(page.invalid(TITLE, move || view! { <AccountPage data /> }))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn end_session(
    State(app): State<App>,
    page: Page,
    Path(session): Path<Uuid>,
) -> Result<Response, Error> {
    sessions::revoke(&app, &page.caller, session).await?;
    Ok(page.redirect("/account", "The session is ended."))
}

pub(super) async fn create_token(
    State(app): State<App>,
    page: Page,
    Form(form): Form<TokenForm>,
) -> Result<Response, Error> {
    let made = match form.parse(page.caller.person()) {
        Ok(new) => tokens::create(&app, &page.caller, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((_, token)) => {
            let data = AccountData { fresh: Some(token), ..data(&app, &page).await? };
            Ok(page.render(TITLE, move || view! { <AccountPage data /> }))
        }
        Err(Error::Invalid(errors)) => {
            let token_form: NewTokenForm = form.shown(errors);
            let data = AccountData { token_form, ..data(&app, &page).await? };
            Ok(page.invalid(TITLE, move || view! { <AccountPage data /> }))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn revoke_token(
    State(app): State<App>,
    page: Page,
    Path(token): Path<Uuid>,
) -> Result<Response, Error> {
    tokens::revoke_own(&app, &page.caller, token).await?;
    Ok(page.redirect("/account", "The token is revoked."))
}

pub(super) async fn delegate(
    State(app): State<App>,
    page: Page,
    Form(absence): Form<Absence>,
) -> Result<Response, Error> {
    let made = match absence.parse() {
        Ok(new) => delegations::make(&app, &page.caller, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(page.redirect("/account#away", "They may decide for you on these days.")),
        Err(Error::Invalid(errors)) => {
            let data = data(&app, &page).await?;
            let away = AwayData { form: absence.shown(errors), ..data.away };
            let data = AccountData { away, ..data };
            Ok(page.invalid(TITLE, move || view! { <AccountPage data /> }))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn end_delegation(
    State(app): State<App>,
    page: Page,
    Path(delegation): Path<Uuid>,
) -> Result<Response, Error> {
    delegations::end(&app, &page.caller, delegation).await?;
    Ok(page.redirect("/account#away", "You decide by yourself again."))
}
