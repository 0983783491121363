//! Machines that texts in force name by a name, from before they were named by ids.
//!
//! Names are not unique, so a new text gives ids. What an older one names is resolved once, when the server starts, and is
//! on record: a name that exactly one trust rule or token has means that one from then on, whatever is called so later. A
//! name that none or several have means nothing until a text comes into force that gives the id.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use assay_domain::approvals::{Machine, Policy};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::PolicyMachineNamed;
use futures::FutureExt;
use uuid::Uuid;

use super::super::store::{self, VersionRow};
use super::{READ, listed};
use crate::App;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;

/// Resolves what texts in force name, where that was not done yet.
///
/// # Errors
/// Those of the database; [`Error::Internal`] for a text that cannot be read.
pub async fn resolve_names(app: &App, caller: &Caller) -> Result<(), Error> {
    let mut left = store::in_force(&mut app.db.read().await?).await?;
    left.retain(|row| row.machines.is_none());
    let named = left.iter().map(|row| Ok((row.clone(), by_name(row)?))).collect::<Result<Vec<_>, Error>>()?;
    let named: Vec<_> = named.into_iter().filter(|(_, named)| !named.is_empty()).collect();
    if named.is_empty() {
        return Ok(());
    }
    let given = Arc::new((caller.clone(), named));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            for (row, named) in &given.1 {
                resolve(tx, &given.0, row, named).await?;
            }
            Ok(())
        }
        .boxed()
    });
    write.await?;
    READ.write().unwrap_or_else(PoisonError::into_inner).clear();
    Ok(())
}

fn by_name(row: &VersionRow) -> Result<Vec<Machine>, Error> {
    let policy =
        Policy::parse(&row.source, &row.policy).map_err(|mistakes| Error::internal(listed(&mistakes)))?;
    Ok(policy.machines_by_name())
}

async fn resolve(tx: &mut Tx, caller: &Caller, row: &VersionRow, named: &[Machine]) -> Result<(), Error> {
    let there = store::machines(tx).await?;
    let mut resolved: Vec<(Machine, Uuid)> = Vec::new();
    let mut facts = Vec::new();
    for machine in named {
        let (Machine::TrustRule(name) | Machine::Token(name)) = machine;
        let fits = there.iter().filter(|one| one.machine(one.name.clone()) == *machine);
        let fits: Vec<Uuid> = fits.map(|one| one.id).collect();
        let means = if let [one] = fits.as_slice() { Some(*one) } else { None };
        resolved.extend(means.map(|id| (machine.clone(), id)));
        facts.push(PolicyMachineNamed {
            policy: row.policy.clone(),
            version: row.version.clone(),
            named: name.clone(),
            fits: u64::try_from(fits.len()).unwrap_or(u64::MAX),
            machine: means,
        });
    }
    let json = serde_json::to_string(&resolved).map_err(Error::internal)?;
    if store::resolve_machines(tx, &row.policy, &row.version, json).await? == 0 {
        return Ok(());
    }
    let subject = Subject::new("policy", &row.policy).at_version(&row.version);
    for facts in facts {
        tx.record(caller.event(facts, subject.clone())).await?;
    }
    Ok(())
}

/// What the names in a text were resolved to.
pub(super) fn resolved(row: &VersionRow) -> Result<BTreeMap<Machine, Uuid>, Error> {
    let Some(text) = &row.machines else { return Ok(BTreeMap::new()) };
    let read: Vec<(Machine, Uuid)> = serde_json::from_str(text).map_err(|error| {
        Error::internal(format!("policy_version.machines of {} {}: {error}", row.policy, row.version))
    })?;
    Ok(read.into_iter().collect())
}
