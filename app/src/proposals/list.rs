//! What waits for confirmation, and everything that was proposed.

use std::collections::BTreeMap;

use assay_domain::proposals::{Kind, ProposalState};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::BASE;
use crate::components::{Badge, Button, ButtonKind, Column, Empty, PageTitle, Pagination, Table, Tone, when};

/// A proposal in a list.
#[derive(Clone, Debug)]
pub struct ProposalLine {
    /// Its id.
    pub id: String,
    /// What it would do.
    pub what: String,
    /// Its page.
    pub href: String,
    /// What kind of change it is.
    pub kind: Kind,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How far it is.
    pub state: ProposalState,
}

/// All proposals that the visitor may see.
#[component]
pub fn ProposalsPage(
    /// Those that wait for the visitor.
    waiting: Vec<ProposalLine>,
    /// All of them, the newest first.
    all: Vec<ProposalLine>,
    /// The next page of the list.
    next: Option<String>,
) -> AnyView {
    let lede = "A change on which a control depends is proposed by one person and confirmed by another. Until then \
                nothing changes.";
    let there = if all.is_empty() {
        view! {
            <Empty title="Nothing was proposed yet">
                <p>"When somebody proposes a change that needs a second person, it appears here and on the first page of whoever may confirm it."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <section class="section stack" aria-labelledby="all">
                <h2 id="all">"All proposals"</h2>
                <ProposalTable caption="All proposals" proposals=all />
                {next.map(|next| view! { <Pagination label="Proposals" first=BASE next /> })}
            </section>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <PageTitle title="Waiting for confirmation" lede />
            <ForYou waiting />
            {there}
        </div>
    }
    .into_any()
}

/// What the visitor may confirm: by kind, each kind as a list that can be confirmed in one go.
#[component]
fn ForYou(waiting: Vec<ProposalLine>) -> AnyView {
    let mut kinds: BTreeMap<Kind, Vec<ProposalLine>> = BTreeMap::new();
    for line in waiting {
        kinds.entry(line.kind).or_default().push(line);
    }
    let body = if kinds.is_empty() {
        view! { <p class="soft">"Nothing waits for you."</p> }.into_any()
    } else {
        kinds.into_iter().map(|(kind, lines)| view! { <OfKind kind lines /> }).collect_view().into_any()
    };
    view! {
        <section class="section stack" aria-labelledby="for-you">
            <h2 id="for-you">"For you to confirm"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn OfKind(kind: Kind, lines: Vec<ProposalLine>) -> AnyView {
    let columns = ["Choose", "Proposal", "By", "When"].map(Column::new).to_vec();
    let rows = lines
        .into_iter()
        .map(|line| {
            let label = format!("Choose: {}", line.what);
            vec![
                view! { <input type="checkbox" name="proposal" value=line.id aria-label=label /> }.into_any(),
                view! { <a href=line.href>{line.what}</a> }.into_any(),
                line.by.into_any(),
                when(line.at).into_any(),
            ]
        })
        .collect();
    view! {
        <form class="stack-small" method="post" action=format!("{BASE}/confirm")>
            <h3>{kind.label()}</h3>
            <Table caption=kind.label() columns rows hide_caption=true />
            <div class="actions"><Button kind=ButtonKind::Secondary>"Confirm those that are ticked"</Button></div>
        </form>
    }
    .into_any()
}

/// Proposals in a table.
#[component]
pub fn ProposalTable(caption: &'static str, proposals: Vec<ProposalLine>) -> AnyView {
    let columns = ["Proposal", "State", "By", "When"].map(Column::new).to_vec();
    let rows = proposals
        .into_iter()
        .map(|line| {
            vec![
                view! { <a href=line.href>{line.what}</a> }.into_any(),
                state(line.state),
                line.by.into_any(),
                when(line.at).into_any(),
            ]
        })
        .collect();
    view! { <Table caption columns rows hide_caption=true /> }.into_any()
}

/// How far a proposal is, as a mark.
pub(super) fn state(state: ProposalState) -> AnyView {
    let tone = match state {
        ProposalState::Waiting => Tone::Info,
        ProposalState::Confirmed => Tone::Good,
        ProposalState::Rejected => Tone::Bad,
        ProposalState::Withdrawn => Tone::Neutral,
    };
    view! { <Badge tone text=state.label() /> }.into_any()
}
