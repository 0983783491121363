//! Where other rooms tell that something an approval is bound to has changed. It happens inside the write that changed it,
//! so nobody can decide about the state before, and no approval outlives it unnoticed.

use super::{Kept, Said, bound_state, keep};
use crate::approvals::requests::store;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use crate::models::service::bound::{BoundInputs, bound_inputs};
use crate::policies::service as policies;
use assay_domain::approvals::{Command, PolicyRef, Refusal};
use uuid::Uuid;

/// A version is another one now: its artefact, data, evidence or tier.
///
/// # Errors
/// Those of the database.
pub async fn bound_changed(tx: &mut Tx, by: &Caller, model_version: Uuid) -> Result<(), Error> {
    let running = store::running_of_version(tx, model_version).await?;
    if running.is_empty() {
        return Ok(());
    }
    let inputs = bound_inputs(tx, model_version).await?;
    for row in running {
        compare(tx, by, Kept::new(row)?, &inputs).await?;
    }
    Ok(())
}

/// Other policies are in force now: each request that another one decides about is decided under that.
///
/// # Errors
/// Those of the database.
pub async fn policies_changed(tx: &mut Tx, by: &Caller) -> Result<(), Error> {
    for row in store::running(tx).await? {
        let kept = Kept::new(row)?;
        let inputs = bound_inputs(tx, kept.row.model_version_id).await?;
        if deciding(tx, &kept, &inputs).await? != *kept.approval.policy() {
            compare(tx, by, kept, &inputs).await?;
        }
    }
    Ok(())
}

/// The policy that decides now. Where none does any more, the request keeps the one that it has: the gate says no anyway.
async fn deciding(tx: &mut Tx, kept: &Kept, inputs: &BoundInputs) -> Result<PolicyRef, Error> {
    let policy = match inputs.tier {
        Some(tier) => policies::deciding(tx, &kept.row.environment, tier).await?,
        None => None,
    };
    Ok(policy.map_or_else(|| kept.approval.policy().clone(), |policy| policy.reference()))
}

/// Tells a request how things are now.
async fn compare(tx: &mut Tx, by: &Caller, kept: Kept, inputs: &BoundInputs) -> Result<(), Error> {
    let now = bound_state(inputs, deciding(tx, &kept, inputs).await?);
    let policy = kept.policy(tx).await?;
    match kept.approval.apply(&policy, Command::BoundChanged { now }, tx.now()) {
        Ok((after, happened)) => keep(tx, by, kept.row, after, &happened, Said::nothing()).await.map(drop),
        // What its time has ended already cannot change any more; the background puts that on record.
        Err(Refusal::NothingChanged | Refusal::RequestExpired { .. } | Refusal::RequestClosed { .. }) => {
            Ok(())
        }
        Err(refusal) => Err(Error::internal(format!("approval_request {}: {refusal}", kept.row.id))),
    }
}
