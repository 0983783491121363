//! What people do to requests: decide, withdraw, revoke, confirm conditions, declare and review emergencies.

use super::ask::{Makers, makers, tier_is_confirmed};
use super::candidates::{acting, acting_in_emergency};
use super::{Kept, Said, apply, emergencies, visible, words};
use crate::App;
use crate::db::{Conn, Tx};
use crate::delegations::service::delegation_to;
use crate::error::Error;
use crate::http::Caller;
use crate::models::service::bound::bound_inputs;
use assay_domain::access::Permission;
use assay_domain::approvals::{Command, Decide, Decision, NewCondition, Refusal};
use chrono::NaiveDate;
use futures::FutureExt;
use futures::future::BoxFuture;
use uuid::Uuid;

/// A decision.
#[derive(Clone, Debug)]
pub struct Deciding {
    /// The step of the policy that it is meant for.
    pub step: String,
    /// Yes or no.
    pub decision: Decision,
    /// Why; needed with a no.
    pub reason: String,
    /// What has to be done by when; with a yes only.
    pub conditions: Vec<NewConditionText>,
    /// Who is away, where it is for somebody else.
    pub on_behalf_of: Option<Uuid>,
    /// The digest of what was looked at.
    pub bound_sha256: String,
}

/// A condition to be made.
#[derive(Clone, Debug)]
pub struct NewConditionText {
    /// What has to be done.
    pub text: String,
    /// The last day for it.
    pub due: NaiveDate,
}

/// An emergency.
#[derive(Clone, Debug)]
pub struct BreakGlass {
    /// Why.
    pub reason: String,
}

/// What somebody found who looked at an emergency afterwards.
#[derive(Clone, Debug)]
pub struct Reviewing {
    /// Whether it was one.
    pub justified: bool,
    /// Why.
    pub reason: String,
}

/// One write that does something to the request with this id, for whoever may.
pub(super) async fn act<F>(
    app: &App,
    caller: &Caller,
    id: Uuid,
    permission: Permission,
    what: F,
) -> Result<Kept, Error>
where
    F: for<'t> Fn(&'t mut Tx, Caller, Kept) -> BoxFuture<'t, Result<Kept, Error>> + Send + Sync + 'static,
{
    let by = caller.clone();
    let what = std::sync::Arc::new(what);
    let written = app
        .db
        .write(move |tx| {
            let (by, what) = (by.clone(), what.clone());
            async move {
                let kept = visible(tx, &by, id).await?;
                by.allow(Permission::ReadApprovals, permission, Some(kept.row.team_id))?;
                what(tx, by, kept).await
            }
            .boxed()
        })
        .await?;
    Ok(written.value)
}

/// Approves or rejects in a step.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Refused`], [`Error::Rule`] and
/// [`Error::Conflict`] with the rule's name; [`Error::Invalid`] for words that are missing or too long.
pub async fn decide(app: &App, caller: &Caller, id: Uuid, deciding: Deciding) -> Result<Kept, Error> {
    let reason = words("/reason", &deciding.reason)?;
    let mut conditions = Vec::new();
    for (n, condition) in deciding.conditions.iter().enumerate() {
        let pointer = format!("/conditions/{n}/text");
        let text = words(&pointer, &condition.text)?;
        if text.is_empty() {
            return Err(Error::invalid(pointer, "say what has to be done"));
        }
        conditions.push(NewConditionText { text, due: condition.due });
    }
    let deciding = Deciding { reason, conditions, ..deciding };
    let permission = Permission::DecideApprovals;
    act(app, caller, id, permission, move |tx, by, kept| {
        let deciding = deciding.clone();
        async move { decided(tx, &by, kept, deciding).await }.boxed()
    })
    .await
}

async fn decided(tx: &mut Tx, by: &Caller, kept: Kept, deciding: Deciding) -> Result<Kept, Error> {
    let (permission, today, team) = (Permission::DecideApprovals, tx.now().date_naive(), kept.row.team_id);
    let acting = acting(tx, by, team, today, permission).await?;
    let on_behalf_of = match (deciding.on_behalf_of, acting.who.account) {
        (Some(away), Some(to)) => {
            let delegation = delegation_to(tx, away, to, team, today).await?;
            let none =
                Refusal::DelegationNotValid { why: "nobody with this name lets you decide for them today" };
            Some(delegation.ok_or_else(|| super::refused::error(&none, permission))?)
        }
        _ => None,
    };
    let kept = with_people(tx, kept).await?;
    let mut conditions = Vec::new();
    let mut texts = Vec::new();
    for NewConditionText { text, due } in deciding.conditions {
        let id = tx.new_id();
        conditions.push(NewCondition { id, due });
        texts.push((id, text));
    }
    let command = Command::Decide(Decide {
        by: acting,
        on_behalf_of,
        step: deciding.step,
        decision: deciding.decision,
        conditions,
        reason: Some(deciding.reason.clone()),
        bound_sha256: deciding.bound_sha256,
    });
    let said = Said::nothing().with("reason", &deciding.reason).with_conditions(texts);
    apply(tx, by, kept, command, said, permission).await
}

/// The request, with everybody who by now is known to have had a part in the version.
pub(super) async fn with_people(conn: &mut Conn, kept: Kept) -> Result<Kept, Error> {
    let Makers { authors, committers, contributors } = makers(conn, kept.row.model_version_id).await?;
    Ok(Kept { approval: kept.approval.made_also_by(authors, committers, contributors), ..kept })
}

/// Takes a request back that is not decided yet.
///
/// # Errors
/// As [`decide`].
pub async fn withdraw(app: &App, caller: &Caller, id: Uuid, reason: &str) -> Result<Kept, Error> {
    let reason = words("/reason", reason)?;
    let permission = Permission::RequestApprovals;
    act(app, caller, id, permission, move |tx, by, kept| {
        let said = Said::nothing().with("reason", &reason);
        async move { apply(tx, &by, kept, Command::Withdraw, said, permission).await }.boxed()
    })
    .await
}

/// Takes an approval back.
///
/// # Errors
/// As [`decide`].
pub async fn revoke(app: &App, caller: &Caller, id: Uuid, reason: &str) -> Result<Kept, Error> {
    let reason = words("/reason", reason)?;
    let permission = Permission::DecideApprovals;
    act(app, caller, id, permission, move |tx, by, kept| {
        let reason = reason.clone();
        async move {
            let today = tx.now().date_naive();
            let acting = acting(tx, &by, kept.row.team_id, today, permission).await?;
            let said = Said::nothing().with("reason", &reason);
            apply(tx, &by, kept, Command::Revoke { by: acting, reason }, said, permission).await
        }
        .boxed()
    })
    .await
}

/// Confirms that a condition is fulfilled.
///
/// # Errors
/// As [`decide`].
pub async fn condition_met(
    app: &App,
    caller: &Caller,
    id: Uuid,
    condition: Uuid,
    note: &str,
) -> Result<Kept, Error> {
    let note = words("/note", note)?;
    let permission = Permission::DecideApprovals;
    act(app, caller, id, permission, move |tx, by, kept| {
        let note = note.clone();
        async move {
            let today = tx.now().date_naive();
            let acting = acting(tx, &by, kept.row.team_id, today, permission).await?;
            let kept = with_people(tx, kept).await?;
            let command = Command::ConditionMet { id: condition, by: acting };
            apply(tx, &by, kept, command, Said::nothing().with("note", &note), permission).await
        }
        .boxed()
    })
    .await
}

/// Declares an emergency for an open request: it is deployed before the decisions.
///
/// # Errors
/// As [`decide`].
pub async fn break_glass(app: &App, caller: &Caller, id: Uuid, glass: BreakGlass) -> Result<Kept, Error> {
    let reason = words("/reason", &glass.reason)?;
    let permission = Permission::RequestApprovals;
    act(app, caller, id, permission, move |tx, by, kept| {
        let reason = reason.clone();
        async move {
            tier_is_confirmed(&bound_inputs(tx, kept.row.model_version_id).await?)?;
            let now = tx.now();
            let acting = acting_in_emergency(tx, &by, kept.row.team_id, now, permission).await?;
            let said = Said::nothing().with("reason", &reason);
            let earlier = emergencies::before(tx, kept.row.model_id, &kept.row.environment).await?;
            let command = Command::BreakGlass { by: acting, reason, earlier };
            apply(tx, &by, kept, command, said, permission).await
        }
        .boxed()
    })
    .await
}

/// Puts on record what somebody found who looked at an emergency afterwards.
///
/// # Errors
/// As [`decide`].
pub async fn review(app: &App, caller: &Caller, id: Uuid, review: Reviewing) -> Result<Kept, Error> {
    let reason = words("/reason", &review.reason)?;
    let (permission, justified) = (Permission::DecideApprovals, review.justified);
    act(app, caller, id, permission, move |tx, by, kept| {
        let reason = reason.clone();
        async move {
            let today = tx.now().date_naive();
            let acting = acting(tx, &by, kept.row.team_id, today, permission).await?;
            let said = Said::nothing().with("reason", &reason);
            apply(tx, &by, kept, Command::ReviewEmergency { by: acting, justified, reason }, said, permission)
                .await
        }
        .boxed()
    })
    .await
}
