//! What a person would leave behind, for the page of that person in the administration.

use std::collections::BTreeMap;

use assay_app::components::{FieldError, SelectOption};
use assay_app::ownership::LeftBehind;
use assay_domain::access::Permission;
use assay_domain::ownership::{Ground, Holding};
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::service::{self, Left};
use crate::App;
use crate::access::pages::people as administration;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Pairs, Path};

/// Who takes over in which team, as a form says it.
pub(crate) type Successors = BTreeMap<String, String>;

/// What a person would leave behind, with what was chosen and what is wrong with it.
///
/// # Errors
/// Those of the service.
pub async fn left_behind(
    app: &App,
    caller: &Caller,
    person: Uuid,
    chosen: &Successors,
    errors: &[FieldError],
) -> Result<Vec<LeftBehind>, Error> {
    let mut shown = Vec::new();
    for Left { team, holdings, items, successors } in service::left_behind(app, caller, person).await? {
        let ground = service::get(app, caller, &team.id.to_string()).await?.ground;
        let field = format!("to-{}", team.id);
        shown.push(LeftBehind {
            href: format!("{}/ownership", super::href(&team)),
            things: holdings.iter().map(|holding| told(&ground, holding)).chain(told_items(items)).collect(),
            successors: successors
                .into_iter()
                .map(|holder| SelectOption::new(holder.id.to_string(), holder.name))
                .collect(),
            chosen: chosen.get(&team.id.to_string()).cloned().unwrap_or_default(),
            error: errors.iter().find(|error| error.field == field).map(|error| error.message.clone()),
            team_id: team.id.to_string(),
            team: team.name,
        });
    }
    Ok(shown)
}

fn told(ground: &Ground, holding: &Holding) -> String {
    let held = &holding.held;
    format!("{}: {} as {}", ground.title(&held.thing), held.part, ground.role_title(&held.role))
}

fn told_items(items: u64) -> Option<String> {
    match items {
        0 => None,
        1 => Some("1 open item of the roadmap".to_owned()),
        many => Some(format!("{many} open items of the roadmap")),
    }
}

/// What a form with successors says.
#[derive(Default)]
pub(crate) struct SuccessorForm {
    /// Those who were chosen, as `(team, successor)`.
    pub(crate) named: Vec<(Uuid, Uuid)>,
    /// What was chosen for each team, also nobody.
    pub(crate) chosen: Successors,
    /// The other fields.
    pub(crate) others: BTreeMap<String, String>,
}

impl SuccessorForm {
    /// Reads a form.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a successor or a team that is no id.
    pub(crate) fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut form = Self::default();
        for (name, value) in pairs {
            let Some(team) = name.strip_prefix("to.") else {
                form.others.insert(name, value);
                continue;
            };
            if !value.is_empty() {
                let wrong = |_| Error::invalid(format!("/to/{team}"), "choose somebody on the list");
                let team_id = team.parse().map_err(|_| unknown(&name))?;
                form.named.push((team_id, value.parse().map_err(wrong)?));
            }
            form.chosen.insert(team.to_owned(), value);
        }
        Ok(form)
    }

    /// Refuses fields that nobody asked for.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(crate) fn no_others(&self) -> Result<(), Error> {
        self.others.keys().next().map_or(Ok(()), |name| Err(unknown(name)))
    }
}

fn unknown(name: &str) -> Error {
    Error::invalid(format!("/{name}"), "unknown field")
}

/// The errors of handing over, at the fields of the form.
pub(crate) fn hand_over_errors(errors: Vec<crate::error::FieldError>) -> Vec<FieldError> {
    let tidy = |error: FieldError| FieldError::new(error.field, super::sentence(&error.message));
    crate::http::page::form_errors(errors).into_iter().map(tidy).collect()
}

pub(super) async fn hand_over(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    page.caller.allow(Permission::ReadPeople, Permission::HandOver, None)?;
    let form = SuccessorForm::read(pairs)?;
    form.no_others()?;
    let SuccessorForm { named, chosen, .. } = form;
    match service::hand_over_each(&app, &page.caller, person, named).await {
        Ok(done) => {
            let roles: u64 = done.iter().map(|done| done.roles).sum();
            let items: u64 = done.iter().map(|done| done.items).sum();
            let words = match (roles, items) {
                (0, 0) => "Nothing was handed over: choose a successor.".to_owned(),
                (roles, 0) => format!("Job roles handed over: {roles}."),
                (roles, items) => format!("Handed over: {roles} job roles, {items} roadmap items."),
            };
            Ok(page.redirect(&format!("/admin/people/{person}"), &words))
        }
        Err(Error::Invalid(errors)) => {
            administration::show_with(&app, page, person, &chosen, hand_over_errors(errors)).await
        }
        Err(other) => Err(other),
    }
}
