//! From reviewed evidence to a changed answer: into the team's running draft, or into the next assessment, which is
//! started with the latest answers. All of it is one write, so that nothing is left half-done.

use super::errands::is_own_work;
use super::items::workable;
use super::{changed, event_of, is_proposed, latest, question_of, status};
use crate::App;
use crate::access::service::subjects;
use crate::assessments::service::{self as assessments, Assessment, Opening};
use crate::assessments::store::{self as assessment_store, EvidenceRow as Piece};
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use crate::questionnaires::service as questionnaires;
use crate::roadmap::store::{self, EvidenceRow, ItemRow};
use assay_domain::access::Permission;
use assay_domain::audit::catalogue::RoadmapItemAnswered;
use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::ItemStatus;
use futures::FutureExt;
use std::sync::Arc;
use uuid::Uuid;

/// What taking over came to.
#[derive(Clone, Debug)]
pub struct TakenOver {
    /// The assessment whose answer was changed.
    pub assessment: Uuid,
    /// Whether it was started for it.
    pub is_new: bool,
    /// The question's code there.
    pub code: String,
    /// The rung that it was raised to.
    pub value: &'static str,
}

/// Where an answer is changed.
#[derive(Clone)]
enum Into {
    /// In a draft that is there, by id and bank.
    Draft(Uuid, Arc<Bank>),
    /// In an assessment that is started for it.
    Next(Box<Opening>),
}

/// Raises the answer behind an item to the top, with the evidence that was accepted and its review.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] without accepted evidence, for
/// whoever reviewed it, and where no assessment asks the question any more.
pub async fn take_over(app: &App, caller: &Caller, id: Uuid) -> Result<TakenOver, Error> {
    let row = workable(app, caller, id).await?;
    let into = target(app, caller, &row).await?;
    let by = caller.clone();
    let written = app
        .db
        .write(move |tx| {
            let (by, into) = (by.clone(), into.clone());
            async move { carry(tx, &by, id, into).await }.boxed()
        })
        .await?;
    Ok(written.value)
}

/// The running draft of the item's questionnaire, or the next assessment after the latest.
async fn target(app: &App, caller: &Caller, item: &ItemRow) -> Result<Into, Error> {
    let team = item.team_id;
    let mut rows = assessment_store::assessments_of(&mut app.db.read().await?, team).await?;
    rows.retain(|row| row.questionnaire == item.questionnaire);
    let latest = latest(&rows).ok_or(Error::NotFound)?;
    let is_draft = latest.state == "draft";
    let needed = if is_draft { Permission::AnswerAssessments } else { Permission::ManageAssessments };
    caller.allow(Permission::ReadAssessments, needed, Some(team))?;
    let latest = assessments::get(app, caller, latest.id).await?;
    let evidence = store::evidence(&mut app.db.read().await?, item.id).await?;
    if knows_everything(&latest, item, &evidence) {
        let detail = "the answer is updated already: the assessment knows this evidence".to_owned();
        return Err(Error::Conflict { code: "taken_over", detail });
    }
    if is_draft {
        return Ok(Into::Draft(latest.row.id, latest.bank));
    }
    let bank = questionnaires::newest(app, &item.questionnaire).await?;
    let has_profile = bank.has_profile(&latest.row.profile);
    let profile = if has_profile { &latest.row.profile } else { &bank.default_profile }.clone();
    let title = assessments::usual_title(app);
    Ok(Into::Next(Box::new(Opening { team, title, profile, bank, earlier: Some(latest) })))
}

/// Whether all that was accepted stands in the answers.
fn knows_everything(latest: &Assessment, item: &ItemRow, evidence: &[EvidenceRow]) -> bool {
    let question = question_of(&latest.bank, item);
    evidence.iter().any(EvidenceRow::is_accepted)
        && question.is_some_and(|question| !is_proposed(question, evidence, latest))
}

async fn carry(tx: &mut Tx, by: &Caller, id: Uuid, into: Into) -> Result<TakenOver, Error> {
    let item = store::item(tx, id).await?.ok_or(Error::NotFound)?;
    if status(&item)? == ItemStatus::Dropped {
        let detail = "the item was dropped: plan it again before you take it over".to_owned();
        return Err(Error::Conflict { code: "dropped", detail });
    }
    let accepted = accepted(tx, by, &item).await?;
    let is_new = matches!(into, Into::Next(_));
    let assessment = opened(tx, by, into).await?;
    let Some(question) = question_of(&assessment.bank, &item).cloned() else {
        let detail =
            format!("{} {} does not ask {} any more", item.questionnaire, assessment.row.version, item.code);
        return Err(Error::Conflict { code: "not_asked", detail });
    };
    let pieces =
        accepted.into_iter().map(|piece| piece_of(piece, assessment.row.id, &question.code)).collect();
    assessments::raise(tx, by, &assessment, &question.code, pieces).await?;
    finish(tx, by, &item, assessment.row.id).await?;
    let value = question.ladder.top().as_str();
    let facts = RoadmapItemAnswered {
        code: question.code.clone(),
        assessment: assessment.row.id,
        value: value.to_owned(),
    };
    tx.record(event_of(by, &item, facts)).await?;
    Ok(TakenOver { assessment: assessment.row.id, is_new, code: question.code, value })
}

/// The evidence that was accepted; by somebody else, because its reviewer cannot answer as well.
async fn accepted(tx: &mut Tx, by: &Caller, item: &ItemRow) -> Result<Vec<EvidenceRow>, Error> {
    let own = subjects::accounts(tx, by.actor().id()).await?;
    let mut accepted = Vec::new();
    for piece in store::evidence(tx, item.id).await?.into_iter().filter(EvidenceRow::is_accepted) {
        // Accounts may have become known to be one person's since they reviewed each other.
        let reviewer = match piece.reviewed_by {
            Some(reviewer) => subjects::accounts(tx, reviewer).await?,
            None => continue,
        };
        if !is_own_work(&reviewer, item, &piece) {
            accepted.push(piece);
        }
    }
    let conflict = |code, detail: &str| Err(Error::Conflict { code, detail: detail.to_owned() });
    if accepted.is_empty() {
        return conflict(
            "no_reviewed_evidence",
            "nobody has accepted evidence of this item yet: attach some and have it reviewed first",
        );
    }
    if accepted.iter().any(|piece| piece.reviewed_by.is_some_and(|reviewer| own.contains(&reviewer))) {
        return conflict(
            "four_eyes",
            "who reviewed the evidence cannot take it over as the own answer; ask somebody else in the team",
        );
    }
    Ok(accepted)
}

async fn opened(tx: &mut Tx, by: &Caller, into: Into) -> Result<Assessment, Error> {
    match into {
        Into::Draft(id, bank) => assessments::reload(tx, id, &bank).await,
        Into::Next(opening) => {
            let rows = assessment_store::assessments_of(tx, opening.team).await?;
            if rows.iter().any(|row| row.state == "draft" && row.questionnaire == opening.bank.id) {
                return Err(Error::LostRace(format!("the next assessment of team {}", opening.team)));
            }
            let bank = opening.bank.clone();
            let row = assessments::begin(tx, by, *opening).await?;
            assessments::reload(tx, row.id, &bank).await
        }
    }
}

/// The same evidence in an assessment. What a machine brought was checked when it brought it.
fn piece_of(piece: EvidenceRow, assessment: Uuid, code: &str) -> Piece {
    Piece {
        id: piece.id,
        assessment_id: assessment,
        code: code.to_owned(),
        checked_on: piece.is_vouched().then(|| piece.added_at.date_naive()),
        uri: piece.uri,
        sha256: piece.sha256,
        kind: piece.kind,
        expires: piece.expires,
        added_by: piece.added_by,
        added_at: piece.added_at,
        decision: piece.decision,
        reviewed_value: piece.reviewed_value,
        reviewed_by: piece.reviewed_by,
        reviewed_at: piece.reviewed_at,
        review_note: piece.review_note,
        vouched_by: piece.vouched_by,
    }
}

/// Marks the item as done and answered.
async fn finish(tx: &mut Tx, by: &Caller, item: &ItemRow, assessment: Uuid) -> Result<(), Error> {
    let done = ItemStatus::Done.as_str().to_owned();
    let now =
        ItemRow { status: done, answered_in: Some(assessment), revision: item.revision + 1, ..item.clone() };
    store::update_item(tx, &now).await?;
    if now.status != item.status {
        tx.record(changed(by, item, &now)).await?;
    }
    Ok(())
}
