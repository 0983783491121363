//! The emergencies that a model had in an environment: what they leave room for, and lifting what they block.
//!
//! The rule is in the domain (`emergency.rs`); here is what it is told. Withdrawing a request, asking for another version or
//! under another policy changes nothing about what the model had.

use super::candidates::acting;
use super::decide::act;
use super::{Kept, Said, apply, words};
use crate::App;
use crate::access::service::subjects::who;
use crate::approvals::requests::store;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::policies::service as policies;
use crate::proposals::ProposalRow;
use crate::proposals::service::{self as proposals, NewProposal};
use assay_domain::access::{Permission, Role, RoleHeld};
use assay_domain::approvals::{Command, Earlier, EmergencyLimit, Refusal, Requester, Who, may_come_after};
use assay_domain::audit::Subject;
use assay_domain::models::Tier;
use assay_domain::proposals::{Kind, Need, Part};
use chrono::{DateTime, Utc};
use futures::FutureExt;
use serde_json::json;
use uuid::Uuid;

/// The emergencies that a model had in an environment, for one that is about to be declared: two at once see each other.
pub(super) async fn before(tx: &mut Tx, model: Uuid, environment: &str) -> Result<Vec<Earlier>, Error> {
    store::take_turn(tx, model, environment).await?;
    earlier(tx, model, environment).await
}

/// The emergencies that a model had in an environment.
pub(super) async fn earlier(conn: &mut Conn, model: Uuid, environment: &str) -> Result<Vec<Earlier>, Error> {
    let mut all = Vec::new();
    for row in store::with_emergency(conn, model, environment).await? {
        let kept = Kept::new(row)?;
        if let Some(emergency) = kept.approval.emergency().cloned() {
            all.push(Earlier { request: kept.row.id, emergency });
        }
    }
    Ok(all)
}

/// What stands in the way of another emergency of a model, by environment: nothing where one could be declared.
///
/// # Errors
/// Those of the database.
pub async fn in_the_way(
    conn: &mut Conn,
    model: Uuid,
    tier: Option<Tier>,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Refusal)>, Error> {
    let mut all = Vec::new();
    for environment in store::emergency_environments(conn, model).await? {
        let policy = match tier {
            Some(tier) => policies::deciding(conn, &environment, tier).await?,
            None => None,
        };
        let glass = policy.as_ref().and_then(|policy| policy.break_glass.as_ref());
        let limit = glass.map_or_else(EmergencyLimit::default, |glass| glass.limit());
        let earlier = earlier(conn, model, &environment).await?;
        if let Err(refusal) = may_come_after(&earlier, limit, now) {
            all.push((environment, refusal));
        }
    }
    Ok(all)
}

/// Whether somebody is a compliance officer, who lifts what an emergency blocks without asking anybody.
pub(super) fn lifts(caller: &Caller) -> bool {
    caller.principal.holds(RoleHeld { role: Role::ComplianceOfficer, team: None })
}

/// Lifts what an emergency blocks, as an officer who had no part in it; others propose it, for such an officer to confirm. The
/// answer's emergency says which it was.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Refused`] for an officer who declared the emergency
/// or asked for the approval, and for machines; [`Error::Conflict`] where nothing is blocked, or where it is proposed
/// already; [`Error::Rule`] without a reason.
pub async fn lift_block(app: &App, caller: &Caller, id: Uuid, reason: &str) -> Result<Kept, Error> {
    let reason = words("/reason", reason)?;
    let permission = Permission::LiftBlocks;
    act(app, caller, id, permission, move |tx, by, kept| {
        let reason = reason.clone();
        async move {
            let today = tx.now().date_naive();
            let acting = acting(tx, &by, kept.row.team_id, today, permission).await?;
            if !lifts(&by) {
                propose(tx, &by, &kept, reason).await?;
                return Ok(kept);
            }
            for row in proposals::waiting(tx, Kind::LiftEmergencyBlock, &subject(&kept)).await? {
                proposals::take_back(tx, &by, row, "An officer lifted the block.").await?;
            }
            lift(tx, &by, kept, Some(acting.who), reason).await
        }
        .boxed()
    })
    .await
}

async fn lift(tx: &mut Tx, by: &Caller, kept: Kept, who: Option<Who>, reason: String) -> Result<Kept, Error> {
    let said = Said::nothing().with("reason", &reason);
    apply(tx, by, kept, Command::LiftBlock { by: who, reason }, said, Permission::LiftBlocks).await
}

fn subject(kept: &Kept) -> Subject {
    Subject::new("approval_request", kept.row.id)
}

async fn propose(tx: &mut Tx, by: &Caller, kept: &Kept, reason: String) -> Result<(), Error> {
    // What the rule would say to an officer who lifted it is said now.
    let nobody = Command::LiftBlock { by: None, reason: reason.clone() };
    let policy = kept.policy(tx).await?;
    let tried = kept.approval.apply(&policy, nobody, tx.now());
    tried.map_err(|refusal| super::refused::error(&refusal, Permission::LiftBlocks))?;
    let row = &kept.row;
    let declared = kept.approval.emergency().and_then(|emergency| emergency.by().account);
    let asked = match &kept.approval.terms().requester {
        Requester::Person(who) => who.account,
        Requester::Service { .. } => None,
    };
    let involved = declared.map(|id| (id, Part::Declared)).into_iter();
    let mut officer = Need::officer();
    officer.what =
        "a compliance officer who neither declared the emergency nor asked for the approval".to_owned();
    let new = NewProposal {
        kind: Kind::LiftEmergencyBlock,
        subject: subject(kept),
        key: String::new(),
        team: Some(row.team_id),
        title: format!("Allow emergencies of {} in {} again", row.model, row.environment),
        href: Some(format!("/approvals/{}", row.id)),
        from: "blocked by an emergency".to_owned(),
        to: "allowed again, within the policy's limit".to_owned(),
        consequence: format!(
            "Emergencies can be declared for {} in {} again, whatever version they are for. Open requests and valid \
             approvals stay as they are.",
            row.model, row.environment
        ),
        reason,
        content_sha256: None,
        payload: json!({}),
        needs: vec![officer],
        involved: involved.chain(asked.map(|id| (id, Part::Requester))).collect(),
    };
    proposals::propose(tx, by, new).await.map(drop)
}

/// Lifts the block that somebody proposed to lift: an officer confirmed it, or nobody could.
///
/// # Errors
/// [`Error::Conflict`] where nothing is blocked any more.
pub(crate) async fn lift_confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let id = row.subject.parse().map_err(Error::internal)?;
    let kept = Kept::new(store::request(tx, id).await?.ok_or(Error::NotFound)?)?;
    let who = match by.person() {
        Some(person) => Some(who(tx, person).await?),
        None => None,
    };
    let reason = if row.reason.is_empty() { "Confirmed".to_owned() } else { row.reason.clone() };
    lift(tx, by, kept, who, reason).await.map(drop)
}
