//! Registering a model, and changing what is said of it.

use leptos::prelude::*;

use crate::components::{
    Button, Confirm, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, PageTitle, Select, SelectOption,
    Textarea,
};

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct ModelForm {
    /// The name; fixed once the model is registered.
    pub name: String,
    /// The team's id.
    pub team: String,
    /// What it is there for.
    pub purpose: String,
    /// By what one sees that it does that.
    pub success_measure: String,
    /// The revision that the form was made from.
    pub revision: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A new model, or one to be changed.
#[component]
pub fn ModelFormPage(
    /// What was typed.
    form: ModelForm,
    /// The teams in which the visitor may register models.
    teams: Vec<SelectOption>,
    /// The address of the model that is changed; absent for a new one.
    model: Option<String>,
    /// Whether the model is out of use.
    #[prop(optional)]
    archived: bool,
) -> AnyView {
    let errors = form.errors;
    let new = model.is_none();
    let (title, button) = if new {
        ("Register a model".to_owned(), "Register the model")
    } else {
        (format!("Edit {}", form.name), "Save")
    };
    let mut crumbs = vec![Crumb::new("Models", "/models")];
    crumbs.extend(model.as_ref().map(|href| Crumb::new(form.name.clone(), href.clone())));
    let action = model.as_ref().map_or_else(|| "/models/new".to_owned(), |href| format!("{href}/edit"));
    let name = new.then(|| {
        view! {
            <Field id="name" label="Name" hint="As the pipelines call it, like fraud-scoring; unique in the organisation. It stays for good." value=form.name error=errors.at("name") required=true max_length=200 />
        }
    });
    let hint = if new { "Answers for it, and is who may change it." } else { MOVING };
    let team = (teams.len() > 1 || errors.at("team").is_some()).then(|| {
        view! {
            <Select id="team" label="Team" hint=hint options=teams value=form.team error=errors.at("team") required=true />
        }
    });
    let revision = (!new).then(|| view! { <input type="hidden" name="revision" value=form.revision /> });
    let use_it = model.map(|href| view! { <Use href archived /> });
    // What is out of use changes in one way only: it is taken into use again.
    let fields = (!archived).then(|| {
        view! {
            <form class="stack" method="post" action=action>
                {revision}
                {name}
                {team}
                <Textarea id="purpose" label="Purpose" hint="What it decides or tells, about whom, and who acts on it." value=form.purpose error=errors.at("purpose") rows=4 optional_mark=true />
                <Textarea id="success_measure" label="Success measure" hint="By what one sees that it does what it is for: a figure of the business, not of the training." value=form.success_measure error=errors.at("success_measure") optional_mark=true />
                <Button>{button}</Button>
            </form>
        }
    });
    view! {
        <div class="narrow stack">
            <PageTitle title crumbs />
            <ErrorSummary errors=errors.clone() />
            {fields}
            {use_it}
        </div>
    }
    .into_any()
}

const MOVING: &str = "Answers for it, and is who may change it. Another team has it once a lead of each of the two teams, other \
     than you, confirms the move; then approvals of its versions end and open requests start over.";

/// Taking a model out of use, and back.
#[component]
fn Use(href: String, archived: bool) -> AnyView {
    let (heading, ask, consequence, value) = if archived {
        (
            "Take it into use again",
            "Take it into use",
            "It takes versions, evidence and deployments again.",
            "no",
        )
    } else {
        (
            "Take it out of use",
            "Take it out of use",
            "It takes no new versions, evidence or deployments, and the gate lets nothing of it through. What was stays on record, and it can be taken into use again.",
            "yes",
        )
    };
    view! {
        <section class="section stack-small" aria-labelledby="use">
            <h2 id="use">{heading}</h2>
            <Confirm ask consequence action=format!("{href}/archived")>
                <input type="hidden" name="archived" value=value />
            </Confirm>
        </section>
    }
    .into_any()
}
