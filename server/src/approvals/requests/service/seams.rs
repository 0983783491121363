//! Where other rooms tell that something an approval is bound to has changed. It happens inside the write that changed it,
//! so nobody can decide about the state before, and no approval outlives it unnoticed.
//!
//! What ends or suspends an approval that holds is refused, and the whole write with it, unless the caller knows: the
//! refusal names the approvals. This is the one place for that, so that it holds at every door that changes bound state.

use super::{Kept, Said, bound_state, keep};
use crate::approvals::requests::store::{self, RequestRow};
use crate::db::Tx;
use crate::error::{EndedApproval, Error};
use crate::http::Caller;
use crate::models::service::bound::{BoundInputs, bound_inputs};
use crate::policies::service as policies;
use assay_domain::approvals::{Approval, Command, PolicyRef, Refusal, State};
use assay_domain::models::Tier;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A version is another one now: its data, its evidence, or what the registry says of it.
///
/// # Errors
/// [`Error::EndsApproval`]; those of the database.
pub async fn bound_changed(tx: &mut Tx, by: &Caller, model_version: Uuid) -> Result<(), Error> {
    let rows = store::running_of_version(tx, model_version).await?;
    compare_all(tx, by, rows).await?.known_to(by)
}

/// A model is another one now: its team, or its tier where that was not raised.
///
/// # Errors
/// As [`bound_changed`].
pub async fn model_changed(tx: &mut Tx, by: &Caller, model: Uuid) -> Result<(), Error> {
    let rows = store::running_of_model(tx, model).await?;
    compare_all(tx, by, rows).await?.known_to(by)
}

/// A model is out of use: what is approved stays so, and the gate is closed until it is in use again.
///
/// # Errors
/// As [`bound_changed`].
pub async fn model_closed(tx: &mut Tx, by: &Caller, model: Uuid) -> Result<(), Error> {
    let mut ends = Ends::default();
    for row in store::running_of_model(tx, model).await? {
        let kept = Kept::new(row)?;
        ends.note_if_it_holds(&kept, tx.now());
    }
    ends.known_to(by)?;
    model_changed(tx, by, model).await
}

/// The risk tier of a model was raised from `from`: everything new is decided under the new tier, and what is approved is
/// suspended until somebody confirms the raise ([`end_suspended`]) or takes it back ([`resume`]).
///
/// # Errors
/// As [`bound_changed`].
pub async fn suspend(tx: &mut Tx, by: &Caller, model: Uuid, from: Tier) -> Result<(), Error> {
    let (mut ends, mut others) = (Ends::default(), Vec::new());
    for row in store::running_of_model(tx, model).await? {
        let kept = Kept::new(row)?;
        let inputs = bound_inputs(tx, kept.row.model_version_id).await?;
        // A version may have had a higher tier than its model before, because others hold its artefact.
        let had = kept.approval.state().bound().on_record.as_ref().map_or(Some(from), |one| one.tier);
        match had.filter(|had| inputs.tier > Some(*had)) {
            Some(from) if matches!(kept.approval.state(), State::Approved(_)) => {
                ends.apply(tx, by, kept, Command::TierRaised { from }).await?;
            }
            _ => others.push(kept.row),
        }
    }
    ends.0.extend(compare_all(tx, by, others).await?.0);
    ends.known_to(by)
}

/// The raise of a model's risk tier was confirmed: what it suspended ends.
///
/// # Errors
/// Those of the database.
pub async fn end_suspended(tx: &mut Tx, by: &Caller, model: Uuid) -> Result<(), Error> {
    let mut ends = Ends::default();
    for row in store::running_of_model(tx, model).await? {
        let kept = Kept::new(row)?;
        if matches!(kept.approval.state(), State::Suspended(_)) {
            let inputs = bound_inputs(tx, kept.row.model_version_id).await?;
            let now = bound_state(&inputs, deciding(tx, &kept, &inputs).await?);
            ends.apply(tx, by, kept, Command::RaiseConfirmed { now }).await?;
        }
    }
    Ok(())
}

/// The raise of a model's risk tier was taken back, and the tier is what it was: what the raise suspended holds again, as
/// far as nothing else has changed.
///
/// # Errors
/// Those of the database.
pub async fn resume(tx: &mut Tx, by: &Caller, model: Uuid) -> Result<(), Error> {
    let mut ends = Ends::default();
    for row in store::running_of_model(tx, model).await? {
        let mut kept = Kept::new(row)?;
        let inputs = bound_inputs(tx, kept.row.model_version_id).await?;
        // After two raises the first may still stand.
        if matches!(kept.approval.state(), State::Suspended(one) if inputs.tier <= Some(one.tier)) {
            kept = ends.apply(tx, by, kept, Command::RaiseTakenBack).await?;
        }
        ends.compare(tx, by, kept, &inputs).await?;
    }
    Ok(())
}

/// Other policies are in force now: each request that another one decides about is decided under that. Whoever confirms a
/// policy was told what it ends.
///
/// # Errors
/// Those of the database.
pub async fn policies_changed(tx: &mut Tx, by: &Caller) -> Result<(), Error> {
    let mut ends = Ends::default();
    for row in store::running(tx).await? {
        let kept = Kept::new(row)?;
        let inputs = bound_inputs(tx, kept.row.model_version_id).await?;
        if deciding(tx, &kept, &inputs).await? != *kept.approval.policy() {
            ends.compare(tx, by, kept, &inputs).await?;
        }
    }
    Ok(())
}

async fn compare_all(tx: &mut Tx, by: &Caller, rows: Vec<RequestRow>) -> Result<Ends, Error> {
    let mut ends = Ends::default();
    for row in rows {
        let inputs = bound_inputs(tx, row.model_version_id).await?;
        ends.compare(tx, by, Kept::new(row)?, &inputs).await?;
    }
    Ok(ends)
}

/// The policy that decides now. Where none does any more, the request keeps the one that it has: the gate says no anyway.
async fn deciding(tx: &mut Tx, kept: &Kept, inputs: &BoundInputs) -> Result<PolicyRef, Error> {
    let policy = match inputs.tier {
        Some(tier) => policies::deciding(tx, &kept.row.environment, tier).await?,
        None => None,
    };
    Ok(policy.map_or_else(|| kept.approval.policy().clone(), |policy| policy.reference()))
}

/// The approvals that held before a change and do not after it.
#[derive(Default)]
struct Ends(Vec<EndedApproval>);

impl Ends {
    /// Tells a request how things are now.
    async fn compare(
        &mut self,
        tx: &mut Tx,
        by: &Caller,
        kept: Kept,
        inputs: &BoundInputs,
    ) -> Result<Kept, Error> {
        let now = bound_state(inputs, deciding(tx, &kept, inputs).await?);
        self.apply(tx, by, kept, Command::BoundChanged { now }).await
    }

    /// Applies a command that follows from a change elsewhere, and notes what it ends.
    async fn apply(&mut self, tx: &mut Tx, by: &Caller, kept: Kept, command: Command) -> Result<Kept, Error> {
        let policy = kept.policy(tx).await?;
        match kept.approval.apply(&policy, command, tx.now()) {
            Ok((after, happened)) => {
                if !holds(&after, tx.now()) {
                    self.note_if_it_holds(&kept, tx.now());
                }
                keep(tx, by, kept.row, after, &happened, Said::nothing()).await
            }
            // What its time has ended already cannot change any more; the background puts that on record.
            Err(Refusal::NothingChanged | Refusal::RequestExpired { .. } | Refusal::RequestClosed { .. }) => {
                Ok(kept)
            }
            Err(refusal) => Err(Error::internal(format!("approval_request {}: {refusal}", kept.row.id))),
        }
    }

    fn note_if_it_holds(&mut self, kept: &Kept, now: DateTime<Utc>) {
        if holds(&kept.approval, now) {
            let RequestRow { id, model, version, environment, .. } = kept.row.clone();
            self.0.push(EndedApproval { id, model, version, environment });
        }
    }

    /// Refuses what ends an approval without the caller's knowledge.
    fn known_to(self, by: &Caller) -> Result<(), Error> {
        if self.0.is_empty() || by.ends_approval { Ok(()) } else { Err(Error::EndsApproval(self.0)) }
    }
}

fn holds(approval: &Approval, now: DateTime<Utc>) -> bool {
    matches!(approval.state(), State::Approved(approved) if now < approved.until())
}
