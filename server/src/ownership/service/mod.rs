//! Use cases around ownership: looking at it, setting it, fixing what is missing, handing over; skills and tools.

mod acting;
mod assign;
mod confirm;
mod hand_over;
mod skills;
mod tools;

pub use acting::{acting, acting_in_emergency};
pub use assign::{fix, give, set};
pub(crate) use confirm::{confirmed, policies_changed, turned_down};
pub use hand_over::{HandedOver, Holds, Left, deactivate, hand_over, hand_over_each, held_by, left_behind};
pub use skills::{PersonSkills, Skills, set_skills, skills};
pub use tools::{OrganisationTools, Tools, organisation_tools, set_tools, tools};

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use assay_domain::access::Permission;
use assay_domain::ownership::{
    Catalogue, Finding, Ground, Held, Holder, Holding, KnownThing, Part, Recorded, RoleTitle, Thing,
    ThingKind, findings, held_on,
};
use assay_domain::questionnaires::Bank;
use chrono::NaiveDate;
use uuid::Uuid;

use super::store::{self, HolderRow, HoldingRow};
use crate::App;
use crate::access::service::people as access;
use crate::assessments::store as assessments;
use crate::db::Conn;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::questionnaires::service as questionnaires;
use crate::questionnaires::store as published;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

/// The catalogue that ships with the program.
const CATALOGUE: &str = "roles/mlops-roles.toml";

/// A team's ownership: all that was ever held, and what it is about.
#[derive(Clone, Debug)]
pub struct Ownership {
    /// The team.
    pub team: TeamRow,
    /// The questionnaire that names the capabilities, controls and job roles.
    pub bank: Arc<Bank>,
    /// What can be held, and by whom.
    pub ground: Ground,
    /// All that was ever held.
    pub history: Vec<Recorded>,
    /// What of it waits for somebody to confirm it, by id: it counts for nothing that a policy asks until then.
    pub waiting: BTreeSet<Uuid>,
    /// How often who holds what was changed: what `If-Match` compares.
    pub revision: i64,
    /// Today.
    pub today: NaiveDate,
}

impl Ownership {
    /// What is held on a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> BTreeSet<Held> {
        held_on(&self.history, day).map(|recorded| recorded.holding.held.clone()).collect()
    }

    /// What is missing on a day.
    ///
    /// # Errors
    /// [`Error::Internal`] when the catalogue of roles cannot be read.
    pub fn findings(&self, day: NaiveDate) -> Result<Vec<Finding>, Error> {
        Ok(findings(day, &self.history, &self.ground, catalogue()?))
    }

    /// What can be held, by group: capabilities by dimension, then models, datasets and controls; with what is held, and
    /// `more`, beside what the team has.
    #[must_use]
    pub fn groups(&self, held: &BTreeSet<Held>, more: &[Thing]) -> Vec<(String, Vec<Thing>)> {
        let known = self.ground.things.iter().map(|known| &known.thing);
        let all: BTreeSet<&Thing> = known.chain(held.iter().map(|held| &held.thing)).chain(more).collect();
        let mut all: Vec<&Thing> = all.into_iter().collect();
        all.sort_by_key(|thing| self.ground.place(thing));
        let bank = &self.bank;
        let group = |thing: &Thing| match thing.kind {
            ThingKind::Capability => bank
                .capability(&thing.id)
                .and_then(|capability| bank.dimension(&capability.dimension))
                .map_or_else(|| "Former capabilities".to_owned(), |dimension| dimension.title.clone()),
            ThingKind::Model => "Models".to_owned(),
            ThingKind::Dataset => "Datasets".to_owned(),
            ThingKind::Control => "Controls".to_owned(),
        };
        let mut groups: Vec<(String, Vec<Thing>)> = Vec::new();
        for thing in all {
            let title = group(thing);
            match groups.iter_mut().find(|(known, _)| *known == title) {
                Some((_, rows)) => rows.push(thing.clone()),
                None => groups.push((title, vec![thing.clone()])),
            }
        }
        groups
    }
}

/// Roles, skills and duties.
///
/// # Errors
/// [`Error::Internal`] when the file that ships cannot be read.
pub fn catalogue() -> Result<&'static Catalogue, Error> {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    if let Some(catalogue) = READ.get() {
        return Ok(catalogue);
    }
    let shipped = crate::assets::questionnaires().find(|(path, _)| path == CATALOGUE);
    let (_, text) = shipped.ok_or_else(|| Error::internal(format!("{CATALOGUE} is not among the files")))?;
    let text =
        std::str::from_utf8(&text).map_err(|error| Error::internal(format!("{CATALOGUE}: {error}")))?;
    let catalogue = Catalogue::parse(text, CATALOGUE).map_err(|mistakes| {
        Error::internal(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    Ok(READ.get_or_init(|| catalogue))
}

/// The ownership of a team, meant by id or short name, if the caller may see it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, team: &str) -> Result<Ownership, Error> {
    let team = teams::find(&mut app.db.read().await?, team).await?;
    caller.see(Permission::ReadOwnership, Some(team.id))?;
    of_team(app, team).await
}

/// As [`get`], for somebody who is about to change it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`].
pub async fn get_to_manage(app: &App, caller: &Caller, team: &str) -> Result<Ownership, Error> {
    let team = teams::find(&mut app.db.read().await?, team).await?;
    caller.allow(Permission::ReadOwnership, Permission::ManageOwnership, Some(team.id))?;
    of_team(app, team).await
}

/// How many findings a team has today; `None` for those who may not see them.
///
/// # Errors
/// Those of the database.
pub async fn count_findings(app: &App, caller: &Caller, team: &TeamRow) -> Result<Option<usize>, Error> {
    if !caller.may(Permission::ReadOwnership, Some(team.id)) || !is_ready(app).await? {
        return Ok(None);
    }
    let ownership = of_team(app, team.clone()).await?;
    Ok(Some(ownership.findings(ownership.today)?.len()))
}

/// The people whom ids or mail addresses mean, in their order.
///
/// # Errors
/// [`Error::Invalid`] at `/{list}/{n}/person` for each that means nobody.
pub async fn resolve(app: &App, list: &str, people: &[&str]) -> Result<Vec<Uuid>, Error> {
    let mut conn = app.db.read().await?;
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (n, who) in people.iter().enumerate() {
        match access::find(&mut conn, who).await {
            Ok(person) => found.push(person.id),
            Err(Error::NotFound) => {
                let message = format!("there is no such person as {who:?}: name an id or a mail address");
                errors.push(FieldError::new(format!("/{list}/{n}/person"), message));
            }
            Err(other) => return Err(other),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(Error::Invalid(errors)) }
}

async fn of_team(app: &App, team: TeamRow) -> Result<Ownership, Error> {
    let bank = bank_of(app, team.id).await?;
    let mut conn = app.db.read().await?;
    load(&mut conn, team, bank, app.clock.now().date_naive()).await
}

/// The ownership as it stands on a connection: also inside a write, where rules are applied to it.
async fn load(conn: &mut Conn, team: TeamRow, bank: Arc<Bank>, today: NaiveDate) -> Result<Ownership, Error> {
    let rows = store::history(conn, team.id).await?;
    let waiting = confirm::waiting(conn, &rows, today).await?;
    let history = recorded(rows)?;
    let models = store::models(conn, team.id).await?;
    let holders = store::holders(conn, team.id).await?.into_iter().map(holder).collect();
    let revision = store::revisions(conn, team.id).await?.holdings;
    let ground = ground(&bank, models, holders);
    Ok(Ownership { ground, team, bank, history, waiting, revision, today })
}

/// The questionnaire of the team's latest assessment; for a team without one, the newest version of the questionnaire
/// that was published first, which is the one that ships.
pub(crate) async fn bank_of(app: &App, team: Uuid) -> Result<Arc<Bank>, Error> {
    let latest = {
        let mut conn = app.db.read().await?;
        assessments::assessments_of(&mut conn, team).await?.into_iter().next()
    };
    match latest {
        Some(latest) => questionnaires::bank(app, &latest.questionnaire, &latest.version).await,
        None => shipped_bank(app).await,
    }
}

/// The newest version of the questionnaire that was published first.
async fn shipped_bank(app: &App) -> Result<Arc<Bank>, Error> {
    let first = published::first_id(&mut app.db.read().await?).await?;
    questionnaires::newest(app, &first.ok_or_else(nothing_published)?).await
}

/// A server publishes its own questionnaire when it starts; before that, or where that failed, nothing can be held.
fn nothing_published() -> Error {
    Error::unavailable("No questionnaire is published yet, so there are no capabilities to hold.", 60)
}

/// Whether there is a questionnaire that says what can be held.
pub(crate) async fn is_ready(app: &App) -> Result<bool, Error> {
    Ok(published::first_id(&mut app.db.read().await?).await?.is_some())
}

fn ground(bank: &Bank, models: Vec<String>, holders: Vec<Holder>) -> Ground {
    let capabilities = bank.dimensions.iter().flat_map(|dimension| {
        bank.capabilities.iter().filter(move |capability| capability.dimension == dimension.id)
    });
    let capabilities = capabilities.map(|capability| KnownThing {
        thing: Thing::capability(&capability.id),
        title: capability.title.clone(),
    });
    let models = models
        .into_iter()
        .map(|name| KnownThing { thing: Thing::new(ThingKind::Model, name.clone()), title: name });
    Ground {
        roles: bank
            .roles
            .iter()
            .map(|role| RoleTitle { id: role.id.clone(), title: role.title.clone() })
            .collect(),
        things: capabilities.chain(models).collect(),
        controls: bank.questions.iter().flat_map(|question| question.controls.iter().cloned()).collect(),
        holders,
    }
}

fn holder(row: HolderRow) -> Holder {
    let HolderRow { id, name, email, active, in_team, officer, auditor } = row;
    Holder { id, name, email, active, member: in_team > 0, officer: officer > 0, auditor: auditor > 0 }
}

/// The capabilities of a team for which somebody is accountable or responsible on a day.
///
/// # Errors
/// Those of the database.
pub(crate) async fn answered_for(
    conn: &mut Conn,
    team: Uuid,
    day: NaiveDate,
) -> Result<BTreeSet<String>, Error> {
    let history = recorded(store::history(conn, team).await?)?;
    let answers = |held: &&Held| {
        held.thing.kind == ThingKind::Capability && matches!(held.part, Part::Accountable | Part::Responsible)
    };
    let held = held_on(&history, day).map(|recorded| &recorded.holding.held);
    Ok(held.filter(answers).map(|held| held.thing.id.clone()).collect())
}

fn recorded(rows: Vec<HoldingRow>) -> Result<Vec<Recorded>, Error> {
    rows.into_iter().map(one_recorded).collect()
}

fn one_recorded(row: HoldingRow) -> Result<Recorded, Error> {
    let wrong = |column: &str, reason: String| {
        Error::internal(format!("table holding, column {column}, row {}: {reason}", row.id))
    };
    let kind = row.kind.parse().map_err(|reason| wrong("kind", reason))?;
    let part = row.part.parse().map_err(|reason| wrong("part", reason))?;
    let held = Held {
        thing: Thing::new(kind, row.thing.clone()),
        role: row.job_role.clone(),
        person: row.person_id,
        part,
    };
    let holding = Holding { held, from: row.from_day, until: row.until_day };
    Ok(Recorded { id: row.id, holding })
}

/// Who has which part in a thing of a team on a day.
///
/// # Errors
/// Those of the database.
pub(crate) async fn held_for(
    conn: &mut Conn,
    team: Uuid,
    thing: &Thing,
    day: NaiveDate,
) -> Result<Vec<Held>, Error> {
    let history = recorded(store::history(conn, team).await?)?;
    let held = held_on(&history, day).map(|recorded| &recorded.holding.held);
    Ok(held.filter(|held| held.thing == *thing).cloned().collect())
}
