//! The server's side of the audit trail: outbox, sequencer, publisher, receipts, reading and checking.
//!
//! What the bytes are and how they are proven is the business of the `assay-ledger` crate; here they are stored. An
//! event is recorded with [`Tx::record`](crate::db::Tx::record) inside the business transaction ([`outbox`]), gets its
//! index from the [`sequencer`], and is covered by a checkpoint that the [`publisher`] signs. [`task`] keeps the two
//! going. Whoever needs certainty awaits a [`receipt`]. Pages read through [`trail`], proofs are made in [`proofs`],
//! and [`fsck`] rechecks everything. A new table of the ledger needs guards in both migrations and a check in `fsck`.

pub mod entries;
pub mod fsck;
pub(crate) mod key;
pub(crate) mod lock;
pub mod log;
mod outbox;
pub mod proofs;
pub(crate) mod publisher;
pub mod receipt;
mod reconcile;
mod rows;
pub mod sequencer;
pub(crate) mod task;
pub mod trail;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use assay_ledger::SignedCheckpoint;
use tokio::sync::{Notify, oneshot, watch};
use uuid::Uuid;

use crate::db::{Indices, Options};
use crate::error::Error;

/// After how many rows the outbox is cleaned up.
const CLEAN_AFTER: usize = 2000;

/// What the process knows about its log: who waits for an index, what was signed last, whether all is well.
pub struct Ledger {
    pub(crate) data_dir: PathBuf,
    pub(crate) rows: proofs::RowCache,
    pub(crate) worker: tokio::sync::Mutex<task::Worker>,
    halted: watch::Sender<Option<String>>,
    signed: watch::Sender<Option<Arc<SignedCheckpoint>>>,
    waiting: Mutex<HashMap<Uuid, Vec<oneshot::Sender<u64>>>>,
    wake: Notify,
    /// How many rows went through the outbox since it was cleaned up.
    through_outbox: AtomicUsize,
}

/// How the ledger is doing, for `/readyz`, the administrator's page and the banner on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerHealth {
    /// Why writes are refused; `None` when all is well.
    pub halted: Option<String>,
    /// The size of the last checkpoint that this process knows.
    pub signed_size: Option<u64>,
}

impl Ledger {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            data_dir: options.data_dir.clone(),
            rows: proofs::RowCache::default(),
            worker: tokio::sync::Mutex::default(),
            halted: watch::Sender::new(None),
            signed: watch::Sender::new(None),
            waiting: Mutex::default(),
            wake: Notify::new(),
            through_outbox: AtomicUsize::new(0),
        }
    }

    /// How the ledger is doing.
    pub fn health(&self) -> LedgerHealth {
        let signed_size = self.signed.borrow().as_ref().map(|signed| signed.checkpoint().size);
        LedgerHealth { halted: self.halted(), signed_size }
    }

    /// Why the ledger stopped, if it did.
    pub(crate) fn halted(&self) -> Option<String> {
        self.halted.borrow().clone()
    }

    /// Refuses to write while the ledger is halted.
    pub(crate) fn ready(&self) -> Result<(), Error> {
        match self.halted() {
            Some(reason) => Err(Error::unavailable(format!("Nothing can be recorded: {reason}"), 60)),
            None => Ok(()),
        }
    }

    /// Stops signing and refuses writes from now on. Only a restart, after somebody looked, ends this.
    pub(crate) fn halt(&self, reason: String) {
        tracing::error!(%reason, "the ledger is halted");
        self.halted.send_replace(Some(reason));
    }

    /// So many rows more went through the outbox: whether that makes enough since it was cleaned up. Whoever is told so
    /// cleans up.
    pub(crate) fn outbox_wants_cleaning(&self, rows: usize) -> bool {
        let through = self.through_outbox.fetch_add(rows, Ordering::Relaxed) + rows;
        let wants = through >= CLEAN_AFTER;
        if wants {
            self.through_outbox.store(0, Ordering::Relaxed);
        }
        wants
    }

    /// There may be something to sequence or to sign.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Tells who waits for one of these events which index it got.
    pub(crate) fn announce(&self, indices: &Indices) {
        let mut waiting = self.waiting();
        if waiting.is_empty() {
            return;
        }
        for (event, index) in indices {
            for waiter in waiting.remove(event).unwrap_or_default() {
                waiter.send(*index).ok();
            }
        }
    }

    /// Will be told when the event is announced.
    pub(crate) fn wait_for(&self, event: Uuid) -> oneshot::Receiver<u64> {
        let (sender, receiver) = oneshot::channel();
        self.waiting().entry(event).or_default().push(sender);
        receiver
    }

    /// The events that somebody still waits for; forgets those whose waiters are gone.
    pub(crate) fn awaited(&self) -> Vec<Uuid> {
        let mut waiting = self.waiting();
        waiting.retain(|_, waiters| {
            waiters.retain(|waiter| !waiter.is_closed());
            !waiters.is_empty()
        });
        waiting.keys().copied().collect()
    }

    /// A checkpoint was signed, here or elsewhere.
    pub(crate) fn announce_signed(&self, signed: Arc<SignedCheckpoint>) {
        self.signed.send_if_modified(|last| {
            let newer = last.as_ref().is_none_or(|last| last.checkpoint().size < signed.checkpoint().size);
            if newer {
                *last = Some(signed);
            }
            newer
        });
    }

    /// Whether somebody waits for the next checkpoint.
    pub(crate) fn checkpoint_awaited(&self) -> bool {
        self.signed.receiver_count() > 0
    }

    /// The first known checkpoint that covers the entry at `index`.
    pub(crate) async fn signed_beyond(&self, index: u64) -> Result<Arc<SignedCheckpoint>, Error> {
        let mut signed = self.signed.subscribe();
        let covers = |signed: &Option<Arc<SignedCheckpoint>>| {
            signed.as_ref().is_some_and(|signed| signed.checkpoint().size > index)
        };
        let found = signed.wait_for(covers).await.map_err(Error::internal)?.clone();
        found.ok_or_else(|| Error::internal("no checkpoint where one was found"))
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, Vec<oneshot::Sender<u64>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
