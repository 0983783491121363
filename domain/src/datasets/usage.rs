//! What data is used for, and what is wrong with a use.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Classification, Dataset, DatasetDigest, DatasetName, Severity};
use crate::findings::FindingKind;
use crate::models::VersionRef;
use crate::names::{is_name, is_slug};

/// How far a reporting machine's clock may run ahead of ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Somebody used a dataset for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DataUsage))]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// What was used.
    pub dataset: DatasetName,
    /// Which version of it, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<DatasetDigest>,
    /// Who used it.
    pub by: UsedBy,
    /// The version that it was used for; `None` for a look or a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionRef>,
    /// For which purpose.
    pub purpose: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How many rows, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// Who used a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DataUsedBy))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum UsedBy {
    /// A person.
    Person {
        /// The account.
        id: Uuid,
    },
    /// A job or pipeline.
    Job {
        /// What it is called.
        name: String,
    },
}

/// Something wrong with a use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// What.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A field of a usage that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageMistake {
    /// JSON pointer to the field.
    pub pointer: &'static str,
    /// What is wrong and what would be right.
    pub message: &'static str,
}

impl Usage {
    /// Every field that breaks a rule; none when it can be recorded. `now` is the time of arrival.
    #[must_use]
    pub fn mistakes(&self, now: DateTime<Utc>) -> Vec<UsageMistake> {
        let mut found = Vec::new();
        let mut rule = |holds: bool, pointer, message| {
            if !holds {
                found.push(UsageMistake { pointer, message });
            }
        };
        let name = "must be 1 to 200 letters, digits or . _ / : - and start with a letter or digit";
        rule(is_name(&self.dataset.namespace, 200), "/dataset/namespace", name);
        rule(is_name(&self.dataset.name, 200), "/dataset/name", name);
        if let UsedBy::Job { name: job } = &self.by {
            rule(is_name(job, 200), "/by/name", name);
        }
        if let Some(version) = &self.version {
            rule(is_name(&version.model, 200), "/version/model", name);
            rule(is_name(&version.version, 100), "/version/version", name);
        }
        let purpose = is_slug(&self.purpose) && self.purpose.len() <= 64;
        rule(purpose, "/purpose", "must be 1 to 64 lower-case letters, digits and dashes");
        let past = self.at <= now + CLOCK_SKEW;
        rule(past, "/at", "lies in the future; check the clock of the machine that reports");
        rule(
            self.at >= DateTime::UNIX_EPOCH,
            "/at",
            "lies before 1970; check the clock of the machine that reports",
        );
        let rows = self.rows.is_none_or(|rows| rows < 1 << 53);
        rule(rows, "/rows", "is more than can be counted: at most 9007199254740991");
        found
    }

    /// Everything wrong with it. `dataset` is what is registered under its name.
    #[must_use]
    pub fn check(&self, dataset: Option<&Dataset>) -> Vec<Found> {
        let Some(dataset) = dataset else {
            let message = format!("{} is not registered: register it with its purposes", self.dataset);
            return vec![Found { kind: FindingKind::UnknownDataset, severity: Severity::Medium, message }];
        };
        let special = dataset.classification == Classification::SpecialCategory;
        let mut found = Vec::new();
        let mut report = |holds: bool, kind, severity, message: String| {
            if !holds {
                found.push(Found { kind, severity, message });
            }
        };
        report(
            dataset.purposes.contains(&self.purpose),
            FindingKind::PurposeNotAllowed,
            if special { Severity::Critical } else { Severity::High },
            format!(
                "{} was used for {}, and may be used for {} only",
                self.dataset,
                self.purpose,
                dataset.purposes.iter().cloned().collect::<Vec<_>>().join(", ")
            ),
        );
        let last_day = dataset.retention.as_ref().and_then(super::Retention::last_day);
        if let Some(last_day) = last_day {
            report(
                self.at.date_naive() <= last_day,
                FindingKind::AfterRetention,
                if special { Severity::Critical } else { Severity::High },
                format!("{} was used after {last_day}, the last day for which it is kept", self.dataset),
            );
        }
        report(
            !dataset.classification.is_personal() || dataset.lawful_basis.is_some(),
            FindingKind::NoLawfulBasis,
            Severity::High,
            format!("{} is about people, and no lawful basis is named", self.dataset),
        );
        report(
            !special || dataset.exception.is_some(),
            FindingKind::SpecialCategoryWithoutException,
            Severity::Critical,
            format!("{} is of a special category, and no exception is named", self.dataset),
        );
        found
    }
}

impl fmt::Display for UsedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { id } => write!(f, "person {id}"),
            Self::Job { name } => f.write_str(name),
        }
    }
}
