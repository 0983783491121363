//! Many approval events at once: what one of them has wrong is no other's fault.

use assay_domain::access::Permission;
use futures::stream::{self, StreamExt};

use super::super::service::{self, Posted, Reported};
use super::together::{self, Report, Stored};
use crate::app::App;
use crate::error::Error;
use crate::http::Caller;

/// The most events in one list.
pub const MOST: usize = 1000;
/// How many events share a transaction: enough to share the commit, few enough that writes of others, which wait for it
/// on SQLite, do not wait long.
const TOGETHER: usize = 50;
/// How many receipts are made at once: each reads hashes over a connection.
const RECEIPTS: usize = 8;

/// An event as it could be read, or why it could not.
pub type Item = Result<Posted, Error>;

/// Records the events in their order and waits until the ledger has them. Each stands in the result at its place: what
/// came of it, or why it was refused. Posted again, an event is what it was.
///
/// # Errors
/// [`Error::Forbidden`] for who may report nothing at all; [`Error::Invalid`] for too long a list.
pub async fn report(
    app: &App,
    caller: &Caller,
    items: Vec<Item>,
) -> Result<Vec<Result<Reported, Error>>, Error> {
    if !caller.principal.may_somewhere(Permission::ReportApprovals) {
        return Err(Error::Forbidden(Permission::ReportApprovals));
    }
    if items.is_empty() || items.len() > MOST {
        let message =
            format!("must hold 1 to {MOST} events, not {}; send the others in another list", items.len());
        return Err(Error::invalid("", message));
    }
    let now = app.clock.now();
    let checked: Vec<Item> = items
        .into_iter()
        .map(|item| item.and_then(|posted| service::check(&posted.event, now).map(|()| posted)))
        .collect();
    let mut answers: Vec<Stored> = Vec::with_capacity(checked.len());
    for some in checked.chunks(TOGETHER) {
        let reports =
            some.iter().flatten().map(|posted| Report { caller: caller.clone(), posted: posted.clone() });
        let mut stored = together::store(app, reports.collect()).await.into_iter();
        // What was wrong with an event is told, also when the others could not be kept: posting it again would not help.
        answers.extend(some.iter().map(|item| match item {
            Ok(_) => stored.next().unwrap_or_else(|| Err(Error::internal("an event was not answered"))),
            Err(error) => Err(error.clone()),
        }));
    }
    let answers = answers.into_iter().map(|stored| async move { service::answer(app, stored?).await });
    Ok(stream::iter(answers).buffered(RECEIPTS).collect().await)
}
