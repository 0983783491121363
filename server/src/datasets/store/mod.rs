//! Datasets, uses and findings in the database: SQL and row types, nothing else.

mod datasets;
mod lineage;
mod usages;

pub use datasets::{
    CountsRow, DatasetFilter, DatasetRow, VersionRow, counts, dataset, dataset_named, datasets,
    datasets_named, insert_dataset, insert_version, update_dataset, version, versions,
};
pub use lineage::{
    DeclaredRow, LineageRow, RanRow, ancestors, declared_by_version, declarers_of_dataset, deployments_of,
    line_of_dataset, version_named,
};
pub use usages::{
    UsageFilter, UsageRow, insert_usage, personal, usage, usages, usages_of, usages_of_version,
};

use crate::error::Error;

/// What stands in a column, read.
fn read<T: std::str::FromStr>(table: &str, column: &str, id: uuid::Uuid, text: &str) -> Result<T, Error>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| Error::internal(format!("{table}.{column} of {id}: {error}")))
}

/// What stands in a column as JSON, read.
fn read_json<T: serde::de::DeserializeOwned>(
    table: &str,
    column: &str,
    id: uuid::Uuid,
    text: &str,
) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("{table}.{column} of {id}: {error}")))
}

/// What goes into a column as JSON.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json_canonicalizer::to_string(value).map_err(Error::internal)
}
