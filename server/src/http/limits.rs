//! Rate limits: nobody can keep the server from answering everybody else by asking too often.
//!
//! Who has a valid token or session is counted by that, all others by their address; the one that asks too often is told
//! when to come back, and nobody else notices. Where a guess could pay (signing in, invitations, the exchange of tokens),
//! every request counts for its address, and a tenth of the usual is allowed. Behind a proxy all who are not signed in
//! share the proxy's address, which is why the usual limit is far above what people and pipelines need.
//!
//! Each process counts for itself, in memory: two replicas let through twice as much. Operations (`/livez`, `/readyz`) and
//! static files are never counted. The arithmetic is the `governor` crate's (GCRA); the layer is ours because who is asking
//! is only known after the token was looked up, and because a refusal is a problem like any other.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};

use super::Caller;
use super::context::Context;
use super::cookies::{self, Kind};
use crate::app::App;
use crate::clock::Clock;
use crate::error::Error;

/// How many times the requests of one second may come at once.
const BURST: u32 = 10;
/// What is strict lets so much less through.
const STRICTER: u32 = 10;
/// After so many questions, those who have not asked lately are forgotten.
const SWEEP: u32 = 4096;

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// Who holds this token or session, by the beginning of its SHA-256.
    Holder([u8; 16]),
    /// Who asks from this address; of IPv6 the network, because a household has as many addresses as it wants.
    Peer([u8; 8]),
}

impl Key {
    fn holder(secret: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&Sha256::digest(secret)[..16]);
        Self::Holder(key)
    }

    fn peer(address: Option<IpAddr>) -> Self {
        let mut key = [0; 8];
        match address {
            Some(IpAddr::V4(address)) => key[4..].copy_from_slice(&address.octets()),
            Some(IpAddr::V6(address)) => key.copy_from_slice(&address.octets()[..8]),
            None => {}
        }
        Self::Peer(key)
    }
}

/// How long the process has been counting, by the clock that was passed in.
#[derive(Clone)]
struct Elapsed(Arc<dyn Clock>);

impl governor::clock::Clock for Elapsed {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}

/// A limit that everybody has for themselves.
struct Limit {
    counts: RateLimiter<Key, HashMapStateStore<Key>, Elapsed, NoOpMiddleware<Nanos>>,
    asked: AtomicU32,
}

impl Limit {
    fn new(per_second: NonZeroU32, clock: &Elapsed) -> Self {
        let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(BURST - 1));
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let counts = RateLimiter::new(quota, HashMapStateStore::default(), clock.clone());
        Self { counts, asked: AtomicU32::new(0) }
    }

    fn check(&self, key: &Key) -> Result<(), Error> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.counts.retain_recent();
        }
        self.counts.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.counts.clock().now());
            // Retry-After has whole seconds: a little later is right, a little earlier is refused again.
            Error::TooMany {
                retry_after: Duration::from_secs(wait.as_millis().div_ceil(1000).try_into().unwrap_or(1)),
            }
        })
    }
}

/// The limits of this process.
pub struct Limits(Option<(Limit, Limit)>);

impl Limits {
    /// Limits of `per_second` requests in the long run; 0 is no limit.
    pub fn new(per_second: u32, clock: Arc<dyn Clock>) -> Self {
        let clock = Elapsed(clock);
        Self(NonZeroU32::new(per_second).map(|usual| {
            let strict = NonZeroU32::new(usual.get() / STRICTER).unwrap_or(NonZeroU32::MIN);
            (Limit::new(usual, &clock), Limit::new(strict, &clock))
        }))
    }

    fn usual(&self, key: impl FnOnce() -> Key) -> Result<(), Error> {
        self.0.as_ref().map_or(Ok(()), |(usual, _)| usual.check(&key()))
    }

    fn strict(&self, key: impl FnOnce() -> Key) -> Result<(), Error> {
        self.0.as_ref().map_or(Ok(()), |(_, strict)| strict.check(&key()))
    }
}

/// Counts a request whose token or session was looked up: for its holder where it is valid, otherwise for the address.
///
/// # Errors
/// [`Error::TooMany`]; what the look-up itself found.
pub(super) fn admit(
    app: &App,
    context: &Context,
    secret: &str,
    found: Result<Caller, Error>,
) -> Result<Caller, Error> {
    match &found {
        // A page may look twice.
        Ok(_) if context.caller().is_some() => {}
        Ok(_) => app.limits.usual(|| Key::holder(secret))?,
        Err(Error::Unauthenticated) => app.limits.usual(|| Key::peer(context.address))?,
        Err(_) => {}
    }
    found
}

/// The layer that counts what needs no look-up.
pub(super) async fn layer(
    State(app): State<App>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    match count(&app, &context, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn count(app: &App, context: &Context, request: &Request) -> Result<(), Error> {
    let path = request.uri().path();
    if ["/livez", "/readyz"].contains(&path) || path.starts_with("/assets/") {
        return Ok(());
    }
    if request.method() == Method::POST && pays_to_guess(path) {
        return app.limits.strict(|| Key::peer(context.address));
    }
    let presents = request.headers().contains_key(header::AUTHORIZATION)
        || cookies::read(request.headers(), Kind::Session, app.config.secure()).is_some();
    if presents { Ok(()) } else { app.limits.usual(|| Key::peer(context.address)) }
}

fn pays_to_guess(path: &str) -> bool {
    ["/api/v1/token", "/sign-in", "/setup"].contains(&path) || path.starts_with("/invite/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use chrono::{DateTime, TimeDelta};

    fn limits(per_second: u32) -> (Limits, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock::new(DateTime::UNIX_EPOCH + TimeDelta::days(1)));
        (Limits::new(per_second, clock.clone()), clock)
    }

    fn passed(limits: &Limits, secret: &str) -> usize {
        (0..1000).take_while(|_| limits.usual(|| Key::holder(secret)).is_ok()).count()
    }

    #[test]
    fn each_has_a_burst_and_then_the_rate() {
        let (limits, clock) = limits(7);
        assert_eq!(passed(&limits, "a"), 70);
        assert_eq!(passed(&limits, "b"), 70, "nobody else is held back");
        clock.advance(TimeDelta::seconds(3));
        assert_eq!(passed(&limits, "a"), 21);
        clock.advance(TimeDelta::hours(1));
        assert_eq!(passed(&limits, "a"), 70, "never more than the burst");
    }

    #[test]
    fn whoever_waits_as_long_as_told_gets_through() {
        let (limits, clock) = limits(1);
        assert_eq!(passed(&limits, "a"), 10);
        let Err(Error::TooMany { retry_after }) = limits.usual(|| Key::holder("a")) else { panic!() };
        clock.advance(TimeDelta::from_std(retry_after).unwrap());
        assert!(limits.usual(|| Key::holder("a")).is_ok());
    }

    #[test]
    fn a_tenth_where_it_pays_to_guess_and_never_none() {
        for (per_second, strict) in [(100, 100), (5, 10)] {
            let (limits, _) = limits(per_second);
            let key = || Key::peer(Some("192.0.2.1".parse().unwrap()));
            assert_eq!((0..1000).take_while(|_| limits.strict(key).is_ok()).count(), strict, "{per_second}");
        }
    }

    #[test]
    fn zero_is_no_limit() {
        let (limits, _) = limits(0);
        assert_eq!(passed(&limits, "a"), 1000);
    }

    #[test]
    fn an_address_is_a_network_of_ipv6_and_never_a_holder() {
        let peer = |address: &str| Key::peer(Some(address.parse().unwrap()));
        assert_eq!(peer("2001:db8:1:2::1"), peer("2001:db8:1:2:ffff::2"));
        assert_ne!(peer("2001:db8:1:2::1"), peer("2001:db8:1:3::1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
    }

    #[test]
    fn those_who_left_are_forgotten() {
        let (limits, clock) = limits(10);
        let (usual, _) = limits.0.as_ref().unwrap();
        for n in 0..SWEEP * 2 {
            clock.advance(TimeDelta::seconds(1));
            usual.check(&Key::holder(&n.to_string())).unwrap();
        }
        assert!(usual.counts.len() < SWEEP as usize, "{}", usual.counts.len());
    }
}
