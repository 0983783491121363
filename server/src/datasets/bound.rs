//! What is known of the data behind a version of a model: for the gate, the approver's page and the version's page.

use assay_domain::approvals::OpenFinding;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::store::{self, FindingRow, UsageRow};
use crate::db::Conn;
use crate::error::Error;

/// The findings of uses for a version that count at `now`: open, in work, or accepted until a day that is over.
///
/// # Errors
/// When the database cannot be read.
pub async fn open_findings(
    conn: &mut Conn,
    model_version: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<OpenFinding>, Error> {
    let mut open = Vec::new();
    for row in unresolved(conn, model_version).await? {
        if let Some(since) = row.state()?.open_since(now) {
            open.push(OpenFinding { severity: row.severity()?, since });
        }
    }
    Ok(open)
}

/// The findings of uses for a version that are not resolved, the newest first, with what they say.
///
/// # Errors
/// When the database cannot be read.
pub async fn unresolved(conn: &mut Conn, model_version: Uuid) -> Result<Vec<FindingRow>, Error> {
    store::unresolved_of_version(conn, model_version).await
}

/// What was used for a version, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn used_by_version(conn: &mut Conn, model_version: Uuid) -> Result<Vec<UsageRow>, Error> {
    store::usages_of_version(conn, model_version).await
}
