//! Use cases around policies: what is in force, what was, and how it changes.
//!
//! [`deciding`] and [`by_reference`] are asked each time that somebody deploys: they cost one small row, because texts that
//! were read before are kept.

mod bound;
mod force;
mod machines;
mod people;
pub mod proposals;
mod shipped;
pub mod words;

pub use bound::in_force;
pub use machines::resolve_names;
pub use people::{Concerned, ShutOut, concerned};
pub use shipped::{bring_shipped_into_force, example};

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use assay_domain::access::Permission;
use assay_domain::approvals::{Policy, PolicyRef, PolicySet};
use assay_domain::document::Diagnostic;
use assay_domain::models::Tier;
use assay_domain::ownership::Controlled;

use super::store::{self, Decides, PlaceRow, VersionRow};
use crate::App;
use crate::db::Conn;
use crate::error::Error;
use crate::http::Caller;

/// Policies that were read before, by the digest of their content: they never grow old, and a few dozen is all there are.
static READ: LazyLock<RwLock<HashMap<String, Arc<Policy>>>> = LazyLock::new(RwLock::default);

/// A version of a policy with its text and when it was in force.
#[derive(Clone, Debug)]
pub struct Version {
    /// As it is stored.
    pub row: VersionRow,
    /// As it reads.
    pub policy: Arc<Policy>,
}

/// What is in force, and where it decides.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The versions in force, by policy.
    pub policies: Vec<Version>,
    /// Where each decides.
    pub places: Vec<PlaceRow>,
    /// The last versions of policies that are not in force any more.
    pub retired: Vec<Version>,
}

/// The policy that decides about deploying a model of this tier to this environment, if one does.
///
/// # Errors
/// Those of the database; [`Error::Internal`] when what is in force can no longer be read.
pub async fn deciding(conn: &mut Conn, environment: &str, tier: Tier) -> Result<Option<Arc<Policy>>, Error> {
    match store::deciding(conn, environment, tier.name()).await? {
        Some(decides) => load(conn, &decides).await.map(Some),
        None => Ok(None),
    }
}

/// Every policy in force that decides about models of this tier, in whatever environment.
///
/// # Errors
/// As [`deciding`].
pub async fn of_tier(conn: &mut Conn, tier: Tier) -> Result<Vec<Arc<Policy>>, Error> {
    let rows = store::in_force(conn).await?;
    let policies = rows.iter().map(parsed).collect::<Result<Vec<_>, _>>()?;
    Ok(policies.into_iter().filter(|policy| policy.applies.tiers.contains(&tier)).collect())
}

/// The policy that an approval names, in force or not any more.
///
/// # Errors
/// Those of the database; [`Error::Internal`] when it can no longer be read.
pub async fn by_reference(conn: &mut Conn, of: &PolicyRef) -> Result<Option<Arc<Policy>>, Error> {
    if let Some(policy) = read_before(&of.sha256) {
        return Ok(Some(policy).filter(|policy| policy.is(of)));
    }
    let row = store::version(conn, &of.id, &of.version.to_string()).await?;
    match row.filter(|row| row.sha256 == of.sha256) {
        Some(row) => parsed(&row).map(Some),
        None => Ok(None),
    }
}

/// What is in force, where it decides, and what went out.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see policies.
pub async fn list(app: &App, caller: &Caller) -> Result<InForce, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    let mut conn = app.db.read().await?;
    let policies = versions(store::in_force(&mut conn).await?)?;
    let places = store::places(&mut conn).await?;
    let retired = versions(store::retired(&mut conn).await?)?;
    Ok(InForce { policies, places, retired })
}

/// The policies in force, for use cases that authorise by themselves.
///
/// # Errors
/// Those of the database; [`Error::Internal`] when one can no longer be read.
pub async fn all_in_force(conn: &mut Conn) -> Result<Vec<Arc<Policy>>, Error> {
    store::in_force(conn).await?.iter().map(parsed).collect()
}

/// Every version of a policy, the newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn history(app: &App, caller: &Caller, policy: &str) -> Result<Vec<Version>, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    let rows = store::versions(&mut app.db.read().await?, policy).await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    versions(rows)
}

/// One version.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn version(app: &App, caller: &Caller, policy: &str, version: &str) -> Result<Version, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    let row = store::version(&mut app.db.read().await?, policy, version).await?.ok_or(Error::NotFound)?;
    Ok(Version { policy: parsed(&row)?, row })
}

/// What of ownership the policies in force control.
///
/// # Errors
/// As [`deciding`].
pub async fn controlled(conn: &mut Conn) -> Result<Controlled, Error> {
    let policies = versions(store::in_force(conn).await?)?;
    Ok(Controlled::by(policies.iter().map(|version| version.policy.as_ref())))
}

/// The policies in force as a set, without the one that is about to change.
async fn set_without(conn: &mut Conn, policy: &str) -> Result<Vec<Policy>, Error> {
    let rows = store::in_force(conn).await?;
    rows.iter().filter(|row| row.policy != policy).map(|row| Ok(parsed(row)?.as_ref().clone())).collect()
}

/// Whether a policy can stand beside the others in force.
///
/// # Errors
/// [`Error::Conflict`] under the name of the first broken rule, with a sentence on each.
async fn fits(conn: &mut Conn, policy: &Policy) -> Result<(), Error> {
    let mut together = set_without(conn, &policy.id).await?;
    together.push(policy.clone());
    let Err(refused) = PolicySet::new(together) else { return Ok(()) };
    let Some(first) = refused.first() else { return Ok(()) };
    let detail = refused.iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("; ");
    Err(Error::Conflict { code: first.rule.name(), detail })
}

fn versions(rows: Vec<VersionRow>) -> Result<Vec<Version>, Error> {
    rows.into_iter().map(|row| Ok(Version { policy: parsed(&row)?, row })).collect()
}

/// The policy that is named.
///
/// # Errors
/// As [`deciding`].
pub async fn load(conn: &mut Conn, decides: &Decides) -> Result<Arc<Policy>, Error> {
    if let Some(policy) = read_before(&decides.sha256) {
        return Ok(policy);
    }
    let row = store::version(conn, &decides.policy, &decides.version).await?;
    let gone = || {
        let Decides { policy, version, .. } = decides;
        Error::internal(format!("table policy_version, row {policy} {version}: is missing"))
    };
    parsed(&row.ok_or_else(gone)?)
}

fn read_before(sha256: &str) -> Option<Arc<Policy>> {
    READ.read().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
}

/// The policy that a stored version holds.
///
/// # Errors
/// [`Error::Internal`] when it can no longer be read.
pub fn read(row: &VersionRow) -> Result<Arc<Policy>, Error> {
    parsed(row)
}

/// The policy that a row holds, read once.
fn parsed(row: &VersionRow) -> Result<Arc<Policy>, Error> {
    if let Some(policy) = read_before(&row.sha256) {
        return Ok(policy);
    }
    let file = format!("policy {} {}", row.policy, row.version);
    let policy = Policy::parse(&row.source, &file).map_err(|mistakes| Error::internal(listed(&mistakes)))?;
    if policy.sha256() != row.sha256 {
        let Decides { policy, version, .. } = names(row);
        return Err(Error::internal(format!(
            "table policy_version, row {policy} {version}: the text has another digest than is stored"
        )));
    }
    let policy =
        if row.contributors_like_authors { policy.excluding_contributors_like_authors() } else { policy };
    let policy = policy.with_machines(&machines::resolved(row)?);
    let policy = Arc::new(policy);
    READ.write().unwrap_or_else(PoisonError::into_inner).insert(row.sha256.clone(), policy.clone());
    Ok(policy)
}

fn names(row: &VersionRow) -> Decides {
    Decides { policy: row.policy.clone(), version: row.version.clone(), sha256: row.sha256.clone() }
}

fn listed(mistakes: &[Diagnostic]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
