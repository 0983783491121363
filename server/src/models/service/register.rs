//! Registering a model.

use super::{blank_model, fine, registered, risk, tiers, wrong};
use crate::App;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::models::store::{self, ModelRow};
use crate::teams::service as teams;
use assay_domain::access::{Permission, Reach, Rights};
use assay_domain::models::{ModelSaid, RiskAnswer};
use futures::FutureExt;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a new model should be.
#[derive(Clone, Debug, Default)]
pub struct NewModel {
    /// Name, unique in the organisation.
    pub name: String,
    /// The team by id or short name; the caller's own where there is only one.
    pub team: Option<String>,
    /// What it is there for; may be said later.
    pub purpose: String,
    /// By what one sees that it does that; may be said later.
    pub success_measure: String,
    /// Answers to the questions about risk; may be given later.
    pub risk_answers: Option<BTreeMap<String, RiskAnswer>>,
}

/// Registers a model.
///
/// # Errors
/// [`Error::Invalid`] naming each field, also for a name that is taken; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn register(app: &App, caller: &Caller, new: NewModel) -> Result<ModelRow, Error> {
    caller_may_somewhere(caller)?;
    let new = NewModel { purpose: tidy(&new.purpose), success_measure: tidy(&new.success_measure), ..new };
    let said = ModelSaid { name: &new.name, purpose: &new.purpose, success_measure: &new.success_measure };
    let team = team_of(&mut app.db.read().await?, caller, new.team.as_deref()).await?;
    fine(wrong("", said.mistakes()))?;
    let classified = new.risk_answers.clone().map(risk::classified).transpose()?;
    let given = std::sync::Arc::new((caller.clone(), new, classified));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, new, classified) = &*given;
            let mut model = blank_model(tx, &new.name, team);
            model.purpose.clone_from(&new.purpose);
            model.success_measure.clone_from(&new.success_measure);
            insert(tx, caller, &model).await?;
            if let Some(classified) = classified {
                tiers::classify(tx, caller, &mut model, classified, "").await?;
            }
            Ok(model)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn insert(tx: &mut Tx, caller: &Caller, model: &ModelRow) -> Result<(), Error> {
    if store::by_name(tx, &model.name).await?.is_some() {
        let message = format!("{:?} is taken: names of models are unique in the organisation", model.name);
        return Err(Error::invalid("/name", message));
    }
    store::insert(tx, model).await?;
    tx.record(registered(caller, model)).await.map(drop)
}

/// Whoever may register nothing anywhere need not know what is wrong with what they sent.
pub(super) fn caller_may_somewhere(caller: &Caller) -> Result<(), Error> {
    if caller.principal.may_somewhere(Permission::RegisterModels) {
        Ok(())
    } else {
        Err(Error::Forbidden(Permission::RegisterModels))
    }
}

/// What people typed, with the line ends of one system and nothing around it.
pub(super) fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// The team that is meant, for somebody who may register models in it.
pub(super) async fn team_of(conn: &mut Conn, caller: &Caller, named: Option<&str>) -> Result<Uuid, Error> {
    let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else {
        return only_team(caller).ok_or_else(|| {
            Error::invalid("/team", "name the team that answers for it, by id or short name")
        });
    };
    let team = match teams::find(conn, named).await {
        Ok(team) => team,
        Err(Error::NotFound) => {
            return Err(Error::invalid("/team", format!("there is no team {named:?} that you may see")));
        }
        Err(other) => return Err(other),
    };
    caller.allow(Permission::ReadModels, Permission::RegisterModels, Some(team.id))?;
    Ok(team.id)
}

/// The one team in which the caller may register models.
fn only_team(caller: &Caller) -> Option<Uuid> {
    if let Rights::Token { team: Some(team), .. } = &caller.principal.rights {
        return Some(*team);
    }
    match caller.principal.reach(Permission::RegisterModels) {
        Reach::Teams(teams) if teams.len() == 1 => teams.into_iter().next(),
        Reach::Teams(_) | Reach::All => None,
    }
}
