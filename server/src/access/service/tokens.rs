//! API tokens: of people, never with more than their owner's rights, and of service accounts.

use std::sync::Arc;

use assay_domain::{
    access::{Permission, Principal, Rights, Scope},
    audit::{
        Actor, Subject,
        catalogue::{TokenCreated, TokenRevoked},
    },
};
use chrono::{SecondsFormat, TimeDelta};
use futures::FutureExt;
use uuid::Uuid;

use super::checked_name;
use crate::{
    access::{
        secret,
        store::{self, TokenRow},
        token,
    },
    app::App,
    db::Tx,
    error::Error,
    http::Caller,
};

/// How exactly the last use is kept.
const TOUCH: TimeDelta = TimeDelta::minutes(1);
/// The longest that a token may hold.
pub const LONGEST_DAYS: u32 = 366;

/// What a new token should be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What people call it.
    pub name: String,
    /// Its rights.
    pub scopes: Vec<Scope>,
    /// The team it is confined to.
    pub team: Option<Uuid>,
    /// Whose it is; absent for a service account.
    pub person: Option<Uuid>,
    /// For how many days, 1 to [`LONGEST_DAYS`].
    pub days: u32,
}

/// Finds out whose token this is.
///
/// # Errors
/// [`Error::Unauthenticated`] when it is nobody's, ended, revoked, or its owner may not sign in any more.
pub async fn authenticate(app: &App, request: Uuid, presented: &str) -> Result<Caller, Error> {
    if !token::is_well_formed(presented) {
        return Err(Error::Unauthenticated);
    }
    let now = app.clock.now();
    let mut conn = app.db.read().await?;
    let found = store::token_by_secret(&mut conn, secret::digest(presented)).await?;
    let holds = |token: &TokenRow| token.revoked_at.is_none() && token.expires_at.is_none_or(|end| now < end);
    let token = found.filter(holds).ok_or(Error::Unauthenticated)?;
    let (actor, owner) = match token.person_id {
        None => (Actor::Service(token.id), None),
        Some(id) => {
            let person = store::person(&mut conn, id).await?.filter(|person| person.active);
            let person = person.ok_or(Error::Unauthenticated)?;
            (Actor::Person(person.id), Some(store::roles(&mut conn, person.id).await?))
        }
    };
    drop(conn);
    if token.used_at.is_none_or(|used| now - used >= TOUCH) {
        touch(app, token.id).await;
    }
    let rights = Rights::Token { scopes: token.scopes()?, team: token.team_id, owner };
    let principal = Principal::new(actor, rights);
    Ok(Caller { principal, request, name: token.name, session: None, job_user: None, ends_approval: false })
}

/// Notes the use of a token. Not worth failing a request for.
async fn touch(app: &App, id: Uuid) {
    let write = app.db.write(move |tx| {
        let now = tx.now();
        async move { store::touch_token(tx, id, now).await }.boxed()
    });
    if let Err(error) = write.await {
        tracing::warn!(%error, "the use of a token could not be noted");
    }
}

/// Makes a token and answers it; it is never shown again. A person makes own ones; those of service accounts are made by
/// who manages people.
///
/// # Errors
/// [`Error::Invalid`] for an empty name, no scopes, or too long a life; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn create(app: &App, caller: &Caller, new: NewToken) -> Result<(TokenRow, String), Error> {
    if new.person.is_none() || new.person != caller.person() {
        super::may_manage_people(caller)?;
    }
    let name = checked_name("/name", &new.name)?;
    if new.scopes.is_empty() {
        return Err(Error::invalid("/scopes", "Choose at least one right."));
    }
    if !(1..=LONGEST_DAYS).contains(&new.days) {
        return Err(Error::invalid("/days", format!("Choose 1 to {LONGEST_DAYS} days.")));
    }
    let minted = token::mint(&*app.rng);
    let given = Arc::new((caller.clone(), NewToken { name, ..new }, secret::digest(&minted)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { store_token(tx, &given.0, &given.1, given.2.clone()).await }.boxed()
    });
    Ok((write.await?.value, minted))
}

async fn store_token(
    tx: &mut Tx,
    caller: &Caller,
    new: &NewToken,
    digest: Vec<u8>,
) -> Result<TokenRow, Error> {
    let (id, now) = (tx.new_id(), tx.now());
    let expires_at = Some(now + TimeDelta::days(i64::from(new.days)));
    let fresh = TokenRow::new(id, new.name.clone(), &new.scopes, now);
    let row = TokenRow { person_id: new.person, team_id: new.team, expires_at, ..fresh };
    store::insert_token(tx, row.clone(), digest).await?;
    let facts = TokenCreated {
        scopes: new.scopes.iter().map(ToString::to_string).collect(),
        expires_at: expires_at.map(|end| end.to_rfc3339_opts(SecondsFormat::Millis, true)),
        person: new.person,
    };
    let event = caller.event(facts, Subject::new("token", id)).commit("name", new.name.clone());
    tx.record(match new.team {
        Some(team) => event.in_team(team),
        None => event,
    })
    .await?;
    Ok(row)
}

/// The caller's own tokens, newest first.
///
/// # Errors
/// [`Error::NotFound`] for machines.
pub async fn own(app: &App, caller: &Caller) -> Result<Vec<TokenRow>, Error> {
    let person = caller.person().ok_or(Error::NotFound)?;
    store::tokens(&mut app.db.read().await?, Some(person)).await
}

/// The tokens of service accounts, newest first.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see people.
pub async fn of_services(app: &App, caller: &Caller) -> Result<Vec<TokenRow>, Error> {
    caller.see(Permission::ReadPeople, None)?;
    store::tokens(&mut app.db.read().await?, None).await
}

/// Revokes one of the caller's own tokens.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Hidden`] for somebody else's.
pub async fn revoke_own(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    let own = caller.person().ok_or(Error::NotFound)?;
    revoke_if(app, caller, id, Some(own)).await
}

/// Revokes the token of a service account.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`].
pub async fn revoke_of_service(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    super::may_manage_people(caller)?;
    revoke_if(app, caller, id, None).await
}

async fn revoke_if(app: &App, caller: &Caller, id: Uuid, owner: Option<Uuid>) -> Result<(), Error> {
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            let (now, token) = (tx.now(), store::token(tx, id).await?.ok_or(Error::NotFound)?);
            if token.person_id != owner {
                return Err(Error::Hidden(Permission::OwnAccount));
            }
            if store::revoke_token(tx, id, now).await? == 0 {
                return Ok(());
            }
            let event = caller.event(TokenRevoked {}, Subject::new("token", id));
            tx.record(match token.team_id {
                Some(team) => event.in_team(team),
                None => event,
            })
            .await
            .map(drop)
        }
        .boxed()
    });
    write.await.map(drop)
}
