//! HTML of the room: policies in force, one policy, and the form for a text.

mod propose;
pub(super) mod scene;

use assay_app::policies::{PoliciesPage, PoliciesPageProps, PolicyPage, PolicyPageProps};
use assay_domain::access::Permission;
use assay_domain::approvals::policy_difference;
use assay_domain::proposals::ProposalState;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::service::proposals;
use super::service::{self, words};
use crate::app::App;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Pages, Path, Query};
use crate::proposals::ProposalRow;
use crate::proposals::pages::href;

const BASE: &str = "/admin/policies";

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get(BASE, list)
        .get("/admin/policies/{policy}", show)
        .post("/admin/policies/{policy}/retire", retire)
        .get("/admin/policy-proposals/new", propose::form)
        .post("/admin/policy-proposals/new", propose::send)
}

/// Whether the tabs of the administration are of use to the caller.
fn in_administration(caller: &Caller) -> bool {
    caller.may(Permission::ReadPeople, None)
}

async fn list(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let caller = &page.caller;
    let found = service::list(&app, caller).await?;
    let waiting = proposals::about(&app, caller, None, Some(ProposalState::Waiting)).await?;
    let props = PoliciesPageProps {
        waiting: scene::lines(&app, waiting).await?,
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
    let about = proposals::about(&app, caller, Some(&policy), None).await?;
    let is_waiting = |row: &&ProposalRow| row.decided_at.is_none();
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
