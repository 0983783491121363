//! Giving a model to another team.
//!
//! The team decides who approves, so nobody moves a model away from those who would say no: a person proposes it, and a
//! lead of each of the two teams confirms it, none of whom is the proposer. Where a team has no other lead, an officer
//! does. Until then the model stays where it is, and what was approved stays approved.

use assay_domain::access::{Rights, Role};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::ModelMoved;
use assay_domain::proposals::{Confirmer, Kind, Need};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::bound::all_touched;
use super::of_model;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use crate::models::href;
use crate::models::store::{self, ModelRow};
use crate::proposals::{NewProposal, ProposalRow, service as proposals};
use crate::teams::store::{self as teams, TeamRow};

/// What follows, as it is said before anybody proposes or confirms it.
pub(crate) const CONSEQUENCE: &str = "When it is complete, the other team answers for the model and decides about it: \
     approvals of its versions end, and open requests start over. Until then nothing changes.";

/// What is kept of a move that waits.
#[derive(Debug, Serialize, Deserialize)]
struct Move {
    from: Uuid,
    to: Uuid,
}

/// Proposes to give a model to another team; the installation itself needs nobody.
///
/// # Errors
/// [`Error::Conflict`] for machines, and where it is proposed already.
pub(super) async fn ask(
    tx: &mut Tx,
    caller: &Caller,
    model: &mut ModelRow,
    to: Uuid,
    reason: &str,
) -> Result<(), Error> {
    match caller.principal.rights {
        Rights::System => return complete(tx, caller, model, to).await,
        Rights::Token { .. } => {
            let detail = "a model is moved by people: propose it signed in".to_owned();
            return Err(Error::Conflict { code: "people_only", detail });
        }
        Rights::Person(_) => {}
    }
    let from = team(tx, model.team_id).await?;
    let to = team(tx, to).await?;
    let needs = vec![lead_of(tx, caller, &from).await?, lead_of(tx, caller, &to).await?];
    let payload = Move { from: from.id, to: to.id };
    let new = NewProposal {
        kind: Kind::MoveModel,
        subject: Subject::new("model", model.id),
        key: String::new(),
        team: Some(from.id),
        title: format!("Move {} to the team {}", model.name, to.name),
        href: Some(href(&model.name)),
        from: from.slug,
        to: to.slug,
        consequence: CONSEQUENCE.to_owned(),
        reason: reason.to_owned(),
        content_sha256: None,
        payload: serde_json::to_value(payload).map_err(Error::internal)?,
        needs,
        involved: Vec::new(),
    };
    proposals::propose(tx, caller, new).await.map(drop)
}

async fn team(tx: &mut Tx, id: Uuid) -> Result<TeamRow, Error> {
    teams::by_id(tx, id).await?.ok_or(Error::NotFound)
}

/// The confirmation of one of the teams.
async fn lead_of(tx: &mut Tx, caller: &Caller, team: &TeamRow) -> Result<Need, Error> {
    let by = vec![Confirmer::Role { role: Role::TeamLead, team: Some(team.id) }];
    let need = Need { what: format!("a lead of the team {}", team.name), by };
    Ok(if proposals::somebody_could(tx, caller, &need).await? { need } else { Need::officer() })
}

/// Moves a model whose move was confirmed.
///
/// # Errors
/// [`Error::Conflict`] when it has gone elsewhere meanwhile.
pub(crate) async fn confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let Move { from, to } = row.payload()?;
    let id = row.subject.parse().map_err(Error::internal)?;
    let model = store::by_id(tx, id).await?.filter(|model| model.team_id == from);
    let mut model = model.ok_or_else(|| Error::Conflict {
        code: "moved",
        detail: "the model has gone to another team since this was proposed".to_owned(),
    })?;
    complete(tx, by, &mut model, to).await
}

async fn complete(tx: &mut Tx, caller: &Caller, model: &mut ModelRow, to: Uuid) -> Result<(), Error> {
    let event = of_model(caller, model, ModelMoved { model: model.name.clone(), to });
    model.team_id = to;
    model.revision += 1;
    store::update(tx, model).await?;
    tx.record(event).await?;
    all_touched(tx, caller, model.id).await
}
