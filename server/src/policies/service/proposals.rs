//! Changes of the policies: one person proposes, another confirms (`crate::proposals`).
//!
//! A text is read and checked by itself, then with what is in force and with the people there are; both once more when it
//! is confirmed, because time has passed.

use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::approvals::{Policy, PolicyChangeRefused};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::PolicyConfirmed;
use assay_domain::proposals::{Kind, Need, ProposalRefused, ProposalState};
use assay_domain::questionnaires::Version;
use futures::FutureExt;
use serde::{Deserialize, Serialize};

use super::super::store::{self, VersionRow};
use super::force::{bring_into_force, may_come_into_force};
use super::{in_force, listed, words};
use crate::App;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::proposals::store::{self as kept, Filter};
use crate::proposals::{self, NewProposal, ProposalRow};

/// The most proposals about policies that are looked at.
const MOST: i64 = 1000;

/// A policy that somebody wants to be in force.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The TOML text.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// What a proposal about a policy carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// The policy.
    pub policy: String,
    /// The version that would come into force, or go out.
    pub version: String,
    /// Digest of the content.
    pub sha256: String,
    /// What people call it.
    pub title: String,
    /// The TOML text.
    pub source: String,
    /// The version that was in force when it was proposed.
    pub replaces: Option<String>,
}

/// The proposals about policies, the newest first.
///
/// # Errors
/// [`Error::Hidden`].
pub async fn about(
    app: &App,
    caller: &Caller,
    policy: Option<&str>,
    state: Option<ProposalState>,
) -> Result<Vec<ProposalRow>, Error> {
    caller.see(Permission::ReadPolicies, None)?;
    let mut conn = app.db.read().await?;
    let mut all = Vec::new();
    for kind in [Kind::PolicyIntoForce, Kind::PolicyOutOfForce] {
        let subject = policy.map(|policy| ("policy".to_owned(), policy.to_owned()));
        let filter = Filter { state, kind: Some(kind), subject, before: None };
        all.extend(kept::list(&mut conn, filter, MOST).await?);
    }
    all.sort_by_key(|row| std::cmp::Reverse(row.id));
    Ok(all)
}

/// Proposes to bring a text into force. `place` is where mistakes in it are shown: a JSON pointer.
///
/// # Errors
/// [`Error::Invalid`] with every mistake in the text; [`Error::Conflict`] when it contradicts what is in force or what was,
/// or when nobody could ever satisfy it; [`Error::Refused`] for machines; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn propose(
    app: &App,
    caller: &Caller,
    proposed: Proposed,
    place: &str,
) -> Result<ProposalRow, Error> {
    by_person(caller)?;
    let policy = words::read(app, &proposed.source, place).await?;
    let given = Arc::new((caller.clone(), policy, proposed));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, policy, proposed) = &*given;
            nothing_waits(tx, &policy.id).await?;
            may_come_into_force(tx, policy).await?;
            let present = store::versions(tx, &policy.id).await?.into_iter().find(is_in_force);
            let change = Change {
                policy: policy.id.clone(),
                version: policy.version.to_string(),
                sha256: policy.sha256().to_owned(),
                title: policy.title.clone(),
                source: proposed.source.clone(),
                replaces: present.map(|row| row.version),
            };
            proposals::propose(tx, caller, into_force(change, &proposed.reason)?).await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Proposes to take a policy out of force.
///
/// # Errors
/// [`Error::NotFound`] for one that never was; [`Error::Conflict`] for one that is not in force or that another proposal is
/// about; [`Error::Refused`] for machines; [`Error::Invalid`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn propose_end(
    app: &App,
    caller: &Caller,
    policy: &str,
    reason: &str,
) -> Result<ProposalRow, Error> {
    by_person(caller)?;
    let given = Arc::new((caller.clone(), policy.to_owned(), reason.to_owned()));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, policy, reason) = &*given;
            let versions = store::versions(tx, policy).await?;
            if versions.is_empty() {
                return Err(Error::NotFound);
            }
            let present = versions.into_iter().find(is_in_force);
            let present =
                present.ok_or_else(|| contradicts(&PolicyChangeRefused::NotInForce(policy.clone())))?;
            nothing_waits(tx, policy).await?;
            let VersionRow { policy, version, sha256, title, source, .. } = present;
            let replaces = Some(version.clone());
            let change = Change { policy, version, sha256, title, source, replaces };
            proposals::propose(tx, caller, out_of_force(change, reason)?).await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Brings a confirmed change about, inside the write that confirms it.
///
/// # Errors
/// [`Error::Conflict`] when it does not fit any more.
pub(crate) async fn confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let change: Change = row.payload()?;
    let (into, now) = (row.kind()? == Kind::PolicyIntoForce, tx.now());
    if into {
        let policy = Policy::parse(&change.source, &format!("proposal {}", row.id))
            .map_err(|mistakes| Error::internal(listed(&mistakes)))?;
        may_come_into_force(tx, &policy).await?;
        let version = VersionRow {
            policy: change.policy.clone(),
            version: change.version.clone(),
            sha256: change.sha256.clone(),
            title: change.title.clone(),
            source: change.source.clone(),
            since_at: now,
            until_at: None,
            contributors_like_authors: false,
            machines: None,
        };
        bring_into_force(tx, &policy, version).await?;
    } else if store::end_version(tx, &change.policy, now).await? == 0 {
        return Err(contradicts(&PolicyChangeRefused::NotInForce(change.policy)));
    }
    let facts = PolicyConfirmed {
        proposal: row.id,
        policy: change.policy.clone(),
        version: change.version.clone(),
        policy_sha256: change.sha256,
        change: if into { "into-force" } else { "out-of-force" }.to_owned(),
    };
    let subject = Subject::new("policy", &change.policy).at_version(&change.version);
    tx.record(by.event(facts, subject)).await?;
    in_force(tx, by, &change.policy).await
}

fn is_in_force(row: &VersionRow) -> bool {
    row.until_at.is_none()
}

fn into_force(change: Change, reason: &str) -> Result<NewProposal, Error> {
    let new = NewProposal {
        kind: Kind::PolicyIntoForce,
        title: format!("Bring {} {} into force", change.title, change.version),
        from: change.replaces.clone().unwrap_or_default(),
        to: change.version.clone(),
        consequence:
            "It is in force at once. Whatever was asked for or approved under the version before has to be \
                      asked for again."
                .to_owned(),
        ..blank(&change, reason)?
    };
    Ok(new)
}

fn out_of_force(change: Change, reason: &str) -> Result<NewProposal, Error> {
    let new = NewProposal {
        kind: Kind::PolicyOutOfForce,
        title: format!("Take {} {} out of force", change.title, change.version),
        from: change.version.clone(),
        to: String::new(),
        consequence:
            "It goes out of force at once. Where it decides now, no policy would, and the gate would let \
                      nothing through. Whatever was asked for or approved under it has to be asked for again."
                .to_owned(),
        ..blank(&change, reason)?
    };
    Ok(new)
}

/// What all proposals about policies have in common.
fn blank(change: &Change, reason: &str) -> Result<NewProposal, Error> {
    Ok(NewProposal {
        kind: Kind::PolicyIntoForce,
        subject: Subject::new("policy", &change.policy),
        key: String::new(),
        team: None,
        title: String::new(),
        href: change.replaces.is_some().then(|| format!("/admin/policies/{}", change.policy)),
        from: String::new(),
        to: String::new(),
        consequence: String::new(),
        reason: reason.to_owned(),
        content_sha256: Some(change.sha256.clone()),
        payload: serde_json::to_value(change).map_err(Error::internal)?,
        needs: vec![Need::officer_or_administrator()],
        involved: Vec::new(),
    })
}

/// Two proposals about one policy would overtake each other, whatever each of them wants.
async fn nothing_waits(conn: &mut Conn, policy: &str) -> Result<(), Error> {
    let subject = Subject::new("policy", policy);
    for kind in [Kind::PolicyIntoForce, Kind::PolicyOutOfForce] {
        if !proposals::service::waiting(conn, kind, &subject).await?.is_empty() {
            return Err(proposals::service::refuse(&ProposalRefused::AlreadyWaiting));
        }
    }
    Ok(())
}

pub(super) fn parsed_version(policy: &str, version: &str) -> Result<Version, Error> {
    version.parse().map_err(|error| Error::internal(format!("the policy {policy} in the database: {error}")))
}

/// Behind a machine nobody knows how many eyes there are, so people propose.
fn by_person(caller: &Caller) -> Result<(), Error> {
    caller.allow(Permission::ReadPolicies, Permission::ProposePolicies, None)?;
    let refused = || proposals::service::refuse(&ProposalRefused::ByMachine);
    caller.person().map(drop).ok_or_else(refused)
}

pub(super) fn contradicts(refused: &PolicyChangeRefused) -> Error {
    let mut detail = refused.to_string();
    if let Some(first) = detail.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Error::Conflict { code: refused.rule(), detail: detail + "." }
}
