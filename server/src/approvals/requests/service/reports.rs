//! Decisions that were taken elsewhere and reported by a pipeline: they count where the policy says so, and are reports
//! where it does not.

use super::decide::with_people;
use super::{Kept, Said, apply};
use crate::access::service::subjects::{who_is_named, who_is_signed};
use crate::approvals::requests::store;
use crate::ci_trust::store as ci_trust;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::approvals::{ApprovalEvent, Command, ExternalDecision, Source, Vouched};
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
    let rule = ci_trust::rule(tx, reporter).await?.map(|stored| stored.rule);
    let (provider, subject) = (&pipeline.provider, &event.decided_by.subject);
    // An id counts as signed where the token of the very job says it, and the job is one of that CI.
    let signed = rule
        .as_ref()
        .filter(|rule| rule.provider.name() == *provider && by.job_user.as_ref() == Some(subject));
    let (who, vouched) = match signed {
        Some(rule) => (who_is_signed(tx, provider, &rule.issuer, subject).await?, Vouched::SignedClaim),
        None => (who_is_named(tx, provider, subject).await?, Vouched::Machine),
    };
    let evidence = store::newest_evidence(tx, model_version).await?;
    let external = ExternalDecision {
        provider: provider.clone(),
        source: if rule.is_some() { Source::TrustRule(reporter) } else { Source::Token(reporter) },
        reporter,
        who,
        vouched,
        occurred_at: event.occurred_at,
        there_since: evidence.unwrap_or(kept.row.requested_at).max(kept.row.requested_at),
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
