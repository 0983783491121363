//! Signing in and out, and the sessions that somebody has.

use std::{net::IpAddr, sync::Arc};

use assay_domain::{
    access::{Principal, Rights},
    audit::{
        Actor, Event, Subject,
        catalogue::{SessionEnded, SessionStarted},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use uuid::Uuid;

use super::delays;
use crate::{
    access::{
        password, secret,
        store::{self, PersonRow, SessionRow},
    },
    app::App,
    db::Tx,
    error::Error,
    http::Caller,
};

/// A session ends when it was not used for this long.
const IDLE: TimeDelta = TimeDelta::hours(12);
/// It ends after this long in any case.
const ABSOLUTE: TimeDelta = TimeDelta::days(7);
/// How exactly the last use is kept.
const TOUCH: TimeDelta = TimeDelta::minutes(5);

/// Where a session begins.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The request that begins it.
    pub request: Uuid,
    /// The peer's address.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub browser: Option<String>,
}

/// A session that has just begun. The secret is shown once, to the browser.
#[derive(Debug)]
pub struct NewSession {
    /// The cookie's value.
    pub secret: String,
    /// How long the cookie lasts.
    pub seconds: i64,
}

/// Finds out whose session a cookie is.
///
/// # Errors
/// [`Error::Unauthenticated`] when it is nobody's, or ended.
pub async fn authenticate(app: &App, request: Uuid, cookie: &str) -> Result<Caller, Error> {
    let now = app.clock.now();
    let mut conn = app.db.read().await?;
    let session = store::session_by_secret(&mut conn, secret::digest(cookie)).await?;
    let session = session.filter(|session| holds(session, now)).ok_or(Error::Unauthenticated)?;
    let person = store::person(&mut conn, session.person_id).await?;
    let person = person.filter(|person| person.active).ok_or(Error::Unauthenticated)?;
    let roles = store::roles(&mut conn, person.id).await?;
    drop(conn);
    if now - session.seen_at >= TOUCH {
        touch(app, session.id).await;
    }
    let principal = Principal::new(Actor::Person(person.id), Rights::Person(roles));
    Ok(Caller {
        principal,
        request,
        name: person.name,
        session: Some(session.id),
        job_user: None,
        ends_approval: false,
    })
}

fn holds(session: &SessionRow, now: DateTime<Utc>) -> bool {
    now < session.expires_at && now - session.seen_at < IDLE
}

/// Notes the use of a session. Not worth failing a request that only reads.
async fn touch(app: &App, id: Uuid) {
    let write = app.db.write(move |tx| {
        let now = tx.now();
        async move { store::touch_session(tx, id, now).await }.boxed()
    });
    if let Err(error) = write.await {
        tracing::warn!(%error, "the use of a session could not be noted");
    }
}

/// Signs in.
///
/// # Errors
/// [`Error::Invalid`] when address and password do not belong together, without saying which of them is wrong;
/// [`Error::TooMany`] while the account or the address is held back.
pub async fn sign_in(app: &App, origin: Origin, email: &str, password: String) -> Result<NewSession, Error> {
    delays::begin(app, email, origin.address).await?;
    let mut conn = app.db.read().await?;
    let person =
        store::person_by_email(&mut conn, &email.trim().to_lowercase()).await?.filter(|person| person.active);
    drop(conn);
    let stored = person.as_ref().and_then(|person| person.password_hash.clone());
    // A password longer than any that was accepted is not worth hashing, but the same work is done.
    let password = if password.chars().count() > password::LONGEST { String::new() } else { password };
    let right = password::verify(app, password, stored).await?;
    let person = person.filter(|_| right).ok_or_else(wrong)?;
    begin(app, origin, person).await
}

fn wrong() -> Error {
    Error::invalid("", "E-mail address and password do not belong together. Check both and try again.")
}

/// Begins a session of somebody who has proved who they are.
pub(super) async fn begin(app: &App, origin: Origin, person: PersonRow) -> Result<NewSession, Error> {
    let minted = secret::mint(&*app.rng);
    let given = Arc::new((origin, person, secret::digest(&minted)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (origin, person, digest) = &*given;
            delays::forgive(tx, &person.email).await?;
            start(tx, origin, person, digest.clone()).await
        }
        .boxed()
    });
    write.await?;
    Ok(NewSession { secret: minted, seconds: ABSOLUTE.num_seconds() })
}

/// Stores a session and records it, inside a write.
pub(super) async fn start(
    tx: &mut Tx,
    origin: &Origin,
    person: &PersonRow,
    digest: Vec<u8>,
) -> Result<(), Error> {
    let (id, now) = (tx.new_id(), tx.now());
    store::delete_ended_sessions(tx, now - IDLE, now).await?;
    let address = origin.address.map(|address| address.to_string());
    let browser = origin.browser.as_ref().map(|browser| browser.chars().take(200).collect());
    let expires_at = now + ABSOLUTE;
    let row =
        SessionRow { id, person_id: person.id, created_at: now, seen_at: now, expires_at, address, browser };
    store::insert_session(tx, row, digest).await?;
    let facts = SessionStarted { method: "password".to_owned() };
    let event =
        Event::new(Actor::Person(person.id), origin.request, facts.into(), Subject::new("session", id));
    tx.record(event).await.map(drop)
}

/// How long a fresh session's cookie lasts, for those who begin one inside their own write.
pub(super) const fn seconds() -> i64 {
    ABSOLUTE.num_seconds()
}

/// Ends the session that the caller is using.
///
/// # Errors
/// Those of the database.
pub async fn sign_out(app: &App, caller: &Caller) -> Result<(), Error> {
    match caller.session {
        Some(session) => end(app, caller, session, "signed-out").await,
        None => Ok(()),
    }
}

/// The caller's sessions that still hold, the last used first.
///
/// # Errors
/// [`Error::NotFound`] for machines, which have none.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<SessionRow>, Error> {
    let (person, now) = (caller.person().ok_or(Error::NotFound)?, app.clock.now());
    let mut sessions = store::sessions(&mut app.db.read().await?, person).await?;
    sessions.retain(|session| holds(session, now));
    Ok(sessions)
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// [`Error::NotFound`] when the caller has no such session.
pub async fn revoke(app: &App, caller: &Caller, session: Uuid) -> Result<(), Error> {
    end(app, caller, session, "revoked").await
}

async fn end(app: &App, caller: &Caller, session: Uuid, reason: &'static str) -> Result<(), Error> {
    let (caller, person) = (caller.clone(), caller.person().ok_or(Error::NotFound)?);
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            if store::delete_session(tx, session, person).await? == 0 {
                return Err(Error::NotFound);
            }
            record_end(tx, &caller, session, reason).await
        }
        .boxed()
    });
    write.await.map(drop)
}

/// Ends all sessions of a person but one, inside a write.
pub(super) async fn end_all(
    tx: &mut Tx,
    caller: &Caller,
    person: Uuid,
    but: Option<Uuid>,
    reason: &'static str,
) -> Result<(), Error> {
    for session in store::sessions(tx, person).await?.into_iter().filter(|session| Some(session.id) != but) {
        store::delete_session(tx, session.id, person).await?;
        record_end(tx, caller, session.id, reason).await?;
    }
    Ok(())
}

async fn record_end(tx: &mut Tx, caller: &Caller, session: Uuid, reason: &str) -> Result<(), Error> {
    let facts = SessionEnded { reason: reason.to_owned() };
    tx.record(caller.event(facts, Subject::new("session", session))).await.map(drop)
}
