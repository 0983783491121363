//! What the databases do without us: one row, one commit, or one row looked up by its key. Benchmarks compare with it, in
//! the same run and on the same disk.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use assay_bench::rate::Run;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use tokio::task::JoinSet;

/// About as many bytes as an event has.
const BODY: usize = 600;
/// As many connections as the server has.
const CONNECTIONS: u32 = 16;

/// A SQLite file with the settings of the server.
///
/// # Errors
/// When it cannot be made.
pub async fn sqlite(folder: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("raw.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    // Writers of SQLite take turns in any case; readers do not.
    let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
    sqlx::query("CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB NOT NULL)").execute(&pool).await?;
    sqlx::query("INSERT INTO raw (body) VALUES ($1)").bind(vec![7_u8; BODY]).execute(&pool).await?;
    Ok(pool)
}

/// A PostgreSQL database.
///
/// # Errors
/// When it cannot be reached.
pub async fn postgres(url: &str) -> Result<PgPool> {
    let options = sqlx::postgres::PgConnectOptions::from_str(url)?;
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
    let sql = "CREATE TABLE raw (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body BYTEA NOT NULL)";
    sqlx::query(sql).execute(&pool).await?;
    sqlx::query("INSERT INTO raw (body) VALUES ($1)").bind(vec![7_u8; BODY]).execute(&pool).await?;
    Ok(pool)
}

/// Commits `count` rows, one after the other: SQLite has one writer.
///
/// # Errors
/// When one cannot be stored.
pub async fn commits_sqlite(pool: &SqlitePool, count: usize) -> Result<Run> {
    let (start, mut each) = (Instant::now(), Vec::with_capacity(count));
    for _ in 0..count {
        let begun = Instant::now();
        sqlx::query("INSERT INTO raw (body) VALUES ($1)").bind(vec![7_u8; BODY]).execute(pool).await?;
        each.push(begun.elapsed());
    }
    Ok(Run { took: start.elapsed(), each })
}

/// Commits `count` rows over all connections at once.
///
/// # Errors
/// When one cannot be stored.
pub async fn commits_postgres(pool: &PgPool, count: usize) -> Result<Run> {
    let pool = pool.clone();
    at_once(count, move || {
        let pool = pool.clone();
        async move {
            sqlx::query("INSERT INTO raw (body) VALUES ($1)").bind(vec![7_u8; BODY]).execute(&pool).await?;
            Ok(())
        }
    })
    .await
}

/// Looks `count` times for a row, over all connections at once.
///
/// # Errors
/// When it cannot be read.
pub async fn reads_sqlite(pool: &SqlitePool, count: usize) -> Result<Run> {
    let pool = pool.clone();
    at_once(count, move || {
        let pool = pool.clone();
        async move {
            sqlx::query("SELECT body FROM raw WHERE id = $1").bind(1_i64).fetch_one(&pool).await?;
            Ok(())
        }
    })
    .await
}

/// The same on PostgreSQL.
///
/// # Errors
/// When it cannot be read.
pub async fn reads_postgres(pool: &PgPool, count: usize) -> Result<Run> {
    let pool = pool.clone();
    at_once(count, move || {
        let pool = pool.clone();
        async move {
            sqlx::query("SELECT body FROM raw WHERE id = $1").bind(1_i64).fetch_one(&pool).await?;
            Ok(())
        }
    })
    .await
}

/// Does something `count` times, as often at once as there are connections.
async fn at_once<F, W>(count: usize, work: F) -> Result<Run>
where
    F: Fn() -> W + Clone + Send + 'static,
    W: Future<Output = Result<()>> + Send,
{
    let (start, left) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let mut workers: JoinSet<Result<Vec<Duration>>> = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (work, left) = (work.clone(), left.clone());
        workers.spawn(async move {
            let mut each = Vec::new();
            while left.fetch_add(1, Ordering::Relaxed) < count {
                let begun = Instant::now();
                work().await?;
                each.push(begun.elapsed());
            }
            Ok(each)
        });
    }
    let mut each = Vec::with_capacity(count);
    while let Some(worker) = workers.join_next().await {
        each.extend(worker??);
    }
    Ok(Run { took: start.elapsed(), each })
}
