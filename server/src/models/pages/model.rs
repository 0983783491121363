//! One model: its page, and the forms to register it, to change what is said of it, and to take it out of use.

use super::scene::{self, DayAsked};
use super::{explained, revision};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Form, IfMatch, Page, Path, Query};
use crate::models::href;
use crate::models::service::{self, ModelChange, NewModel};
use crate::teams::service as teams;
use assay_app::components::SelectOption;
use assay_app::models::{ModelForm, ModelFormPage, ModelPage};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
    Query(asked): Query<DayAsked>,
) -> Result<Response, Error> {
    let seen = service::show(&app, &page.caller, &name).await?;
    let waiting = super::risk::waiting(&app, &seen.model).await?;
    let model = scene::model(&page.caller, seen, asked, app.clock.now().date_naive(), waiting)?;
    let title = model.name.clone();
    if model.day.errors.is_empty() {
        Ok(page.render(&title, move || view! { <ModelPage model /> }))
    } else {
        Ok(page.invalid(&title, move || view! { <ModelPage model /> }))
    }
}

/// The teams in which the caller may register models, with the one in the form.
async fn teams_to_choose(app: &App, caller: &Caller) -> Result<Vec<SelectOption>, Error> {
    let reach = caller.principal.reach(Permission::RegisterModels);
    let teams = teams::list(app, caller).await?.into_iter().filter(|team| reach.covers(Some(team.id)));
    Ok(teams.map(|team| SelectOption::new(team.id.to_string(), team.name)).collect())
}

/// The team that the form begins with, by short name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ForTeam {
    team: Option<String>,
}

pub(super) async fn new(
    State(app): State<App>,
    page: Page,
    Query(ForTeam { team }): Query<ForTeam>,
) -> Result<Response, Error> {
    may_register(&page.caller)?;
    let teams = teams_to_choose(&app, &page.caller).await?;
    let team = match team {
        Some(slug) => teams::get(&app, &page.caller, &slug).await?.id.to_string(),
        None => String::new(),
    };
    let form = ModelForm { team, ..ModelForm::default() };
    Ok(page.render("Register a model", move || view! { <ModelFormPage form teams model=None /> }))
}

fn may_register(caller: &Caller) -> Result<(), Error> {
    if caller.principal.may_somewhere(Permission::RegisterModels) {
        Ok(())
    } else {
        Err(Error::Forbidden(Permission::RegisterModels))
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct NewModelForm {
    name: String,
    team: Option<String>,
    purpose: String,
    success_measure: String,
}

pub(super) async fn register(
    State(app): State<App>,
    page: Page,
    Form(typed): Form<NewModelForm>,
) -> Result<Response, Error> {
    let NewModelForm { name, team, purpose, success_measure } = typed.clone();
    let new = NewModel { name: name.trim().to_owned(), team, purpose, success_measure, risk_answers: None };
    match service::register(&app, &page.caller, new).await {
        Ok(model) => {
            let words = "The model is registered. Now say how much harm it can do.";
            Ok(page.redirect(&format!("{}/risk", href(&model.name)), words))
        }
        Err(error) => {
            let form = ModelForm {
                name: typed.name,
                team: typed.team.unwrap_or_default(),
                purpose: typed.purpose,
                success_measure: typed.success_measure,
                revision: String::new(),
                errors: explained(error)?,
            };
            let teams = teams_to_choose(&app, &page.caller).await?;
            Ok(page.invalid("Register a model", move || view! { <ModelFormPage form teams model=None /> }))
        }
    }
}

pub(super) async fn edit(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let model = service::get_to_change(&app, &page.caller, &name).await?;
    let form = ModelForm {
        name: model.name.clone(),
        team: model.team_id.to_string(),
        purpose: model.purpose,
        success_measure: model.success_measure,
        revision: model.revision.to_string(),
        errors: Vec::new(),
    };
    draw_form(&app, page, form, model.archived_at.is_some()).await
}

async fn draw_form(app: &App, page: Page, form: ModelForm, archived: bool) -> Result<Response, Error> {
    let teams = teams_to_choose(app, &page.caller).await?;
    let (title, wrong) = (format!("Edit {}", form.name), !form.errors.is_empty());
    let model = Some(href(&form.name));
    let body = move || view! { <ModelFormPage form teams model archived /> };
    Ok(if wrong { page.invalid(&title, body) } else { page.render(&title, body) })
}

const MOVES: &str =
    "The model is saved. It stays in its team until a lead of each of the two teams confirms the move.";

#[derive(Clone, Deserialize)]
pub(super) struct ChangeForm {
    revision: String,
    team: Option<String>,
    purpose: String,
    success_measure: String,
}

pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
    Form(typed): Form<ChangeForm>,
) -> Result<Response, Error> {
    let known = service::get_to_change(&app, &page.caller, &name).await?;
    let change = ModelChange {
        purpose: Some(typed.purpose.clone()),
        success_measure: Some(typed.success_measure.clone()),
        team: typed.team.clone(),
        ..ModelChange::default()
    };
    let changed = match revision(&typed.revision) {
        Ok(seen) => service::change(&app, &page.caller, &name, seen, change).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(model) => {
            let moves = typed.team.is_some_and(|team| team != model.team_id.to_string());
            let words = if moves { MOVES } else { "The model is saved." };
            Ok(page.redirect(&href(&model.name), words))
        }
        Err(error) => {
            let form = ModelForm {
                name,
                team: typed.team.unwrap_or_default(),
                purpose: typed.purpose,
                success_measure: typed.success_measure,
                revision: typed.revision,
                errors: explained(error)?,
            };
            draw_form(&app, page, form, known.archived_at.is_some()).await
        }
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct ArchiveForm {
    archived: String,
}

pub(super) async fn archive(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
    Form(ArchiveForm { archived }): Form<ArchiveForm>,
) -> Result<Response, Error> {
    let archived = archived == "yes";
    let change = ModelChange { archived: Some(archived), ..ModelChange::default() };
    match service::change(&app, &page.caller, &name, IfMatch(None), change).await {
        Ok(model) => {
            let words = if archived { "The model is out of use." } else { "The model is in use again." };
            Ok(page.redirect(&href(&model.name), words))
        }
        Err(error) => {
            let errors = explained(error)?;
            let model = service::get_to_change(&app, &page.caller, &name).await?;
            let form = ModelForm {
                name: model.name,
                team: model.team_id.to_string(),
                purpose: model.purpose,
                success_measure: model.success_measure,
                revision: model.revision.to_string(),
                errors,
            };
            draw_form(&app, page, form, model.archived_at.is_some()).await
        }
    }
}
