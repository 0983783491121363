//! What machines vouch for: evidence that counts without a review, because a machine checked it.
//!
//! It raises what an answer counts for, so no person can bring it, on no door: neither signed in nor with a token of their
//! own. A service account or a trusted CI job can, with the scope `evidence:write`, which changes no answer. Whatever else
//! takes evidence asks [`vouches`] who stands behind it.

use chrono::NaiveDate;
use futures::FutureExt;
use uuid::Uuid;

use super::answers::{
    EVIDENCE_LIMIT, evidence_mistakes, new_piece, question, record_attached, same_piece, still_draft,
};
use super::{get, reload};
use crate::App;
use crate::assessments::store::{self, EvidenceRow};
use crate::error::Error;
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::assessments::Evidence;
use assay_domain::audit::Actor;

/// The name of the machine that vouches for what the caller attaches in a team; `None` for people, for their tokens and
/// for machines without the right.
pub(crate) fn vouches(caller: &Caller, team: Uuid) -> Option<&str> {
    let is_machine = matches!(caller.actor(), Actor::Service(_));
    (is_machine && caller.may(Permission::AttachEvidence, Some(team))).then_some(caller.name.as_str())
}

/// Attaches what a machine has checked to an answer, which stays as it is. The same piece again changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`] for everybody else; [`Error::Conflict`] when the assessment
/// is not a draft; [`Error::Invalid`] naming the field, or where there is no answer yet.
pub async fn attach(
    app: &App,
    caller: &Caller,
    id: Uuid,
    code: &str,
    mut piece: Evidence,
) -> Result<EvidenceRow, Error> {
    let assessment = get(app, caller, id).await?;
    let team = assessment.row.team_id;
    caller.allow(Permission::ReadAssessments, Permission::AttachEvidence, Some(team))?;
    let machine = vouches(caller, team).ok_or(Error::Forbidden(Permission::AttachEvidence))?;
    let question = question(&assessment.bank, code)?;
    let today = app.clock.now().date_naive();
    let checked: NaiveDate = piece.checked_at.unwrap_or(today);
    if checked > today {
        return Err(Error::invalid("/checked_at", "nothing is checked on a day that has not come"));
    }
    piece.checked_at = Some(checked);
    piece.vouch(machine, None);
    let mistakes = evidence_mistakes(question, piece.clone());
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let (by, code, bank) = (caller.clone(), code.to_owned(), assessment.bank.clone());
    let written = app.db.write(move |tx| {
        let (by, code, bank, mut piece) = (by.clone(), code.clone(), bank.clone(), piece.clone());
        async move {
            let assessment = reload(tx, id, &bank).await?;
            still_draft(&assessment.row)?;
            let answer = assessment.answer(&code);
            let answer = answer.ok_or_else(|| Error::invalid("", "nobody has answered the question yet"))?;
            let known = assessment.evidence.get(&code).map_or(&[][..], Vec::as_slice);
            if let Some(row) = known.iter().find(|row| same_piece(row, &piece)) {
                return Ok(row.clone());
            }
            if known.len() >= EVIDENCE_LIMIT {
                let message = format!("an answer has at most {EVIDENCE_LIMIT} pieces of evidence");
                return Err(Error::invalid("", message));
            }
            piece.reviewed_value = answer.choice.rung();
            let row = new_piece(tx, &by, (id, &code), &piece)?;
            store::insert_evidence(tx, &row).await?;
            record_attached(tx, &by, &assessment.row, &row).await?;
            Ok(row)
        }
        .boxed()
    });
    Ok(written.await?.value)
}
