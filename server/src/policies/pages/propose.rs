//! The form for a text: prefilled with what is in force, and kept to the letter where something is wrong.

use assay_app::components::FieldError as Wrong;
use assay_app::policies::{Excerpt, ProposeForm, ProposePage, ProposePageProps};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::super::service::proposals::{self, Proposed};
use super::super::service::{self, words};
use crate::app::App;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Query, page::form_errors};
use crate::proposals::pages::href;

const TITLE: &str = "Propose a policy";

#[derive(Deserialize)]
pub(super) struct Begin {
    of: Option<String>,
}

pub(super) async fn form(
    State(app): State<App>,
    page: Page,
    Query(Begin { of }): Query<Begin>,
) -> Result<Response, Error> {
    page.caller.allow(Permission::ReadPolicies, Permission::ProposePolicies, None)?;
    let of = of.unwrap_or_default();
    let source = begin_with(&app, &page.caller, &of).await?;
    let props = props(&app, &page.caller, ProposeForm { of, source, ..ProposeForm::default() }).await?;
    Ok(page.render(TITLE, move || ProposePage(props)))
}

/// The text to begin with: the policy's own, the last it had; for a new one, any that is in force, or that ships.
async fn begin_with(app: &App, caller: &Caller, of: &str) -> Result<String, Error> {
    if of.is_empty() {
        let found = service::list(app, caller).await?;
        let first = found.policies.into_iter().next();
        return first.map_or_else(service::example, |version| Ok(version.row.source));
    }
    let history = service::history(app, caller, of).await?;
    let present = history.iter().find(|one| one.row.until_at.is_none()).or(history.first());
    present.map(|one| one.row.source.clone()).ok_or(Error::NotFound)
}

async fn props(app: &App, caller: &Caller, form: ProposeForm) -> Result<ProposePageProps, Error> {
    let of = match form.of.as_str() {
        "" => None,
        of => service::history(app, caller, of).await?.first().map(|one| one.row.title.clone()),
    };
    Ok(ProposePageProps { form, of })
}

#[derive(Deserialize)]
pub(super) struct Typed {
    of: String,
    source: String,
    reason: String,
}

pub(super) async fn send(
    State(app): State<App>,
    page: Page,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    // Browsers send lines with CR LF; what is stored and hashed into a text is what was typed.
    let source = typed.source.replace("\r\n", "\n");
    let proposed = Proposed { source: source.clone(), reason: typed.reason.clone() };
    let errors = match proposals::propose(&app, &page.caller, proposed, "/source").await {
        Ok(row) => {
            return Ok(page.redirect(&href(row.id), "It is proposed. Somebody else has to confirm it."));
        }
        Err(Error::Invalid(errors)) => form_errors(errors),
        // What contradicts what is in force is as much about the text as a mistake in it.
        Err(Error::Conflict { code, detail }) => vec![Wrong::new("source", format!("{code}: {detail}"))],
        Err(other) => return Err(other),
    };
    let mistakes = words::check(&app, &source).await?.err().unwrap_or_default();
    let line = |number: usize| source.lines().nth(number.saturating_sub(1)).unwrap_or_default().to_owned();
    let excerpts = mistakes
        .into_iter()
        .map(|one| Excerpt { line: one.line, text: line(one.line), message: one.message })
        .collect();
    let form = ProposeForm { of: typed.of, source, reason: typed.reason, errors, excerpts };
    let props = props(&app, &page.caller, form).await?;
    Ok(page.invalid(TITLE, move || ProposePage(props)))
}
