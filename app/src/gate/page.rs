//! May this be deployed? A question, and the answer with its reasons.

use leptos::prelude::*;

use super::answer::{AnswerSection, GateAnswer};
use crate::components::{Button, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, PageTitle};

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct GateForm {
    /// The model.
    pub model: String,
    /// The version.
    pub version: String,
    /// Where it is to be deployed.
    pub environment: String,
    /// The digest of what is to be deployed.
    pub digest: String,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct GateView {
    /// The question.
    pub form: GateForm,
    /// What the gate says to it.
    pub answer: Option<GateAnswer>,
}

/// The gate.
#[component]
pub fn GatePage(
    /// What is shown.
    view: GateView,
) -> AnyView {
    let GateView { form, answer } = view;
    let errors = form.errors.clone();
    let at = move |field: &str| errors.at(field);
    view! {
        <div class="stack">
            <PageTitle
                title="May this be deployed?"
                crumbs=vec![Crumb::new("Models", "/models")]
                lede="Asks the gate what it would tell a pipeline now. Unless everything that it looks at is fine, it says no."
            />
            <ErrorSummary errors=form.errors />
            <form class="gate-form" method="get" action="/gate">
                <Field id="model" label="Model" value=form.model error=at("model") />
                <Field id="version" label="Version" value=form.version error=at("version") />
                <Field
                    id="environment"
                    label="Environment"
                    value=form.environment
                    error=at("environment")
                    required=true
                />
                <Field
                    id="digest"
                    label="Digest of the artefact"
                    hint="sha256: and 64 digits. Without a model it finds the version that has it."
                    value=form.digest
                    error=at("digest")
                    optional_mark=true
                />
                <Button>"Ask"</Button>
            </form>
            {answer.map(|answer| view! { <AnswerSection answer /> })}
        </div>
    }
    .into_any()
}
