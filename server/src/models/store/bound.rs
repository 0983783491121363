//! What approvals are bound to, in one statement: the gate asks for it thousands of times a second.

use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// The version itself, a piece of its evidence, or a dataset that it declares. What a column means depends on `part`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PartRow {
    /// `version`, `evidence` or `dataset`.
    pub part: String,
    /// The model's name; the kind of evidence; the dataset's namespace and name.
    pub name: String,
    /// The version's name; SHA-256 of the evidence; the name of the dataset's version.
    pub version: String,
    /// The digest of the artefact or of the dataset's version.
    pub digest: Option<String>,
    /// The model's team, with the version only.
    pub team_id: Option<Uuid>,
    /// The model's risk tier, with the version only.
    pub tier: Option<String>,
    /// When the model was taken out of use, with the version only.
    pub archived_at: Option<DateTime<Utc>>,
    /// The authors as JSON, with the version only.
    pub authors: Option<String>,
    /// The committers as JSON, with the version only.
    pub committers: Option<String>,
    /// The day on which the evidence was made.
    pub made_on: Option<NaiveDate>,
}

/// Everything that approvals of a version are bound to, the version first; nothing for an unknown one.
pub async fn parts(conn: &mut Conn, version: Uuid) -> Result<Vec<PartRow>, Error> {
    // PostgreSQL takes the type of a column without values from the first two selects, hence this order.
    fetch_all!(
        conn,
        PartRow,
        "SELECT 'version' AS part, m.name AS name, v.version AS version, v.artefact_digest AS digest,
             m.team_id AS team_id, m.tier AS tier, m.archived_at AS archived_at, v.authors AS authors,
             v.committers AS committers, NULL AS made_on
         FROM model_version v JOIN model m ON m.id = v.model_id WHERE v.id = $1
         UNION ALL
         SELECT 'evidence', e.kind, e.sha256, NULL, NULL, NULL, NULL, NULL, NULL, e.made_on
         FROM model_evidence e WHERE e.model_version_id = $1 AND e.removed_at IS NULL
         UNION ALL
         SELECT 'dataset', d.namespace || '/' || d.name, w.version, w.digest, NULL, NULL, NULL, NULL, NULL, NULL
         FROM model_version_dataset u
         JOIN dataset_version w ON w.id = u.dataset_version_id
         JOIN dataset d ON d.id = w.dataset_id
         WHERE u.model_version_id = $1",
        version
    )
    .await
}
