//! The steps of the policy: who has to decide, who has, who could.

use leptos::prelude::*;

use crate::components::{Badge, Button, ButtonKind, Tone};

/// A step of the policy.
#[derive(Clone, Debug)]
pub struct StepView {
    /// The question that it answers: "Does it work?".
    pub title: String,
    /// The job roles of which one is needed, in words.
    pub roles: String,
    /// Who is kept out, in words; empty where nobody is.
    pub excluded: String,
    /// How many approvals it needs.
    pub needed: usize,
    /// The decisions made.
    pub decisions: Vec<DecisionLine>,
    /// What the step does now.
    pub standing: (Tone, String),
    /// Who could decide in it, by name.
    pub people: Vec<String>,
    /// Whether decisions are still missing in it.
    pub is_open: bool,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct DecisionLine {
    /// Who, in words.
    pub who: String,
    /// By which job role.
    pub role: String,
    /// Yes or no.
    pub approved: bool,
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Why.
    pub reason: String,
    /// What has to be done.
    pub conditions: Vec<ConditionLine>,
    /// What is said of whoever decided, where it bears on whether it counts.
    pub claimed: Option<String>,
}

/// A condition.
#[derive(Clone, Debug)]
pub struct ConditionLine {
    /// Which.
    pub id: String,
    /// What has to be done.
    pub text: String,
    /// "by 21 Dec 2026".
    pub due: String,
    /// How it stands.
    pub state: (Tone, &'static str),
    /// Where the visitor can confirm it.
    pub confirm: Option<String>,
}

/// All steps.
#[component]
pub(super) fn Steps(steps: Vec<StepView>, in_sequence: bool) -> AnyView {
    let order = if in_sequence && steps.len() > 1 { "One after the other." } else { "" };
    let rows = steps.into_iter().map(step).collect_view();
    view! {
        <section class="section" id="decisions">
            <h2>"Decisions"</h2>
            {(!order.is_empty()).then(|| view! { <p class="soft">{order}</p> })}
            <ol class="approval-steps">{rows}</ol>
        </section>
    }
    .into_any()
}

fn step(step: StepView) -> AnyView {
    let (tone, text) = step.standing;
    let decisions = step.decisions.into_iter().map(decision).collect_view();
    let could = step.is_open.then(|| {
        let words = if step.people.is_empty() {
            "Nobody in the team could decide here today: somebody has to hold the job role.".to_owned()
        } else {
            format!("Could decide: {}.", step.people.join(", "))
        };
        view! { <p class="small soft">{words}</p> }
    });
    let needed = if step.needed == 1 { "One of".to_owned() } else { format!("{} of", step.needed) };
    let excluded = (!step.excluded.is_empty()).then(|| format!(". Not {}", step.excluded));
    view! {
        <li class="approval-step">
            <div class="approval-step-head">
                <h3>{step.title}</h3>
                <Badge tone text />
            </div>
            <p class="small soft">{needed}": "{step.roles}{excluded}"."</p>
            <ul class="approval-decisions">{decisions}</ul>
            {could}
        </li>
    }
    .into_any()
}

fn decision(line: DecisionLine) -> AnyView {
    let (tone, word) = if line.approved { (Tone::Good, "Approved") } else { (Tone::Bad, "Rejected") };
    let reason =
        (!line.reason.is_empty()).then(|| view! { <blockquote class="said">{line.reason}</blockquote> });
    let conditions = (!line.conditions.is_empty()).then(|| {
        let rows = line.conditions.into_iter().map(condition).collect_view();
        view! { <ul class="approval-conditions" aria-label="Conditions">{rows}</ul> }
    });
    let claimed = line
        .claimed
        .map(|words| view! { <p class="cluster"><Badge tone=Tone::Warn text="Claimed" />{words}</p> });
    view! {
        <li class="approval-decision">
            <p class="cluster">
                <Badge tone text=word />
                <strong>{line.who}</strong>
                <span class="small soft">{line.role}", "<time datetime=line.at>{line.when}</time></span>
            </p>
            {claimed}
            {reason}
            {conditions}
        </li>
    }
    .into_any()
}

fn condition(line: ConditionLine) -> AnyView {
    let (tone, text) = line.state;
    let confirm = line.confirm.map(|action| {
        view! {
            <details class="more">
                <summary>"Confirm"</summary>
                <form method="post" action=action>
                    <label class="field-label" for=format!("met-{}", line.id)>"What shows it"<span class="field-optional">" (optional)"</span></label>
                    <input class="input" id=format!("met-{}", line.id) name="note" />
                    <Button kind=ButtonKind::Secondary>"It is fulfilled"</Button>
                </form>
            </details>
        }
    });
    view! {
        <li>
            <p>{line.text}</p>
            <p class="cluster small"><Badge tone text /><span class="soft">{line.due}</span></p>
            {confirm}
        </li>
    }
    .into_any()
}
