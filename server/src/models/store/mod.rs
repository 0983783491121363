//! Models and what belongs to them in the database: SQL and row types, nothing else.
//!
//! One file a subject: models, their versions, what is shown for a version, what it is made with by declaration, what ran
//! where, and all of it that approvals are bound to. Lists and records that are only ever read whole are JSON in a
//! column; their rows have a method that reads it and says table, column and row when it cannot be read.

mod bound;
mod contributors;
mod declared;
mod deployments;
mod evidence;
mod models;
mod versions;

use crate::error::Error;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use bound::{PartRow, parts, parts_sql};
pub use contributors::{ContributorRow, contributors, insert_contributor};
pub use declared::{DeclarableRow, DeclaredRow, dataset_version, declarable, declare, declared, undeclare};
pub use deployments::{DeploymentRow, deployment, deployments, insert_deployment};
pub use evidence::{EvidenceRow, evidence, insert_evidence, one_evidence, remove_evidence};
pub use models::{
    Deployed, HolderRow, ModelFilter, ModelLineRow, ModelRow, by_id, by_name, holders, insert, list, of_team,
    set_tier_floor, unrecorded_tiers, update,
};
pub use versions::{
    FoundRow, ParentRow, VersionRow, children, find, find_by_digest, find_by_id, insert_version, parents,
    update_version, version, versions, versions_after,
};

/// A column that holds JSON or a word of a closed list, read.
fn column<T, E: ToString>(read: Result<T, E>, column: &str, row: Uuid) -> Result<T, Error> {
    read.map_err(|error| Error::internal(format!("{column} of {row}: {}", error.to_string())))
}

fn json<T: DeserializeOwned>(text: &str, name: &str, row: Uuid) -> Result<T, Error> {
    column(serde_json::from_str(text), name, row)
}
