//! Changing what is said of a model: texts, team ([`moving`]), risk tier, in use or not.

use super::bound::all_touched;
use super::register::{team_of, tidy};
use super::{archived, changeable, fine, moving, of_model, risk, tiers, wrong};
use crate::App;
use crate::approvals::requests::service as approvals;
use crate::db::Tx;
use crate::error::Error;
use crate::http::{Caller, IfMatch};
use crate::models::store::{self, ModelRow};
use assay_domain::audit::catalogue::{ModelArchived, ModelChanged, ModelRestored};
use assay_domain::models::{ModelSaid, RiskAnswer, running};
use futures::FutureExt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is to become of a model; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ModelChange {
    /// What it is there for.
    pub purpose: Option<String>,
    /// By what one sees that it does that.
    pub success_measure: Option<String>,
    /// The team that is to have it, by id or short name: proposed, unless it is the installation that says so.
    pub team: Option<String>,
    /// Answers to all questions about risk.
    pub risk_answers: Option<BTreeMap<String, RiskAnswer>>,
    /// Why; asked for where somebody else has to confirm the change.
    pub reason: Option<String>,
    /// Whether it is out of use.
    pub archived: Option<bool>,
}

impl ModelChange {
    fn says_more_than_archived(&self) -> bool {
        let Self { purpose, success_measure, team, risk_answers, archived: _, reason: _ } = self;
        purpose.is_some() || success_measure.is_some() || team.is_some() || risk_answers.is_some()
    }
}

/// Changes a model. What stays the same leaves nothing on the record.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::Conflict`] for a model that is out of use, and for taking out of use what still runs;
/// [`Error::EndsApproval`] where it ends or suspends what is approved and the caller does not know;
/// [`Error::PreconditionFailed`] when somebody else changed it since `seen`.
pub async fn change(
    app: &App,
    caller: &Caller,
    name: &str,
    seen: IfMatch,
    change: ModelChange,
) -> Result<ModelRow, Error> {
    let known = changeable(&mut app.db.read().await?, caller, name).await?;
    let change = ModelChange {
        purpose: change.purpose.as_deref().map(tidy),
        success_measure: change.success_measure.as_deref().map(tidy),
        ..change
    };
    let said = ModelSaid {
        name,
        purpose: change.purpose.as_deref().unwrap_or_default(),
        success_measure: change.success_measure.as_deref().unwrap_or_default(),
    };
    fine(wrong("", said.mistakes()))?;
    let classified = change.risk_answers.clone().map(risk::classified).transpose()?;
    let to = match change.team.as_deref() {
        Some(team) => Some(team_of(&mut app.db.read().await?, caller, Some(team)).await?),
        None => None,
    };
    let given = Arc::new((caller.clone(), change, classified));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, change, classified) = &*given;
            let mut model = store::by_id(tx, known.id).await?.ok_or(Error::NotFound)?;
            seen.check(model.revision)?;
            use_again(tx, caller, &mut model, change).await?;
            say(tx, caller, &mut model, change).await?;
            if let Some(classified) = classified {
                let reason = change.reason.as_deref().unwrap_or_default();
                tiers::classify(tx, caller, &mut model, classified, reason).await?;
            }
            if let Some(to) = to.filter(|to| *to != model.team_id) {
                moving::ask(tx, caller, &mut model, to, change.reason.as_deref().unwrap_or_default()).await?;
            }
            if change.archived == Some(true) && model.archived_at.is_none() {
                take_out_of_use(tx, caller, &mut model).await?;
            }
            Ok(model)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// One more change of the model, stored over the one before.
async fn stored(tx: &mut Tx, model: &mut ModelRow) -> Result<(), Error> {
    model.revision += 1;
    store::update(tx, model).await
}

async fn use_again(
    tx: &mut Tx,
    caller: &Caller,
    model: &mut ModelRow,
    change: &ModelChange,
) -> Result<(), Error> {
    if model.archived_at.is_none() {
        return Ok(());
    }
    if change.archived != Some(false) {
        let stays = !change.says_more_than_archived();
        return if stays { Ok(()) } else { Err(archived(&model.name)) };
    }
    model.archived_at = None;
    stored(tx, model).await?;
    tx.record(of_model(caller, model, ModelRestored { model: model.name.clone() })).await?;
    all_touched(tx, caller, model.id).await
}

async fn say(tx: &mut Tx, caller: &Caller, model: &mut ModelRow, change: &ModelChange) -> Result<(), Error> {
    let purpose = change.purpose.as_ref().unwrap_or(&model.purpose).clone();
    let measure = change.success_measure.as_ref().unwrap_or(&model.success_measure).clone();
    if purpose == model.purpose && measure == model.success_measure {
        return Ok(());
    }
    (model.purpose, model.success_measure) = (purpose, measure);
    stored(tx, model).await?;
    let event = of_model(caller, model, ModelChanged { model: model.name.clone() })
        .commit("purpose", model.purpose.clone())
        .commit("success_measure", model.success_measure.clone());
    tx.record(event).await.map(drop)
}

async fn take_out_of_use(tx: &mut Tx, caller: &Caller, model: &mut ModelRow) -> Result<(), Error> {
    let rows = store::deployments(tx, model.id).await?;
    let all = rows.iter().map(|row| row.deployment(&model.name)).collect::<Result<Vec<_>, _>>()?;
    let runs = running(&all);
    if !runs.is_empty() {
        let places: Vec<_> = runs.keys().map(String::as_str).collect();
        let detail = format!(
            "{} still runs in {}: record first that it was taken away there",
            model.name,
            places.join(", ")
        );
        return Err(Error::Conflict { code: "still_deployed", detail });
    }
    model.archived_at = Some(tx.now());
    stored(tx, model).await?;
    tx.record(of_model(caller, model, ModelArchived { model: model.name.clone() })).await?;
    approvals::model_closed(tx, caller, model.id).await
}
