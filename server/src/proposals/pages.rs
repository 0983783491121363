//! HTML of the room: what waits for confirmation, and one proposal with the ways to decide about it.

use assay_app::components::FieldError as Wrong;
use assay_app::home::Errand;
use assay_app::proposals::{
    NeedLine, ProposalData, ProposalLine, ProposalPage, ProposalPageProps, ProposalsPage, ProposalsPageProps,
};
use assay_domain::proposals::ProposalState;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::service::{self, Seen};
use super::store::Filter;
use super::{ProposalRow, api, kinds};
use crate::App;
use crate::audit::Names;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Pages, Path, Query, Window, page::form_errors};

const BASE: &str = "/proposals";

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get(BASE, list)
        .post("/proposals/confirm", confirm_several)
        .get("/proposals/{proposal}", show)
        .post("/proposals/{proposal}/confirm", confirm)
        .post("/proposals/{proposal}/reject", reject)
        .post("/proposals/{proposal}/withdraw", withdraw)
}

/// Where a proposal is shown.
pub(crate) fn href(proposal: Uuid) -> String {
    format!("{BASE}/{proposal}")
}

/// The proposals that wait for the caller, for the first page.
///
/// # Errors
/// Those of the database.
pub(crate) async fn today(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    let waiting = service::waiting_for(app, caller).await?;
    let errand = |seen: Seen| {
        Ok(Errand {
            what: format!("Confirm or turn down: {}", seen.row.title),
            href: href(seen.row.id),
            about: seen.row.kind()?.label().to_owned(),
            state: Errand::CONFIRM,
        })
    };
    waiting.into_iter().map(errand).collect()
}

async fn list(State(app): State<App>, page: Page, Query(window): Query<Window>) -> Result<Response, Error> {
    let caller = &page.caller;
    let waiting = service::waiting_for(&app, caller).await?;
    let found = service::list(&app, caller, Filter::default(), &window).await?;
    let all = waiting.iter().chain(&found.items).map(|seen| &seen.row);
    let names = api::names(&app, all).await?;
    let lines =
        |all: Vec<Seen>| all.iter().map(|seen| line(&seen.row, &names)).collect::<Result<Vec<_>, Error>>();
    let props = ProposalsPageProps {
        waiting: lines(waiting)?,
        all: lines(found.items)?,
        next: found.next.map(|after| format!("{BASE}?after={after}")),
    };
    Ok(page.render("Waiting for confirmation", move || ProposalsPage(props)))
}

/// A proposal as lists show it.
pub(crate) fn line(row: &ProposalRow, names: &Names) -> Result<ProposalLine, Error> {
    Ok(ProposalLine {
        id: row.id.to_string(),
        what: row.title.clone(),
        href: href(row.id),
        kind: row.kind()?,
        by: names.anybody(row.proposed_by),
        at: row.proposed_at,
        state: row.state()?,
    })
}

#[derive(Deserialize)]
struct Several {
    #[serde(default)]
    proposal: Vec<Uuid>,
}

async fn confirm_several(
    State(app): State<App>,
    page: Page,
    Form(Several { proposal }): Form<Several>,
) -> Result<Response, Error> {
    if proposal.is_empty() {
        return Ok(page.redirect(BASE, "Nothing was chosen, so nothing was confirmed."));
    }
    let rows = service::confirm_all(&app, &page.caller, &proposal).await?;
    let said = match rows.len() {
        1 => "One proposal is confirmed.".to_owned(),
        several => format!("{several} proposals are confirmed."),
    };
    Ok(page.redirect(BASE, &said))
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let props = props(&app, &page.caller, id, Vec::new()).await?;
    let title = props.proposal.title.clone();
    Ok(page.render(&title, move || ProposalPage(props)))
}

async fn props(app: &App, caller: &Caller, id: Uuid, errors: Vec<Wrong>) -> Result<ProposalPageProps, Error> {
    let seen = service::get(app, caller, id).await?;
    let details = kinds::details(app, &seen.row).await?.0;
    let names = api::names(app, [&seen.row]).await?;
    Ok(ProposalPageProps {
        proposal: data(&seen, &names)?,
        details,
        may_confirm: seen.may_confirm,
        may_reject: seen.may_reject,
        may_withdraw: seen.may_withdraw,
        why_not: seen.why_not,
        errors,
    })
}

fn data(seen: &Seen, names: &Names) -> Result<ProposalData, Error> {
    let row = &seen.row;
    let given = row.given()?;
    let needs = row.needs()?.into_iter().enumerate().map(|(place, need)| {
        let given = given.iter().find(|given| given.need == place);
        NeedLine {
            what: need.what,
            given: given.map(|given| (given.by.map(|by| names.anybody(by)), given.at, given.stands_in)),
        }
    });
    Ok(ProposalData {
        href: href(row.id),
        subject_href: row.href.clone(),
        kind: row.kind()?,
        title: row.title.clone(),
        from: row.from_text.clone(),
        to: row.to_text.clone(),
        consequence: row.consequence.clone(),
        reason: row.reason.clone(),
        sha256: row.content_sha256.clone(),
        state: row.state()?,
        alone: row.alone,
        alone_at: seen.alone_at,
        needs: needs.collect(),
        by: names.anybody(row.proposed_by),
        at: row.proposed_at,
        decided: row.decided_by.map(|by| names.anybody(by)).zip(row.decided_at),
        note: row.note.clone(),
    })
}

async fn confirm(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let row = service::confirm(&app, &page.caller, id).await?;
    let said = match row.state()? {
        ProposalState::Confirmed => "It is confirmed and in effect.",
        _ => "Your confirmation is on record. It waits for another one.",
    };
    Ok(page.redirect(&href(id), said))
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

async fn reject(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Error> {
    match service::reject(&app, &page.caller, id, &reason).await {
        Ok(_) => Ok(page.redirect(&href(id), "It is turned down; nothing changes.")),
        Err(Error::Invalid(errors)) => {
            let props = props(&app, &page.caller, id, form_errors(errors)).await?;
            let title = props.proposal.title.clone();
            Ok(page.invalid(&title, move || ProposalPage(props)))
        }
        Err(other) => Err(other),
    }
}

async fn withdraw(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    service::withdraw(&app, &page.caller, id).await?;
    Ok(page.redirect(&href(id), "The proposal is withdrawn; nothing changes."))
}
