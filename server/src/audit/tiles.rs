//! The log as files, in the layout of C2SP tlog-tiles: so that anybody's verifier can follow it.
//! <https://c2sp.org/tlog-tiles>

use assay_domain::access::Permission;
use assay_ledger::tile::{Row, Tile};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::export::bundle::tile_bytes;
use super::service;
use crate::app::App;
use crate::error::Error;
use crate::http::{Caller, Pages, Path};

/// A tile never changes, but is not for everybody.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// `/log/…`.
pub(super) fn routes() -> Pages {
    Pages::new().get("/log/checkpoint", checkpoint).get("/log/tile/{*path}", tile)
}

async fn checkpoint(State(app): State<App>, _: Caller) -> Result<impl IntoResponse, Error> {
    let state = service::state(&app).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], state.checkpoint.to_string()))
}

/// Hashes say nothing about entries, so that everybody who is known may follow the log; entries are for those who may
/// have all of them.
async fn tile(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let tile: Tile = format!("tile/{path}").parse().map_err(|_| Error::NotFound)?;
    if tile.row == Row::Entries {
        caller.require(Permission::ExportFullLog, None)?;
    }
    let bytes = tile_bytes(&app, tile).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOR_EVER)], bytes))
}
