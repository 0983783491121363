//! Use cases around models: registering them and what approvals name, saying what they are, and looking at them.
//!
//! One file a subject, as in the store. Everything authorises first, checks what was said by the domain's rules, and
//! then does one write: rows, entry, and [`bound::touched`] where approvals are bound to what changed.

pub mod bound;
mod change;
mod claims;
mod contributors;
mod declared;
mod deployments;
mod digest_tiers;
mod evidence;
mod list;
pub(crate) mod moving;
mod on_the_way;
mod people;
mod register;
mod risk;
mod show;
mod tiers;
mod versions;

use super::store::{self, FoundRow, ModelRow, VersionRow};
use crate::App;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::{Caller, Listing, Window};
use assay_domain::access::Permission;
use assay_domain::audit::catalogue::{ModelRegistered, ModelVersionRegistered};
use assay_domain::audit::{Action, Event, Subject};
use assay_domain::models::{ArtefactDigest, SaidMistake, VersionRef};
use uuid::Uuid;

pub use change::{ModelChange, change};
pub use claims::{PeopleList, Waiting, WrongEntry, is_officer, take_off, waiting};
pub(crate) use claims::{confirmed as claim_confirmed, ended as claim_ended, removed as author_removed};
pub use contributors::{Separated, contributing_people, naming_warnings, separation, warnings};
pub use declared::{Declared, declare, declared};
pub use deployments::{
    InProduction, NewDeployment, Posted, Recorded, all_deployments, deployments, in_production, on_record,
    record,
};
pub(crate) use digest_tiers::confirmed as digest_tier_confirmed;
pub use digest_tiers::{AlsoHeldBy, also_held_by};
pub use evidence::{NewEvidence, attach, detach, evidence};
pub(super) use list::FIELDS;
pub use list::{ModelQuery, list, running_in};
pub use on_the_way::{VersionOnRecord, find_or_register, find_or_register_version};
pub use people::{Named, kept};
pub use register::{NewModel, register};
pub use risk::{Risk, questions};
pub use show::{ModelSeen, OwnerSeen, VersionSeen, show, show_version, versions};
pub(crate) use tiers::{confirmed as tier_confirmed, ended as tier_ended};
pub use tiers::{record_upgrade, tier_proposals};
pub use versions::{NewVersion, VersionChange, change_version, register_version};

/// A version and what one needs to know of its model, by name, for use cases that authorise by themselves.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(conn: &mut Conn, model: &str, version: &str) -> Result<FoundRow, Error> {
    store::find(conn, model, version).await?.ok_or(Error::NotFound)
}

/// The versions with this artefact, the newest first, for use cases that authorise by themselves. One artefact can be
/// registered more than once: under two models, or as a version that was only given another number.
///
/// # Errors
/// Those of the database.
pub async fn find_by_digest(conn: &mut Conn, digest: &ArtefactDigest) -> Result<Vec<FoundRow>, Error> {
    store::find_by_digest(conn, digest.as_str()).await
}

/// One model, by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, name: &str) -> Result<ModelRow, Error> {
    visible(&mut app.db.read().await?, caller, name).await
}

/// The same, for somebody who is about to change it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`].
pub async fn get_to_change(app: &App, caller: &Caller, name: &str) -> Result<ModelRow, Error> {
    changeable(&mut app.db.read().await?, caller, name).await
}

/// One version, by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get_version(app: &App, caller: &Caller, model: &str, version: &str) -> Result<FoundRow, Error> {
    visible_version(&mut app.db.read().await?, caller, model, version).await
}

/// The same, for somebody who is about to change it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] for a model that is out of use.
pub async fn get_version_to_change(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
) -> Result<FoundRow, Error> {
    changeable_version(&mut app.db.read().await?, caller, model, version).await
}

/// The model of this name, for somebody who may look at it.
async fn visible(conn: &mut Conn, caller: &Caller, name: &str) -> Result<ModelRow, Error> {
    let model = store::by_name(conn, name).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadModels, Some(model.team_id))?;
    Ok(model)
}

/// The same, for somebody who may change it.
async fn changeable(conn: &mut Conn, caller: &Caller, name: &str) -> Result<ModelRow, Error> {
    let model = store::by_name(conn, name).await?.ok_or(Error::NotFound)?;
    caller.allow(Permission::ReadModels, Permission::RegisterModels, Some(model.team_id))?;
    Ok(model)
}

/// A version, for somebody who may look at it.
async fn visible_version(
    conn: &mut Conn,
    caller: &Caller,
    model: &str,
    version: &str,
) -> Result<FoundRow, Error> {
    let found = find(conn, model, version).await?;
    caller.see(Permission::ReadModels, Some(found.team_id))?;
    Ok(found)
}

/// A version, for somebody who may change what is known of it, while its model is in use.
async fn changeable_version(
    conn: &mut Conn,
    caller: &Caller,
    model: &str,
    version: &str,
) -> Result<FoundRow, Error> {
    let found = find(conn, model, version).await?;
    caller.allow(Permission::ReadModels, Permission::RegisterModels, Some(found.team_id))?;
    match found.archived_at {
        None => Ok(found),
        Some(_) => Err(archived(&found.model)),
    }
}

/// The page of a list that is there as a whole.
fn page_of<T>(rows: Vec<T>, window: &Window, id: impl Fn(&T) -> Uuid) -> Result<Listing<T>, Error> {
    let mut rows = rows;
    if let Some(after) = &window.after {
        let place = after.parse().ok().and_then(|after: Uuid| rows.iter().position(|row| id(row) == after));
        let place = place.ok_or_else(|| Error::invalid("/after", "pass what `next` said"))?;
        rows.drain(..=place);
    }
    Ok(Listing::cut(rows, window, |row| id(row).to_string()))
}

fn not_archived(model: &ModelRow) -> Result<(), Error> {
    if model.archived_at.is_none() { Ok(()) } else { Err(archived(&model.name)) }
}

/// What is said of a model that takes nothing new.
pub fn archived(model: &str) -> Error {
    let detail = format!("the model {model} is out of use: take it into use again before you add to it");
    Error::Conflict { code: "model_archived", detail }
}

/// What the domain found wrong, below `at`.
fn wrong(at: &str, mistakes: Vec<SaidMistake>) -> Vec<FieldError> {
    let below = |mistake: SaidMistake| FieldError::new(format!("{at}{}", mistake.pointer), mistake.message);
    mistakes.into_iter().map(below).collect()
}

fn fine(wrong: Vec<FieldError>) -> Result<(), Error> {
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// What happened to a model.
fn of_model(caller: &Caller, model: &ModelRow, facts: impl Into<Action>) -> Event {
    caller.event(facts, Subject::new("model", model.id)).in_team(model.team_id)
}

/// What happened to a version.
fn of_version(caller: &Caller, found: &FoundRow, facts: impl Into<Action>) -> Event {
    let subject = Subject::new("model", found.version.model_id).at_version(&found.version.version);
    caller.event(facts, subject).in_team(found.team_id)
}

/// A model of which nothing is known but its name.
fn blank_model(tx: &mut Tx, name: &str, team: Uuid) -> ModelRow {
    ModelRow {
        id: tx.new_id(),
        name: name.to_owned(),
        team_id: team,
        registered_at: tx.now(),
        purpose: String::new(),
        success_measure: String::new(),
        tier: None,
        risk: None,
        tier_confirmed: None,
        archived_at: None,
        revision: 1,
    }
}

/// A version of which nothing is known but its name and artefact.
fn blank_version(tx: &mut Tx, caller: &Caller, model: &ModelRow, version: &str, digest: &str) -> VersionRow {
    VersionRow {
        id: tx.new_id(),
        model_id: model.id,
        version: version.to_owned(),
        artefact_digest: digest.to_owned(),
        registered_at: tx.now(),
        run: None,
        source_commit: None,
        parent_id: None,
        card_url: None,
        metrics: "{}".to_owned(),
        authors: "[]".to_owned(),
        committers: "[]".to_owned(),
        tier_floor: None,
        registered_by: Some(caller.actor().id()),
        revision: 1,
    }
}

/// Stores a version with the tier that counts for its artifact. Where other models hold the artifact under a lower one, an
/// officer is asked which tier counts.
async fn store_version(
    tx: &mut Tx,
    caller: &Caller,
    model: &ModelRow,
    row: &mut VersionRow,
) -> Result<(), Error> {
    digest_tiers::give_floor(tx, model, row).await?;
    store::insert_version(tx, row).await?;
    match model.tier()?.filter(|_| model.tier_is_confirmed()) {
        Some(tier) => digest_tiers::ask_about(tx, caller, model, tier, &row.artefact_digest).await,
        None => Ok(()),
    }
}

fn registered(caller: &Caller, model: &ModelRow) -> Event {
    of_model(caller, model, ModelRegistered { model: model.name.clone() })
        .commit("purpose", model.purpose.clone())
        .commit("success_measure", model.success_measure.clone())
}

fn registered_version(caller: &Caller, model: &ModelRow, row: &VersionRow) -> Event {
    let facts = ModelVersionRegistered {
        model: model.name.clone(),
        version: row.version.clone(),
        artefact_digest: row.artefact_digest.clone(),
    };
    let subject = Subject::new("model", model.id).at_version(&row.version);
    caller.event(facts, subject).in_team(model.team_id)
}

/// Version and model by name, as the domain's rules take them.
fn reference(found: &FoundRow) -> VersionRef {
    VersionRef { model: found.model.clone(), version: found.version.version.clone() }
}
