//! A team's assessments, and starting one.

use std::collections::BTreeSet;

use assay_app::assessments::{AssessmentLine, StartForm, StartPage, TeamAssessmentsView};
use assay_app::components::{Choice, SelectOption};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::result::point;
use super::service::{self, NewAssessment};
use super::{date, state};
use crate::App;
use crate::assessments::store::{AssessmentRow, SnapshotRow};
use crate::error::Error;
use crate::http::page::form_errors;
use crate::http::{Caller, Form, Page, Path};
use crate::questionnaires::service as questionnaires;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

/// The assessments of a team, for its page.
///
/// # Errors
/// [`Error::Hidden`].
pub async fn of_team(app: &App, caller: &Caller, team: &TeamRow) -> Result<TeamAssessmentsView, Error> {
    let rows = service::list(app, caller, team.id).await?;
    let history = service::history(app, caller, team.id).await?;
    let may_start = caller.may(Permission::ManageAssessments, Some(team.id));
    let mut assessments = Vec::with_capacity(rows.len());
    for row in rows {
        assessments.push(line(app, row, &history).await?);
    }
    Ok(TeamAssessmentsView {
        assessments,
        points: history.iter().map(point).collect(),
        start: may_start.then(|| format!("/teams/{}/assessments/new", team.slug)),
    })
}

async fn line(app: &App, row: AssessmentRow, history: &[SnapshotRow]) -> Result<AssessmentLine, Error> {
    let bank = questionnaires::bank(app, &row.questionnaire, &row.version).await?;
    let profile = bank.profiles.iter().find(|profile| profile.id == row.profile);
    // The last one that was locked, also while it is open again.
    let locked = history.iter().rfind(|snapshot| snapshot.assessment_id == row.id);
    let levels = locked.map(point);
    let day = locked.map_or(row.started_at, |locked| locked.locked_at).date_naive();
    Ok(AssessmentLine {
        href: format!("/assessments/{}", row.id),
        state: state(&row.state)?,
        questionnaire: format!(
            "{} {}, {}",
            bank.title,
            bank.version,
            profile.map_or(&row.profile, |known| &known.title)
        ),
        day: date(day),
        levels: levels.map(|point| (point.claimed, point.supported)),
        title: row.title,
    })
}

pub(super) async fn new(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
) -> Result<Response, Error> {
    let team = teams::get(&app, &page.caller, &team).await?;
    page.caller.allow(Permission::ReadAssessments, Permission::ManageAssessments, Some(team.id))?;
    let choices = choices(&app, &page.caller).await?;
    let earlier = earlier(&app, &page.caller, team.id).await?;
    let form = StartForm {
        what: choices.first().map(|choice| choice.value.clone()).unwrap_or_default(),
        title: app.clock.now().format("%B %Y").to_string(),
        carry_over_from: earlier.first().map(|latest| latest.value.clone()).unwrap_or_default(),
        errors: Vec::new(),
    };
    let href = format!("/teams/{}", team.slug);
    Ok(page.render(
        "Start an assessment",
        move || view! { <StartPage team=team.name team_href=href choices earlier form /> },
    ))
}

#[derive(Clone, Deserialize)]
pub(super) struct Start {
    what: Option<String>,
    title: String,
    carry_over_from: Option<String>,
}

impl Start {
    fn to_new(&self) -> Result<NewAssessment, Error> {
        let Some((questionnaire, profile)) = self.what.as_deref().and_then(|what| what.split_once('/'))
        else {
            return Err(Error::invalid("/what", "Choose what is assessed."));
        };
        let carry_over_from = match self.carry_over_from.as_deref().unwrap_or_default() {
            "" => None,
            id => Some(
                id.parse::<Uuid>()
                    .map_err(|_| Error::invalid("/carry_over_from", "the team has no such assessment"))?,
            ),
        };
        Ok(NewAssessment {
            questionnaire: questionnaire.to_owned(),
            version: None,
            profile: Some(profile.to_owned()),
            title: Some(self.title.clone()),
            carry_over_from,
        })
    }
}

pub(super) async fn create(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(form): Form<Start>,
) -> Result<Response, Error> {
    let team = teams::get(&app, &page.caller, &team).await?;
    page.caller.allow(Permission::ReadAssessments, Permission::ManageAssessments, Some(team.id))?;
    let started = match form.to_new() {
        Ok(new) => service::start(&app, &page.caller, team.id, new).await,
        Err(error) => Err(error),
    };
    match started {
        Ok(row) => Ok(page.redirect(
            &format!("/assessments/{}", row.id),
            "Started. Answer in any order; nothing is final until it is locked.",
        )),
        Err(Error::Invalid(errors)) => {
            let (choices, earlier) =
                (choices(&app, &page.caller).await?, earlier(&app, &page.caller, team.id).await?);
            let form = StartForm {
                what: form.what.unwrap_or_default(),
                title: form.title,
                carry_over_from: form.carry_over_from.unwrap_or_default(),
                errors: form_errors(errors.into_iter().map(at_own_field).collect()),
            };
            let href = format!("/teams/{}", team.slug);
            Ok(page.invalid(
                "Start an assessment",
                move || view! { <StartPage team=team.name team_href=href choices earlier form /> },
            ))
        }
        Err(other) => Err(other),
    }
}

/// Questionnaire and profile are one field here.
fn at_own_field(error: crate::error::FieldError) -> crate::error::FieldError {
    match error.pointer.as_str() {
        "/questionnaire" | "/version" | "/profile" => crate::error::FieldError::new("/what", error.message),
        _ => error,
    }
}

/// The newest version of each questionnaire in each of its profiles, the default first.
async fn choices(app: &App, caller: &Caller) -> Result<Vec<Choice>, Error> {
    let rows = questionnaires::list(app, caller).await?;
    let ids: BTreeSet<String> = rows.into_iter().map(|row| row.id).collect();
    let mut choices = Vec::new();
    for id in ids {
        let bank = questionnaires::newest(app, &id).await?;
        let mut profiles: Vec<_> = bank.profiles.iter().collect();
        profiles.sort_by_key(|profile| profile.id != bank.default_profile);
        let choice = |profile: &assay_domain::questionnaires::Profile| {
            let label = format!("{}: {}", bank.title, profile.title);
            Choice::new(format!("{id}/{}", profile.id), label).hint(profile.blurb.clone())
        };
        choices.extend(profiles.into_iter().map(choice));
    }
    Ok(choices)
}

async fn earlier(app: &App, caller: &Caller, team: Uuid) -> Result<Vec<SelectOption>, Error> {
    let rows = service::list(app, caller, team).await?;
    Ok(rows.into_iter().map(|row| SelectOption::new(row.id.to_string(), row.title)).collect())
}
