//! HTML of the room: policies in force, one policy, proposals, and the form for a text.

mod propose;
mod scene;

use assay_app::components::FieldError as Wrong;
use assay_app::home::Errand;
use assay_app::policies::{
    PoliciesPage, PoliciesPageProps, PolicyPage, PolicyPageProps, ProposalPage, ProposalPageProps,
    ProposalsPage, ProposalsPageProps,
};
use assay_domain::access::Permission;
use assay_domain::approvals::{PolicyChange, ProposalState, policy_difference};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::service::proposals;
use super::service::{self, words};
use super::store::ProposalRow;
use crate::app::App;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Pages, Path, Query, Window, page::form_errors};

const BASE: &str = "/admin/policies";
const PROPOSALS: &str = "/admin/policy-proposals";

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get(BASE, list)
        .get("/admin/policies/{policy}", show)
        .post("/admin/policies/{policy}/retire", retire)
        .get(PROPOSALS, proposed)
        .get("/admin/policy-proposals/new", propose::form)
        .post("/admin/policy-proposals/new", propose::send)
        .get("/admin/policy-proposals/{proposal}", proposal)
        .post("/admin/policy-proposals/{proposal}/confirm", confirm)
        .post("/admin/policy-proposals/{proposal}/reject", reject)
        .post("/admin/policy-proposals/{proposal}/withdraw", withdraw)
}

/// Where a proposal is shown.
pub(crate) fn href(proposal: Uuid) -> String {
    format!("{PROPOSALS}/{proposal}")
}

/// What a proposal wants, in words.
pub(crate) fn wanted(row: &ProposalRow) -> String {
    match row.change.parse() {
        Ok(PolicyChange::OutOfForce) => format!("Take {} {} out of force", row.title, row.version),
        _ => format!("Bring {} {} into force", row.title, row.version),
    }
}

/// The proposals that wait for the caller, for the first page.
///
/// # Errors
/// Those of the database.
pub(crate) async fn today(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    let waiting = proposals::waiting_for(app, caller).await?;
    let errand = |row: ProposalRow| Errand {
        what: format!("Confirm or turn down: {}", wanted(&row)),
        href: href(row.id),
        about: "Approval policies".to_owned(),
        state: Errand::REVIEW,
    };
    Ok(waiting.into_iter().map(errand).collect())
}

/// Whether the tabs of the administration are of use to the caller.
fn in_administration(caller: &Caller) -> bool {
    caller.may(Permission::ReadPeople, None)
}

async fn list(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let caller = &page.caller;
    let found = service::list(&app, caller).await?;
    let waiting =
        proposals::list(&app, caller, Some(ProposalState::Waiting), &Window::new(Some(200), None)).await?;
    let props = PoliciesPageProps {
        waiting: scene::lines(&app, waiting.items).await?,
        grid: scene::grid(&found),
        in_force: found.policies.iter().map(scene::in_force_line).collect(),
        retired: scene::retired_lines(&found),
        may_propose: caller.may(Permission::ProposePolicies, None),
        in_administration: in_administration(caller),
    };
    Ok(page.render("Approval policies", move || PoliciesPage(props)))
}

#[derive(Deserialize)]
struct Which {
    version: Option<String>,
}

async fn show(
    State(app): State<App>,
    page: Page,
    Path(policy): Path<String>,
    Query(Which { version }): Query<Which>,
) -> Result<Response, Error> {
    let caller = &page.caller;
    let history = service::history(&app, caller, &policy).await?;
    let place = match &version {
        Some(version) => history.iter().position(|one| one.row.version == *version),
        None => Some(history.iter().position(|one| one.row.until_at.is_none()).unwrap_or_default()),
    };
    let place = place.ok_or(Error::NotFound)?;
    let shown = history.get(place).ok_or(Error::NotFound)?;
    let words = words::words(&app).await?;
    let statements = shown.policy.statements(&words);
    let changed = history.get(place + 1).map(|before| {
        let changed = policy_difference(&before.policy.statements(&words), &statements);
        (before.row.version.clone(), changed)
    });
    let about = proposals::about(&app, caller, &policy).await?;
    let is_waiting = |row: &&ProposalRow| row.state == ProposalState::Waiting.name();
    let teams = match shown.row.until_at {
        None => Some(scene::teams(&app, &shown.policy, &words).await?),
        Some(_) => None,
    };
    let props = PolicyPageProps {
        policy: scene::policy(shown, statements),
        history: scene::history(&app, &history, &about, &shown.row.version).await?,
        changed,
        teams,
        waiting: about.iter().find(is_waiting).map(|row| href(row.id)),
        may_propose: caller.may(Permission::ProposePolicies, None),
        in_administration: in_administration(caller),
    };
    let title = props.policy.title.clone();
    Ok(page.render(&title, move || PolicyPage(props)))
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

async fn retire(
    State(app): State<App>,
    page: Page,
    Path(policy): Path<String>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Error> {
    let row = proposals::propose_end(&app, &page.caller, &policy, &reason).await?;
    Ok(page.redirect(&href(row.id), "It is proposed. Somebody else has to confirm it."))
}

async fn proposed(
    State(app): State<App>,
    page: Page,
    Query(window): Query<Window>,
) -> Result<Response, Error> {
    let found = proposals::list(&app, &page.caller, None, &window).await?;
    let props = ProposalsPageProps {
        proposals: scene::lines(&app, found.items).await?,
        next: found.next.map(|after| format!("{PROPOSALS}?after={after}")),
        in_administration: in_administration(&page.caller),
    };
    Ok(page.render("Proposals", move || ProposalsPage(props)))
}

async fn proposal(State(app): State<App>, page: Page, Path(proposal): Path<Uuid>) -> Result<Response, Error> {
    let props = proposal_props(&app, &page, proposal, Vec::new()).await?;
    let title = props.proposal.title.clone();
    Ok(page.render(&title, move || ProposalPage(props)))
}

async fn proposal_props(
    app: &App,
    page: &Page,
    id: Uuid,
    errors: Vec<Wrong>,
) -> Result<ProposalPageProps, Error> {
    let caller = &page.caller;
    let row = proposals::get(app, caller, id).await?;
    let words = words::words(app).await?;
    let policy = scene::text_of(&row)?;
    let statements = policy.statements(&words);
    let history = service::history(app, caller, &row.policy).await;
    let known = match history {
        Ok(history) => history,
        Err(Error::NotFound) => Vec::new(),
        Err(other) => return Err(other),
    };
    let replaced = known.iter().find(|one| Some(&one.row.version) == row.replaces.as_ref());
    let changed = replaced.map(|before| policy_difference(&before.policy.statements(&words), &statements));
    let waits = row.state == ProposalState::Waiting.name();
    let teams = if waits { Some(scene::teams(app, &policy, &words).await?) } else { None };
    let may_decide = proposals::may_decide(app, caller, &row).await?;
    let may_withdraw = proposals::may_withdraw(app, caller, &row).await?;
    let in_administration = in_administration(caller);
    let proposal = scene::proposal(app, row, !known.is_empty()).await?;
    Ok(ProposalPageProps {
        proposal,
        changed,
        statements,
        teams,
        may_decide,
        may_withdraw,
        errors,
        in_administration,
    })
}

async fn confirm(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let row = proposals::confirm(&app, &page.caller, id).await?;
    let said = match row.change.parse() {
        Ok(PolicyChange::OutOfForce) => "It is confirmed: the policy is out of force.",
        _ => "It is confirmed: the policy is in force.",
    };
    Ok(page.redirect(&href(id), said))
}

async fn reject(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Error> {
    match proposals::reject(&app, &page.caller, id, &reason).await {
        Ok(_) => Ok(page.redirect(&href(id), "It is turned down; nothing changes.")),
        Err(Error::Invalid(errors)) => {
            let props = proposal_props(&app, &page, id, form_errors(errors)).await?;
            let title = props.proposal.title.clone();
            Ok(page.invalid(&title, move || ProposalPage(props)))
        }
        Err(other) => Err(other),
    }
}

async fn withdraw(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    proposals::withdraw(&app, &page.caller, id).await?;
    Ok(page.redirect(&href(id), "The proposal is withdrawn; nothing changes."))
}
