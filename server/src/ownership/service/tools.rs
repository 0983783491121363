//! Which tools teams use for which capability.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::ToolsChanged;
use assay_domain::ownership::tools::{Use, gather, tidy};
use assay_domain::questionnaires::Bank;
use futures::FutureExt;

use super::{bank_of, get_to_manage, shipped_bank};
use crate::App;
use crate::error::{Error, FieldError};
use crate::http::{Caller, IfMatch};
use crate::ownership::store::{self, Part};
use crate::teams::service as teams;
use crate::teams::store::{self as team_rows, TeamRow};

/// The tools of a team.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The team.
    pub team: TeamRow,
    /// The questionnaire that names the capabilities and suggests tools.
    pub bank: Arc<Bank>,
    /// By capability. Capabilities without tools are not in it.
    pub by_capability: BTreeMap<String, Vec<String>>,
    /// How often the tools were changed: what `If-Match` compares.
    pub revision: i64,
}

impl Tools {
    /// What the questionnaire suggests for a capability, in its order.
    #[must_use]
    pub fn suggested(&self, capability: &str) -> Vec<String> {
        suggested(&self.bank, capability)
    }
}

fn suggested(bank: &Bank, capability: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for question in bank.questions.iter().filter(|question| question.capability == capability) {
        for tool in &question.tools {
            if !names.contains(tool) {
                names.push(tool.clone());
            }
        }
    }
    names
}

/// The tools of a team.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn tools(app: &App, caller: &Caller, team: &str) -> Result<Tools, Error> {
    let team = teams::find(&mut app.db.read().await?, team).await?;
    caller.see(Permission::ReadOwnership, Some(team.id))?;
    of_team(app, team).await
}

async fn of_team(app: &App, team: TeamRow) -> Result<Tools, Error> {
    let bank = bank_of(app, team.id).await?;
    let mut conn = app.db.read().await?;
    let mut by_capability: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in store::tools(&mut conn, team.id).await? {
        by_capability.entry(row.capability).or_default().push(row.tool);
    }
    let revision = store::revisions(&mut conn, team.id).await?.tools;
    Ok(Tools { team, bank, by_capability, revision })
}

/// Makes the tools for these capabilities exactly these; those for others stay.
///
/// # Errors
/// [`Error::Invalid`] for an unknown capability or a name that is none, at `/capabilities/{n}/…`;
/// [`Error::PreconditionFailed`]; [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`].
pub async fn set_tools(
    app: &App,
    caller: &Caller,
    team: &str,
    wanted: Vec<(String, Vec<String>)>,
    seen: IfMatch,
) -> Result<Tools, Error> {
    let ownership = get_to_manage(app, caller, team).await?;
    let (team, wanted) = (ownership.team, checked(&ownership.bank, wanted)?);
    let given = Arc::new((caller.clone(), team.clone(), wanted));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, team, wanted) = &*given;
            let revision = store::revisions(tx, team.id).await?.tools;
            seen.check(revision)?;
            let mut present: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for row in store::tools(tx, team.id).await? {
                present.entry(row.capability).or_default().push(row.tool);
            }
            let is_new = |(capability, tools): &&(String, Vec<String>)| {
                let has: BTreeSet<&String> = present.get(capability).into_iter().flatten().collect();
                has != tools.iter().collect()
            };
            let changed: Vec<_> = wanted.iter().filter(is_new).collect();
            if changed.is_empty() {
                return Ok(());
            }
            store::count_on(tx, team.id, Part::Tools, revision).await?;
            for (capability, tools) in changed {
                store::set_tools(tx, team.id, capability, tools).await?;
                let count = u64::try_from(tools.len()).unwrap_or(u64::MAX);
                let facts = ToolsChanged { capability: capability.clone(), tools: count };
                let event = caller.event(facts, Subject::new("team", team.id)).in_team(team.id);
                tx.record(event.commit("tools", tools.clone())).await?;
            }
            Ok(())
        }
        .boxed()
    });
    write.await?;
    of_team(app, team).await
}

fn checked(bank: &Bank, wanted: Vec<(String, Vec<String>)>) -> Result<Vec<(String, Vec<String>)>, Error> {
    let known: BTreeSet<String> =
        bank.questions.iter().flat_map(|question| question.tools.iter().cloned()).collect();
    let (mut errors, mut fine, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (n, (capability, tools)) in wanted.into_iter().enumerate() {
        let mut wrong = |field: &str, message: String| {
            errors.push(FieldError::new(format!("/capabilities/{n}/{field}"), message));
        };
        if bank.capability(&capability).is_none() {
            wrong("capability", format!("the team's questionnaire has no capability {capability:?}"));
        } else if !seen.insert(capability.clone()) {
            wrong("capability", format!("{capability:?} is named twice"));
        }
        match tidy(tools.iter().map(String::as_str), &known) {
            Ok(tools) => fine.push((capability, tools)),
            Err(message) => wrong("tools", message),
        }
    }
    if errors.is_empty() { Ok(fine) } else { Err(Error::Invalid(errors)) }
}

/// Who uses what, across all teams.
#[derive(Clone, Debug)]
pub struct OrganisationTools {
    /// The questionnaire whose order and titles are used.
    pub bank: Arc<Bank>,
    /// By capability: tool -> names of the teams.
    pub by_capability: BTreeMap<String, Use>,
}

/// Who uses what, across all teams.
///
/// # Errors
/// [`Error::Hidden`] for those who may not read the ownership of all teams.
pub async fn organisation_tools(app: &App, caller: &Caller) -> Result<OrganisationTools, Error> {
    caller.see(Permission::ReadOwnership, None)?;
    let (rows, teams) = {
        let mut conn = app.db.read().await?;
        (store::all_tools(&mut conn).await?, team_rows::all(&mut conn).await?)
    };
    let bank = shipped_bank(app).await?;
    let name = |id| teams.iter().find(|team| team.id == id).map_or("", |team| team.name.as_str());
    let by_capability =
        gather(rows.iter().map(|row| (name(row.team_id), row.capability.as_str(), row.tool.as_str())));
    Ok(OrganisationTools { bank, by_capability })
}
