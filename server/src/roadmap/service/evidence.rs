//! Evidence of items: attached by who works on them, reviewed by somebody else.

use super::errands::is_own_work;
use super::items::workable;
use super::{event_of, question_of, status};
use crate::App;
use crate::access::service::subjects;
use crate::assessments::service::{evidence_mistakes, vouches};
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use crate::questionnaires::service as questionnaires;
use crate::roadmap::store::{self, EvidenceRow, ItemRow};
use assay_domain::access::Permission;
use assay_domain::assessments::{Evidence, EvidenceKind};
use assay_domain::audit::catalogue::{
    RoadmapEvidenceAttached, RoadmapEvidenceRemoved, RoadmapEvidenceReviewed,
};
use assay_domain::questionnaires::Question;
use assay_domain::roadmap::ItemStatus;
use chrono::NaiveDate;
use futures::FutureExt;
use uuid::Uuid;

const EVIDENCE_LIMIT: usize = 20;

/// A piece of evidence to attach.
#[derive(Clone, Debug)]
pub struct NewEvidence {
    /// Where it is.
    pub uri: String,
    /// SHA-256 of what is there.
    pub sha256: Option<String>,
    /// Made by people, or produced by a machine.
    pub kind: EvidenceKind,
    /// The last day on which it counts in full.
    pub expires: Option<NaiveDate>,
}

/// Attaches a piece of evidence to an item. The same piece again changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::Conflict`] for an item that was dropped.
pub async fn attach(app: &App, caller: &Caller, id: Uuid, new: NewEvidence) -> Result<EvidenceRow, Error> {
    let NewEvidence { uri, sha256, kind, expires } = new;
    let row = super::items::visible(&mut app.db.read().await?, caller, id).await?;
    let vouched_by = match kind {
        EvidenceKind::Automated => vouches(caller, row.team_id).map(str::to_owned),
        EvidenceKind::Artefact => None,
    };
    if vouched_by.is_none() {
        caller.allow(Permission::ReadRoadmap, Permission::WorkRoadmap, Some(row.team_id))?;
        if kind == EvidenceKind::Automated {
            return Err(Error::invalid(
                "/kind",
                "automated evidence comes from a service account or a trusted CI job with the right evidence:write: \
                 attach it as artefact",
            ));
        }
    }
    let question = question(app, &row).await?;
    let piece = Evidence {
        uri: uri.trim().to_owned(),
        sha256,
        kind,
        expires,
        checked_at: None,
        reviewed_by: None,
        reviewed_value: None,
        vouched_by,
    };
    let mistakes = evidence_mistakes(&question, piece.clone());
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let by = caller.clone();
    let written = app
        .db
        .write(move |tx| {
            let (by, piece) = (by.clone(), piece.clone());
            async move { put(tx, &by, id, piece).await }.boxed()
        })
        .await?;
    Ok(written.value)
}

async fn put(tx: &mut Tx, by: &Caller, id: Uuid, piece: Evidence) -> Result<EvidenceRow, Error> {
    let item = store::item(tx, id).await?.ok_or(Error::NotFound)?;
    if status(&item)? == ItemStatus::Dropped {
        let detail = "the item was dropped: plan it again before you attach evidence".to_owned();
        return Err(Error::Conflict { code: "dropped", detail });
    }
    let known = store::evidence(tx, id).await?;
    let kind = match piece.kind {
        EvidenceKind::Artefact => "artefact",
        EvidenceKind::Automated => "automated",
    };
    let same = |row: &&EvidenceRow| {
        row.uri == piece.uri && row.sha256 == piece.sha256 && row.kind == kind && row.expires == piece.expires
    };
    if let Some(row) = known.iter().find(same) {
        return Ok(row.clone());
    }
    if known.len() >= EVIDENCE_LIMIT {
        let message = format!("an item has at most {EVIDENCE_LIMIT} pieces of evidence");
        return Err(Error::invalid("", message));
    }
    let row = EvidenceRow {
        id: tx.new_id(),
        item_id: id,
        uri: piece.uri,
        sha256: piece.sha256,
        kind: kind.to_owned(),
        expires: piece.expires,
        added_by: by.actor().id(),
        added_at: tx.now(),
        decision: None,
        reviewed_value: None,
        reviewed_by: None,
        reviewed_at: None,
        review_note: None,
        vouched_by: piece.vouched_by,
    };
    store::insert_evidence(tx, &row).await?;
    let facts = RoadmapEvidenceAttached {
        code: item.code.clone(),
        evidence: row.id,
        kind: row.kind.clone(),
        sha256: row.sha256.clone(),
        expires: row.expires.map(|day| day.to_string()),
    };
    tx.record(event_of(by, &item, facts).commit("uri", row.uri.clone())).await?;
    Ok(row)
}

/// Takes a piece of evidence off an item.
///
/// # Errors
/// As [`attach`]; [`Error::Conflict`] when an item that is done would be left without.
pub async fn detach(app: &App, caller: &Caller, id: Uuid, piece: Uuid) -> Result<(), Error> {
    workable(app, caller, id).await?;
    let by = caller.clone();
    app.db
        .write(move |tx| {
            let by = by.clone();
            async move {
                let item = store::item(tx, id).await?.ok_or(Error::NotFound)?;
                let evidence = store::evidence(tx, id).await?;
                let gone = evidence.iter().find(|row| row.id == piece).ok_or(Error::NotFound)?;
                let rest = evidence.iter().filter(|row| row.id != piece && !row.is_rejected()).count();
                if status(&item)? == ItemStatus::Done && !gone.is_rejected() && rest == 0 {
                    let detail =
                        "an item that is done keeps its evidence: attach other evidence first, or move it back";
                    return Err(Error::Conflict { code: "done", detail: detail.to_owned() });
                }
                store::delete_evidence(tx, piece).await?;
                let facts = RoadmapEvidenceRemoved { code: item.code.clone(), evidence: piece };
                tx.record(event_of(&by, &item, facts)).await?;
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(())
}

/// Puts on record whether a piece of evidence shows that the item is at the top of its ladder. Nobody reviews the own
/// work, with whatever account: neither who attached the evidence nor who owns the item.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] for the own work;
/// [`Error::Invalid`] for a rejection without a reason.
pub async fn review(
    app: &App,
    caller: &Caller,
    id: Uuid,
    piece: Uuid,
    accepted: bool,
    reason: &str,
) -> Result<EvidenceRow, Error> {
    let row = super::items::visible(&mut app.db.read().await?, caller, id).await?;
    caller.allow(Permission::ReadRoadmap, Permission::ReviewAssessments, Some(row.team_id))?;
    let top = question(app, &row).await?.ladder.top().as_str();
    let (by, reason) = (caller.clone(), reason.trim().to_owned());
    let written = app
        .db
        .write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            async move { decide(tx, &by, id, piece, accepted, reason, top).await }.boxed()
        })
        .await?;
    Ok(written.value)
}

async fn decide(
    tx: &mut Tx,
    by: &Caller,
    id: Uuid,
    piece: Uuid,
    accepted: bool,
    reason: String,
    top: &str,
) -> Result<EvidenceRow, Error> {
    let item = store::item(tx, id).await?.ok_or(Error::NotFound)?;
    let evidence = store::evidence(tx, id).await?;
    let known = evidence.into_iter().find(|row| row.id == piece).ok_or(Error::NotFound)?;
    let reviewer = by.actor().id();
    if is_own_work(&subjects::accounts(tx, reviewer).await?, &item, &known) {
        let detail = "nobody reviews the own item or the own evidence; ask somebody else".to_owned();
        return Err(Error::Conflict { code: "four_eyes", detail });
    }
    if !accepted && reason.is_empty() {
        return Err(Error::invalid("/reason", "say why, so that the team knows what to do"));
    }
    let decision = if accepted { "accepted" } else { "rejected" };
    let same = known.decision.as_deref() == Some(decision)
        && known.reviewed_by == Some(reviewer)
        && known.review_note.as_deref() == Some(reason.as_str());
    if same {
        return Ok(known);
    }
    let row = EvidenceRow {
        decision: Some(decision.to_owned()),
        reviewed_value: Some(top.to_owned()),
        reviewed_by: Some(reviewer),
        reviewed_at: Some(tx.now()),
        review_note: Some(reason),
        ..known
    };
    store::review_evidence(tx, &row).await?;
    let facts = RoadmapEvidenceReviewed {
        code: item.code.clone(),
        evidence: piece,
        decision: decision.to_owned(),
        value: top.to_owned(),
    };
    tx.record(event_of(by, &item, facts).commit("reason", row.review_note.clone())).await?;
    Ok(row)
}

/// The question of an item, in the newest version of its questionnaire that has it.
async fn question(app: &App, item: &ItemRow) -> Result<Question, Error> {
    let versions = crate::questionnaires::store::questionnaires(&mut app.db.read().await?).await?;
    for version in versions.iter().rev().filter(|version| version.id == item.questionnaire) {
        let bank = questionnaires::bank(app, &version.id, &version.version).await?;
        if let Some(question) = question_of(&bank, item) {
            return Ok(question.clone());
        }
    }
    Err(Error::internal(format!(
        "table roadmap_item, column question_id, row {}: no questionnaire asks it",
        item.id
    )))
}
