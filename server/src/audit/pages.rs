//! Pages of the audit trail.

use assay_app::audit::{
    ActorChoice, CommittedValue, EntryData, EntryLine, EntryPage, Evidence, LedgerState, Opened, SearchForm,
    TrailData, TrailPage,
};
use assay_app::components::when;
use assay_domain::access::{Permission, Reach};
use assay_domain::audit::Action;
use assay_ledger::commit::Disclosure;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::search::{Search, Searched};
use super::service::{self, Choice, Detail, Found, Position};
use super::{Entry, entry, export, tiles};
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::page::form_errors;
use crate::http::{Caller, Page, Pages, Path};

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/audit", list)
        .get("/audit/entries.csv", table)
        .get("/audit/{index}", show)
        .get("/audit/{index}/receipt", receipt)
        .merge(tiles::routes())
}

/// Entries on a page.
const LINES: u32 = 50;

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Where {
    before: Option<u64>,
    after: Option<u64>,
}

impl Where {
    fn position(self) -> Position {
        match (self.before, self.after) {
            (Some(index), _) => Position::Before(index),
            (None, Some(index)) => Position::After(index),
            (None, None) => Position::Newest,
        }
    }
}

async fn list(
    State(app): State<App>,
    page: Page,
    Searched { search, rest: at }: Searched<Where>,
) -> Result<Response, Error> {
    let nothing = || Found { entries: Vec::new(), older: None, newer: None };
    match service::list(&app, &page.caller, &search, at.position(), LINES).await {
        Ok(found) => {
            let data = trail(&app, &page.caller, search, found, Vec::new()).await?;
            Ok(page.render("Audit trail", move || view! { <TrailPage data /> }))
        }
        Err(Error::Invalid(errors)) => {
            let data = trail(&app, &page.caller, search, nothing(), errors).await?;
            Ok(page.invalid("Audit trail", move || view! { <TrailPage data /> }))
        }
        Err(other) => Err(other),
    }
}

async fn trail(
    app: &App,
    caller: &Caller,
    search: Search,
    found: Found,
    errors: Vec<FieldError>,
) -> Result<TrailData, Error> {
    let query = search.query();
    let address = |position: Position| {
        let step = match position {
            Position::Newest => String::new(),
            Position::Before(index) => format!("before={index}"),
            Position::After(index) => format!("after={index}"),
        };
        let pairs = [query.as_str(), &step].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        format!("/audit?{}", pairs.join("&"))
    };
    let (older, newer) = (found.older.map(address), found.newer.map(address));
    let (teams, actors) = service::choices(app, caller).await?;
    Ok(TrailData {
        form: form(search, errors),
        actions: Action::NAMES.iter().map(|name| (*name).to_owned()).collect(),
        teams: teams.into_iter().map(choice).collect(),
        actors: actors.into_iter().map(choice).collect(),
        entries: found.entries.into_iter().map(|entry| line(entry, caller)).collect(),
        older,
        newer,
        state: state(app).await?,
        is_partial: caller.principal.reach(Permission::ReadAudit) != Reach::All,
        may_export: caller.principal.may_somewhere(Permission::ExportAudit),
        may_export_all: caller.may(Permission::ExportFullLog, None),
        query,
    })
}

fn choice(Choice { value, label }: Choice) -> ActorChoice {
    ActorChoice { value, label }
}

fn form(search: Search, errors: Vec<FieldError>) -> SearchForm {
    let Search { actor, action, subject, team, from, to, q, outcome } = search;
    let errors = form_errors(errors);
    let [actor, action, subject, team, from, to, q, outcome] =
        [actor, action, subject, team, from, to, q, outcome].map(Option::unwrap_or_default);
    SearchForm { actor, action, subject, team, from, to, q, outcome, errors }
}

async fn state(app: &App) -> Result<Option<LedgerState>, Error> {
    let state = match service::state(app).await {
        Ok(state) => state,
        Err(Error::Unavailable { .. }) => return Ok(None),
        Err(other) => return Err(other),
    };
    let head = state.checkpoint.checkpoint();
    Ok(Some(LedgerState {
        origin: head.origin.clone(),
        size: head.size,
        root: head.root.to_string(),
        vkey: state.vkey,
        last_entry: state.last_entry_at.map(when),
        halted: app.db.ledger().health().halted,
    }))
}

fn line(entry: Entry, caller: &Caller) -> EntryLine {
    let label = entry.subject.label();
    let people = entry.subject.kind == "user" && !caller.may(Permission::ReadPeople, None);
    EntryLine {
        index: entry.index,
        at: entry.at.to_rfc3339(),
        when: when(entry.at),
        who: entry.actor.name,
        sentence: entry.sentence,
        action: entry.action,
        subject: (label, entry.subject.href.filter(|_| !people)),
        team: entry.team.map(|team| team.name),
        outcome: entry.outcome.to_owned(),
    }
}

async fn show(State(app): State<App>, page: Page, Path(index): Path<u64>) -> Result<Response, Error> {
    let detail = service::entry(&app, &page.caller, index).await?;
    let (before, after) = service::neighbours(&app, &page.caller, index).await?;
    let data = EntryData { before, after, ..data(&app, &page.caller, detail)? };
    let title = format!("Audit entry {index}");
    Ok(page.with_islands().render(&title, move || view! { <EntryPage data /> }))
}

fn data(app: &App, caller: &Caller, detail: Detail) -> Result<EntryData, Error> {
    let Detail { entry, leaf, leaf_hash, committed, receipt } = detail;
    let facts = entry.facts.iter().map(|(name, value)| (name.clone(), text(value)));
    let opened = committed.iter().filter_map(|one| one.opened.as_ref());
    let opened = opened.map(canonical).collect::<Result<Vec<_>, _>>()?;
    let pretty: Value = serde_json::from_str(&leaf).map_err(Error::internal)?;
    Ok(EntryData {
        meaning: entry::meaning(&entry.action),
        actor_kind: entry.actor.kind.clone(),
        actor_id: entry.actor.id.to_string(),
        request: entry.request.to_string(),
        event: entry.id.to_string(),
        facts: facts.collect(),
        may_export: caller.may(Permission::ExportAudit, entry.team.as_ref().map(|team| team.id)),
        line: line(entry, caller),
        committed: committed
            .into_iter()
            .map(|one| CommittedValue {
                field: one.field,
                commitment: one.commitment.to_string(),
                value: one.opened.map(|opened| text(&opened.value)),
            })
            .collect(),
        leaf_hash: leaf_hash.to_string(),
        pretty: serde_json::to_string_pretty(&pretty).map_err(Error::internal)?,
        evidence: receipt.map(|receipt| Evidence { vkey: app.db.log().vkey.clone(), receipt, leaf, opened }),
        before: None,
        after: None,
    })
}

fn canonical(opened: &Disclosure) -> Result<Opened, Error> {
    let canonical = serde_json_canonicalizer::to_string(&opened.value).map_err(Error::internal)?;
    Ok(Opened { field: opened.field.clone(), salt: opened.salt, canonical })
}

/// A value as people read it: texts without quotes, lists with commas.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

async fn receipt(
    State(app): State<App>,
    page: Page,
    Path(index): Path<u64>,
) -> Result<impl IntoResponse, Error> {
    let proof = service::inclusion(&app, &page.caller, index, None).await?;
    let name = format!("attachment; filename=\"entry-{index}.receipt\"");
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    let receipt = proof.receipt.ok_or_else(|| Error::internal("the newest checkpoint has no note"))?;
    Ok((headers, receipt))
}

async fn table(
    State(app): State<App>,
    page: Page,
    Searched { search, rest: Nothing {} }: Searched<Nothing>,
) -> Result<impl IntoResponse, Error> {
    let (pages, size) = export::table(&app, &page.caller, &search).await?;
    let name = format!("attachment; filename=\"assay-entries-{size}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, export::table::body(pages)))
}

#[derive(Debug, Deserialize)]
struct Nothing {}
