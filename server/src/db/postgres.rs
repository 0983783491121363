//! PostgreSQL: one transaction per write, run again after a lost race.

use std::str::FromStr;
use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgPool};
use tokio::time::sleep;

use super::job::run_caught;
use super::{Conn, Db, OpenError, Ticket, Tx, Written};
use crate::error::Error;

const CONNECTIONS: u32 = 16;
/// How many statements each connection keeps prepared.
pub(super) const STATEMENTS: usize = 256;
/// After so long without use a connection is tried before it is handed out.
const STALE: Duration = Duration::from_secs(1);
/// How often a write is tried before a lost race is given up to the caller.
const ATTEMPTS: u32 = 10;

/// Connects, and refuses a server that would lose acknowledged writes.
pub(super) async fn open(url: &str) -> Result<PgPool, OpenError> {
    let options =
        PgConnectOptions::from_str(url).map_err(|error| OpenError::database("the database URL", &error))?;
    let options = options.statement_cache_capacity(STATEMENTS);
    let place = format!("PostgreSQL at {}:{}", options.get_host(), options.get_port());
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        // A connection that was in use a moment ago is alive: asking each time would cost a round trip.
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move { Ok(meta.idle_for < STALE || conn.ping().await.is_ok()) })
        })
        .connect_with(options)
        .await
        .map_err(|error| OpenError::database(&place, &error))?;
    for (setting, sql) in [("fsync", "SHOW fsync"), ("synchronous_commit", "SHOW synchronous_commit")] {
        let value: String = sqlx::query_scalar(sql)
            .fetch_one(&pool)
            .await
            .map_err(|error| OpenError::database(&place, &error))?;
        if value == "off" {
            return Err(OpenError::NotDurable { setting });
        }
    }
    Ok(pool)
}

impl Db {
    /// A plain READ COMMITTED transaction for the ledger's own work; the caller ends it.
    pub(crate) async fn begin(&self) -> Result<Tx, Error> {
        let mut tx = Tx::new(self.read().await?, self.env().clone());
        tx.run("BEGIN").await?;
        Ok(tx)
    }
}

/// Runs the work to its end even when the caller goes away.
pub(super) async fn write<T, F>(db: Db, pool: PgPool, work: F) -> Result<Written<T>, Error>
where
    T: Send + 'static,
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
{
    let task = tokio::spawn(async move {
        let mut attempt = 1;
        loop {
            match transact(&db, &pool, &work).await {
                Err(Error::LostRace(_)) if attempt < ATTEMPTS => {
                    sleep(pause(&db, attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    });
    task.await.map_err(Error::internal)?
}

/// Longer with each attempt, and never the same for two writers, so that they do not meet again.
fn pause(db: &Db, attempt: u32) -> Duration {
    let mut random = [0];
    db.env().rng.fill(&mut random);
    Duration::from_micros(u64::from(attempt) * (500 + 20 * u64::from(random[0])))
}

async fn transact<T, F>(db: &Db, pool: &PgPool, work: &F) -> Result<Written<T>, Error>
where
    T: Send + 'static,
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
{
    let mut tx = Tx::new(Conn::Postgres(pool.acquire().await?), db.env().clone());
    // REPEATABLE READ: two writers of one row never overwrite each other unseen, one of them runs again.
    tx.run("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    let result = run_caught(work, &mut tx).await;
    let ended = tx.run(if result.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    if ended.is_err() {
        tx.discard();
    }
    let value = result?;
    ended?;
    let events: Vec<_> = tx.take_recorded().into_iter().map(|id| (id, None)).collect();
    if !events.is_empty() {
        db.ledger().wake();
    }
    Ok(Written { value, ticket: Ticket::new(db.clone(), events) })
}
