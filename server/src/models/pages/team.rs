//! What other pages show of models: those of a team, and those of which nobody said how much harm they can do.

use crate::App;
use crate::error::Error;
use crate::http::{Caller, Window};
use crate::models::href;
use crate::models::service::{self, ModelQuery, running_in};
use crate::teams::store::TeamRow;
use assay_app::components::Tone;
use assay_app::home::Errand;
use assay_app::models::{TeamModel, TeamModelsProps};
use assay_domain::access::Permission;

/// How many models a team's page shows.
const SHOWN: u16 = 12;
/// How many models without a tier the first page names.
const ERRANDS: u16 = 5;

/// The models of a team; `None` for those who may not see them.
///
/// # Errors
/// Those of the database.
pub async fn of_team(app: &App, caller: &Caller, team: &TeamRow) -> Result<Option<TeamModelsProps>, Error> {
    if !caller.may(Permission::ReadModels, Some(team.id)) {
        return Ok(None);
    }
    let query = ModelQuery { team: Some(team.slug.clone()), ..ModelQuery::default() };
    let listing = service::list(app, caller, &query, &Window::first(SHOWN)).await?;
    let model = |line| {
        let runs_in = running_in(&line);
        let model = line.model;
        Ok(TeamModel { tier: model.tier()?, href: href(&model.name), name: model.name, runs_in })
    };
    let more = listing.next.is_some();
    let models = listing.items.into_iter().map(model).collect::<Result<_, Error>>()?;
    let may_register = caller.may(Permission::RegisterModels, Some(team.id));
    Ok(Some(TeamModelsProps {
        models,
        all: format!("/models?{}", query.query()),
        more,
        register: may_register.then(|| format!("/models/new?team={}", team.slug)),
    }))
}

/// Models of the caller's teams without a risk tier: until they have one, no policy applies to them.
///
/// # Errors
/// Those of the database.
pub async fn unclassified(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    if !caller.principal.may_somewhere(Permission::RegisterModels) {
        return Ok(Vec::new());
    }
    let query = ModelQuery { tier: Some("none".to_owned()), ..ModelQuery::default() };
    let listing = service::list(app, caller, &query, &Window::first(ERRANDS)).await?;
    let mine = listing
        .items
        .into_iter()
        .filter(|line| caller.may(Permission::RegisterModels, Some(line.model.team_id)));
    Ok(mine
        .map(|line| Errand {
            what: format!("Say how much harm {} can do", line.model.name),
            href: format!("{}/risk", href(&line.model.name)),
            about: line.team,
            state: (Tone::Warn, "No risk tier"),
        })
        .collect())
}
