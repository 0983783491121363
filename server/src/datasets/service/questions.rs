//! The three questions that have to be one click: which models saw a dataset, what was a version made with, who used
//! personal data in a quarter for what.

use super::registry;
use crate::App;
use crate::audit::Names;
use crate::datasets::store::{self, DatasetRow, DeclaredRow, LineageRow, UsageFilter, UsageRow};
use crate::db::Conn;
use crate::error::Error;
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::datasets::{
    Dataset, DatasetName, Graph, LineageFacts, Parents, PersonalUse, Quarter, Saw, TrainedOn, Usage, UsedBy,
    models_that_saw, personal_data_used,
};
use assay_domain::models::{Lineage, Ran, VersionRef, history};
use chrono::{NaiveDate, NaiveTime};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many versions of models a drawing holds; beyond that nobody can read it.
const DRAWN: usize = 24;

/// Where a dataset went.
#[derive(Clone, Debug)]
pub struct DatasetLineage {
    /// The dataset.
    pub dataset: DatasetRow,
    /// Every recorded use, the newest first.
    pub usages: Vec<UsageRow>,
    /// The versions of models that saw it, themselves or by what they were made from.
    pub saw: Vec<Saw>,
    /// The versions that declare to be made with it.
    pub declared: Vec<DeclaredRow>,
    /// All of it, drawn and as a table.
    pub graph: Graph,
    /// How many versions there are, and how many of them are drawn.
    pub drawn: (usize, usize),
}

/// Which models saw a dataset.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn lineage(app: &App, caller: &Caller, id: Uuid) -> Result<DatasetLineage, Error> {
    let mut conn = app.db.read().await?;
    let dataset = registry::visible(&mut conn, caller, id).await?;
    let name = dataset.full_name();
    let rows = store::usages_of(&mut conn, &name).await?;
    let declared = store::declarers_of_dataset(&mut conn, id).await?;
    let line = store::line_of_dataset(&mut conn, &name).await?;
    let usages = as_domain(&rows)?;
    let saw = models_that_saw(&name, &usages, &parents(&line));
    let all = line.len();
    let drawn: Vec<LineageRow> = line.into_iter().take(DRAWN).collect();
    let graph = draw(&mut conn, &drawn, &usages).await?;
    Ok(DatasetLineage { dataset, usages: rows, saw, declared, graph, drawn: (all, drawn.len()) })
}

fn as_domain(rows: &[UsageRow]) -> Result<Vec<Usage>, Error> {
    rows.iter().map(UsageRow::usage).collect()
}

fn parents(line: &[LineageRow]) -> Parents {
    line.iter().filter_map(|row| Some((row.version_ref(), row.parent()?))).collect()
}

/// The lineage of some versions and what they used.
async fn draw(conn: &mut Conn, line: &[LineageRow], usages: &[Usage]) -> Result<Graph, Error> {
    let known: BTreeSet<VersionRef> = line.iter().map(LineageRow::version_ref).collect();
    // What a version was made from is a fact only where it is drawn too.
    let lineage = |row: &LineageRow| Lineage {
        parent: row.parent().filter(|parent| known.contains(parent)),
        ..row.lineage()
    };
    let versions: Vec<_> = line.iter().map(|row| (row.version_ref(), lineage(row))).collect();
    let usages: Vec<Usage> = usages
        .iter()
        .filter(|usage| usage.version.as_ref().is_some_and(|version| known.contains(version)))
        .cloned()
        .collect();
    let ran = ran(conn, line).await?;
    let ran: Vec<_> = ran.into_iter().filter(|(_, ran)| known.contains(&ran.version)).collect();
    Ok(Graph::of(&LineageFacts { versions: &versions, usages: &usages, ran: &ran }))
}

async fn ran(conn: &mut Conn, line: &[LineageRow]) -> Result<Vec<(String, Ran)>, Error> {
    let rows = store::deployments_of(conn, line.iter().map(|row| row.id)).await?;
    let deployments = rows.iter().map(store::RanRow::deployment).collect::<Result<Vec<_>, _>>()?;
    let environments: BTreeSet<&str> = deployments.iter().map(|one| one.environment.as_str()).collect();
    let in_each = environments.into_iter().flat_map(|environment| {
        history(&deployments, environment).into_iter().map(|ran| (environment.to_owned(), ran))
    });
    Ok(in_each.collect())
}

/// What a version of a model was made with.
#[derive(Clone, Debug)]
pub struct VersionData {
    /// The version.
    pub version: VersionRef,
    /// What was used for it and for what it was made from, on record.
    pub used: Vec<TrainedOn>,
    /// What it is declared to be made with: what an approval binds to.
    pub declared: Vec<DeclaredRow>,
    /// The datasets behind `used` that the caller may open, by name.
    pub open: BTreeMap<DatasetName, Uuid>,
}

/// What a version of a model was trained on.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn trained_on(app: &App, caller: &Caller, of: &VersionRef) -> Result<VersionData, Error> {
    let mut conn = app.db.read().await?;
    let row = store::version_named(&mut conn, of).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadModels, Some(row.team_id))?;
    let line = store::ancestors(&mut conn, row.id).await?;
    let mut usages = Vec::new();
    for version in &line {
        usages.extend(as_domain(&store::usages_of_version(&mut conn, version.id).await?)?);
    }
    let rows = registered(&mut conn, &usages).await?;
    let datasets = terms(&rows)?;
    let used = assay_domain::datasets::trained_on(of, &usages, &datasets, &parents(&line));
    let declared = store::declared_by_version(&mut conn, row.id).await?;
    let may_open = |row: &&DatasetRow| caller.may(Permission::ReadDatasets, Some(row.team_id));
    let open = rows.iter().filter(may_open).map(|row| (row.full_name(), row.id)).collect();
    Ok(VersionData { version: of.clone(), used, declared, open })
}

/// The datasets of some uses, as far as they are registered.
async fn registered(conn: &mut Conn, usages: &[Usage]) -> Result<Vec<DatasetRow>, Error> {
    let names: BTreeSet<&DatasetName> = usages.iter().map(|usage| &usage.dataset).collect();
    store::datasets_named(conn, names).await
}

fn terms(rows: &[DatasetRow]) -> Result<Vec<Dataset>, Error> {
    rows.iter().map(DatasetRow::terms).collect()
}

/// Who used personal data in a quarter, for what.
#[derive(Clone, Debug)]
pub struct Personal {
    /// The quarter.
    pub quarter: Quarter,
    /// The uses, by user, dataset and purpose.
    pub uses: Vec<PersonalUse>,
    /// The names of the people among the users.
    names: Names,
}

impl Personal {
    /// What people call a user.
    #[must_use]
    pub fn user(&self, by: &UsedBy) -> String {
        match by {
            UsedBy::Person { id } => self.names.anybody(*id),
            UsedBy::Job { name } => name.clone(),
        }
    }
}

/// Who used personal data in a quarter for what, as far as the caller may see; the running quarter where none is named.
///
/// # Errors
/// [`Error::Forbidden`] for those who may see no use.
pub async fn personal(app: &App, caller: &Caller, quarter: Option<Quarter>) -> Result<Personal, Error> {
    let reach = caller.principal.reach(Permission::ReadDatasets);
    if reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadDatasets));
    }
    let quarter = quarter.unwrap_or_else(|| Quarter::of(app.clock.now().date_naive()));
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let from = midnight(quarter.first_day());
    let to = quarter.after().map(|next| midnight(next.first_day()));
    let mut conn = app.db.read().await?;
    let filter = UsageFilter { from: Some(from), to, ..UsageFilter::within(reach) };
    let rows = store::personal(&mut conn, filter).await?;
    let usages = as_domain(&rows)?;
    let datasets = terms(&registered(&mut conn, &usages).await?)?;
    let people = rows.iter().filter_map(|row| row.person_id).collect();
    let names = Names::of_actors(&mut conn, people).await?;
    Ok(Personal { quarter, uses: personal_data_used(&usages, &datasets, quarter), names })
}
