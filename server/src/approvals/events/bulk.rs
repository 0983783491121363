//! Many approval events at once: what one of them has wrong is no other's fault.

use assay_domain::access::Permission;
use assay_domain::audit::Event;
use futures::FutureExt;
use futures::stream::{self, StreamExt};
use std::sync::Arc;

use super::super::service::{self, Outcomes, Posted, Reported};
use crate::app::App;
use crate::db::{Ticket, Tx, Written};
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
    let mut stored = Vec::with_capacity(checked.len());
    for together in checked.chunks(TOGETHER) {
        stored.extend(store(app, caller, together).await);
    }
    let answers = stored.into_iter().map(|stored| answer(app, stored));
    Ok(stream::iter(answers).buffered(RECEIPTS).collect().await)
}

/// What was stored, and the way to its receipt.
type Stored = Result<(Outcomes, Ticket), Error>;

/// Stores some events in one transaction. When that as a whole cannot be kept, none of them is.
async fn store(app: &App, caller: &Caller, items: &[Item]) -> Vec<Stored> {
    let given: Arc<Vec<Item>> = Arc::new(items.to_vec());
    let (by, to_write) = (caller.clone(), given.clone());
    let written = app.db.write(move |tx| {
        let (by, items) = (by.clone(), to_write.clone());
        async move { store_each(tx, &by, &items).await }.boxed()
    });
    match written.await {
        Ok(Written { value, ticket }) => {
            value.into_iter().map(|outcome| outcome.map(|outcome| (outcome, ticket.clone()))).collect()
        }
        // What was wrong with an event is told all the same: posting it again would not help.
        Err(error) => given.iter().map(|item| Err(item.as_ref().err().unwrap_or(&error).clone())).collect(),
    }
}

async fn store_each(
    tx: &mut Tx,
    caller: &Caller,
    items: &[Item],
) -> Result<Vec<Result<Outcomes, Error>>, Error> {
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items {
        let outcome = match item {
            Err(error) => Err(error.clone()),
            Ok(posted) => {
                let (by, posted) = (caller.clone(), posted.clone());
                tx.part(move |tx| async move { service::store_event(tx, &by, &posted).await }.boxed()).await?
            }
        };
        // Nothing was stored of a contradiction, so that it can be recorded right here.
        if let Ok(Outcomes::Contradicted(event, _)) = &outcome {
            tx.record(Event::clone(event)).await?;
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn answer(app: &App, stored: Stored) -> Result<Reported, Error> {
    let (outcome, ticket) = stored?;
    match outcome {
        Outcomes::Recorded { id, ledger_event, request } => {
            let receipt = ticket.of(ledger_event).receipt().await?;
            Ok(Reported { id, repeated: false, receipt, request })
        }
        Outcomes::Repeated { id, ledger_event, request } => {
            let receipt = app.db.ticket(ledger_event).receipt().await?;
            Ok(Reported { id, repeated: true, receipt, request })
        }
        Outcomes::Contradicted(_, detail) => Err(service::contradicted(detail)),
    }
}
