//! A model's risk tier: who sets it, who confirms it, and which one decides meanwhile.
//!
//! The tier chooses the policy, so whoever could lower it could choose who controls them. Therefore the first tier is
//! confirmed by somebody who may decide about the team's approvals and did not answer; a raise decides at once and is
//! confirmed afterwards; a lower tier waits for a compliance officer, and until then the higher one decides. Machines answer
//! only with a scope of their own, and never lower. The command line on the data directory acts as the installation: what it
//! says holds at once.

use super::bound::all_touched;
use super::{digest_tiers, of_model, risk};
use crate::App;
use crate::approvals::requests::service as approvals;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::models::href;
use crate::models::store::{self, ModelRow};
use crate::proposals::{self, NewProposal, ProposalRow};
use assay_domain::access::{Permission, Rights, Role};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::ModelTierConfirmed;
use assay_domain::models::{Tier, TierMove};
use assay_domain::proposals::{Confirmer, Kind, Need, ProposalState};
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a proposal about a tier carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    /// The tier that would count.
    tier: Tier,
    /// The answers that it follows from.
    risk: risk::Risk,
    /// What counted before, for a raise that is taken back.
    #[serde(default)]
    before: Option<(Tier, risk::Risk)>,
}

/// Whether the caller may answer the questions about risk for a team.
///
/// # Errors
/// [`Error::Forbidden`].
pub(super) fn may_classify(caller: &Caller, team: Uuid) -> Result<(), Error> {
    if caller.may(Permission::ClassifyModels, Some(team)) {
        Ok(())
    } else {
        Err(Error::Forbidden(Permission::ClassifyModels))
    }
}

/// Takes answers to the questions about risk, inside a write.
///
/// # Errors
/// [`Error::Refused`] for a machine that would lower the tier; [`Error::Invalid`] where a reason is missing;
/// [`Error::Conflict`] where another proposal to lower it waits; [`Error::Forbidden`].
pub(super) async fn classify(
    tx: &mut Tx,
    caller: &Caller,
    model: &mut ModelRow,
    (tier, answers): &(Tier, risk::Risk),
    reason: &str,
) -> Result<(), Error> {
    may_classify(caller, model.team_id)?;
    if model.risk()?.as_ref() == Some(answers) {
        return Ok(());
    }
    let stops = |risk: &risk::Risk| Ok::<_, Error>(risk.classification()?.is_some_and(|found| found.stops));
    let before = match (model.tier()?, model.risk()?) {
        (Some(tier), Some(risk)) => Some((tier, risk)),
        (Some(tier), None) => Some((tier, answers.clone())),
        (None, _) => None,
    };
    let present = match &before {
        Some((tier, risk)) if model.tier_is_confirmed() => Some((*tier, stops(risk)?)),
        _ => None,
    };
    let change = Change { tier: *tier, risk: answers.clone(), before };
    match TierMove::of(present, (*tier, stops(answers)?)) {
        TierMove::First => first(tx, caller, model, change).await,
        TierMove::Same => apply(tx, caller, model, &change).await,
        TierMove::Raise => raise(tx, caller, model, change).await,
        TierMove::Lower => lower(tx, caller, model, change, reason).await,
    }
}

/// Puts a tier in force, and says so.
async fn apply(tx: &mut Tx, caller: &Caller, model: &mut ModelRow, change: &Change) -> Result<(), Error> {
    let before = model.tier()?;
    model.tier = Some(change.tier.name().to_owned());
    model.risk = Some(serde_json::to_string(&change.risk).map_err(Error::internal)?);
    model.revision += 1;
    store::update(tx, model).await?;
    let facts = risk::facts(&model.name, change.tier, before, &change.risk);
    tx.record(of_model(caller, model, facts)).await?;
    if before == Some(change.tier) {
        return Ok(());
    }
    match before {
        Some(before) if before > change.tier => {
            approvals::resume(tx, caller, model.id).await?;
            digest_tiers::lowered(tx, caller, model).await
        }
        Some(before) => {
            approvals::suspend(tx, caller, model.id, before).await?;
            digest_tiers::ask_officer(tx, caller, model).await
        }
        None => {
            all_touched(tx, caller, model.id).await?;
            digest_tiers::ask_officer(tx, caller, model).await
        }
    }
}

/// The first tier counts in its own model at once, and nothing may be deployed until it is confirmed.
async fn first(tx: &mut Tx, caller: &Caller, model: &mut ModelRow, change: Change) -> Result<(), Error> {
    end_waiting(tx, caller, model, Kind::FirstTier, "Other answers were given since.").await?;
    apply(tx, caller, model, &change).await?;
    if caller.principal.rights == Rights::System {
        return confirm(tx, caller, model, "command-line").await;
    }
    let consequence = "Until somebody confirms it, the gate lets nothing of this model through, and no emergency can be \
                       declared.";
    let new = NewProposal {
        kind: Kind::FirstTier,
        title: format!("Confirm the risk tier {} of {}", change.tier, model.name),
        to: change.tier.name().to_owned(),
        consequence: consequence.to_owned(),
        needs: vec![who_decides(caller, model)],
        ..blank(model, &change)?
    };
    proposals::propose(tx, caller, new).await?;
    *model = store::by_id(tx, model.id).await?.ok_or(Error::NotFound)?;
    Ok(())
}

/// A higher tier decides at once about everything new. It is confirmed afterwards, or taken back as a mistake.
async fn raise(tx: &mut Tx, caller: &Caller, model: &mut ModelRow, change: Change) -> Result<(), Error> {
    for kind in [Kind::LowerTier, Kind::LowerHighTier] {
        end_waiting(tx, caller, model, kind, "The tier was raised since.").await?;
    }
    let earlier = proposals::service::waiting(tx, Kind::RaiseTier, &subject(model)).await?.into_iter().next();
    let before = match earlier {
        // What counted before the first of several raises is what they can all be taken back to.
        Some(row) => {
            let first: Change = row.payload()?;
            proposals::service::take_back(tx, caller, row, "The tier was raised further.").await?;
            first.before
        }
        None => change.before.clone(),
    };
    let from = model.tier.clone().unwrap_or_default();
    apply(tx, caller, model, &change).await?;
    if caller.principal.rights == Rights::System {
        return approvals::end_suspended(tx, caller, model.id).await;
    }
    let change = Change { before, ..change };
    let new = NewProposal {
        kind: Kind::RaiseTier,
        title: format!("Confirm the raised risk tier {} of {}", change.tier, model.name),
        from,
        to: change.tier.name().to_owned(),
        consequence:
            "The higher tier decides already. Approvals that were given under the lower one end when this is \
                      confirmed, and hold again when it is turned down as a mistake."
                .to_owned(),
        needs: vec![lead_or_officer(caller, model)],
        ..blank(model, &change)?
    };
    proposals::propose(tx, caller, new).await.map(drop)
}

/// A lower tier waits for a compliance officer; until then the higher one decides.
async fn lower(
    tx: &mut Tx,
    caller: &Caller,
    model: &mut ModelRow,
    change: Change,
    reason: &str,
) -> Result<(), Error> {
    if caller.principal.rights == Rights::System {
        return apply(tx, caller, model, &change).await;
    }
    if caller.principal.person().is_none() {
        let detail = "A machine never lowers a risk tier: a person proposes it on the page, with the reason.";
        let (permission, rule) = (Permission::ClassifyModels, "machine_never_lowers");
        return Err(Error::Refused { permission, rule, detail: detail.to_owned() });
    }
    if reason.trim().is_empty() {
        let message =
            "Say why: these answers lower the risk tier, and a compliance officer decides about it.";
        return Err(Error::Invalid(vec![FieldError::new("/reason", message)]));
    }
    let from = model.tier()?.unwrap_or(change.tier);
    let new = NewProposal {
        kind: if from >= Tier::High { Kind::LowerHighTier } else { Kind::LowerTier },
        title: format!("Lower the risk tier of {} from {from} to {}", model.name, change.tier),
        from: from.name().to_owned(),
        to: change.tier.name().to_owned(),
        consequence:
            "Until it is confirmed, the higher tier decides. When it is, another policy decides, so what is \
                      open or approved under the one before has to be asked for again."
                .to_owned(),
        reason: reason.to_owned(),
        needs: vec![Need::officer()],
        ..blank(model, &change)?
    };
    proposals::propose(tx, caller, new).await.map(drop)
}

/// Applies what was confirmed, inside the write that confirms it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let mut model = of(tx, row).await?;
    let change: Change = row.payload()?;
    match row.kind()? {
        Kind::FirstTier => {
            let how = if row.alone { "nobody-else" } else { "confirmed" };
            confirm(tx, by, &mut model, how).await
        }
        Kind::RaiseTier => approvals::end_suspended(tx, by, model.id).await,
        _ => apply(tx, by, &mut model, &change).await,
    }
}

/// What becomes of the tier when its proposal is turned down or taken back.
///
/// # Errors
/// Those of the database.
pub(crate) async fn ended(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let mut model = of(tx, row).await?;
    let change: Change = row.payload()?;
    let turned_down = row.state()? == ProposalState::Rejected;
    match row.kind()? {
        Kind::FirstTier if turned_down => {
            (model.tier, model.risk) = (None, None);
            model.revision += 1;
            store::update(tx, &model).await?;
            all_touched(tx, by, model.id).await
        }
        Kind::RaiseTier if turned_down => {
            let Some((tier, risk)) = change.before else { return Ok(()) };
            apply(tx, by, &mut model, &Change { tier, risk, before: None }).await
        }
        _ => Ok(()),
    }
}

async fn of(tx: &mut Tx, row: &ProposalRow) -> Result<ModelRow, Error> {
    let id = row.subject.parse().map_err(Error::internal)?;
    store::by_id(tx, id).await?.ok_or(Error::NotFound)
}

async fn confirm(tx: &mut Tx, by: &Caller, model: &mut ModelRow, how: &str) -> Result<(), Error> {
    model.tier_confirmed = Some(how.to_owned());
    model.revision += 1;
    store::update(tx, model).await?;
    let (name, tier) = (model.name.clone(), model.tier.clone().unwrap_or_default());
    let facts = ModelTierConfirmed { model: name, tier, how: how.to_owned() };
    tx.record(of_model(by, model, facts)).await?;
    digest_tiers::ask_officer(tx, by, model).await
}

/// Puts on record, once, which tiers count as confirmed because they were there before tiers were confirmed.
///
/// # Errors
/// Those of the database.
pub async fn record_upgrade(app: &App, system: &Caller) -> Result<(), Error> {
    let unrecorded = store::unrecorded_tiers(&mut app.db.read().await?).await?;
    for id in unrecorded {
        let system = system.clone();
        let write = app.db.write(move |tx| {
            let system = system.clone();
            async move {
                let Some(mut model) = store::by_id(tx, id).await? else { return Ok(()) };
                if model.tier_confirmed.as_deref() == Some(UNRECORDED) {
                    confirm(tx, &system, &mut model, "upgrade").await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await?;
    }
    Ok(())
}

/// How a tier is marked that was there before tiers were confirmed, until that is on record.
const UNRECORDED: &str = "upgrade-unrecorded";

/// Takes back what waits about the tier, because something else counts now.
async fn end_waiting(
    tx: &mut Tx,
    caller: &Caller,
    model: &ModelRow,
    kind: Kind,
    why: &str,
) -> Result<(), Error> {
    for row in proposals::service::waiting(tx, kind, &subject(model)).await? {
        proposals::service::take_back(tx, caller, row, why).await?;
    }
    Ok(())
}

/// The proposals about the tier of a model that wait.
///
/// # Errors
/// Those of the database.
pub async fn tier_proposals(conn: &mut Conn, model: Uuid) -> Result<Vec<ProposalRow>, Error> {
    let mut all = Vec::new();
    for kind in [Kind::FirstTier, Kind::RaiseTier, Kind::LowerTier, Kind::LowerHighTier] {
        all.extend(proposals::service::waiting(conn, kind, &Subject::new("model", model)).await?);
    }
    Ok(all)
}

fn subject(model: &ModelRow) -> Subject {
    Subject::new("model", model.id)
}

/// What a machine answered is confirmed by an officer; what a person did, by anybody who may decide about the team's approvals.
fn who_decides(caller: &Caller, model: &ModelRow) -> Need {
    if caller.principal.person().is_none() {
        return Need::officer();
    }
    let by = vec![Confirmer::Decider { team: model.team_id }];
    Need { what: "somebody who may decide about the team's approvals".to_owned(), by }
}

fn lead_or_officer(caller: &Caller, model: &ModelRow) -> Need {
    let mut need = Need::officer();
    if caller.principal.person().is_some() {
        need.what = "the team's lead or a compliance officer".to_owned();
        need.by.push(Confirmer::Role { role: Role::TeamLead, team: Some(model.team_id) });
    }
    need
}

fn blank(model: &ModelRow, change: &Change) -> Result<NewProposal, Error> {
    Ok(NewProposal {
        kind: Kind::FirstTier,
        subject: subject(model),
        key: String::new(),
        team: Some(model.team_id),
        title: String::new(),
        href: Some(format!("{}/risk", href(&model.name))),
        from: String::new(),
        to: String::new(),
        consequence: String::new(),
        reason: String::new(),
        content_sha256: None,
        payload: serde_json::to_value(change).map_err(Error::internal)?,
        needs: Vec::new(),
        involved: Vec::new(),
    })
}
