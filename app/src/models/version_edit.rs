//! Registering a version, and changing what may still change of it.

use leptos::prelude::*;

use crate::components::{
    Button, Checkbox, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, InputKind, Notice, PageTitle,
    Textarea,
};

/// Somebody with an account who can be named.
#[derive(Clone, Debug)]
pub struct PersonChoice {
    /// The account's id.
    pub id: String,
    /// Full name.
    pub name: String,
}

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct VersionForm {
    /// The version.
    pub version: String,
    /// The artefact's digest.
    pub digest: String,
    /// The run of the training.
    pub run: String,
    /// The commit that was built.
    pub commit: String,
    /// The model that it was made from.
    pub parent_model: String,
    /// The version of that model.
    pub parent_version: String,
    /// Where its model card is.
    pub card_url: String,
    /// Measures, one a line.
    pub metrics: String,
    /// Accounts of those who made it.
    pub authors: Vec<String>,
    /// Those without an account, one a line.
    pub other_authors: String,
    /// Accounts of those whose commits are in it.
    pub committers: Vec<String>,
    /// Those without an account, one a line.
    pub other_committers: String,
    /// The revision that the form was made from.
    pub revision: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A new version, or one to be changed.
#[component]
pub fn VersionFormPage(
    /// The model: name and page.
    model: (String, String),
    /// What was typed.
    form: VersionForm,
    /// Who can be named.
    people: Vec<PersonChoice>,
    /// The address of the version that is changed, and what its visitor should know before; absent for a new one.
    version: Option<(String, Vec<String>)>,
) -> AnyView {
    let (name, model_href) = model;
    let mut crumbs = vec![Crumb::new("Models", "/models"), Crumb::new(name.clone(), model_href.clone())];
    let (version, warnings) = version.unzip();
    crumbs.extend(version.as_ref().map(|href| Crumb::new(form.version.clone(), href.clone())));
    let new = version.is_none();
    let (title, button) = if new {
        (format!("Register a version of {name}"), "Register the version")
    } else {
        (format!("Edit {name} {}", form.version), "Save")
    };
    let action = version.map_or_else(|| format!("{model_href}/new-version"), |href| format!("{href}/edit"));
    let errors = form.errors.clone();
    let first = form.clone();
    let identity = new.then(|| view! { <Identity form=first /> });
    let revision =
        (!new).then(|| view! { <input type="hidden" name="revision" value=form.revision.clone() /> });
    let metrics = form.metrics.clone();
    let card = form.card_url.clone();
    view! {
        <div class="narrow stack">
            <PageTitle title crumbs />
            <ErrorSummary errors=errors.clone() />
            <ContributingNotice warnings=warnings.unwrap_or_default() />
            <form class="stack" method="post" action=action>
                {revision}
                {identity}
                <Lineage form=form.clone() />
                <People list="authors" legend="Authors" hint="Who made it. Approval policies keep them from deciding about it. The list only grows: nobody is taken off." people=people.clone() chosen=form.authors.clone() others=form.other_authors.clone() errors=errors.clone() />
                <People list="committers" legend="Committers" hint="Whose commits are in it. This list only grows, too." people chosen=form.committers.clone() others=form.other_committers.clone() errors=errors.clone() />
                <Field id="card_url" label="Model card" kind=InputKind::Url hint="Where it is: http or https." value=card error=errors.at("card_url") optional_mark=true />
                <Textarea id="metrics" label="Measures" hint="One a line: name = number, like auc = 0.93." value=metrics error=errors.at("metrics") rows=4 optional_mark=true />
                <Button>{button}</Button>
            </form>
        </div>
    }
    .into_any()
}

/// What somebody should know before they contribute to a version.
#[component]
pub(super) fn ContributingNotice(warnings: Vec<String>) -> AnyView {
    if warnings.is_empty() {
        return ().into_any();
    }
    let lines = warnings.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <Notice title="What this means for who decides">
            <ul>{lines}</ul>
        </Notice>
    }
    .into_any()
}

#[component]
fn Identity(form: VersionForm) -> AnyView {
    let errors = form.errors;
    view! {
        <Field id="version" label="Version" hint="As the model registry calls it." value=form.version error=errors.at("version") required=true max_length=100 />
        <Field id="artefact_digest" label="Digest of the artefact" hint="sha256: and 64 digits, of the file or the container image. It never changes: another artefact is another version." value=form.digest error=errors.at("artefact_digest") required=true />
    }
    .into_any()
}

#[component]
fn Lineage(form: VersionForm) -> AnyView {
    let errors = form.errors;
    let parent = errors.at("lineage-parent");
    view! {
        <fieldset class="field stack-small">
            <legend class="field-label">"Where it comes from"</legend>
            <Field id="lineage-run" name="run" label="Run" hint="The run of the training, as the tracking tool calls it." value=form.run error=errors.at("lineage-run") optional_mark=true />
            <Field id="lineage-commit" name="commit" label="Commit" hint="That was built, 7 to 64 digits." value=form.commit error=errors.at("lineage-commit") optional_mark=true />
            <div class="side-by-side">
                <Field id="lineage-parent" name="parent_model" label="Made from the model" value=form.parent_model error=parent optional_mark=true />
                <Field id="lineage-parent-version" name="parent_version" label="In version" value=form.parent_version error=errors.at("lineage-parent-version") optional_mark=true />
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn People(
    list: &'static str,
    legend: &'static str,
    hint: &'static str,
    people: Vec<PersonChoice>,
    chosen: Vec<String>,
    others: String,
    errors: Vec<FieldError>,
) -> AnyView {
    let boxes = people
        .into_iter()
        .enumerate()
        .map(|(n, person)| {
            let id = if n == 0 { list.to_owned() } else { format!("{list}-{n}") };
            let checked = chosen.contains(&person.id);
            view! { <Checkbox id name=list value=person.id label=person.name checked /> }
        })
        .collect_view();
    let id = format!("other_{list}");
    let error = errors.at(&id);
    view! {
        <fieldset class="field stack-small">
            <legend class="field-label">{legend}</legend>
            <p class="field-hint">{hint}</p>
            {errors.at(list).map(|error| view! { <p class="field-error">{error}</p> })}
            <div class="people-boxes">{boxes}</div>
            <Textarea id label="Others" hint="Mail addresses, one a line; or issuer|subject, as another system knows them." value=others error rows=2 optional_mark=true />
        </fieldset>
    }
    .into_any()
}
