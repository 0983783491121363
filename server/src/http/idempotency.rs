//! Posting twice is harmless: a key remembers which id the first post made, never what was in it.
//!
//! What was recorded stays recorded, so a key may name it for ever. An answer about what holds now (the gate's) may be
//! another one by now: whoever repeats such an answer checks that it would still be given, and otherwise answers anew and
//! lets the key [`move_on`].

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use std::collections::HashSet;

use crate::{db::Tx, error::Error, execute, fetch_one, fetch_with};

use super::Caller;

#[derive(FromRow)]
struct Remembered {
    digest: Vec<u8>,
    outcome: Uuid,
}

/// Claims `key` for the caller, inside the write that makes `outcome`. Answers the id that an earlier post with the same
/// key and body made, if there was one: then the caller has nothing left to do.
///
/// # Errors
/// [`Error::Invalid`] when the key was used for another body.
pub async fn claim(
    tx: &mut Tx,
    caller: &Caller,
    key: &str,
    digest: [u8; 32],
    outcome: Uuid,
) -> Result<Option<Uuid>, Error> {
    let (actor, now) = (caller.actor().id(), tx.now());
    let fresh = execute!(
        tx,
        "INSERT INTO idempotency_key (actor_id, key, digest, outcome, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (actor_id, key) DO NOTHING",
        actor,
        key.to_owned(),
        digest.to_vec(),
        outcome,
        now
    )
    .await?;
    if fresh == 1 {
        return Ok(None);
    }
    let known = fetch_one!(
        tx,
        Remembered,
        "SELECT digest, outcome FROM idempotency_key WHERE actor_id = $1 AND key = $2",
        actor,
        key.to_owned()
    )
    .await?;
    if known.digest == digest {
        return Ok(Some(known.outcome));
    }
    Err(Error::invalid(
        "",
        "this Idempotency-Key was used before with another body; use a new key for a new request",
    ))
}

/// Lets a key of the caller name `outcome` from now on: what it named before is not repeated any more.
///
/// # Errors
/// Those of the database.
pub async fn move_on(tx: &mut Tx, caller: &Caller, key: &str, outcome: Uuid) -> Result<(), Error> {
    let (actor, key, now) = (caller.actor().id(), key.to_owned(), tx.now());
    let sql = "UPDATE idempotency_key SET outcome = $1, created_at = $2 WHERE actor_id = $3 AND key = $4";
    execute!(tx, sql, outcome, now, actor, key).await.map(drop)
}

/// A key that is to be claimed.
pub struct Claim {
    /// Whose key it is.
    pub actor_id: Uuid,
    /// The key.
    pub key: String,
    /// SHA-256 of the canonical body.
    pub digest: Vec<u8>,
    /// What was made under it.
    pub outcome: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Claims many keys; gives the outcomes of those that nobody had claimed. Nothing is done about the others: [`claim`]
/// tells what became of them.
///
/// # Errors
/// Those of the database.
pub async fn claim_all(tx: &mut Tx, claims: Vec<Claim>) -> Result<HashSet<Uuid>, Error> {
    let fresh = fetch_with!(
        tx,
        (Uuid,),
        "INSERT INTO idempotency_key (actor_id, key, digest, outcome, created_at) ",
        claims,
        [actor_id, key, digest, outcome, created_at],
        " ON CONFLICT (actor_id, key) DO NOTHING RETURNING outcome"
    );
    Ok(fresh.await?.into_iter().map(|(outcome,)| outcome).collect())
}
