//! All teams at once.

use super::{TeamRoadmap, of_team};
use crate::App;
use crate::error::Error;
use crate::http::Caller;
use crate::teams::store::{self as teams, TeamRow};
use assay_domain::access::Permission;
use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::OrganisationRoadmap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The roadmaps of the teams that somebody may see.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Teams with answers, by short name.
    pub teams: Vec<(TeamRow, TeamRoadmap)>,
    /// Teams that have nothing to start from yet.
    pub without: Vec<TeamRow>,
    /// What they have before them together, for each questionnaire in the newest version that any of them answers. Teams
    /// are called by their short names.
    pub together: Vec<(Arc<Bank>, OrganisationRoadmap)>,
}

/// The roadmaps of all teams that the caller may see.
///
/// # Errors
/// [`Error::Forbidden`] for those who may see none.
pub async fn organisation(app: &App, caller: &Caller) -> Result<Organisation, Error> {
    let reach = caller.principal.reach(Permission::ReadRoadmap);
    if reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadRoadmap));
    }
    let mut conn = app.db.read().await?;
    let mut found = Organisation { teams: Vec::new(), without: Vec::new(), together: Vec::new() };
    for team in teams::all(&mut conn).await? {
        if !reach.covers(Some(team.id)) {
            continue;
        }
        match of_team(app, &mut conn, team.id).await? {
            Some(roadmap) => found.teams.push((team, roadmap)),
            None => found.without.push(team),
        }
    }
    found.together = together(&found.teams);
    Ok(found)
}

fn together(teams: &[(TeamRow, TeamRoadmap)]) -> Vec<(Arc<Bank>, OrganisationRoadmap)> {
    let mut by_questionnaire: BTreeMap<&str, Vec<&(TeamRow, TeamRoadmap)>> = BTreeMap::new();
    for team in teams {
        by_questionnaire.entry(&team.1.start.row.questionnaire).or_default().push(team);
    }
    let one = |same: Vec<&(TeamRow, TeamRoadmap)>| {
        let newest = same.iter().map(|(_, roadmap)| &roadmap.start.bank).max_by_key(|bank| bank.version)?;
        let roadmaps: Vec<_> =
            same.iter().map(|(team, roadmap)| (team.slug.clone(), roadmap.plan.clone())).collect();
        Some((newest.clone(), assay_domain::roadmap::organisation(newest, &roadmaps)))
    };
    by_questionnaire.into_values().filter_map(one).collect()
}
