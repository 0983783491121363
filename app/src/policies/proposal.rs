//! One proposal: what it would change, who could not satisfy it, and the ways to decide about it.

use assay_domain::approvals::{ChangedStatement, PolicyChange, ProposalState, Statement};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::said::{Differences, Said, Teams};
use super::{BASE, PROPOSALS, TeamLine, crumbs, list};
use crate::access::AdminTabs;
use crate::components::{
    Button, ButtonKind, CodeBlock, Confirm, Crumb, Definition, DefinitionList, ErrorSummary, ErrorsByField,
    FieldError, Hash, Notice, PageTitle, Textarea, Tone, when,
};

/// All that the page shows of a proposal.
#[derive(Clone, Debug)]
pub struct ProposalData {
    /// Its page.
    pub href: String,
    /// The policy's page.
    pub policy_href: Option<String>,
    /// The policy's id.
    pub policy: String,
    /// What people call it.
    pub title: String,
    /// The version that would come into force, or go out.
    pub version: String,
    /// The version in force when it was proposed.
    pub replaces: Option<String>,
    /// Digest of the content.
    pub sha256: String,
    /// What it would change.
    pub change: PolicyChange,
    /// How far it is.
    pub state: ProposalState,
    /// Why, in the words of who proposed it.
    pub reason: String,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who decided about it and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// Why it was turned down.
    pub note: String,
    /// The TOML text.
    pub source: String,
}

/// One proposal.
#[component]
pub fn ProposalPage(
    /// The proposal.
    proposal: ProposalData,
    /// What differs from the version that it replaces.
    changed: Option<Vec<ChangedStatement>>,
    /// What it says, where it replaces none.
    statements: Vec<Statement>,
    /// Who can satisfy it; nothing once it is decided.
    teams: Option<Vec<TeamLine>>,
    /// Whether the one looking may confirm it or turn it down.
    may_decide: bool,
    /// Whether the one looking proposed it and may withdraw it.
    may_withdraw: bool,
    /// What is wrong with what was typed.
    errors: Vec<FieldError>,
    /// Whether the one looking may see the rest of the administration.
    in_administration: bool,
) -> AnyView {
    let mut trail = crumbs();
    trail.push(Crumb::new("Proposals", PROPOSALS));
    let out = proposal.change == PolicyChange::OutOfForce;
    let over = if out { "Proposal to take out of force" } else { "Proposal to bring into force" };
    let source = proposal.source.clone();
    let href = proposal.href.clone();
    let title = format!("{} {}", proposal.title, proposal.version);
    let change = match (out, changed) {
        (true, _) => view! {
            <Notice tone=Tone::Warn title="Nothing would take its place.">"Where this policy decides now, no policy would, and the gate would let nothing through."</Notice>
            <Said statements />
        }
        .into_any(),
        (false, Some(changed)) => {
            let before = format!("Now ({})", proposal.replaces.clone().unwrap_or_default());
            let after = format!("Proposed ({})", proposal.version);
            view! { <Differences changed before after /> }.into_any()
        }
        (false, None) => view! {
            <p class="prose">"There is no such policy in force yet. This is all that it would say."</p>
            <Said statements />
        }
        .into_any(),
    };
    let teams = teams.filter(|_| !out).map(|teams| {
        view! {
            <section class="section stack" aria-labelledby="teams">
                <h2 id="teams">"Who could satisfy it today"</h2>
                <Teams teams />
            </section>
        }
    });
    let deciding = may_decide.then(|| view! { <Decide href=href.clone() out errors=errors.clone() /> });
    let withdrawing = may_withdraw.then(|| view! { <Withdraw href=href.clone() /> });
    view! {
        <div class="stack">
            <PageTitle title over crumbs=trail />
            {in_administration.then(|| view! { <AdminTabs current=BASE /> })}
            <ErrorSummary errors />
            <DefinitionList items=facts(proposal) />
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
            {deciding}
            {withdrawing}
        </div>
    }
    .into_any()
}

fn facts(proposal: ProposalData) -> Vec<Definition> {
    let policy = match proposal.policy_href {
        Some(href) => view! { <a href=href>{proposal.policy}</a> }.into_any(),
        None => proposal.policy.into_any(),
    };
    let mut facts = vec![
        Definition::new("State", list::state(proposal.state)),
        Definition::new("Policy", policy),
        Definition::new("Proposed by", format!("{}, {}", proposal.by, when(proposal.at))),
    ];
    if !proposal.reason.is_empty() {
        facts.push(Definition::new("Why", proposal.reason));
    }
    if let Some((by, at)) = proposal.decided {
        let term = match proposal.state {
            ProposalState::Confirmed => "Confirmed by",
            ProposalState::Rejected => "Turned down by",
            ProposalState::Withdrawn | ProposalState::Waiting => "Withdrawn by",
        };
        facts.push(Definition::new(term, format!("{by}, {}", when(at))));
    }
    if !proposal.note.is_empty() {
        facts.push(Definition::new("Because", proposal.note));
    }
    facts.push(Definition::new("Digest", view! { <Hash value=format!("sha256:{}", proposal.sha256) /> }));
    facts
}

#[component]
fn Decide(href: String, out: bool, errors: Vec<FieldError>) -> AnyView {
    let consequence = if out {
        "It goes out of force at once. Whatever was asked for or approved under it has to be asked for again, under another policy."
    } else {
        "It is in force at once. Whatever was asked for or approved under the version before has to be asked for again."
    };
    view! {
        <section class="section stack" aria-labelledby="decide">
            <h2 id="decide">"Your decision"</h2>
            <p class="prose">{consequence}</p>
            <form method="post" action=format!("{href}/confirm")>
                <Button>"Confirm it"</Button>
            </form>
            <form class="stack narrow policy-no" method="post" action=format!("{href}/reject")>
                <Textarea id="reason" label="Or say why not" error=errors.at("reason") required=true />
                <Button kind=ButtonKind::Secondary>"Turn it down"</Button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Withdraw(href: String) -> AnyView {
    view! {
        <section class="section stack" aria-labelledby="withdraw">
            <h2 id="withdraw">"Your proposal"</h2>
            <p class="prose">"Somebody else confirms it or turns it down: nobody decides about their own proposal, under whatever account."</p>
            <Confirm
                ask="Withdraw it"
                consequence="Nothing changes, and you or others may propose something else about this policy. That it was proposed stays on record."
                action=format!("{href}/withdraw")
            />
        </section>
    }
    .into_any()
}
