//! SQLite: one writer task, shared commits.
//!
//! A commit costs a wait for the disk, so writes that arrive while one is under way share the next. Each has its own
//! savepoint: a refused one leaves nothing and disturbs nobody. The sequencer is the last step of the same batch, so an
//! event and its index are one commit. A failure of the database itself (disk full, I/O) fails the whole batch, because
//! SQLite may already have rolled it back.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use super::job::{Indices, Job, Verdict};
use super::postgres::STATEMENTS;
use super::{OpenError, Phase, Tx};
use crate::error::Error;
use crate::ledger::{Ledger, sequencer};

const READERS: u32 = 8;
/// How many writes may wait before new ones wait outside.
pub(super) const QUEUE: usize = 1024;
/// A batch ends when nothing waits any more, or at one of these two. The time is that of a few commits: shorter, and
/// most of the time would go into commits; longer, and the first in the batch would wait too long for the last.
const BATCH_JOBS: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(8);
/// How often the write-ahead log is tidied while something is written.
const TIDY: Duration = Duration::from_secs(1);
/// Before this release a write-ahead log that was reset at the wrong moment could corrupt the database.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Opens the file, creating it if need be: the one connection that writes, and the pool that reads.
pub(super) async fn open(path: &Path) -> Result<(PoolConnection<Sqlite>, SqlitePool), OpenError> {
    let place = path.display().to_string();
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("recursive_triggers", "ON")
        // Moving pages out of the write-ahead log is [`tidy`]'s work; should it not come to it, the writer does it here.
        .pragma("wal_autocheckpoint", "16000")
        .pragma("cache_size", "-16000")
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(STATEMENTS);
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    let failed = |error: sqlx::Error| OpenError::database(&place, &error);
    let mut writer =
        pool(1).connect_with(options.clone()).await.map_err(failed)?.acquire().await.map_err(failed)?;
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut *writer).await.map_err(failed)?;
    if parse_version(&version) < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite { version });
    }
    let readers = pool(READERS).connect_with(options.pragma("query_only", "ON")).await.map_err(failed)?;
    Ok((writer, readers))
}

/// Moves what was committed from the write-ahead log into the database, every now and then and without holding up the
/// writer, which would do it in the middle of a commit.
pub(super) async fn tidy(readers: SqlitePool, commits: Arc<AtomicU64>, mut phase: watch::Receiver<Phase>) {
    let mut tidied = 0;
    loop {
        tokio::select! {
            () = sleep(TIDY) => {}
            _ = phase.wait_for(|phase| *phase > Phase::Open) => return,
        }
        let now = commits.load(Ordering::Relaxed);
        if now == tidied {
            continue;
        }
        match sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(&readers).await {
            Ok(_) => tidied = now,
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log could not be tidied; it will be tried again");
            }
        }
    }
}

fn parse_version(version: &str) -> (u32, u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

/// The writer task.
pub(super) struct Writer {
    pub(super) tx: Tx,
    pub(super) queue: mpsc::Receiver<Box<dyn Job>>,
    pub(super) ledger: Arc<Ledger>,
    /// How many batches were committed.
    pub(super) commits: Arc<AtomicU64>,
    /// Whether the sequencer runs in each batch; a command line beside a server leaves that to the server.
    pub(super) sequences: bool,
}

impl Writer {
    /// Runs until the queue is closed and empty.
    pub(super) async fn run(mut self, mut phase: watch::Receiver<Phase>) {
        loop {
            let job = tokio::select! {
                job = self.queue.recv() => job,
                _ = phase.wait_for(|phase| *phase == Phase::Closed), if !self.queue.is_closed() => {
                    self.queue.close();
                    continue;
                }
            };
            let Some(first) = job else { break };
            self.batch(first).await;
        }
        self.tx.close().await;
    }

    /// One commit, and then the answers.
    async fn batch(&mut self, first: Box<dyn Job>) {
        let mut jobs = Vec::new();
        let committed = match self.transact(first, &mut jobs).await {
            Ok(indices) => Ok(indices),
            Err(error) => {
                tracing::error!(%error, jobs = jobs.len(), "a batch of writes failed as a whole");
                // SQLite rolls back by itself on some failures; then this one has nothing left to do.
                drop(self.tx.run("ROLLBACK").await);
                Err(error.to_string())
            }
        };
        for job in jobs {
            job.finish(committed.as_ref().map_err(String::as_str));
        }
        if committed.is_ok_and(|indices| !indices.is_empty()) {
            self.ledger.wake();
        }
    }

    async fn transact(
        &mut self,
        first: Box<dyn Job>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> Result<Indices, Error> {
        let mut next = Some(first);
        let began = self.tx.run("BEGIN IMMEDIATE").await;
        let started = Instant::now();
        while let Some(mut job) = next {
            let done = match &began {
                Ok(()) => self.savepoint(&mut *job).await,
                Err(_) => Ok(()),
            };
            jobs.push(job);
            done?;
            let more = began.is_ok() && jobs.len() < BATCH_JOBS && started.elapsed() < BATCH_TIME;
            next = if more { self.queue.try_recv().ok() } else { None };
        }
        began?;
        let indices = self.sequence().await?;
        self.tx.run("COMMIT").await?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(indices)
    }

    /// Runs one job so that it leaves all of its changes or none. An error is the whole batch's.
    async fn savepoint(&mut self, job: &mut dyn Job) -> Result<(), Error> {
        self.tx.restart();
        self.tx.run("SAVEPOINT job").await?;
        match job.run(&mut self.tx).await {
            Verdict::Keep => self.tx.run("RELEASE job").await,
            Verdict::Undo => {
                self.tx.run("ROLLBACK TO job").await?;
                self.tx.run("RELEASE job").await
            }
            Verdict::Broken(detail) => Err(Error::Storage(detail)),
        }
    }

    /// Gives the batch's events their indices. What is wrong with the log must not undo the business rows: they keep
    /// their outbox rows, and the ledger halts.
    async fn sequence(&mut self) -> Result<Indices, Error> {
        if !self.sequences || self.ledger.halted().is_some() {
            return Ok(Indices::new());
        }
        self.tx.run("SAVEPOINT sequence").await?;
        let log_id = self.tx.log_id();
        match sequencer::drain(&mut self.tx, log_id).await {
            Ok(indices) => {
                self.tx.run("RELEASE sequence").await?;
                Ok(indices)
            }
            Err(Error::Storage(detail)) => Err(Error::Storage(detail)),
            Err(error) => {
                self.tx.run("ROLLBACK TO sequence").await?;
                self.tx.run("RELEASE sequence").await?;
                self.ledger.halt(format!("the sequencer cannot go on: {error}"));
                Ok(Indices::new())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse_version("3.51.2") < OLDEST_SQLITE);
        assert!(parse_version("3.9.100") < OLDEST_SQLITE);
        assert!(parse_version("3.51.3") >= OLDEST_SQLITE);
        assert!(parse_version("4.0") > OLDEST_SQLITE);
    }
}
