//! Decisions that are asked for at the same time, put on record with few statements.
//!
//! Those who ask the same at the same time get the same answer, looked up once. What has an Idempotency-Key may have been
//! decided before, and is put on record alone: a key never repeats a yes that is none any more.

use std::sync::Arc;

use assay_domain::access::{Permission, Principal};
use assay_domain::audit::catalogue::GateDecided;
use assay_domain::audit::{Event, Subject};
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use uuid::Uuid;

use super::facts;
use super::service::{Answered, KeptAnswer, Key, Question};
use super::store::{self, DecisionRow};
use crate::app::App;
use crate::db::{Ticket, Tx, Written};
use crate::error::Error;
use crate::http::{Caller, idempotency};

/// Somebody who wants a decision on record.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Who.
    pub caller: Caller,
    /// What.
    pub question: Question,
    /// Under which key asking again is the same.
    pub key: Option<Key>,
}

/// A decision that is on record.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What was decided.
    pub row: DecisionRow,
    /// Whether it was on record before, under the same key.
    pub replayed: bool,
}

/// For so long a key repeats a decision, at most: a pipeline that tries again after a lost answer gets it, and one that
/// runs again later is a question of its own.
const REPEATED_FOR: TimeDelta = TimeDelta::minutes(5);

/// Decides, in one transaction, each for itself: one that is refused stops no other.
pub async fn store(app: &App, all: Vec<Asking>) -> Vec<Result<(Kept, Ticket), Error>> {
    let (count, all) = (all.len(), Arc::new(all));
    let written = app.db.write(move |tx| {
        let all = all.clone();
        async move { decide_all(tx, all).await }.boxed()
    });
    match written.await {
        Ok(Written { value, ticket }) => {
            value.into_iter().map(|row| row.map(|row| (row, ticket.clone()))).collect()
        }
        Err(error) => vec![Err(error); count],
    }
}

async fn decide_all(tx: &mut Tx, all: Arc<Vec<Asking>>) -> Result<Vec<Result<Kept, Error>>, Error> {
    let unkeyed = all.clone();
    let together = tx.part(move |tx| async move { decide_together(tx, &unkeyed).await }.boxed()).await?;
    let mut together = together.unwrap_or_default().into_iter();
    let mut rows = Vec::with_capacity(all.len());
    for asking in all.iter() {
        let decided = if asking.key.is_none() { together.next() } else { None };
        rows.push(match decided {
            Some(decided) => decided.map(|row| Kept { row, replayed: false }),
            None => {
                let asking = asking.clone();
                tx.part(move |tx| async move { decide_alone(tx, &asking).await }.boxed()).await?
            }
        });
    }
    Ok(rows)
}

/// Decides for all who gave no key.
async fn decide_together(tx: &mut Tx, all: &[Asking]) -> Result<Vec<Result<DecisionRow, Error>>, Error> {
    let mut known: Vec<(&Principal, &Question, Result<Answered, Error>)> = Vec::new();
    let (mut decided, mut entries) = (Vec::new(), Vec::new());
    for Asking { caller, question, .. } in all.iter().filter(|asking| asking.key.is_none()) {
        let same = known.iter().find(|(who, what, _)| (*who, *what) == (&caller.principal, question));
        let answered = match same {
            Some((_, _, answered)) => answered.clone(),
            None => {
                let answered = answer(tx, caller, question).await;
                if let Err(error @ (Error::Storage(_) | Error::LostRace(_))) = answered {
                    return Err(error);
                }
                known.push((&caller.principal, question, answered.clone()));
                answered
            }
        };
        decided.push(answered.map(|answered| {
            let id = tx.new_id();
            entries.push(entry(caller, question, &answered, id));
            (id, caller.actor().id(), answered)
        }));
    }
    let mut ledger_events = tx.record_all(entries).await?.into_iter();
    let (mut rows, mut results) = (Vec::new(), Vec::with_capacity(decided.len()));
    for decided in decided {
        results.push(match decided {
            Ok((id, by, answered)) => {
                let ledger_event =
                    ledger_events.next().ok_or_else(|| Error::internal("a decision was not recorded"))?;
                let row = DecisionRow { ledger_event, ..row(answered, id, by, tx.now())? };
                rows.push(row.clone());
                Ok(row)
            }
            Err(error) => Err(error),
        });
    }
    store::insert(tx, rows).await?;
    Ok(results)
}

/// Decides for one, or repeats what was decided under the same key before, where that is recent and would be decided the
/// same now.
async fn decide_alone(tx: &mut Tx, Asking { caller, question, key }: &Asking) -> Result<Kept, Error> {
    let answered = answer(tx, caller, question).await?;
    let (id, now) = (tx.new_id(), tx.now());
    let row = row(answered.clone(), id, caller.actor().id(), now)?;
    if let Some((key, digest)) = key
        && let Some(earlier) = idempotency::claim(tx, caller, key, *digest, id).await?
    {
        let earlier = store::decision(tx, earlier).await?.ok_or_else(|| {
            Error::internal(format!("idempotency_key names gate_decision {earlier}, which is missing"))
        })?;
        if still_holds(&earlier, &row) {
            return Ok(Kept { row: earlier, replayed: true });
        }
        idempotency::move_on(tx, caller, key, id).await?;
    }
    let ledger_event = tx.record(entry(caller, question, &answered, id)).await?;
    let row = DecisionRow { ledger_event, ..row };
    store::insert(tx, vec![row.clone()]).await?;
    Ok(Kept { row, replayed: false })
}

/// Whether what was decided then is recent and would be decided now, by the same policy and request, for the same reasons.
fn still_holds(then: &DecisionRow, now: &DecisionRow) -> bool {
    let by = |row: &DecisionRow| (row.model_version_id, row.digest.clone(), row.allowed, row.answer.clone());
    let age = now.decided_at - then.decided_at;
    (TimeDelta::zero()..REPEATED_FOR).contains(&age) && by(then) == by(now)
}

async fn answer(tx: &mut Tx, caller: &Caller, question: &Question) -> Result<Answered, Error> {
    let may = |caller: &Caller, team| caller.allow(Permission::LookGate, Permission::DecideGate, Some(team));
    let now = tx.now();
    facts::answer(tx, caller, question, &may, now).await
}

fn entry(caller: &Caller, question: &Question, answered: &Answered, id: Uuid) -> Event {
    let facts = GateDecided {
        model: answered.model.clone(),
        version: answered.version.clone(),
        environment: answered.environment.clone(),
        answer: if answered.answer.allowed { "allowed" } else { "denied" }.to_owned(),
        codes: answered.answer.reasons.iter().map(|reason| reason.code.name().to_owned()).collect(),
        artefact_digest: question.digest().map(|digest| digest.as_str().to_owned()),
        approval: answered.request.as_ref().map(|request| request.id),
    };
    let subject = match answered.model_id {
        Some(model) => Subject::new("model", model).at_version(&answered.version),
        None => Subject::new("gate_decision", id),
    };
    let event = caller.event(facts, subject);
    match answered.team {
        Some(team) => event.in_team(team),
        None => event,
    }
}

/// The row of a decision that has no entry yet.
fn row(
    answered: Answered,
    id: Uuid,
    decided_by: Uuid,
    decided_at: DateTime<Utc>,
) -> Result<DecisionRow, Error> {
    let kept = KeptAnswer {
        reasons: answered.answer.reasons,
        fine: answered.answer.fine,
        policy: answered.policy,
        request: answered.request,
    };
    Ok(DecisionRow {
        id,
        model_version_id: answered.model_version,
        team_id: answered.team,
        model: answered.model,
        version: answered.version,
        environment: answered.environment,
        digest: answered.digest.map(|digest| digest.as_str().to_owned()),
        allowed: answered.answer.allowed,
        answer: serde_json::to_string(&kept).map_err(Error::internal)?,
        decided_at,
        decided_by,
        ledger_event: Uuid::nil(),
    })
}
