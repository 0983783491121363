//! The task list, and what moves a whole assessment.

use assay_app::assessments::{DimensionTask, ImportForm, LevelProgress, TasksPage};
use assay_app::components::{FieldError, SelectOption};
use assay_domain::questionnaires::{Dimension, LEVELS};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::{Scene, service, small};
use crate::App;
use crate::error::Error;
use crate::http::{Form, Page, Path};
use crate::teams::service as teams;

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let scene = Scene::of(&app, &page.caller, id).await?;
    let (title, body) = draw(&app, &page, scene, ImportForm::default()).await?;
    Ok(page.render(&title, body))
}

/// The title of the page, and what draws it.
async fn draw(
    app: &App,
    page: &Page,
    scene: Scene,
    import: ImportForm,
) -> Result<(String, impl FnOnce() -> AnyView + use<>), Error> {
    let me = page.caller.actor().id();
    let resume = resume(&scene, me);
    let dimensions: Vec<_> =
        scene.dimensions().into_iter().map(|dimension| task(&scene, dimension)).collect();
    let heading = scene.heading;
    let members = if heading.rights.manage {
        let members = teams::members(app, &page.caller, scene.assessment.row.team_id).await?;
        let active = members.into_iter().filter(|member| member.active);
        active.map(|member| SelectOption::new(member.person.to_string(), member.name)).collect()
    } else {
        Vec::new()
    };
    let title = format!("{}, {}", heading.title, heading.team);
    Ok((title, move || view! { <TasksPage heading dimensions resume members import /> }.into_any()))
}

fn task(scene: &Scene, dimension: &Dimension) -> DimensionTask {
    let questions = scene.questions_of(&dimension.id);
    let level = |level: u8| {
        let asked = questions.iter().filter(|question| question.level == level);
        let answered =
            asked.clone().filter(|question| scene.assessment.answers.contains_key(&question.code)).count();
        LevelProgress { level, answered: small(answered), total: small(asked.count()) }
    };
    let person = person(scene, &dimension.id);
    DimensionTask {
        id: dimension.id.clone(),
        title: dimension.title.clone(),
        blurb: dimension.blurb.clone(),
        levels: LEVELS.into_iter().map(level).filter(|level| level.total > 0).collect(),
        person: person.map(|id| (id.to_string(), scene.people.name(id).to_owned())),
    }
}

/// Who was asked to answer a dimension.
pub(super) fn person(scene: &Scene, dimension: &str) -> Option<Uuid> {
    scene.assessment.delegations.iter().find(|row| row.dimension == dimension).map(|row| row.person_id)
}

/// The first question without an answer: in the dimensions that the visitor was asked for, then in those that nobody
/// was asked for, then anywhere.
pub(super) fn resume(scene: &Scene, me: Uuid) -> Option<(String, String)> {
    let mut dimensions = scene.dimensions();
    dimensions.sort_by_key(|dimension| match person(scene, &dimension.id) {
        Some(person) if person == me => 0,
        None => 1,
        Some(_) => 2,
    });
    dimensions.into_iter().find_map(|dimension| {
        let questions = scene.questions_of(&dimension.id);
        let open =
            questions.into_iter().find(|question| !scene.assessment.answers.contains_key(&question.code))?;
        let href = scene.heading.href(&format!("/{}#{}", dimension.id, open.code));
        Some((dimension.title.clone(), href))
    })
}

#[derive(Deserialize)]
pub(super) struct Delegation {
    dimension: String,
    to: String,
}

pub(super) async fn delegate(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(form): Form<Delegation>,
) -> Result<Response, Error> {
    let to = match form.to.as_str() {
        "" => None,
        person => Some(
            person
                .parse()
                .map_err(|_| Error::invalid("/to", "only members of the team can be asked to answer"))?,
        ),
    };
    service::delegate(&app, &page.caller, id, form.dimension, to).await?;
    let sentence = if to.is_some() {
        "Asked. It stands on their first page now."
    } else {
        "Anybody in the team answers it."
    };
    Ok(page.redirect(&format!("/assessments/{id}"), sentence))
}

#[derive(Deserialize)]
pub(super) struct Import {
    text: String,
}

pub(super) async fn import(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(form): Form<Import>,
) -> Result<Response, Error> {
    match service::import(&app, &page.caller, id, &form.text).await {
        Ok(dropped) => {
            let left_out = match dropped.len() {
                0 => String::new(),
                many => format!(" {many} reviews, approvals and machine checks were left out."),
            };
            Ok(page.redirect(&format!("/assessments/{id}"), &format!("The answers are imported.{left_out}")))
        }
        Err(Error::Invalid(found)) => {
            let errors = found.into_iter().map(|error| {
                let place =
                    if error.pointer.is_empty() { String::new() } else { format!("{}: ", error.pointer) };
                FieldError::new("text", format!("{place}{}", error.message))
            });
            let import = ImportForm { text: form.text, errors: errors.collect() };
            let scene = Scene::of(&app, &page.caller, id).await?;
            let (title, body) = draw(&app, &page, scene, import).await?;
            Ok(page.invalid(&title, body))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    service::submit(&app, &page.caller, id).await?;
    Ok(page.redirect(&format!("/assessments/{id}"), "Submitted for review."))
}

pub(super) async fn reopen(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    service::reopen(&app, &page.caller, id).await?;
    Ok(page.redirect(&format!("/assessments/{id}"), "Open again, as a new revision."))
}
