//! A growing delay instead of a lock-out: guessing becomes hopeless, and nobody can lock somebody else out for long.
//!
//! Each attempt counts before the password is looked at, in one write, so that many at once do not slip past; a success
//! forgets the account's count. Accounts are held back shortly and after few attempts, addresses longer and after more.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sha2::{Digest, Sha256};

use crate::{
    access::store::{self, DelayRow},
    app::App,
    db::Tx,
    error::Error,
};

/// How a kind of subject is held back.
struct Rule {
    /// Attempts without any delay.
    free: i64,
    /// The longest delay, in seconds.
    longest: i64,
}

const ACCOUNT: Rule = Rule { free: 4, longest: 60 };
const ADDRESS: Rule = Rule { free: 20, longest: 900 };

/// After this long without an attempt everything is forgotten.
const MEMORY: TimeDelta = TimeDelta::hours(12);

/// Counts an attempt to sign in to an account from an address.
///
/// # Errors
/// [`Error::TooMany`] while either is held back; then the attempt does not count.
pub async fn begin(app: &App, email: &str, address: Option<IpAddr>) -> Result<(), Error> {
    let mut subjects = vec![(account(email), ACCOUNT)];
    subjects.extend(address.map(|address| (subject("address", &address.to_string()), ADDRESS)));
    let subjects = std::sync::Arc::new(subjects);
    let write = app.db.write(move |tx| {
        let subjects = subjects.clone();
        async move {
            let now = tx.now();
            store::delete_old_delays(tx, now - MEMORY).await?;
            for (subject, rule) in subjects.iter() {
                count(tx, subject, rule, now).await?;
            }
            Ok(())
        }
        .boxed()
    });
    write.await.map(drop)
}

async fn count(tx: &mut Tx, subject: &[u8], rule: &Rule, now: DateTime<Utc>) -> Result<(), Error> {
    let known = store::delay(tx, subject.to_vec()).await?;
    if let Some(wait) =
        known.as_ref().map(|delay| delay.blocked_until - now).filter(|wait| *wait > TimeDelta::zero())
    {
        return Err(Error::TooMany { retry_after: wait.to_std().unwrap_or_default() });
    }
    let failures = known.map_or(0, |delay| delay.failures) + 1;
    let blocked_until = now + delay_after(failures, rule);
    store::set_delay(tx, subject.to_vec(), DelayRow { failures, failed_at: now, blocked_until }).await
}

/// Doubles with each attempt beyond the free ones: 1, 2, 4, … seconds.
fn delay_after(failures: i64, rule: &Rule) -> TimeDelta {
    let beyond = u32::try_from(failures - rule.free).unwrap_or(0);
    let seconds = if beyond == 0 {
        0
    } else {
        1_i64.checked_shl(beyond - 1).filter(|s| *s > 0).unwrap_or(rule.longest)
    };
    TimeDelta::seconds(seconds.min(rule.longest))
}

/// Forgets the failures of an account, as part of the write that signs in.
pub(super) async fn forgive(tx: &mut Tx, email: &str) -> Result<(), Error> {
    store::delete_delay(tx, account(email)).await
}

fn account(email: &str) -> Vec<u8> {
    subject("account", &email.trim().to_lowercase())
}

fn subject(kind: &str, value: &str) -> Vec<u8> {
    Sha256::digest(format!("{kind}\0{value}")).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        let seconds: Vec<_> =
            (1..=12).map(|failures| delay_after(failures, &ACCOUNT).num_seconds()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(delay_after(i64::from(u32::MAX), &ADDRESS).num_seconds(), 900);
        assert_eq!(delay_after(4 + 64, &ACCOUNT).num_seconds(), 60);
    }
}
