//! The form of a dataset: new, or with other terms.

use assay_domain::datasets::{Classification, LawfulBasis, RetentionEvent, SpecialException};
use leptos::prelude::*;

use crate::components::{
    Button, ButtonKind, Checkbox, Choice, Confirm, Crumb, ErrorSummary, ErrorsByField, Field, FieldError,
    InputKind, PageTitle, RadioGroup, Select, SelectOption, Textarea,
};

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct DatasetForm {
    /// Where it lives; fixed once it is registered.
    pub namespace: String,
    /// What it is called there; fixed once it is registered.
    pub name: String,
    /// The short name of the team.
    pub team: String,
    /// What it holds.
    pub description: String,
    /// Whom it concerns.
    pub classification: String,
    /// Why it may be used although it is about people.
    pub lawful_basis: String,
    /// Why it may be used although the law protects it most.
    pub exception: String,
    /// What it may be used for, one a line.
    pub purposes: String,
    /// Where it may be, one a line.
    pub residency: String,
    /// What its retention counts from.
    pub counts_from: String,
    /// For how many days.
    pub days: String,
    /// When that happened.
    pub happened_on: String,
    /// Whether a court or an authority wants it kept.
    pub legal_hold: bool,
    /// The revision that was shown.
    pub revision: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A dataset to register, or one to be changed.
#[component]
pub fn DatasetFormPage(
    /// What was typed.
    form: DatasetForm,
    /// Teams to choose from: short name and name.
    teams: Vec<(String, String)>,
    /// The address of the dataset that is changed, and whether it is archived; absent for a new one.
    dataset: Option<(String, bool)>,
) -> AnyView {
    let errors = form.errors.clone();
    let is_new = dataset.is_none();
    let (title, button) =
        if is_new { ("Register a dataset", "Register it") } else { ("Edit the dataset", "Save the terms") };
    let mut crumbs = vec![Crumb::new("Data", "/datasets")];
    crumbs.extend(
        dataset
            .as_ref()
            .map(|(href, _)| Crumb::new(format!("{}/{}", form.namespace, form.name), href.clone())),
    );
    let action =
        dataset.as_ref().map_or_else(|| "/datasets/new".to_owned(), |(href, _)| format!("{href}/edit"));
    let archive = dataset.map(|(href, is_archived)| view! { <Archive href is_archived /> });
    view! {
        <div class="narrow stack">
            <PageTitle title crumbs />
            <ErrorSummary errors />
            <form class="stack" method="post" action=action>
                {is_new.then(|| view! { <Named form=form.clone() teams /> })}
                <Textarea id="description" label="Description" hint="What it holds, in a sentence or two." value=form.description.clone() error=form.errors.at("description") optional_mark=true />
                <Law form=form.clone() />
                <Purposes form=form.clone() />
                <Keeping form=form.clone() />
                <input type="hidden" name="revision" value=form.revision />
                <Button>{button}</Button>
            </form>
            {archive}
        </div>
    }
    .into_any()
}

#[component]
fn Named(form: DatasetForm, teams: Vec<(String, String)>) -> AnyView {
    let errors = form.errors;
    let options = teams.into_iter().map(|(slug, name)| SelectOption::new(slug, name)).collect();
    view! {
        <Field id="namespace" label="Namespace" hint="Where it lives: warehouse, s3://bucket, a repository. Pipelines report it so." value=form.namespace error=errors.at("namespace") required=true max_length=200 />
        <Field id="name" label="Name" hint="What it is called there: sales.orders, raw/cards.parquet. Both stay for good." value=form.name error=errors.at("name") required=true max_length=200 />
        <Select id="team" label="Team" hint="Who answers for it." options value=form.team error=errors.at("team") required=true />
    }
    .into_any()
}

#[component]
fn Law(form: DatasetForm) -> AnyView {
    let errors = form.errors;
    let choices = Classification::ALL
        .iter()
        .map(|one| {
            Choice::new(one.name(), one.label()).hint(match one {
                Classification::Public => "Anybody may see it.",
                Classification::Internal => "Everybody in the organisation may see it.",
                Classification::Confidential => "Those who need it may see it.",
                Classification::Personal => "It is about people.",
                Classification::SpecialCategory => {
                    "Health, origin, belief and the like: what the law protects most."
                }
            })
        })
        .collect();
    let none = || SelectOption::new("", "None");
    let bases = std::iter::once(none())
        .chain(LawfulBasis::ALL.iter().map(|one| SelectOption::new(one.name(), one.label())))
        .collect();
    let exceptions = std::iter::once(none())
        .chain(SpecialException::ALL.iter().map(|one| SelectOption::new(one.name(), one.label())))
        .collect();
    view! {
        <RadioGroup id="classification" legend="Classification" choices value=form.classification error=errors.at("classification") required=true />
        <Select id="lawful_basis" label="Lawful basis" hint="For data about people: why it may be used (GDPR, article 6). Without one, each use is a finding." options=bases value=form.lawful_basis error=errors.at("lawful_basis") />
        <Select id="exception" label="Exception" hint="For a special category only: why it may be used all the same (GDPR, article 9)." options=exceptions value=form.exception error=errors.at("exception") />
    }
    .into_any()
}

#[component]
fn Purposes(form: DatasetForm) -> AnyView {
    let errors = form.errors;
    view! {
        <Textarea id="purposes" label="Purposes" hint="What it may be used for, one a line, in lower-case letters and dashes: fraud-detection. Any other use is a finding." value=form.purposes error=errors.at("purposes") required=true />
        <Textarea id="residency" label="Residency" hint="Where it may be, one a line: eu-west-1. Empty: anywhere." value=form.residency error=errors.at("residency") rows=2 optional_mark=true />
    }
    .into_any()
}

#[component]
fn Keeping(form: DatasetForm) -> AnyView {
    let errors = form.errors;
    let events = std::iter::once(SelectOption::new("", "Kept without end"))
        .chain(RetentionEvent::ALL.iter().map(|one| SelectOption::new(one.name(), one.label())))
        .collect();
    view! {
        <fieldset class="field stack">
            <legend class="field-label">"Retention"</legend>
            <p class="field-hint">"It counts from something that happens, not from when the data was made."</p>
            <Select id="retention-counts_from" name="counts_from" label="Counts from" options=events value=form.counts_from error=errors.at("retention-counts_from") />
            <Field id="retention-days" name="days" label="Days" kind=InputKind::Number hint="How long it may be used after that." value=form.days error=errors.at("retention-days") optional_mark=true />
            <Field id="retention-happened_on" name="happened_on" label="Happened on" kind=InputKind::Date hint="Empty while it has not." value=form.happened_on error=errors.at("retention-happened_on") optional_mark=true />
            <Checkbox id="retention-legal_hold" name="legal_hold" label="Legal hold" hint="A court or an authority wants it kept: nothing is deleted while this is ticked." checked=form.legal_hold />
        </fieldset>
    }
    .into_any()
}

/// Taking a dataset out of use, and putting it back.
#[component]
fn Archive(href: String, is_archived: bool) -> AnyView {
    let action = format!("{href}/archive");
    let body = if is_archived {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="archived" value="no" />
                <Button kind=ButtonKind::Secondary>"Put it back into use"</Button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <Confirm ask="Archive the dataset" confirm="Archive it" action consequence="No new use of it can be recorded. What was recorded stays, and so do its findings. It can be put back into use.">
                <input type="hidden" name="archived" value="yes" />
            </Confirm>
        }
        .into_any()
    };
    view! { <section class="section"><h2>"Out of use"</h2>{body}</section> }.into_any()
}
