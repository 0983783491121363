//! Pages of models.

use super::service::{self, ModelHistory};
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
    Pages::new().get("/models", list).get("/models/{*model}", show)
}

async fn list(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let overview = service::overview(&app, &page.caller).await?;
    let models: Vec<_> = overview
        .into_iter()
        .map(|seen| ModelLine {
            href: href(&seen.model.name),
            name: seen.model.name,
            team: seen.team,
            version: seen.newest_version.unwrap_or_default(),
            when: seen.latest.as_ref().map_or_else(String::new, |event| when(event.received_at)),
            latest: seen.latest.map(|event| (event.environment, event.decision == "approved")),
        })
        .collect();
    Ok(page.render("Models", move || view! { <ModelsPage models /> }))
}

async fn show(State(app): State<App>, page: Page, Path(name): Path<String>) -> Result<Response, Error> {
    let ModelHistory { model, team, versions, events, entries } =
        service::get(&app, &page.caller, &name).await?;
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

/// Where a model is shown. Names may hold slashes, which stay as they are.
pub fn href(name: &str) -> String {
    format!("/models/{name}")
}
