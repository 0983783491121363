//! What a version's page says of the gate: its answer now for each environment, and what it decided on record.

use leptos::prelude::*;

use super::answer::sentence;
use crate::components::{Badge, Column, Table, Tone};

/// What the gate says of a version now, for one environment.
#[derive(Clone, Debug)]
pub struct GateEnvironment {
    /// The environment.
    pub environment: String,
    /// Whether it may be deployed.
    pub allowed: bool,
    /// Why, as far as one sentence tells it.
    pub why: String,
    /// How many more reasons there are.
    pub more: usize,
    /// The whole answer.
    pub href: String,
}

/// A decision on record.
#[derive(Clone, Debug)]
pub struct GateDecisionLine {
    /// When.
    pub when: String,
    /// Where it was to be deployed.
    pub environment: String,
    /// Whether it might.
    pub allowed: bool,
    /// Why.
    pub why: String,
    /// Who asked.
    pub by: String,
    /// Its entry in the ledger, for those who may read it.
    pub entry: Option<String>,
}

/// All that is shown.
#[derive(Clone, Debug, Default)]
pub struct VersionGate {
    /// The answers now.
    pub now: Vec<GateEnvironment>,
    /// The latest decisions, the newest first.
    pub decisions: Vec<GateDecisionLine>,
    /// Where another environment is asked for.
    pub ask: String,
}

/// The gate, on the page of a version.
#[component]
pub fn GateSection(
    /// What is shown.
    view: VersionGate,
) -> AnyView {
    let VersionGate { now, decisions, ask } = view;
    let columns = ["Environment", "May it be deployed?", "Why"].map(Column::new).to_vec();
    let rows = now.into_iter().map(answer).collect::<Vec<_>>();
    let decided = (!decisions.is_empty()).then(|| {
        let columns = ["When", "Environment", "Decided", "Why", "Asked by", "Record"].map(Column::new).to_vec();
        let rows = decisions.into_iter().map(decision).collect::<Vec<_>>();
        view! {
            <h3>"Decided on record"</h3>
            <Table caption="What the gate decided about this version on record" hide_caption=true columns rows />
        }
    });
    view! {
        <section class="section stack" id="gate">
            <h2>"Gate"</h2>
            <Table caption="What the gate says of this version now" hide_caption=true columns rows />
            <p><a href=ask>"Ask for another environment"</a></p>
            {decided}
        </section>
    }
    .into_any()
}

fn answer(line: GateEnvironment) -> Vec<AnyView> {
    let more = match line.more {
        0 => None,
        1 => Some("and one more reason".to_owned()),
        more => Some(format!("and {more} more reasons")),
    };
    let more = more.map(|words| view! { <br /><a class="small" href=line.href.clone()>{words}</a> });
    vec![
        view! { <a href=line.href>{line.environment}</a> }.into_any(),
        badge(line.allowed),
        view! { {sentence(&line.why)}{more} }.into_any(),
    ]
}

fn decision(line: GateDecisionLine) -> Vec<AnyView> {
    vec![
        line.when.into_any(),
        line.environment.into_any(),
        badge(line.allowed),
        sentence(&line.why).into_any(),
        line.by.into_any(),
        line.entry.map(|href| view! { <a href=href>"Entry"</a> }).into_any(),
    ]
}

fn badge(allowed: bool) -> AnyView {
    let (tone, text) = if allowed { (Tone::Good, "Yes") } else { (Tone::Bad, "No") };
    view! { <Badge tone text /> }.into_any()
}
