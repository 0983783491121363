//! Pages about all teams, for those who may read all of them.

use assay_app::charts::HeatRow;
use assay_app::organisation::{
    LevelsPage, LevelsView, PurposeRow, ToolUsers, ToolsAcrossPage, ToolsAcrossView,
};
use assay_domain::access::Permission;
use assay_domain::assessments::{Scorecard, distribution};
use assay_domain::ownership::tools::is_duplicate;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::store::{self, LatestRow};
use crate::App;
use crate::error::Error;
use crate::http::{Page, Pages};
use crate::ownership::service::{self as ownership, OrganisationTools};
use crate::questionnaires::service as questionnaires;
use crate::teams::store::{self as teams, TeamRow};

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new().get("/organisation", levels).get("/organisation/tools", tools)
}

async fn levels(State(app): State<App>, page: Page) -> Result<Response, Error> {
    page.caller.see(Permission::ReadAssessments, None)?;
    let (teams, latest) = {
        let mut conn = app.db.read().await?;
        (teams::all(&mut conn).await?, store::latest(&mut conn).await?)
    };
    let view = gather(&app, teams, latest).await?;
    Ok(page.render("Organisation", move || view! { <LevelsPage view /> }))
}

/// Teams may have been assessed with different questionnaires: a column is a dimension of any of them, and a team is
/// not rated where its questionnaire has none.
async fn gather(app: &App, teams: Vec<TeamRow>, latest: Vec<LatestRow>) -> Result<LevelsView, Error> {
    let mut columns: Vec<(String, String)> = Vec::new();
    let mut cards = Vec::new();
    for row in latest {
        let bank = questionnaires::bank(app, &row.questionnaire, &row.version).await?;
        for dimension in &bank.dimensions {
            if columns.iter().all(|(id, _)| *id != dimension.id) {
                columns.push((dimension.id.clone(), dimension.title.clone()));
            }
        }
        cards.push((row.team_id, row.assessment_id, card(&row)?));
    }
    let (mut view, mut claimed, mut supported) = (LevelsView::default(), Vec::new(), Vec::new());
    for team in teams {
        let Some((_, assessment, card)) = cards.iter().find(|(of, ..)| *of == team.id) else {
            view.without.push((team.name, format!("/teams/{}", team.slug)));
            continue;
        };
        claimed.push(card.headline.claimed);
        supported.push(card.headline.supported);
        let level = |id: &str| {
            let dimension = card.dimensions.iter().find(|dimension| dimension.id == id);
            dimension.filter(|dimension| dimension.rated).map(|dimension| dimension.claimed)
        };
        view.teams.push(HeatRow {
            label: team.name,
            href: Some(format!("/assessments/{assessment}/result")),
            levels: columns.iter().map(|(id, _)| level(id)).collect(),
        });
    }
    let (claimed, supported) = (distribution(&claimed), distribution(&supported));
    view.dimensions = columns.into_iter().map(|(_, title)| title).collect();
    (view.claimed, view.claimed_median) = (claimed.counts, claimed.median);
    (view.supported, view.supported_median) = (supported.counts, supported.median);
    Ok(view)
}

fn card(row: &LatestRow) -> Result<Scorecard, Error> {
    serde_json::from_str(&row.result).map_err(|error| {
        let (id, revision) = (row.assessment_id, row.revision);
        Error::internal(format!("table assessment_snapshot, column result, row {id}/{revision}: {error}"))
    })
}

async fn tools(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let view = across(ownership::organisation_tools(&app, &page.caller).await?);
    Ok(page.render("Tools across teams", move || view! { <ToolsAcrossPage view /> }))
}

/// In the order of the questionnaire; capabilities that it does not have come last.
fn across(tools: OrganisationTools) -> ToolsAcrossView {
    let place = |id: &String| tools.bank.capabilities.iter().position(|capability| capability.id == *id);
    let mut all: Vec<_> = tools.by_capability.iter().collect();
    all.sort_by_key(|(id, _)| (place(id).unwrap_or(usize::MAX), (*id).clone()));
    let row = |(id, used): (&String, &assay_domain::ownership::tools::Use)| PurposeRow {
        title: tools.bank.capability(id).map_or_else(|| id.clone(), |capability| capability.title.clone()),
        duplicate: is_duplicate(used),
        tools: used
            .iter()
            .map(|(tool, teams)| ToolUsers { tool: tool.clone(), teams: teams.iter().cloned().collect() })
            .collect(),
    };
    ToolsAcrossView { rows: all.into_iter().map(row).collect() }
}
