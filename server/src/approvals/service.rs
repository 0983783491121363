//! Use cases around approval events. What was asked for and decided here is in [`super::requests`]; what other rooms
//! need of that is named here too.

use super::events::together::{self, Report};
use super::requests::service::{self as requests, Matched};
use super::store::{self, EventRow};
use crate::App;
use crate::db::{Receipt, Ticket, Tx};
use crate::error::{Error, FieldError};
use crate::http::{Caller, idempotency};
use crate::models::service::{self as models, VersionOnRecord};
use crate::models::store::FoundRow;
use assay_domain::access::{Permission, Rights};
use assay_domain::approvals::ApprovalEvent;
use assay_domain::audit::catalogue::{ApprovalContradicted, ApprovalReported};
use assay_domain::audit::{Event, Outcome, Subject};
use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

pub use super::requests::service::{bound_state, reported_elsewhere, standing};

/// An event as it was posted.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The event.
    pub event: ApprovalEvent,
    /// Under which key posting it again is the same.
    pub key: String,
    /// SHA-256 of the canonical body.
    pub digest: [u8; 32],
}

/// What the caller learns.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The event's identifier.
    pub id: Uuid,
    /// Whether it had been posted before.
    pub repeated: bool,
    /// Where and how it stands in the ledger.
    pub receipt: Receipt,
    /// The request that it decided in, with its state after that.
    pub request: Option<Matched>,
}

/// What one write makes of a posted event.
#[derive(Clone, Debug)]
pub enum Outcomes {
    /// It is stored now, with its entry, and counted in a request where one matches.
    Recorded {
        /// The event's identifier.
        id: Uuid,
        /// Its entry.
        ledger_event: Uuid,
        /// The request.
        request: Option<Matched>,
    },
    /// It had been posted before.
    Repeated {
        /// The event's identifier.
        id: Uuid,
        /// Its entry.
        ledger_event: Uuid,
        /// The request.
        request: Option<Matched>,
    },
    /// What goes on the record of it, and what the caller is told.
    Contradicted(Box<Event>, String),
}

/// Records an approval event and waits until the ledger has it.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::Conflict`] for a digest that contradicts the record (which is recorded
/// itself), [`Error::Unavailable`] when the ledger has not taken it in time: the same key finds the outcome later.
pub async fn report(app: &App, caller: &Caller, posted: Posted) -> Result<Reported, Error> {
    if !caller.principal.may_somewhere(Permission::ReportApprovals) {
        return Err(Error::Forbidden(Permission::ReportApprovals));
    }
    check(&posted.event, app.clock.now())?;
    let report = Report { caller: caller.clone(), posted };
    let with = app.clone();
    let stored = app.reports.ask(report, move |all| async move { together::store(&with, all).await }).await?;
    answer(app, stored).await
}

/// Every field that breaks a rule.
///
/// # Errors
/// [`Error::Invalid`].
pub(super) fn check(event: &ApprovalEvent, now: DateTime<Utc>) -> Result<(), Error> {
    let mistakes = event.mistakes(now);
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(mistakes.into_iter().map(|m| FieldError::new(m.pointer, m.message)).collect()))
}

/// What is said of a digest that is not the one on record.
const fn contradicted(detail: String) -> Error {
    Error::Conflict { code: "digest_contradicts_record", detail }
}

/// Waits until the ledger has what was stored.
///
/// # Errors
/// What is said of a contradiction; [`Error::Unavailable`] as [`report`].
pub(super) async fn answer(app: &App, (outcome, ticket): (Outcomes, Ticket)) -> Result<Reported, Error> {
    match outcome {
        Outcomes::Recorded { id, ledger_event, request } => {
            let receipt = ticket.of(ledger_event).receipt().await?;
            Ok(Reported { id, repeated: false, receipt, request })
        }
        Outcomes::Repeated { id, ledger_event, request } => {
            let receipt = app.db.ticket(ledger_event).receipt().await?;
            Ok(Reported { id, repeated: true, receipt, request })
        }
        Outcomes::Contradicted(_, detail) => Err(contradicted(detail)),
    }
}

/// Stores an event, or finds that there is nothing to store.
pub(super) async fn store_event(tx: &mut Tx, caller: &Caller, posted: &Posted) -> Result<Outcomes, Error> {
    let event = &posted.event;
    let Named { model, team, archived, version } = named(tx, caller, event).await?;
    let version = match version {
        VersionOnRecord::Agrees(version) => version.id,
        VersionOnRecord::Contradicts(known) => {
            return Ok(contradiction(caller, event, &known.artefact_digest, model, team));
        }
    };
    let id = tx.new_id();
    if let Some(earlier) = idempotency::claim(tx, caller, &posted.key, posted.digest, id).await? {
        let ledger_event = store::ledger_event(tx, earlier).await?.ok_or_else(|| {
            Error::internal(format!("idempotency_key names approval_event {earlier}, which is missing"))
        })?;
        let request = requests::matched(tx, earlier).await?;
        return Ok(Outcomes::Repeated { id: earlier, ledger_event, request });
    }
    if archived {
        return Err(models::archived(&event.model));
    }
    // The report is recorded last: the receipt is about what was recorded last.
    let request = requests::by_report(tx, caller, event, version).await?;
    let ledger_event = tx.record(entry(caller, posted, model, team)).await?;
    let row = row(tx, caller, event, id, version, ledger_event, team);
    store::insert(tx, vec![row]).await?;
    requests::note_match(tx, id, request.as_ref()).await?;
    Ok(Outcomes::Recorded { id, ledger_event, request })
}

/// What an event is about: ids of the model and its team, whether it is out of use, and what is on record of the version.
struct Named {
    model: Uuid,
    team: Uuid,
    archived: bool,
    version: VersionOnRecord,
}

/// Finds what an event is about, with one statement where it is known, as it is nearly always; registers it on the way
/// where it is not.
async fn named(tx: &mut Tx, caller: &Caller, event: &ApprovalEvent) -> Result<Named, Error> {
    match models::find(tx, &event.model, &event.version).await {
        Ok(FoundRow { version, team_id: team, archived_at, .. }) => {
            caller.allow(Permission::ReadApprovals, Permission::ReportApprovals, Some(team))?;
            let (model, agrees) = (version.model_id, version.artefact_digest == event.artifact_digest);
            let on_record = if agrees { VersionOnRecord::Agrees } else { VersionOnRecord::Contradicts };
            let archived = archived_at.is_some();
            return Ok(Named { model, team, archived, version: on_record(version) });
        }
        Err(Error::NotFound) => {}
        Err(other) => return Err(other),
    }
    let model = models::find_or_register(tx, caller, &event.model, team_of(caller)).await?;
    caller.allow(Permission::ReadApprovals, Permission::ReportApprovals, Some(model.team_id))?;
    let digest = &event.artifact_digest;
    let version = models::find_or_register_version(tx, caller, &model, &event.version, digest).await?;
    let archived = model.archived_at.is_some();
    Ok(Named { model: model.id, team: model.team_id, archived, version })
}

/// The team in which an unknown model is registered: the token's own.
fn team_of(caller: &Caller) -> Option<Uuid> {
    match &caller.principal.rights {
        Rights::Token { team, .. } => *team,
        Rights::Person(_) | Rights::System => None,
    }
}

/// The entry of a report.
pub(super) fn entry(caller: &Caller, posted: &Posted, model: Uuid, team: Uuid) -> Event {
    let subject = Subject::new("model", model).at_version(&posted.event.version);
    committed(caller.event(facts(posted), subject).in_team(team), &posted.event)
}

fn facts(posted: &Posted) -> ApprovalReported {
    let event = &posted.event;
    let pipeline = event.pipeline.as_ref();
    ApprovalReported {
        model: event.model.clone(),
        version: event.version.clone(),
        artefact_digest: event.artifact_digest.clone(),
        environment: event.environment.clone(),
        decision: event.decision.name().to_owned(),
        occurred_at: event.occurred_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        provider: pipeline.map(|pipeline| pipeline.provider.clone()),
        source_commit: pipeline.and_then(|pipeline| pipeline.commit.clone()),
        body_sha256: crate::http::hex(&posted.digest),
    }
}

fn committed(entry: Event, event: &ApprovalEvent) -> Event {
    let run_url = event.pipeline.as_ref().and_then(|pipeline| pipeline.run_url.clone());
    entry
        .commit("decided_by", event.decided_by.subject.clone())
        .commit("decided_by_name", event.decided_by.display.clone())
        .commit("reason", event.reason.clone())
        .commit("run_url", run_url)
}

/// The row of a report.
pub(super) fn row(
    tx: &Tx,
    caller: &Caller,
    event: &ApprovalEvent,
    id: Uuid,
    model_version_id: Uuid,
    ledger_event: Uuid,
    team_id: Uuid,
) -> EventRow {
    let pipeline = event.pipeline.as_ref();
    EventRow {
        id,
        model_version_id,
        model: event.model.clone(),
        version: event.version.clone(),
        team_id,
        environment: event.environment.clone(),
        decision: event.decision.name().to_owned(),
        decided_by: event.decided_by.subject.clone(),
        decided_by_name: event.decided_by.display.clone(),
        reason: event.reason.clone(),
        provider: pipeline.map(|pipeline| pipeline.provider.clone()),
        run_url: pipeline.and_then(|pipeline| pipeline.run_url.clone()),
        source_commit: pipeline.and_then(|pipeline| pipeline.commit.clone()),
        occurred_at: crate::clock::to_millis(event.occurred_at),
        received_at: tx.now(),
        reported_by: caller.actor().id(),
        ledger_event,
    }
}

fn contradiction(
    caller: &Caller,
    event: &ApprovalEvent,
    recorded: &str,
    model: Uuid,
    team: Uuid,
) -> Outcomes {
    let facts = ApprovalContradicted {
        model: event.model.clone(),
        version: event.version.clone(),
        recorded_digest: recorded.to_owned(),
        presented_digest: event.artifact_digest.clone(),
        environment: event.environment.clone(),
    };
    let subject = Subject::new("model", model).at_version(&event.version);
    let detail = format!(
        "{} {} is on record with the digest {recorded}, not {}; another artefact needs another version",
        event.model, event.version, event.artifact_digest
    );
    let entry = caller.event(facts, subject).in_team(team).ended(Outcome::Denied);
    Outcomes::Contradicted(Box::new(committed(entry, event)), detail)
}
