//! All teams at once over HTTP.

use crate::App;
use crate::error::Error;
use crate::http::Caller;
use crate::roadmap::service::{self, TeamRoadmap};
use crate::teams::store::TeamRow;
use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// The roadmaps of the teams that you may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationRoadmap)]
pub(super) struct OrganisationBody {
    /// By short name.
    teams: Vec<TeamLine>,
    /// Short names of teams that have no assessment to start from.
    without_assessment: Vec<String>,
}

/// What a team's roadmap comes to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationRoadmapTeam)]
struct TeamLine {
    id: Uuid,
    slug: String,
    name: String,
    /// The claimed headline level today.
    start: u8,
    target: u8,
    /// The claimed headline level after the last phase.
    end: u8,
    phases: usize,
    /// The last day of the last phase, where the roadmap has a calendar.
    ends_on: Option<NaiveDate>,
    items: usize,
    /// Effort points by the job role that they are charged to.
    effort: BTreeMap<String, u32>,
    /// Codes of what stops the target.
    unreachable: Vec<String>,
    /// Whether the plan was saved, or is the shortest way to the next level.
    saved: bool,
}

/// Show the roadmaps of all teams
#[utoipa::path(
    get,
    path = "/organisation/roadmap",
    tag = "roadmaps",
    responses((status = 200, body = OrganisationBody))
)]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
) -> Result<axum::Json<OrganisationBody>, Error> {
    let found = service::organisation(&app, &caller).await?;
    Ok(axum::Json(OrganisationBody {
        teams: found.teams.iter().map(|(team, roadmap)| line(team, roadmap)).collect(),
        without_assessment: found.without.into_iter().map(|team| team.slug).collect(),
    }))
}

fn line(team: &TeamRow, roadmap: &TeamRoadmap) -> TeamLine {
    let plan = &roadmap.plan;
    let mut effort = BTreeMap::new();
    for item in plan.phases.iter().flat_map(|phase| &phase.items) {
        *effort.entry(item.role.clone()).or_default() += item.effort;
    }
    TeamLine {
        id: team.id,
        slug: team.slug.clone(),
        name: team.name.clone(),
        start: plan.start.claimed,
        target: plan.target,
        end: plan.phases.last().map_or(plan.start.claimed, |phase| phase.projected.claimed),
        phases: plan.phases.len(),
        ends_on: plan.phases.last().and_then(|phase| phase.until),
        items: plan.phases.iter().map(|phase| phase.items.len()).sum(),
        effort,
        unreachable: plan.unreachable.iter().map(|stop| stop.code.clone()).collect(),
        saved: roadmap.saved.is_some(),
    }
}
