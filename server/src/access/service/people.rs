//! People: added on the command line or by invitation, deactivated and let in again, and their passwords.

use std::sync::Arc;

use assay_domain::{
    access::{Permission, RoleHeld},
    audit::catalogue::{PasswordChanged, UserCreated, UserDeactivated, UserReactivated},
};
use futures::FutureExt;
use uuid::Uuid;

use super::{
    all_of, checked_email, checked_name, invitations, may_manage_people, person_subject, roles, sessions,
};
use crate::{
    access::{
        password, secret,
        store::{self, PersonRow},
    },
    app::App,
    db::{Conn, Tx},
    error::Error,
    http::{Caller, Listing, Window},
};

/// Somebody new.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Mail address, as typed.
    pub email: String,
    /// Full name.
    pub name: String,
    /// The first role.
    pub role: RoleHeld,
    /// A password, or `None` to invite.
    pub password: Option<String>,
}

/// A person with what they hold.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person.
    pub row: PersonRow,
    /// The roles held.
    pub roles: Vec<RoleHeld>,
}

/// Somebody who was just added.
#[derive(Clone, Debug)]
pub struct Added {
    /// The person's id.
    pub id: Uuid,
    /// The path of the one-time invitation, where there is no password yet; shown once.
    pub invitation: Option<String>,
}

/// Adds a person with a first role: with a password, or with an invitation to choose one.
///
/// # Errors
/// [`Error::Invalid`] for a wrong field or an address that is taken; [`Error::Forbidden`] or [`Error::Hidden`].
pub async fn add(app: &App, caller: &Caller, new: NewPerson) -> Result<Added, Error> {
    may_manage_people(caller)?;
    let (email, name) = all_of(checked_email(&new.email), checked_name("/name", &new.name))?;
    roles::check_shape(new.role)?;
    let hash = match &new.password {
        None => None,
        Some(password) => Some(hash_checked(app, password, &name, &email).await?),
    };
    let invitation = hash.is_none().then(|| secret::mint(&*app.rng));
    let digest = invitation.as_deref().map(secret::digest);
    let given = Arc::new((caller.clone(), email, name, new.role, hash, digest));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, email, name, role, hash, digest) = &*given;
            if store::person_by_email(tx, email).await?.is_some() {
                return Err(Error::invalid("/email", "Somebody with this address is here already."));
            }
            let via = if digest.is_some() { "invitation" } else { "command-line" };
            let id = insert(tx, caller, email, name, hash.clone(), via).await?;
            roles::give(tx, caller, id, *role).await?;
            if let Some(digest) = digest {
                invitations::store_link(tx, id, digest.clone()).await?;
            }
            Ok(id)
        }
        .boxed()
    });
    let id = write.await?.value;
    Ok(Added { id, invitation: invitation.map(|secret| invitations::path(&secret)) })
}

/// Stores a person and records it, inside a write.
pub(super) async fn insert(
    tx: &mut Tx,
    caller: &Caller,
    email: &str,
    name: &str,
    password_hash: Option<String>,
    via: &str,
) -> Result<Uuid, Error> {
    let (id, created_at) = (tx.new_id(), tx.now());
    let row = PersonRow {
        id,
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash,
        active: true,
        created_at,
    };
    store::insert_person(tx, row).await?;
    let event = caller.event(UserCreated { via: via.to_owned() }, person_subject(id));
    tx.record(event.commit("name", name).commit("email", email)).await?;
    Ok(id)
}

/// Checks a new password and hashes it.
pub(super) async fn hash_checked(
    app: &App,
    password: &str,
    name: &str,
    email: &str,
) -> Result<String, Error> {
    password::check(password, name, email).map_err(|reason| Error::invalid("/password", reason))?;
    password::hash(app, password.to_owned()).await
}

/// Everybody, by address.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see people.
pub async fn list(app: &App, caller: &Caller, window: &Window) -> Result<Listing<Person>, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let mut conn = app.db.read().await?;
    let rows = store::people(&mut conn, window.after.as_deref().unwrap_or_default(), window.fetch()).await?;
    let page = Listing::cut(rows, window, |row| row.email.clone());
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        let roles = store::roles(&mut conn, row.id).await?;
        items.push(Person { row, roles });
    }
    Ok(Listing { items, next: page.next })
}

/// One person with what they hold.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see people, [`Error::NotFound`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<Person, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let mut conn = app.db.read().await?;
    let row = store::person(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let roles = store::roles(&mut conn, id).await?;
    Ok(Person { row, roles })
}

/// The caller's own account.
///
/// # Errors
/// [`Error::NotFound`] for machines.
pub async fn own(app: &App, caller: &Caller) -> Result<Person, Error> {
    let id = caller.person().ok_or(Error::NotFound)?;
    let mut conn = app.db.read().await?;
    let row = store::person(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let roles = store::roles(&mut conn, id).await?;
    Ok(Person { row, roles })
}

/// The person whom somebody means by an id or a mail address.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(conn: &mut Conn, who: &str) -> Result<PersonRow, Error> {
    let found = match who.parse::<Uuid>() {
        Ok(id) => store::person(conn, id).await?,
        Err(_) => store::person_by_email(conn, &who.trim().to_lowercase()).await?,
    };
    found.ok_or(Error::NotFound)
}

/// Whether the caller may keep people from signing in.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Hidden`].
pub(crate) fn may_deactivate(caller: &Caller) -> Result<(), Error> {
    may_manage_people(caller)
}

/// Lets a deactivated person sign in again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn reactivate(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    may_manage_people(caller)?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            store::person(tx, id).await?.ok_or(Error::NotFound)?;
            let now = tx.now();
            if store::set_active(tx, id, true, now).await? == 0 {
                return Ok(());
            }
            tx.record(caller.event(UserReactivated {}, person_subject(id))).await.map(drop)
        }
        .boxed()
    });
    write.await.map(drop)
}

/// Lets a person not sign in any more, inside a write: all sessions end at once, and tokens stop working. What the
/// person holds is for `ownership` to hand over, in the same write.
///
/// # Errors
/// [`Error::Conflict`] for the last administrator.
pub(crate) async fn deactivate(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<(), Error> {
    let now = tx.now();
    if store::set_active(tx, id, false, now).await? == 0 {
        return Ok(());
    }
    roles::keep_an_administrator(tx).await?;
    tx.record(caller.event(UserDeactivated {}, person_subject(id))).await?;
    store::delete_links(tx, invitations::KIND, Some(id)).await?;
    sessions::end_all(tx, caller, id, None, "deactivated").await
}

/// Changes the caller's own password; all other sessions end.
///
/// # Errors
/// [`Error::Invalid`] when the present password is wrong or the new one is not accepted; [`Error::TooMany`] after
/// several wrong ones; [`Error::NotFound`] for machines.
pub async fn change_password(app: &App, caller: &Caller, present: String, new: String) -> Result<(), Error> {
    let person = own(app, caller).await?.row;
    super::delays::begin(app, &person.email, None).await?;
    if !password::verify(app, present, person.password_hash.clone()).await? {
        return Err(Error::invalid("/present", "This is not your present password."));
    }
    let hash = hash_checked(app, &new, &person.name, &person.email).await?;
    let given = Arc::new((caller.clone(), person, hash));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, person, hash) = &*given;
            super::delays::forgive(tx, &person.email).await?;
            store::set_password(tx, person.id, hash).await?;
            tx.record(caller.event(PasswordChanged {}, person_subject(person.id))).await?;
            sessions::end_all(tx, caller, person.id, caller.session, "password-changed").await
        }
        .boxed()
    });
    write.await.map(drop)
}
