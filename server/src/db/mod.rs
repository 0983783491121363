//! Storage: SQLite or PostgreSQL, chosen once at start, behind one door for looking and one for changing.
//!
//! [`Db::read`] gives a connection to look with. [`Db::write`] runs a use case as one transaction: rule, rows and ledger
//! event together. SQL lives in the rooms' `store.rs`, one text for both engines, run with the macros of [`conn`].
//! Migrations stand in `migrations/sqlite` and `migrations/postgres` under the same numbers ([`schema`]); to add a
//! table, add the next number to both.

mod conditions;
pub mod conn;
mod job;
pub mod many;
mod open;
mod postgres;
pub mod schema;
mod sqlite;
mod tx;

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use sqlx::{PgPool, SqlitePool};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::{Clock, Rng};
use crate::error::Error;
use crate::ledger::log::Log;
use crate::ledger::{Ledger, LedgerHealth, task};

pub use crate::ledger::receipt::{Receipt, Ticket};
pub use conditions::{Arg, Conditions};
pub use conn::Conn;
pub use job::Indices;
pub use open::{FILE_NAME, OpenError, Options, Role};
pub use tx::Tx;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    env: Arc<Env>,
    ledger: Arc<Ledger>,
    pub(crate) phase: watch::Sender<Phase>,
    tasks: Mutex<Tasks>,
    role: Role,
}

pub(crate) enum Engine {
    Sqlite { jobs: mpsc::Sender<Box<dyn job::Job>>, readers: SqlitePool },
    Postgres(PgPool),
}

/// How far closing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Open,
    /// The background work of the ledger ends; it still writes.
    Closing,
    /// The writer ends.
    Closed,
}

#[derive(Default)]
struct Tasks {
    ledger: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<()>>,
}

/// What transactions draw on.
pub(crate) struct Env {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) log: Log,
}

/// What came of a write, and the way to its receipt.
#[derive(Debug)]
pub struct Written<T> {
    /// What the closure gave.
    pub value: T,
    /// Leads to the receipt of what was recorded.
    pub ticket: Ticket,
}

impl Db {
    /// A connection to look with: the only way to look.
    ///
    /// # Errors
    /// [`Error::Storage`] when none can be had.
    pub async fn read(&self) -> Result<Conn, Error> {
        Ok(match &self.0.engine {
            Engine::Sqlite { readers, .. } => Conn::Sqlite(readers.acquire().await?),
            Engine::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// Runs `work` as one transaction: the only way to change state. An error undoes all of it. The answer comes after
    /// the commit, and a caller that goes away cancels nothing. On PostgreSQL the closure runs again after a lost race,
    /// hence `Fn`; nothing inside may wait for the sequencer or open another connection.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Unavailable`] while the ledger is halted; [`Error::Storage`] when the database fails.
    pub async fn write<T, F>(&self, work: F) -> Result<Written<T>, Error>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
    {
        self.ledger().ready()?;
        self.submit(work).await
    }

    /// As [`Db::write`], even while the ledger is halted.
    pub(crate) async fn submit<T, F>(&self, work: F) -> Result<Written<T>, Error>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
    {
        match &self.0.engine {
            Engine::Sqlite { jobs, .. } => {
                let closed = || Error::unavailable("The server is shutting down.", 5);
                let (job, answer) = job::Work::new(self.clone(), work);
                jobs.send(Box::new(job)).await.map_err(|_| closed())?;
                answer.await.map_err(|_| closed())?
            }
            Engine::Postgres(pool) => postgres::write(self.clone(), pool.clone(), work).await,
        }
    }

    /// The ticket of an event recorded earlier: how a repeated request finds the receipt of the first.
    pub fn ticket(&self, event: Uuid) -> Ticket {
        Ticket::new(self.clone(), vec![(event, None)])
    }

    /// The log that this database holds.
    pub fn log(&self) -> &Log {
        &self.0.env.log
    }

    /// The state of the ledger.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.0.ledger
    }

    /// How the ledger is doing.
    pub fn ledger_health(&self) -> LedgerHealth {
        self.ledger().health()
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.0.engine, Engine::Postgres(_))
    }

    /// Finishes what was begun and closes every connection. Later writes are refused.
    pub async fn close(&self) {
        if let Err(error) = task::advance(self).await {
            tracing::error!(%error, "what is in the outbox will be sequenced at the next start");
        }
        let tasks = std::mem::take(&mut *self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.phase.send_replace(Phase::Closing);
        futures::future::join_all(tasks.ledger).await;
        self.0.phase.send_replace(Phase::Closed);
        futures::future::join_all(tasks.writer).await;
        match &self.0.engine {
            Engine::Sqlite { readers, .. } => readers.close().await,
            Engine::Postgres(pool) => pool.close().await,
        }
        self.ledger().release().await;
    }

    pub(crate) fn env(&self) -> &Arc<Env> {
        &self.0.env
    }

    pub(crate) fn role(&self) -> Role {
        self.0.role
    }
}
