//! What approvals are bound to, and the word that it changed.
//!
//! Approvals and the gate read a version through [`bound_inputs`]. Whatever changes something that it gives calls
//! [`touched`] for each version concerned, inside the same write, so that no decision outlives the state it was made
//! about.

use crate::approvals::requests::service as approvals;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::models::store::{self, PartRow};
use assay_domain::approvals::{BoundDataset, BoundEvidence, BoundUse, OnRecord, Who};
use assay_domain::models::{ArtefactDigest, Evidence, Tier, VersionRef};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The state of a version, as approvals and the gate look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundInputs {
    /// The model's name.
    pub model: String,
    /// The version's name.
    pub version: String,
    /// The team that owns the model.
    pub team: Uuid,
    /// The model's risk tier, which its policy is found by.
    pub tier: Option<Tier>,
    /// Whether the model's first tier was confirmed.
    pub tier_confirmed: bool,
    /// When the model was taken out of use.
    pub archived_at: Option<DateTime<Utc>>,
    /// The digest of the version's file or image.
    pub artefact_digest: ArtefactDigest,
    /// What it declares to be trained and evaluated on.
    pub datasets: BTreeSet<BoundDataset>,
    /// What is shown for it.
    pub evidence: BTreeSet<BoundEvidence>,
    /// The same evidence with the days on which it was made, for policies that ask for fresh one.
    pub dated: Vec<Evidence>,
    /// What the registry says of it besides.
    pub on_record: OnRecord,
    /// Who made it.
    pub authors: Vec<Who>,
    /// Whose commits are in it.
    pub committers: Vec<Who>,
}

/// The state of a version, with one statement.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Internal`] for rows that cannot be read.
pub async fn bound_inputs(conn: &mut Conn, model_version: Uuid) -> Result<BoundInputs, Error> {
    BoundInputs::of_parts(store::parts(conn, model_version).await?, model_version)
}

fn wrong(id: Uuid, what: &'static str) -> impl FnOnce(String) -> Error {
    move |error| Error::internal(format!("{what} of model_version {id}: {error}"))
}

fn of_version(part: PartRow, id: Uuid) -> Result<BoundInputs, Error> {
    let PartRow { name, version, digest, team_id, tier, archived_at, authors, committers, metrics, .. } =
        part;
    let tier_confirmed = part.tier_confirmed;
    let people = |text: Option<String>, what| {
        let read = serde_json::from_str::<Vec<Who>>(text.as_deref().unwrap_or("[]"));
        read.map_err(|error| wrong(id, what)(error.to_string()))
    };
    let team = team_id.ok_or_else(|| wrong(id, "the team")("is missing".to_owned()))?;
    let tier = tier.as_deref().map(str::parse).transpose().map_err(wrong(id, "the tier"))?;
    let metrics = serde_json::from_str(metrics.as_deref().unwrap_or("{}"));
    let on_record = OnRecord {
        tier,
        team,
        metrics: metrics.map_err(|error| wrong(id, "metrics")(error.to_string()))?,
        card: part.card_url,
        run: part.run,
        commit: part.source_commit,
        parent: part
            .parent_model
            .zip(part.parent_version)
            .map(|(model, version)| VersionRef { model, version }),
        uses: BTreeSet::new(),
    };
    Ok(BoundInputs {
        model: name,
        version,
        team,
        tier,
        tier_confirmed: tier_confirmed.is_some(),
        on_record,
        archived_at,
        artefact_digest: digest
            .unwrap_or_default()
            .parse()
            .map_err(|error| wrong(id, "artefact_digest")(format!("{error}")))?,
        datasets: BTreeSet::new(),
        evidence: BTreeSet::new(),
        dated: Vec::new(),
        authors: people(authors, "authors")?,
        committers: people(committers, "committers")?,
    })
}

impl BoundInputs {
    /// Puts the state together; the version comes first.
    ///
    /// # Errors
    /// As [`bound_inputs`].
    pub fn of_parts(parts: Vec<PartRow>, model_version: Uuid) -> Result<Self, Error> {
        let mut parts = parts.into_iter();
        let first = parts.next().filter(|part| part.part == "version").ok_or(Error::NotFound)?;
        let mut inputs = of_version(first, model_version)?;
        for part in parts {
            inputs.add(part, model_version)?;
        }
        Ok(inputs)
    }

    fn add(&mut self, part: PartRow, id: Uuid) -> Result<(), Error> {
        let PartRow { part, name, version, digest, made_on, tier: used_for, .. } = part;
        if part == "dataset" {
            let used_for = used_for.unwrap_or_default().parse().map_err(wrong(id, "a use of data"))?;
            let declared = BoundUse { dataset: name.clone(), version: version.clone(), used_for };
            self.on_record.uses.insert(declared);
            let digest = digest.unwrap_or_default();
            self.datasets.insert(BoundDataset { dataset: name, version, digest });
            return Ok(());
        }
        let kind = name.parse().map_err(wrong(id, "a kind of evidence"))?;
        let made_on = made_on.ok_or_else(|| wrong(id, "the day of evidence")("is missing".to_owned()))?;
        self.dated.push(Evidence { kind, sha256: version.clone(), made_on });
        self.evidence.insert(BoundEvidence { kind, sha256: version });
        Ok(())
    }
}

/// Something that [`bound_inputs`] gives for this version has changed, in the write `tx`.
///
/// # Errors
/// [`Error::EndsApproval`] where that ends what is approved and the caller does not know; those of the database.
pub async fn touched(tx: &mut Tx, caller: &Caller, model_version: Uuid) -> Result<(), Error> {
    approvals::bound_changed(tx, caller, model_version).await
}

/// The same for every version of a model, when the model itself has changed.
pub(super) async fn all_touched(tx: &mut Tx, caller: &Caller, model: Uuid) -> Result<(), Error> {
    approvals::model_changed(tx, caller, model).await
}
