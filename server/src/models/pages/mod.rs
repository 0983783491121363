//! Pages of models.

use super::service::{self, ModelSeen};
use super::{Narrowed, href};
use crate::App;
use crate::approvals::store::EventRow;
use crate::error::Error;
use crate::http::{Page, Pages, Path};
use assay_app::components::when;
use assay_app::models::{ModelLine, ModelPage, ModelsPage, ReportedDecision, VersionLine};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new().get("/models", list).get("/models/{model}", show)
}

async fn list(
    State(app): State<App>,
    page: Page,
    Narrowed { query, window }: Narrowed,
) -> Result<Response, Error> {
    let listing = service::list(&app, &page.caller, &query, &window).await?;
    let models: Vec<_> = listing
        .items
        .into_iter()
        .map(|line| ModelLine {
            href: href(&line.model.name),
            name: line.model.name,
            team: line.team,
            version: line.newest_version.unwrap_or_default(),
            when: String::new(),
            latest: None,
        })
        .collect();
    Ok(page.render("Models", move || view! { <ModelsPage models /> }))
}

async fn show(State(app): State<App>, page: Page, Path(name): Path<String>) -> Result<Response, Error> {
    let ModelSeen { model, team, versions, events, entries, .. } =
        service::show(&app, &page.caller, &name).await?;
    let team = team.name;
    let may_read_trail = page.caller.may(Permission::ReadAudit, Some(model.team_id));
    let versions: Vec<_> = versions
        .into_iter()
        .map(|row| VersionLine {
            version: row.version,
            digest: row.artefact_digest,
            when: when(row.registered_at),
        })
        .collect();
    let decisions: Vec<_> = events
        .into_iter()
        .map(|event| {
            let entry = entries
                .get(&event.ledger_event)
                .filter(|_| may_read_trail)
                .map(|index| format!("/audit/{index}"));
            decision(event, entry)
        })
        .collect();
    let title = model.name.clone();
    Ok(page.render(&title, move || view! { <ModelPage name=model.name team versions decisions /> }))
}

fn decision(event: EventRow, entry: Option<String>) -> ReportedDecision {
    ReportedDecision {
        version: event.version,
        environment: event.environment,
        approved: event.decision == "approved",
        decided_by: event.decided_by_name.unwrap_or(event.decided_by),
        reason: event.reason.unwrap_or_default(),
        run_url: event.run_url,
        when: when(event.occurred_at),
        entry,
    }
}
