//! Reports for people: the same as for programs, behind the links of the pages.

use super::{
    Paper,
    api::{OnDay, pdf},
    service,
};
use crate::App;
use crate::audit::search::Search;
use crate::error::Error;
use crate::http::{Page, Pages, Path, Query};
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/assessments/{id}/report.pdf", maturity)
        .get("/audit/report.pdf", trail)
        .get("/teams/{team}/roadmap.pdf", roadmap)
        .get("/teams/{team}/ownership.pdf", ownership)
}

async fn maturity(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let bytes = service::maturity(&app, &page.caller, id, Paper::A4).await?;
    Ok(pdf(&format!("maturity-{id}.pdf"), bytes))
}

async fn trail(State(app): State<App>, page: Page, Query(search): Query<Search>) -> Result<Response, Error> {
    let bytes = service::trail(&app, &page.caller, &search, Paper::A4).await?;
    Ok(pdf("audit-trail.pdf", bytes))
}

async fn roadmap(State(app): State<App>, page: Page, Path(team): Path<String>) -> Result<Response, Error> {
    let bytes = service::roadmap(&app, &page.caller, &team, Paper::A4).await?;
    Ok(pdf("roadmap.pdf", bytes))
}

async fn ownership(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Query(day): Query<OnDay>,
) -> Result<Response, Error> {
    let bytes = service::ownership(&app, &page.caller, &team, day.on, Paper::A4).await?;
    Ok(pdf("ownership.pdf", bytes))
}
