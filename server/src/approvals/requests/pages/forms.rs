//! One request, and the forms on its page.

use assay_app::approvals::{ApprovalPage, ConditionForm, DecideForm};
use assay_app::components::FieldError;
use assay_domain::approvals::Decision;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::asking::explained;
use super::{href, scene};
use crate::App;
use crate::approvals::requests::service::{self, BreakGlass, Deciding, Kept, NewConditionText, Reviewing};
use crate::error::Error;
use crate::http::{Form, Page, Path};

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let (title, view) = scene::gather(&app, &page.caller, id).await?;
    Ok(page.render(&title, move || view! { <ApprovalPage view form=DecideForm::default() /> }))
}

/// Shows the page again with what was typed and what is wrong.
async fn again(app: &App, page: Page, id: Uuid, form: DecideForm) -> Result<Response, Error> {
    let (title, view) = scene::gather(app, &page.caller, id).await?;
    Ok(page.invalid(&title, move || view! { <ApprovalPage view form /> }))
}

#[derive(Deserialize)]
pub(super) struct Decided {
    seat: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    condition: Vec<String>,
    #[serde(default)]
    due: Vec<String>,
    reason: String,
    bound_sha256: String,
}

impl Decided {
    /// The conditions that have anything written in them.
    fn conditions(&self) -> Vec<ConditionForm> {
        let dues = self.due.iter().map(|due| due.trim().to_owned()).chain(std::iter::repeat(String::new()));
        let typed = self.condition.iter().map(|text| text.trim().to_owned()).zip(dues);
        let typed = typed.filter(|(text, due)| !(text.is_empty() && due.is_empty()));
        typed.map(|(text, due)| ConditionForm { text, due }).collect()
    }

    fn to_deciding(&self) -> Result<Deciding, Error> {
        let (step, away) = match self.seat.split_once('/') {
            None => (self.seat.clone(), None),
            Some((step, away)) => {
                let away = away.parse().map_err(|_| Error::invalid("/seat", "choose one of them"))?;
                (step.to_owned(), Some(away))
            }
        };
        let conditions = self.conditions();
        let (decision, wants) = match self.decision.as_str() {
            "approved" => (Decision::Approved, false),
            "conditions" => (Decision::Approved, true),
            "rejected" => (Decision::Rejected, false),
            _ => return Err(Error::invalid("/decision", "choose one of them")),
        };
        if wants && conditions.is_empty() {
            return Err(Error::invalid("/conditions/0/text", "write at least one condition"));
        }
        if !wants && !conditions.is_empty() {
            let message = "conditions were written: choose “approve with conditions”, or empty them";
            return Err(Error::invalid("/decision", message));
        }
        let read = |(n, one): (usize, &ConditionForm)| {
            let due = one.due.parse().map_err(|_| {
                Error::invalid(format!("/conditions/{n}/due"), "say by which day: 2026-11-21")
            })?;
            Ok(NewConditionText { text: one.text.clone(), due })
        };
        Ok(Deciding {
            step,
            decision,
            reason: self.reason.clone(),
            conditions: conditions.iter().enumerate().map(read).collect::<Result<_, Error>>()?,
            on_behalf_of: away,
            bound_sha256: self.bound_sha256.clone(),
        })
    }
}

pub(super) async fn decide(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(typed): Form<Decided>,
) -> Result<Response, Error> {
    let decided = match typed.to_deciding() {
        // Whoever may not see or decide is told so, whatever they wrote.
        Err(error) => service::get(&app, &page.caller, id).await.and(Err(error)),
        Ok(deciding) => service::decide(&app, &page.caller, id, deciding).await,
    };
    match decided {
        Ok(kept) => {
            let words = match kept.state() {
                "approved" => "Decided. It was the last decision: the version is approved.",
                "rejected" => "Decided. The request is rejected.",
                _ => "Decided. More decisions are needed.",
            };
            Ok(page.redirect(&format!("{}#decisions", href(id)), words))
        }
        Err(error) => {
            let errors = explained(error)?;
            let conditions = typed.conditions();
            let Decided { seat, decision, reason, .. } = typed;
            let form = DecideForm { seat, decision, reason, conditions, errors, ..DecideForm::default() };
            again(&app, page, id, form).await
        }
    }
}

/// What comes of one of the smaller forms, whose field for a reason is called `field` on the page.
async fn finish(
    app: &App,
    page: Page,
    id: Uuid,
    done: Result<Kept, Error>,
    words: &str,
    field: &str,
    other_reason: String,
) -> Result<Response, Error> {
    match done {
        Ok(_) => Ok(page.redirect(&href(id), words)),
        Err(error) => {
            let own = |error: FieldError| match error.field.as_str() {
                "reason" => FieldError::new(field, error.message),
                _ => error,
            };
            let errors = explained(error)?.into_iter().map(own).collect();
            again(app, page, id, DecideForm { other_reason, errors, ..DecideForm::default() }).await
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Why {
    reason: String,
}

pub(super) async fn withdraw(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Why { reason }): Form<Why>,
) -> Result<Response, Error> {
    let done = service::withdraw(&app, &page.caller, id, &reason).await;
    finish(&app, page, id, done, "The request is taken back.", "withdraw-reason", reason).await
}

pub(super) async fn revoke(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Why { reason }): Form<Why>,
) -> Result<Response, Error> {
    let done = service::revoke(&app, &page.caller, id, &reason).await;
    finish(&app, page, id, done, "The approval is taken back.", "revoke-reason", reason).await
}

pub(super) async fn break_glass(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Why { reason }): Form<Why>,
) -> Result<Response, Error> {
    let glass = BreakGlass { reason: reason.clone() };
    let done = service::break_glass(&app, &page.caller, id, glass).await;
    let words = "The emergency is declared. Somebody else reviews it.";
    finish(&app, page, id, done, words, "break-glass-reason", reason).await
}

pub(super) async fn lift_block(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Why { reason }): Form<Why>,
) -> Result<Response, Error> {
    let done = service::lift_block(&app, &page.caller, id, &reason).await;
    let lifted = |kept: &Kept| kept.approval.emergency().is_some_and(|one| one.lifted().is_some());
    let words = match &done {
        Ok(kept) if !lifted(kept) => "It waits for a compliance officer to confirm it.",
        _ => "Emergencies can be declared again.",
    };
    finish(&app, page, id, done, words, "lift-reason", reason).await
}

#[derive(Deserialize)]
pub(super) struct Met {
    note: String,
}

pub(super) async fn condition_met(
    State(app): State<App>,
    page: Page,
    Path((id, condition)): Path<(Uuid, Uuid)>,
    Form(Met { note }): Form<Met>,
) -> Result<Response, Error> {
    let done = service::condition_met(&app, &page.caller, id, condition, &note).await;
    finish(&app, page, id, done, "The condition is on record as fulfilled.", "note", note).await
}

#[derive(Deserialize)]
pub(super) struct Reviewed {
    #[serde(default)]
    justified: String,
    reason: String,
}

pub(super) async fn review(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Reviewed { justified, reason }): Form<Reviewed>,
) -> Result<Response, Error> {
    let done = match justified.as_str() {
        "yes" | "no" => {
            let review = Reviewing { justified: justified == "yes", reason: reason.clone() };
            service::review(&app, &page.caller, id, review).await
        }
        _ => service::get(&app, &page.caller, id)
            .await
            .and(Err(Error::invalid("/justified", "choose whether it was an emergency"))),
    };
    finish(&app, page, id, done, "The review is on record.", "review-reason", reason).await
}
