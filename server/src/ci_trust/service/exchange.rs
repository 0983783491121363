//! A job's own identity for a token of ours (RFC 8693): verified, used up, recorded, signed.

use std::cmp::Reverse;
use std::sync::Arc;

use assay_domain::access::{Principal, Rights, Scope};
use assay_domain::audit::Actor;
use assay_domain::audit::catalogue::TokenExchanged;
use assay_domain::ci_trust::{Provider, text_of};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures::FutureExt;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::signing::{Claims, TokenKey};
use super::super::store::{self, StoredRule};
use super::super::verify::{self, Peeked, Refusal, Verified};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::http::{Caller, hex};

/// For how long our tokens hold, in seconds.
pub const SECONDS: i64 = 600;
/// How long the key of a token is known after it was last used: while the tokens hold, with some room for clocks.
pub(super) const KEY_KNOWN: TimeDelta = TimeDelta::seconds(SECONDS + 60);
/// How soon asking again can help while an issuer does not answer, in seconds.
const RETRY_SECONDS: u64 = 60;

/// What a job asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The token of its CI.
    pub token: String,
    /// Only these rights of the rule; all of them where absent.
    pub scopes: Option<Vec<Scope>>,
    /// For whom the new token is to be: this server, where it says so at all.
    pub audience: Option<String>,
}

/// A token of ours.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The token.
    pub token: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// Exchanges a CI's token.
///
/// # Errors
/// [`Error::TokenRequest`] with a code of RFC 6749 or RFC 8693; [`Error::Unavailable`] while the issuer's keys cannot be
/// had.
pub async fn exchange(app: &App, request: Uuid, wish: Wish) -> Result<Granted, Error> {
    let key = app.token_key.get(app).map_err(Error::Internal)?;
    let peeked = verify::peek(&wish.token).map_err(|refusal| refused(&refusal))?;
    let rules = store::rules_of_issuer(&mut app.db.read().await?, &peeked.issuer).await?;
    let matching = matching(app, rules, &peeked).await.map_err(|refusal| {
        tracing::info!(%request, issuer = peeked.issuer, ?refusal, "a token was not exchanged");
        refused(&refusal)
    })?;
    let (stored, verified, scopes) = chosen(matching, wish.scopes.as_deref())?;
    if wish.audience.is_some_and(|wanted| wanted != app.config.origin() && wanted != stored.rule.audience) {
        let detail = "The only audience that tokens are given for is this server; leave it out.";
        return Err(Error::token_request("invalid_target", detail));
    }
    let given = Arc::new(Exchange { request, stored, verified, scopes, key });
    let write = app.db.write({
        let given = given.clone();
        move |tx| {
            let given = given.clone();
            async move { use_up(tx, &given).await }.boxed()
        }
    });
    let (id, now) = write.await?.value;
    let here = super::installation(app);
    let issued = now.timestamp();
    let scope = given.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    let claims = Claims {
        iss: here.clone(),
        aud: here,
        sub: given.stored.id,
        jti: id,
        iat: issued,
        exp: issued + SECONDS,
        scope,
        rev: given.stored.revision,
        usr: job_user(&given.stored, &given.verified.claims),
    };
    Ok(Granted { token: given.key.sign(&claims)?, scopes: given.scopes.clone() })
}

/// One exchange that may be done.
struct Exchange {
    request: Uuid,
    stored: StoredRule,
    verified: Verified,
    scopes: Vec<Scope>,
    key: Arc<TokenKey>,
}

fn refused(refusal: &Refusal) -> Error {
    match refusal {
        Refusal::Unavailable(_) => Error::unavailable(refusal.sentence(), RETRY_SECONDS),
        other => Error::token_request("invalid_request", other.sentence()),
    }
}

/// The rules that a token satisfies; where there is none, the reason of the one it came furthest with.
async fn matching(
    app: &App,
    rules: Vec<StoredRule>,
    peeked: &Peeked,
) -> Result<Vec<(StoredRule, Verified)>, Refusal> {
    let (mut matching, mut reason) = (Vec::new(), Refusal::Issuer);
    for stored in rules {
        match verify::verify(app, &stored, peeked).await {
            Ok(verified) => matching.push((stored, verified)),
            Err(refusal) => reason = reason.max(refusal),
        }
    }
    // The rule that wants most is meant; of equals the oldest, which stands first.
    matching.sort_by_key(|(stored, _)| Reverse(stored.rule.claims.len()));
    if matching.is_empty() { Err(reason) } else { Ok(matching) }
}

/// The first rule that gives all that is wanted.
fn chosen(
    matching: Vec<(StoredRule, Verified)>,
    wanted: Option<&[Scope]>,
) -> Result<(StoredRule, Verified, Vec<Scope>), Error> {
    let gives = |stored: &StoredRule| {
        wanted.is_none_or(|wanted| wanted.iter().all(|scope| stored.rule.scopes.contains(scope)))
    };
    let found = matching.into_iter().find(|(stored, _)| gives(stored));
    let (stored, verified) = found.ok_or_else(|| {
        Error::token_request(
            "invalid_scope",
            "The trust rule for this job does not give every right that is asked for.",
        )
    })?;
    let scopes = wanted.map_or_else(|| stored.rule.scopes.clone(), <[Scope]>::to_vec);
    Ok((stored, verified, scopes))
}

async fn use_up(tx: &mut Tx, given: &Exchange) -> Result<(Uuid, DateTime<Utc>), Error> {
    let Exchange { request, stored, verified, scopes, key } = given;
    let (id, now) = (tx.new_id(), tx.now());
    store::forget_ended(tx, now, now - KEY_KNOWN).await?;
    if store::use_up(tx, verified.digest.clone(), verified.remember_until).await? == 0 {
        return Err(refused(&Refusal::Used));
    }
    if store::touch(tx, stored.id, stored.revision, now).await? == 0 {
        return Err(Error::token_request(
            "invalid_request",
            "The trust rule was changed this very moment; try a new token.",
        ));
    }
    store::publish_key(tx, &key.id, key.public, now).await?;
    let facts = TokenExchanged {
        issuer: stored.rule.issuer.clone(),
        subject_sha256: hex(&Sha256::digest(
            verified.claims.get("sub").and_then(Value::as_str).unwrap_or_default(),
        )),
        run: first(&verified.claims, stored.rule.provider.run_claims()),
        source_commit: first(&verified.claims, Provider::commit_claims(stored.rule.provider)),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        expires_at: (now + TimeDelta::seconds(SECONDS)).to_rfc3339_opts(SecondsFormat::Millis, true),
        key: key.id.clone(),
    };
    let event = caller(stored, *request, scopes.clone(), None).event(facts, super::subject(stored.id));
    tx.record(match stored.rule.team {
        Some(team) => event.in_team(team),
        None => event,
    })
    .await?;
    Ok((id, now))
}

/// The first of these claims that names something in few plain characters: what goes on record for good is no free text.
fn first(claims: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let plain = |text: &String| {
        (1..=100).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    names.iter().find_map(|name| claims.get(*name).and_then(text_of).filter(plain))
}

/// The id of the person behind a job, as its CI has signed it.
fn job_user(stored: &StoredRule, claims: &Map<String, Value>) -> Option<String> {
    first(claims, &[stored.rule.provider.user_claim()?])
}

/// A job that came in by a rule.
pub(super) fn caller(
    stored: &StoredRule,
    request: Uuid,
    scopes: Vec<Scope>,
    job_user: Option<String>,
) -> Caller {
    let rights = Rights::Token { scopes, team: stored.rule.team, owner: None };
    let principal = Principal::new(Actor::Service(stored.id), rights);
    Caller {
        principal,
        request,
        name: stored.rule.name.clone(),
        session: None,
        job_user,
        ends_approval: false,
    }
}
