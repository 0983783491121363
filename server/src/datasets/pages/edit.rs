//! Registering a dataset, changing its terms, taking it out of use.

use super::view::{choices, dataset_href, wrong};
use crate::App;
use crate::datasets::service::{self, DatasetChange, NewDataset};
use crate::datasets::store::DatasetRow;
use crate::error::{Error, FieldError};
use crate::http::{Form, Page, Path};
use assay_app::components::FieldError as Shown;
use assay_app::datasets::{DatasetForm, DatasetFormPage};
use assay_domain::access::Permission;
use assay_domain::datasets::{Dataset, DatasetName, Retention};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;
use uuid::Uuid;

/// What the form of a dataset sends; name and team only where it is new.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    namespace: String,
    name: String,
    team: String,
    description: String,
    classification: String,
    lawful_basis: String,
    exception: String,
    purposes: String,
    residency: String,
    counts_from: String,
    days: String,
    happened_on: String,
    legal_hold: Option<String>,
    revision: String,
}

impl Typed {
    /// The terms as they were typed, under this name.
    fn terms(&self, name: DatasetName) -> Result<Dataset, Error> {
        let mut errors = Vec::new();
        let classification = read(&mut errors, "/classification", &self.classification);
        if classification.is_none() && errors.is_empty() {
            errors.push(FieldError::new("/classification", "choose one"));
        }
        let lawful_basis = read(&mut errors, "/lawful_basis", &self.lawful_basis);
        let exception = read(&mut errors, "/exception", &self.exception);
        let retention = self.retention(&mut errors);
        match classification {
            Some(classification) if errors.is_empty() => Ok(Dataset {
                name,
                classification,
                lawful_basis,
                exception,
                purposes: lines(&self.purposes),
                residency: lines(&self.residency),
                retention,
            }),
            _ => Err(Error::Invalid(errors)),
        }
    }

    fn retention(&self, errors: &mut Vec<FieldError>) -> Option<Retention> {
        let counts_from = read(errors, "/retention/counts_from", &self.counts_from);
        let days = read(errors, "/retention/days", &self.days);
        let happened_on = read(errors, "/retention/happened_on", &self.happened_on);
        let legal_hold = self.legal_hold.is_some();
        let anything = days.is_some() || happened_on.is_some() || legal_hold;
        match (counts_from, days) {
            (Some(counts_from), Some(days)) => Some(Retention { counts_from, days, happened_on, legal_hold }),
            (Some(_), None) => {
                errors.push(FieldError::new("/retention/days", "say for how many days it is kept"));
                None
            }
            (None, _) if anything => {
                errors.push(FieldError::new("/retention/counts_from", "say what the retention counts from"));
                None
            }
            (None, _) => None,
        }
    }

    fn shown(self, errors: Vec<Shown>) -> DatasetForm {
        DatasetForm {
            namespace: self.namespace,
            name: self.name,
            team: self.team,
            description: self.description,
            classification: self.classification,
            lawful_basis: self.lawful_basis,
            exception: self.exception,
            purposes: self.purposes,
            residency: self.residency,
            counts_from: self.counts_from,
            days: self.days,
            happened_on: self.happened_on,
            legal_hold: self.legal_hold.is_some(),
            revision: self.revision,
            errors,
        }
    }
}

/// A field that may be empty; what cannot be read is noted.
fn read<T: FromStr>(errors: &mut Vec<FieldError>, pointer: &str, text: &str) -> Option<T>
where
    T::Err: Display,
{
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match text.parse() {
        Ok(value) => Some(value),
        Err(wrong) => {
            errors.push(FieldError::new(pointer, format!("{text:?}: {wrong}")));
            None
        }
    }
}

/// One a line, without empty ones.
fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

pub(super) async fn new(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let teams = choices(service::managing_teams(&app, &page.caller).await?);
    let form = DatasetForm { classification: "internal".to_owned(), ..DatasetForm::default() };
    Ok(page.render("Register a dataset", move || view! { <DatasetFormPage form teams dataset=None /> }))
}

pub(super) async fn register(
    State(app): State<App>,
    page: Page,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let teams = service::managing_teams(&app, &page.caller).await?;
    let name =
        DatasetName { namespace: typed.namespace.trim().to_owned(), name: typed.name.trim().to_owned() };
    let made = match typed.terms(name) {
        Ok(terms) => {
            let team = Some(typed.team.clone()).filter(|team| !team.is_empty());
            let new = NewDataset { team, description: typed.description.clone(), terms };
            service::register(&app, &page.caller, new).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(row) => {
            let words = "The dataset is registered. Uses outside its purposes are findings from now on.";
            Ok(page.redirect(&dataset_href(row.id), words))
        }
        Err(error) => {
            let form = typed.shown(wrong(error)?);
            let teams = choices(teams);
            Ok(page
                .invalid("Register a dataset", move || view! { <DatasetFormPage form teams dataset=None /> }))
        }
    }
}

/// The row of a dataset that the caller may change.
async fn manageable(app: &App, page: &Page, id: Uuid) -> Result<DatasetRow, Error> {
    let row = service::get(app, &page.caller, id).await?;
    page.caller.require(Permission::ManageDatasets, Some(row.team_id))?;
    Ok(row)
}

pub(super) async fn edit(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let row = manageable(&app, &page, id).await?;
    let form = form_of(&row)?;
    let dataset = Some((dataset_href(id), row.archived_at.is_some()));
    Ok(page.render("Edit the dataset", move || view! { <DatasetFormPage form teams=Vec::new() dataset /> }))
}

fn form_of(row: &DatasetRow) -> Result<DatasetForm, Error> {
    let terms = row.terms()?;
    let joined = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join("\n");
    let retention = terms.retention;
    let of = |read: fn(&Retention) -> String| retention.as_ref().map(read).unwrap_or_default();
    Ok(DatasetForm {
        namespace: row.namespace.clone(),
        name: row.name.clone(),
        team: String::new(),
        description: row.description.clone(),
        classification: row.classification.clone(),
        lawful_basis: row.lawful_basis.clone().unwrap_or_default(),
        exception: row.exception.clone().unwrap_or_default(),
        purposes: joined(terms.purposes),
        residency: joined(terms.residency),
        counts_from: of(|retention| retention.counts_from.to_string()),
        days: of(|retention| retention.days.to_string()),
        happened_on: of(|retention| retention.happened_on.map(|day| day.to_string()).unwrap_or_default()),
        legal_hold: retention.as_ref().is_some_and(|retention| retention.legal_hold),
        revision: row.revision.to_string(),
        errors: Vec::new(),
    })
}

pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let row = manageable(&app, &page, id).await?;
    let changed = match typed.terms(row.full_name()) {
        Ok(terms) => {
            let change = DatasetChange {
                description: Some(typed.description.clone()),
                classification: Some(terms.classification),
                lawful_basis: Some(terms.lawful_basis),
                exception: Some(terms.exception),
                purposes: Some(terms.purposes),
                residency: Some(terms.residency),
                retention: Some(terms.retention),
                archived: None,
                seen: typed.revision.parse().ok(),
            };
            service::change(&app, &page.caller, id, change).await
        }
        Err(error) => Err(error),
    };
    match changed {
        Ok(row) => {
            let words = "The terms are saved. Findings about earlier uses stay as they are.";
            Ok(page.redirect(&dataset_href(row.id), words))
        }
        Err(error) => {
            let (namespace, name) = (row.namespace.clone(), row.name.clone());
            let form = Typed { namespace, name, ..typed }.shown(wrong(error)?);
            let dataset = Some((dataset_href(id), row.archived_at.is_some()));
            Ok(page.invalid(
                "Edit the dataset",
                move || view! { <DatasetFormPage form teams=Vec::new() dataset /> },
            ))
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ArchiveForm {
    archived: String,
}

pub(super) async fn archive(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(ArchiveForm { archived }): Form<ArchiveForm>,
) -> Result<Response, Error> {
    let archived = archived == "yes";
    let change = DatasetChange { archived: Some(archived), ..DatasetChange::default() };
    service::change(&app, &page.caller, id, change).await?;
    let words = if archived { "The dataset is archived." } else { "The dataset is back in use." };
    Ok(page.redirect(&dataset_href(id), words))
}
