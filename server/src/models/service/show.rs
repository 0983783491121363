//! Looking at one model, and at one version.

use super::{Separated, Waiting, separation, visible, visible_version, waiting};
use crate::App;
use crate::approvals::store::{self as approvals, EventRow};
use crate::audit::Names;
use crate::db::Conn;
use crate::error::Error;
use crate::http::{Caller, Listing, Window};
use crate::ledger::trail;
use crate::models::store::{
    self, ContributorRow, DeclaredRow, DeploymentRow, EvidenceRow, FoundRow, ModelRow, ParentRow, VersionRow,
};
use crate::ownership::service as ownership;
use crate::ownership::store as holdings;
use crate::teams::store::{self as teams, TeamRow};
use assay_domain::access::Permission;
use assay_domain::models::Deployment;
use assay_domain::ownership::{Part, Thing, ThingKind};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Somebody who has a part in a model, from the ownership of its team.
#[derive(Clone, Debug)]
pub struct OwnerSeen {
    /// Which part.
    pub part: Part,
    /// As which job role, for people.
    pub role: String,
    /// Who.
    pub name: String,
}

/// A model with what its page says.
#[derive(Clone, Debug)]
pub struct ModelSeen {
    /// The model.
    pub model: ModelRow,
    /// The team that owns it.
    pub team: TeamRow,
    /// Its versions, the newest first.
    pub versions: Vec<VersionRow>,
    /// Every change of what runs where, in order.
    pub deployments: Vec<DeploymentRow>,
    /// Who answers for it; absent for those who may not see that.
    pub owners: Option<Vec<OwnerSeen>>,
    /// What pipelines reported, the newest first.
    pub events: Vec<EventRow>,
    /// Where the reports stand in the ledger: indices by the ledger's event.
    pub entries: HashMap<Uuid, u64>,
}

impl ModelSeen {
    /// The deployments as the domain's rules take them.
    ///
    /// # Errors
    /// [`Error::Internal`] for a row that cannot be read.
    pub fn history(&self) -> Result<Vec<Deployment>, Error> {
        self.deployments.iter().map(|row| row.deployment(&self.model.name)).collect()
    }
}

/// One model, by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn show(app: &App, caller: &Caller, name: &str) -> Result<ModelSeen, Error> {
    let mut conn = app.db.read().await?;
    let model = visible(&mut conn, caller, name).await?;
    let team = team(&mut conn, &model).await?;
    let versions = store::versions(&mut conn, model.id).await?;
    let deployments = store::deployments(&mut conn, model.id).await?;
    let events = approvals::of_model(&mut conn, model.id).await?;
    let entries = entries(&mut conn, &events).await?;
    let owners = if caller.may(Permission::ReadOwnership, Some(model.team_id)) {
        Some(owners(app, &mut conn, &model).await?)
    } else {
        None
    };
    Ok(ModelSeen { model, team, versions, deployments, owners, events, entries })
}

/// A page of a model's versions, the newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::Invalid`] for an `after` that no page gave.
pub async fn versions(
    app: &App,
    caller: &Caller,
    name: &str,
    window: &Window,
) -> Result<Listing<FoundRow>, Error> {
    let after = window.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Error::invalid("/after", "pass what `next` said"))?;
    let mut conn = app.db.read().await?;
    let model = visible(&mut conn, caller, name).await?;
    let rows = store::versions_after(&mut conn, model.id, after, window.fetch()).await?;
    Ok(Listing::cut(rows, window, |row| row.version.id.to_string()))
}

async fn team(conn: &mut Conn, model: &ModelRow) -> Result<TeamRow, Error> {
    let missing = || Error::internal(format!("model.team_id of {}: there is no such team", model.id));
    teams::by_id(conn, model.team_id).await?.ok_or_else(missing)
}

async fn entries(conn: &mut Conn, events: &[EventRow]) -> Result<HashMap<Uuid, u64>, Error> {
    let mut entries = HashMap::new();
    for event in events {
        if let Some(index) = trail::index_of(conn, event.ledger_event).await? {
            entries.insert(event.ledger_event, index);
        }
    }
    Ok(entries)
}

/// Who has a part in the model today, the strongest part first.
async fn owners(app: &App, conn: &mut Conn, model: &ModelRow) -> Result<Vec<OwnerSeen>, Error> {
    let today = app.clock.now().date_naive();
    let thing = Thing::new(ThingKind::Model, model.name.clone());
    let held = ownership::held_for(conn, model.team_id, &thing, today).await?;
    let people: HashMap<Uuid, String> = holdings::holders(conn, model.team_id)
        .await?
        .into_iter()
        .map(|holder| (holder.id, holder.name))
        .collect();
    let catalogue = ownership::catalogue()?;
    let mut owners: Vec<_> = held
        .into_iter()
        .map(|held| OwnerSeen {
            part: held.part,
            role: catalogue.role(&held.role).map_or_else(|| held.role.clone(), |role| role.title.clone()),
            name: people.get(&held.person).cloned().unwrap_or_else(|| "Somebody who left".to_owned()),
        })
        .collect();
    owners.sort_by(|a, b| (a.part, &a.name, &a.role).cmp(&(b.part, &b.name, &b.role)));
    Ok(owners)
}

/// A version with what its page says.
#[derive(Clone, Debug)]
pub struct VersionSeen {
    /// The version.
    pub found: FoundRow,
    /// The team that owns the model.
    pub team: TeamRow,
    /// It, the version that it was made from, and so on to the first.
    pub line: Vec<ParentRow>,
    /// The versions that were made from it.
    pub children: Vec<ParentRow>,
    /// What is shown for it now.
    pub evidence: Vec<EvidenceRow>,
    /// What it declares to be made with.
    pub declared: Vec<DeclaredRow>,
    /// Every change of what of the model runs where, in order.
    pub deployments: Vec<DeploymentRow>,
    /// What pipelines reported about it, the newest first.
    pub events: Vec<EventRow>,
    /// Where the reports stand in the ledger.
    pub entries: HashMap<Uuid, u64>,
    /// Who contributed to it.
    pub contributors: Vec<ContributorRow>,
    /// The steps that decide about it, and who is left for each.
    pub separated: Vec<Separated>,
    /// What waits to be confirmed about who made it.
    pub waiting: Vec<Waiting>,
    /// The names of those who are named in it.
    pub names: Names,
}

/// One version, by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn show_version(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
) -> Result<VersionSeen, Error> {
    let mut conn = app.db.read().await?;
    let found = visible_version(&mut conn, caller, model, version).await?;
    let id = found.version.id;
    let missing = || Error::internal(format!("the team of model {} is missing", found.version.model_id));
    let team = teams::by_id(&mut conn, found.team_id).await?.ok_or_else(missing)?;
    let events: Vec<EventRow> = approvals::of_model(&mut conn, found.version.model_id)
        .await?
        .into_iter()
        .filter(|event| event.model_version_id == id)
        .collect();
    let entries = entries(&mut conn, &events).await?;
    let visible = |row: &ParentRow| caller.may(Permission::ReadModels, Some(row.team_id));
    let mut line = store::parents(&mut conn, id).await?;
    line.retain(visible);
    let mut children = store::children(&mut conn, id).await?;
    children.retain(visible);
    let evidence = store::evidence(&mut conn, id).await?;
    let deployments = store::deployments(&mut conn, found.version.model_id).await?;
    let contributors = store::contributors(&mut conn, id).await?;
    let waiting = waiting(&mut conn, id).await?;
    let separated = separation(&mut conn, caller, &found, app.clock.now().date_naive()).await?;
    let people = found.version.authors()?.into_iter().chain(found.version.committers()?);
    let named = people
        .filter_map(|who| who.account)
        .chain(evidence.iter().map(|row| row.added_by))
        .chain(deployments.iter().map(|row| row.reported_by))
        .chain(contributors.iter().map(|row| row.account))
        .chain(waiting.iter().filter_map(|one| one.who.account))
        .chain(found.version.registered_by);
    let names = Names::of_actors(&mut conn, named.collect::<BTreeSet<_>>()).await?;
    let declared = store::declared(&mut conn, id).await?;
    Ok(VersionSeen {
        found,
        team,
        line,
        children,
        evidence,
        declared,
        deployments,
        events,
        entries,
        contributors,
        separated,
        waiting,
        names,
    })
}
