//! Certainty: a ticket comes back from every write, and leads to a receipt.
//!
//! A receipt is awaited outside the write, by callers that must not answer before the record is in the log. It is a
//! C2SP `tlog-proof`: anybody can check it offline with the log's public key.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use assay_ledger::{Proof, SignedCheckpoint};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::{task, trail};
use crate::db::{Db, Role};
use crate::error::Error;

/// How long a caller waits. After that the record is still made, and asking again finds it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Leads to the receipts of what one write recorded.
#[derive(Clone)]
pub struct Ticket {
    db: Db,
    events: Vec<(Uuid, Option<u64>)>,
}

/// Proof that an event is in the log.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The event's id.
    pub event: Uuid,
    /// Its place in the log, from 0.
    pub index: u64,
    /// The signed state of the log that covers it.
    pub checkpoint: Arc<SignedCheckpoint>,
    /// A `c2sp.org/tlog-proof@v1`: index, inclusion proof and checkpoint.
    pub text: String,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("events", &self.events).finish_non_exhaustive()
    }
}

impl Ticket {
    pub(crate) fn new(db: Db, events: Vec<(Uuid, Option<u64>)>) -> Self {
        Self { db, events }
    }

    /// The ids of the events, in the order in which they were recorded.
    pub fn events(&self) -> impl Iterator<Item = Uuid> {
        self.events.iter().map(|(event, _)| *event)
    }

    /// The ticket of one of the events.
    pub fn of(&self, event: Uuid) -> Self {
        let index = self.events.iter().find(|(known, _)| *known == event).and_then(|(_, index)| *index);
        Self::new(self.db.clone(), vec![(event, index)])
    }

    /// The receipt of the event recorded last: by convention the one that the use case is about.
    ///
    /// # Errors
    /// [`Error::Unavailable`] after 5 s, or when the ledger is halted: the record is kept, and asking again finds it.
    pub async fn receipt(&self) -> Result<Receipt, Error> {
        let (event, index) = self
            .events
            .last()
            .copied()
            .ok_or_else(|| Error::internal("nothing was recorded, so nothing has a receipt"))?;
        self.db.ledger().ready()?;
        let receipt = async {
            if self.db.role() == Role::Server {
                self.wait(event, index).await
            } else {
                self.work(event, index).await
            }
        };
        timeout(PATIENCE, receipt).await.unwrap_or_else(|_| {
            Err(Error::unavailable("It is recorded, but has no place in the ledger yet. Ask again.", 1))
        })
    }

    async fn wait(&self, event: Uuid, index: Option<u64>) -> Result<Receipt, Error> {
        let index = match index {
            Some(index) => index,
            None => self.index_of(event).await?,
        };
        let checkpoint = self.db.ledger().signed_beyond(index).await?;
        let size = checkpoint.checkpoint().size;
        let hashes = self.db.receipt_proof(index, size).await?;
        let proof = Proof { extra: None, index, hashes, checkpoint: SignedCheckpoint::clone(&checkpoint) };
        Ok(Receipt { event, index, checkpoint, text: proof.to_string() })
    }

    async fn index_of(&self, event: Uuid) -> Result<u64, Error> {
        // Wait first, then look: so it cannot slip through in between.
        let announced = self.db.ledger().wait_for(event);
        let mut conn = self.db.read().await?;
        if let Some(index) = trail::index_of(&mut conn, event).await? {
            return Ok(index);
        }
        drop(conn);
        announced.await.map_err(Error::internal)
    }

    /// A command has no background work: it does it here, or waits for the server that does.
    async fn work(&self, event: Uuid, index: Option<u64>) -> Result<Receipt, Error> {
        let drive = async {
            loop {
                task::advance(&self.db).await?;
                sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            receipt = self.wait(event, index) => receipt,
            failed = drive => failed,
        }
    }
}
