//! Assessments, answers and evidence in the database: SQL and row types, nothing else.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A row of `assessment`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AssessmentRow {
    /// Identifier.
    pub id: Uuid,
    /// The team that is assessed.
    pub team_id: Uuid,
    /// What people call it.
    pub title: String,
    /// The questionnaire.
    pub questionnaire: String,
    /// Its version.
    pub version: String,
    /// The profile.
    pub profile: String,
    /// `draft`, `submitted` or `locked`.
    pub state: String,
    /// From 1; how often it was changed or taken up.
    pub revision: i64,
    /// The assessment whose answers were taken over.
    pub carried_over_from: Option<Uuid>,
    /// Who started it.
    pub started_by: Uuid,
    /// When.
    pub started_at: DateTime<Utc>,
    /// Who handed it in.
    pub submitted_by: Option<Uuid>,
    /// When.
    pub submitted_at: Option<DateTime<Utc>>,
}

/// A row of `answer`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AnswerRow {
    /// The assessment.
    pub assessment_id: Uuid,
    /// The question's code.
    pub code: String,
    /// A rung or `dont_know`; absent for “not applicable”.
    pub value: Option<String>,
    /// `out_of_scope` or `architecture`, for “not applicable”.
    pub na_reason: Option<String>,
    /// Why it does not apply.
    pub na_justification: Option<String>,
    /// `approved`, `declined`, or absent while nobody decided.
    pub na_decision: Option<String>,
    /// Who decided.
    pub na_decided_by: Option<Uuid>,
    /// When.
    pub na_decided_at: Option<DateTime<Utc>>,
    /// What the decision says.
    pub na_note: Option<String>,
    /// What was said about the answer; may be empty.
    pub comment: String,
    /// Who answered last.
    pub answered_by: Uuid,
    /// When.
    pub answered_at: DateTime<Utc>,
    /// From 1; how often it was changed or taken up.
    pub revision: i64,
}

/// A row of `evidence`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EvidenceRow {
    /// Identifier.
    pub id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// The question's code.
    pub code: String,
    /// Where the evidence is.
    pub uri: String,
    /// SHA-256 of what is there, hexadecimal.
    pub sha256: Option<String>,
    /// `artefact` or `automated`.
    pub kind: String,
    /// The last day on which it counts in full.
    pub expires: Option<NaiveDate>,
    /// When a machine checked it.
    pub checked_on: Option<NaiveDate>,
    /// Who attached it.
    pub added_by: Uuid,
    /// When.
    pub added_at: DateTime<Utc>,
    /// `accepted`, `rejected`, or absent while nobody looked.
    pub decision: Option<String>,
    /// The rung that was reviewed.
    pub reviewed_value: Option<String>,
    /// Who reviewed it.
    pub reviewed_by: Option<Uuid>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// What the review says.
    pub review_note: Option<String>,
    /// The machine that vouches for automated evidence, by name. What people called automated has none.
    pub vouched_by: Option<String>,
}

impl EvidenceRow {
    /// Whether a machine vouches for it. Otherwise it is evidence to be reviewed, whatever it was called.
    #[must_use]
    pub fn is_vouched(&self) -> bool {
        self.kind == "automated" && self.vouched_by.is_some()
    }

    /// Whether a reviewer found that it does not show what the answer says: then it counts as none.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.decision.as_deref() == Some("rejected")
    }
}

/// A row of `assessment_snapshot`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SnapshotRow {
    /// The assessment.
    pub assessment_id: Uuid,
    /// From 1; how often it was changed or taken up.
    pub revision: i64,
    /// The day for which evidence was graded.
    pub as_of: NaiveDate,
    /// Digest of the input.
    pub input_sha256: String,
    /// What was scored, as canonical JSON.
    pub input: String,
    /// What it came to, as canonical JSON.
    pub result: String,
    /// The level claimed.
    pub claimed: i64,
    /// The level that the evidence supports.
    pub supported: i64,
    /// Who locked it.
    pub locked_by: Uuid,
    /// When.
    pub locked_at: DateTime<Utc>,
}

/// Who answers a dimension.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DelegationRow {
    /// The dimension.
    pub dimension: String,
    /// Who answers it.
    pub person_id: Uuid,
}

/// One assessment.
pub async fn assessment(conn: &mut Conn, id: Uuid) -> Result<Option<AssessmentRow>, Error> {
    fetch_optional!(conn, AssessmentRow, "SELECT * FROM assessment WHERE id = $1", id).await
}

/// A team's assessments, the newest first, from before `before` when given.
pub async fn assessments_of(conn: &mut Conn, team: Uuid) -> Result<Vec<AssessmentRow>, Error> {
    fetch_all!(
        conn,
        AssessmentRow,
        "SELECT * FROM assessment WHERE team_id = $1 ORDER BY started_at DESC, id DESC",
        team
    )
    .await
}

/// Stores a new assessment.
pub async fn insert_assessment(conn: &mut Conn, row: &AssessmentRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO assessment (id, team_id, title, questionnaire, version, profile, state, revision,
             carried_over_from, started_by, started_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.id,
        row.team_id,
        row.title,
        row.questionnaire,
        row.version,
        row.profile,
        row.state,
        row.revision,
        row.carried_over_from,
        row.started_by,
        row.started_at
    )
    .await?;
    Ok(())
}

/// Moves an assessment from the state and revision that were read to new ones; a lost race changes nothing.
pub async fn move_assessment(
    conn: &mut Conn,
    read: &AssessmentRow,
    now: &AssessmentRow,
) -> Result<(), Error> {
    let (read, now) = (read.clone(), now.clone());
    let changed = execute!(
        conn,
        "UPDATE assessment SET state = $1, revision = $2, submitted_by = $3, submitted_at = $4
         WHERE id = $5 AND state = $6 AND revision = $7",
        now.state,
        now.revision,
        now.submitted_by,
        now.submitted_at,
        read.id,
        read.state,
        read.revision
    )
    .await?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::LostRace(format!("assessment {}", read.id))),
    }
}

/// All answers of an assessment, by code.
pub async fn answers(conn: &mut Conn, assessment: Uuid) -> Result<Vec<AnswerRow>, Error> {
    fetch_all!(conn, AnswerRow, "SELECT * FROM answer WHERE assessment_id = $1 ORDER BY code", assessment)
        .await
}

/// One answer.
pub async fn answer(conn: &mut Conn, assessment: Uuid, code: &str) -> Result<Option<AnswerRow>, Error> {
    let code = code.to_owned();
    fetch_optional!(
        conn,
        AnswerRow,
        "SELECT * FROM answer WHERE assessment_id = $1 AND code = $2",
        assessment,
        code
    )
    .await
}

/// Stores an answer over the revision before it (0 where there was none); a lost race changes nothing.
pub async fn put_answer(conn: &mut Conn, answer: &AnswerRow) -> Result<(), Error> {
    let row = answer.clone();
    let before = row.revision - 1;
    let changed = execute!(
        conn,
        "INSERT INTO answer (assessment_id, code, value, na_reason, na_justification, na_decision, na_decided_by,
             na_decided_at, na_note, comment, answered_by, answered_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (assessment_id, code) DO UPDATE SET value = excluded.value, na_reason = excluded.na_reason,
             na_justification = excluded.na_justification, na_decision = excluded.na_decision,
             na_decided_by = excluded.na_decided_by, na_decided_at = excluded.na_decided_at,
             na_note = excluded.na_note, comment = excluded.comment, answered_by = excluded.answered_by,
             answered_at = excluded.answered_at, revision = excluded.revision
         WHERE answer.revision = $14",
        row.assessment_id,
        row.code,
        row.value,
        row.na_reason,
        row.na_justification,
        row.na_decision,
        row.na_decided_by,
        row.na_decided_at,
        row.na_note,
        row.comment,
        row.answered_by,
        row.answered_at,
        row.revision,
        before
    )
    .await?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::LostRace(format!("answer {} of assessment {}", answer.code, answer.assessment_id))),
    }
}

/// All evidence of an assessment, by code and in the order it was added.
pub async fn evidence(conn: &mut Conn, assessment: Uuid) -> Result<Vec<EvidenceRow>, Error> {
    fetch_all!(
        conn,
        EvidenceRow,
        "SELECT * FROM evidence WHERE assessment_id = $1 ORDER BY code, added_at, id",
        assessment
    )
    .await
}

/// Stores a piece of evidence.
pub async fn insert_evidence(conn: &mut Conn, row: &EvidenceRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO evidence (id, assessment_id, code, uri, sha256, kind, expires, checked_on, added_by, added_at,
             decision, reviewed_value, reviewed_by, reviewed_at, review_note, vouched_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        row.id,
        row.assessment_id,
        row.code,
        row.uri,
        row.sha256,
        row.kind,
        row.expires,
        row.checked_on,
        row.added_by,
        row.added_at,
        row.decision,
        row.reviewed_value,
        row.reviewed_by,
        row.reviewed_at,
        row.review_note,
        row.vouched_by
    )
    .await?;
    Ok(())
}

/// Takes a piece of evidence off its answer.
pub async fn delete_evidence(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    execute!(conn, "DELETE FROM evidence WHERE id = $1", id).await?;
    Ok(())
}

/// Stores what a reviewer found.
pub async fn review_evidence(conn: &mut Conn, row: &EvidenceRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "UPDATE evidence SET decision = $1, reviewed_value = $2, reviewed_by = $3, reviewed_at = $4, review_note = $5
         WHERE id = $6",
        row.decision,
        row.reviewed_value,
        row.reviewed_by,
        row.reviewed_at,
        row.review_note,
        row.id
    )
    .await?;
    Ok(())
}

/// Who answers which dimension.
pub async fn delegations(conn: &mut Conn, assessment: Uuid) -> Result<Vec<DelegationRow>, Error> {
    fetch_all!(
        conn,
        DelegationRow,
        "SELECT dimension, person_id FROM delegation WHERE assessment_id = $1 ORDER BY dimension",
        assessment
    )
    .await
}

/// Gives a dimension to a person, or takes it back.
pub async fn delegate(
    conn: &mut Conn,
    assessment: Uuid,
    dimension: &str,
    person: Option<Uuid>,
) -> Result<(), Error> {
    let dimension = dimension.to_owned();
    match person {
        Some(person) => {
            execute!(
                conn,
                "INSERT INTO delegation (assessment_id, dimension, person_id) VALUES ($1, $2, $3)
                 ON CONFLICT (assessment_id, dimension) DO UPDATE SET person_id = excluded.person_id",
                assessment,
                dimension,
                person
            )
            .await?
        }
        None => {
            execute!(
                conn,
                "DELETE FROM delegation WHERE assessment_id = $1 AND dimension = $2",
                assessment,
                dimension
            )
            .await?
        }
    };
    Ok(())
}

/// Stores what was locked.
pub async fn insert_snapshot(conn: &mut Conn, row: &SnapshotRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO assessment_snapshot (assessment_id, revision, as_of, input_sha256, input, result, claimed,
             supported, locked_by, locked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.assessment_id,
        row.revision,
        row.as_of,
        row.input_sha256,
        row.input,
        row.result,
        row.claimed,
        row.supported,
        row.locked_by,
        row.locked_at
    )
    .await?;
    Ok(())
}

/// The snapshots of an assessment, the newest first.
pub async fn snapshots(conn: &mut Conn, assessment: Uuid) -> Result<Vec<SnapshotRow>, Error> {
    fetch_all!(
        conn,
        SnapshotRow,
        "SELECT * FROM assessment_snapshot WHERE assessment_id = $1 ORDER BY revision DESC",
        assessment
    )
    .await
}

/// Assessment, revision and digest of the result of a team that was locked last.
pub async fn latest_snapshot(conn: &mut Conn, team: Uuid) -> Result<Option<(Uuid, i64, String)>, Error> {
    fetch_optional!(
        conn,
        (Uuid, i64, String),
        "SELECT s.assessment_id, s.revision, s.input_sha256 FROM assessment_snapshot s JOIN assessment a ON a.id = s.assessment_id
         WHERE a.team_id = $1 ORDER BY s.locked_at DESC, s.assessment_id DESC, s.revision DESC LIMIT 1",
        team
    )
    .await
}

/// The snapshots of a team's assessments, the oldest first: its history of levels.
pub async fn history(conn: &mut Conn, team: Uuid) -> Result<Vec<SnapshotRow>, Error> {
    fetch_all!(
        conn,
        SnapshotRow,
        "SELECT s.* FROM assessment_snapshot s JOIN assessment a ON a.id = s.assessment_id
         WHERE a.team_id = $1 ORDER BY s.locked_at, s.assessment_id, s.revision",
        team
    )
    .await
}
