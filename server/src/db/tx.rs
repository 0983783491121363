//! One business transaction: a connection that may write, the time, fresh ids, and the record of what was done.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::{Conn, Env};
use crate::clock;
use crate::error::Error;

/// What the closure of [`Db::write`](super::Db::write) works with. Derefs to [`Conn`].
pub struct Tx {
    conn: Conn,
    env: Arc<Env>,
    now: DateTime<Utc>,
    recorded: Vec<Uuid>,
}

impl Tx {
    pub(super) fn new(conn: Conn, env: Arc<Env>) -> Self {
        let now = env.clock.now();
        Self { conn, env, now, recorded: Vec::new() }
    }

    /// Makes ready for the next piece of work on the same connection.
    pub(super) fn restart(&mut self) {
        self.now = self.env.clock.now();
        self.recorded.clear();
    }

    /// The ids of the events recorded since the last (re)start.
    pub(super) fn take_recorded(&mut self) -> Vec<Uuid> {
        std::mem::take(&mut self.recorded)
    }

    /// Closes the connection; on SQLite the last one to go empties the write-ahead log.
    pub(super) async fn close(self) {
        let closed = match self.conn {
            Conn::Sqlite(conn) => conn.close().await,
            Conn::Postgres(conn) => conn.close().await,
        };
        if let Err(error) = closed {
            tracing::warn!(%error, "a connection could not be closed");
        }
    }

    pub(crate) fn note_recorded(&mut self, event: Uuid) {
        self.recorded.push(event);
    }

    pub(crate) fn log_id(&self) -> i64 {
        self.env.log.id
    }

    /// Runs a part of the work. A refusal of the part undoes what the part did, and nothing else: the inner result. A
    /// database that fails, and a lost race, are the whole work's: the outer one.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::LostRace`].
    pub async fn part<T, F>(&mut self, work: F) -> Result<Result<T, Error>, Error>
    where
        F: for<'t> FnOnce(&'t mut Self) -> BoxFuture<'t, Result<T, Error>> + Send,
    {
        let recorded = self.recorded.len();
        self.conn.run("SAVEPOINT part").await?;
        match work(self).await {
            Ok(value) => self.conn.run("RELEASE part").await.map(|()| Ok(value)),
            Err(error @ (Error::Storage(_) | Error::LostRace(_))) => Err(error),
            Err(error) => {
                self.conn.run("ROLLBACK TO part").await?;
                self.conn.run("RELEASE part").await?;
                self.recorded.truncate(recorded);
                Ok(Err(error))
            }
        }
    }

    /// When this transaction began. All rows of one use case carry the same time.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A fresh UUID of version 7.
    pub fn new_id(&mut self) -> Uuid {
        clock::new_id(&*self.env.clock, &*self.env.rng)
    }

    /// 32 random bytes, fit for a secret.
    pub fn secret32(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.env.rng.fill(&mut bytes);
        bytes
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
