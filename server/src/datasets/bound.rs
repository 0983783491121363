//! What is known of the data behind a version of a model: for the gate, the approver's page and the version's page.

use uuid::Uuid;

use super::store::{self, UsageRow};
use crate::db::Conn;
use crate::error::Error;

/// What was used for a version, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn used_by_version(conn: &mut Conn, model_version: Uuid) -> Result<Vec<UsageRow>, Error> {
    store::usages_of_version(conn, model_version).await
}
