//! Events that arrived together, recorded with few statements.
//!
//! Nearly all events are plain: their version is on record with the digest that they name, and nobody waits for a decision
//! about it. Plain ones that follow each other become rows of the same statements. What is not plain, or was posted before,
//! is recorded alone by the rules of [`service`], in its place.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use assay_domain::access::Permission;
use futures::FutureExt;

use super::super::service::{self, Outcomes, Posted};
use super::super::store::{self, NamedRow, Names};
use crate::app::App;
use crate::db::{Ticket, Tx, Written};
use crate::error::Error;
use crate::http::Caller;
use crate::http::idempotency::{Claim, claim_all};

/// An event that was looked through and holds no mistake, and who reports it.
#[derive(Clone, Debug)]
pub struct Report {
    /// Who.
    pub caller: Caller,
    /// What.
    pub posted: Posted,
}

/// What was stored, and the way to its receipt.
pub type Stored = Result<(Outcomes, Ticket), Error>;

/// A report, with what is on record of its version where it is plain.
type Sorted = (Report, Option<NamedRow>);

/// Stores events in one transaction, each for itself: a wrong one stops no other. When the transaction as a whole cannot be
/// kept, none of them is.
pub async fn store(app: &App, reports: Vec<Report>) -> Vec<Stored> {
    let (count, reports) = (reports.len(), Arc::new(reports));
    let written = app.db.write(move |tx| {
        let reports = reports.clone();
        async move { store_all(tx, &reports).await }.boxed()
    });
    match written.await {
        Ok(Written { value, ticket }) => {
            value.into_iter().map(|outcome| outcome.map(|outcome| (outcome, ticket.clone()))).collect()
        }
        Err(error) => vec![Err(error); count],
    }
}

async fn store_all(tx: &mut Tx, reports: &[Report]) -> Result<Vec<Result<Outcomes, Error>>, Error> {
    let sorted = Arc::new(sort(tx, reports).await?);
    let (mut outcomes, mut start) = (Vec::with_capacity(sorted.len()), 0);
    for run in sorted.chunk_by(|one, next| one.1.is_some() && next.1.is_some()) {
        let range = start..start + run.len();
        start = range.end;
        let plain = if run.iter().all(|(_, named)| named.is_some()) {
            let (sorted, range) = (sorted.clone(), range.clone());
            let together = tx.part(move |tx| async move { store_plain(tx, &sorted, range).await }.boxed());
            together.await?.unwrap_or_default()
        } else {
            HashMap::new()
        };
        for (place, (report, _)) in range.zip(run) {
            outcomes.push(match plain.get(&place) {
                Some(outcome) => Ok(outcome.clone()),
                None => store_alone(tx, report).await?,
            });
        }
    }
    Ok(outcomes)
}

/// Looks all of them up at once, and finds the plain ones.
async fn sort(tx: &mut Tx, reports: &[Report]) -> Result<Vec<Sorted>, Error> {
    let names_of = |report: &Report| {
        let event = &report.posted.event;
        let (model, version) = (event.model.clone(), event.version.clone());
        Names { model, version, environment: event.environment.clone() }
    };
    let names: BTreeSet<_> = reports.iter().map(names_of).collect();
    let rows = store::named(tx, names.into_iter().collect()).await?;
    let names = |row: &NamedRow| {
        let (model, version) = (row.model.clone(), row.version.clone());
        Names { model, version, environment: row.environment.clone() }
    };
    let known: HashMap<_, _> = rows.into_iter().map(|row| (names(&row), row)).collect();
    let sorted = reports.iter().map(|report| {
        let named = known.get(&names_of(report)).filter(|named| is_plain(report, named));
        (report.clone(), named.cloned())
    });
    Ok(sorted.collect())
}

fn is_plain(Report { caller, posted }: &Report, named: &NamedRow) -> bool {
    named.archived_at.is_none()
        && named.open_request.is_none()
        && named.artefact_digest == posted.event.artifact_digest
        && caller.may(Permission::ReportApprovals, Some(named.team_id))
}

/// Stores plain events; those whose key was used before are left out.
async fn store_plain(
    tx: &mut Tx,
    sorted: &[Sorted],
    range: Range<usize>,
) -> Result<HashMap<usize, Outcomes>, Error> {
    let mut claimed = Vec::with_capacity(range.len());
    for place in range {
        if let (report, Some(named)) = &sorted[place] {
            claimed.push((place, tx.new_id(), report, named));
        }
    }
    let created_at = tx.now();
    let claims = claimed.iter().map(|(_, id, Report { caller, posted }, _)| Claim {
        actor_id: caller.actor().id(),
        key: posted.key.clone(),
        digest: posted.digest.to_vec(),
        outcome: *id,
        created_at,
    });
    let fresh = claim_all(tx, claims.collect()).await?;
    claimed.retain(|(_, id, ..)| fresh.contains(id));
    let entries = claimed.iter().map(|(_, _, Report { caller, posted }, named)| {
        service::entry(caller, posted, named.model_id, named.team_id)
    });
    let ledger_events = tx.record_all(entries.collect()).await?;
    let (mut rows, mut outcomes) = (Vec::with_capacity(claimed.len()), HashMap::new());
    for ((place, id, Report { caller, posted }, named), ledger_event) in
        claimed.into_iter().zip(ledger_events)
    {
        rows.push(service::row(tx, caller, &posted.event, id, named.version_id, ledger_event, named.team_id));
        outcomes.insert(place, Outcomes::Recorded { id, ledger_event, request: None });
    }
    store::insert(tx, rows).await?;
    Ok(outcomes)
}

/// Stores one event by all rules. A contradiction leaves nothing of the event, and is recorded as one.
async fn store_alone(tx: &mut Tx, report: &Report) -> Result<Result<Outcomes, Error>, Error> {
    let Report { caller, posted } = report.clone();
    let outcome =
        tx.part(move |tx| async move { service::store_event(tx, &caller, &posted).await }.boxed()).await?;
    if let Ok(Outcomes::Contradicted(event, _)) = &outcome {
        tx.record(event.as_ref().clone()).await?;
    }
    Ok(outcome)
}
