//! One finding: what is wrong, the use that it is about, what can be done, and what happened.

use leptos::prelude::*;

use super::{DataTabs, FindingLine, Link, Place, SeverityBadge, StandingBadge, UseLine, grouped};
use crate::components::{
    Button, ButtonKind, Card, Crumb, Definition, DefinitionList, ErrorSummary, ErrorsByField, Field,
    FieldError, Happening, InputKind, PageTitle, Textarea, Timeline,
};

/// What the visitor can do now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindingSteps {
    /// Take it up.
    pub start: bool,
    /// Say that it is in order.
    pub resolve: bool,
    /// Accept the risk.
    pub accept: bool,
    /// Open it again.
    pub reopen: bool,
}

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct FindingForm {
    /// Which step: `resolve`, `accept-risk` or `reopen`.
    pub step: String,
    /// The reason.
    pub reason: String,
    /// The last day.
    pub until: String,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct FindingView {
    /// Its address.
    pub href: String,
    /// The finding.
    pub line: FindingLine,
    /// The use that it is about.
    pub usage: UseLine,
    /// Who works on it, resolved it or accepted the risk, in a sentence.
    pub standing: String,
    /// What the visitor can do.
    pub steps: FindingSteps,
    /// The last day for which a risk can be accepted.
    pub latest: String,
    /// What the ledger says, the newest first.
    pub history: Vec<Happening>,
}

/// One finding.
#[component]
pub fn FindingPage(
    /// Everything on it.
    data: FindingView,
    /// What was typed.
    form: FindingForm,
) -> AnyView {
    let crumbs = vec![Crumb::new("Data", "/datasets"), Crumb::new("Findings", "/findings")];
    let title = data.line.kind.label();
    let lede = data.line.message.clone();
    let over = data.line.dataset.label.clone();
    let errors = form.errors.clone();
    let history = data.history.clone();
    view! {
        <div class="stack">
            <PageTitle title crumbs over lede />
            <DataTabs here=Place::Findings />
            <ErrorSummary errors />
            <div class="beside">
                <div class="stack">
                    <Steps data=data.clone() form />
                    <section class="section"><h2>"History"</h2><Timeline items=history /></section>
                </div>
                <Facts data />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Facts(data: FindingView) -> AnyView {
    let FindingView { line, usage, .. } = data;
    let mut items = vec![
        Definition::new("Severity", view! { <SeverityBadge severity=line.severity /> }),
        Definition::new("Dataset", line.dataset.view()),
        Definition::new("Used by", view! { <span class="break">{usage.who}</span> }),
        Definition::new("Used for", usage.purpose),
        Definition::new("Used on", view! { <time datetime=usage.at>{usage.when}</time> }),
    ];
    items.extend(usage.version.map(|version| Definition::new("For the model", Link::view(version))));
    items.extend(
        usage.what.map(|what| Definition::new("Version", view! { <span class="break">{what}</span> })),
    );
    items.extend(usage.rows.map(|rows| Definition::new("Rows", grouped(rows))));
    items.push(Definition::new("Team", line.team));
    items.push(Definition::new("Found", line.when));
    items.extend(
        usage.entry.map(|href| Definition::new("Record", view! { <a href=href>"Entry of the use"</a> })),
    );
    view! { <Card title="The use"><DefinitionList items /></Card> }.into_any()
}

#[component]
fn Steps(data: FindingView, form: FindingForm) -> AnyView {
    let steps = data.steps;
    let start = steps.start.then(|| {
        let action = format!("{}/start", data.href);
        view! { <form method="post" action=action><Button>"Take it up"</Button></form> }
    });
    let resolve = steps.resolve.then(|| {
        view! { <Reasoned step="resolve" href=data.href.clone() ask="Resolve it" label="What was done" hint="The data was taken out, the purpose was added, the record was wrong. It goes on the record." form=form.clone() latest=None /> }
    });
    let accept = steps.accept.then(|| {
        let latest = Some(data.latest.clone());
        view! { <Reasoned step="accept-risk" href=data.href.clone() ask="Accept the risk" label="Why it can stay as it is" hint="You take the responsibility until the last day; then it is open again." form=form.clone() latest /> }
    });
    let reopen = steps.reopen.then(|| {
        view! { <Reasoned step="reopen" href=data.href.clone() ask="Open it again" label="Why" hint="It counts again for the gate at once." form latest=None /> }
    });
    view! {
        <section class="section finding-steps">
            <div class="cluster"><StandingBadge state=data.line.state.clone() /><span>{data.standing}</span></div>
            {start}
            {resolve}
            {accept}
            {reopen}
        </section>
    }
    .into_any()
}

/// A step that needs a reason, behind a summary.
#[component]
fn Reasoned(
    step: &'static str,
    href: String,
    ask: &'static str,
    label: &'static str,
    hint: &'static str,
    form: FindingForm,
    /// The last day that can be chosen, where one is needed.
    latest: Option<String>,
) -> AnyView {
    let is_this = form.step == step;
    let (reason_id, until_id) = (format!("reason-{step}"), format!("until-{step}"));
    let (reason, until) = if is_this { (form.reason, form.until) } else { Default::default() };
    let (reason_error, until_error) = (form.errors.at(&reason_id), form.errors.at(&until_id));
    let until = latest.map(|latest| {
        view! { <Field id=until_id name="until" label="Last day" kind=InputKind::Date hint=format!("At the latest {latest}.") value=until error=until_error required=true /> }
    });
    view! {
        <details class="more" open=is_this>
            <summary>{ask}</summary>
            <form class="stack narrow" method="post" action=format!("{href}/{step}")>
                <Textarea id=reason_id name="reason" label hint value=reason error=reason_error required=true />
                {until}
                <Button kind=ButtonKind::Secondary>{ask}</Button>
            </form>
        </details>
    }
    .into_any()
}
