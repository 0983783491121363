//! Trust rules: kept by who manages people, as service accounts are.

use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::audit::Event;
use assay_domain::audit::catalogue::{CiTrustAdded, CiTrustChanged, CiTrustRemoved};
use assay_domain::ci_trust::TrustRule;
use futures::FutureExt;
use uuid::Uuid;

use super::super::address::Reach;
use super::super::store::{self, StoredRule};
use crate::access::service::{checked_name, may_manage_people};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::{Caller, IfMatch, Listing, Window};
use crate::teams;

/// The rules that hold, oldest first.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see people and service accounts.
pub async fn list(app: &App, caller: &Caller, window: &Window) -> Result<Listing<StoredRule>, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let after = window.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Error::invalid("/after", "Pass what `next` said."))?;
    let rules = store::rules(&mut app.db.read().await?, after, window.fetch()).await?;
    Ok(Listing::cut(rules, window, |rule| rule.id.to_string()))
}

/// One rule.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<StoredRule, Error> {
    caller.see(Permission::ReadPeople, None)?;
    store::rule(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)
}

/// Makes a rule.
///
/// # Errors
/// [`Error::Invalid`] naming each field that may not be so; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn add(app: &App, caller: &Caller, rule: TrustRule) -> Result<StoredRule, Error> {
    may_manage_people(caller)?;
    let given = Arc::new((caller.clone(), checked(app, rule).await?));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { insert(tx, &given.0, &given.1).await }.boxed()
    });
    Ok(write.await?.value)
}

async fn insert(tx: &mut Tx, caller: &Caller, rule: &TrustRule) -> Result<StoredRule, Error> {
    let (id, created_at) = (tx.new_id(), tx.now());
    let stored = StoredRule { id, rule: rule.clone(), revision: 1, created_at, used_at: None };
    store::insert(tx, &stored).await?;
    let facts = CiTrustAdded {
        provider: rule.provider.name().to_owned(),
        issuer: rule.issuer.clone(),
        claims: rule.claims.keys().cloned().collect(),
        algorithms: texts(&rule.algorithms),
        scopes: texts(&rule.scopes),
    };
    record(tx, caller.event(facts, super::subject(id)), rule).await?;
    Ok(stored)
}

/// Changes what a rule says; the tokens that jobs got by it end.
///
/// # Errors
/// As [`add`]; [`Error::NotFound`]; [`Error::PreconditionFailed`] when somebody else changed it since `seen`.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: Uuid,
    seen: IfMatch,
    rule: TrustRule,
) -> Result<StoredRule, Error> {
    may_manage_people(caller)?;
    store::rule(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    let given = Arc::new((caller.clone(), checked(app, rule).await?));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, rule) = &*given;
            let known = store::rule(tx, id).await?.ok_or(Error::NotFound)?;
            seen.check(known.revision)?;
            let stored = StoredRule { rule: rule.clone(), revision: known.revision + 1, ..known };
            if store::replace(tx, &stored).await? == 0 {
                return Err(Error::LostRace(format!("ci_trust_rule {id}")));
            }
            let facts = CiTrustChanged {
                provider: rule.provider.name().to_owned(),
                issuer: rule.issuer.clone(),
                claims: rule.claims.keys().cloned().collect(),
                algorithms: texts(&rule.algorithms),
                scopes: texts(&rule.scopes),
                revision: stored.revision.unsigned_abs(),
            };
            record(tx, caller.event(facts, super::subject(id)), rule).await?;
            Ok(stored)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Removes a rule; the tokens that jobs got by it end.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn remove(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    may_manage_people(caller)?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            let (now, known) = (tx.now(), store::rule(tx, id).await?.ok_or(Error::NotFound)?);
            if store::remove(tx, id, now).await? == 0 {
                return Err(Error::NotFound);
            }
            let event = caller.event(CiTrustRemoved {}, super::subject(id));
            record_in(tx, event, known.rule.team).await
        }
        .boxed()
    });
    write.await.map(drop)
}

/// The rule as it is kept, or everything that is wrong with it at once.
async fn checked(app: &App, rule: TrustRule) -> Result<TrustRule, Error> {
    let mut rule = rule;
    let mut wrong = Vec::new();
    match checked_name("/name", &rule.name) {
        Ok(name) => rule.name = name,
        Err(Error::Invalid(errors)) => wrong.extend(errors),
        Err(other) => return Err(other),
    }
    let reach = Reach::new(&app.config, &rule);
    let addresses = [("/issuer", Some(&rule.issuer)), ("/jwks_url", rule.jwks_url.as_ref())];
    for (pointer, address) in addresses {
        if let Some(Err(reason)) = address.map(|address| reach.check(address)) {
            wrong.push(FieldError::new(pointer, reason));
        }
    }
    if rule.private_network && !app.config.allow_private_issuers {
        let reason =
            "The server does not call private networks; start it with --allow-private-issuers first.";
        wrong.push(FieldError::new("/private_network", reason));
    }
    wrong
        .extend(rule.mistakes().into_iter().map(|mistake| FieldError::new(mistake.pointer, mistake.message)));
    if let Some(team) = rule.team {
        let known = teams::service::find(&mut app.db.read().await?, &team.to_string()).await;
        if let Err(Error::NotFound) = known {
            wrong.push(FieldError::new("/team", "There is no such team."));
        } else {
            known?;
        }
    }
    rule.algorithms.sort();
    rule.algorithms.dedup();
    rule.scopes.sort();
    rule.scopes.dedup();
    if wrong.is_empty() { Ok(rule) } else { Err(Error::Invalid(wrong)) }
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

async fn record(tx: &mut Tx, event: Event, rule: &TrustRule) -> Result<(), Error> {
    let claims = serde_json::to_value(&rule.claims).map_err(Error::internal)?;
    let event = event
        .commit("name", rule.name.clone())
        .commit("claims", claims)
        .commit("audience", rule.audience.clone());
    record_in(tx, event, rule.team).await
}

async fn record_in(tx: &mut Tx, event: Event, team: Option<Uuid>) -> Result<(), Error> {
    let event = match team {
        Some(team) => event.in_team(team),
        None => event,
    };
    tx.record(event).await.map(drop)
}
