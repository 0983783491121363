//! Invitations: a one-time link with which a person chooses the first password, or a new one when it was forgotten.

use std::sync::Arc;

use assay_domain::audit::catalogue::{UserActivated, UserInvited};
use assay_domain::{
    access::{Principal, Rights},
    audit::Actor,
};
use chrono::TimeDelta;
use futures::FutureExt;
use uuid::Uuid;

use super::{
    may_manage_people, people, person_subject,
    sessions::{self, NewSession, Origin},
};
use crate::{
    access::{
        secret,
        store::{self, LinkRow, PersonRow},
    },
    app::App,
    db::Tx,
    error::Error,
    http::Caller,
};

/// How long an invitation works.
pub const DAYS: i64 = 7;
pub(super) const KIND: &str = "invitation";

/// The address of an invitation, below the public one.
pub(super) fn path(secret: &str) -> String {
    format!("/invite/{secret}")
}

/// Stores the link, inside a write; an earlier one of the same person stops working.
pub(super) async fn store_link(tx: &mut Tx, person: Uuid, digest: Vec<u8>) -> Result<(), Error> {
    let now = tx.now();
    store::delete_links(tx, KIND, Some(person)).await?;
    let link =
        LinkRow { kind: KIND.to_owned(), person_id: Some(person), expires_at: now + TimeDelta::days(DAYS) };
    store::insert_link(tx, link, digest, now).await
}

/// Makes a new link for a person, for a lost invitation or a forgotten password, and answers its path.
///
/// # Errors
/// [`Error::Conflict`] for somebody deactivated; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn renew(app: &App, caller: &Caller, person: Uuid) -> Result<String, Error> {
    may_manage_people(caller)?;
    let minted = secret::mint(&*app.rng);
    let given = Arc::new((caller.clone(), secret::digest(&minted)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            if !store::person(tx, person).await?.ok_or(Error::NotFound)?.active {
                let detail = "This person is deactivated. Let them in again first.".to_owned();
                return Err(Error::Conflict { code: "deactivated", detail });
            }
            store_link(tx, person, given.1.clone()).await?;
            tx.record(given.0.event(UserInvited {}, person_subject(person))).await.map(drop)
        }
        .boxed()
    });
    write.await?;
    Ok(path(&minted))
}

/// Whom an invitation is for.
///
/// # Errors
/// [`Error::NotFound`] when there is no such link, or not any more.
pub async fn look(app: &App, secret: &str) -> Result<PersonRow, Error> {
    let mut conn = app.db.read().await?;
    let link = store::link(&mut conn, KIND, secret::digest(secret)).await?;
    let link = link.filter(|link| app.clock.now() < link.expires_at).ok_or(Error::NotFound)?;
    let person = store::person(&mut conn, link.person_id.ok_or(Error::NotFound)?).await?;
    person.filter(|person| person.active).ok_or(Error::NotFound)
}

/// Accepts an invitation: the password is set, every other session ends, and a new one begins.
///
/// # Errors
/// [`Error::NotFound`] when the link was used in between; [`Error::Invalid`] for a password that is not accepted.
pub async fn accept(app: &App, origin: Origin, link: &str, password: &str) -> Result<NewSession, Error> {
    let person = look(app, link).await?;
    let hash = people::hash_checked(app, password, &person.name, &person.email).await?;
    let cookie = secret::mint(&*app.rng);
    let given = Arc::new((origin, person, hash, secret::digest(link), secret::digest(&cookie)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (origin, person, hash, link, digest) = &*given;
            store::link(tx, KIND, link.clone()).await?.ok_or(Error::NotFound)?;
            store::delete_links(tx, KIND, Some(person.id)).await?;
            store::set_password(tx, person.id, hash).await?;
            let caller = invited(origin, person);
            tx.record(caller.event(UserActivated {}, person_subject(person.id))).await?;
            sessions::end_all(tx, &caller, person.id, None, "password-changed").await?;
            super::delays::forgive(tx, &person.email).await?;
            sessions::start(tx, origin, person, digest.clone()).await
        }
        .boxed()
    });
    write.await?;
    Ok(NewSession { secret: cookie, seconds: sessions::seconds() })
}

/// Who holds the link acts as the invited person, without any right but this.
fn invited(origin: &Origin, person: &PersonRow) -> Caller {
    let principal = Principal::new(Actor::Person(person.id), Rights::Person(Vec::new()));
    Caller {
        principal,
        request: origin.request,
        name: person.name.clone(),
        session: None,
        job_user: None,
        ends_approval: false,
    }
}
