//! Operations: is the process alive, may it be sent requests.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Extension, extract::State};

use crate::{app::App, error::Error};

use super::routes::Pages;

/// Whether the server is shutting down: it finishes what it has and wants nothing new.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on `/readyz` says no.
    pub fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn begun(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

pub(super) fn pages() -> Pages {
    Pages::new().get("/livez", livez).get("/readyz", readyz)
}

/// Alive means that this answers; the database is none of its business.
async fn livez() -> &'static str {
    "alive\n"
}

async fn readyz(
    State(app): State<App>,
    Extension(draining): Extension<Draining>,
) -> Result<&'static str, Error> {
    if draining.begun() {
        return Err(Error::unavailable("The server is shutting down.", 5));
    }
    app.db.read().await.map(|_| "ready\n")
}
