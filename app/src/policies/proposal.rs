//! What a proposal about a policy shows: what it would change, who could not satisfy it, and the text.

use assay_domain::approvals::{ChangedStatement, Statement};
use leptos::prelude::*;

use super::TeamLine;
use super::said::{Differences, Said, Teams};
use crate::components::{CodeBlock, Notice, Tone};

/// A change of the policies.
#[derive(Clone, Debug)]
pub struct PolicyDetails {
    /// Whether the policy would go out of force.
    pub out: bool,
    /// The version that would come into force, or go out.
    pub version: String,
    /// The version in force when it was proposed.
    pub replaces: Option<String>,
    /// What differs from the version that it replaces.
    pub changed: Option<Vec<ChangedStatement>>,
    /// What it says.
    pub statements: Vec<Statement>,
    /// Who can satisfy it; nothing once it is decided.
    pub teams: Option<Vec<TeamLine>>,
    /// The TOML text.
    pub source: String,
}

/// What a proposal about a policy shows besides what all proposals have.
#[component]
pub fn ProposedPolicy(
    /// The change.
    details: PolicyDetails,
) -> AnyView {
    let PolicyDetails { out, version, replaces, changed, statements, teams, source } = details;
    let change = match (out, changed) {
        (true, _) => view! {
            <Notice tone=Tone::Warn title="Nothing would take its place.">"Where this policy decides now, no policy would, and the gate would let nothing through."</Notice>
            <Said statements />
        }
        .into_any(),
        (false, Some(changed)) => {
            let before = format!("Now ({})", replaces.unwrap_or_default());
            let after = format!("Proposed ({version})");
            view! { <Differences changed before after /> }.into_any()
        }
        (false, None) => view! {
            <p class="prose">"There is no such policy in force yet. This is all that it would say."</p>
            <Said statements />
        }
        .into_any(),
    };
    let teams = teams.map(|teams| {
        view! {
            <section class="section stack" aria-labelledby="teams">
                <h2 id="teams">"Who could satisfy it today"</h2>
                <Teams teams />
            </section>
        }
    });
    view! {
        <section class="section stack" aria-labelledby="change">
            <h2 id="change">{if out { "What would go" } else { "What would change" }}</h2>
            {change}
        </section>
        {teams}
        <section class="section stack" aria-labelledby="text">
            <h2 id="text">"The text"</h2>
            <details class="more">
                <summary>"Show it as TOML"</summary>
                <CodeBlock caption="TOML" code=source />
            </details>
        </section>
    }
    .into_any()
}
