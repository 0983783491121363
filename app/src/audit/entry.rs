//! One entry: what it says, what it commits to, what proves it.

use leptos::prelude::*;

use super::list::EntryLine;
use super::proof::{Evidence, ProofChecker};
use super::{outcome_word, tone};
use crate::components::{
    Badge, ButtonKind, CodeBlock, Column, Crumb, Definition, DefinitionList, Hash, LinkButton, Notice,
    PageTitle, Pagination, Table, Tone,
};

/// A value that the entry only commits to.
#[derive(Clone, Debug)]
pub struct CommittedValue {
    /// Its name.
    pub field: String,
    /// The commitment, base64.
    pub commitment: String,
    /// The value as text; absent where it was erased.
    pub value: Option<String>,
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct EntryData {
    /// The entry as the list shows it.
    pub line: EntryLine,
    /// What the action means.
    pub meaning: Option<String>,
    /// What sort of actor it was: `person`, `service` or `system`.
    pub actor_kind: String,
    /// The actor's id, to search by.
    pub actor_id: String,
    /// The request that it came from.
    pub request: String,
    /// The event's id.
    pub event: String,
    /// What the action states, by name.
    pub facts: Vec<(String, String)>,
    /// The values kept apart.
    pub committed: Vec<CommittedValue>,
    /// The leaf's hash, base64.
    pub leaf_hash: String,
    /// The leaf, indented for people.
    pub pretty: String,
    /// What the browser needs to check it; absent until a checkpoint covers the entry.
    pub evidence: Option<Evidence>,
    /// The visible entry before this one.
    pub before: Option<u64>,
    /// The visible entry after this one.
    pub after: Option<u64>,
    /// Whether the visitor may export.
    pub may_export: bool,
}

/// One entry of the audit trail.
#[component]
pub fn EntryPage(
    /// Everything on it.
    data: EntryData,
) -> AnyView {
    let line = data.line.clone();
    let title = format!("Entry {}", line.index);
    let lede = format!("{} {}.", line.who, line.sentence);
    let place = |index: u64| format!("/audit/{index}");
    let leaf = data.evidence.as_ref().map(|evidence| evidence.leaf.clone());
    let actions = view! { <Downloads index=line.index event=data.event.clone() receipt=data.evidence.is_some() bundle=data.may_export /> };
    view! {
        <div class="stack">
            <PageTitle title over=line.action.clone() crumbs=vec![Crumb::new("Audit trail", "/audit")] lede>{actions}</PageTitle>
            <section class="section">
                <h2>"What is recorded"</h2>
                <Recorded data=data.clone() />
            </section>
            <Committed values=data.committed />
            <Proof evidence=data.evidence index=line.index />
            <section class="section stack-small">
                <h2>"The exact bytes"</h2>
                <p class="prose">"This is what is hashed, signed and exported; everything above is read from it. The first block is laid out for reading, the second one is exact."</p>
                <CodeBlock caption="For reading" code=data.pretty />
                {leaf.map(|leaf| view! { <CodeBlock caption="Exact: RFC 8785 canonical JSON" code=leaf /> })}
            </section>
            <Pagination label="Entries" previous=data.before.map(place) next=data.after.map(place) />
        </div>
    }
    .into_any()
}

#[component]
fn Downloads(index: u64, event: String, receipt: bool, bundle: bool) -> AnyView {
    let receipt = receipt.then(|| {
        let (href, name) = (format!("/audit/{index}/receipt"), format!("entry-{index}.receipt"));
        view! { <LinkButton href kind=ButtonKind::Secondary download=name>"Receipt"</LinkButton> }
    });
    let bundle = bundle.then(|| {
        let href = format!("/api/v1/audit/export?q={event}");
        view! { <LinkButton href kind=ButtonKind::Secondary download="">"Evidence bundle"</LinkButton> }
    });
    view! { {receipt}{bundle} }.into_any()
}

#[component]
fn Recorded(data: EntryData) -> AnyView {
    let line = data.line;
    let subject = match line.subject {
        (label, Some(href)) => view! { <a href=href>{label}</a> }.into_any(),
        (label, None) => label.into_any(),
    };
    let kind = match data.actor_kind.as_str() {
        "person" => "a person",
        "service" => "a service account",
        _ => "the server or its command line",
    };
    let who = format!("/audit?actor={}", data.actor_id);
    let action =
        view! { <code>{line.action.clone()}</code>{data.meaning.map(|meaning| format!(" {meaning}"))} };
    let mut items = vec![
        Definition::new("When", view! { <time datetime=line.at>{line.when}</time> }),
        Definition::new("Who", view! { <a href=who>{line.who}</a>{format!(", {kind}")} }),
        Definition::new("Action", action),
        Definition::new("Subject", subject),
    ];
    items.extend(line.team.map(|team| Definition::new("Team", team)));
    let outcome = view! { <Badge tone=tone(&line.outcome) text=outcome_word(&line.outcome) /> };
    items.push(Definition::new("Outcome", outcome));
    items.extend(data.facts.into_iter().map(|(name, value)| {
        Definition::new(fact_name(&name), view! { <span class="break">{value}</span> })
    }));
    let related = format!("/audit?q={}", data.request);
    items.push(Definition::new(
        "Request",
        view! { <a class="break" href=related><code>{data.request}</code></a> },
    ));
    items.push(Definition::new("Event", view! { <code class="break">{data.event}</code> }));
    view! { <DefinitionList items /> }.into_any()
}

fn fact_name(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).map(|letter| if letter == '_' { ' ' } else { letter }).collect()
}

#[component]
fn Committed(values: Vec<CommittedValue>) -> AnyView {
    if values.is_empty() {
        return ().into_any();
    }
    let columns = ["Field", "Value", "Commitment in the entry"].map(Column::new).to_vec();
    let rows = values
        .into_iter()
        .map(|value| {
            let shown = match value.value {
                Some(text) => view! { <span class="break">{text}</span> }.into_any(),
                None => view! { <Badge tone=Tone::Neutral text="Erased" /> }.into_any(),
            };
            vec![
                fact_name(&value.field).into_any(),
                shown,
                view! { <Hash value=value.commitment /> }.into_any(),
            ]
        })
        .collect();
    view! {
        <section class="section stack-small">
            <h2>"Kept apart"</h2>
            <p class="prose">"Names and free text are not in the entry, only a salted hash of each. So a value can be erased when it must be, and the entry still proves everything else."</p>
            <Table caption="Committed values" hide_caption=true columns rows />
        </section>
    }
    .into_any()
}

#[component]
fn Proof(evidence: Option<Evidence>, index: u64) -> AnyView {
    let checked = match evidence {
        Some(evidence) => view! {
            <ProofChecker evidence />
            <p class="small soft prose">
                "The checks run in your browser, with the same code as "<code>"assay verify"</code>". Without WebAssembly, or to check elsewhere: download the evidence bundle above and run "
                <code>"assay verify"</code>" on it, or hand the receipt ("
                <a href=format!("/audit/{index}/receipt")>"C2SP tlog-proof"</a>
                ") to any verifier of that format."
            </p>
        }
        .into_any(),
        None => view! { <Notice tone=Tone::Info>"No checkpoint covers this entry yet. That takes a moment: load the page again."</Notice> }.into_any(),
    };
    view! {
        <section class="section stack-small">
            <h2>"Proof"</h2>
            {checked}
        </section>
    }
    .into_any()
}
