//! Use cases around models: registering them and what approvals name, saying what they are, and looking at them.

pub mod bound;

use super::store::{self, FoundRow, ModelRow, VersionRow};
use crate::App;
use crate::approvals::store::{self as approvals, EventRow};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::ledger::trail;
use crate::teams::store as teams;
use assay_domain::access::{Permission, Reach};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::{ModelRegistered, ModelVersionRegistered};
use assay_domain::models::{ArtefactDigest, RiskAnswer};
use assay_domain::questionnaires::Version;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What a model's risk tier came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// The version of the questions.
    pub version: Version,
    /// The answers, by the questions' ids.
    pub answers: BTreeMap<String, RiskAnswer>,
}

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

/// A model with what is said about it in a list.
#[derive(Clone, Debug)]
pub struct ModelSeen {
    /// The model.
    pub model: ModelRow,
    /// The name of the team that owns it.
    pub team: String,
    /// Its newest version.
    pub newest_version: Option<String>,
    /// What was reported last.
    pub latest: Option<EventRow>,
}

/// The models that the caller may see, by name.
///
/// # Errors
/// Those of the database.
pub async fn overview(app: &App, caller: &Caller) -> Result<Vec<ModelSeen>, Error> {
    let reach = caller.principal.reach(Permission::ReadModels);
    let mut conn = app.db.read().await?;
    let mut seen = Vec::new();
    let teams = match reach {
        Reach::All => None,
        Reach::Teams(teams) => Some(teams.into_iter().collect()),
    };
    let filter = store::ModelFilter { teams, ..store::ModelFilter::default() };
    for line in store::list(&mut conn, &filter, None, i64::MAX).await? {
        let store::ModelLineRow { model, team, newest_version, .. } = line;
        let latest = approvals::of_model(&mut conn, model.id).await?.into_iter().next();
        seen.push(ModelSeen { model, team, newest_version, latest });
    }
    Ok(seen)
}

/// A model with its versions and what was reported about them, the newest first.
#[derive(Clone, Debug)]
pub struct ModelHistory {
    /// The model.
    pub model: ModelRow,
    /// The name of the team that owns it.
    pub team: String,
    /// Its versions.
    pub versions: Vec<VersionRow>,
    /// What pipelines reported.
    pub events: Vec<EventRow>,
    /// Where the reports stand in the ledger: indices by the ledger's event.
    pub entries: HashMap<Uuid, u64>,
}

/// One model, by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, name: &str) -> Result<ModelHistory, Error> {
    let mut conn = app.db.read().await?;
    let model = store::by_name(&mut conn, name).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadModels, Some(model.team_id))?;
    let team = team_name(&mut conn, model.team_id).await?;
    let versions = store::versions(&mut conn, model.id).await?;
    let events = approvals::of_model(&mut conn, model.id).await?;
    let mut entries = HashMap::new();
    for event in &events {
        if let Some(index) = trail::index_of(&mut conn, event.ledger_event).await? {
            entries.insert(event.ledger_event, index);
        }
    }
    Ok(ModelHistory { model, team, versions, events, entries })
}

async fn team_name(conn: &mut Conn, team: Uuid) -> Result<String, Error> {
    Ok(teams::by_id(conn, team).await?.map(|team| team.name).unwrap_or_default())
}

/// The model of this name, registered in `team` on the way when the caller may do that.
///
/// # Errors
/// [`Error::Hidden`] for another team's model, [`Error::Invalid`] for an unknown one that cannot be registered.
pub async fn find_or_register(
    tx: &mut Tx,
    caller: &Caller,
    name: &str,
    team: Option<Uuid>,
) -> Result<ModelRow, Error> {
    if let Some(model) = store::by_name(tx, name).await? {
        caller.see(Permission::ReadApprovals, Some(model.team_id))?;
        return Ok(model);
    }
    let Some(team) = team.filter(|team| caller.may(Permission::RegisterModels, Some(*team))) else {
        return Err(Error::Invalid(vec![FieldError::new(
            "/model",
            format!(
                "no model is called {name:?}; register it, or use a token of its team with the scope models:write"
            ),
        )]));
    };
    let model = ModelRow {
        id: tx.new_id(),
        name: name.to_owned(),
        team_id: team,
        registered_at: tx.now(),
        purpose: String::new(),
        success_measure: String::new(),
        tier: None,
        risk: None,
        archived_at: None,
        revision: 1,
    };
    store::insert(tx, &model).await?;
    let facts = ModelRegistered { model: model.name.clone() };
    tx.record(caller.event(facts, Subject::new("model", model.id)).in_team(team)).await?;
    Ok(model)
}

/// What comparing a reported version with the record says.
pub enum VersionOnRecord {
    /// It is on record with this digest, or is now.
    Agrees(VersionRow),
    /// It is on record with another digest.
    Contradicts(VersionRow),
}

/// The version of a model, registered with this digest on the way when the caller may do that.
///
/// # Errors
/// [`Error::Invalid`] for an unknown version that cannot be registered.
pub async fn find_or_register_version(
    tx: &mut Tx,
    caller: &Caller,
    model: &ModelRow,
    version: &str,
    digest: &str,
) -> Result<VersionOnRecord, Error> {
    if let Some(known) = store::version(tx, model.id, version).await? {
        let agrees = known.artefact_digest == digest;
        return Ok(if agrees { VersionOnRecord::Agrees(known) } else { VersionOnRecord::Contradicts(known) });
    }
    if !caller.may(Permission::RegisterModels, Some(model.team_id)) {
        return Err(Error::Invalid(vec![FieldError::new(
            "/version",
            format!(
                "{} has no version {version:?}; register it, or use a token with the scope models:write",
                model.name
            ),
        )]));
    }
    let row = VersionRow {
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
        registered_by: Some(caller.actor().id()),
        revision: 1,
    };
    store::insert_version(tx, &row).await?;
    let facts = ModelVersionRegistered {
        model: model.name.clone(),
        version: row.version.clone(),
        artefact_digest: row.artefact_digest.clone(),
    };
    let subject = Subject::new("model", model.id).at_version(version);
    tx.record(caller.event(facts, subject).in_team(model.team_id)).await?;
    Ok(VersionOnRecord::Agrees(row))
}
