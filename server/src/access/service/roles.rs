//! Who holds which role, and who may give it.

use std::collections::BTreeSet;

use assay_domain::{
    access::{Permission, Role, RoleHeld},
    audit::catalogue::{RoleGranted, RoleRevoked},
};
use futures::FutureExt;
use uuid::Uuid;

use super::person_subject;
use crate::{access::store, app::App, db::Tx, error::Error, http::Caller};

/// Whether a role fits where it is to be held.
pub(super) fn check_shape(held: RoleHeld) -> Result<(), Error> {
    if held.role.organisation_only() && held.team.is_some() {
        let message =
            format!("{} is a role for the whole organisation; leave the team out.", held.role.label());
        return Err(Error::invalid("/role", message));
    }
    Ok(())
}

/// Whether the caller may give or take this role: any role for administrators, some in the own team for leads.
pub(crate) fn may_grant(caller: &Caller, held: RoleHeld) -> Result<(), Error> {
    if caller.may(Permission::GrantAnyRole, None) {
        return Ok(());
    }
    caller.see(Permission::ReadTeams, held.team)?;
    if !caller.may(Permission::GrantTeamRole, held.team) {
        return Err(Error::Forbidden(Permission::GrantTeamRole));
    }
    if held.role.granted_by_lead() { Ok(()) } else { Err(Error::Forbidden(Permission::GrantAnyRole)) }
}

/// Gives a person a role.
///
/// # Errors
/// [`Error::Invalid`] where the role makes no sense, [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn grant(app: &App, caller: &Caller, person: Uuid, held: RoleHeld) -> Result<(), Error> {
    check_shape(held)?;
    change(app, caller, person, held, true).await
}

/// Takes a role away from a person.
///
/// # Errors
/// [`Error::Conflict`] for the last administrator; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn revoke(app: &App, caller: &Caller, person: Uuid, held: RoleHeld) -> Result<(), Error> {
    change(app, caller, person, held, false).await
}

async fn change(
    app: &App,
    caller: &Caller,
    person: Uuid,
    held: RoleHeld,
    give_it: bool,
) -> Result<(), Error> {
    if held.team.is_none() {
        caller.allow(Permission::ReadPeople, Permission::GrantAnyRole, None)?;
    }
    may_grant(caller, held)?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            store::person(tx, person).await?.ok_or(Error::NotFound)?;
            if give_it {
                give(tx, &caller, person, held).await
            } else {
                take(tx, &caller, person, held).await
            }
        }
        .boxed()
    });
    write.await.map(drop)
}

/// Makes the person's roles in a team exactly these: what putting, or removing, a member means.
///
/// # Errors
/// As [`grant`] and [`revoke`], for each role that changes.
pub async fn set_in_team(
    app: &App,
    caller: &Caller,
    person: Uuid,
    team: Uuid,
    wanted: BTreeSet<Role>,
) -> Result<(), Error> {
    wanted.iter().try_for_each(|role| check_shape(RoleHeld { role: *role, team: Some(team) }))?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let (caller, wanted) = (caller.clone(), wanted.clone());
        async move {
            let held = store::roles(tx, person).await?.into_iter().filter(|held| held.team == Some(team));
            let held: BTreeSet<Role> = held.map(|held| held.role).collect();
            for role in held.symmetric_difference(&wanted) {
                let change = RoleHeld { role: *role, team: Some(team) };
                may_grant(&caller, change)?;
                if wanted.contains(role) {
                    give(tx, &caller, person, change).await?;
                } else {
                    take(tx, &caller, person, change).await?;
                }
            }
            Ok(())
        }
        .boxed()
    });
    write.await.map(drop)
}

/// Stores a role and records it, inside a write; nothing happens when it is held already.
pub(super) async fn give(tx: &mut Tx, caller: &Caller, person: Uuid, held: RoleHeld) -> Result<(), Error> {
    let now = tx.now();
    if store::grant(tx, person, held, now).await? == 0 {
        return Ok(());
    }
    let facts = RoleGranted { role: held.role.to_string() };
    let event = caller.event(facts, person_subject(person));
    tx.record(match held.team {
        Some(team) => event.in_team(team),
        None => event,
    })
    .await
    .map(drop)
}

async fn take(tx: &mut Tx, caller: &Caller, person: Uuid, held: RoleHeld) -> Result<(), Error> {
    let now = tx.now();
    if store::revoke(tx, person, held, now).await? == 0 {
        return Ok(());
    }
    if held.role == Role::Admin {
        keep_an_administrator(tx).await?;
    }
    let facts = RoleRevoked { role: held.role.to_string() };
    let event = caller.event(facts, person_subject(person));
    tx.record(match held.team {
        Some(team) => event.in_team(team),
        None => event,
    })
    .await
    .map(drop)
}

/// Refuses, at the end of a change, to leave an organisation that nobody can administrate.
pub(super) async fn keep_an_administrator(tx: &mut Tx) -> Result<(), Error> {
    if store::administrators(tx).await? > 0 {
        return Ok(());
    }
    let detail =
        "Nobody would be left who can administrate. Make somebody else an administrator first.".to_owned();
    Err(Error::Conflict { code: "last-administrator", detail })
}
