//! The first administrator: made with a one-time link that the server prints, because there is no default account.

use std::sync::Arc;

use assay_domain::{
    access::{Principal, Rights, Role, RoleHeld},
    audit::{
        Actor, Subject,
        catalogue::{OrganisationSetUp, SetUpOffered},
    },
};
use chrono::TimeDelta;
use futures::FutureExt;

use super::{
    all_of, checked_email, checked_name, people, roles,
    sessions::{self, NewSession, Origin},
};
use crate::{
    access::{
        secret,
        store::{self, LinkRow},
    },
    app::App,
    error::Error,
    http::Caller,
};

const KIND: &str = "setup";
/// How long the link works, in hours; each start of the server prints a fresh one.
const HOURS: i64 = 24;

/// Who sets the organisation up.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A fresh set-up link, or `None` when there is somebody who can administrate. Earlier links stop working.
///
/// # Errors
/// Those of the database.
pub async fn setup_link(app: &App) -> Result<Option<String>, Error> {
    if store::administrators(&mut app.db.read().await?).await? > 0 {
        return Ok(None);
    }
    let minted = secret::mint(&*app.rng);
    let given = Arc::new((Caller::system(app), secret::digest(&minted)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let now = tx.now();
            store::delete_links(tx, KIND, None).await?;
            let link =
                LinkRow { kind: KIND.to_owned(), person_id: None, expires_at: now + TimeDelta::hours(HOURS) };
            store::insert_link(tx, link, given.1.clone(), now).await?;
            let (caller, organisation) = (&given.0, Subject::new("organisation", given.0.actor().id()));
            tx.record(caller.event(SetUpOffered {}, organisation)).await.map(drop)
        }
        .boxed()
    });
    write.await?;
    Ok(Some(format!("{}/setup?link={minted}", app.config.origin())))
}

/// Whether a set-up link works now.
///
/// # Errors
/// [`Error::NotFound`] when it does not.
pub async fn look(app: &App, link: &str) -> Result<(), Error> {
    let known = store::link(&mut app.db.read().await?, KIND, secret::digest(link)).await?;
    known.filter(|link| app.clock.now() < link.expires_at).map(drop).ok_or(Error::NotFound)
}

/// Makes the first administrator and begins a session.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work (any more), [`Error::Invalid`] for a wrong field.
pub async fn complete(
    app: &App,
    origin: Origin,
    link: &str,
    first: FirstAdministrator,
) -> Result<NewSession, Error> {
    look(app, link).await?;
    let (name, email) = all_of(checked_name("/name", &first.name), checked_email(&first.email))?;
    let hash = people::hash_checked(app, &first.password, &name, &email).await?;
    let (cookie, system) =
        (secret::mint(&*app.rng), Caller { request: origin.request, ..Caller::system(app) });
    let given = Arc::new((origin, system, name, email, hash, secret::digest(link), secret::digest(&cookie)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (origin, system, name, email, hash, link, digest) = &*given;
            store::link(tx, KIND, link.clone()).await?.ok_or(Error::NotFound)?;
            store::delete_links(tx, KIND, None).await?;
            let id = match store::person_by_email(tx, email).await? {
                // Somebody invited on the command line who now holds the link: the link is the stronger proof.
                Some(known) => {
                    store::set_password(tx, known.id, hash).await?;
                    let now = tx.now();
                    store::set_active(tx, known.id, true, now).await?;
                    known.id
                }
                None => people::insert(tx, system, email, name, Some(hash.clone()), "set-up").await?,
            };
            roles::give(tx, system, id, RoleHeld { role: Role::Admin, team: None }).await?;
            let principal = Principal::new(Actor::Person(id), Rights::Person(Vec::new()));
            let caller = Caller { principal, ..system.clone() };
            let organisation = Subject::new("organisation", system.actor().id());
            tx.record(caller.event(OrganisationSetUp {}, organisation)).await?;
            let person = store::person(tx, id).await?.ok_or(Error::NotFound)?;
            sessions::start(tx, origin, &person, digest.clone()).await
        }
        .boxed()
    });
    write.await?;
    Ok(NewSession { secret: cookie, seconds: sessions::seconds() })
}
