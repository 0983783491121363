//! What somebody holds when they act in an approval.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::access::{Role, RoleHeld};
use assay_domain::approvals::{Acting, RoleWaits, Who};
use assay_domain::ownership::Confirmation;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::access::service::who;
use crate::access::store as access;
use crate::db::Conn;
use crate::error::Error;
use crate::ownership::store;

/// Who somebody is, and the job roles held in the team on a day that count: those that are confirmed. Who is a compliance
/// officer here is one by job as well.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no account.
pub async fn acting(conn: &mut Conn, person: Uuid, team: Uuid, on: NaiveDate) -> Result<Acting, Error> {
    let who = who(conn, person).await?;
    let held = store::roles_on(conn, person, team, on).await?;
    let counts = |held: &Confirmation| if held.covers(on) { Ok(()) } else { Err(RoleWaits::Confirmation) };
    let held = held.into_iter().map(|(role, held)| (role, counts(&held))).collect();
    with_office(conn, person, who, held).await
}

/// As [`acting`], for declaring an emergency: only job roles that were given by somebody else, and confirmed for a day.
///
/// # Errors
/// As [`acting`].
pub async fn acting_in_emergency(
    conn: &mut Conn,
    person: Uuid,
    team: Uuid,
    now: DateTime<Utc>,
) -> Result<Acting, Error> {
    let me = who(conn, person).await?;
    let mut held = Vec::new();
    for (role, confirmation) in store::roles_on(conn, person, team, now.date_naive()).await? {
        let by_holder = match confirmation.given_by {
            Some(giver) => is_person(conn, giver, &me).await?,
            None => false,
        };
        held.push((role, confirmation.in_emergency(now, by_holder)));
    }
    with_office(conn, person, me, held).await
}

/// Whether an account is this person's.
async fn is_person(conn: &mut Conn, account: Uuid, person: &Who) -> Result<bool, Error> {
    match access::person(conn, account).await? {
        Some(_) => Ok(who(conn, account).await?.is(person)),
        None => Ok(false),
    }
}

async fn with_office(
    conn: &mut Conn,
    person: Uuid,
    who: Who,
    held: Vec<(String, Result<(), RoleWaits>)>,
) -> Result<Acting, Error> {
    let (mut roles, mut waiting) = (BTreeSet::new(), BTreeMap::new());
    for (role, counts) in held {
        match counts {
            Ok(()) => drop(roles.insert(role)),
            // Of several the soonest is told.
            Err(waits) => {
                let known = waiting.entry(role).or_insert(waits);
                *known = waits.min(*known);
            }
        }
    }
    let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
    if access::roles(conn, person).await?.contains(&officer) {
        roles.insert(officer.role.name().to_owned());
    }
    waiting.retain(|role, _| !roles.contains(role));
    Ok(Acting { who, roles, waiting })
}
