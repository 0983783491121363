//! Recording what data is used for, and looking at it.
//!
//! A use is planned before anything is written: who, which version, which dataset, whose. So one that is refused leaves
//! nothing behind, alone or in a list. What is wrong with it by the dataset's terms is no refusal but a finding.

use super::{refuse, team};
use crate::App;
use crate::access::store as people;
use crate::datasets::store::{self, DatasetRow, LineageRow, UsageFilter, UsageRow};
use crate::db::{Conn, Receipt, Tx};
use crate::error::{Error, FieldError};
use crate::findings::store::{self as findings, FindingRow};
use crate::http::{Caller, idempotency};
use crate::ledger::trail;
use crate::models::store as models;
use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::{DataUsageRecorded, FindingOpened};
use assay_domain::datasets::{Found, Usage, UsedBy};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::FutureExt;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How many uses share a write, so that a long list does not hold others up.
const AT_ONCE: usize = 100;

/// A use as it was posted.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The use.
    pub usage: Usage,
    /// Under which key posting it again is the same.
    pub key: String,
    /// SHA-256 of the canonical body.
    pub digest: [u8; 32],
}

/// What the caller learns.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The use.
    pub id: Uuid,
    /// Whether it had been posted before.
    pub repeated: bool,
    /// What is wrong with it.
    pub findings: Vec<FindingRow>,
    /// Its entry in the ledger.
    pub ledger_event: Uuid,
    /// Its place there, once it has one.
    pub entry_index: Option<u64>,
}

/// Records a use and waits until the ledger has it.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::Forbidden`], [`Error::Hidden`]; [`Error::Unavailable`] when the ledger has
/// not taken it in time: the same key finds the outcome later.
pub async fn record(app: &App, caller: &Caller, posted: Posted) -> Result<(Recorded, Receipt), Error> {
    let mut outcomes = write(app, caller, vec![posted]).await?;
    let mut recorded = outcomes.pop().ok_or_else(|| Error::internal("a write without an outcome"))??;
    let receipt = app.db.ticket(recorded.ledger_event).receipt().await?;
    recorded.entry_index = Some(receipt.index);
    Ok((recorded, receipt))
}

/// Records many uses, each by itself and in their order: one that is refused stops no other. What could not even be read
/// comes in as its error and goes out as it.
///
/// # Errors
/// [`Error::Forbidden`] for those who may record nothing anywhere; those of the database.
pub async fn record_all(
    app: &App,
    caller: &Caller,
    posted: Vec<Result<Posted, Error>>,
) -> Result<Vec<Result<Recorded, Error>>, Error> {
    may_record(caller)?;
    let mut outcomes = Vec::with_capacity(posted.len());
    let mut posted = posted.into_iter().peekable();
    while posted.peek().is_some() {
        let (mut good, mut places) = (Vec::new(), Vec::new());
        for one in posted.by_ref().take(AT_ONCE) {
            places.push(one.map(|one| good.push(one)));
        }
        let mut written = write(app, caller, good).await?.into_iter();
        for place in places {
            outcomes.push(match place {
                Ok(()) => written.next().unwrap_or_else(|| Err(Error::internal("a use without an outcome"))),
                Err(error) => Err(error),
            });
        }
    }
    number(app, &mut outcomes).await?;
    Ok(outcomes)
}

fn may_record(caller: &Caller) -> Result<(), Error> {
    if caller.principal.may_somewhere(Permission::RecordUsage) {
        Ok(())
    } else {
        Err(Error::Forbidden(Permission::RecordUsage))
    }
}

/// Waits until the last of some uses has its place in the ledger, and looks all places up.
async fn number(app: &App, outcomes: &mut [Result<Recorded, Error>]) -> Result<(), Error> {
    let events: Vec<Uuid> =
        outcomes.iter().filter_map(|outcome| Some(outcome.as_ref().ok()?.ledger_event)).collect();
    let Some(last) = events.last() else { return Ok(()) };
    app.db.ticket(*last).receipt().await?;
    let indices = trail::indices_of(&mut app.db.read().await?, &events).await?;
    for recorded in outcomes.iter_mut().flatten() {
        recorded.entry_index = indices.get(&recorded.ledger_event).copied();
    }
    Ok(())
}

async fn write(
    app: &App,
    caller: &Caller,
    posted: Vec<Posted>,
) -> Result<Vec<Result<Recorded, Error>>, Error> {
    may_record(caller)?;
    let given = Arc::new((caller.clone(), posted));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, posted) = &*given;
            let mut outcomes = Vec::with_capacity(posted.len());
            for one in posted {
                outcomes.push(match store_one(tx, caller, one).await {
                    // The whole write fails with the database, or is run again.
                    Err(error @ (Error::Storage(_) | Error::LostRace(_) | Error::Internal(_))) => {
                        return Err(error);
                    }
                    outcome => outcome,
                });
            }
            Ok(outcomes)
        }
        .boxed()
    });
    Ok(written.await?.value)
}

/// Everything that a use refers to.
pub(super) struct Plan {
    pub(super) team: Uuid,
    pub(super) dataset: Option<DatasetRow>,
    pub(super) version: Option<LineageRow>,
    /// What is wrong with it by the dataset's terms.
    pub(super) found: Vec<Found>,
}

/// Finds what a use refers to, and whether the caller may record it. Writes nothing.
pub(super) async fn plan(
    conn: &mut Conn,
    caller: &Caller,
    usage: &Usage,
    now: DateTime<Utc>,
) -> Result<Plan, Error> {
    may_record(caller)?;
    refuse(usage.mistakes(now).into_iter().map(|one| FieldError::new(one.pointer, one.message)).collect())?;
    let version = version(conn, caller, usage).await?;
    let dataset = store::dataset_named(conn, &usage.dataset).await?;
    if dataset.as_ref().and_then(|dataset| dataset.archived_at).is_some_and(|since| since <= usage.at) {
        let message = format!("{} is archived and may not be used any more", usage.dataset);
        return Err(Error::invalid("/dataset/name", message));
    }
    let team = team::of_usage(caller, version.as_ref(), dataset.as_ref())?;
    if let UsedBy::Person { id } = usage.by
        && people::person(conn, id).await?.is_none()
    {
        return Err(Error::invalid("/by/id", format!("nobody here has the id {id}")));
    }
    let terms = dataset.as_ref().map(DatasetRow::terms).transpose()?;
    Ok(Plan { team, found: usage.check(terms.as_ref()), dataset, version })
}

/// The version that a use names; one that the caller may not know is hidden like any other thing.
async fn version(conn: &mut Conn, caller: &Caller, usage: &Usage) -> Result<Option<LineageRow>, Error> {
    let Some(of) = &usage.version else { return Ok(None) };
    let Some(row) = store::version_named(conn, of).await? else {
        let known = models::by_name(conn, &of.model).await?;
        let known = known.filter(|model| caller.may(Permission::ReadDatasets, Some(model.team_id)));
        return Err(match known {
            Some(model) => Error::invalid(
                "/version/version",
                format!("{} has no version {:?}; register it first", model.name, of.version),
            ),
            None => Error::invalid(
                "/version/model",
                format!("no model is called {:?}; register it first", of.model),
            ),
        });
    };
    caller.see(Permission::ReadDatasets, Some(row.team_id))?;
    if row.archived_at.is_some_and(|since| since <= usage.at) {
        return Err(Error::invalid("/version/model", format!("{} is archived", row.model)));
    }
    Ok(Some(row))
}

async fn store_one(tx: &mut Tx, caller: &Caller, posted: &Posted) -> Result<Recorded, Error> {
    let now = tx.now();
    let plan = plan(tx, caller, &posted.usage, now).await?;
    let id = tx.new_id();
    if let Some(earlier) = idempotency::claim(tx, caller, &posted.key, posted.digest, id).await? {
        let row = store::usage(tx, earlier).await?.ok_or_else(|| {
            Error::internal(format!("idempotency_key names data_usage {earlier}, which is missing"))
        })?;
        let findings = findings::findings_of_usages(tx, [earlier]).await?;
        let (ledger_event, entry_index) = (row.ledger_event, None);
        return Ok(Recorded { id: earlier, repeated: true, findings, ledger_event, entry_index });
    }
    let usage = &posted.usage;
    let facts = facts(usage, &plan.found);
    let job = match &usage.by {
        UsedBy::Job { name } => Some(name.clone()),
        UsedBy::Person { .. } => None,
    };
    let event = caller.event(facts, Subject::new("data_usage", id)).in_team(plan.team);
    let ledger_event = tx.record(event.commit("job", job)).await?;
    let row = row(tx, caller, usage, &plan, (id, ledger_event));
    store::insert_usage(tx, &row).await?;
    let mut findings = Vec::with_capacity(plan.found.len());
    for found in &plan.found {
        findings.push(open(tx, caller, &row, &plan, found).await?);
    }
    Ok(Recorded { id, repeated: false, findings, ledger_event, entry_index: None })
}

fn facts(usage: &Usage, found: &[Found]) -> DataUsageRecorded {
    DataUsageRecorded {
        dataset: usage.dataset.to_string(),
        digest: usage.digest.as_ref().map(ToString::to_string),
        purpose: usage.purpose.clone(),
        model: usage.version.as_ref().map(|version| version.model.clone()),
        version: usage.version.as_ref().map(|version| version.version.clone()),
        rows: usage.rows,
        person: match usage.by {
            UsedBy::Person { id } => Some(id),
            UsedBy::Job { .. } => None,
        },
        occurred_at: usage.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        findings: found.iter().map(|one| one.kind.to_string()).collect(),
    }
}

fn row(tx: &Tx, caller: &Caller, usage: &Usage, plan: &Plan, (id, ledger_event): (Uuid, Uuid)) -> UsageRow {
    let (person_id, job) = match &usage.by {
        UsedBy::Person { id } => (Some(*id), None),
        UsedBy::Job { name } => (None, Some(name.clone())),
    };
    UsageRow {
        id,
        team_id: plan.team,
        namespace: usage.dataset.namespace.clone(),
        name: usage.dataset.name.clone(),
        dataset_id: plan.dataset.as_ref().map(|dataset| dataset.id),
        digest: usage.digest.as_ref().map(ToString::to_string),
        person_id,
        job,
        model_version_id: plan.version.as_ref().map(|version| version.id),
        model: plan.version.as_ref().map(|version| version.model.clone()),
        version: plan.version.as_ref().map(|version| version.version.clone()),
        purpose: usage.purpose.clone(),
        at: crate::clock::to_millis(usage.at),
        // Checked to be below 2^53.
        row_count: usage.rows.and_then(|rows| i64::try_from(rows).ok()),
        recorded_at: tx.now(),
        reported_by: caller.actor().id(),
        ledger_event,
    }
}

/// Opens a finding about a use that is stored.
async fn open(
    tx: &mut Tx,
    caller: &Caller,
    usage: &UsageRow,
    plan: &Plan,
    found: &Found,
) -> Result<FindingRow, Error> {
    let id = tx.new_id();
    let row = FindingRow {
        usage_id: Some(usage.id),
        message: found.message.clone(),
        namespace: Some(usage.namespace.clone()),
        name: Some(usage.name.clone()),
        dataset_id: usage.dataset_id,
        dataset_team: plan.dataset.as_ref().map(|dataset| dataset.team_id),
        purpose: Some(usage.purpose.clone()),
        used_at: Some(usage.at),
        model: usage.model.clone(),
        version: usage.version.clone(),
        ..FindingRow::new(id, usage.team_id, found.kind, found.severity, tx.now())?
    };
    findings::insert_finding(tx, &row).await?;
    let facts = FindingOpened {
        kind: row.kind.clone(),
        severity: row.severity.clone(),
        dataset: row.dataset().map(|dataset| dataset.to_string()),
        model: None,
        version: None,
        environment: None,
    };
    tx.record(caller.event(facts, Subject::new("finding", row.id)).in_team(row.team_id)).await?;
    Ok(row)
}

/// A use with what is said about it in a list.
#[derive(Clone, Debug)]
pub struct UsageSeen {
    /// The use.
    pub row: UsageRow,
    /// What is wrong with it.
    pub findings: Vec<FindingRow>,
    /// Its place in the ledger, once it has one.
    pub entry_index: Option<u64>,
}

/// The uses that the caller may see, the newest first: by their teams, and of their teams' datasets.
///
/// # Errors
/// [`Error::Forbidden`] for those who may see none.
pub async fn list(
    app: &App,
    caller: &Caller,
    mut filter: UsageFilter,
    limit: i64,
) -> Result<Vec<UsageSeen>, Error> {
    filter.reach = caller.principal.reach(Permission::ReadDatasets);
    if filter.reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadDatasets));
    }
    let mut conn = app.db.read().await?;
    let rows = store::usages(&mut conn, filter, limit).await?;
    let events: Vec<Uuid> = rows.iter().map(|row| row.ledger_event).collect();
    let indices = trail::indices_of(&mut conn, &events).await?;
    let mut found_in: HashMap<Uuid, Vec<FindingRow>> = HashMap::new();
    for found in findings::findings_of_usages(&mut conn, rows.iter().map(|row| row.id)).await? {
        let usage = found.usage_id.unwrap_or_default();
        found_in.entry(usage).or_default().push(found);
    }
    let seen = rows.into_iter().map(|row| UsageSeen {
        findings: found_in.remove(&row.id).unwrap_or_default(),
        entry_index: indices.get(&row.ledger_event).copied(),
        row,
    });
    Ok(seen.collect())
}
