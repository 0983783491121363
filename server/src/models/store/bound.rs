//! What approvals are bound to, in one statement: the gate asks for it thousands of times a second.

use super::versions::COUNTING_TIER;
use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;
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
    /// The model's risk tier; what a dataset was used for.
    pub tier: Option<String>,
    /// When the model was taken out of use, with the version only.
    pub archived_at: Option<DateTime<Utc>>,
    /// The authors as JSON, with the version only.
    pub authors: Option<String>,
    /// The committers as JSON, with the version only.
    pub committers: Option<String>,
    /// The measures as JSON, with the version only.
    pub metrics: Option<String>,
    /// Where the model card is, with the version only.
    pub card_url: Option<String>,
    /// The run that made it, with the version only.
    pub run: Option<String>,
    /// The commit that it was built from, with the version only.
    pub source_commit: Option<String>,
    /// The model of the version that it was made from, with the version only.
    pub parent_model: Option<String>,
    /// The version that it was made from, with the version only.
    pub parent_version: Option<String>,
    /// The day on which the evidence was made.
    pub made_on: Option<NaiveDate>,
    /// The version's id, with the version only.
    pub id: Option<Uuid>,
    /// The model's id, with the version only.
    pub model_id: Option<Uuid>,
    /// How the model's tier was confirmed, with the version only.
    pub tier_confirmed: Option<String>,
}

/// Everything that approvals of a version are bound to, the version first; nothing for an unknown one.
pub async fn parts(conn: &mut Conn, version: Uuid) -> Result<Vec<PartRow>, Error> {
    fetch_all!(conn, PartRow, parts_sql("v.id = $1", ""), version).await
}

/// The statement for the version that `which` finds among versions `v` and their models `m`. `more` may add parts of other
/// rooms, about the version `it`: selects of the same columns, each with `UNION ALL` before it.
pub fn parts_sql(which: &str, more: &str) -> AssertSqlSafe<String> {
    // PostgreSQL takes the type of a column without values from the first two selects, hence this order.
    AssertSqlSafe(format!(
        "WITH it AS (
           SELECT v.*, m.name AS model, m.team_id, {COUNTING_TIER} AS tier, m.tier_confirmed, m.archived_at,
             pm.name AS parent_model, p.version AS parent_version
           FROM model_version v JOIN model m ON m.id = v.model_id
           LEFT JOIN model_version p ON p.id = v.parent_id LEFT JOIN model pm ON pm.id = p.model_id
           WHERE {which})
         SELECT 'version' AS part, it.model AS name, it.version AS version, it.artefact_digest AS digest,
             it.team_id AS team_id, it.tier AS tier, it.archived_at AS archived_at, it.authors AS authors,
             it.committers AS committers, it.metrics AS metrics, it.card_url AS card_url, it.run AS run,
             it.source_commit AS source_commit, it.parent_model AS parent_model,
             it.parent_version AS parent_version, NULL AS made_on, it.id AS id, it.model_id AS model_id,
             it.tier_confirmed AS tier_confirmed
         FROM it
         UNION ALL
         SELECT 'evidence', e.kind, e.sha256, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             NULL, e.made_on, NULL, NULL, NULL
         FROM it JOIN model_evidence e ON e.model_version_id = it.id AND e.removed_at IS NULL
         UNION ALL
         SELECT 'dataset', d.namespace || '/' || d.name, w.version, w.digest, NULL, u.used_for, NULL, NULL, NULL,
             NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
         FROM it JOIN model_version_dataset u ON u.model_version_id = it.id
         JOIN dataset_version w ON w.id = u.dataset_version_id
         JOIN dataset d ON d.id = w.dataset_id {more}"
    ))
}
