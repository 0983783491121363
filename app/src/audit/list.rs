//! The trail: filter, entries, what to take along, the state of the log.

use leptos::prelude::*;

use super::{outcome_word, tone};
use crate::components::{
    Badge, ButtonKind, Card, CodeBlock, Column, Definition, DefinitionList, ErrorSummary, ErrorsByField,
    Field, FieldError, Filters, Hash, InputKind, LinkButton, Notice, PageTitle, Pagination, Select,
    SelectOption, Table, Tone,
};

/// An entry as a line of the list.
#[derive(Clone, Debug)]
pub struct EntryLine {
    /// Its place in the log.
    pub index: u64,
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Who.
    pub who: String,
    /// What they did, continuing the name.
    pub sentence: String,
    /// The action's name.
    pub action: String,
    /// To what, with its page where the visitor may open it.
    pub subject: (String, Option<String>),
    /// Whose team it concerns.
    pub team: Option<String>,
    /// `ok`, `denied` or `failed`.
    pub outcome: String,
}

/// What was searched for, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct SearchForm {
    /// An actor's id.
    pub actor: String,
    /// An action's name.
    pub action: String,
    /// A type, an id or both.
    pub subject: String,
    /// A team's short name.
    pub team: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Any text.
    pub q: String,
    /// An outcome.
    pub outcome: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// An actor or team to choose.
#[derive(Clone, Debug)]
pub struct ActorChoice {
    /// The value to search by.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// The state of the log.
#[derive(Clone, Debug)]
pub struct LedgerState {
    /// The log's name.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash, base64.
    pub root: String,
    /// The key's text.
    pub vkey: String,
    /// When the last entry was recorded.
    pub last_entry: Option<String>,
    /// Why nothing can be recorded; absent while all is well.
    pub halted: Option<String>,
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct TrailData {
    /// The filter.
    pub form: SearchForm,
    /// The filter as a query string; empty where nothing is filtered.
    pub query: String,
    /// Names of all actions.
    pub actions: Vec<String>,
    /// Teams to choose from.
    pub teams: Vec<ActorChoice>,
    /// Actors to choose from.
    pub actors: Vec<ActorChoice>,
    /// The entries, newest first.
    pub entries: Vec<EntryLine>,
    /// Where the newer entries are.
    pub newer: Option<String>,
    /// Where the older entries are.
    pub older: Option<String>,
    /// The state of the log; absent before the first checkpoint.
    pub state: Option<LedgerState>,
    /// Whether the visitor sees some teams only.
    pub is_partial: bool,
    /// Whether the visitor may export what is shown.
    pub may_export: bool,
    /// Whether the visitor may export the whole log.
    pub may_export_all: bool,
}

/// The audit trail.
#[component]
pub fn TrailPage(
    /// Everything on it.
    data: TrailData,
) -> AnyView {
    let TrailData { form, query, actions, teams, actors, entries, newer, older, state, .. } = data;
    let lede = if data.is_partial {
        "What was done in your teams, in order. No entry can be changed or removed without it showing."
    } else {
        "Everything that was done, in order. No entry can be changed or removed without it showing."
    };
    let halted = state.as_ref().and_then(|state| state.halted.clone()).map(|reason| {
        view! { <Notice tone=Tone::Bad title="Nothing can be recorded at the moment.">{reason}</Notice> }
    });
    let active = !query.is_empty();
    let first = newer.is_some().then(|| address("/audit", &query));
    let summary = match entries.len() {
        0 => None,
        1 => Some("1 entry".to_owned()),
        many => Some(format!("{many} entries, newest first")),
    };
    let errors = form.errors.clone();
    let exports = data.may_export.then(|| view! { <Exports query all=data.may_export_all active /> });
    view! {
        <div class="stack">
            <PageTitle title="Audit trail" lede />
            {halted}
            <ErrorSummary errors />
            <TrailFilters form actions teams actors active />
            <Entries entries active />
            <Pagination label="Audit entries" first previous=newer next=older summary />
            <div class="grid section">
                {exports}
                {state.map(|state| view! { <State state /> })}
            </div>
        </div>
    }
    .into_any()
}

/// A path with a query, where there is one.
fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[component]
fn TrailFilters(
    form: SearchForm,
    actions: Vec<String>,
    teams: Vec<ActorChoice>,
    actors: Vec<ActorChoice>,
    active: bool,
) -> AnyView {
    let errors = form.errors;
    let any = |label: &str| SelectOption::new("", label);
    let choose = |label, choices: Vec<ActorChoice>| {
        let choices = choices.into_iter().map(|choice| SelectOption::new(choice.value, choice.label));
        std::iter::once(any(label)).chain(choices).collect::<Vec<_>>()
    };
    let actions = actions.into_iter().map(|name| {
        let (group, rest) =
            name.split_once('.').map_or((name.as_str(), name.as_str()), |(group, rest)| (group, rest));
        let (group, rest) = (spaced(group), spaced(rest));
        SelectOption::new(name, rest).within(group)
    });
    let actions = std::iter::once(any("All actions")).chain(actions).collect::<Vec<_>>();
    let outcomes = vec![
        any("All outcomes"),
        SelectOption::new("ok", "Done"),
        SelectOption::new("denied", "Refused"),
        SelectOption::new("failed", "Failed"),
    ];
    let subject = (!form.subject.is_empty()).then(|| {
        view! { <Field id="subject" label="Subject" value=form.subject error=errors.at("subject") /> }
    });
    let team = (teams.len() > 1).then(|| {
        let options = choose("All teams", teams);
        view! { <Select id="team" label="Team" options value=form.team error=errors.at("team") /> }
    });
    let actors = choose("Everybody", actors);
    view! {
        <Filters action="/audit" active>
            <Field id="q" label="Contains" kind=InputKind::Search value=form.q error=errors.at("q") />
            <Field id="from" label="From" kind=InputKind::Date value=form.from error=errors.at("from") />
            <Field id="to" label="To" kind=InputKind::Date value=form.to error=errors.at("to") />
            <Select id="action" label="Action" options=actions value=form.action error=errors.at("action") />
            {team}
            <Select id="actor" label="Who" options=actors value=form.actor error=errors.at("actor") />
            <Select id="outcome" label="Outcome" options=outcomes value=form.outcome error=errors.at("outcome") />
            {subject}
        </Filters>
    }
    .into_any()
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

#[component]
fn Entries(entries: Vec<EntryLine>, active: bool) -> AnyView {
    let columns = vec![
        Column::numeric("Entry"),
        Column::new("When"),
        Column::new("What happened"),
        Column::new("Team"),
        Column::new("Outcome"),
    ];
    let rows = entries.into_iter().map(entry_row).collect();
    let empty = if active {
        "No entry fits this filter. Take something out of it, or show all."
    } else {
        "Nothing was recorded yet."
    };
    view! { <div class="trail"><Table caption="Audit entries" hide_caption=true columns rows empty /></div> }
        .into_any()
}

fn entry_row(line: EntryLine) -> Vec<AnyView> {
    let href = format!("/audit/{}", line.index);
    let subject = match line.subject {
        (label, Some(href)) => view! { <a href=href>{label}</a> }.into_any(),
        (label, None) => label.into_any(),
    };
    vec![
        view! { <a href=href>{line.index.to_string()}</a> }.into_any(),
        view! { <time datetime=line.at>{line.when}</time> }.into_any(),
        view! {
            <div class="trail-what">
                <p><strong>{line.who}</strong>" "{line.sentence}</p>
                <p class="trail-subject">{subject}" "<code>{line.action}</code></p>
            </div>
        }
        .into_any(),
        line.team.unwrap_or_else(|| "–".to_owned()).into_any(),
        outcome(&line.outcome),
    ]
}

/// What was done as asked is the rule, and plain; what was not stands out.
fn outcome(of: &str) -> AnyView {
    match outcome_word(of) {
        "Done" => view! { <span class="soft">"Done"</span> }.into_any(),
        word => view! { <Badge tone=tone(of) text=word /> }.into_any(),
    }
}

#[component]
fn Exports(query: String, all: bool, active: bool) -> AnyView {
    let hint =
        if active { "Everything that the filter above finds." } else { "Everything that you may see." };
    let full = all.then(|| {
        view! {
            <p class="small soft">
                "An auditor takes the whole log: "
                <a href="/api/v1/audit/export?full=true" download="">"full bundle"</a>
                ", every entry with all hashes."
            </p>
        }
    });
    view! {
        <Card title="Take it along" hint>
            <div class="actions">
                <LinkButton href=address("/audit/report.pdf", &query) kind=ButtonKind::Secondary download="">"Report (PDF)"</LinkButton>
                <LinkButton href=address("/api/v1/audit/export", &query) kind=ButtonKind::Secondary download="">"Evidence bundle"</LinkButton>
                <LinkButton href=address("/audit/entries.csv", &query) kind=ButtonKind::Secondary download="">"Table (CSV)"</LinkButton>
            </div>
            <p class="small soft">
                "Report and bundle prove what they hold: anybody can check them offline, without this server. Each export is an entry of the trail."
            </p>
            {full}
        </Card>
    }
    .into_any()
}

#[component]
fn State(state: LedgerState) -> AnyView {
    let mut items = vec![
        Definition::new("Log", view! { <code class="break">{state.origin}</code> }),
        Definition::new("Entries", state.size.to_string()),
        Definition::new("Root hash", view! { <Hash value=state.root full=true /> }),
    ];
    items.extend(state.last_entry.map(|when| Definition::new("Last entry", when)));
    items.push(Definition::new(
        "Signed state",
        view! { <a href="/log/checkpoint" download="checkpoint">"Download the checkpoint"</a> },
    ));
    view! {
        <Card title="The log" hint="Keep the checkpoint: with it you notice if anything older than it is ever altered.">
            <DefinitionList items />
            <details class="more">
                <summary>"Verify an export yourself"</summary>
                <div class="stack-small section">
                    <p>"Save the log's key as "<code>"key.txt"</code>" once, from a source you trust:"</p>
                    <CodeBlock caption="key.txt" code=state.vkey />
                    <p>"Then, with no connection to this server:"</p>
                    <CodeBlock caption="Shell" code="assay verify BUNDLE.tar --trust key.txt --since checkpoint" />
                </div>
            </details>
        </Card>
    }
    .into_any()
}
