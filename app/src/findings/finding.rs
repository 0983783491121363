//! One finding: what is wrong, what it is about, what can be done and by whom, and what happened.

use leptos::prelude::*;

use super::{FindingLine, StandingBadge};
use crate::components::{
    Button, ButtonKind, Card, Crumb, Definition, DefinitionList, ErrorSummary, ErrorsByField, Field,
    FieldError, Happening, InputKind, PageTitle, Textarea, Timeline,
};
use crate::datasets::{DataTabs, Link, Place, SeverityBadge, UseLine, grouped};

/// What the visitor can do now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingSteps {
    /// Take it up.
    pub start: bool,
    /// Say that it is in order.
    pub resolve: bool,
    /// Accept the risk.
    pub accept: bool,
    /// Open it again.
    pub reopen: bool,
    /// Confirm that the version no longer runs.
    pub gone: bool,
    /// What the visitor cannot do, and why, in a sentence each.
    pub refused: Vec<String>,
}

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct FindingForm {
    /// Which step: `resolve`, `accept-risk`, `reopen` or `runs-no-longer`.
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
    /// The use of data that it is about.
    pub usage: Option<UseLine>,
    /// What runs, where it is about that: the words, each with what stands there.
    pub runs: Vec<(&'static str, Link)>,
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
    let over = data.line.subject.label.clone();
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
    let FindingView { line, usage, runs, .. } = data;
    let mut items = vec![Definition::new("Severity", view! { <SeverityBadge severity=line.severity /> })];
    let title = if usage.is_some() { "The use" } else { "What runs" };
    if let Some(usage) = usage {
        items.extend(of_use(line.subject, usage));
    }
    items.extend(runs.into_iter().map(|(words, what)| Definition::new(words, what.view())));
    items.push(Definition::new("Team", line.team));
    items.push(Definition::new("Found", line.when));
    view! { <Card title><DefinitionList items /></Card> }.into_any()
}

fn of_use(dataset: Link, usage: UseLine) -> Vec<Definition> {
    let mut items = vec![
        Definition::new("Dataset", dataset.view()),
        Definition::new("Used by", view! { <span class="break">{usage.who}</span> }),
        Definition::new("Used for", usage.purpose),
        Definition::new("Used on", view! { <time datetime=usage.at>{usage.when}</time> }),
    ];
    items.extend(usage.version.map(|version| Definition::new("For the model", Link::view(version))));
    items.extend(
        usage.what.map(|what| Definition::new("Version", view! { <span class="break">{what}</span> })),
    );
    items.extend(usage.rows.map(|rows| Definition::new("Rows", grouped(rows))));
    items.extend(
        usage.entry.map(|href| Definition::new("Record", view! { <a href=href>"Entry of the use"</a> })),
    );
    items
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
        view! { <Reasoned step="reopen" href=data.href.clone() ask="Open it again" label="Why" hint="It counts again for the gate at once." form=form.clone() latest=None /> }
    });
    let gone = steps.gone.then(|| {
        view! { <Reasoned step="runs-no-longer" href=data.href.clone() ask="Confirm that it no longer runs" label="How you know" hint="You looked where it ran, and it is not there. It closes the finding; it stays on record for its period." form=form.clone() latest=None /> }
    });
    let refused = (!steps.refused.is_empty()).then(|| {
        let lines = steps.refused.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <ul class="small soft">{lines}</ul> }
    });
    view! {
        <section class="section finding-steps">
            <div class="cluster"><StandingBadge state=data.line.state.clone() /><span>{data.standing}</span></div>
            {start}
            {resolve}
            {accept}
            {reopen}
            {gone}
            {refused}
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
