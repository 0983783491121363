//! Roadmaps, their items, comments and evidence in the database: SQL and row types, nothing else.

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A row of `roadmap`: what a team wishes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RoadmapRow {
    /// The team.
    pub team_id: Uuid,
    /// The assessment that it started from when it was saved.
    pub assessment_id: Uuid,
    /// The wishes, as canonical JSON.
    pub wishes: String,
    /// From 1; how often it was saved.
    pub revision: i64,
    /// Who saved it last.
    pub made_by: Uuid,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// A row of `roadmap_item`: a question that a team works on.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ItemRow {
    /// Identifier.
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// The questionnaire.
    pub questionnaire: String,
    /// The question, the same in all versions.
    pub question_id: Uuid,
    /// The question's code when the item was made.
    pub code: String,
    /// `planned`, `in_progress`, `blocked`, `done` or `dropped`.
    pub status: String,
    /// Who works on it.
    pub owner_id: Option<Uuid>,
    /// The day by which it is due.
    pub due: Option<NaiveDate>,
    /// The assessment that its evidence was taken over into.
    pub answered_in: Option<Uuid>,
    /// When it came into the roadmap.
    pub created_at: DateTime<Utc>,
    /// From 1; counts the changes.
    pub revision: i64,
}

/// A row of `roadmap_comment`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CommentRow {
    /// Identifier.
    pub id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// What was said.
    pub body: String,
    /// Who said it.
    pub written_by: Uuid,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// A row of `roadmap_evidence`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EvidenceRow {
    /// Identifier.
    pub id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// Where the evidence is.
    pub uri: String,
    /// SHA-256 of what is there, hexadecimal.
    pub sha256: Option<String>,
    /// `artefact` or `automated`.
    pub kind: String,
    /// The last day on which it counts in full.
    pub expires: Option<NaiveDate>,
    /// Who attached it.
    pub added_by: Uuid,
    /// When.
    pub added_at: DateTime<Utc>,
    /// `accepted`, `rejected`, or absent while nobody looked.
    pub decision: Option<String>,
    /// The rung that was reviewed: the top one.
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
    /// Whether a machine vouches for it.
    #[must_use]
    pub fn is_vouched(&self) -> bool {
        self.kind == "automated" && self.vouched_by.is_some()
    }

    /// Whether somebody else found that it shows what is wanted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.decision.as_deref() == Some("accepted")
    }

    /// Whether a reviewer found that it does not: then it counts as none.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.decision.as_deref() == Some("rejected")
    }
}

/// What a team wishes.
pub async fn roadmap(conn: &mut Conn, team: Uuid) -> Result<Option<RoadmapRow>, Error> {
    fetch_optional!(conn, RoadmapRow, "SELECT * FROM roadmap WHERE team_id = $1", team).await
}

/// The teams that saved a roadmap.
pub async fn planning_teams(conn: &mut Conn) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT team_id FROM roadmap";
    Ok(fetch_all!(conn, (Uuid,), sql).await?.into_iter().map(|(id,)| id).collect())
}

/// Stores wishes over the revision before (0 where there were none); a lost race changes nothing.
pub async fn put_roadmap(conn: &mut Conn, row: &RoadmapRow) -> Result<(), Error> {
    let row = row.clone();
    let (team, before) = (row.team_id, row.revision - 1);
    let changed = execute!(
        conn,
        "INSERT INTO roadmap (team_id, assessment_id, wishes, revision, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (team_id) DO UPDATE SET assessment_id = excluded.assessment_id, wishes = excluded.wishes,
             revision = excluded.revision, made_by = excluded.made_by, made_at = excluded.made_at
         WHERE roadmap.revision = $7",
        row.team_id,
        row.assessment_id,
        row.wishes,
        row.revision,
        row.made_by,
        row.made_at,
        before
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("roadmap of team {team}"))) }
}

/// The items of a team, by code.
pub async fn items_of(conn: &mut Conn, team: Uuid) -> Result<Vec<ItemRow>, Error> {
    fetch_all!(conn, ItemRow, "SELECT * FROM roadmap_item WHERE team_id = $1 ORDER BY code, id", team).await
}

/// The questions of a team's items that somebody owns.
pub async fn owned_questions(conn: &mut Conn, team: Uuid) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT question_id FROM roadmap_item WHERE team_id = $1 AND owner_id IS NOT NULL";
    Ok(fetch_all!(conn, (Uuid,), sql, team).await?.into_iter().map(|(id,)| id).collect())
}

/// The items that somebody owns, by team and code.
pub async fn items_owned(conn: &mut Conn, person: Uuid) -> Result<Vec<ItemRow>, Error> {
    let sql = "SELECT * FROM roadmap_item WHERE owner_id = $1 ORDER BY team_id, code, id";
    fetch_all!(conn, ItemRow, sql, person).await
}

/// One item.
pub async fn item(conn: &mut Conn, id: Uuid) -> Result<Option<ItemRow>, Error> {
    fetch_optional!(conn, ItemRow, "SELECT * FROM roadmap_item WHERE id = $1", id).await
}

/// Stores a new item.
pub async fn insert_item(conn: &mut Conn, row: &ItemRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO roadmap_item (id, team_id, questionnaire, question_id, code, status, owner_id, due, answered_in,
             created_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.id,
        row.team_id,
        row.questionnaire,
        row.question_id,
        row.code,
        row.status,
        row.owner_id,
        row.due,
        row.answered_in,
        row.created_at,
        row.revision
    )
    .await?;
    Ok(())
}

/// Stores an item over the revision before; a lost race changes nothing.
pub async fn update_item(conn: &mut Conn, row: &ItemRow) -> Result<(), Error> {
    let row = row.clone();
    let (id, before) = (row.id, row.revision - 1);
    let changed = execute!(
        conn,
        "UPDATE roadmap_item SET status = $1, owner_id = $2, due = $3, answered_in = $4, revision = $5
         WHERE id = $6 AND revision = $7",
        row.status,
        row.owner_id,
        row.due,
        row.answered_in,
        row.revision,
        row.id,
        before
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("roadmap item {id}"))) }
}

/// The comments of an item, the oldest first.
pub async fn comments(conn: &mut Conn, item: Uuid) -> Result<Vec<CommentRow>, Error> {
    fetch_all!(
        conn,
        CommentRow,
        "SELECT * FROM roadmap_comment WHERE item_id = $1 ORDER BY written_at, id",
        item
    )
    .await
}

/// Stores a comment.
pub async fn insert_comment(conn: &mut Conn, row: &CommentRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO roadmap_comment (id, item_id, body, written_by, written_at) VALUES ($1, $2, $3, $4, $5)",
        row.id,
        row.item_id,
        row.body,
        row.written_by,
        row.written_at
    )
    .await?;
    Ok(())
}

/// The evidence of an item, in the order it was added.
pub async fn evidence(conn: &mut Conn, item: Uuid) -> Result<Vec<EvidenceRow>, Error> {
    fetch_all!(
        conn,
        EvidenceRow,
        "SELECT * FROM roadmap_evidence WHERE item_id = $1 ORDER BY added_at, id",
        item
    )
    .await
}

/// The evidence of all items of a team, in the order it was added.
pub async fn evidence_of(conn: &mut Conn, team: Uuid) -> Result<Vec<EvidenceRow>, Error> {
    fetch_all!(
        conn,
        EvidenceRow,
        "SELECT e.* FROM roadmap_evidence e JOIN roadmap_item i ON i.id = e.item_id
         WHERE i.team_id = $1 ORDER BY e.added_at, e.id",
        team
    )
    .await
}

/// The teams with evidence that nobody has looked at.
pub async fn unreviewed_teams(conn: &mut Conn) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT DISTINCT i.team_id FROM roadmap_evidence e JOIN roadmap_item i ON i.id = e.item_id
               WHERE e.decision IS NULL";
    Ok(fetch_all!(conn, (Uuid,), sql).await?.into_iter().map(|(id,)| id).collect())
}

/// Stores a piece of evidence.
pub async fn insert_evidence(conn: &mut Conn, row: &EvidenceRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO roadmap_evidence (id, item_id, uri, sha256, kind, expires, added_by, added_at,
             vouched_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id,
        row.item_id,
        row.uri,
        row.sha256,
        row.kind,
        row.expires,
        row.added_by,
        row.added_at,
        row.vouched_by
    )
    .await?;
    Ok(())
}

/// Takes a piece of evidence off its item.
pub async fn delete_evidence(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    execute!(conn, "DELETE FROM roadmap_evidence WHERE id = $1", id).await?;
    Ok(())
}

/// Stores what a reviewer found.
pub async fn review_evidence(conn: &mut Conn, row: &EvidenceRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "UPDATE roadmap_evidence SET decision = $1, reviewed_value = $2, reviewed_by = $3, reviewed_at = $4,
             review_note = $5
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
