//! The first page.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::components::Happening;
use assay_app::home::{FirstStep, HomePage, LockedLevel, TeamLevel, Waiting};
use assay_domain::access::{Permission, Rights};
use assay_domain::assessments::State as Standing;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use uuid::Uuid;

use super::store;
use crate::App;
use crate::access::service::subjects;
use crate::approvals::events::pages as events;
use crate::approvals::requests::pages as requests;
use crate::assessments::pages::{date, state};
use crate::assessments::service::{self as assessments, Assessment};
use crate::assessments::store::AssessmentRow;
use crate::error::Error;
use crate::findings::pages as findings;
use crate::http::{Caller, Page, Pages};
use crate::models::pages as models;
use crate::ownership::service as ownership;
use crate::proposals::pages as proposals;
use crate::roadmap::pages as roadmap;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

/// How many teams are shown to somebody who belongs to none and sees all.
const TEAMS: usize = 12;
/// How many decisions are shown.
const DECISIONS: usize = 6;

/// Routes of the first page.
pub fn pages() -> Pages {
    Pages::new().get("/", show)
}

async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let caller = &page.caller;
    let visible = teams::list(&app, caller).await?;
    let waiting = waiting(&app, caller, &visible).await?;
    let urgent = findings::past_those_who_decide(&app, caller).await?;
    let mut errands = requests::today(&app, caller).await?;
    errands.extend(proposals::today(&app, caller).await?);
    errands.extend(roadmap::today(&app, caller, &visible).await?);
    errands.extend(models::unclassified(&app, caller).await?);
    errands.extend(findings::others(&app, caller).await?);
    let first = match visible.is_empty() {
        true if caller.may(Permission::CreateTeams, None) => FirstStep::MakeTeams,
        true => FirstStep::BeAdded,
        false => FirstStep::Nothing,
    };
    let mut levels = Vec::new();
    for team in own_or_all(caller, visible) {
        levels.push(level(&app, caller, team).await?);
    }
    let decisions = decisions(&app, caller).await?;
    let name = caller.name.clone();
    Ok(page.render(
        "Today",
        move || view! { <HomePage name urgent waiting errands teams=levels decisions first /> },
    ))
}

/// The teams that somebody belongs to; of those who belong to none, the first that they see.
fn own_or_all(caller: &Caller, visible: Vec<TeamRow>) -> Vec<TeamRow> {
    let held: BTreeSet<Uuid> = match &caller.principal.rights {
        Rights::Person(roles) => roles.iter().filter_map(|held| held.team).collect(),
        Rights::Token { .. } | Rights::System => BTreeSet::new(),
    };
    let (own, others): (Vec<_>, Vec<_>) = visible.into_iter().partition(|team| held.contains(&team.id));
    if own.is_empty() { others.into_iter().take(TEAMS).collect() } else { own }
}

async fn level(app: &App, caller: &Caller, team: TeamRow) -> Result<TeamLevel, Error> {
    let href = format!("/teams/{}", team.slug);
    let history = assessments::history(app, caller, team.id).await?;
    let rows = assessments::list(app, caller, team.id).await?;
    let level = |level: i64| u8::try_from(level).unwrap_or_default();
    let result = history.last().map(|latest| {
        let title = rows
            .iter()
            .find(|row| row.id == latest.assessment_id)
            .map(|row| row.title.clone())
            .unwrap_or_default();
        LockedLevel {
            claimed: level(latest.claimed),
            supported: level(latest.supported),
            about: format!("{title}, locked {}", date(latest.locked_at.date_naive())),
            href: format!("/assessments/{}/result", latest.assessment_id),
        }
    });
    let count = ownership::count_findings(app, caller, &team).await?.unwrap_or_default();
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let findings = (count > 0).then(|| (count, format!("{href}/ownership/findings")));
    let may_start = rows.is_empty() && caller.may(Permission::ManageAssessments, Some(team.id));
    Ok(TeamLevel {
        name: team.name,
        start: may_start.then(|| format!("{href}/assessments/new")),
        href,
        result,
        findings,
    })
}

/// What somebody can go on with: dimensions they were asked for, drafts, and what waits for their review.
async fn waiting(app: &App, caller: &Caller, teams: &[TeamRow]) -> Result<Vec<Waiting>, Error> {
    let me = caller.actor().id();
    let (open, asked, own) = {
        let mut conn = app.db.read().await?;
        let own = subjects::accounts(&mut conn, me).await?;
        (store::open(&mut conn).await?, store::asked(&mut conn, me).await?, own)
    };
    let mut asked_for: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for row in asked {
        asked_for.entry(row.assessment_id).or_default().push(row.dimension);
    }
    let mut waiting = Vec::new();
    for row in open {
        let Some(team) = teams.iter().find(|team| team.id == row.team_id) else { continue };
        let may = |permission| caller.may(permission, Some(row.team_id));
        let concerns = match state(&row.state)? {
            Standing::Draft => may(Permission::AnswerAssessments),
            Standing::Submitted => may(Permission::ReviewAssessments),
            Standing::Locked => false,
        };
        if concerns {
            let assessment = assessments::get(app, caller, row.id).await?;
            let dimensions = asked_for.remove(&row.id).unwrap_or_default();
            waiting.extend(of_assessment(&assessment, team, &dimensions, &own)?);
        }
    }
    Ok(waiting)
}

fn of_assessment(
    assessment: &Assessment,
    team: &TeamRow,
    asked: &[String],
    own: &BTreeSet<Uuid>,
) -> Result<Vec<Waiting>, Error> {
    let row = &assessment.row;
    let about = format!("{}, {}", team.name, row.title);
    let state = state(&row.state)?;
    let href = |rest: &str| format!("/assessments/{}{rest}", row.id);
    if state == Standing::Submitted {
        let answered = assessment.answers.values().any(|answer| own.contains(&answer.answered_by));
        let review = Waiting {
            what: format!("Review the answers of {}", team.name),
            href: href("/review"),
            about,
            state,
            progress: None,
        };
        // Who answered can neither review the own answers nor lock.
        return Ok(if answered { Vec::new() } else { vec![review] });
    }
    let of = |dimension: &str| progress(assessment, |id| id == dimension);
    let own = asked.iter().filter(|dimension| of(dimension).0 < of(dimension).1).map(|dimension| {
        let title =
            assessment.bank.dimension(dimension).map_or(dimension.as_str(), |known| known.title.as_str());
        Waiting {
            what: format!("Answer {title}"),
            href: href(&format!("/{dimension}")),
            about: about.clone(),
            state,
            progress: Some(of(dimension)),
        }
    });
    let own: Vec<_> = own.collect();
    if !own.is_empty() {
        return Ok(own);
    }
    Ok(vec![whole(row, &about, state, progress(assessment, |_| true))])
}

fn whole(row: &AssessmentRow, about: &str, state: Standing, progress: (u32, u32)) -> Waiting {
    let (what, rest) = match progress {
        (0, _) => ("Start answering", ""),
        (done, all) if done == all => ("Check the answers and submit", "/check"),
        _ => ("Continue answering", ""),
    };
    Waiting {
        what: what.to_owned(),
        href: format!("/assessments/{}{rest}", row.id),
        about: about.to_owned(),
        state,
        progress: Some(progress),
    }
}

/// How many questions of some dimensions have an answer, and of how many.
fn progress(assessment: &Assessment, counts: impl Fn(&str) -> bool) -> (u32, u32) {
    let asked =
        assessment.bank.questions_of(&assessment.row.profile).filter(|question| counts(&question.dimension));
    asked.fold((0, 0), |(done, all), question| {
        (done + u32::from(assessment.answers.contains_key(&question.code)), all + 1)
    })
}

/// The latest decisions, made here or reported by pipelines; `None` for those who may read none.
async fn decisions(app: &App, caller: &Caller) -> Result<Option<Vec<Happening>>, Error> {
    if !caller.principal.may_somewhere(Permission::ReadApprovals) {
        return Ok(None);
    }
    let mut all = requests::decided(app, caller, DECISIONS).await?;
    all.extend(events::latest(app, caller, DECISIONS).await?);
    // The times are all written alike, so that they sort as text.
    all.sort_by(|one, other| other.at.cmp(&one.at));
    all.truncate(DECISIONS);
    Ok(Some(all))
}
