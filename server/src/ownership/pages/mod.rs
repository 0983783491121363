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

use assay_app::ownership::{Glance, MatrixRole};
use assay_app::teams::TeamNav;
use assay_domain::access::Permission;
use assay_domain::ownership::{Part, Severity, Thing};

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

/// The tabs of a team, for the pages of other rooms.
///
/// # Errors
/// Those of the database.
pub async fn team_nav(app: &App, caller: &Caller, team: &TeamRow) -> Result<TeamNav, Error> {
    let findings = service::count_findings(app, caller, team).await?.map(small);
    Ok(TeamNav { name: team.name.clone(), href: href(team), findings })
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
