//! Answering: one question at a time, or a whole file.

use super::{Assessment, answer_of, column, event_of, evidence_of, get, reload, vouches};
use crate::App;
use crate::assessments::store::{self, AnswerRow, AssessmentRow, EvidenceRow};
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::assessments::{Answer, AnswersFile, Choice, Evidence, Step, drop_foreign_claims};
use assay_domain::audit::catalogue::{AnswerChanged, EvidenceAttached, EvidenceRemoved};
use assay_domain::document::Step as PathStep;
use assay_domain::questionnaires::{Bank, Question};
use futures::FutureExt;
use std::collections::BTreeMap;
use uuid::Uuid;

const COMMENT_LIMIT: usize = 4000;
const URI_LIMIT: usize = 2000;
pub(super) const EVIDENCE_LIMIT: usize = 20;

/// A new answer to one question.
#[derive(Clone, Debug)]
pub struct AnswerChange {
    /// What is answered now. Who answered it is the caller, whatever stands here.
    pub answer: Answer,
    /// Whether the evidence stays as it is, instead of becoming what stands in `answer`.
    pub keep_evidence: bool,
    /// The revision that the caller has seen; absent when it does not matter.
    pub seen: Option<i64>,
}

/// What saving an answer came to.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The answer as it is stored.
    pub row: AnswerRow,
    /// Its evidence.
    pub evidence: Vec<EvidenceRow>,
    /// What was left out because only a review, or a machine, may say it.
    pub dropped: Vec<String>,
}

/// Answers a question. An answer that says the same as before changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] when the assessment is not a
/// draft; [`Error::PreconditionFailed`] when somebody else answered since; [`Error::Invalid`] naming the field.
pub async fn put_answer(
    app: &App,
    caller: &Caller,
    id: Uuid,
    code: &str,
    change: AnswerChange,
) -> Result<Saved, Error> {
    let assessment = editable(app, caller, id).await?;
    let question = question(&assessment.bank, code)?;
    let (answer, dropped) = admissible(caller, code, change.answer, &assessment)?;
    let mistakes = mistakes(question, &answer);
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let (by, code, bank) = (caller.clone(), code.to_owned(), assessment.bank);
    let (keep, seen) = (change.keep_evidence, change.seen);
    let written = app
        .db
        .write(move |tx| {
            let (by, code, answer, bank) = (by.clone(), code.clone(), answer.clone(), bank.clone());
            async move {
                let assessment = reload(tx, id, &bank).await?;
                still_draft(&assessment.row)?;
                if seen
                    .is_some_and(|seen| seen != assessment.answers.get(&code).map_or(0, |row| row.revision))
                {
                    return Err(Error::PreconditionFailed);
                }
                save(tx, &by, &assessment, &code, &answer, keep).await
            }
            .boxed()
        })
        .await?;
    let (row, evidence) = written.value;
    Ok(Saved { row, evidence, dropped })
}

/// Attaches a piece of evidence to an answer that is there already.
///
/// # Errors
/// As [`put_answer`].
pub async fn add_evidence(
    app: &App,
    caller: &Caller,
    id: Uuid,
    code: &str,
    new: Evidence,
) -> Result<Saved, Error> {
    change_evidence(app, caller, id, code, |evidence| evidence.push(new)).await
}

/// Takes a piece of evidence off an answer.
///
/// # Errors
/// As [`put_answer`].
pub async fn remove_evidence(
    app: &App,
    caller: &Caller,
    id: Uuid,
    code: &str,
    piece: Uuid,
) -> Result<Saved, Error> {
    let assessment = editable(app, caller, id).await?;
    let rows = assessment.evidence.get(code).cloned().unwrap_or_default();
    let position = rows.iter().position(|row| row.id == piece).ok_or(Error::NotFound)?;
    let removed = rows[position].clone();
    change_evidence(app, caller, id, code, move |evidence| {
        if let Some(at) = evidence.iter().position(|piece| same_piece(&removed, piece)) {
            evidence.remove(at);
        }
    })
    .await
}

async fn change_evidence(
    app: &App,
    caller: &Caller,
    id: Uuid,
    code: &str,
    change: impl FnOnce(&mut Vec<Evidence>),
) -> Result<Saved, Error> {
    let assessment = editable(app, caller, id).await?;
    question(&assessment.bank, code)?;
    let mut answer = assessment.answer(code).ok_or_else(|| {
        Error::invalid("/evidence", "answer the question first, then attach evidence to the answer")
    })?;
    // All of it, not only what counts: rejected evidence stays until somebody removes it.
    answer.evidence = assessment.evidence.get(code).into_iter().flatten().filter_map(evidence_of).collect();
    change(&mut answer.evidence);
    let seen = assessment.answers.get(code).map(|row| row.revision);
    put_answer(app, caller, id, code, AnswerChange { answer, keep_evidence: false, seen }).await
}

/// Takes over a whole answers file: each answer in it is set, all others stay. All or nothing.
///
/// # Errors
/// As [`put_answer`]; [`Error::Invalid`] lists every mistake with its line.
pub async fn import(app: &App, caller: &Caller, id: Uuid, text: &str) -> Result<Vec<String>, Error> {
    let assessment = editable(app, caller, id).await?;
    let file = AnswersFile::parse(text, "answers.toml", &assessment.bank).map_err(|found| {
        Error::Invalid(found.iter().map(|mistake| FieldError::new("", mistake.to_string())).collect())
    })?;
    let (mut answers, mut dropped) = (BTreeMap::new(), Vec::new());
    for (code, answer) in file.into_answers() {
        let (answer, left_out) = admissible(caller, &code, answer, &assessment)?;
        dropped.extend(left_out);
        answers.insert(code, answer);
    }
    let bank = assessment.bank;
    let mut found = Vec::new();
    for (code, answer) in &answers {
        for mistake in mistakes(question(&bank, code)?, answer) {
            found.push(FieldError::new(format!("/answers/{code}{}", mistake.pointer), mistake.message));
        }
    }
    if !found.is_empty() {
        return Err(Error::Invalid(found));
    }
    let by = caller.clone();
    app.db
        .write(move |tx| {
            let (by, answers, bank) = (by.clone(), answers.clone(), bank.clone());
            async move {
                let assessment = reload(tx, id, &bank).await?;
                still_draft(&assessment.row)?;
                for (code, answer) in &answers {
                    save(tx, &by, &assessment, code, answer, false).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(dropped)
}

/// Copies the answers of an earlier assessment into a new one: by the questions' ids, so that new codes do not matter.
/// Answers whose question changed its meaning are asked again.
pub(super) async fn carry_over(
    tx: &mut Tx,
    caller: &Caller,
    row: &AssessmentRow,
    bank: &Bank,
    earlier: &Assessment,
) -> Result<(), Error> {
    let carried = assay_domain::assessments::carry_over(&earlier.bank, bank, &earlier.scored_answers());
    for new_code in carried.answers.into_keys() {
        let Some(old_code) = code_of_same_question(&new_code, bank, &earlier.bank) else { continue };
        let Some(answer) = earlier.answers.get(&old_code) else { continue };
        let new = AnswerRow {
            assessment_id: row.id,
            code: new_code.clone(),
            na_decision: None,
            na_decided_by: None,
            na_decided_at: None,
            na_note: None,
            revision: 1,
            ..answer.clone()
        };
        store::put_answer(tx, &new).await?;
        record_change(tx, caller, row, None, &new).await?;
        for piece in earlier.evidence.get(&old_code).into_iter().flatten() {
            let id = tx.new_id();
            let piece = EvidenceRow { id, assessment_id: row.id, code: new_code.clone(), ..piece.clone() };
            store::insert_evidence(tx, &piece).await?;
            record_attached(tx, caller, row, &piece).await?;
        }
    }
    Ok(())
}

/// What is wrong with a piece of evidence as such, by the names of its own fields.
pub(crate) fn evidence_mistakes(question: &Question, piece: Evidence) -> Vec<FieldError> {
    let answer = Answer { evidence: vec![piece], ..Answer::of(question.ladder.top()) };
    let own = |mistake: FieldError| {
        let pointer = mistake.pointer.strip_prefix("/evidence/0").unwrap_or_default().to_owned();
        FieldError { pointer, ..mistake }
    };
    mistakes(question, &answer).into_iter().map(own).collect()
}

/// Raises the answer to a question of a draft to the top rung, with evidence that was reviewed elsewhere; its review
/// stays with it. Whoever raises it is who answered.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] when the assessment is no draft.
pub(crate) async fn raise(
    tx: &mut Tx,
    caller: &Caller,
    assessment: &Assessment,
    code: &str,
    pieces: Vec<EvidenceRow>,
) -> Result<(), Error> {
    let question = question(&assessment.bank, code)?;
    still_draft(&assessment.row)?;
    let old = assessment.answers.get(code);
    let comment = old.map(|old| old.comment.clone()).filter(|comment| !comment.is_empty());
    let answer = Answer { comment, ..Answer::of(question.ladder.top()) };
    let row = new_row(tx, caller, assessment.row.id, code, &answer, old)?;
    if old.is_none_or(|old| !says_the_same(old, &row) || old.answered_by != row.answered_by) {
        store::put_answer(tx, &row).await?;
        record_change(tx, caller, &assessment.row, old, &row).await?;
    }
    let known = assessment.evidence.get(code).map_or(&[][..], Vec::as_slice);
    for piece in pieces {
        let same = |row: &&EvidenceRow| evidence_of(&piece).is_some_and(|piece| same_piece(row, &piece));
        match known.iter().find(same) {
            Some(row) => store::review_evidence(tx, &EvidenceRow { id: row.id, ..piece }).await?,
            None => {
                let piece = EvidenceRow {
                    id: tx.new_id(),
                    assessment_id: assessment.row.id,
                    code: code.to_owned(),
                    ..piece
                };
                store::insert_evidence(tx, &piece).await?;
                record_attached(tx, caller, &assessment.row, &piece).await?;
            }
        }
    }
    Ok(())
}

/// What the question with this code was called in the older bank.
fn code_of_same_question(code: &str, bank: &Bank, older: &Bank) -> Option<String> {
    let id = bank.question(code)?.id;
    older.questions.iter().find(|question| question.id == id).map(|question| question.code.clone())
}

/// The assessment, when the caller may answer in it and it is still open for answers.
async fn editable(app: &App, caller: &Caller, id: Uuid) -> Result<Assessment, Error> {
    let assessment = get(app, caller, id).await?;
    let team = Some(assessment.row.team_id);
    caller.allow(Permission::ReadAssessments, Permission::AnswerAssessments, team)?;
    still_draft(&assessment.row)?;
    Ok(assessment)
}

pub(super) fn still_draft(row: &AssessmentRow) -> Result<(), Error> {
    super::lifecycle::after(row, Step::Answer).map(drop)
}

pub(super) fn question<'a>(bank: &'a Bank, code: &str) -> Result<&'a Question, Error> {
    bank.question(code).ok_or(Error::NotFound)
}

/// The answer without what only a review, or a machine, may say; and what was left out. Evidence that is on record
/// claims nothing new: it stays what it is.
fn admissible(
    caller: &Caller,
    code: &str,
    mut answer: Answer,
    assessment: &Assessment,
) -> Result<(Answer, Vec<String>), Error> {
    let rows = assessment.evidence.get(code).map_or(&[][..], Vec::as_slice);
    let is_known = |piece: &Evidence| {
        let reviewed = piece.reviewed_by.is_some() || piece.reviewed_value.is_some();
        let says_no_more = |row: &EvidenceRow| !reviewed || evidence_of(row).as_ref() == Some(piece);
        rows.iter().any(|row| same_piece(row, piece) && says_no_more(row))
    };
    let order: Vec<bool> = answer.evidence.iter().map(is_known).collect();
    let known: Vec<Evidence> = answer.evidence.extract_if(.., |piece| is_known(piece)).collect();
    let mut one = BTreeMap::from([(code.to_owned(), answer)]);
    let dropped = drop_foreign_claims(&mut one, vouches(caller, assessment.row.team_id));
    let mut answer = one.remove(code).ok_or_else(|| Error::internal("the answer went missing"))?;
    let (mut known, mut claimed) = (known.into_iter(), answer.evidence.into_iter());
    answer.evidence =
        order.iter().filter_map(|on_record| if *on_record { known.next() } else { claimed.next() }).collect();
    Ok((answer, dropped))
}

fn mistakes(question: &Question, answer: &Answer) -> Vec<FieldError> {
    let mut found: Vec<FieldError> = answer
        .problems(question)
        .into_iter()
        .map(|problem| FieldError::new(pointer(&problem.path), problem.message))
        .collect();
    if answer.comment.as_deref().is_some_and(|comment| comment.chars().count() > COMMENT_LIMIT) {
        found.push(FieldError::new("/comment", format!("a comment has at most {COMMENT_LIMIT} characters")));
    }
    if let Choice::NotApplicable(given) = &answer.choice {
        if !question.not_applicable {
            found.push(FieldError::new("/not_applicable", "this question applies to every team"));
        }
        if given.justification.chars().count() > COMMENT_LIMIT {
            let message = format!("a justification has at most {COMMENT_LIMIT} characters");
            found.push(FieldError::new("/not_applicable/justification", message));
        }
    }
    if answer.evidence.len() > EVIDENCE_LIMIT {
        found.push(FieldError::new(
            "/evidence",
            format!("an answer has at most {EVIDENCE_LIMIT} pieces of evidence"),
        ));
    }
    for (index, piece) in answer.evidence.iter().enumerate() {
        if piece.uri.len() > URI_LIMIT || piece.uri.chars().any(char::is_control) {
            let message = format!("a link has at most {URI_LIMIT} characters, on one line");
            found.push(FieldError::new(format!("/evidence/{index}/uri"), message));
        }
    }
    found
}

/// A path within a document as a JSON pointer.
fn pointer(path: &[PathStep]) -> String {
    path.iter()
        .map(|step| match step {
            PathStep::Key(name) => format!("/{name}"),
            PathStep::Index(index) => format!("/{index}"),
        })
        .collect()
}

/// Stores an answer and its evidence over what is there, with an entry for each difference.
async fn save(
    tx: &mut Tx,
    caller: &Caller,
    assessment: &Assessment,
    code: &str,
    answer: &Answer,
    keep_evidence: bool,
) -> Result<(AnswerRow, Vec<EvidenceRow>), Error> {
    let old = assessment.answers.get(code);
    let old_evidence = assessment.evidence.get(code).cloned().unwrap_or_default();
    let mut row = new_row(tx, caller, assessment.row.id, code, answer, old)?;
    match old {
        Some(old) if says_the_same(old, &row) => row = old.clone(),
        _ => {
            store::put_answer(tx, &row).await?;
            record_change(tx, caller, &assessment.row, old, &row).await?;
        }
    }
    let evidence = if keep_evidence {
        old_evidence
    } else {
        save_evidence(tx, caller, &assessment.row, code, old_evidence, &answer.evidence).await?
    };
    Ok((row, evidence))
}

fn new_row(
    tx: &Tx,
    caller: &Caller,
    assessment: Uuid,
    code: &str,
    answer: &Answer,
    old: Option<&AnswerRow>,
) -> Result<AnswerRow, Error> {
    let (value, not_applicable) = match &answer.choice {
        Choice::NotApplicable(given) => (None, Some(given)),
        _ => (Some(answer.word().to_owned()), None),
    };
    let na_reason = not_applicable.map(|given| column(&given.reason)).transpose()?;
    let na_justification = not_applicable.map(|given| given.justification.trim().to_owned());
    // A decision about "not applicable" holds as long as what was decided on stays the same.
    let decided = old.filter(|old| old.na_reason == na_reason && old.na_justification == na_justification);
    Ok(AnswerRow {
        assessment_id: assessment,
        code: code.to_owned(),
        value,
        na_reason,
        na_justification,
        na_decision: decided.and_then(|old| old.na_decision.clone()),
        na_decided_by: decided.and_then(|old| old.na_decided_by),
        na_decided_at: decided.and_then(|old| old.na_decided_at),
        na_note: decided.and_then(|old| old.na_note.clone()),
        comment: answer.comment.as_deref().unwrap_or_default().trim().to_owned(),
        answered_by: caller.actor().id(),
        answered_at: tx.now(),
        revision: old.map_or(0, |old| old.revision) + 1,
    })
}

fn says_the_same(old: &AnswerRow, new: &AnswerRow) -> bool {
    old.value == new.value
        && old.na_reason == new.na_reason
        && old.na_justification == new.na_justification
        && old.comment == new.comment
}

async fn save_evidence(
    tx: &mut Tx,
    caller: &Caller,
    assessment: &AssessmentRow,
    code: &str,
    mut old: Vec<EvidenceRow>,
    new: &[Evidence],
) -> Result<Vec<EvidenceRow>, Error> {
    let mut kept = Vec::new();
    let mut added = Vec::new();
    for piece in new {
        match old.iter().position(|row| same_piece(row, piece)) {
            Some(at) => kept.push(old.remove(at)),
            None => added.push(piece),
        }
    }
    for gone in old {
        store::delete_evidence(tx, gone.id).await?;
        let facts = EvidenceRemoved { code: code.to_owned(), evidence: gone.id };
        tx.record(event_of(assessment, caller, facts)).await?;
    }
    for piece in added {
        let row = new_piece(tx, caller, (assessment.id, code), piece)?;
        store::insert_evidence(tx, &row).await?;
        record_attached(tx, caller, assessment, &row).await?;
        kept.push(row);
    }
    Ok(kept)
}

/// The row of a piece of evidence that nobody has reviewed.
pub(super) fn new_piece(
    tx: &mut Tx,
    caller: &Caller,
    (assessment, code): (Uuid, &str),
    piece: &Evidence,
) -> Result<EvidenceRow, Error> {
    Ok(EvidenceRow {
        id: tx.new_id(),
        assessment_id: assessment,
        code: code.to_owned(),
        uri: piece.uri.clone(),
        sha256: piece.sha256.clone(),
        kind: column(&piece.kind)?,
        expires: piece.expires,
        checked_on: piece.checked_at,
        added_by: caller.actor().id(),
        added_at: tx.now(),
        decision: None,
        reviewed_value: piece.reviewed_value.map(|rung| rung.as_str().to_owned()),
        reviewed_by: None,
        reviewed_at: None,
        review_note: None,
        vouched_by: piece.vouched_by.clone(),
    })
}

/// Whether a stored piece of evidence is the one that is meant, whatever a review said about it.
pub(super) fn same_piece(row: &EvidenceRow, piece: &Evidence) -> bool {
    let what = |piece: &Evidence| {
        (piece.uri.clone(), piece.sha256.clone(), piece.kind, piece.expires, piece.checked_at)
    };
    evidence_of(row).is_some_and(|stored| what(&stored) == what(piece))
}

async fn record_change(
    tx: &mut Tx,
    caller: &Caller,
    assessment: &AssessmentRow,
    old: Option<&AnswerRow>,
    new: &AnswerRow,
) -> Result<(), Error> {
    let rung = |row: &AnswerRow| answer_of(row, &[]).map(|answer| answer.word().to_owned());
    let facts = AnswerChanged {
        code: new.code.clone(),
        old: old.and_then(rung),
        new: rung(new),
        revision: u64::try_from(new.revision).unwrap_or_default(),
    };
    let event = event_of(assessment, caller, facts)
        .commit("comment", new.comment.clone())
        .commit("justification", new.na_justification.clone());
    tx.record(event).await?;
    Ok(())
}

pub(super) async fn record_attached(
    tx: &mut Tx,
    caller: &Caller,
    assessment: &AssessmentRow,
    piece: &EvidenceRow,
) -> Result<(), Error> {
    let facts = EvidenceAttached {
        code: piece.code.clone(),
        evidence: piece.id,
        kind: piece.kind.clone(),
        sha256: piece.sha256.clone(),
        expires: piece.expires.map(|day| day.to_string()),
    };
    tx.record(event_of(assessment, caller, facts).commit("uri", piece.uri.clone())).await?;
    Ok(())
}
