//! Handing in, reviewing, locking, reopening.

use super::{Assessment, get, reload};
use crate::App;
use crate::access::service::subjects;
use crate::assessments::store::{self, AnswerRow, AssessmentRow, EvidenceRow, SnapshotRow};
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::assessments::{LifeCycle, Refused, Scorecard, Snapshot, State, Step};
use assay_domain::audit::catalogue::{
    AssessmentLocked, AssessmentReopened, AssessmentSubmitted, EvidenceReviewed, NotApplicableReviewed,
};
use assay_domain::questionnaires::Bank;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// What a reviewer found.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// About pieces of evidence.
    pub evidence: Vec<EvidenceReview>,
    /// About questions answered with "not applicable".
    pub not_applicable: Vec<NotApplicableReview>,
    /// Whether the assessment is to be locked as well.
    pub lock: bool,
}

/// What a reviewer found about one piece of evidence.
#[derive(Clone, Debug)]
pub struct EvidenceReview {
    /// The piece.
    pub id: Uuid,
    /// Whether it shows what the answer says.
    pub accepted: bool,
    /// Why; needed when it was not accepted.
    pub reason: String,
}

/// What a reviewer decided about one "not applicable".
#[derive(Clone, Debug)]
pub struct NotApplicableReview {
    /// The question.
    pub code: String,
    /// Whether it may be left out.
    pub approved: bool,
    /// Why; needed when it was not approved.
    pub reason: String,
}

/// Hands an assessment in for review.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] from any state but draft.
pub async fn submit(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    change(app, caller, id, Permission::ManageAssessments, |tx, by, assessment| {
        async move {
            let mut now = moved(&assessment.row, Step::Submit)?;
            now.submitted_by = Some(by.actor().id());
            now.submitted_at = Some(tx.now());
            store::move_assessment(tx, &assessment.row, &now).await?;
            let facts = AssessmentSubmitted {
                revision: count(assessment.row.revision),
                answered: assessment.answers.len() as u64,
                questions: assessment.bank.questions_of(&assessment.row.profile).count() as u64,
            };
            tx.record(assessment.event(&by, facts)).await?;
            Ok(())
        }
        .boxed()
    })
    .await
}

/// Puts on record what a reviewer found, and locks the assessment when asked to: then its snapshot and result are final.
/// Nobody reviews the own answer or evidence, and nobody locks an assessment that they answered in, with whatever account.
///
/// # Errors
/// As [`submit`], in any state but submitted; [`Error::Conflict`] for locking by somebody who answered;
/// [`Error::Invalid`] naming what cannot be reviewed. In each case nothing is stored.
pub async fn review(app: &App, caller: &Caller, id: Uuid, review: Review) -> Result<(), Error> {
    change(app, caller, id, Permission::ReviewAssessments, move |tx, by, assessment| {
        let review = review.clone();
        async move {
            after(&assessment.row, Step::Review)?;
            put_on_record(tx, &by, &assessment, &review).await?;
            if review.lock {
                let reviewed = reload(tx, id, &assessment.bank).await?;
                lock(tx, &by, &reviewed).await?;
            }
            Ok(())
        }
        .boxed()
    })
    .await
}

async fn put_on_record(
    tx: &mut Tx,
    by: &Caller,
    assessment: &Assessment,
    review: &Review,
) -> Result<(), Error> {
    let own = subjects::accounts(tx, by.actor().id()).await?;
    let mut mistakes = Vec::new();
    for (index, found) in review.evidence.iter().enumerate() {
        if let Err(message) = review_evidence(tx, by, &own, assessment, found).await? {
            mistakes.push(FieldError::new(format!("/evidence/{index}"), message));
        }
    }
    for (index, found) in review.not_applicable.iter().enumerate() {
        if let Err(message) = review_not_applicable(tx, by, &own, assessment, found).await? {
            mistakes.push(FieldError::new(format!("/not_applicable/{index}"), message));
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}

async fn lock(tx: &mut Tx, by: &Caller, assessment: &Assessment) -> Result<(), Error> {
    let now = moved(&assessment.row, Step::Lock)?;
    let own = subjects::accounts(tx, by.actor().id()).await?;
    if assessment.answers.values().any(|answer| own.contains(&answer.answered_by)) {
        return Err(Error::Conflict {
            code: "four_eyes",
            detail: "who answered in an assessment cannot lock it; ask another reviewer".to_owned(),
        });
    }
    let (row, card) = snapshot(tx, by, assessment)?;
    store::move_assessment(tx, &assessment.row, &now).await?;
    store::insert_snapshot(tx, &row).await?;
    let facts = AssessmentLocked {
        revision: count(row.revision),
        input_sha256: row.input_sha256,
        claimed: card.headline.claimed.into(),
        supported: card.headline.supported.into(),
    };
    tx.record(assessment.event(by, facts)).await?;
    Ok(())
}

/// Opens a submitted or locked assessment again, as a new revision; what was locked stays as it was.
///
/// # Errors
/// As [`submit`], for a draft.
pub async fn reopen(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    change(app, caller, id, Permission::ManageAssessments, |tx, by, assessment| {
        async move {
            let mut now = moved(&assessment.row, Step::Reopen)?;
            (now.submitted_by, now.submitted_at) = (None, None);
            store::move_assessment(tx, &assessment.row, &now).await?;
            let reopened = Assessment { row: now, ..assessment };
            let facts = AssessmentReopened { revision: count(reopened.row.revision) };
            tx.record(reopened.event(&by, facts)).await?;
            Ok(())
        }
        .boxed()
    })
    .await
}

/// One write on an assessment by somebody who holds `permission` in its team.
async fn change<F>(app: &App, caller: &Caller, id: Uuid, permission: Permission, work: F) -> Result<(), Error>
where
    F: for<'t> Fn(&'t mut Tx, Caller, Assessment) -> BoxFuture<'t, Result<(), Error>>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let assessment = get(app, caller, id).await?;
    caller.allow(Permission::ReadAssessments, permission, Some(assessment.row.team_id))?;
    let (by, bank): (Caller, Arc<Bank>) = (caller.clone(), assessment.bank);
    app.db
        .write(move |tx| {
            let (by, bank, work) = (by.clone(), bank.clone(), work.clone());
            async move {
                let assessment = reload(tx, id, &bank).await?;
                work(tx, by, assessment).await
            }
            .boxed()
        })
        .await?;
    Ok(())
}

/// Where an assessment stands.
///
/// # Errors
/// [`Error::Internal`] when what is stored is no state.
pub fn state(row: &AssessmentRow) -> Result<State, Error> {
    row.state
        .parse()
        .map_err(|error| Error::internal(format!("table assessment, column state, row {}: {error}", row.id)))
}

/// Where an assessment stands after a step.
pub(super) fn after(row: &AssessmentRow, step: Step) -> Result<LifeCycle, Error> {
    let state = state(row)?;
    let revision = u32::try_from(row.revision).map_err(Error::internal)?;
    LifeCycle { state, revision }
        .after(step)
        .map_err(|refused: Refused| Error::Conflict { code: "wrong_state", detail: refused.to_string() })
}

fn moved(row: &AssessmentRow, step: Step) -> Result<AssessmentRow, Error> {
    let next = after(row, step)?;
    Ok(AssessmentRow {
        state: next.state.as_str().to_owned(),
        revision: i64::from(next.revision),
        ..row.clone()
    })
}

type Reviewed = Result<Result<(), &'static str>, Error>;

const OWN_ANSWER: &str = "nobody reviews the own answer or the own evidence; ask somebody else";
const NO_REASON: &str = "say why, so that the team knows what to do";

async fn review_evidence(
    tx: &mut Tx,
    by: &Caller,
    own: &BTreeSet<Uuid>,
    assessment: &Assessment,
    found: &EvidenceReview,
) -> Reviewed {
    let piece = assessment.evidence.values().flatten().find(|piece| piece.id == found.id);
    let Some((piece, answer)) = piece.and_then(|piece| Some((piece, assessment.answers.get(&piece.code)?)))
    else {
        return Ok(Err("there is no such evidence in this assessment"));
    };
    if own.contains(&answer.answered_by) || own.contains(&piece.added_by) {
        return Ok(Err(OWN_ANSWER));
    }
    if !found.accepted && found.reason.trim().is_empty() {
        return Ok(Err(NO_REASON));
    }
    let decision = if found.accepted { "accepted" } else { "rejected" };
    let row = EvidenceRow {
        decision: Some(decision.to_owned()),
        reviewed_value: answer.value.clone().filter(|value| value != "dont_know"),
        reviewed_by: Some(by.actor().id()),
        reviewed_at: Some(tx.now()),
        review_note: Some(found.reason.trim().to_owned()),
        ..piece.clone()
    };
    store::review_evidence(tx, &row).await?;
    let facts = EvidenceReviewed {
        code: piece.code.clone(),
        evidence: piece.id,
        decision: decision.to_owned(),
        value: answer.value.clone().unwrap_or_else(|| "not_applicable".to_owned()),
    };
    tx.record(assessment.event(by, facts).commit("reason", found.reason.trim())).await?;
    Ok(Ok(()))
}

async fn review_not_applicable(
    tx: &mut Tx,
    by: &Caller,
    own: &BTreeSet<Uuid>,
    assessment: &Assessment,
    found: &NotApplicableReview,
) -> Reviewed {
    let Some((answer, reason)) =
        assessment.answers.get(&found.code).and_then(|answer| Some((answer, answer.na_reason.clone()?)))
    else {
        return Ok(Err("this question is not answered with “not applicable”"));
    };
    if own.contains(&answer.answered_by) {
        return Ok(Err(OWN_ANSWER));
    }
    if !found.approved && found.reason.trim().is_empty() {
        return Ok(Err(NO_REASON));
    }
    let decision = if found.approved { "approved" } else { "declined" };
    let row = AnswerRow {
        na_decision: Some(decision.to_owned()),
        na_decided_by: Some(by.actor().id()),
        na_decided_at: Some(tx.now()),
        na_note: Some(found.reason.trim().to_owned()),
        revision: answer.revision + 1,
        ..answer.clone()
    };
    store::put_answer(tx, &row).await?;
    let facts = NotApplicableReviewed { code: found.code.clone(), decision: decision.to_owned(), reason };
    tx.record(assessment.event(by, facts).commit("reason", found.reason.trim())).await?;
    Ok(Ok(()))
}

/// What locking fixes: input and result as canonical JSON, so that scoring it again gives the same bytes.
fn snapshot(tx: &Tx, by: &Caller, assessment: &Assessment) -> Result<(SnapshotRow, Scorecard), Error> {
    let row = &assessment.row;
    let as_of = tx.now().date_naive();
    let input = Snapshot::new(&assessment.bank, Some(&row.profile), as_of, assessment.scored_answers())
        .map_err(Error::internal)?;
    let card = input.score(&assessment.bank).map_err(Error::internal)?;
    let snapshot = SnapshotRow {
        assessment_id: row.id,
        revision: row.revision,
        as_of,
        input_sha256: card.input_sha256.clone(),
        input: serde_json_canonicalizer::to_string(&input).map_err(Error::internal)?,
        result: serde_json_canonicalizer::to_string(&card).map_err(Error::internal)?,
        claimed: card.headline.claimed.into(),
        supported: card.headline.supported.into(),
        locked_by: by.actor().id(),
        locked_at: tx.now(),
    };
    Ok((snapshot, card))
}

fn count(revision: i64) -> u64 {
    u64::try_from(revision).unwrap_or_default()
}
