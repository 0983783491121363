//! What every use case needs at hand: database, time, randomness, settings. Cheap to clone, the same for all requests.

use crate::approvals::events::together::Report;
use crate::approvals::service::Outcomes;
use crate::ci_trust::{keys::Keyring, signing::OwnKey};
use crate::clock::{Clock, Rng};
use crate::config;
use crate::db::{Db, Ticket};
use crate::gate::together::{Asking, Kept};
use crate::gather::Gather;
use crate::http::limits::Limits;
use crate::questionnaires::service::Cache;
use std::ops::Deref;
use std::sync::Arc;
use uuid::Uuid;

/// The running installation.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] consists of.
pub struct Parts {
    /// Storage and ledger.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// How people reach the server.
    pub config: config::Http,
    /// Questionnaires that were read before.
    pub banks: Cache,
    /// Keys of the CIs that are trusted.
    pub issuer_keys: Keyring,
    /// The key that signs our own short-lived tokens.
    pub token_key: OwnKey,
    /// Approval events that arrive at the same time.
    pub reports: Gather<Report, (Outcomes, Ticket)>,
    /// Questions to the gate that are decided on record at the same time.
    pub gate_decisions: Gather<Asking, (Kept, Ticket)>,
    /// How often one may ask.
    pub limits: Limits,
    /// Passwords being hashed at once: each takes a core and 19 MiB.
    pub hashing: tokio::sync::Semaphore,
}

/// How many passwords may be hashed at once.
const HASHING_AT_ONCE: usize = 2;
/// How many transactions of a kind that is gathered run at once: while one waits for its commit, the next is put together.
const TURNS_ON_POSTGRES: usize = 2;

impl App {
    /// Puts an installation together.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, config: config::Http) -> Self {
        let hashing = tokio::sync::Semaphore::new(HASHING_AT_ONCE);
        let limits = Limits::new(config.rate_limit, clock.clone());
        let (banks, issuer_keys, token_key) = Default::default();
        let turns = if db.is_postgres() { TURNS_ON_POSTGRES } else { 1 };
        let (reports, gate_decisions) = (Gather::new(turns), Gather::new(turns));
        Self(Arc::new(Parts {
            db,
            clock,
            rng,
            config,
            banks,
            issuer_keys,
            token_key,
            reports,
            gate_decisions,
            limits,
            hashing,
        }))
    }

    /// A fresh UUID of version 7.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        crate::clock::new_id(&*self.clock, &*self.rng)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
