//! Choosing one of a few, and yes or no.

use leptos::prelude::*;

use super::{
    MaybeText,
    field::{described_by, field_class},
};

/// One way to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// A sentence on what counts as this.
    pub hint: Option<String>,
}

impl Choice {
    /// A choice without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// The same choice with a hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// One of a few, as cards that can be hit anywhere. The first card's id is `id`, so that error links reach it.
#[component]
pub fn RadioGroup(
    /// The id of the first choice; the others add a number.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    legend: String,
    /// The name in the form; `id` where left out.
    #[prop(optional, into)]
    name: MaybeText,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeText,
    /// The ways to answer.
    choices: Vec<Choice>,
    /// The value that is chosen.
    #[prop(optional, into)]
    value: MaybeText,
    /// Whether an answer is needed.
    #[prop(optional)]
    required: bool,
    /// Puts short choices in one row.
    #[prop(optional)]
    inline: bool,
) -> AnyView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let described = described_by(&id, &hint, &error);
    let group = if inline { "choices choices-inline" } else { "choices" };
    let cards = choices
        .into_iter()
        .enumerate()
        .map(|(place, choice)| {
            let own = if place == 0 { id.clone() } else { format!("{id}-{place}") };
            let checked = value.0.as_deref() == Some(choice.value.as_str());
            view! { <ChoiceCard id=own name=name.clone() choice checked required /> }
        })
        .collect_view();
    let class = field_class(&error);
    view! {
        <fieldset class=class aria-describedby=described>
            <legend class="field-label">{legend}</legend>
            {hint.0.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            {error.0.map(|error| view! { <p class="field-error" id=format!("{id}-error")>{error}</p> })}
            <div class=group>{cards}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn ChoiceCard(id: String, name: String, choice: Choice, checked: bool, required: bool) -> AnyView {
    let hint_id = choice.hint.is_some().then(|| format!("{id}-what"));
    view! {
        <div class="choice">
            <input type="radio" id=id.clone() name=name value=choice.value checked=checked required=required aria-describedby=hint_id.clone() />
            <label for=id>{choice.label}</label>
            {choice.hint.map(|hint| view! { <p class="choice-hint" id=hint_id>{hint}</p> })}
        </div>
    }
    .into_any()
}

/// Yes or no.
#[component]
pub fn Checkbox(
    /// The id, and the name in the form where `name` is left out.
    #[prop(into)]
    id: String,
    /// What ticking means.
    #[prop(into)]
    label: String,
    /// The name in the form.
    #[prop(optional, into)]
    name: MaybeText,
    /// What the form sends when ticked; "on" where left out.
    #[prop(optional, into)]
    value: MaybeText,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeText,
    /// Whether it is ticked.
    #[prop(optional)]
    checked: bool,
    /// Whether it must be ticked.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let described = described_by(&id, &hint, &error);
    let class = format!("{} checkbox", field_class(&error));
    view! {
        <div class=class>
            {error.0.map(|error| view! { <p class="field-error" id=format!("{id}-error")>{error}</p> })}
            <div class="choice">
                <input
                    type="checkbox"
                    id=id.clone()
                    name=name
                    value=value.0.unwrap_or_else(|| "on".into())
                    checked=checked
                    required=required
                    aria-describedby=described
                />
                <label for=id.clone()>{label}</label>
                {hint.0.map(|hint| view! { <p class="choice-hint" id=format!("{id}-hint")>{hint}</p> })}
            </div>
        </div>
    }
    .into_any()
}
