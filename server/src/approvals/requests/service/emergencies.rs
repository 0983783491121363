//! The emergencies that a model had in an environment: what they leave room for, and lifting what they block.
//!
//! The rule is in the domain (`emergency.rs`); here is what it is told. Withdrawing a request, asking for another version or
//! under another policy changes nothing about what the model had.

use super::candidates::acting;
use super::decide::act;
use super::{Kept, Said, apply, words};
use crate::App;
use crate::approvals::requests::store;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::policies::service as policies;
use assay_domain::access::{Permission, Role, RoleHeld};
use assay_domain::approvals::{Command, Earlier, EmergencyLimit, Refusal, may_come_after};
use assay_domain::models::Tier;
use chrono::{DateTime, Utc};
use futures::FutureExt;
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

/// Lifts what an emergency blocks, as an officer who had no part in it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Refused`] for who declared the emergency or asked
/// for the approval, and for machines; [`Error::Conflict`] where nothing is blocked; [`Error::Rule`] without a reason.
pub async fn lift_block(app: &App, caller: &Caller, id: Uuid, reason: &str) -> Result<Kept, Error> {
    let reason = words("/reason", reason)?;
    let permission = Permission::LiftBlocks;
    act(app, caller, id, permission, move |tx, by, kept| {
        let reason = reason.clone();
        async move {
            let today = tx.now().date_naive();
            let acting = acting(tx, &by, kept.row.team_id, today, permission).await?;
            if !lifts(&by) {
                return Err(Error::Forbidden(permission));
            }
            let said = Said::nothing().with("reason", &reason);
            let command = Command::LiftBlock { by: Some(acting.who), reason };
            apply(tx, &by, kept, command, said, permission).await
        }
        .boxed()
    })
    .await
}
