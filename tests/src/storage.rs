//! A database for a test, on either engine, that can be opened, closed and opened again.
#![expect(clippy::expect_used, reason = "a test that cannot open its database has failed")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_server::clock::{SystemClock, SystemRng};
use assay_server::db::{Db, OpenError, Options, Role};
use tempfile::TempDir;

use crate::postgres;

/// Where the database is. The directory goes when this is dropped.
pub struct Place {
    dir: TempDir,
    url: Option<String>,
}

impl Place {
    /// An empty directory for a SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        Self { dir: tempfile::tempdir().expect("there is room for a data directory"), url: None }
    }

    /// An empty PostgreSQL database, and a directory for the key.
    pub async fn postgres() -> Self {
        Self { url: Some(postgres::database().await), ..Self::sqlite() }
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The SQLite file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.dir().join("assay.sqlite")
    }

    /// The URL of the PostgreSQL database.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The usual options, with the real clock and generator.
    #[must_use]
    pub fn options(&self, role: Role) -> Options {
        Options {
            data_dir: self.dir().to_owned(),
            database_url: self.url.clone(),
            host: "test.example".to_owned(),
            role,
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
        }
    }

    /// Opens it as a server does.
    pub async fn open(&self) -> Db {
        self.try_open(Role::Server).await.expect("the database opens")
    }

    /// Opens it.
    ///
    /// # Errors
    /// What [`Db::open`] says.
    pub async fn try_open(&self, role: Role) -> Result<Db, OpenError> {
        Db::open(self.options(role)).await
    }
}

/// Makes one test per engine of each contract, a function `async fn name(place: Place)`.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name($crate::storage::Place::sqlite()).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name($crate::storage::Place::postgres().await).await;
                }
            )*
        }
    };
}
