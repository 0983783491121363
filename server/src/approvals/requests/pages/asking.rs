//! Asking for an approval, and what other rooms' pages say about requests.

use assay_app::approvals::{ApprovalState, AskForm, AskPage, VersionApprovalsView, VersionRequest};
use assay_app::components::{FieldError, Happening, when};
use assay_domain::access::Permission;
use assay_domain::approvals::{Approval, Refusal, State as Standing};
use axum::extract::State;
use axum::response::Response;
use chrono::SecondsFormat;
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::{href, shown};
use crate::App;
use crate::approvals::requests::service::{self, Answered, Asked};
use crate::audit::Names;
use crate::error::Error;
use crate::http::page::form_errors;
use crate::http::{Caller, Form, Page, Path, Query};
use crate::models::service::find;
use crate::models::store::FoundRow;
use crate::models::version_href;

/// How many decisions a team's page shows.
const DECISIONS: usize = 5;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    environment: String,
    note: String,
    emergency: String,
    renew: Option<bool>,
}

impl Typed {
    async fn form(self, app: &App, found: &FoundRow, errors: Vec<FieldError>) -> Result<AskForm, Error> {
        let Self { environment, note, emergency, renew: _ } = self;
        Ok(AskForm { environment, note, emergency, errors, ..empty(app, found).await? })
    }
}

/// The form before anything was typed: with what stands in the way of an emergency, before one tries.
async fn empty(app: &App, found: &FoundRow) -> Result<AskForm, Error> {
    let (tier, now) = (found.tier()?, app.clock.now());
    let mut conn = app.db.read().await?;
    let in_the_way = service::in_the_way(&mut conn, found.version.model_id, tier, now).await?;
    let words = |(environment, why): (String, Refusal)| {
        format!("Not in {environment}: {}", shown::sentence(&why.to_string()))
    };
    Ok(AskForm {
        action: action(&found.model, &found.version.version),
        no_emergency: in_the_way.into_iter().map(words).collect(),
        ..AskForm::default()
    })
}

/// Where the form that asks is posted.
pub(super) fn action(model: &str, version: &str) -> String {
    format!("{}/approval", version_href(model, version))
}

/// Finds the version, for those who may ask for it.
async fn found(app: &App, caller: &Caller, model: &str, version: &str) -> Result<FoundRow, Error> {
    let found = find(&mut app.db.read().await?, model, version).await?;
    caller.allow(Permission::ReadApprovals, Permission::RequestApprovals, Some(found.team_id))?;
    Ok(found)
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<(String, String)>,
    Query(typed): Query<Typed>,
) -> Result<Response, Error> {
    let found = found(&app, &page.caller, &model, &version).await?;
    let form = typed.form(&app, &found, Vec::new()).await?;
    let (what, version_href) = (format!("{model} {version}"), version_href(&model, &version));
    Ok(page.render("Ask for approval", move || view! { <AskPage form what version_href /> }))
}

pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let found = found(&app, &page.caller, &model, &version).await?;
    let emergency = Some(typed.emergency.clone()).filter(|reason| !reason.trim().is_empty());
    let environment = typed.environment.trim().to_owned();
    let renew = typed.renew.unwrap_or_default();
    let asked = Asked { environment, note: typed.note.clone(), emergency, renew };
    match service::ask(&app, &page.caller, &model, &version, asked).await {
        Ok(Answered { kept, opened }) => {
            let words = if opened {
                "The approval is asked for. Those who decide see it."
            } else {
                "It is approved as it is now, so nothing was asked for. A renewal is asked for here."
            };
            Ok(page.redirect(&href(kept.row.id), words))
        }
        Err(error) => {
            let form = typed.form(&app, &found, explained(error)?).await?;
            let (what, version_href) = (format!("{model} {version}"), version_href(&model, &version));
            Ok(page.invalid("Ask for approval", move || view! { <AskPage form what version_href /> }))
        }
    }
}

/// What people are told on the page itself; everything else is an answer of its own.
pub(super) fn explained(error: Error) -> Result<Vec<FieldError>, Error> {
    match error {
        Error::Invalid(errors) => {
            let errors = form_errors(errors).into_iter();
            Ok(errors
                .map(|error| FieldError::new(at(error.field), shown::sentence(&error.message)))
                .collect())
        }
        Error::Rule { field, .. } => {
            let errors = form_errors(vec![field]).into_iter();
            Ok(errors
                .map(|error| FieldError::new(at(error.field), shown::sentence(&error.message)))
                .collect())
        }
        Error::Conflict { detail, .. } => Ok(vec![FieldError::new("", shown::sentence(&detail))]),
        other => Err(other),
    }
}

/// The field of the form that a field of the API is.
fn at(field: String) -> String {
    if field == "emergency-reason" { "emergency".to_owned() } else { field }
}

/// What a version's page says about approvals; `None` for those who may not see them.
///
/// # Errors
/// Those of the database.
pub async fn of_version(
    app: &App,
    caller: &Caller,
    found: &FoundRow,
) -> Result<Option<VersionApprovalsView>, Error> {
    let team = Some(found.team_id);
    if !caller.may(Permission::ReadApprovals, team) {
        return Ok(None);
    }
    let kept = service::of_version(app, found.version.id).await?;
    let mut conn = app.db.read().await?;
    let ids = kept.iter().map(|kept| kept.row.requested_by).collect();
    let names = Names::of_actors(&mut conn, ids).await?;
    let remarks = remarks(&kept);
    let mut requests = Vec::new();
    for (kept, remark) in kept.iter().zip(remarks) {
        let policy = kept.policy(&mut conn).await?;
        let row = &kept.row;
        requests.push(VersionRequest {
            environment: row.environment.clone(),
            state: ApprovalState::of(kept.state()),
            href: href(row.id),
            asked: format!("{}, {}", names.anybody(row.requested_by), shown::day(row.requested_at)),
            time: shown::time(&kept.approval),
            progress: shown::progress(&kept.approval, &policy),
            remark,
        });
    }
    let why_not = if found.archived_at.is_some() {
        Some("The model was taken out of use: nothing of it is deployed any more.")
    } else if found.tier.is_none() {
        Some(
            "The model has no risk tier yet. Answer the questions that lead to it first; the policy follows from the tier.",
        )
    } else {
        None
    };
    Ok(Some(VersionApprovalsView {
        requests,
        may_ask: caller.may(Permission::RequestApprovals, team),
        why_not: why_not.map(str::to_owned),
        form: empty(app, found).await?,
    }))
}

/// What is said beside the state of each of a version's requests, the newest first: which of them does not count in its
/// environment, and which is the renewal of one that does.
fn remarks(all: &[service::Kept]) -> Vec<Option<&'static str>> {
    let mut counts: BTreeMap<&str, Uuid> = BTreeMap::new();
    let approved = all.iter().filter(|kept| matches!(kept.approval.state(), Standing::Approved(_)));
    for kept in approved.chain(all) {
        counts.entry(kept.row.environment.as_str()).or_insert(kept.row.id);
    }
    let remark = |kept: &service::Kept| match counts.get(kept.row.environment.as_str()) {
        Some(id) if *id == kept.row.id => None,
        Some(id) if *id < kept.row.id => Some("renewal"),
        _ => Some("older"),
    };
    all.iter().map(remark).collect()
}

/// The latest that became of a team's requests, for the team's page; nothing for those who may not see them.
///
/// # Errors
/// Those of the database.
pub async fn decisions_of_team(app: &App, caller: &Caller, team: Uuid) -> Result<Vec<Happening>, Error> {
    if !caller.may(Permission::ReadApprovals, Some(team)) {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(DECISIONS).unwrap_or(i64::MAX);
    let mut kept = service::of_team(app, team, limit).await?;
    kept.sort_by_key(|kept| std::cmp::Reverse(kept.row.changed_at));
    Ok(kept.iter().map(happening).collect())
}

/// What was decided or ended last of all that the caller may see, for the first page.
///
/// # Errors
/// Those of the database.
pub async fn decided(app: &App, caller: &Caller, limit: usize) -> Result<Vec<Happening>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let kept = service::decided(app, caller, limit).await?;
    let people: BTreeSet<Uuid> = kept.iter().filter_map(|kept| last_word(&kept.approval)).collect();
    let names = Names::of_actors(&mut app.db.read().await?, people).await?;
    let named = |kept: &service::Kept| Happening {
        who: last_word(&kept.approval).map(|id| names.anybody(id)),
        ..happening(kept)
    };
    Ok(kept.iter().map(named).collect())
}

/// The account of the person whose decision made the state what it is.
fn last_word(approval: &Approval) -> Option<Uuid> {
    let decider = match approval.state() {
        Standing::Approved(approved) => &approved.approvals().last()?.decider,
        Standing::Rejected(rejected) => &rejected.decider,
        _ => return None,
    };
    decider.involved().next()?.account
}

/// Where a request stands, in a line.
fn happening(kept: &service::Kept) -> Happening {
    let state = ApprovalState::of(kept.state());
    let row = &kept.row;
    let words = match kept.approval.state() {
        Standing::Open(_) => "waits for decisions".to_owned(),
        _ => format!("is {}", state.label.to_lowercase()),
    };
    Happening {
        at: row.changed_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(row.changed_at),
        what: format!("{} {} {words} for {}", row.model, row.version, row.environment),
        who: None,
        href: Some(href(row.id)),
        tone: state.tone,
    }
}
