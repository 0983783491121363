//! Recording a use by hand.

use leptos::prelude::*;

use crate::components::{
    Button, Choice, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, InputKind, PageTitle, RadioGroup,
};

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct RecordForm {
    /// The dataset's namespace.
    pub namespace: String,
    /// The dataset's name.
    pub name: String,
    /// The digest of what was used.
    pub digest: String,
    /// `me` or `job`.
    pub who: String,
    /// What the job is called.
    pub job: String,
    /// The model that it was used for.
    pub model: String,
    /// The version of that model.
    pub version: String,
    /// What for.
    pub purpose: String,
    /// On which day.
    pub day: String,
    /// At what time.
    pub time: String,
    /// How many rows.
    pub rows: String,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// The form.
#[component]
pub fn RecordPage(
    /// What was typed.
    form: RecordForm,
    /// The dataset that it was opened from: name and address.
    dataset: Option<(String, String)>,
) -> AnyView {
    let mut crumbs = vec![Crumb::new("Data", "/datasets")];
    crumbs.extend(dataset.map(|(name, href)| Crumb::new(name, href)));
    let errors = form.errors.clone();
    view! {
        <div class="narrow stack">
            <PageTitle title="Record a use" crumbs lede="What pipelines report by themselves, for what somebody did by hand: a look, a report, a notebook." />
            <ErrorSummary errors />
            <form class="stack" method="post" action="/datasets/record">
                <What form=form.clone() />
                <Who form=form.clone() />
                <When form />
                <Button>"Record it"</Button>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn What(form: RecordForm) -> AnyView {
    let errors = form.errors;
    view! {
        <Field id="namespace" label="Namespace" value=form.namespace error=errors.at("namespace") required=true max_length=200 />
        <Field id="name" label="Dataset" hint="An unknown dataset can be recorded too; that is a finding." value=form.name error=errors.at("name") required=true max_length=200 />
        <Field id="digest" label="Digest" hint="Of the version that was used: sha256:…, md5:…, lakefs:… or snapshot:…" value=form.digest error=errors.at("digest") optional_mark=true max_length=100 />
        <Field id="purpose" label="Purpose" hint="In lower-case letters and dashes: fraud-detection." value=form.purpose error=errors.at("purpose") required=true max_length=64 />
    }
    .into_any()
}

#[component]
fn Who(form: RecordForm) -> AnyView {
    let errors = form.errors;
    let choices = vec![Choice::new("me", "I did"), Choice::new("job", "A job or pipeline")];
    view! {
        <RadioGroup id="who" legend="Who used it" choices value=form.who error=errors.at("who") inline=true required=true />
        <Field id="job" label="Job" hint="What it is called, where it was one." value=form.job error=errors.at("job") optional_mark=true max_length=200 />
        <Field id="model" label="Model" hint="That it was used for, where there is one." value=form.model error=errors.at("model") optional_mark=true max_length=200 />
        <Field id="version" label="Version of the model" value=form.version error=errors.at("version") optional_mark=true max_length=100 />
    }
    .into_any()
}

#[component]
fn When(form: RecordForm) -> AnyView {
    let errors = form.errors;
    view! {
        <Field id="day" label="Day" kind=InputKind::Date value=form.day error=errors.at("day") required=true />
        <Field id="time" label="Time" hint="UTC, as 14:30." value=form.time error=errors.at("time") required=true max_length=5 />
        <Field id="rows" label="Rows" kind=InputKind::Number hint="How many were used, where it is known." value=form.rows error=errors.at("rows") optional_mark=true max_length=16 />
    }
    .into_any()
}
