//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::MaybeText;

/// How much a button stands out. A page has at most one [`ButtonKind::Primary`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// What one came to do.
    #[default]
    Primary,
    /// Everything else.
    Secondary,
    /// Takes something away that does not come back.
    Danger,
    /// Reads like a link.
    Quiet,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button",
            Self::Secondary => "button button-secondary",
            Self::Danger => "button button-danger",
            Self::Quiet => "link-button",
        }
    }
}

/// A button that submits the form around it.
#[component]
pub fn Button(
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// The name under which the form reports that this button was used.
    #[prop(optional, into)]
    name: MaybeText,
    /// The value that goes with `name`.
    #[prop(optional, into)]
    value: MaybeText,
    /// What the button says to those who hear it alone, where its words are not enough ("Remove Ana").
    #[prop(optional, into)]
    label: MaybeText,
    /// Another address than the form's.
    #[prop(optional, into)]
    action: MaybeText,
    /// Leaves the browser's own checks of the fields out ("Save for later").
    #[prop(optional)]
    skip_checks: bool,
    /// The words on it.
    children: Children,
) -> AnyView {
    view! {
        <button
            type="submit"
            class=kind.class()
            name=name.0
            value=value.0
            aria-label=label.0
            formaction=action.0
            formnovalidate=skip_checks
        >
            {children()}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: it leads somewhere and changes nothing.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// Set where the link brings a file: the file's name.
    #[prop(optional, into)]
    download: MaybeText,
    /// The words on it.
    children: Children,
) -> AnyView {
    view! { <a class=kind.class() href=href download=download.0>{children()}</a> }.into_any()
}
