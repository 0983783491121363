//! Versions, their evidence and their data.

use crate::App;
use crate::error::Error;
use crate::http::Caller;
use crate::models::service::{self, AlsoHeldBy, Named, PeopleList, Separated};
use crate::models::store::{self, ContributorRow, DeclaredRow, EvidenceRow, FoundRow};
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

/// Somebody who contributed to a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelContributor)]
pub(in crate::models::api) struct ContributorBody {
    /// The account that acted.
    account: Uuid,
    /// Whether it is a machine's.
    machine: bool,
    /// What it did: `evidence`, `data`, `card`, `metrics`, `people` or `lineage`; `other` where it was not kept.
    what: String,
    /// When it did so for the first time.
    since: DateTime<Utc>,
}

impl From<ContributorRow> for ContributorBody {
    fn from(row: ContributorRow) -> Self {
        Self { account: row.account, machine: row.machine, what: row.what, since: row.since_at }
    }
}

/// A step that decides about a version, and who is left for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelDecidingStep)]
pub(in crate::models::api) struct SeparatedBody {
    /// The policy.
    policy: String,
    /// Where it decides.
    environments: Vec<String>,
    /// The step.
    step: String,
    title: String,
    /// How many people it needs.
    needed: usize,
    /// Who does not decide in it: `requester`, `author`, `committer`, `contributor`.
    excluded: Vec<String>,
    /// How many people could decide in it today.
    could_decide: usize,
    /// How many of them would be left if the caller were excluded.
    without_you: usize,
}

impl From<Separated> for SeparatedBody {
    fn from(step: Separated) -> Self {
        let Separated { policy, environments, step, title, needed, excluded, could_decide, without_you } =
            step;
        let excluded = excluded.iter().map(|one| one.name().to_owned()).collect();
        Self { policy, environments, step, title, needed, excluded, could_decide, without_you }
    }
}

/// A version with who is on record for it, and what that means for who decides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelVersionOnRecord)]
pub(in crate::models::api) struct VersionSeenBody {
    #[serde(flatten)]
    version: SeenBody,
    /// Who attached evidence, declared data, or changed what is said of it. Nobody is taken off.
    contributors: Vec<ContributorBody>,
    /// The steps that decide about it: whom each keeps out, and how many are left for it.
    decided_in: Vec<SeparatedBody>,
    /// Authors and committers who were not named in this change, and stay: the lists only grow.
    kept: Vec<PersonBody>,
    /// People who have decided about it and are named as its authors or committers, and people who ask to be taken off:
    /// what waits for somebody to confirm it.
    waiting: Vec<WaitingBody>,
}

/// What waits to be confirmed about who made a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelPersonWaiting)]
struct WaitingBody {
    /// The proposal, at `/api/v1/proposals/{id}`.
    proposal: Uuid,
    /// `author-claim` or `author-removed`.
    #[schema(value_type = String)]
    kind: &'static str,
    /// `authors` or `committers`.
    list: PeopleList,
    person: PersonBody,
    since: DateTime<Utc>,
}

impl VersionSeenBody {
    /// A version as somebody sees it who may look at it. `kept` is who stays on its lists without being named.
    pub(in crate::models::api) async fn new(
        app: &App,
        caller: &Caller,
        found: FoundRow,
        kept: Vec<Who>,
    ) -> Result<Self, Error> {
        let mut conn = app.db.read().await?;
        let rows = store::contributors(&mut conn, found.version.id).await?;
        let waiting = service::waiting(&mut conn, found.version.id).await?.into_iter();
        let waiting = waiting.map(|one| WaitingBody {
            proposal: one.proposal,
            kind: one.kind.name(),
            list: one.list,
            person: one.who.into(),
            since: one.since,
        });
        let steps = service::separation(&mut conn, caller, &found, app.clock.now().date_naive()).await?;
        let also = service::also_held_by(&mut conn, caller, &found.version).await?;
        Ok(Self {
            version: SeenBody::new(found, also)?,
            contributors: rows.into_iter().map(Into::into).collect(),
            decided_in: steps.into_iter().map(Into::into).collect(),
            kept: kept.into_iter().map(Into::into).collect(),
            waiting: waiting.collect(),
        })
    }
}

/// An entry that is wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ModelWrongPerson)]
pub(in crate::models::api) struct WrongBody {
    /// `authors` or `committers`.
    pub(in crate::models::api) list: PeopleList,
    pub(in crate::models::api) person: PersonBody,
    /// Why it is wrong.
    pub(in crate::models::api) reason: String,
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
    /// They join those on record: nobody is taken off.
    pub(in crate::models::api) authors: Option<Vec<PersonBody>>,
    /// They join those on record: nobody is taken off.
    pub(in crate::models::api) committers: Option<Vec<PersonBody>>,
    /// Whether to do it although it ends what is approved; otherwise such a change is refused.
    pub(in crate::models::api) ends_approval: Option<bool>,
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
    /// Whether to do it although it ends what is approved; otherwise it is refused then.
    pub(in crate::models::api) ends_approval: Option<bool>,
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
