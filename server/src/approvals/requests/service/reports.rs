//! Decisions that were taken elsewhere and reported by a pipeline: they count where the policy says so, and are reports
//! where it does not.

use super::decide::with_people;
use super::{Kept, Said, apply};
use crate::access::service::subjects::who_of_subject;
use crate::approvals::requests::store;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::approvals::{ApprovalEvent, Command, ExternalDecision, Source};
use assay_domain::audit::Actor;
use uuid::Uuid;

/// The request that an event decided in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The request.
    pub id: Uuid,
    /// The name of its state after the event.
    pub state: String,
}

/// Counts a reported decision in the open request for the version and the environment; `None` where there is none, where
/// the policy does not count decisions that come in like this, or where a rule refuses it. Then it stays a report.
///
/// # Errors
/// Those of the database.
pub async fn by_report(
    tx: &mut Tx,
    by: &Caller,
    event: &ApprovalEvent,
    model_version: Uuid,
) -> Result<Option<Matched>, Error> {
    // Only what reports with a name that an administrator gave it: anybody can call a token of their own anything.
    let Actor::Service(reporter) = by.actor() else { return Ok(None) };
    let Some(row) = store::open_request(tx, model_version, &event.environment).await? else {
        return Ok(None);
    };
    let Some(pipeline) = &event.pipeline else { return Ok(None) };
    let kept = with_people(tx, Kept::new(row)?).await?;
    let policy = kept.policy(tx).await?;
    let source = if store::is_trust_rule(tx, reporter).await? {
        Source::TrustRule(by.name.clone())
    } else {
        Source::Token(by.name.clone())
    };
    let external = ExternalDecision {
        provider: pipeline.provider.clone(),
        source,
        reporter,
        who: who_of_subject(tx, &pipeline.provider, &event.decided_by.subject).await?,
        decision: event.decision,
        artefact_digest: event.artifact_digest.clone(),
    };
    let command = Command::DecideExternally(external);
    // Refused is not wrong: what was decided elsewhere is on record as a report either way.
    if kept.approval.apply(&policy, command.clone(), tx.now()).is_err() {
        return Ok(None);
    }
    let said = Said::nothing()
        .with("decided_by", &event.decided_by.subject)
        .with("decided_by_name", event.decided_by.display.as_deref().unwrap_or_default())
        .with("reason", event.reason.as_deref().unwrap_or_default());
    let kept = apply(tx, by, kept, command, said, Permission::ReportApprovals).await?;
    Ok(Some(Matched { id: kept.row.id, state: kept.state().to_owned() }))
}

/// Notes with an event in which request it decided, so that posting it again gets the same answer.
///
/// # Errors
/// Those of the database.
pub async fn note_match(tx: &mut Tx, event: Uuid, matched: Option<&Matched>) -> Result<(), Error> {
    match matched {
        Some(matched) => store::match_event(tx, event, matched.id, &matched.state).await,
        None => Ok(()),
    }
}

/// The request that an event decided in, when it was posted.
///
/// # Errors
/// Those of the database.
pub async fn matched(conn: &mut Conn, event: Uuid) -> Result<Option<Matched>, Error> {
    Ok(store::matched_by(conn, event).await?.map(|(id, state)| Matched { id, state }))
}
