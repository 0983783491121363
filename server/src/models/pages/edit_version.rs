//! The forms that register a version, and change what may still change of it.

use super::{explained, revision};
use crate::App;
use crate::access::store as access;
use crate::audit::Names;
use crate::error::Error;
use crate::http::{Form, Page, Path};
use crate::models::service::{self, Named, NewVersion, VersionChange};
use crate::models::store::FoundRow;
use crate::models::{href, version_href};
use crate::teams::store as teams;
use assay_app::components::FieldError;
use assay_app::models::{PersonChoice, VersionForm, VersionFormPage};
use assay_domain::approvals::Who;
use assay_domain::models::{Lineage, VersionRef};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The fields of both forms; only a new version has a name and a digest, only one that is changed a revision.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    revision: String,
    version: String,
    artefact_digest: String,
    run: String,
    commit: String,
    parent_model: String,
    parent_version: String,
    card_url: String,
    metrics: String,
    authors: Vec<String>,
    other_authors: String,
    committers: Vec<String>,
    other_committers: String,
}

impl Typed {
    fn lineage(&self) -> Lineage {
        let (model, version) = (filled(&self.parent_model), filled(&self.parent_version));
        let parent = (model.is_some() || version.is_some())
            .then(|| VersionRef { model: model.unwrap_or_default(), version: version.unwrap_or_default() });
        Lineage { run: filled(&self.run), commit: filled(&self.commit), parent }
    }

    fn metrics(&self) -> Result<BTreeMap<String, String>, Error> {
        let measure = |line: &str| {
            let (name, value) = line.split_once('=').ok_or_else(|| {
                Error::invalid("/metrics", format!("{line:?} is no measure: write name = number, one a line"))
            })?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        };
        self.metrics.lines().map(str::trim).filter(|line| !line.is_empty()).map(measure).collect()
    }

    fn people(ticked: &[String], others: &str) -> Result<Vec<Named>, Error> {
        let account = |id: &String| {
            let account = id.parse();
            account.map(|id| Named { account: Some(id), subjects: BTreeSet::new() })
        };
        let ticked = ticked.iter().map(account).collect::<Result<Vec<_>, _>>();
        let ticked =
            ticked.map_err(|_| Error::BadRequest(crate::error::FieldError::new("", "no such account")))?;
        let other = |line: &str| match line.contains('|') {
            true => Named { account: None, subjects: BTreeSet::from([line.to_owned()]) },
            false => Named::by_mail(line),
        };
        let others = others.lines().map(str::trim).filter(|line| !line.is_empty()).map(other);
        Ok(ticked.into_iter().chain(others).collect())
    }

    fn into_form(self, errors: Vec<FieldError>) -> VersionForm {
        VersionForm {
            version: self.version,
            digest: self.artefact_digest,
            run: self.run,
            commit: self.commit,
            parent_model: self.parent_model,
            parent_version: self.parent_version,
            card_url: self.card_url,
            metrics: self.metrics,
            authors: self.authors,
            other_authors: self.other_authors,
            committers: self.committers,
            other_committers: self.other_committers,
            revision: self.revision,
            errors: errors.into_iter().map(at_own_field).collect(),
        }
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The lists of the service are boxes and lines here.
fn at_own_field(error: FieldError) -> FieldError {
    let field = match error.field.as_str() {
        field if field.starts_with("authors-") => "other_authors",
        field if field.starts_with("committers-") => "other_committers",
        field if field.starts_with("metrics-") => "metrics",
        field => field,
    };
    FieldError::new(field, error.message)
}

/// Who can be named: the members of the team, and who is named already.
async fn people(app: &App, team: Uuid, named: &[String]) -> Result<Vec<PersonChoice>, Error> {
    let mut conn = app.db.read().await?;
    let mut people: BTreeMap<Uuid, String> = teams::members(&mut conn, team)
        .await?
        .into_iter()
        .filter(|member| member.active)
        .map(|member| (member.person_id, member.name))
        .collect();
    for id in named.iter().filter_map(|id| id.parse::<Uuid>().ok()) {
        if !people.contains_key(&id)
            && let Some(person) = access::person(&mut conn, id).await?
        {
            people.insert(id, person.name);
        }
    }
    let mut people: Vec<_> =
        people.into_iter().map(|(id, name)| PersonChoice { id: id.to_string(), name }).collect();
    people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(people)
}

async fn draw(
    app: &App,
    page: Page,
    (model, team): (String, Uuid),
    form: VersionForm,
    version: Option<(String, Vec<String>)>,
) -> Result<Response, Error> {
    let named: Vec<_> = form.authors.iter().chain(&form.committers).cloned().collect();
    let people = people(app, team, &named).await?;
    let title = match &version {
        Some(_) => format!("Edit {model} {}", form.version),
        None => format!("Register a version of {model}"),
    };
    let wrong = !form.errors.is_empty();
    let at = href(&model);
    let body = move || view! { <VersionFormPage model=(model, at) form people version /> };
    Ok(if wrong { page.invalid(&title, body) } else { page.render(&title, body) })
}

pub(super) async fn new(
    State(app): State<App>,
    page: Page,
    Path(model): Path<String>,
) -> Result<Response, Error> {
    let known = service::get_to_change(&app, &page.caller, &model).await?;
    draw(&app, page, (known.name, known.team_id), VersionForm::default(), None).await
}

pub(super) async fn register(
    State(app): State<App>,
    page: Page,
    Path(model): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let known = service::get_to_change(&app, &page.caller, &model).await?;
    let registered = async {
        let new = NewVersion {
            version: typed.version.trim().to_owned(),
            artefact_digest: typed.artefact_digest.trim().to_owned(),
            lineage: typed.lineage(),
            card_url: filled(&typed.card_url),
            metrics: typed.metrics()?,
            authors: Typed::people(&typed.authors, &typed.other_authors)?,
            committers: Typed::people(&typed.committers, &typed.other_committers)?,
        };
        service::register_version(&app, &page.caller, &model, new).await
    };
    match registered.await {
        Ok(found) => {
            let at = version_href(&found.model, &found.version.version);
            Ok(page.redirect(&at, "The version is registered."))
        }
        Err(error) => {
            let form = typed.into_form(explained(error)?);
            draw(&app, page, (known.name, known.team_id), form, None).await
        }
    }
}

pub(super) async fn edit(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<(String, String)>,
) -> Result<Response, Error> {
    let found = service::get_version_to_change(&app, &page.caller, &model, &version).await?;
    let form = on_record(&found)?;
    let at = version_href(&found.model, &found.version.version);
    let warnings = warned(&app, &page, &found).await?;
    draw(&app, page, (found.model, found.team_id), form, Some((at, warnings))).await
}

/// Which steps somebody cannot decide in any more once they have saved.
async fn warned(app: &App, page: &Page, found: &FoundRow) -> Result<Vec<String>, Error> {
    let today = app.clock.now().date_naive();
    let steps = service::separation(&mut app.db.read().await?, &page.caller, found, today).await?;
    Ok([service::warnings(&steps), service::naming_warnings(&steps)].concat())
}

/// The form with what is on record.
fn on_record(found: &FoundRow) -> Result<VersionForm, Error> {
    let row = found.version.clone();
    let (authors, other_authors) = boxes_and_lines(row.authors()?);
    let (committers, other_committers) = boxes_and_lines(row.committers()?);
    let measure = |(name, value): (String, String)| format!("{name} = {value}");
    Ok(VersionForm {
        metrics: row.metrics()?.into_iter().map(measure).collect::<Vec<_>>().join("\n"),
        version: row.version,
        digest: row.artefact_digest,
        run: row.run.unwrap_or_default(),
        commit: row.source_commit.unwrap_or_default(),
        parent_model: found.parent_model.clone().unwrap_or_default(),
        parent_version: found.parent_version.clone().unwrap_or_default(),
        card_url: row.card_url.unwrap_or_default(),
        authors,
        other_authors,
        committers,
        other_committers,
        revision: row.revision.to_string(),
        errors: Vec::new(),
    })
}

/// Who has an account and nothing else is a box; everybody else is a line, so that nothing that is known is lost.
fn boxes_and_lines(people: Vec<Who>) -> (Vec<String>, String) {
    let (mut boxes, mut lines) = (Vec::new(), Vec::new());
    for who in people {
        match who.account {
            Some(account) if who.subjects.is_empty() => boxes.push(account.to_string()),
            _ => lines.extend(who.subjects),
        }
    }
    let line = |subject: &String| subject.strip_prefix("email|").unwrap_or(subject).to_owned();
    (boxes, lines.iter().map(line).collect::<Vec<_>>().join("\n"))
}

pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let found = service::get_version_to_change(&app, &page.caller, &model, &version).await?;
    let at = version_href(&found.model, &found.version.version);
    let changed = async {
        let change = VersionChange {
            lineage: Some(typed.lineage()),
            card_url: Some(filled(&typed.card_url)),
            metrics: Some(typed.metrics()?),
            authors: Some(Typed::people(&typed.authors, &typed.other_authors)?),
            committers: Some(Typed::people(&typed.committers, &typed.other_committers)?),
        };
        let seen = revision(&typed.revision)?;
        service::change_version(&app, &page.caller, (&model, &version), seen, change).await
    };
    match changed.await {
        Ok(now) => {
            let stays = stays(&app, &now, &typed).await?;
            Ok(page.redirect(&at, &format!("The version is saved.{stays}")))
        }
        Err(error) => {
            let warnings = warned(&app, &page, &found).await?;
            let form = VersionForm { version, ..typed.into_form(explained(error)?) };
            draw(&app, page, (found.model, found.team_id), form, Some((at, warnings))).await
        }
    }
}

/// A sentence on those who stay on the lists although they were not named.
async fn stays(app: &App, now: &FoundRow, typed: &Typed) -> Result<String, Error> {
    let lists = [
        (now.version.authors()?, Typed::people(&typed.authors, &typed.other_authors)?),
        (now.version.committers()?, Typed::people(&typed.committers, &typed.other_committers)?),
    ];
    let kept: Vec<Who> = lists.iter().flat_map(|(on, named)| service::kept(on, named)).collect();
    if kept.is_empty() {
        return Ok(String::new());
    }
    let accounts = kept.iter().filter_map(|who| who.account).collect();
    let names = Names::of_actors(&mut app.db.read().await?, accounts).await?;
    let kept: Vec<String> = kept.iter().map(|who| super::version_scene::person(who, &names)).collect();
    Ok(format!(" Nobody is taken off who made it: {} still counts.", kept.join(", ")))
}
