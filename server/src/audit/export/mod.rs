//! Exports: a bundle that verifies offline, or a table.
//!
//! The log's size is fixed first, at a signed checkpoint; then everything is read in pages and written on, so that
//! memory stays flat and no read is held open. Who exports what is on the record.

pub mod bundle;
pub mod table;

use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::AuditExported;
use futures::FutureExt;

use super::search::{Search, Selected};
use super::service;
use crate::app::App;
use crate::error::Error;
use crate::http::Caller;

pub use bundle::{Bundle, selection_bundle};

/// Exports a bundle of the whole log, or of what was searched for, and puts that on the record. `since` is the size of
/// a checkpoint that the auditor saved: the bundle then proves that the log still begins with it.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for fields that cannot be understood; [`Error::Internal`] when the bundle
/// cannot be written.
pub async fn export(
    app: &App,
    caller: &Caller,
    search: &Search,
    full: bool,
    since: Option<u64>,
) -> Result<Bundle, Error> {
    let selected = if full {
        caller.require(Permission::ExportFullLog, None)?;
        if search.is_active() {
            let message = "The full bundle holds every entry: leave the filter out, or leave this out.";
            return Err(Error::invalid("/full", message));
        }
        None
    } else {
        Some(service::select(app, caller, search, Permission::ExportAudit).await?)
    };
    let head = service::newest(app, &mut app.db.read().await?).await?;
    let kind = if full { "full" } else { "selection" };
    record(app, caller, kind, selected.as_ref(), head.checkpoint().size).await?;
    bundle::build(app, selected.as_ref(), head, since).await
}

/// The entries that were searched for, as a table; on the record as well.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for fields that cannot be understood.
pub async fn table(app: &App, caller: &Caller, search: &Search) -> Result<(service::Pages, u64), Error> {
    let selected = service::select(app, caller, search, Permission::ExportAudit).await?;
    let size = service::newest(app, &mut app.db.read().await?).await?.checkpoint().size;
    record(app, caller, "table", Some(&selected), size).await?;
    Ok((service::Pages::new(app, &selected.filter, size), size))
}

async fn record(
    app: &App,
    caller: &Caller,
    kind: &str,
    selected: Option<&Selected>,
    tree_size: u64,
) -> Result<(), Error> {
    let action = AuditExported { kind: kind.to_owned(), tree_size };
    let mut event = caller.event(action, Subject::new("ledger", app.db.log().instance));
    if let Some(selected) = selected {
        event.team = selected.team();
        event = event.commit("filter", selected.sentence());
    }
    let write = app.db.write(move |tx| {
        let event = event.clone();
        async move { tx.record(event).await.map(drop) }.boxed()
    });
    write.await.map(drop)
}
