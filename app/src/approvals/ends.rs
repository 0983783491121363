//! What a change ends, before it is made.

use leptos::prelude::*;

use crate::components::{Button, Notice, PageTitle, Tone};

/// What a form would end, and the form.
#[derive(Clone, Debug)]
pub struct EndsApprovalView {
    /// What is approved: in words, and where it is shown.
    pub approvals: Vec<(String, String)>,
    /// Where the form is posted.
    pub action: String,
    /// What was sent.
    pub fields: Vec<(String, String)>,
    /// The field that says that its sender knows.
    pub field: String,
}

/// Names the approvals and asks whether to go on.
#[component]
pub fn EndsApprovalPage(
    /// What is shown.
    view: EndsApprovalView,
) -> AnyView {
    let EndsApprovalView { approvals, action, fields, field } = view;
    let approvals =
        approvals.into_iter().map(|(words, href)| view! { <li><a href=href>{words}</a></li> }).collect_view();
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <div class="stack">
            <PageTitle title="This ends what is approved" lede="Nothing is stored yet." />
            <Notice tone=Tone::Warn title="What you are about to change is part of what was decided about">
                <p>"These approvals end with it, or are suspended. The gate says no from then on, until somebody asks again and it is decided:"</p>
                <ul>{approvals}</ul>
            </Notice>
            <form method="post" action=action>
                {fields}
                <input type="hidden" name=field value="true" />
                <Button>"Change it and end the approvals"</Button>
            </form>
            <p><a href="/approvals">"Leave it as it is"</a></p>
        </div>
    }
    .into_any()
}
