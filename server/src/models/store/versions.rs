//! Versions of models.

use super::{column, json};
use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use assay_domain::approvals::Who;
use assay_domain::models::{ArtefactDigest, Tier};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row of `model_version`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VersionRow {
    /// Identifier.
    pub id: Uuid,
    /// The model.
    pub model_id: Uuid,
    /// The version, as the registry calls it.
    pub version: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub artefact_digest: String,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// The run of the training.
    pub run: Option<String>,
    /// The commit that was built.
    pub source_commit: Option<String>,
    /// The version that it was made from.
    pub parent_id: Option<Uuid>,
    /// Where its model card is.
    pub card_url: Option<String>,
    /// Measures by name, as JSON: numbers as the tool wrote them.
    pub metrics: String,
    /// Who made it, as JSON.
    pub authors: String,
    /// Whose commits are in it, as JSON.
    pub committers: String,
    /// Whose session or token registered it; absent where it was not kept.
    pub registered_by: Option<Uuid>,
    /// From 1; counts the changes.
    pub revision: i64,
    /// The tier that it has at least, because of other models with the same artifact.
    pub tier_floor: Option<String>,
}

impl VersionRow {
    /// The digest of its file or image.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that is none.
    pub fn digest(&self) -> Result<ArtefactDigest, Error> {
        column(self.artefact_digest.parse(), "model_version.artefact_digest", self.id)
    }

    /// Measures by name.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that cannot be read.
    pub fn metrics(&self) -> Result<BTreeMap<String, String>, Error> {
        json(&self.metrics, "model_version.metrics", self.id)
    }

    /// Who made it.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that cannot be read.
    pub fn authors(&self) -> Result<Vec<Who>, Error> {
        json(&self.authors, "model_version.authors", self.id)
    }

    /// Whose commits are in it.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that cannot be read.
    pub fn committers(&self) -> Result<Vec<Who>, Error> {
        json(&self.committers, "model_version.committers", self.id)
    }
}

/// A version with what one needs to know of its model.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FoundRow {
    /// The version.
    #[sqlx(flatten)]
    pub version: VersionRow,
    /// The model's name.
    pub model: String,
    /// The team that owns the model.
    pub team_id: Uuid,
    /// The name of the risk tier that counts for it: the model's, or a higher one because of the artifact.
    pub tier: Option<String>,
    /// When the model was taken out of use.
    pub archived_at: Option<DateTime<Utc>>,
    /// The model of the version that it was made from.
    pub parent_model: Option<String>,
    /// The name of that version.
    pub parent_version: Option<String>,
}

impl FoundRow {
    /// The model's risk tier.
    ///
    /// # Errors
    /// [`Error::Internal`] for a tier that there is none of.
    pub fn tier(&self) -> Result<Option<Tier>, Error> {
        let id = self.version.model_id;
        self.tier.as_deref().map(|tier| column(tier.parse(), "model.tier", id)).transpose()
    }
}

/// The risk tier that counts for a version `v` of a model `m`. The names of tiers sort from the highest to the lowest.
pub(super) const COUNTING_TIER: &str = "CASE WHEN v.tier_floor < m.tier THEN v.tier_floor ELSE m.tier END";

/// What every look at a version with its model begins with; `rest` narrows it down.
fn with_model(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!(
        "SELECT v.*, m.name AS model, m.team_id, {COUNTING_TIER} AS tier, m.archived_at, pm.name AS parent_model,
             p.version AS parent_version
         FROM model_version v JOIN model m ON m.id = v.model_id
         LEFT JOIN model_version p ON p.id = v.parent_id LEFT JOIN model pm ON pm.id = p.model_id {rest}"
    ))
}

/// Version and model of these names.
pub async fn find(conn: &mut Conn, model: &str, version: &str) -> Result<Option<FoundRow>, Error> {
    let sql = with_model("WHERE m.name = $1 AND v.version = $2");
    fetch_optional!(conn, FoundRow, sql, model.to_owned(), version.to_owned()).await
}

/// The version with this id, with its model.
pub async fn find_by_id(conn: &mut Conn, id: Uuid) -> Result<Option<FoundRow>, Error> {
    fetch_optional!(conn, FoundRow, with_model("WHERE v.id = $1"), id).await
}

/// The versions with this artefact, the newest first: one artefact can be registered more than once.
pub async fn find_by_digest(conn: &mut Conn, digest: &str) -> Result<Vec<FoundRow>, Error> {
    let sql = with_model("WHERE v.artefact_digest = $1 ORDER BY v.id DESC");
    fetch_all!(conn, FoundRow, sql, digest.to_owned()).await
}

/// A version of a model.
pub async fn version(conn: &mut Conn, model: Uuid, version: &str) -> Result<Option<VersionRow>, Error> {
    fetch_optional!(
        conn,
        VersionRow,
        "SELECT * FROM model_version WHERE model_id = $1 AND version = $2",
        model,
        version.to_owned()
    )
    .await
}

/// The versions of a model, the newest first. Ids grow with time, so they are the order and the key.
pub async fn versions(conn: &mut Conn, model: Uuid) -> Result<Vec<VersionRow>, Error> {
    fetch_all!(conn, VersionRow, "SELECT * FROM model_version WHERE model_id = $1 ORDER BY id DESC", model)
        .await
}

/// Versions of a model, the newest first, after the one with the id `after`.
pub async fn versions_after(
    conn: &mut Conn,
    model: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<FoundRow>, Error> {
    let sql = with_model("WHERE v.model_id = $1 AND v.id < $2 ORDER BY v.id DESC LIMIT $3");
    fetch_all!(conn, FoundRow, sql, model, after.unwrap_or_else(Uuid::max), limit).await
}

/// A version by name, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ParentRow {
    /// The version.
    pub id: Uuid,
    /// Its model's name.
    pub model: String,
    /// Its name.
    pub version: String,
    /// The team that owns the model.
    pub team_id: Uuid,
    /// The run of the training.
    pub run: Option<String>,
    /// The commit that was built.
    pub source_commit: Option<String>,
    /// The version that it was made from.
    pub parent_id: Option<Uuid>,
}

/// A version, the one that it was made from, and so on to the first.
pub async fn parents(conn: &mut Conn, version: Uuid) -> Result<Vec<ParentRow>, Error> {
    // UNION, not UNION ALL: it ends even on a circle, which no honest record has.
    fetch_all!(
        conn,
        ParentRow,
        "WITH RECURSIVE line (id, parent_id) AS (
             SELECT id, parent_id FROM model_version WHERE id = $1
             UNION SELECT p.id, p.parent_id FROM model_version p JOIN line c ON p.id = c.parent_id)
         SELECT v.id, m.name AS model, v.version, m.team_id, v.run, v.source_commit, v.parent_id
         FROM line l JOIN model_version v ON v.id = l.id JOIN model m ON m.id = v.model_id",
        version
    )
    .await
}

/// The versions that were made from this one, by name.
pub async fn children(conn: &mut Conn, version: Uuid) -> Result<Vec<ParentRow>, Error> {
    fetch_all!(
        conn,
        ParentRow,
        "SELECT v.id, m.name AS model, v.version, m.team_id, v.run, v.source_commit, v.parent_id
         FROM model_version v JOIN model m ON m.id = v.model_id WHERE v.parent_id = $1 ORDER BY m.name, v.id",
        version
    )
    .await
}

/// Stores a version.
pub async fn insert_version(conn: &mut Conn, row: &VersionRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO model_version (id, model_id, version, artefact_digest, registered_at, run, source_commit, parent_id,
             card_url, metrics, authors, committers, registered_by, revision, tier_floor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        row.id,
        row.model_id,
        row.version,
        row.artefact_digest,
        row.registered_at,
        row.run,
        row.source_commit,
        row.parent_id,
        row.card_url,
        row.metrics,
        row.authors,
        row.committers,
        row.registered_by,
        row.revision,
        row.tier_floor
    )
    .await?;
    Ok(())
}

/// Stores a version over the revision before, all but what never changes; a lost race changes nothing.
pub async fn update_version(conn: &mut Conn, row: &VersionRow) -> Result<(), Error> {
    let row = row.clone();
    let (id, before) = (row.id, row.revision - 1);
    let changed = execute!(
        conn,
        "UPDATE model_version SET run = $1, source_commit = $2, parent_id = $3, card_url = $4, metrics = $5, authors = $6,
             committers = $7, revision = $8
         WHERE id = $9 AND revision = $10",
        row.run,
        row.source_commit,
        row.parent_id,
        row.card_url,
        row.metrics,
        row.authors,
        row.committers,
        row.revision,
        row.id,
        before
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("model version {id}"))) }
}
