//! Importing what a `dvc.lock` tells: one use for each dataset that the pipeline read and did not make.

use super::usage::{self, Plan, Posted, Recorded};
use crate::App;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use assay_domain::datasets::{DvcImport, DvcLock, Found, Usage, UsedBy};
use assay_domain::document::Diagnostic;
use assay_domain::models::VersionRef;
use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What mistakes call the file.
const FILE: &str = "dvc.lock";

/// A lock file with what it does not say itself.
#[derive(Clone, Debug)]
pub struct DvcOrder {
    /// The text of the file.
    pub lock: String,
    /// The namespace of the datasets.
    pub namespace: String,
    /// Folders that hold data; everything where it is empty.
    pub under: Vec<String>,
    /// The job that ran the pipeline.
    pub job: String,
    /// The version that came out of it.
    pub version: Option<VersionRef>,
    /// What for.
    pub purpose: String,
    /// When; now where it is left out.
    pub at: Option<DateTime<Utc>>,
    /// The `Idempotency-Key` of the request.
    pub key: Option<String>,
}

/// What came of an import: each use with its outcome.
pub type Imported = Vec<(Usage, Result<Recorded, Error>)>;

/// What would come of an import: each use with what would be found, or why it would be refused.
pub type Foreseen = Vec<(Usage, Result<Vec<Found>, Error>)>;

/// Records what a lock file tells. The same file for the same version is recorded once, whenever it is imported, unless
/// the time is given.
///
/// # Errors
/// [`Error::Invalid`] saying where the file is wrong, and for one that tells of no data; those of recording.
pub async fn import(app: &App, caller: &Caller, order: &DvcOrder) -> Result<Imported, Error> {
    let usages = usages(order, app.clock.now())?;
    let posted = usages.iter().enumerate().map(|(place, usage)| posted(order, place, usage));
    let posted = posted.collect::<Result<Vec<_>, Error>>()?;
    let outcomes = usage::record_all(app, caller, posted.into_iter().map(Ok).collect()).await?;
    Ok(usages.into_iter().zip(outcomes).collect())
}

/// Says what an import would record, and records nothing.
///
/// # Errors
/// As [`import`].
pub async fn foresee(app: &App, caller: &Caller, order: &DvcOrder) -> Result<Foreseen, Error> {
    let now = app.clock.now();
    let mut conn = app.db.read().await?;
    let mut foreseen = Vec::new();
    for usage in usages(order, now)? {
        let planned = match usage::plan(&mut conn, caller, &usage, now).await {
            Err(error @ (Error::Storage(_) | Error::Internal(_) | Error::Forbidden(_))) => return Err(error),
            planned => planned.map(|Plan { found, .. }| found),
        };
        foreseen.push((usage, planned));
    }
    Ok(foreseen)
}

fn usages(order: &DvcOrder, now: DateTime<Utc>) -> Result<Vec<Usage>, Error> {
    let import = DvcImport {
        namespace: order.namespace.clone(),
        under: order.under.clone(),
        by: UsedBy::Job { name: order.job.clone() },
        version: order.version.clone(),
        purpose: order.purpose.clone(),
        at: order.at.unwrap_or(now),
    };
    let lock = DvcLock::parse(&order.lock, FILE).map_err(refused)?;
    let usages = lock.usages(&import, FILE).map_err(refused)?;
    let Some(first) = usages.first() else {
        let message = if order.under.is_empty() {
            "names no data that the pipeline reads and does not make itself".to_owned()
        } else {
            format!("names no data below {}", order.under.join(", "))
        };
        return Err(Error::invalid("/lock", message));
    };
    // What is the same for all of them is wrong once, under the names of the order.
    let at_own_field = |pointer: &str| match pointer {
        "/dataset/namespace" => Some("/namespace"),
        "/by/name" => Some("/job"),
        "/version/model" => Some("/model"),
        "/version/version" => Some("/version"),
        "/purpose" => Some("/purpose"),
        "/at" => Some("/at"),
        _ => None,
    };
    let wrong = first.mistakes(now).into_iter();
    super::refuse(
        wrong.filter_map(|one| Some(FieldError::new(at_own_field(one.pointer)?, one.message))).collect(),
    )?;
    Ok(usages)
}

fn refused(mistakes: Vec<Diagnostic>) -> Error {
    Error::Invalid(mistakes.iter().map(|mistake| FieldError::new("/lock", mistake.to_string())).collect())
}

/// A use with its key: what it says, without a time that nobody gave.
fn posted(order: &DvcOrder, place: usize, usage: &Usage) -> Result<Posted, Error> {
    let mut said = serde_json::to_value(usage).map_err(Error::internal)?;
    if order.at.is_none() {
        said["at"] = json!(null);
    }
    let canonical = serde_json_canonicalizer::to_vec(&said).map_err(Error::internal)?;
    let digest: [u8; 32] = Sha256::digest(canonical).into();
    let key = match &order.key {
        Some(key) => format!("{key}/{place}"),
        None => format!("dvc:sha256:{}", crate::http::hex(&digest)),
    };
    Ok(Posted { usage: usage.clone(), key, digest })
}
