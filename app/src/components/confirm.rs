//! Asking before something is done that does not come back, without a dialog and without script.

use leptos::prelude::*;

use super::{Button, ButtonKind, MaybeText};

/// A button that first opens a sentence and the real button. Belongs outside other forms: it brings its own.
#[component]
pub fn Confirm(
    /// The words that open it: "Withdraw".
    #[prop(into)]
    ask: String,
    /// What will happen, in a sentence.
    #[prop(into)]
    consequence: String,
    /// Where the form is posted.
    #[prop(into)]
    action: String,
    /// The words on the button that does it; `ask` where left out.
    #[prop(optional, into)]
    confirm: MaybeText,
    /// Fields that the form needs besides: a reason, hidden values.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let confirm = confirm.0.unwrap_or_else(|| ask.clone());
    view! {
        <details class="confirm">
            <summary class="button button-secondary">{ask}</summary>
            <form class="confirm-body" method="post" action=action>
                <p>{consequence}</p>
                {children.map(|children| children())}
                <Button kind=ButtonKind::Danger>{confirm}</Button>
            </form>
        </details>
    }
    .into_any()
}
