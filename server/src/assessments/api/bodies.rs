//! What the API of assessments takes and answers.

use crate::assessments::store::{AnswerRow, AssessmentRow, EvidenceRow};
use assay_domain::assessments::Answer;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// An assessment in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Summary {
    pub(super) id: Uuid,
    pub(super) team: Uuid,
    pub(super) title: String,
    pub(super) questionnaire: String,
    pub(super) version: String,
    pub(super) profile: String,
    /// `draft`, `submitted` or `locked`.
    pub(super) state: String,
    pub(super) revision: i64,
    pub(super) carried_over_from: Option<Uuid>,
    pub(super) started_at: DateTime<Utc>,
    pub(super) submitted_at: Option<DateTime<Utc>>,
}

impl From<AssessmentRow> for Summary {
    fn from(row: AssessmentRow) -> Self {
        Self {
            id: row.id,
            team: row.team_id,
            title: row.title,
            questionnaire: row.questionnaire,
            version: row.version,
            profile: row.profile,
            state: row.state,
            revision: row.revision,
            carried_over_from: row.carried_over_from,
            started_at: row.started_at,
            submitted_at: row.submitted_at,
        }
    }
}

/// One assessment with its answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Whole {
    #[serde(flatten)]
    pub(super) summary: Summary,
    /// By the questions' codes.
    pub(super) answers: BTreeMap<String, SavedAnswer>,
}

/// An answer as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedAnswer {
    pub(super) code: String,
    /// Counts the changes; 0 while there is no answer. What `If-Match` takes.
    pub(super) revision: i64,
    /// A rung of the question's ladder or `dont_know`; absent for “not applicable”.
    pub(super) value: Option<String>,
    pub(super) not_applicable: Option<NotApplicable>,
    pub(super) comment: String,
    pub(super) evidence: Vec<EvidencePiece>,
    pub(super) answered_by: Option<Uuid>,
    pub(super) answered_at: Option<DateTime<Utc>>,
    /// What was left out because only a review, or a machine, may say it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) dropped: Vec<String>,
}

/// Why a question does not apply.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotApplicable {
    pub(super) reason: String,
    pub(super) justification: String,
    /// `approved`, `declined` or null while nobody decided.
    pub(super) decision: Option<String>,
    pub(super) decided_by: Option<Uuid>,
}

/// A piece of evidence as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EvidencePiece {
    pub(super) id: Uuid,
    pub(super) uri: String,
    pub(super) sha256: Option<String>,
    pub(super) kind: String,
    pub(super) expires: Option<NaiveDate>,
    pub(super) checked_at: Option<NaiveDate>,
    /// `accepted`, `rejected` or null while nobody looked.
    pub(super) decision: Option<String>,
    pub(super) reviewed_by: Option<Uuid>,
    pub(super) reviewed_value: Option<String>,
    /// The machine that checked it and vouches for it, by name; null for what needs a review.
    pub(super) vouched_by: Option<String>,
}

impl From<EvidenceRow> for EvidencePiece {
    fn from(row: EvidenceRow) -> Self {
        let vouched = row.is_vouched();
        Self {
            id: row.id,
            uri: row.uri,
            sha256: row.sha256,
            kind: if vouched { "automated" } else { "artefact" }.to_owned(),
            expires: row.expires,
            checked_at: row.checked_on.filter(|_| vouched),
            decision: row.decision,
            reviewed_by: row.reviewed_by,
            reviewed_value: row.reviewed_value,
            vouched_by: row.vouched_by,
        }
    }
}

impl SavedAnswer {
    pub(super) fn of(row: AnswerRow, evidence: Vec<EvidenceRow>, dropped: Vec<String>) -> Self {
        let not_applicable = row.na_reason.map(|reason| NotApplicable {
            reason,
            justification: row.na_justification.unwrap_or_default(),
            decision: row.na_decision,
            decided_by: row.na_decided_by,
        });
        Self {
            code: row.code,
            revision: row.revision,
            value: row.value,
            not_applicable,
            comment: row.comment,
            evidence: evidence.into_iter().map(Into::into).collect(),
            answered_by: Some(row.answered_by),
            answered_at: Some(row.answered_at),
            dropped,
        }
    }

    pub(super) fn none(code: String) -> Self {
        Self {
            code,
            revision: 0,
            value: None,
            not_applicable: None,
            comment: String::new(),
            evidence: Vec::new(),
            answered_by: None,
            answered_at: None,
            dropped: Vec::new(),
        }
    }
}

/// An assessment to start.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewAssessmentBody {
    pub(super) questionnaire: String,
    /// The newest when absent.
    #[serde(default)]
    pub(super) version: Option<String>,
    /// The questionnaire's default when absent.
    #[serde(default)]
    pub(super) profile: Option<String>,
    /// The month when absent.
    #[serde(default)]
    pub(super) title: Option<String>,
    /// An assessment of the same team whose answers are taken over.
    #[serde(default)]
    pub(super) carry_over_from: Option<Uuid>,
}

/// An answer, in the shape of the answers file. Without `evidence` the evidence stays as it is.
#[derive(Debug)]
pub(super) struct AnswerBody {
    pub(super) answer: Answer,
    pub(super) keep_evidence: bool,
}

impl<'de> Deserialize<'de> for AnswerBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = serde_json::Value::deserialize(deserializer)?;
        let keep_evidence = body.get("evidence").is_none();
        let answer = serde_json::from_value(body).map_err(serde::de::Error::custom)?;
        Ok(Self { answer, keep_evidence })
    }
}

/// What a machine has checked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CheckedEvidence)]
pub(super) struct CheckedBody {
    /// Where it is.
    #[schema(example = "https://ci.example/runs/4711")]
    pub(super) uri: String,
    /// SHA-256 of what is there, in lower-case hexadecimal.
    #[serde(default)]
    pub(super) sha256: Option<String>,
    /// The day on which it was checked; today when absent.
    #[serde(default)]
    pub(super) checked_at: Option<NaiveDate>,
    /// The last day on which it counts in full.
    #[serde(default)]
    pub(super) expires: Option<NaiveDate>,
}

/// What a reviewer found.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct ReviewBody {
    #[serde(default)]
    pub(super) evidence: Vec<EvidenceDecision>,
    #[serde(default)]
    pub(super) not_applicable: Vec<NotApplicableDecision>,
    /// Whether to lock the assessment as well: after that its result is final.
    #[serde(default)]
    pub(super) lock: bool,
}

/// A decision about one piece of evidence.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct EvidenceDecision {
    pub(super) id: Uuid,
    pub(super) accepted: bool,
    /// Needed when it was not accepted.
    #[serde(default)]
    pub(super) reason: String,
}

/// A decision about one “not applicable”.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NotApplicableDecision {
    pub(super) code: String,
    pub(super) approved: bool,
    /// Needed when it was not approved.
    #[serde(default)]
    pub(super) reason: String,
}

/// What an import left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Imported {
    /// What only a review, or a machine, may say.
    pub(super) dropped: Vec<String>,
}
