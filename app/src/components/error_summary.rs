//! What is wrong with a form, at its top, with links to the fields.

use leptos::prelude::*;

use super::{Icon, IconKind};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The id of the field; empty where it is the form as a whole.
    pub field: String,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

impl FieldError {
    /// An error at a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The errors of a form, or nothing. It takes the focus when the page opens, so that nobody misses it.
#[component]
pub fn ErrorSummary(
    /// The errors, in the order of the fields.
    errors: Vec<FieldError>,
    /// Whether to take the focus.
    #[prop(default = true)]
    take_focus: bool,
) -> AnyView {
    (!errors.is_empty())
        .then(|| {
            let entries = errors
                .into_iter()
                .map(|error| {
                    let words = if error.field.is_empty() {
                        error.message.into_any()
                    } else {
                        view! { <a href=format!("#{}", error.field)>{error.message}</a> }.into_any()
                    };
                    view! { <li>{words}</li> }
                })
                .collect_view();
            view! {
                <div class="error-summary" role="alert" tabindex="-1" autofocus=take_focus>
                    <h2><Icon kind=IconKind::Cross />"There is a problem"</h2>
                    <ul>{entries}</ul>
                </div>
            }
        })
        .into_any()
}

/// Picks the messages of single fields out of a form's errors.
pub trait ErrorsByField {
    /// What is wrong with this field.
    fn at(&self, field: &str) -> Option<String>;
}

impl ErrorsByField for [FieldError] {
    fn at(&self, field: &str) -> Option<String> {
        self.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }
}
