//! Time and randomness, passed in.
//!
//! Nothing in Assay reads a clock or draws a random number by itself: it takes a [`Clock`] and a [`Rng`]. So every use
//! case can be replayed in a test with a fixed clock and a seeded generator, and clippy's `disallowed-methods` keeps
//! it so. To add another source, implement one of the two traits; nothing else has to know.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The current time, truncated to milliseconds: the engines keep different precisions beyond that.
    fn now(&self) -> DateTime<Utc>;

    /// How much time has passed since some moment: for measuring, because it never goes back when the clock is set.
    fn elapsed(&self) -> Duration;
}

/// Where random bytes come from.
pub trait Rng: Send + Sync {
    /// Fills `bytes` with random bytes that are fit for secrets (in tests: reproducible ones).
    fn fill(&self, bytes: &mut [u8]);
}

/// A fresh UUID of version 7: sortable by the time it was made, to the millisecond.
pub fn new_id(clock: &dyn Clock, rng: &dyn Rng) -> Uuid {
    let mut random = [0; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        to_millis(Utc::now())
    }

    fn elapsed(&self) -> Duration {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGAN.elapsed()
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws from the operating system"
    )]
    #[expect(
        clippy::expect_used,
        reason = "without randomness no secret can be made: going on would be worse"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A clock that stands still until it is told to move. For tests.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `at`.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(at.timestamp_millis()))
    }

    /// Moves the clock by `by`, which may be negative.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or_default())
    }
}

/// A reproducible generator: SHA-256 of seed and counter. For tests and never for secrets.
pub struct SeededRng {
    seed: u64,
    block: Mutex<u64>,
}

impl SeededRng {
    /// A generator whose output depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self { seed, block: Mutex::new(0) }
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut block = self.block.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            let digest = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(block.to_be_bytes())
                .finalize();
            chunk.copy_from_slice(&digest[..chunk.len()]);
            *block += 1;
        }
    }
}

impl fmt::Debug for SeededRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededRng").field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// Cuts a time to milliseconds, towards the past.
pub fn to_millis(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_no_more_than_milliseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000_000, 0);
    }

    #[test]
    fn ids_sort_by_time_and_replay_from_the_seed() {
        let clock = FixedClock::new(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let rng = SeededRng::new(7);
        let first = new_id(&clock, &rng);
        clock.advance(TimeDelta::milliseconds(1));
        let second = new_id(&clock, &rng);
        assert!(first < second);
        assert_eq!(first.get_version_num(), 7);
        clock.advance(TimeDelta::milliseconds(-1));
        assert_eq!(first, new_id(&clock, &SeededRng::new(7)));
    }
}
