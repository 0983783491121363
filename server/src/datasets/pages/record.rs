//! Recording a use by hand.

use super::view::{dataset_href, wrong};
use crate::App;
use crate::datasets::service::{self, Posted};
use crate::datasets::store;
use crate::error::{Error, FieldError};
use crate::http::{Caller, Form, Page, Query};
use assay_app::components::FieldError as Shown;
use assay_app::datasets::{RecordForm, RecordPage};
use assay_domain::access::Permission;
use assay_domain::datasets::{DatasetName, InvalidDatasetDigest, Usage, UsedBy};
use assay_domain::models::VersionRef;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use leptos::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// From which dataset the form is opened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Opened {
    namespace: String,
    name: String,
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Query(Opened { namespace, name }): Query<Opened>,
) -> Result<Response, Error> {
    may_record(&page.caller)?;
    let now = app.clock.now();
    let form = RecordForm {
        namespace,
        name,
        who: "me".to_owned(),
        day: now.date_naive().to_string(),
        time: now.format("%H:%M").to_string(),
        ..RecordForm::default()
    };
    let dataset = opened_from(&app, &page.caller, &form).await?;
    Ok(page.render("Record a use", move || view! { <RecordPage form dataset /> }))
}

fn may_record(caller: &Caller) -> Result<(), Error> {
    if caller.principal.may_somewhere(Permission::RecordUsage) {
        Ok(())
    } else {
        Err(Error::Forbidden(Permission::RecordUsage))
    }
}

/// The dataset in the fields, where the visitor may open it.
async fn opened_from(
    app: &App,
    caller: &Caller,
    form: &RecordForm,
) -> Result<Option<(String, String)>, Error> {
    let name = DatasetName { namespace: form.namespace.clone(), name: form.name.clone() };
    let row = store::dataset_named(&mut app.db.read().await?, &name).await?;
    let row = row.filter(|row| caller.may(Permission::ReadDatasets, Some(row.team_id)));
    Ok(row.map(|row| (name.to_string(), dataset_href(row.id))))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    namespace: String,
    name: String,
    digest: String,
    who: String,
    job: String,
    model: String,
    version: String,
    purpose: String,
    day: String,
    time: String,
    rows: String,
}

impl Typed {
    fn usage(&self, caller: &Caller) -> Result<Usage, Error> {
        let mut errors = Vec::new();
        let digest = optional(&self.digest).map(str::parse).transpose();
        let digest = digest.unwrap_or_else(|wrong: InvalidDatasetDigest| {
            errors.push(FieldError::new("/digest", wrong.to_string()));
            None
        });
        let by = self.by(caller, &mut errors);
        let version = self.version(&mut errors);
        let at = self.at(&mut errors);
        let rows =
            optional(&self.rows).map(|rows| rows.replace([' ', ',', '\u{202f}'], "").parse()).transpose();
        let rows = rows.unwrap_or_else(|_| {
            errors.push(FieldError::new("/rows", format!("{:?} is no number of rows", self.rows.trim())));
            None
        });
        match (by, at) {
            (Some(by), Some(at)) if errors.is_empty() => Ok(Usage {
                dataset: DatasetName {
                    namespace: self.namespace.trim().to_owned(),
                    name: self.name.trim().to_owned(),
                },
                digest,
                by,
                version,
                purpose: self.purpose.trim().to_owned(),
                at,
                rows,
            }),
            _ => Err(Error::Invalid(errors)),
        }
    }

    fn by(&self, caller: &Caller, errors: &mut Vec<FieldError>) -> Option<UsedBy> {
        match (self.who.as_str(), caller.person(), optional(&self.job)) {
            ("me", Some(id), None) => Some(UsedBy::Person { id }),
            ("job", _, Some(job)) => Some(UsedBy::Job { name: job.to_owned() }),
            ("me", _, Some(_)) => {
                errors.push(FieldError::new("/job", "leave it empty where you used it yourself"));
                None
            }
            ("job", _, None) => {
                errors.push(FieldError::new("/job", "say what the job is called"));
                None
            }
            _ => {
                errors.push(FieldError::new("/who", "choose who used it"));
                None
            }
        }
    }

    fn version(&self, errors: &mut Vec<FieldError>) -> Option<VersionRef> {
        match (optional(&self.model), optional(&self.version)) {
            (Some(model), Some(version)) => {
                Some(VersionRef { model: model.to_owned(), version: version.to_owned() })
            }
            (Some(_), None) => {
                errors.push(FieldError::new("/version", "name the version of the model"));
                None
            }
            (None, Some(_)) => {
                errors.push(FieldError::new("/model", "name the model of the version"));
                None
            }
            (None, None) => None,
        }
    }

    fn at(&self, errors: &mut Vec<FieldError>) -> Option<DateTime<Utc>> {
        let day = self.day.trim().parse::<NaiveDate>();
        let time = NaiveTime::parse_from_str(self.time.trim(), "%H:%M");
        if day.is_err() {
            errors.push(FieldError::new("/day", format!("{:?} is no day", self.day.trim())));
        }
        if time.is_err() {
            let message = format!("{:?} is no time: write it as 14:30", self.time.trim());
            errors.push(FieldError::new("/time", message));
        }
        Some(day.ok()?.and_time(time.ok()?).and_utc())
    }

    fn shown(self, errors: Vec<Shown>) -> RecordForm {
        let Self { namespace, name, digest, who, job, model, version, purpose, day, time, rows } = self;
        RecordForm { namespace, name, digest, who, job, model, version, purpose, day, time, rows, errors }
    }
}

fn optional(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

pub(super) async fn record(
    State(app): State<App>,
    page: Page,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    may_record(&page.caller)?;
    let recorded = match typed.usage(&page.caller) {
        Ok(usage) => {
            // A form that is sent twice is meant once.
            let canonical = serde_json_canonicalizer::to_vec(&usage).map_err(Error::internal)?;
            let digest: [u8; 32] = Sha256::digest(canonical).into();
            let key = format!("form:sha256:{}", crate::http::hex(&digest));
            service::record(&app, &page.caller, Posted { usage, key, digest }).await
        }
        Err(error) => Err(error),
    };
    match recorded {
        Ok((recorded, _)) => {
            let words = match recorded.findings.len() {
                0 => "The use is recorded.".to_owned(),
                1 => "The use is recorded, and a finding is open about it.".to_owned(),
                many => format!("The use is recorded, and {many} findings are open about it."),
            };
            let form = typed.shown(Vec::new());
            let dataset =
                opened_from(&app, &page.caller, &form).await?.map(|(_, href)| format!("{href}#uses"));
            let finding = recorded.findings.first().map(|finding| format!("/findings/{}", finding.id));
            let to = finding.or(dataset).unwrap_or_else(|| "/datasets".to_owned());
            Ok(page.redirect(&to, &words))
        }
        Err(error) => {
            let form = typed.shown(at_own_fields(wrong(error)?));
            let dataset = opened_from(&app, &page.caller, &form).await?;
            Ok(page.invalid("Record a use", move || view! { <RecordPage form dataset /> }))
        }
    }
}

/// What the rules call fields, as the form calls them.
fn at_own_fields(errors: Vec<Shown>) -> Vec<Shown> {
    let own = |field: &str| {
        match field {
            "dataset-namespace" => "namespace",
            "dataset-name" => "name",
            "by-name" => "job",
            "by-id" => "who",
            "version-model" => "model",
            "version-version" => "version",
            "at" => "day",
            other => return other.to_owned(),
        }
        .to_owned()
    };
    errors.into_iter().map(|error| Shown::new(own(&error.field), error.message)).collect()
}
