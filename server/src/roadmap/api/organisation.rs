//! All teams at once over HTTP.

use crate::App;
use crate::error::Error;
use crate::http::Caller;
use crate::roadmap::service::{self, TeamRoadmap};
use crate::teams::store::TeamRow;
use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::{OrganisationRoadmap, SharedItem};
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
    /// What they have before them, what most of them share first; also what only one team has.
    shared: Vec<SharedLine>,
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

/// Something that teams have before them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationRoadmapItem)]
struct SharedLine {
    questionnaire: String,
    code: String,
    /// What to do.
    action: Option<String>,
    /// How many teams need it.
    count: u32,
    /// Their short names.
    teams: Vec<String>,
    /// What it costs all of them together, in points.
    effort: u64,
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
        shared: found.together.iter().flat_map(|(bank, together)| shared(bank, together)).collect(),
        without_assessment: found.without.into_iter().map(|team| team.slug).collect(),
    }))
}

fn line(team: &TeamRow, roadmap: &TeamRoadmap) -> TeamLine {
    let plan = &roadmap.plan;
    let mut effort = BTreeMap::new();
    for item in plan.items() {
        *effort.entry(item.role.clone()).or_default() += item.effort;
    }
    TeamLine {
        id: team.id,
        slug: team.slug.clone(),
        name: team.name.clone(),
        start: plan.start.claimed,
        target: plan.target,
        end: plan.end(),
        phases: plan.phases.len(),
        ends_on: plan.phases.last().and_then(|phase| phase.until),
        items: plan.items().count(),
        effort,
        unreachable: plan.unreachable.iter().map(|stop| stop.code.clone()).collect(),
        saved: roadmap.saved.is_some(),
    }
}

fn shared(bank: &Bank, together: &OrganisationRoadmap) -> Vec<SharedLine> {
    let line = |item: &SharedItem| SharedLine {
        questionnaire: bank.id.clone(),
        code: item.code.clone(),
        action: item.action.clone(),
        count: item.count,
        teams: item.teams.clone(),
        effort: item.effort,
    };
    together.items.iter().map(line).collect()
}
