//! Coming into force, inside the write that confirms it: what has to hold of a text beyond itself, and what changes.

use assay_domain::access::Permission;
use assay_domain::approvals::{Policy, PolicyChange, Proposal, ProposalRefused, comes_after};

use super::super::store::{self, Decides, ProposalRow, VersionRow};
use super::people::satisfiable;
use super::proposals::{parsed_version, refuse};
use super::{fits, names};
use crate::db::Tx;
use crate::error::Error;

/// What a confirmed proposal wanted.
pub(super) async fn come_to_be(tx: &mut Tx, proposal: &Proposal, row: &ProposalRow) -> Result<(), Error> {
    match proposal.change {
        PolicyChange::IntoForce => {
            let policy = Policy::parse(&row.source, &format!("proposal {}", row.id))
                .map_err(|mistakes| Error::internal(super::listed(&mistakes)))?;
            may_come_into_force(tx, &policy).await?;
            let version = VersionRow {
                policy: row.policy.clone(),
                version: row.version.clone(),
                sha256: row.sha256.clone(),
                title: row.title.clone(),
                source: row.source.clone(),
                since_at: tx.now(),
                until_at: None,
            };
            bring_into_force(tx, &policy, version).await
        }
        PolicyChange::OutOfForce => {
            let now = tx.now();
            match store::end_version(tx, &row.policy, now).await? {
                0 => {
                    Err(refuse(Permission::ConfirmPolicies, &ProposalRefused::NotInForce(row.policy.clone())))
                }
                _ => Ok(()),
            }
        }
    }
}

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
    comes_after(policy.version, before).map_err(|refused| refuse(Permission::ProposePolicies, &refused))?;
    fits(tx, policy).await?;
    let today = tx.now().date_naive();
    satisfiable(tx, policy, today).await
}
