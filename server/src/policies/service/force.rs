//! Coming into force, inside the write that confirms it: what has to hold of a text beyond itself, and what changes.

use assay_domain::approvals::{Policy, comes_after};

use super::super::store::{self, Decides, VersionRow};
use super::people::satisfiable;
use super::proposals::{contradicts, parsed_version};
use super::{fits, names};
use crate::db::Tx;
use crate::error::Error;

/// Has a version decide where it says, in place of the one before, inside a write.
pub(super) async fn bring_into_force(tx: &mut Tx, policy: &Policy, row: VersionRow) -> Result<(), Error> {
    store::end_version(tx, &row.policy, row.since_at).await?;
    let decides: Decides = names(&row);
    store::insert_version(tx, row).await?;
    for tier in &policy.applies.tiers {
        for environment in &policy.applies.environments {
            store::insert_place(tx, tier.name(), environment, &decides).await?;
        }
    }
    Ok(())
}

/// What has to hold of a text beyond itself: the versions before it, the other policies, the people.
pub(super) async fn may_come_into_force(tx: &mut Tx, policy: &Policy) -> Result<(), Error> {
    let before = store::versions(tx, &policy.id).await?;
    let before = before.iter().map(|row| parsed_version(&row.policy, &row.version));
    let before = before.collect::<Result<Vec<_>, Error>>()?;
    comes_after(policy.version, before).map_err(|refused| contradicts(&refused))?;
    fits(tx, policy).await?;
    let today = tx.now().date_naive();
    satisfiable(tx, policy, today).await
}
