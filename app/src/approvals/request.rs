//! What a version's page says about approvals: where requests stand for each environment, and the form that asks.

use leptos::prelude::*;

use super::state::{ApprovalBadge, ApprovalState};
use crate::components::{
    Button, Column, ErrorSummary, ErrorsByField, Field, FieldError, Notice, SelectOption, Table, Textarea,
    Tone,
};

/// A request for the version.
#[derive(Clone, Debug)]
pub struct VersionRequest {
    /// Where it is to be deployed.
    pub environment: String,
    /// Where it stands.
    pub state: ApprovalState,
    /// Where it is shown.
    pub href: String,
    /// Who asked, and when.
    pub asked: String,
    /// Until when, or since when.
    pub time: String,
    /// How far the decisions are.
    pub progress: String,
    /// Whether it is the newest for its environment: the one that counts.
    pub counts: bool,
}

/// All that is shown.
#[derive(Clone, Debug)]
pub struct VersionApprovals {
    /// The requests, the newest first.
    pub requests: Vec<VersionRequest>,
    /// Where the form is posted, for those who may ask.
    pub ask: Option<String>,
    /// Why nobody can ask now: the model has no tier, or was taken out of use.
    pub why_not: Option<String>,
    /// Environments to suggest.
    pub environments: Vec<SelectOption>,
    /// What was typed.
    pub form: AskForm,
}

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct AskForm {
    /// Where it is to be deployed.
    pub environment: String,
    /// What those who decide should know.
    pub note: String,
    /// Why it cannot wait, where it is an emergency.
    pub emergency: String,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// The requests of a version, and the form that asks.
#[component]
pub fn VersionApprovals(
    /// What is shown.
    view: VersionApprovals,
) -> AnyView {
    let columns = ["Environment", "State", "Decisions", "Asked", "Time"].map(Column::new).to_vec();
    let rows = view.requests.into_iter().map(row).collect();
    let ask = match (view.ask, view.why_not) {
        (Some(_), Some(why)) => {
            view! { <Notice tone=Tone::Info title="An approval cannot be asked for"><p>{why}</p></Notice> }
                .into_any()
        }
        (Some(action), None) => {
            view! { <Ask action environments=view.environments form=view.form /> }.into_any()
        }
        (None, _) => ().into_any(),
    };
    view! {
        <section class="section" id="approvals">
            <h2>"Approvals"</h2>
            <Table caption="Approval requests for this version" hide_caption=true columns rows empty="Nobody asked for an approval of this version yet." />
            {ask}
        </section>
    }
    .into_any()
}

fn row(line: VersionRequest) -> Vec<AnyView> {
    let state = line.state;
    let older = (!line.counts).then(|| view! { <span class="small soft">"older"</span> });
    vec![
        view! { <a href=line.href>{line.environment}</a> }.into_any(),
        view! { <span class="cluster"><ApprovalBadge state />{older}</span> }.into_any(),
        line.progress.into_any(),
        line.asked.into_any(),
        line.time.into_any(),
    ]
}

#[component]
fn Ask(action: String, environments: Vec<SelectOption>, form: AskForm) -> AnyView {
    let open = !form.errors.is_empty();
    let at = |id: &str| form.errors.at(id);
    let known = environments
        .into_iter()
        .map(|environment| view! { <option value=environment.value></option> })
        .collect_view();
    let emergency_open = !form.emergency.is_empty() || form.errors.at("ask-emergency").is_some();
    view! {
        <details class="more" open=open id="ask">
            <summary>"Ask for approval"</summary>
            <ErrorSummary errors=form.errors.clone() />
            <form method="post" action=action>
                <Field id="ask-environment" name="environment" label="Environment" hint="Where it is to be deployed, as pipelines call it: production." value=form.environment.clone() error=at("ask-environment") required=true />
                <datalist id="ask-environments">{known}</datalist>
                <Textarea id="ask-note" name="note" label="What those who decide should know" value=form.note.clone() error=at("ask-note") optional_mark=true />
                <details class="more" open=emergency_open>
                    <summary>"It is an emergency"</summary>
                    <Textarea id="ask-emergency" name="emergency" label="Why it cannot wait" hint="Where the policy allows it, the version may be deployed before the decisions for a short time. Somebody else reviews it afterwards." value=form.emergency.clone() error=at("ask-emergency") />
                </details>
                <Button>"Ask for approval"</Button>
            </form>
        </details>
    }
    .into_any()
}
