//! Opening the data directory (or database) that the operator named.

use crate::app::App;
use crate::clock::{Clock, SystemClock, SystemRng};
use crate::config;
use crate::db::{Db, FILE_NAME, Options, Role};
use std::sync::Arc;

/// Opens the installation for a server.
pub(super) async fn server(storage: &config::Storage, http: &config::Http) -> Result<App, String> {
    open(storage, http, Role::Server, Arc::new(SystemClock)).await
}

/// Opens the installation with a clock that does not show the present.
pub(super) async fn with_clock(
    storage: &config::Storage,
    http: &config::Http,
    clock: Arc<dyn Clock>,
) -> Result<App, String> {
    open(storage, http, Role::Server, clock).await
}

/// Opens the installation for a command; a server may be running on it.
pub(super) async fn beside(storage: &config::Storage) -> Result<App, String> {
    open(storage, &config::Http::default(), Role::Beside, Arc::new(SystemClock)).await
}

/// The same for a command that only looks: it makes no database where none is.
pub(super) async fn existing(storage: &config::Storage) -> Result<App, String> {
    existing_as(storage, None).await
}

/// The same for a command that prints the organisation's name.
pub(super) async fn existing_as(
    storage: &config::Storage,
    organisation: Option<String>,
) -> Result<App, String> {
    if storage.database_url.is_none() && !storage.data.join(FILE_NAME).is_file() {
        return Err(format!(
            "there is no database in {}; name its directory with --data",
            storage.data.display()
        ));
    }
    let http = config::Http { organisation, ..config::Http::default() };
    open(storage, &http, Role::Beside, Arc::new(SystemClock)).await
}

async fn open(
    storage: &config::Storage,
    http: &config::Http,
    role: Role,
    clock: Arc<dyn Clock>,
) -> Result<App, String> {
    let rng = Arc::new(SystemRng);
    let options = Options {
        data_dir: storage.data.clone(),
        database_url: storage.database_url.clone(),
        host: http.host(),
        role,
        clock: clock.clone(),
        rng: rng.clone(),
    };
    let db = Db::open(options).await.map_err(|error| error.to_string())?;
    Ok(App::new(db, clock, rng, http.clone()))
}
