//! The forms on a version's page: evidence, declared data, deployments.

use super::explained;
use super::version::{Typed, draw};
use crate::App;
use crate::error::Error;
use crate::http::{Form, Page, Path};
use crate::models::service::{
    self, Declared, Named, NewDeployment, NewEvidence, PeopleList, Posted, WrongEntry,
};
use crate::models::store::{self, DeclaredRow};
use crate::models::version_href;
use assay_app::components::FieldError;
use assay_app::models::{DataForm, DeploymentForm, EvidenceForm};
use assay_domain::access::Permission;
use assay_domain::models::UsedFor;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

type Names = (String, String);

#[derive(Clone, Deserialize)]
pub(super) struct Attach {
    kind: String,
    title: String,
    uri: String,
    sha256: String,
    made_on: String,
}

impl Attach {
    fn to_new(&self) -> Result<NewEvidence, Error> {
        let kind = self.kind.parse().map_err(|_| Error::invalid("/kind", "Choose what it is about."))?;
        let made_on = self.made_on.trim().parse();
        let made_on = made_on.map_err(|_| Error::invalid("/made_on", "Enter a day, like 2026-11-21."))?;
        let sha256 = self.sha256.trim().to_ascii_lowercase();
        let sha256 = sha256.strip_prefix("sha256:").unwrap_or(&sha256).to_owned();
        Ok(NewEvidence { kind, title: self.title.clone(), uri: self.uri.clone(), sha256, made_on })
    }
}

pub(super) async fn attach(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<Names>,
    Form(typed): Form<Attach>,
) -> Result<Response, Error> {
    // Whether one may is told before what is wrong with the form.
    service::get_version_to_change(&app, &page.caller, &model, &version).await?;
    let attached = match typed.to_new() {
        Ok(new) => service::attach(&app, &page.caller, &model, &version, new).await,
        Err(error) => Err(error),
    };
    match attached {
        Ok(_) => Ok(back(&page, (&model, &version), "evidence", "The evidence is attached.")),
        Err(error) => {
            let Attach { kind, title, uri, sha256, made_on } = typed;
            let evidence = EvidenceForm { kind, title, uri, sha256, made_on, errors: explained(error)? };
            draw(&app, page, &model, &version, Typed { evidence, ..Typed::default() }).await
        }
    }
}

fn back(page: &Page, (model, version): (&str, &str), place: &str, words: &str) -> Response {
    page.redirect(&format!("{}#{place}", version_href(model, version)), words)
}

pub(super) async fn detach(
    State(app): State<App>,
    page: Page,
    Path((model, version, id)): Path<(String, String, Uuid)>,
) -> Result<Response, Error> {
    match service::detach(&app, &page.caller, &model, &version, id).await {
        Ok(()) => Ok(back(&page, (&model, &version), "evidence", "The evidence is taken off.")),
        Err(error) => {
            let evidence = EvidenceForm { errors: explained(error)?, ..EvidenceForm::default() };
            draw(&app, page, &model, &version, Typed { evidence, ..Typed::default() }).await
        }
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Declare {
    dataset: String,
    used_for: String,
}

/// What is declared, as the service takes it back.
fn kept(row: DeclaredRow) -> Result<Declared, Error> {
    let DeclaredRow { namespace, name, version, used_for, digest, .. } = row;
    let used_for = used_for.parse().map_err(Error::internal)?;
    Ok(Declared { namespace, name, version, used_for, digest: Some(digest) })
}

pub(super) async fn declare(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<Names>,
    Form(typed): Form<Declare>,
) -> Result<Response, Error> {
    service::get_version_to_change(&app, &page.caller, &model, &version).await?;
    let declared = async {
        let mut list = declared(&app, &page, (&model, &version)).await?;
        list.push(chosen(&app, &page, &typed).await?);
        service::declare(&app, &page.caller, &model, &version, list).await
    };
    match declared.await {
        Ok(_) => Ok(back(&page, (&model, &version), "data", "The data is declared.")),
        Err(error) => {
            // The list is not on the page as fields, so what is wrong with an entry stands at its top.
            let errors = explained(error)?.into_iter().map(on_the_form).collect();
            let data = DataForm { dataset: typed.dataset, used_for: typed.used_for, errors };
            draw(&app, page, &model, &version, Typed { data, ..Typed::default() }).await
        }
    }
}

fn on_the_form(error: FieldError) -> FieldError {
    if matches!(error.field.as_str(), "dataset" | "used_for") {
        error
    } else {
        FieldError::new("", error.message)
    }
}

async fn declared(app: &App, page: &Page, (model, version): (&str, &str)) -> Result<Vec<Declared>, Error> {
    let rows = service::declared(app, &page.caller, model, version).await?;
    rows.into_iter().map(kept).collect()
}

/// The version of a dataset that was chosen, of those that were there to choose.
async fn chosen(app: &App, page: &Page, typed: &Declare) -> Result<Declared, Error> {
    let used_for: UsedFor =
        typed.used_for.parse().map_err(|_| Error::invalid("/used_for", "Choose what it was used for."))?;
    let reach = page.caller.principal.reach(Permission::ReadDatasets);
    let rows = store::declarable(&mut app.db.read().await?).await?;
    let row = rows
        .into_iter()
        .find(|row| row.dataset_version_id.to_string() == typed.dataset && reach.covers(Some(row.team_id)));
    let row = row.ok_or_else(|| Error::invalid("/dataset", "Choose a version of a dataset."))?;
    let store::DeclarableRow { namespace, name, version, .. } = row;
    Ok(Declared { namespace, name, version, used_for, digest: None })
}

#[derive(Clone, Deserialize)]
pub(super) struct Withdraw {
    entry: String,
}

pub(super) async fn withdraw(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<Names>,
    Form(Withdraw { entry }): Form<Withdraw>,
) -> Result<Response, Error> {
    let withdrawn = async {
        let rows = service::declared(&app, &page.caller, &model, &version).await?;
        let stays = |row: &DeclaredRow| format!("{} {}", row.dataset_version_id, row.used_for) != entry;
        let list = rows.into_iter().filter(stays).map(kept).collect::<Result<_, _>>()?;
        service::declare(&app, &page.caller, &model, &version, list).await
    };
    match withdrawn.await {
        Ok(_) => Ok(back(&page, (&model, &version), "data", "The data is taken off the list.")),
        Err(error) => {
            let errors = explained(error)?.into_iter().map(on_the_form).collect();
            let data = DataForm { errors, ..DataForm::default() };
            draw(&app, page, &model, &version, Typed { data, ..Typed::default() }).await
        }
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Deploy {
    environment: String,
    change: Option<String>,
    day: String,
    time: String,
    run_url: String,
}

impl Deploy {
    fn to_posted(&self, form: &str) -> Result<Posted, Error> {
        let change = self.change.as_deref().unwrap_or_default().parse();
        let change = change.map_err(|_| Error::invalid("/change", "Choose what happened."))?;
        let run_url = Some(self.run_url.trim().to_owned()).filter(|url| !url.is_empty());
        let environment = self.environment.trim().to_owned();
        let deployment = NewDeployment { environment, at: self.at()?, change, run_url };
        // The same form sent twice is one deployment.
        let digest: [u8; 32] = Sha256::digest(form.as_bytes()).into();
        Ok(Posted { deployment, key: format!("sha256:{}", crate::http::hex(&digest)), digest })
    }

    fn at(&self) -> Result<DateTime<Utc>, Error> {
        let day: NaiveDate =
            self.day.trim().parse().map_err(|_| Error::invalid("/day", "Enter a day, like 2026-11-21."))?;
        let time = NaiveTime::parse_from_str(self.time.trim(), "%H:%M");
        let time = time.map_err(|_| Error::invalid("/time", "Enter a time in UTC, like 07:30."))?;
        Ok(day.and_time(time).and_utc())
    }
}

pub(super) async fn deploy(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<Names>,
    Form(typed): Form<Deploy>,
) -> Result<Response, Error> {
    service::get_version_to_change(&app, &page.caller, &model, &version).await?;
    let Deploy { environment, change, day, time, run_url } = typed.clone();
    let form = [&environment, change.as_ref().unwrap_or(&String::new()), &day, &time, &run_url]
        .map(|field| format!("{}:{field}", field.len()))
        .concat();
    let recorded = match typed.to_posted(&form) {
        Ok(posted) => service::record(&app, &page.caller, &model, &version, posted).await,
        Err(error) => Err(error),
    };
    match recorded {
        Ok(_) => Ok(back(&page, (&model, &version), "deployments", "The deployment is recorded.")),
        Err(error) => {
            let at_own_field = |error: FieldError| match error.field.as_str() {
                "occurred_at" => FieldError::new("day", error.message),
                // Asking for an approval, on the same page, has an environment as well.
                "environment" => FieldError::new("deployed-environment", error.message),
                _ => error,
            };
            let errors = explained(error)?.into_iter().map(at_own_field).collect();
            let change = change.unwrap_or_default();
            let deployment = DeploymentForm { environment, change, day, time, run_url, errors };
            draw(&app, page, &model, &version, Typed { deployment, ..Typed::default() }).await
        }
    }
}

/// An entry that is said to be wrong.
#[derive(Clone, Deserialize)]
pub(super) struct Wrong {
    #[serde(default)]
    entry: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn wrong_people(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<Names>,
    Form(typed): Form<Wrong>,
) -> Result<Response, Error> {
    let (list, person) = typed.entry.split_once(' ').unwrap_or_default();
    let list = if list == "committers" { PeopleList::Committers } else { PeopleList::Authors };
    let person = match person.parse() {
        Ok(account) => Named { account: Some(account), subjects: BTreeSet::new() },
        Err(_) => Named { account: None, subjects: BTreeSet::from([person.to_owned()]) },
    };
    let wrong = WrongEntry { list, person, reason: typed.reason };
    let (_, waits) = service::take_off(&app, &page.caller, (&model, &version), wrong).await?;
    let said = match waits {
        None => "The entry is off the list.",
        Some(_) => "It waits for somebody without a part in the version to confirm it.",
    };
    Ok(page.redirect(&version_href(&model, &version), said))
}
