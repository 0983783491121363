//! What a version's page says about approvals: where requests stand for each environment, and the form that asks.

use leptos::prelude::*;

use super::state::{ApprovalBadge, ApprovalState};
use crate::components::{
    Button, Column, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, Notice, PageTitle, Table,
    Textarea, Tone,
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
    /// What is said beside the state: that it does not count in its environment, or renews what does.
    pub remark: Option<&'static str>,
}

/// All that is shown.
#[derive(Clone, Debug)]
pub struct VersionApprovalsView {
    /// The requests, the newest first.
    pub requests: Vec<VersionRequest>,
    /// Whether the visitor may ask.
    pub may_ask: bool,
    /// Why nobody can ask now: the model has no tier, or was taken out of use.
    pub why_not: Option<String>,
    /// What the form begins with: the version.
    pub form: AskForm,
}

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct AskForm {
    /// Where it is posted.
    pub action: String,
    /// Where it is to be deployed.
    pub environment: String,
    /// What those who decide should know.
    pub note: String,
    /// Why it cannot wait, where it is an emergency.
    pub emergency: String,
    /// Where no emergency can be declared, and why.
    pub no_emergency: Vec<String>,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// The requests of a version, and the form that asks.
#[component]
pub fn VersionApprovals(
    /// What is shown.
    view: VersionApprovalsView,
) -> AnyView {
    let columns = ["Environment", "State", "Decisions", "Asked", "Time"].map(Column::new).to_vec();
    let rows = view.requests.into_iter().map(row).collect();
    let ask = match (view.may_ask, view.why_not) {
        (true, Some(why)) => {
            view! { <Notice tone=Tone::Info title="An approval cannot be asked for"><p>{why}</p></Notice> }
                .into_any()
        }
        (true, None) => view! {
            <details class="more" id="ask">
                <summary>"Ask for approval"</summary>
                <Ask form=view.form />
            </details>
        }
        .into_any(),
        (false, _) => ().into_any(),
    };
    view! {
        <section class="section" id="requests">
            <h2>"Approvals"</h2>
            <Table caption="Approval requests for this version" hide_caption=true columns rows empty="Nobody asked for an approval of this version yet." />
            {ask}
        </section>
    }
    .into_any()
}

fn row(line: VersionRequest) -> Vec<AnyView> {
    let state = line.state;
    let remark = line.remark.map(|remark| view! { <span class="small soft">{remark}</span> });
    vec![
        view! { <a href=line.href>{line.environment}</a> }.into_any(),
        view! { <span class="cluster"><ApprovalBadge state />{remark}</span> }.into_any(),
        line.progress.into_any(),
        line.asked.into_any(),
        line.time.into_any(),
    ]
}

/// The form on a page of its own: where something was wrong with it, and for links from elsewhere.
#[component]
pub fn AskPage(
    /// What was typed.
    form: AskForm,
    /// The model and the version.
    what: String,
    /// The version's page.
    version_href: String,
) -> AnyView {
    let errors = form.errors.clone();
    let crumbs = vec![Crumb::new("Models", "/models"), Crumb::new(what, version_href)];
    view! {
        <div class="stack">
            <ErrorSummary errors />
            <PageTitle title="Ask for approval" crumbs lede="The people whom the policy names decide about the version as it is now. If anything of it changes, they decide again." />
            <div class="narrow"><Ask form /></div>
        </div>
    }
    .into_any()
}

#[component]
fn Ask(form: AskForm) -> AnyView {
    let at = |id: &str| form.errors.at(id);
    let emergency_open = !form.emergency.is_empty() || form.errors.at("emergency").is_some();
    view! {
        <form method="post" action=form.action.clone()>
            <Field id="environment" label="Environment" hint="Where it is to be deployed, as pipelines call it: production." value=form.environment.clone() error=at("environment") required=true />
            <Textarea id="note" label="What those who decide should know" value=form.note.clone() error=at("note") optional_mark=true />
            <details class="more" open=emergency_open>
                <summary>"It is an emergency"</summary>
                {form.no_emergency.iter().map(|why| view! { <p class="small">{why.clone()}</p> }).collect_view()}
                <Textarea id="emergency" label="Why it cannot wait" hint="Where the policy allows it, the version may be deployed before the decisions for a short time. Somebody else reviews it afterwards." value=form.emergency.clone() error=at("emergency") />
            </details>
            <Button>"Ask for approval"</Button>
        </form>
    }
    .into_any()
}
