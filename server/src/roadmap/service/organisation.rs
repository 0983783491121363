//! All teams at once.

use super::{TeamRoadmap, of_team};
use crate::App;
use crate::error::Error;
use crate::http::Caller;
use crate::teams::store::{self as teams, TeamRow};
use assay_domain::access::Permission;

/// The roadmaps of the teams that somebody may see.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Teams with answers, by short name.
    pub teams: Vec<(TeamRow, TeamRoadmap)>,
    /// Teams that have nothing to start from yet.
    pub without: Vec<TeamRow>,
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
    let mut found = Organisation { teams: Vec::new(), without: Vec::new() };
    for team in teams::all(&mut conn).await? {
        if !reach.covers(Some(team.id)) {
            continue;
        }
        match of_team(app, &mut conn, team.id).await? {
            Some(roadmap) => found.teams.push((team, roadmap)),
            None => found.without.push(team),
        }
    }
    Ok(found)
}
