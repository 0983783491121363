//! Datasets, their terms and their versions.

use super::{checked_text, refuse};
use crate::App;
use crate::datasets::store::{self, DatasetFilter, DatasetRow, VersionRow};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;
use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::{DatasetChanged, DatasetRegistered, DatasetVersionRegistered};
use assay_domain::datasets::{
    Classification, Dataset, DatasetDigest, LawfulBasis, Retention, SpecialException,
};
use assay_domain::digest::canonical_sha256;
use assay_domain::names::is_name;
use futures::FutureExt;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// A dataset to register.
#[derive(Clone, Debug)]
pub struct NewDataset {
    /// The team that answers for it, by id or short name; the caller's only one where it is left out.
    pub team: Option<String>,
    /// What it holds.
    pub description: String,
    /// Its name and the terms on which it may be used.
    pub terms: Dataset,
}

/// What is to become of a dataset; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct DatasetChange {
    /// What it holds.
    pub description: Option<String>,
    /// Whom it concerns.
    pub classification: Option<Classification>,
    /// Why it may be used although it is about people; nothing.
    pub lawful_basis: Option<Option<LawfulBasis>>,
    /// Why it may be used although the law protects it most; nothing.
    pub exception: Option<Option<SpecialException>>,
    /// What it may be used for.
    pub purposes: Option<BTreeSet<String>>,
    /// Where it may be.
    pub residency: Option<BTreeSet<String>>,
    /// How long it is kept; without end.
    pub retention: Option<Option<Retention>>,
    /// Whether it is taken out of use, or put back into it.
    pub archived: Option<bool>,
    /// The revision that the caller has seen; absent when it does not matter.
    pub seen: Option<i64>,
}

/// The datasets that the caller may see, by namespace and name.
///
/// # Errors
/// [`Error::Forbidden`] for those who may see none.
pub async fn list(
    app: &App,
    caller: &Caller,
    mut filter: DatasetFilter,
    limit: i64,
) -> Result<Vec<DatasetRow>, Error> {
    filter.reach = caller.principal.reach(Permission::ReadDatasets);
    if filter.reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadDatasets));
    }
    store::datasets(&mut app.db.read().await?, filter, limit).await
}

/// One dataset.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<DatasetRow, Error> {
    visible(&mut app.db.read().await?, caller, id).await
}

pub(super) async fn visible(conn: &mut Conn, caller: &Caller, id: Uuid) -> Result<DatasetRow, Error> {
    let row = store::dataset(conn, id).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadDatasets, Some(row.team_id))?;
    Ok(row)
}

async fn manageable(conn: &mut Conn, caller: &Caller, id: Uuid) -> Result<DatasetRow, Error> {
    let row = visible(conn, caller, id).await?;
    caller.allow(Permission::ReadDatasets, Permission::ManageDatasets, Some(row.team_id))?;
    Ok(row)
}

/// The teams whose datasets the caller may register and change, by short name.
///
/// # Errors
/// [`Error::Forbidden`] where there is none.
pub async fn managing_teams(app: &App, caller: &Caller) -> Result<Vec<TeamRow>, Error> {
    let reach = caller.principal.reach(Permission::ManageDatasets);
    if reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ManageDatasets));
    }
    let mut all = crate::teams::store::all(&mut app.db.read().await?).await?;
    all.retain(|team| reach.covers(Some(team.id)));
    Ok(all)
}

/// Registers a dataset.
///
/// # Errors
/// [`Error::Invalid`] for a wrong field or a name that is taken; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn register(app: &App, caller: &Caller, new: NewDataset) -> Result<DatasetRow, Error> {
    let possible = managing_teams(app, caller).await?;
    let team = match (&new.team, possible.as_slice()) {
        (Some(which), _) => team_named(app, caller, which).await?,
        (None, [only]) => only.id,
        (None, _) => return Err(Error::invalid("/team", "name the team that answers for it")),
    };
    caller.allow(Permission::ReadDatasets, Permission::ManageDatasets, Some(team))?;
    refuse(mistakes(&new.terms))?;
    let description = checked_text("/description", &new.description)?;
    let given = Arc::new((caller.clone(), new.terms, description));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, terms, description) = &*given;
            store_new(tx, caller, team, terms, description.clone()).await
        }
        .boxed()
    });
    Ok(written.await?.value)
}

/// The team that is meant, as far as the caller may know.
async fn team_named(app: &App, caller: &Caller, which: &str) -> Result<Uuid, Error> {
    match teams::find(&mut app.db.read().await?, which).await {
        Ok(team) => Ok(team.id),
        Err(Error::NotFound) if caller.may(Permission::ReadDatasets, None) => {
            Err(Error::invalid("/team", format!("there is no team {which:?}")))
        }
        Err(Error::NotFound) => Err(Error::invalid("/team", format!("you belong to no team {which:?}"))),
        Err(other) => Err(other),
    }
}

async fn store_new(
    tx: &mut Tx,
    caller: &Caller,
    team: Uuid,
    terms: &Dataset,
    description: String,
) -> Result<DatasetRow, Error> {
    if store::dataset_named(tx, &terms.name).await?.is_some() {
        return Err(Error::invalid("/name", format!("{} is registered already", terms.name)));
    }
    let empty = DatasetRow {
        id: tx.new_id(),
        namespace: terms.name.namespace.clone(),
        name: terms.name.name.clone(),
        team_id: team,
        description,
        classification: String::new(),
        lawful_basis: None,
        exception: None,
        purposes: String::new(),
        residency: String::new(),
        retention: None,
        revision: 1,
        registered_at: tx.now(),
        archived_at: None,
    };
    let row = empty.on_terms(terms)?;
    store::insert_dataset(tx, &row).await?;
    let facts = DatasetRegistered {
        dataset: terms.name.to_string(),
        classification: row.classification.clone(),
        terms_sha256: canonical_sha256(terms),
    };
    let event = caller.event(facts, Subject::new("dataset", row.id)).in_team(team);
    tx.record(event.commit("description", row.description.clone())).await?;
    Ok(row)
}

fn mistakes(terms: &Dataset) -> Vec<FieldError> {
    terms.mistakes().into_iter().map(|mistake| FieldError::new(mistake.pointer, mistake.message)).collect()
}

/// Changes the terms of a dataset, or takes it out of use. What stays the same leaves nothing on the record; findings
/// about earlier uses stay as they are.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::PreconditionFailed`] when somebody else changed it since.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: Uuid,
    change: DatasetChange,
) -> Result<DatasetRow, Error> {
    manageable(&mut app.db.read().await?, caller, id).await?;
    let description = change.description.as_deref().map(|text| checked_text("/description", text));
    let change = DatasetChange { description: description.transpose()?, ..change };
    let given = Arc::new((caller.clone(), change));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move { apply(tx, &given.0, id, given.1.clone()).await }.boxed()
    });
    Ok(written.await?.value)
}

async fn apply(tx: &mut Tx, caller: &Caller, id: Uuid, change: DatasetChange) -> Result<DatasetRow, Error> {
    let before = store::dataset(tx, id).await?.ok_or(Error::NotFound)?;
    if change.seen.is_some_and(|seen| seen != before.revision) {
        return Err(Error::PreconditionFailed);
    }
    let old = before.terms()?;
    let terms = Dataset {
        name: old.name.clone(),
        classification: change.classification.unwrap_or(old.classification),
        lawful_basis: change.lawful_basis.unwrap_or(old.lawful_basis),
        exception: change.exception.unwrap_or(old.exception),
        purposes: change.purposes.unwrap_or_else(|| old.purposes.clone()),
        residency: change.residency.unwrap_or_else(|| old.residency.clone()),
        retention: change.retention.unwrap_or_else(|| old.retention.clone()),
    };
    refuse(mistakes(&terms))?;
    let back_in_use = change.archived == Some(false) && before.archived_at.is_some();
    if back_in_use || !terms.wider_than(&old).is_empty() {
        caller.require(Permission::WidenTerms, Some(before.team_id))?;
    }
    let archived_at = match change.archived {
        Some(true) => before.archived_at.or(Some(tx.now())),
        Some(false) => None,
        None => before.archived_at,
    };
    let description = change.description.unwrap_or_else(|| before.description.clone());
    let after = DatasetRow { description, archived_at, ..before.clone() }.on_terms(&terms)?;
    let changed = changed(&before, &after);
    if changed.is_empty() {
        return Ok(before);
    }
    let after = DatasetRow { revision: before.revision + 1, ..after };
    store::update_dataset(tx, &after).await?;
    let facts = DatasetChanged {
        dataset: terms.name.to_string(),
        classification: after.classification.clone(),
        changed: changed.into_iter().map(str::to_owned).collect(),
        terms_sha256: canonical_sha256(&terms),
    };
    let event = caller.event(facts, Subject::new("dataset", id)).in_team(after.team_id);
    tx.record(event.commit("description", after.description.clone())).await?;
    Ok(after)
}

/// The names of the fields in which two states of a dataset differ.
fn changed(before: &DatasetRow, after: &DatasetRow) -> Vec<&'static str> {
    let fields = [
        ("description", before.description != after.description),
        ("classification", before.classification != after.classification),
        ("lawful_basis", before.lawful_basis != after.lawful_basis),
        ("exception", before.exception != after.exception),
        ("purposes", before.purposes != after.purposes),
        ("residency", before.residency != after.residency),
        ("retention", before.retention != after.retention),
        ("archived", before.archived_at != after.archived_at),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// A version of a dataset to register.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// What it is called.
    pub version: String,
    /// The digest of its content.
    pub digest: DatasetDigest,
    /// Where it can be found.
    pub location: Option<String>,
}

/// A version of a dataset that was registered now, or before.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The version.
    pub version: VersionRow,
    /// Whether it was there with the same digest.
    pub repeated: bool,
}

/// The versions of a dataset, the newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn version_list(app: &App, caller: &Caller, dataset: Uuid) -> Result<Vec<VersionRow>, Error> {
    let mut conn = app.db.read().await?;
    visible(&mut conn, caller, dataset).await?;
    store::versions(&mut conn, dataset).await
}

/// Registers a version of a dataset. The same version with the same digest is there once.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::Conflict`] when it is there with another digest, or the dataset is archived.
pub async fn register_version(
    app: &App,
    caller: &Caller,
    dataset: Uuid,
    new: NewVersion,
) -> Result<Registered, Error> {
    manageable(&mut app.db.read().await?, caller, dataset).await?;
    let location = new.location.as_deref().map(str::trim).filter(|location| !location.is_empty());
    let location = location.map(|text| checked_text("/location", text)).transpose()?;
    if !is_name(&new.version, 100) {
        let message = "must be 1 to 100 letters, digits or . _ / : - and start with a letter or digit";
        return Err(Error::invalid("/version", message));
    }
    let given = Arc::new((caller.clone(), NewVersion { location, ..new }));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move { store_version(tx, &given.0, dataset, &given.1).await }.boxed()
    });
    Ok(written.await?.value)
}

async fn store_version(
    tx: &mut Tx,
    caller: &Caller,
    dataset: Uuid,
    new: &NewVersion,
) -> Result<Registered, Error> {
    let of = store::dataset(tx, dataset).await?.ok_or(Error::NotFound)?;
    if let Some(known) = store::version(tx, dataset, &new.version).await? {
        if known.digest == new.digest.as_str() {
            return Ok(Registered { version: known, repeated: true });
        }
        let detail = format!(
            "{} {} is on record with the digest {}, not {}; other content needs another version",
            of.full_name(),
            known.version,
            known.digest,
            new.digest
        );
        return Err(Error::Conflict { code: "digest_contradicts_record", detail });
    }
    if of.archived_at.is_some() {
        let detail = format!("{} is archived; put it back into use first", of.full_name());
        return Err(Error::Conflict { code: "dataset_archived", detail });
    }
    let row = VersionRow {
        id: tx.new_id(),
        dataset_id: dataset,
        version: new.version.clone(),
        digest: new.digest.to_string(),
        location: new.location.clone(),
        registered_at: tx.now(),
    };
    store::insert_version(tx, &row).await?;
    let facts = DatasetVersionRegistered {
        dataset: of.full_name().to_string(),
        version: row.version.clone(),
        digest: row.digest.clone(),
    };
    let subject = Subject::new("dataset", dataset).at_version(&row.version);
    let event = caller.event(facts, subject).in_team(of.team_id);
    tx.record(event.commit("location", row.location.clone())).await?;
    Ok(Registered { version: row, repeated: false })
}
