//! Registering versions, and changing what may still change of them. The digest never does: another artefact is another
//! version.

use super::bound::touched;
use super::claims::{self, PeopleList};
use super::contributors::contributed;
use super::people::{self, Named};
use super::{
    blank_version, changeable, changeable_version, fine, not_archived, of_version, reference,
    registered_version, store_version, wrong,
};
use crate::App;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::{Caller, IfMatch};
use crate::models::store::{self, FoundRow, ParentRow, VersionRow};
use assay_domain::access::Permission;
use assay_domain::audit::catalogue::{LineageRecorded, ModelVersionChanged};
use assay_domain::models::{ArtefactDigest, Lineage, VersionRef, VersionSaid};
use futures::FutureExt;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What a new version should be.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// The version, as the registry calls it.
    pub version: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub artefact_digest: String,
    /// Where it comes from.
    pub lineage: Lineage,
    /// Where its model card is.
    pub card_url: Option<String>,
    /// Measures: name to number, as the tool wrote it.
    pub metrics: BTreeMap<String, String>,
    /// Who made it.
    pub authors: Vec<Named>,
    /// Whose commits are in it.
    pub committers: Vec<Named>,
}

/// What is to become of a version; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct VersionChange {
    /// Where it comes from, as a whole.
    pub lineage: Option<Lineage>,
    /// Where its model card is; nowhere.
    pub card_url: Option<Option<String>>,
    /// All measures.
    pub metrics: Option<BTreeMap<String, String>>,
    /// People who made it; they join those on record.
    pub authors: Option<Vec<Named>>,
    /// People whose commits are in it; they join those on record.
    pub committers: Option<Vec<Named>>,
}

/// Registers a version of a model.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming each field, also for a version
/// that is registered already; [`Error::Conflict`] for a model that is out of use.
pub async fn register_version(
    app: &App,
    caller: &Caller,
    model: &str,
    new: NewVersion,
) -> Result<FoundRow, Error> {
    let known = changeable(&mut app.db.read().await?, caller, model).await?;
    not_archived(&known)?;
    let said =
        VersionSaid { version: &new.version, card_url: new.card_url.as_deref(), metrics: &new.metrics };
    let mut mistakes = wrong("", said.mistakes());
    if let Err(error) = new.artefact_digest.parse::<ArtefactDigest>() {
        mistakes.push(FieldError::new("/artefact_digest", error.to_string()));
    }
    fine(mistakes)?;
    let given = Arc::new((caller.clone(), new));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { insert(tx, &given.0, known.id, &given.1).await }.boxed()
    });
    Ok(write.await?.value)
}

async fn insert(tx: &mut Tx, caller: &Caller, model: Uuid, new: &NewVersion) -> Result<FoundRow, Error> {
    let model = store::by_id(tx, model).await?.ok_or(Error::NotFound)?;
    not_archived(&model)?;
    if let Some(known) = store::version(tx, model.id, &new.version).await? {
        let message = format!(
            "{} has a version {:?} already, with the digest {}; another artefact needs another version",
            model.name, known.version, known.artefact_digest
        );
        return Err(Error::invalid("/version", message));
    }
    let authors = people::checked(tx, "/authors", &new.authors).await?;
    let committers = people::checked(tx, "/committers", &new.committers).await?;
    let mut row = blank_version(tx, caller, &model, &new.version, &new.artefact_digest);
    let own = VersionRef { model: model.name.clone(), version: new.version.clone() };
    row.parent_id = parent(tx, caller, &new.lineage, &own).await?;
    row.run.clone_from(&new.lineage.run);
    row.source_commit.clone_from(&new.lineage.commit);
    row.card_url.clone_from(&new.card_url);
    row.metrics = json(&new.metrics)?;
    row.authors = json(&authors)?;
    row.committers = json(&committers)?;
    store_version(tx, caller, &model, &mut row).await?;
    let event = registered_version(caller, &model, &row)
        .commit("card_url", row.card_url.clone())
        .commit("metrics", some(&new.metrics, new.metrics.is_empty())?)
        .commit("authors", some(&authors, authors.is_empty())?)
        .commit("committers", some(&committers, committers.is_empty())?);
    tx.record(event).await?;
    let found = store::find_by_id(tx, row.id).await?.ok_or(Error::NotFound)?;
    if new.lineage != Lineage::default() {
        tx.record(of_version(caller, &found, lineage_facts(&own, &new.lineage))).await?;
    }
    Ok(found)
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// A value to commit to, unless there is nothing in it.
fn some(value: &impl Serialize, is_empty: bool) -> Result<serde_json::Value, Error> {
    if is_empty {
        return Ok(serde_json::Value::Null);
    }
    serde_json::to_value(value).map_err(Error::internal)
}

fn lineage_facts(own: &VersionRef, lineage: &Lineage) -> LineageRecorded {
    let parent = lineage.parent.as_ref();
    LineageRecorded {
        model: own.model.clone(),
        version: own.version.clone(),
        run: lineage.run.clone(),
        source_commit: lineage.commit.clone(),
        parent_model: parent.map(|parent| parent.model.clone()),
        parent_version: parent.map(|parent| parent.version.clone()),
    }
}

/// The id of the parent, when the lineage is fine.
async fn parent(
    conn: &mut Conn,
    caller: &Caller,
    lineage: &Lineage,
    own: &VersionRef,
) -> Result<Option<Uuid>, Error> {
    let named = match &lineage.parent {
        Some(parent) => store::find(conn, &parent.model, &parent.version).await?,
        None => None,
    };
    // What one may not see does not exist.
    let named = named.filter(|found| caller.may(Permission::ReadModels, Some(found.team_id)));
    let line = match &named {
        Some(found) => store::parents(conn, found.version.id).await?,
        None => Vec::new(),
    };
    let before = ancestors(&line);
    let mistakes = lineage.mistakes(own, |version| before.get(version).cloned().flatten());
    let mut mistakes: Vec<_> = mistakes
        .into_iter()
        .map(|mistake| FieldError::new(format!("/lineage{}", mistake.pointer), mistake.message))
        .collect();
    if let (Some(parent), None, true) = (&lineage.parent, &named, mistakes.is_empty()) {
        let message = format!("there is no {parent} that you may see; register it first");
        mistakes.push(FieldError::new("/lineage/parent", message));
    }
    fine(mistakes)?;
    Ok(named.map(|found| found.version.id))
}

/// Each version of a line with the one that it was made from.
pub(super) fn ancestors(line: &[ParentRow]) -> BTreeMap<VersionRef, Option<VersionRef>> {
    let name = |row: &ParentRow| VersionRef { model: row.model.clone(), version: row.version.clone() };
    let by_id = |id: Uuid| line.iter().find(|row| row.id == id).map(name);
    line.iter().map(|row| (name(row), row.parent_id.and_then(by_id))).collect()
}

/// Changes what may still change of a version. What stays the same leaves nothing on the record.
///
/// # Errors
/// As [`register_version`]; [`Error::Conflict`] for a lineage that is settled because the version was deployed;
/// [`Error::EndsApproval`] where it ends what is approved; [`Error::PreconditionFailed`] when somebody else changed it since
/// `seen`.
pub async fn change_version(
    app: &App,
    caller: &Caller,
    (model, version): (&str, &str),
    seen: IfMatch,
    change: VersionChange,
) -> Result<FoundRow, Error> {
    let known = changeable_version(&mut app.db.read().await?, caller, model, version).await?;
    let none = BTreeMap::new();
    let said = VersionSaid {
        version,
        card_url: change.card_url.as_ref().and_then(|card| card.as_deref()),
        metrics: change.metrics.as_ref().unwrap_or(&none),
    };
    fine(wrong("", said.mistakes()))?;
    let given = Arc::new((caller.clone(), change));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, change) = &*given;
            let mut found = store::find_by_id(tx, known.version.id).await?.ok_or(Error::NotFound)?;
            seen.check(found.version.revision)?;
            if let Some(lineage) = &change.lineage {
                trace(tx, caller, &mut found, lineage).await?;
            }
            say(tx, caller, &mut found, change).await?;
            store::find_by_id(tx, known.version.id).await?.ok_or(Error::NotFound)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn stored(tx: &mut Tx, row: &mut VersionRow) -> Result<(), Error> {
    row.revision += 1;
    store::update_version(tx, row).await
}

async fn trace(tx: &mut Tx, caller: &Caller, found: &mut FoundRow, lineage: &Lineage) -> Result<(), Error> {
    let own = reference(found);
    let parent_id = parent(tx, caller, lineage, &own).await?;
    let row = &found.version;
    let same = row.run == lineage.run && row.source_commit == lineage.commit && row.parent_id == parent_id;
    if same {
        return Ok(());
    }
    let settled = settled(row, lineage, parent_id);
    if !settled.is_empty() && was_deployed(tx, row).await? {
        let detail = format!(
            "{own} was deployed, so where it comes from is settled ({}); what is missing can still be added",
            settled.join(", ")
        );
        return Err(Error::Conflict { code: "lineage_settled", detail });
    }
    found.version.run.clone_from(&lineage.run);
    found.version.source_commit.clone_from(&lineage.commit);
    found.version.parent_id = parent_id;
    stored(tx, &mut found.version).await?;
    tx.record(of_version(caller, found, lineage_facts(&own, lineage))).await?;
    contributed(tx, caller, found.version.id, "lineage").await?;
    touched(tx, caller, found.version.id).await
}

/// What is on record and would become another.
fn settled(row: &VersionRow, lineage: &Lineage, parent: Option<Uuid>) -> Vec<&'static str> {
    let mut changed = Vec::new();
    if row.run.is_some() && row.run != lineage.run {
        changed.push("run");
    }
    if row.source_commit.is_some() && row.source_commit != lineage.commit {
        changed.push("commit");
    }
    if row.parent_id.is_some() && row.parent_id != parent {
        changed.push("parent");
    }
    changed
}

async fn was_deployed(conn: &mut Conn, row: &VersionRow) -> Result<bool, Error> {
    let all = store::deployments(conn, row.model_id).await?;
    Ok(all.iter().any(|deployment| deployment.model_version_id == row.id))
}

async fn say(
    tx: &mut Tx,
    caller: &Caller,
    found: &mut FoundRow,
    change: &VersionChange,
) -> Result<(), Error> {
    let (authors, committers) = (found.version.authors()?, found.version.committers()?);
    let named = (change.authors.as_deref(), change.committers.as_deref());
    let (made, claimed) = claims::named(tx, caller, found, PeopleList::Authors, named.0).await?;
    let (committed, also) = claims::named(tx, caller, found, PeopleList::Committers, named.1).await?;
    for (list, people) in [(PeopleList::Authors, claimed), (PeopleList::Committers, also)] {
        for who in people {
            claims::propose(tx, caller, found, list, who).await?;
        }
    }
    let row = &mut found.version;
    let mut changed = Vec::new();
    let mut values = Vec::new();
    if let Some(card) = change.card_url.as_ref().filter(|card| **card != row.card_url) {
        row.card_url.clone_from(card);
        changed.push("card");
        values.push(("card_url", row.card_url.clone().into()));
    }
    let metrics = row.metrics()?;
    if let Some(now) = change.metrics.as_ref().filter(|now| **now != metrics) {
        row.metrics = json(now)?;
        changed.push("metrics");
        values.push(("metrics", some(now, false)?));
    }
    let people = [
        (PeopleList::Authors, authors, made, &mut row.authors),
        (PeopleList::Committers, committers, committed, &mut row.committers),
    ];
    let mut joined = Vec::new();
    for (list, before, now, column) in people {
        if now != before {
            *column = json(&now)?;
            changed.push(list.name());
            values.push((list.name(), some(&now, false)?));
            joined.push((list, now.into_iter().filter(|who| !before.contains(who)).collect()));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    stored(tx, row).await?;
    for what in &changed {
        let what = if matches!(*what, "authors" | "committers") { "people" } else { *what };
        contributed(tx, caller, found.version.id, what).await?;
    }
    let facts = ModelVersionChanged {
        model: found.model.clone(),
        version: found.version.version.clone(),
        changed: changed.into_iter().map(str::to_owned).collect(),
    };
    let event = of_version(caller, found, facts);
    let event = values.into_iter().fold(event, |event, (field, value)| event.commit(field, value));
    tx.record(event).await?;
    for (list, new) in joined {
        claims::joined(tx, caller, found.version.id, list, new).await?;
    }
    touched(tx, caller, found.version.id).await
}
