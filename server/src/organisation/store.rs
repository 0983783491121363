//! The latest locked results of all teams.

use uuid::Uuid;

use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;

/// The latest locked result of a team.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct LatestRow {
    pub(super) team_id: Uuid,
    pub(super) assessment_id: Uuid,
    pub(super) revision: i64,
    pub(super) questionnaire: String,
    pub(super) version: String,
    pub(super) result: String,
}

/// The latest locked result of each team that has one.
pub(super) async fn latest(conn: &mut Conn) -> Result<Vec<LatestRow>, Error> {
    let sql = "SELECT assessment.team_id, taken.assessment_id, taken.revision, assessment.questionnaire,
                      assessment.version, taken.result
               FROM assessment_snapshot AS taken JOIN assessment ON assessment.id = taken.assessment_id
               WHERE NOT EXISTS (
                   SELECT 1 FROM assessment_snapshot AS later JOIN assessment AS of ON of.id = later.assessment_id
                   WHERE of.team_id = assessment.team_id
                     AND (later.locked_at > taken.locked_at
                          OR (later.locked_at = taken.locked_at AND later.revision > taken.revision)))";
    fetch_all!(conn, LatestRow, sql).await
}
