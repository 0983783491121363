//! One proposal: what is asked, why, what follows, and the ways to decide about it.

use assay_domain::proposals::{Kind, ProposalState};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::{BASE, Details, list};
use crate::components::{
    Button, ButtonKind, Confirm, Crumb, Definition, DefinitionList, ErrorSummary, ErrorsByField, FieldError,
    Hash, Notice, PageTitle, Textarea, Tone, when,
};
use crate::policies::ProposedPolicy;

/// A confirmation that a proposal needs.
#[derive(Clone, Debug)]
pub struct NeedLine {
    /// Who gives it.
    pub what: String,
    /// Who gave it (nobody where nobody could), when, and whether an administrator stood in.
    pub given: Option<(Option<String>, DateTime<Utc>, bool)>,
}

/// All that the page shows of a proposal.
#[derive(Clone, Debug)]
pub struct ProposalData {
    /// Its page.
    pub href: String,
    /// The page of what it is about.
    pub subject_href: Option<String>,
    /// What kind of change it is.
    pub kind: Kind,
    /// What it would do.
    pub title: String,
    /// What there is now.
    pub from: String,
    /// What there would be.
    pub to: String,
    /// What follows for open requests and valid approvals.
    pub consequence: String,
    /// Why, in the words of who proposed it.
    pub reason: String,
    /// The digest of what would change.
    pub sha256: Option<String>,
    /// How far it is.
    pub state: ProposalState,
    /// Whether it took effect because nobody could confirm it.
    pub alone: bool,
    /// When it takes effect by itself because nobody could confirm it.
    pub alone_at: Option<DateTime<Utc>>,
    /// The confirmations that it needs.
    pub needs: Vec<NeedLine>,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who decided about it, and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// Why it was turned down, or why it ended.
    pub note: String,
}

/// One proposal.
#[component]
pub fn ProposalPage(
    /// The proposal.
    proposal: ProposalData,
    /// What its kind shows besides.
    details: Details,
    /// Whether the visitor may confirm it.
    may_confirm: bool,
    /// Whether the visitor may turn it down.
    may_reject: bool,
    /// Whether the visitor may take it back.
    may_withdraw: bool,
    /// Why the visitor may not confirm it.
    why_not: Option<String>,
    /// What is wrong with what was typed.
    errors: Vec<FieldError>,
) -> AnyView {
    let trail = vec![Crumb::new("Waiting for confirmation", BASE)];
    let (href, title, over) = (proposal.href.clone(), proposal.title.clone(), proposal.kind.label());
    let waits = proposal.state == ProposalState::Waiting;
    let consequence = proposal.consequence.clone();
    let alone = alone(&proposal);
    let follows = (!consequence.is_empty()).then(|| {
        view! {
            <section class="section stack-small" aria-labelledby="follows">
                <h2 id="follows">{if waits { "What follows when it is confirmed" } else { "What follows" }}</h2>
                <p class="prose">{consequence}</p>
            </section>
        }
    });
    let details = match details {
        Details::Nothing => ().into_any(),
        Details::Facts(facts) => {
            let items = facts.into_iter().map(|(term, text)| Definition::new(term, text)).collect();
            view! { <DefinitionList items /> }.into_any()
        }
        Details::Policy(details) => view! { <ProposedPolicy details=*details /> }.into_any(),
    };
    let deciding = (may_confirm || may_reject)
        .then(|| view! { <Decide href=href.clone() may_confirm may_reject errors=errors.clone() /> });
    let refused = why_not.filter(|_| !may_confirm && !may_reject && !may_withdraw).map(|why| {
        let mut why = why + ".";
        if let Some(first) = why.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        view! { <p class="prose soft">{why}</p> }
    });
    let withdrawing = may_withdraw.then(|| view! { <Withdraw href=href.clone() /> });
    view! {
        <div class="stack">
            <PageTitle title over crumbs=trail />
            <ErrorSummary errors />
            {alone}
            <DefinitionList items=facts(proposal) />
            {follows}
            {details}
            {deciding}
            {refused}
            {withdrawing}
        </div>
    }
    .into_any()
}

fn alone(proposal: &ProposalData) -> Option<AnyView> {
    if proposal.alone {
        let notice = view! {
            <Notice tone=Tone::Warn title="Confirmed by nobody else.">"There was nobody who could confirm it, so it took effect by itself. It is marked like this wherever it counts."</Notice>
        };
        return Some(notice.into_any());
    }
    let at = when(proposal.alone_at?);
    let title = format!("Nobody can confirm this. It takes effect by itself on {at}.");
    Some(view! { <Notice tone=Tone::Warn title>"It will be marked as confirmed by nobody else. Give somebody the role that is asked for, and they decide instead."</Notice> }.into_any())
}

fn facts(proposal: ProposalData) -> Vec<Definition> {
    let mut facts = vec![Definition::new("State", list::state(proposal.state))];
    if !proposal.from.is_empty() {
        facts.push(Definition::new("Now", proposal.from));
    }
    if !proposal.to.is_empty() {
        facts.push(Definition::new("Proposed", proposal.to));
    }
    if let Some(href) = proposal.subject_href {
        facts.push(Definition::new("About", view! { <a href=href>"Show what it is about"</a> }));
    }
    facts.push(Definition::new("Proposed by", format!("{}, {}", proposal.by, when(proposal.at))));
    if !proposal.reason.is_empty() {
        facts.push(Definition::new("Why", proposal.reason));
    }
    for need in proposal.needs {
        facts.push(Definition::new("Confirmation", confirmation(need)));
    }
    if let (Some((by, at)), ProposalState::Rejected | ProposalState::Withdrawn) =
        (proposal.decided, proposal.state)
    {
        let term = if proposal.state == ProposalState::Rejected { "Turned down by" } else { "Withdrawn by" };
        facts.push(Definition::new(term, format!("{by}, {}", when(at))));
    }
    if !proposal.note.is_empty() {
        facts.push(Definition::new("Because", proposal.note));
    }
    if let Some(sha256) = proposal.sha256 {
        facts.push(Definition::new("Digest", view! { <Hash value=format!("sha256:{sha256}") /> }));
    }
    facts
}

fn confirmation(need: NeedLine) -> String {
    match need.given {
        None => format!("Needs {}", need.what),
        Some((None, at, _)) => format!("Nobody could give it ({}), {}", need.what, when(at)),
        Some((Some(by), at, false)) => format!("{by}, as {}, {}", need.what, when(at)),
        Some((Some(by), at, true)) => {
            format!("{by}, an administrator, because there was no {}, {}", need.what, when(at))
        }
    }
}

#[component]
fn Decide(href: String, may_confirm: bool, may_reject: bool, errors: Vec<FieldError>) -> AnyView {
    let confirm = may_confirm.then(|| {
        view! { <form method="post" action=format!("{href}/confirm")><Button>"Confirm it"</Button></form> }
    });
    let reject = may_reject.then(|| {
        view! {
            <form class="stack narrow policy-no" method="post" action=format!("{href}/reject")>
                <Textarea id="reason" label="Or say why not" error=errors.at("reason") required=true />
                <Button kind=ButtonKind::Secondary>"Turn it down"</Button>
            </form>
        }
    });
    view! {
        <section class="section stack" aria-labelledby="decide">
            <h2 id="decide">"Your decision"</h2>
            {confirm}
            {reject}
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
                consequence="Nothing changes. That it was proposed stays on record."
                action=format!("{href}/withdraw")
            />
        </section>
    }
    .into_any()
}
