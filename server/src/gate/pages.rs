//! The page that asks the gate, and what it says on a version's page.

use super::service::{self, Answered, Asked, Question, RequestSeen, Said, Search};
use super::store;
use crate::app::App;
use crate::audit::Names;
use crate::error::{Error, FieldError};
use crate::http::page::form_errors;
use crate::http::{Caller, Page, Pages, Query, Window};
use crate::ledger::trail;
use crate::models::version_href;
use assay_app::components::when;
use assay_app::gate::{
    GateAnswer, GateDecisionLine, GateEnvironment, GateFine, GateForm, GatePage, GateReason, GateView,
    RequestLink, VersionGate,
};
use assay_domain::access::Permission;
use assay_domain::approvals::gate::Reason;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new().get("/gate", ask)
}

/// How many decisions a version's page shows.
const SHOWN: u16 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AskQuery {
    model: Option<String>,
    version: Option<String>,
    environment: Option<String>,
    digest: Option<String>,
}

async fn ask(State(app): State<App>, page: Page, Query(query): Query<AskQuery>) -> Result<Response, Error> {
    let given = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let asked = Asked {
        model: given(&query.model),
        version: given(&query.version),
        environment: given(&query.environment),
        digest: given(&query.digest),
    };
    let form = GateForm {
        model: asked.model.clone().unwrap_or_default(),
        version: asked.version.clone().unwrap_or_default(),
        environment: asked.environment.clone().unwrap_or_default(),
        digest: asked.digest.clone().unwrap_or_default(),
        errors: Vec::new(),
    };
    // Nothing to ask yet: the page as it is opened, or opened about a version.
    if asked.environment.is_none() && asked.digest.is_none() {
        return Ok(shown(page, StatusCode::OK, GateView { form, answer: None }));
    }
    let answered = match Question::read(asked) {
        Ok(question) => service::look(&app, &page.caller, &question).await,
        Err(error) => Err(error),
    };
    let (status, errors) = match answered {
        Ok(answered) => {
            let answer = Some(drawn(answered, &app.config.origin()));
            return Ok(shown(page, StatusCode::OK, GateView { form, answer }));
        }
        Err(Error::Invalid(errors)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, errors.into_iter().map(in_words).collect())
        }
        Err(Error::NotFound | Error::Hidden(_)) => {
            let field = if form.model.is_empty() { "/digest" } else { "/model" };
            let message =
                "There is no such model or artefact, or it is not yours to see. A pipeline would be told no.";
            (StatusCode::NOT_FOUND, vec![FieldError::new(field, message)])
        }
        Err(other) => return Err(other),
    };
    let form = GateForm { errors: form_errors(errors), ..form };
    Ok(shown(page, status, GateView { form, answer: None }))
}

/// What is wrong, as a sentence of its own.
fn in_words(FieldError { pointer, message }: FieldError) -> FieldError {
    let message = format!("The {} {message}.", pointer.trim_start_matches('/'));
    FieldError { pointer, message }
}

fn shown(page: Page, status: StatusCode, view: GateView) -> Response {
    page.answer(status, "May this be deployed?", move || view! { <GatePage view /> })
}

fn drawn(answered: Answered, origin: &str) -> GateAnswer {
    let Answered { model, version, environment, digest, answer, policy, request, model_version, .. } =
        answered;
    let mut command = format!(
        "ASSAY_URL={origin} assay gate --model {model} --version {version} \\\n  --environment {environment}"
    );
    if let Some(digest) = &digest {
        command += &format!(" --digest {}", digest.as_str());
    }
    GateAnswer {
        allowed: answer.allowed,
        what: format!("{model} {version}").trim().to_owned(),
        href: model_version.map(|_| version_href(&model, &version)),
        environment,
        reasons: answer.reasons.into_iter().map(reason).collect(),
        fine: answer
            .fine
            .into_iter()
            .map(|fine| GateFine { check: fine.check.label().to_owned(), message: fine.message })
            .collect(),
        request: request.map(request_link),
        policy: policy.map(|policy| format!("{} {}", policy.id, policy.version)),
        digest: digest.map(|digest| digest.as_str().to_owned()),
        command,
    }
}

fn reason(Reason { code, message, since }: Reason) -> GateReason {
    GateReason { code: code.name().to_owned(), message, since: since.map(when) }
}

fn request_link(RequestSeen { id, state }: RequestSeen) -> RequestLink {
    RequestLink { href: format!("/approvals/{id}"), state }
}

/// What the gate says on the page of a version; nothing for those who may not ask it.
///
/// # Errors
/// Those of the database.
pub async fn on_version(
    app: &App,
    caller: &Caller,
    team: Uuid,
    model: &str,
    version: &str,
    id: Uuid,
) -> Result<Option<VersionGate>, Error> {
    if !caller.may(Permission::LookGate, Some(team)) {
        return Ok(None);
    }
    let environments = store::environments(&mut app.db.read().await?, id).await?;
    let answers = service::look_at(app, caller, model, version, &environments).await?;
    let search =
        Search { model: Some(model.to_owned()), version: Some(version.to_owned()), ..Search::default() };
    let decisions = service::decisions(app, caller, search, &Window::new(Some(SHOWN), None)).await?.items;
    let mut conn = app.db.read().await?;
    let names =
        Names::of_actors(&mut conn, decisions.iter().map(|said| said.row.decided_by).collect()).await?;
    let mut lines = Vec::with_capacity(decisions.len());
    for said in decisions {
        let index = trail::index_of(&mut conn, said.row.ledger_event).await?;
        let entry = index.filter(|_| caller.may(Permission::ReadAudit, Some(team)));
        lines.push(decision(said, &names, entry));
    }
    Ok(Some(VersionGate {
        now: answers.into_iter().map(|answered| environment(answered, model, version)).collect(),
        decisions: lines,
        ask: address(model, version, None),
    }))
}

/// The page that asks about a version.
fn address(model: &str, version: &str, environment: Option<&str>) -> String {
    let mut query = vec![("model", model), ("version", version)];
    query.extend(environment.map(|environment| ("environment", environment)));
    format!("/gate?{}", serde_html_form::to_string(query).unwrap_or_default())
}

fn environment(answered: Answered, model: &str, version: &str) -> GateEnvironment {
    let reasons = answered.answer.reasons;
    GateEnvironment {
        href: address(model, version, Some(&answered.environment)),
        environment: answered.environment,
        allowed: answered.answer.allowed,
        more: reasons.len().saturating_sub(1),
        why: first(&reasons),
    }
}

fn decision(Said { row, kept }: Said, names: &Names, entry: Option<u64>) -> GateDecisionLine {
    GateDecisionLine {
        when: when(row.decided_at),
        environment: row.environment,
        allowed: row.allowed,
        why: first(&kept.reasons),
        by: names.anybody(row.decided_by),
        entry: entry.map(|index| format!("/audit/{index}")),
    }
}

fn first(reasons: &[Reason]) -> String {
    reasons.first().map(|reason| reason.message.clone()).unwrap_or_default()
}
