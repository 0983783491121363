//! Assessments that are open, over all teams.

use uuid::Uuid;

use crate::assessments::store::AssessmentRow;
use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;

/// Every assessment that is not locked, the newest first.
pub(super) async fn open(conn: &mut Conn) -> Result<Vec<AssessmentRow>, Error> {
    fetch_all!(
        conn,
        AssessmentRow,
        "SELECT * FROM assessment WHERE state <> 'locked' ORDER BY started_at DESC, id DESC"
    )
    .await
}

/// A dimension that somebody was asked to answer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct AskedRow {
    pub(super) assessment_id: Uuid,
    pub(super) dimension: String,
}

/// What a person was asked to answer.
pub(super) async fn asked(conn: &mut Conn, person: Uuid) -> Result<Vec<AskedRow>, Error> {
    fetch_all!(
        conn,
        AskedRow,
        "SELECT assessment_id, dimension FROM delegation WHERE person_id = $1 ORDER BY assessment_id, dimension",
        person
    )
    .await
}
