//! Opening a database: directory, lock, schema, log and the tasks that work behind [`Db`].

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use assay_domain::audit::catalogue::LedgerCreated;
use assay_domain::audit::{Actor, Event, Subject};
use tokio::sync::{mpsc, watch};

use super::sqlite::{QUEUE, Writer};
use super::{Conn, Db, Engine, Env, Inner, Phase, Tasks, Tx, postgres, schema, sqlite};
use crate::clock::{Clock, Rng};
use crate::error::Error;
use crate::fetch_optional;
use crate::ledger::lock::LockFile;
use crate::ledger::log::Log;
use crate::ledger::{Ledger, task};

/// What the SQLite file in a data directory is called.
pub const FILE_NAME: &str = "assay.sqlite";

/// What a process is going to do with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Serve. On SQLite at most one server runs on a directory; it sequences and signs.
    Server,
    /// A command that may run beside a server: it only adds to the outbox. While no server runs, it sequences and signs
    /// what it added when it asks for a receipt or closes.
    Beside,
}

/// Where the database is and who opens it.
#[derive(Clone)]
pub struct Options {
    /// Holds the SQLite file, the signing key and the signer's state.
    pub data_dir: PathBuf,
    /// A `postgres://` URL; without one, `assay.sqlite` in the data directory.
    pub database_url: Option<String>,
    /// The first part of a new log's origin: the host's public name. An existing log keeps its own.
    pub host: String,
    /// What for.
    pub role: Role,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
}

/// Why a database cannot be opened, in one sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made or written.
    #[error("cannot use the data directory {}: {reason}; choose another with --data", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the operating system says.
        reason: String,
    },
    /// A server holds the lock.
    #[error("another server runs on the data directory {}; stop it first, or choose another directory with --data", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The engine says no.
    #[error("cannot open {place}: {reason}")]
    Database {
        /// The file or server.
        place: String,
        /// What the engine says.
        reason: String,
    },
    /// A newer program was here.
    #[error(
        "the database has schema {found}, but this version of Assay knows none beyond {known}; run the newer version that last used it"
    )]
    NewerSchema {
        /// The migration that this program does not know.
        found: i64,
        /// The last migration that this program knows.
        known: i64,
    },
    /// A server of an older version runs on it, so the schema cannot be brought up to date now.
    #[error(
        "the database has schema {found}, this version of Assay needs {known}, and a server is using it; stop that server, then try again"
    )]
    OlderSchema {
        /// The last migration applied.
        found: i64,
        /// The last migration that this program knows.
        known: i64,
    },
    /// The text of a migration is not what it was when it was applied.
    #[error(
        "migration {number} of this version of Assay differs from the one that made this database; run the version that made it, or start with an empty database"
    )]
    ChangedMigration {
        /// The migration.
        number: i64,
    },
    /// SQLite is too old to be trusted.
    #[error("SQLite {version} has a bug that can corrupt the database; Assay needs 3.51.3 or newer")]
    OldSqlite {
        /// What the library calls itself.
        version: String,
    },
    /// PostgreSQL would lose acknowledged writes.
    #[error("PostgreSQL runs with {setting} = off and could lose what Assay has acknowledged; turn it on")]
    NotDurable {
        /// The setting.
        setting: &'static str,
    },
    /// The key that signs the log.
    #[error("cannot use the log's signing key {}: {reason}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl OpenError {
    pub(crate) fn database(place: &str, reason: &dyn Display) -> Self {
        Self::Database { place: place.to_owned(), reason: reason.to_string() }
    }
}

impl Db {
    /// Opens the database that `options` names, creates or updates its schema, creates the log at the first time, and
    /// starts the tasks that sequence and sign.
    ///
    /// # Errors
    /// See [`OpenError`]; each prints as one sentence.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        make_private_dir(&options.data_dir)?;
        let phase = watch::Sender::new(Phase::Open);
        let ledger = Arc::new(Ledger::new(&options));
        let mut tasks = Tasks::default();
        let (engine, log, lock) = if let Some(url) = &options.database_url {
            let pool = postgres::open(url).await?;
            let conn = pool.acquire().await.map_err(|error| OpenError::database("PostgreSQL", &error))?;
            let mut conn = Conn::Postgres(conn);
            schema::migrate(&mut conn).await?;
            let log = Log::load_or_create(&mut conn, &options).await?;
            (Engine::Postgres(pool), log, None)
        } else {
            let (lock, held) = lock(&options).await?;
            let (writer, readers) = sqlite::open(&options.data_dir.join(FILE_NAME)).await?;
            let mut conn = Conn::Sqlite(writer);
            if held {
                schema::migrate(&mut conn).await?;
            } else {
                schema::check(&mut conn).await?;
            }
            let log = Log::load_or_create(&mut conn, &options).await?;
            let (jobs, queue) = mpsc::channel(QUEUE);
            let tx = Tx::new(conn, Env::new(&options, &log));
            let (sequences, commits) = (options.role == Role::Server, Arc::default());
            let writer =
                Writer { tx, queue, ledger: ledger.clone(), commits: Arc::clone(&commits), sequences };
            tasks.writer = Some(tokio::spawn(writer.run(phase.subscribe())));
            tasks.ledger.push(tokio::spawn(sqlite::tidy(readers.clone(), commits, phase.subscribe())));
            (Engine::Sqlite { jobs, readers }, log, Some(lock))
        };
        let (env, role) = (Env::new(&options, &log), options.role);
        let db = Self(Arc::new(Inner { engine, env, ledger, phase, tasks: Mutex::new(tasks), role }));
        let started = task::start(&db, lock).await?;
        db.0.tasks.lock().unwrap_or_else(PoisonError::into_inner).ledger.extend(started);
        db.record_creation().await.map_err(|error| OpenError::database("the ledger", &error))?;
        Ok(db)
    }

    /// The log's first entry says that it was created.
    async fn record_creation(&self) -> Result<(), Error> {
        let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM audit_head WHERE log_id = $1)
                      OR EXISTS (SELECT 1 FROM audit_outbox WHERE log_id = $1)";
        let begun = fetch_optional!(&mut self.read().await?, (i32,), sql, self.log().id).await?;
        if begun.is_some() || self.ledger().halted().is_some() {
            return Ok(());
        }
        let log = self.log().clone();
        let write = self.write(move |tx| {
            let action = LedgerCreated { origin: log.origin.clone() };
            let request = tx.new_id();
            let subject = Subject::new("ledger", log.instance);
            Box::pin(tx.record(Event::new(Actor::System(log.instance), request, action.into(), subject)))
        });
        write.await.map(drop)
    }
}

impl Env {
    fn new(options: &Options, log: &Log) -> Arc<Self> {
        Arc::new(Self { clock: options.clock.clone(), rng: options.rng.clone(), log: log.clone() })
    }
}

/// The lock on the data directory and whether it is held: a server waits a little for a command to end, a command goes
/// on without.
async fn lock(options: &Options) -> Result<(LockFile, bool), OpenError> {
    let dir = &options.data_dir;
    let failed =
        |error: std::io::Error| OpenError::Directory { path: dir.clone(), reason: error.to_string() };
    let mut lock = LockFile::open(dir).map_err(failed)?;
    let held = match options.role {
        Role::Server => lock.wait().await.map_err(failed)?,
        Role::Beside => lock.try_lock().map_err(failed)?,
    };
    if options.role == Role::Server && !held {
        return Err(OpenError::InUse { path: dir.clone() });
    }
    Ok((lock, held))
}

fn make_private_dir(dir: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|error| OpenError::Directory { path: dir.to_owned(), reason: error.to_string() })
}
