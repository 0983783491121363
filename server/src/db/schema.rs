//! Migrations, embedded in the program: `migrations/sqlite` and `migrations/postgres`, the same numbers in both.

use sqlx::migrate::{MigrateError, Migrator};

use super::{Conn, OpenError};
use crate::fetch_all;

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// The numbers of the migrations that this program carries, for each engine.
pub fn numbers() -> [Vec<i64>; 2] {
    [&SQLITE, &POSTGRES].map(|migrator| migrator.iter().map(|migration| migration.version).collect())
}

/// Brings the schema up to date; refuses a database that a newer program has changed.
pub(super) async fn migrate(conn: &mut Conn) -> Result<(), OpenError> {
    let result = match conn {
        Conn::Sqlite(conn) => SQLITE.run(&mut **conn).await,
        Conn::Postgres(conn) => POSTGRES.run(&mut **conn).await,
    };
    let known = latest(conn);
    result.map_err(|error| match error {
        MigrateError::VersionMissing(found) => OpenError::NewerSchema { found, known },
        MigrateError::VersionMismatch(number) => OpenError::ChangedMigration { number },
        other => OpenError::database("the schema of the database", &other),
    })
}

/// Whether the schema is what this program expects, without changing it.
pub(super) async fn check(conn: &mut Conn) -> Result<(), OpenError> {
    let known = latest(conn);
    let applied = fetch_all!(conn, (i64,), "SELECT version FROM _sqlx_migrations ORDER BY version").await;
    // Without the table, no migration has been run at all.
    let found = applied.ok().and_then(|applied| applied.last().copied()).map_or(0, |(version,)| version);
    match found.cmp(&known) {
        std::cmp::Ordering::Less => Err(OpenError::OlderSchema { found, known }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(OpenError::NewerSchema { found, known }),
    }
}

fn latest(conn: &Conn) -> i64 {
    let migrator = if conn.is_postgres() { &POSTGRES } else { &SQLITE };
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}
