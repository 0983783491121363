//! Service accounts.

use assay_app::access::{NewTokenForm, ServiceTokensPage, TeamChoice, TokenLine};
use assay_domain::access::Permission;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    access::{
        service::tokens::{self, NewToken},
        store::TokenRow,
    },
    app::App,
    error::Error,
    http::{Form, Page, Path, page::form_errors},
};

/// The form for a new token, an own one or a service account's.
#[derive(Clone, Deserialize)]
pub(super) struct TokenForm {
    pub(super) name: String,
    #[serde(default)]
    pub(super) scopes: Vec<String>,
    pub(super) team: String,
    pub(super) days: String,
}

impl TokenForm {
    /// What the form asks for, as a token of this person or of a service account.
    pub(super) fn parse(&self, person: Option<Uuid>) -> Result<NewToken, Error> {
        let scopes = self.scopes.iter().map(|scope| scope.parse()).collect::<Result<_, String>>();
        let scopes = scopes.map_err(|reason| Error::invalid("/scopes", reason))?;
        let days = self.days.trim().parse();
        let days =
            days.map_err(|_| Error::invalid("/days", format!("Choose 1 to {} days.", tokens::LONGEST_DAYS)))?;
        Ok(NewToken { name: self.name.clone(), scopes, team: super::parse_team(&self.team)?, person, days })
    }

    /// What was typed, with what was wrong.
    pub(super) fn shown(self, errors: Vec<crate::error::FieldError>) -> NewTokenForm {
        let Self { name, scopes, team, days } = self;
        NewTokenForm { name, scopes, team, days, errors: form_errors(errors) }
    }
}

/// Tokens as a page lists them; `base` is the address below which they are revoked.
pub(super) fn lines(
    tokens: Vec<TokenRow>,
    teams: &[TeamChoice],
    base: Option<&str>,
) -> Result<Vec<TokenLine>, Error> {
    let line = |token: TokenRow| {
        Ok(TokenLine {
            scopes: token.scopes()?.iter().map(ToString::to_string).collect(),
            team: token.team_id.map(|team| super::team_name(team, teams)),
            revoke: base.map(|base| format!("{base}/{}/revoke", token.id)),
            name: token.name,
            expires_at: token.expires_at,
            used_at: token.used_at,
        })
    };
    tokens.into_iter().map(line).collect()
}

const TITLE: &str = "Service accounts";

pub(super) async fn list(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let props = props(&app, &page, None, NewTokenForm::default()).await?;
    Ok(page.render(TITLE, move || ServiceTokensPage(props)))
}

pub(super) async fn create(
    State(app): State<App>,
    page: Page,
    Form(form): Form<TokenForm>,
) -> Result<Response, Error> {
    let made = match form.parse(None) {
        Ok(new) => tokens::create(&app, &page.caller, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((_, token)) => {
            let props = props(&app, &page, Some(token), NewTokenForm::default()).await?;
            Ok(page.render(TITLE, move || ServiceTokensPage(props)))
        }
        Err(Error::Invalid(errors)) => {
            let props = props(&app, &page, None, form.shown(errors)).await?;
            Ok(page.invalid(TITLE, move || ServiceTokensPage(props)))
        }
        Err(other) => Err(other),
    }
}

async fn props(
    app: &App,
    page: &Page,
    fresh: Option<String>,
    form: NewTokenForm,
) -> Result<assay_app::access::ServiceTokensPageProps, Error> {
    let may_change = page.caller.may(Permission::ManagePeople, None);
    let teams = super::team_choices(app, &page.caller).await?;
    let tokens = tokens::of_services(app, &page.caller).await?;
    let tokens = lines(tokens, &teams, may_change.then_some("/admin/tokens"))?;
    let (form, scopes) = (may_change.then_some(form), super::scope_choices());
    Ok(assay_app::access::ServiceTokensPageProps { tokens, fresh, form, scopes, teams })
}

pub(super) async fn revoke(
    State(app): State<App>,
    page: Page,
    Path(service): Path<Uuid>,
) -> Result<Response, Error> {
    tokens::revoke_of_service(&app, &page.caller, service).await?;
    Ok(page.redirect("/admin/tokens", "The token is revoked."))
}
