//! What becomes of decisions when somebody who made them is named as an author, or is none after all; and of what is open
//! when an identity is taken from a person.

use super::candidates::known_of;
use super::decide::with_people;
use super::{Kept, Said, end_others, keep};
use crate::approvals::requests::store::{self, RequestRow};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use assay_domain::approvals::{AuthorClaim, Command, Exclusion, Refusal, Turn, Who};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whether somebody has decided in an open request or a valid approval of a version, where it would not count if they had
/// this part in it.
///
/// # Errors
/// Those of the database.
pub async fn has_decided_as(tx: &mut Tx, version: Uuid, who: &Who, part: Exclusion) -> Result<bool, Error> {
    let claim = AuthorClaim { id: Uuid::nil(), who: who.clone(), part, turn: Turn::Confirmed };
    for row in store::running_of_version(tx, version).await? {
        let kept = Kept::new(row)?;
        let policy = kept.policy(tx).await?;
        if kept.approval.apply(&policy, Command::AuthorClaim(claim.clone()), tx.now()).is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody has decided about a version in anything that is open or holds.
///
/// # Errors
/// Those of the database.
pub async fn has_decided(conn: &mut Conn, version: Uuid, who: &Who) -> Result<bool, Error> {
    for row in store::running_of_version(conn, version).await? {
        let kept = Kept::new(row)?;
        let mut deciders =
            super::approvals(kept.approval.state()).iter().flat_map(|one| one.decider.involved());
        if deciders.any(|decider| decider.is(who)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is said of decisions of a person in what is open or holds.
///
/// # Errors
/// Those of the database.
pub async fn claims_about(
    conn: &mut Conn,
    version: Uuid,
    who: &Who,
    part: Exclusion,
) -> Result<BTreeSet<Uuid>, Error> {
    let mut found = BTreeSet::new();
    for row in store::running_of_version(conn, version).await? {
        let kept = Kept::new(row)?;
        let made = super::approvals(kept.approval.state()).iter();
        let theirs = made.filter(|one| one.decider.involved().any(|decider| decider.is(who)));
        found.extend(
            theirs.flat_map(|one| &one.claims).filter(|claim| claim.part == part).map(|claim| claim.id),
        );
    }
    Ok(found)
}

/// The accounts that decided about a version in anything that is open or holds.
///
/// # Errors
/// Those of the database.
pub async fn deciders(conn: &mut Conn, version: Uuid) -> Result<Vec<Uuid>, Error> {
    let mut found = Vec::new();
    for row in store::running_of_version(conn, version).await? {
        let kept = Kept::new(row)?;
        let made = super::approvals(kept.approval.state());
        found.extend(made.iter().flat_map(|one| one.decider.involved()).filter_map(|who| who.account));
    }
    Ok(found)
}

/// Puts a turn of a claim into everything about the version that is open or holds.
///
/// # Errors
/// Those of the database.
pub async fn claim(tx: &mut Tx, by: &Caller, version: Uuid, claim: AuthorClaim) -> Result<(), Error> {
    let who = known_of(tx, claim.who.clone()).await?;
    let claim = AuthorClaim { who, ..claim };
    for row in store::running_of_version(tx, version).await? {
        let kept = Kept::new(row)?;
        let policy = kept.policy(tx).await?;
        match kept.approval.apply(&policy, Command::AuthorClaim(claim.clone()), tx.now()) {
            Ok((after, happened)) => {
                let kept = keep(tx, by, kept.row, after, &happened, Said::nothing()).await?;
                end_others(tx, by, &kept).await?;
            }
            // Nothing in it is about them, or its time is over.
            Err(Refusal::NothingChanged | Refusal::RequestExpired { .. } | Refusal::RequestClosed { .. }) => {
            }
            Err(refusal) => {
                return Err(Error::internal(format!("approval_request {}: {refusal}", kept.row.id)));
            }
        }
    }
    Ok(())
}

/// Keeps in everything that is open or holds what was known of a person, before an identity is taken from them: whom it
/// kept out stays out.
///
/// # Errors
/// Those of the database.
pub async fn keep_identity(tx: &mut Tx, known: &Who) -> Result<(), Error> {
    for row in store::running(tx).await? {
        let kept = with_people(tx, Kept::new(row)?).await?;
        let after = kept.approval.clone().known_as(known);
        if after == kept.approval {
            continue;
        }
        let state = serde_json::to_string(&after).map_err(Error::internal)?;
        let row = RequestRow { revision: kept.row.revision + 1, state, ..kept.row };
        store::update_request(tx, &row).await?;
    }
    Ok(())
}
