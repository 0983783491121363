//! Fields to write in: one line, many lines, one of a list.
//!
//! A field is label, hint, error and control, tied together by ids: the hint is `{id}-hint`, the error `{id}-error`.

use leptos::prelude::*;

use super::MaybeText;

/// What a one-line field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password; never filled in by us.
    Password,
    /// A web address.
    Url,
    /// A day, `2026-11-21`.
    Date,
    /// Words to look for.
    Search,
    /// A whole number, typed.
    Number,
    /// A one-time code.
    Code,
}

impl InputKind {
    fn type_attribute(self) -> &'static str {
        match self {
            // Not `type=number`: wheels and arrows change its value by accident.
            Self::Text | Self::Number | Self::Code => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Url => "url",
            Self::Date => "date",
            Self::Search => "search",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        matches!(self, Self::Number | Self::Code).then_some("numeric")
    }
}

/// The ids of hint and error, for `aria-describedby`.
pub(super) fn described_by(id: &str, hint: &MaybeText, error: &MaybeText) -> Option<String> {
    let hint = hint.0.as_ref().map(|_| format!("{id}-hint"));
    let error = error.0.as_ref().map(|_| format!("{id}-error"));
    let ids: Vec<String> = [hint, error].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// The class of a field, wrong or not.
pub(super) fn field_class(error: &MaybeText) -> &'static str {
    if error.is_none() { "field" } else { "field field-wrong" }
}

/// Label, hint and error around a control.
#[component]
fn Labelled(
    id: String,
    label: String,
    hint: MaybeText,
    error: MaybeText,
    /// Whether the label says that it may stay empty.
    optional_mark: bool,
    children: Children,
) -> AnyView {
    let class = field_class(&error);
    view! {
        <div class=class>
            <label class="field-label" for=id.clone()>
                {label}
                {optional_mark.then(|| view! { <span class="field-optional">" (optional)"</span> })}
            </label>
            {hint.0.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            {error.0.map(|error| view! { <p class="field-error" id=format!("{id}-error")>{error}</p> })}
            {children()}
        </div>
    }
    .into_any()
}

/// A field of one line.
#[component]
pub fn Field(
    /// The id, and the name in the form where `name` is left out.
    #[prop(into)]
    id: String,
    /// What to write here.
    #[prop(into)]
    label: String,
    /// The name in the form.
    #[prop(optional, into)]
    name: MaybeText,
    /// What it takes.
    #[prop(optional)]
    kind: InputKind,
    /// What stands in it.
    #[prop(optional, into)]
    value: MaybeText,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeText,
    /// What the browser may fill in: "username", "current-password", "one-time-code".
    #[prop(optional, into)]
    autocomplete: MaybeText,
    /// Whether it may not stay empty.
    #[prop(optional)]
    required: bool,
    /// Says "(optional)" in the label.
    #[prop(optional)]
    optional_mark: bool,
    /// The most characters.
    #[prop(optional)]
    max_length: Option<u32>,
) -> AnyView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let described = described_by(&id, &hint, &error);
    let invalid = (!error.is_none()).then_some("true");
    view! {
        <Labelled id=id.clone() label hint error optional_mark>
            <input
                class="input"
                type=kind.type_attribute()
                inputmode=kind.input_mode()
                id=id
                name=name
                value=value.0
                required=required
                maxlength=max_length.map(|most| most.to_string())
                autocomplete=autocomplete.0
                aria-describedby=described
                aria-invalid=invalid
            />
        </Labelled>
    }
    .into_any()
}

/// A field of several lines.
#[component]
pub fn Textarea(
    /// The id, and the name in the form where `name` is left out.
    #[prop(into)]
    id: String,
    /// What to write here.
    #[prop(into)]
    label: String,
    /// The name in the form.
    #[prop(optional, into)]
    name: MaybeText,
    /// What stands in it.
    #[prop(optional, into)]
    value: MaybeText,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeText,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u32,
    /// Whether it may not stay empty.
    #[prop(optional)]
    required: bool,
    /// Says "(optional)" in the label.
    #[prop(optional)]
    optional_mark: bool,
) -> AnyView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let described = described_by(&id, &hint, &error);
    let invalid = (!error.is_none()).then_some("true");
    view! {
        <Labelled id=id.clone() label hint error optional_mark>
            <textarea
                class="input"
                id=id
                name=name
                rows=rows.to_string()
                required=required
                aria-describedby=described
                aria-invalid=invalid
            >
                {escaped(&value.or_empty())}
            </textarea>
        </Labelled>
    }
    .into_any()
}

/// Leptos writes the children of a text area as they are, so what people wrote is made harmless here.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// One entry of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// The group it belongs to; entries of a group stand next to each other.
    pub group: Option<String>,
}

impl SelectOption {
    /// An entry.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), group: None }
    }

    /// The same entry, in a group.
    #[must_use]
    pub fn within(self, group: impl Into<String>) -> Self {
        Self { group: Some(group.into()), ..self }
    }
}

/// One of a list; for up to five, [`super::RadioGroup`] is better.
#[component]
pub fn Select(
    /// The id, and the name in the form where `name` is left out.
    #[prop(into)]
    id: String,
    /// What to choose.
    #[prop(into)]
    label: String,
    /// The name in the form.
    #[prop(optional, into)]
    name: MaybeText,
    /// The entries, in order; give the first an empty value where nothing may be chosen.
    options: Vec<SelectOption>,
    /// The value that is chosen.
    #[prop(optional, into)]
    value: MaybeText,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeText,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let described = described_by(&id, &hint, &error);
    let invalid = (!error.is_none()).then_some("true");
    let entry = |option: &SelectOption| {
        let selected = value.0.as_deref() == Some(option.value.as_str());
        view! { <option value=option.value.clone() selected=selected>{option.label.clone()}</option> }
    };
    let entries = options
        .chunk_by(|a, b| a.group.is_some() && a.group == b.group)
        .map(|together| {
            let entries = together.iter().map(entry).collect_view();
            match together.first().and_then(|first| first.group.clone()) {
                Some(group) => view! { <optgroup label=group>{entries}</optgroup> }.into_any(),
                None => entries.into_any(),
            }
        })
        .collect_view();
    view! {
        <Labelled id=id.clone() label hint error optional_mark=false>
            <select class="input" id=id name=name required=required aria-describedby=described aria-invalid=invalid>
                {entries}
            </select>
        </Labelled>
    }
    .into_any()
}
