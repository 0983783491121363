//! Pages of ownership: they gather what a page of `app/` shows, or take a form and redirect.

mod cells;
mod edit;
mod findings;
mod matrix;
mod people;
mod skills;
mod tools;

pub use people::left_behind;
pub(crate) use people::{SuccessorForm, Successors, hand_over_errors};

use std::collections::BTreeSet;

use assay_app::ownership::{Glance, MatrixRole};
use assay_app::teams::TeamNav;
use assay_domain::access::Permission;
use assay_domain::ownership::{Held, Part, Severity, Thing, ThingKind};

use super::service::{self, Ownership};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Pages};
use crate::teams::store::TeamRow;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/teams/{team}/ownership", matrix::show)
        .get("/teams/{team}/ownership/edit", edit::show)
        .post("/teams/{team}/ownership/edit", edit::save)
        .get("/teams/{team}/ownership/findings", findings::show)
        .post("/teams/{team}/ownership/findings", findings::fix)
        .get("/teams/{team}/ownership/skills", skills::show)
        .post("/teams/{team}/ownership/skills", skills::save)
        .get("/teams/{team}/ownership/tools", tools::show)
        .post("/teams/{team}/ownership/tools", tools::save)
        .post("/admin/people/{person}/hand-over", people::hand_over)
}

/// What a team's page says of its ownership; `None` for those who may not see it.
///
/// # Errors
/// Those of the database.
pub async fn glance(app: &App, caller: &Caller, team: &TeamRow) -> Result<Option<Glance>, Error> {
    if !caller.may(Permission::ReadOwnership, Some(team.id)) || !service::is_ready(app).await? {
        return Ok(None);
    }
    let ownership = service::get(app, caller, &team.id.to_string()).await?;
    let found = ownership.findings(ownership.today)?;
    let held = ownership.on(ownership.today);
    let answered =
        |thing: &Thing| held.iter().any(|held| held.thing == *thing && held.part == Part::Accountable);
    let things = &ownership.ground.things;
    Ok(Some(Glance {
        href: format!("{}/ownership", href(team)),
        accountable: small(things.iter().filter(|known| answered(&known.thing)).count()),
        things: small(things.len()),
        findings: small(found.len()),
        high: small(found.iter().filter(|finding| finding.severity == Severity::High).count()),
    }))
}

fn href(team: &TeamRow) -> String {
    format!("/teams/{}", team.slug)
}

/// The tabs of the team whose ownership is shown.
fn nav(ownership: &Ownership) -> Result<TeamNav, Error> {
    let findings = small(ownership.findings(ownership.today)?.len());
    let (name, href) = (ownership.team.name.clone(), href(&ownership.team));
    Ok(TeamNav { name, href, findings: Some(findings) })
}

/// The columns.
fn roles(ownership: &Ownership) -> Result<Vec<MatrixRole>, Error> {
    let catalogue = service::catalogue()?;
    let roles = ownership.ground.roles.iter().map(|role| MatrixRole {
        title: role.title.clone(),
        blurb: catalogue.role(&role.id).map(|known| known.blurb.clone()),
    });
    Ok(roles.collect())
}

/// The rows by group: capabilities by dimension, then models, datasets and controls; with what is held, and `more`,
/// beside what the team has.
fn rows(ownership: &Ownership, held: &BTreeSet<Held>, more: &[Thing]) -> Vec<(String, Vec<Thing>)> {
    let known = ownership.ground.things.iter().map(|known| &known.thing);
    let all: BTreeSet<&Thing> = known.chain(held.iter().map(|held| &held.thing)).chain(more).collect();
    let mut all: Vec<&Thing> = all.into_iter().collect();
    all.sort_by_key(|thing| ownership.ground.place(thing));
    let bank = &ownership.bank;
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

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A rule's words as a sentence of their own.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
