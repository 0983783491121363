//! What the databases do without us: one row, one commit. Benchmarks compare with it, in the same run and on the same disk.

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
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query("CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB NOT NULL)").execute(&pool).await?;
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
    let (start, left) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let mut workers: JoinSet<Result<Vec<Duration>>> = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (pool, left) = (pool.clone(), left.clone());
        workers.spawn(async move {
            let mut each = Vec::new();
            while left.fetch_add(1, Ordering::Relaxed) < count {
                let begun = Instant::now();
                sqlx::query("INSERT INTO raw (body) VALUES ($1)")
                    .bind(vec![7_u8; BODY])
                    .execute(&pool)
                    .await?;
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
