//! What is missing, with the fix of each finding as a form right there.

use assay_domain::ownership::Severity;
use leptos::prelude::*;

use super::{OwnershipHead, OwnershipPlace};
use crate::components::{
    Badge, Button, ButtonKind, Empty, ErrorSummary, FieldError, Select, SelectOption, Tone,
};
use crate::teams::TeamNav;

/// How a finding is fixed from the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixForm {
    /// Who can be chosen.
    pub people: Vec<SelectOption>,
    /// Who is suggested, or was chosen.
    pub person: String,
    /// What the choice of a person is called: "Hand over to".
    pub person_label: String,
    /// The roles that can be chosen; empty where the role is given.
    pub roles: Vec<SelectOption>,
    /// The role that is suggested, or was chosen.
    pub role: String,
    /// The words on the button: "Make accountable".
    pub button: String,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingLine {
    /// Its id.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// How it goes away, in a sentence.
    pub fix: String,
    /// The form, for those who may.
    pub form: Option<FixForm>,
    /// What is wrong with what was chosen.
    pub error: Option<String>,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct FindingsView {
    /// The team.
    pub nav: TeamNav,
    /// The findings, what matters most first.
    pub findings: Vec<FindingLine>,
}

/// What is missing in who holds what.
#[component]
pub fn FindingsPage(
    /// The findings.
    view: FindingsView,
) -> AnyView {
    let FindingsView { nav, findings } = view;
    let action = format!("{}/ownership/findings", nav.href);
    let wrong = findings.iter().filter_map(|line| Some((format!("person-{}", line.id), line.error.clone()?)));
    let errors: Vec<FieldError> = wrong.map(|(field, message)| FieldError::new(field, message)).collect();
    let lede = match findings.len() {
        0 => "Everything has somebody who answers for it.".to_owned(),
        1 => "One thing is missing.".to_owned(),
        many if findings.iter().any(|line| line.form.is_some()) => {
            format!("{many} things are missing. Each can be fixed right here.")
        }
        many => format!("{many} things are missing. The team lead can fix them."),
    };
    let body = if findings.is_empty() {
        let href = format!("{}/ownership", nav.href);
        view! {
            <Empty title="Nothing is missing">
                <p>"Everything has one accountable person and a stand-in, and every duty is covered."</p>
                <p><a href=href>"Show who holds what"</a></p>
            </Empty>
        }
        .into_any()
    } else {
        Severity::ALL
            .into_iter()
            .map(|severity| {
                let of = findings.iter().filter(|line| line.severity == severity).cloned().collect();
                view! { <Group severity lines=of action=action.clone() /> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="stack">
            <OwnershipHead nav place=OwnershipPlace::Findings title="What is missing" lede />
            <ErrorSummary errors />
            {body}
        </div>
    }
    .into_any()
}

fn words(severity: Severity) -> (Tone, &'static str) {
    match severity {
        Severity::High => (Tone::Bad, "Nobody looks after it, or nobody knows who does."),
        Severity::Medium => (Tone::Warn, "It works until somebody is ill or has too much to do."),
        Severity::Low => (Tone::Neutral, "Worth knowing: a duty that no role held here covers."),
    }
}

#[component]
fn Group(severity: Severity, lines: Vec<FindingLine>, action: String) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let (tone, meaning) = words(severity);
    let title = format!("{} severity", severity.label());
    let count = lines.len().to_string();
    let entries = lines.into_iter().map(|line| view! { <Line line action=action.clone() /> }).collect_view();
    view! {
        <section class="section">
            <h2 class="own-severity">{title}<Badge tone text=count /></h2>
            <p class="soft">{meaning}</p>
            <ul class="own-findings">{entries}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Line(line: FindingLine, action: String) -> AnyView {
    let FindingLine { id, sentence, fix, form, error, .. } = line;
    let form = form.map(|form| {
        let label = format!("{}: {sentence}", form.button);
        let roles = (!form.roles.is_empty()).then(|| {
            let id = format!("role-{id}");
            view! { <Select id name="role" label="As" options=form.roles value=form.role /> }
        });
        view! {
            <form method="post" action=action>
                <input type="hidden" name="finding" value=id.clone() />
                <Select id=format!("person-{id}") name="person" label=form.person_label options=form.people value=form.person error />
                {roles}
                <Button kind=ButtonKind::Secondary label>{form.button}</Button>
            </form>
        }
    });
    view! {
        <li class="own-finding" id=id>
            <div>
                <p class="own-sentence">{sentence}</p>
                <p class="small soft">{fix}</p>
            </div>
            {form}
        </li>
    }
    .into_any()
}
