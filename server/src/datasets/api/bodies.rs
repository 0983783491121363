//! What the API of datasets takes and answers.

use crate::datasets::service::{DatasetChange, NewDataset, NewVersion, Recorded, UsageSeen};
use crate::datasets::store::{DatasetRow, DeclaredRow, VersionRow};
use crate::error::Error;
use crate::findings::store::FindingRow;
use crate::http::error::Problem;
use assay_domain::datasets::{
    Classification, Dataset, DatasetDigest, DatasetName, LawfulBasis, Retention, Saw, Severity,
    SpecialException, UsedBy,
};
use assay_domain::findings::FindingKind;
use assay_domain::models::VersionRef;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// A dataset and the terms on which it may be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dataset)]
pub(super) struct DatasetBody {
    id: Uuid,
    /// Where it lives.
    #[schema(example = "warehouse")]
    namespace: String,
    /// What it is called there.
    #[schema(example = "sales.orders")]
    name: String,
    /// The team that answers for it.
    team: Uuid,
    /// What it holds.
    description: String,
    /// Whom it concerns.
    classification: Classification,
    /// Why it may be used although it is about people (GDPR, article 6).
    lawful_basis: Option<LawfulBasis>,
    /// Why it may be used although the law protects it most (GDPR, article 9).
    exception: Option<SpecialException>,
    /// What it may be used for.
    #[schema(example = json!(["fraud-detection"]))]
    purposes: BTreeSet<String>,
    /// Where it may be; anywhere when empty.
    residency: BTreeSet<String>,
    /// How long it is kept; without end where it is null.
    retention: Option<Retention>,
    /// The last day on which it may be used, once what its retention counts from has happened.
    usable_until: Option<NaiveDate>,
    /// Counts the changes; what `If-Match` takes.
    pub(super) revision: i64,
    registered_at: DateTime<Utc>,
    /// Since when it may not be used any more.
    archived_at: Option<DateTime<Utc>>,
}

impl DatasetBody {
    pub(super) fn of(row: DatasetRow) -> Result<Self, Error> {
        let Dataset { name, classification, lawful_basis, exception, purposes, residency, retention } =
            row.terms()?;
        Ok(Self {
            id: row.id,
            namespace: name.namespace,
            name: name.name,
            team: row.team_id,
            description: row.description,
            classification,
            lawful_basis,
            exception,
            purposes,
            residency,
            usable_until: retention.as_ref().and_then(Retention::last_day),
            retention,
            revision: row.revision,
            registered_at: row.registered_at,
            archived_at: row.archived_at,
        })
    }
}

/// A dataset to register.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDataset)]
pub(super) struct NewDatasetBody {
    /// Where it lives.
    #[schema(example = "warehouse")]
    namespace: String,
    /// What it is called there.
    #[schema(example = "sales.orders")]
    name: String,
    /// The team that answers for it, by id or short name; your only one where it is left out.
    #[serde(default)]
    team: Option<String>,
    /// What it holds.
    #[serde(default)]
    description: String,
    /// Whom it concerns.
    classification: Classification,
    /// Why it may be used although it is about people.
    #[serde(default)]
    lawful_basis: Option<LawfulBasis>,
    /// Why it may be used although the law protects it most; for special-category data only.
    #[serde(default)]
    exception: Option<SpecialException>,
    /// What it may be used for.
    #[schema(example = json!(["fraud-detection"]))]
    purposes: BTreeSet<String>,
    /// Where it may be; anywhere when empty.
    #[serde(default)]
    residency: BTreeSet<String>,
    /// How long it is kept; without end where it is left out.
    #[serde(default)]
    retention: Option<Retention>,
}

impl From<NewDatasetBody> for NewDataset {
    fn from(body: NewDatasetBody) -> Self {
        let terms = Dataset {
            name: DatasetName { namespace: body.namespace, name: body.name },
            classification: body.classification,
            lawful_basis: body.lawful_basis,
            exception: body.exception,
            purposes: body.purposes,
            residency: body.residency,
            retention: body.retention,
        };
        Self { team: body.team, description: body.description, terms }
    }
}

/// What is to become of a dataset. What is absent stays as it is; null takes away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = DatasetChange)]
pub(super) struct ChangeBody {
    /// What it holds.
    description: Option<String>,
    /// Whom it concerns.
    classification: Option<Classification>,
    /// Why it may be used although it is about people.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<LawfulBasis>, inline)]
    lawful_basis: Option<Option<LawfulBasis>>,
    /// Why it may be used although the law protects it most.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<SpecialException>, inline)]
    exception: Option<Option<SpecialException>>,
    /// What it may be used for.
    purposes: Option<BTreeSet<String>>,
    /// Where it may be.
    residency: Option<BTreeSet<String>>,
    /// How long it is kept.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Retention>)]
    retention: Option<Option<Retention>>,
    /// True takes it out of use, false puts it back.
    archived: Option<bool>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

impl ChangeBody {
    pub(super) fn change(self, seen: Option<i64>) -> DatasetChange {
        DatasetChange {
            description: self.description,
            classification: self.classification,
            lawful_basis: self.lawful_basis,
            exception: self.exception,
            purposes: self.purposes,
            residency: self.residency,
            retention: self.retention,
            archived: self.archived,
            seen,
        }
    }
}

/// A version of a dataset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatasetVersion)]
pub(super) struct VersionBody {
    id: Uuid,
    #[schema(example = "2026-10")]
    version: String,
    /// `sha256:…`, `md5:…` (DVC), `lakefs:…` or `snapshot:…`.
    digest: String,
    /// Where it can be found.
    location: Option<String>,
    registered_at: DateTime<Utc>,
}

impl From<VersionRow> for VersionBody {
    fn from(row: VersionRow) -> Self {
        let VersionRow { id, version, digest, location, registered_at, dataset_id: _ } = row;
        Self { id, version, digest, location, registered_at }
    }
}

/// A version of a dataset to register.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDatasetVersion)]
pub(super) struct NewVersionBody {
    #[schema(example = "2026-10")]
    version: String,
    /// `sha256:` and 64 hexadecimal digits, `md5:` and 32 (DVC), `lakefs:` and 64, or `snapshot:` and a number.
    #[schema(value_type = String, example = "md5:d41d8cd98f00b204e9800998ecf8427e")]
    digest: DatasetDigest,
    /// Where it can be found.
    #[serde(default)]
    location: Option<String>,
}

impl From<NewVersionBody> for NewVersion {
    fn from(body: NewVersionBody) -> Self {
        Self { version: body.version, digest: body.digest, location: body.location }
    }
}

/// What is wrong with a use, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DataFindingGlance)]
pub(super) struct FoundBody {
    id: Uuid,
    kind: FindingKind,
    severity: Severity,
    /// What is wrong and what would be right.
    message: String,
    /// `open`, `in_work`, `resolved` or `risk_accepted`.
    state: String,
}

impl FoundBody {
    pub(super) fn all(rows: Vec<FindingRow>) -> Result<Vec<Self>, Error> {
        rows.into_iter().map(Self::of).collect()
    }

    fn of(row: FindingRow) -> Result<Self, Error> {
        let (kind, severity) = (row.kind()?, row.severity()?);
        Ok(Self { id: row.id, kind, severity, message: row.message, state: row.state_name })
    }
}

/// A use of data, as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedDataUsage)]
pub(super) struct UsageBody {
    id: Uuid,
    /// The team of whoever used it.
    team: Uuid,
    dataset: DatasetName,
    digest: Option<String>,
    by: UsedBy,
    version: Option<VersionRef>,
    purpose: String,
    /// When it was used.
    at: DateTime<Utc>,
    rows: Option<i64>,
    recorded_at: DateTime<Utc>,
    /// Its place in the ledger; null for the moment until it has one.
    entry_index: Option<u64>,
    /// What is wrong with it.
    findings: Vec<FoundBody>,
}

impl UsageBody {
    pub(super) fn of(seen: UsageSeen) -> Result<Self, Error> {
        let UsageSeen { row, findings, entry_index } = seen;
        Ok(Self {
            by: row.by()?,
            dataset: row.dataset(),
            version: row.version_ref(),
            id: row.id,
            team: row.team_id,
            digest: row.digest,
            purpose: row.purpose,
            at: row.at,
            rows: row.row_count,
            recorded_at: row.recorded_at,
            entry_index,
            findings: FoundBody::all(findings)?,
        })
    }
}

/// What came of one use in a list.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = DataUsageResult)]
pub(super) struct ResultBody {
    /// The status that it would have been answered with alone: 201 recorded, 200 recorded before, or what it was refused with.
    pub(super) status: u16,
    /// The use.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Its place in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_index: Option<u64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FoundBody>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

impl ResultBody {
    pub(super) fn of(outcome: Result<Recorded, Error>, request: Uuid) -> Result<Self, Error> {
        Ok(match outcome {
            Ok(recorded) => Self {
                status: if recorded.repeated { 200 } else { 201 },
                id: Some(recorded.id),
                entry_index: recorded.entry_index,
                findings: FoundBody::all(recorded.findings)?,
                problem: None,
            },
            Err(error) => Self::refused(&error, request),
        })
    }

    pub(super) fn refused(error: &Error, request: Uuid) -> Self {
        crate::http::error::log(error, request);
        let problem = Problem::of(error, request);
        Self { status: problem.status, problem: Some(problem), ..Self::default() }
    }
}

/// A version of a model that saw a dataset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SawDataset)]
pub(super) struct SawBody {
    version: VersionRef,
    /// The version that used it, where this one was made from that.
    by_way_of: Option<VersionRef>,
    /// The digests of what was used, where they are known.
    #[schema(value_type = Vec<String>)]
    digests: BTreeSet<DatasetDigest>,
    purposes: BTreeSet<String>,
    /// The first time.
    first: DateTime<Utc>,
    /// The last time.
    last: DateTime<Utc>,
}

impl From<Saw> for SawBody {
    fn from(saw: Saw) -> Self {
        let Saw { version, by_way_of, digests, purposes, first, last } = saw;
        Self { version, by_way_of, digests, purposes, first, last }
    }
}

/// A version of a model that declares to be made with a version of a dataset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeclaredDataset)]
pub(super) struct DeclaredBody {
    version: VersionRef,
    dataset: DatasetName,
    /// The version of the dataset.
    dataset_version: String,
    digest: String,
    /// `training` or `evaluation`.
    used_for: String,
}

impl From<DeclaredRow> for DeclaredBody {
    fn from(row: DeclaredRow) -> Self {
        Self {
            version: row.version_ref(),
            dataset: DatasetName { namespace: row.namespace, name: row.name },
            dataset_version: row.dataset_version,
            digest: row.digest,
            used_for: row.used_for,
        }
    }
}
