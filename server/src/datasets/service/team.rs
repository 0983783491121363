//! Whose a use is: in whose trail it stands, and who works on what is wrong with it.

use crate::datasets::store::{DatasetRow, LineageRow};
use crate::error::Error;
use crate::http::Caller;
use assay_domain::access::{Permission, Reach, Rights};
use uuid::Uuid;

/// The token's team, else the model's, else the dataset's, else the only one that the caller may record for.
///
/// # Errors
/// [`Error::Invalid`] where none is known; [`Error::Hidden`] and [`Error::Forbidden`] for a team that the caller may not
/// record for.
pub(super) fn of_usage(
    caller: &Caller,
    version: Option<&LineageRow>,
    dataset: Option<&DatasetRow>,
) -> Result<Uuid, Error> {
    let allow = |team| caller.allow(Permission::ReadDatasets, Permission::RecordUsage, Some(team));
    // Whatever is recorded about a version concerns the team that owns it.
    if let Some(version) = version {
        allow(version.team_id)?;
    }
    let own = match &caller.principal.rights {
        Rights::Token { team, .. } => *team,
        Rights::Person(_) | Rights::System => None,
    };
    let dataset = dataset.map(|dataset| dataset.team_id);
    let team = own.or(version.map(|version| version.team_id)).or(dataset.filter(|team| allow(*team).is_ok()));
    if let Some(team) = team.or_else(|| only(caller)).or(dataset) {
        return allow(team).map(|()| team);
    }
    Err(Error::invalid(
        "/version",
        "nothing says whose use this is: name the model version, register the dataset, or use a token of a team",
    ))
}

/// The one team that somebody may record for, where it is one.
fn only(caller: &Caller) -> Option<Uuid> {
    match caller.principal.reach(Permission::RecordUsage) {
        Reach::Teams(teams) if teams.len() == 1 => teams.first().copied(),
        Reach::Teams(_) | Reach::All => None,
    }
}
