//! Versions, their evidence and their data.

use crate::error::Error;
use crate::models::service::{AlsoHeldBy, Named};
use crate::models::store::{DeclaredRow, EvidenceRow, FoundRow};
use assay_domain::approvals::Who;
use assay_domain::models::{EvidenceKind, Lineage, UsedFor, VersionRef};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody, by account or by how another system knows them.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ModelPerson)]
pub(in crate::models::api) struct PersonBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Uuid>,
    /// `issuer|subject`; `email|` and the address where it is a mail address.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(example = json!(["email|ada@example.org"]))]
    subjects: BTreeSet<String>,
}

impl From<PersonBody> for Named {
    fn from(PersonBody { account, subjects }: PersonBody) -> Self {
        Self { account, subjects }
    }
}

impl From<Who> for PersonBody {
    fn from(Who { account, subjects }: Who) -> Self {
        Self { account, subjects }
    }
}

pub(in crate::models::api) fn named(people: Vec<PersonBody>) -> Vec<Named> {
    people.into_iter().map(Into::into).collect()
}

/// Measures as the domain keeps them: numbers as they were written.
pub(in crate::models::api) fn texts(metrics: BTreeMap<String, Number>) -> BTreeMap<String, String> {
    metrics.into_iter().map(|(name, number)| (name, number.to_string())).collect()
}

/// A version of a model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelVersion)]
pub(in crate::models::api) struct VersionBody {
    id: Uuid,
    model: String,
    version: String,
    /// `sha256:` and 64 lower-case hexadecimal digits; never changes.
    artefact_digest: String,
    lineage: Lineage,
    /// Where its model card is.
    card_url: Option<String>,
    /// Measures by name.
    #[schema(value_type = BTreeMap<String, f64>, example = json!({ "auc": 0.93 }))]
    metrics: BTreeMap<String, Number>,
    /// Who made it: policies can keep them from deciding about it.
    authors: Vec<PersonBody>,
    /// Whose commits are in it.
    committers: Vec<PersonBody>,
    registered_at: DateTime<Utc>,
    /// Whose session or token registered it; null where it was not kept.
    registered_by: Option<Uuid>,
    /// The risk tier that counts for it: the model's, or a higher one because another model holds the same artifact; null
    /// until the model has one.
    #[schema(example = "high")]
    tier: Option<String>,
    /// Counts the changes. What `If-Match` takes.
    pub(in crate::models::api) revision: i64,
}

/// A version, and which other models hold the same artifact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelVersionSeen)]
pub(in crate::models::api) struct SeenBody {
    #[serde(flatten)]
    version: VersionBody,
    same_artifact: SameArtifactBody,
}

/// Which other models hold the same artifact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SameArtifact)]
struct SameArtifactBody {
    /// Those that the caller may see.
    models: Vec<String>,
    /// How many there are besides.
    others: usize,
}

impl SeenBody {
    pub(in crate::models::api) fn new(found: FoundRow, also: AlsoHeldBy) -> Result<Self, Error> {
        let AlsoHeldBy { models, others } = also;
        Ok(Self { version: found.try_into()?, same_artifact: SameArtifactBody { models, others } })
    }
}

impl TryFrom<FoundRow> for VersionBody {
    type Error = Error;

    fn try_from(found: FoundRow) -> Result<Self, Error> {
        let row = &found.version;
        let people = |people: Vec<Who>| people.into_iter().map(PersonBody::from).collect();
        let (authors, committers) = (people(row.authors()?), people(row.committers()?));
        let number = |(name, text): (String, String)| {
            let number = serde_json::from_str(&text).map_err(|error| {
                Error::internal(format!("model_version.metrics of {}: {name}: {error}", row.id))
            });
            Ok((name, number?))
        };
        let metrics = row.metrics()?.into_iter().map(number).collect::<Result<_, Error>>()?;
        let parent = found.parent_model.zip(found.parent_version);
        let parent = parent.map(|(model, version)| VersionRef { model, version });
        let tier = found.tier;
        let row = found.version;
        Ok(Self {
            id: row.id,
            model: found.model,
            version: row.version,
            artefact_digest: row.artefact_digest,
            lineage: Lineage { run: row.run, commit: row.source_commit, parent },
            card_url: row.card_url,
            metrics,
            authors,
            committers,
            registered_at: row.registered_at,
            registered_by: row.registered_by,
            tier,
            revision: row.revision,
        })
    }
}

/// A version to register.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewModelVersion)]
pub(in crate::models::api) struct NewVersionBody {
    /// As the registry calls it.
    #[schema(example = "7")]
    pub(in crate::models::api) version: String,
    /// `sha256:` and 64 lower-case hexadecimal digits.
    #[schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(in crate::models::api) artefact_digest: String,
    #[serde(default)]
    pub(in crate::models::api) lineage: Lineage,
    pub(in crate::models::api) card_url: Option<String>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, f64>, example = json!({ "auc": 0.93 }))]
    pub(in crate::models::api) metrics: BTreeMap<String, Number>,
    #[serde(default)]
    pub(in crate::models::api) authors: Vec<PersonBody>,
    #[serde(default)]
    pub(in crate::models::api) committers: Vec<PersonBody>,
}

/// What is to become of a version. What is absent stays as it is; lists and lineage are given as a whole.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ModelVersionChange)]
pub(in crate::models::api) struct VersionChangeBody {
    /// Once the version was deployed, only what is missing can be added.
    pub(in crate::models::api) lineage: Option<Lineage>,
    /// Null takes it away.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub(in crate::models::api) card_url: Option<Option<String>>,
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub(in crate::models::api) metrics: Option<BTreeMap<String, Number>>,
    /// Nobody can take themselves off.
    pub(in crate::models::api) authors: Option<Vec<PersonBody>>,
    /// Nobody can take themselves off.
    pub(in crate::models::api) committers: Option<Vec<PersonBody>>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A piece of evidence of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelEvidence)]
pub(in crate::models::api) struct EvidenceBody {
    id: Uuid,
    /// What it is about.
    kind: EvidenceKind,
    title: String,
    uri: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    sha256: String,
    /// The day on which it was made.
    made_on: NaiveDate,
    added_by: Uuid,
    added_at: DateTime<Utc>,
}

impl TryFrom<EvidenceRow> for EvidenceBody {
    type Error = Error;

    fn try_from(row: EvidenceRow) -> Result<Self, Error> {
        Ok(Self {
            kind: row.kind()?,
            id: row.id,
            title: row.title,
            uri: row.uri,
            sha256: row.sha256,
            made_on: row.made_on,
            added_by: row.added_by,
            added_at: row.added_at,
        })
    }
}

/// A piece of evidence to attach.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewModelEvidence)]
pub(in crate::models::api) struct NewEvidenceBody {
    /// What it is about.
    pub(in crate::models::api) kind: EvidenceKind,
    #[schema(example = "Evaluation on the hold-out set")]
    pub(in crate::models::api) title: String,
    /// Where it is: http or https.
    #[schema(example = "https://wiki.example/fraud-scoring/7/evaluation")]
    pub(in crate::models::api) uri: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(in crate::models::api) sha256: String,
    /// The day on which it was made; not in the future.
    pub(in crate::models::api) made_on: NaiveDate,
}

/// A version of a dataset that a version of a model declares.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DeclaredDataset)]
pub(in crate::models::api) struct DeclaredBody {
    /// Where the dataset lives.
    #[schema(example = "warehouse")]
    pub(in crate::models::api) namespace: String,
    /// What it is called there.
    #[schema(example = "cards")]
    pub(in crate::models::api) name: String,
    /// The name of its version.
    #[schema(example = "2026-10")]
    pub(in crate::models::api) version: String,
    pub(in crate::models::api) used_for: UsedFor,
    /// The digest of the version. It may be left out; where it is given it must be the one on record.
    pub(in crate::models::api) digest: Option<String>,
}

impl TryFrom<DeclaredRow> for DeclaredBody {
    type Error = Error;

    fn try_from(row: DeclaredRow) -> Result<Self, Error> {
        let DeclaredRow { namespace, name, version, used_for, digest, .. } = row;
        let used_for = used_for.parse().map_err(Error::internal)?;
        Ok(Self { namespace, name, version, used_for, digest: Some(digest) })
    }
}
