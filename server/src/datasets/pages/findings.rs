//! Findings: the list, one of them, working on it, and what waits for somebody.

use super::view::{Words, choices, finding_line, use_line, wrong};
use crate::App;
use crate::audit::Entry;
use crate::datasets::service::{self, FindingSeen, Step};
use crate::datasets::store::{self, FindingFilter, FindingRow};
use crate::error::Error;
use crate::http::{Caller, Form, Page, Path, Query};
use crate::ledger::trail;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;
use assay_app::components::{FieldError as Shown, Happening, Tone, day, when};
use assay_app::datasets::{
    FindingFilterForm, FindingForm, FindingPage, FindingSteps, FindingView, FindingsPage, UseLine,
};
use assay_app::home::Errand;
use assay_domain::access::{Permission, Reach};
use assay_domain::datasets::{FindingHappened, FindingState, LONGEST_ACCEPTANCE_DAYS};
use axum::extract::State;
use axum::response::Response;
use chrono::{Days, SecondsFormat};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Findings on a page.
const LINES: usize = 50;
/// How many findings stand among somebody's errands.
const ERRANDS: i64 = 6;
/// What is not settled: what a gate counts, and risks that are accepted for a while only.
const UNSETTLED: [&str; 3] = ["open", "in_work", "risk_accepted"];

/// What the list is filtered by; empty narrows nothing, because forms send empty fields too.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Chosen {
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    severity: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    team: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Uuid>,
}

impl Chosen {
    fn filter(&self, teams: &[TeamRow]) -> FindingFilter {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        // A team that is not among those to choose from has nothing to show.
        let team = given(&self.team)
            .map(|slug| teams.iter().find(|team| team.slug == slug).map_or(Uuid::nil(), |t| t.id));
        let states = match self.state.as_str() {
            "" => UNSETTLED.map(str::to_owned).to_vec(),
            "all" => Vec::new(),
            state => vec![state.to_owned()],
        };
        FindingFilter {
            team,
            states,
            kind: given(&self.kind),
            severity: given(&self.severity),
            after: self.after,
            ..FindingFilter::within(Reach::nowhere())
        }
    }

    fn address(&self, after: Option<Uuid>) -> String {
        let query = serde_html_form::to_string(Self { after, ..self.clone() });
        format!("/findings?{}", query.unwrap_or_default())
    }
}

pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Error> {
    let teams = teams::list(&app, &page.caller).await?;
    let fetch = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut rows = service::findings(&app, &page.caller, chosen.filter(&teams), fetch).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let next = rows.last().filter(|_| more).map(|row| chosen.address(Some(row.id)));
    let first = chosen.after.map(|_| chosen.address(None));
    let words = Words::of(&app, BTreeSet::new()).await?;
    let findings =
        rows.iter().map(|row| finding_line(row, &page.caller, &words)).collect::<Result<Vec<_>, _>>()?;
    let Chosen { state, kind, severity, team, after: _ } = chosen;
    let filter = FindingFilterForm { state, kind, severity, team };
    let teams = choices(teams);
    Ok(page.render("Findings", move || view! { <FindingsPage findings filter teams next first /> }))
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let data = gather(&app, &page.caller, id).await?;
    let title = data.line.kind.label();
    Ok(page.render(title, move || view! { <FindingPage data form=FindingForm::default() /> }))
}

async fn gather(app: &App, caller: &Caller, id: Uuid) -> Result<FindingView, Error> {
    let FindingSeen { row, usage, entries } = service::finding(app, caller, id).await?;
    let state = row.state()?;
    let people = usage.person_id.into_iter().chain(actor(&state)).collect();
    let words = Words::of(app, people).await?;
    let now = app.clock.now();
    let latest = now.date_naive().checked_add_days(Days::new(LONGEST_ACCEPTANCE_DAYS.into()));
    let mut conn = app.db.read().await?;
    let mut named = HashMap::new();
    if let Some(dataset) = row.dataset_id {
        let versions = store::versions(&mut conn, dataset).await?;
        named.extend(versions.into_iter().map(|version| (version.digest, version.version)));
    }
    let may_read = caller.may(Permission::ReadAudit, Some(row.team_id));
    let entry = trail::index_of(&mut conn, usage.ledger_event).await?.filter(|_| may_read);
    let line = finding_line(&row, caller, &words)?;
    Ok(FindingView {
        href: format!("/findings/{id}"),
        line,
        usage: UseLine {
            entry: entry.map(|index| format!("/audit/{index}")),
            ..use_line(&usage, &[], &words, &named)?
        },
        standing: standing(&state, &words),
        steps: steps(&state, caller, row.team_id),
        latest: latest.unwrap_or(now.date_naive()).to_string(),
        history: entries.into_iter().map(|(entry, reason)| happening(entry, reason, may_read)).collect(),
    })
}

/// Who made a finding stand where it does.
const fn actor(state: &FindingState) -> Option<Uuid> {
    match state {
        FindingState::Open { .. } => None,
        FindingState::InWork { by, .. }
        | FindingState::Resolved { by, .. }
        | FindingState::RiskAccepted { by, .. } => Some(*by),
    }
}

fn standing(state: &FindingState, words: &Words) -> String {
    match state {
        FindingState::Open { since } => format!("Nobody works on it, since {}.", when(*since)),
        FindingState::InWork { by, since } => {
            format!("{} works on it. Open since {}.", words.anybody(*by), when(*since))
        }
        FindingState::Resolved { by, at } => {
            format!("{} said that it is in order, {}.", words.anybody(*by), when(*at))
        }
        FindingState::RiskAccepted { by, until, .. } => {
            format!("{} takes the responsibility until {}.", words.anybody(*by), day(*until))
        }
    }
}

fn steps(state: &FindingState, caller: &Caller, team: Uuid) -> FindingSteps {
    let works = caller.may(Permission::WorkFindings, Some(team));
    let accepts = caller.may(Permission::AcceptRisk, Some(team));
    let is_open = matches!(state, FindingState::Open { .. } | FindingState::InWork { .. });
    FindingSteps {
        start: works && matches!(state, FindingState::Open { .. }),
        resolve: works && is_open,
        accept: accepts && is_open,
        reopen: works && !is_open,
    }
}

fn happening(entry: Entry, reason: Option<String>, may_read: bool) -> Happening {
    let fact = |name: &str| entry.facts.get(name).and_then(|value| value.as_str());
    let event = fact("event").and_then(|event| event.parse::<FindingHappened>().ok());
    let what = match (event, fact("until")) {
        (Some(FindingHappened::RiskAccepted), Some(until)) => {
            format!("accepted the risk until {}", until.parse().map_or_else(|_| until.to_owned(), day))
        }
        (Some(event), _) => event.label().to_owned(),
        (None, _) => "recorded the use that opened it".to_owned(),
    };
    let tone = match event {
        None | Some(FindingHappened::Reopened | FindingHappened::AcceptanceEnded) => Tone::Bad,
        Some(FindingHappened::Started) => Tone::Warn,
        Some(FindingHappened::Resolved) => Tone::Good,
        Some(FindingHappened::RiskAccepted) => Tone::Info,
    };
    let ended = matches!(event, Some(FindingHappened::AcceptanceEnded));
    let subject = if ended { String::new() } else { format!("{} ", entry.actor.name) };
    Happening {
        at: entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(entry.at),
        what: super::view::sentence(&format!("{subject}{what}")),
        who: reason.map(|reason| format!("“{reason}”")),
        href: may_read.then(|| entry.href()),
        tone,
    }
}

pub(super) async fn start(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    take(app, page, id, Ok(Step::Start), FindingForm::default(), "You work on it now.").await
}

#[derive(Deserialize)]
pub(super) struct ReasonForm {
    reason: String,
}

pub(super) async fn resolve(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(ReasonForm { reason }): Form<ReasonForm>,
) -> Result<Response, Error> {
    let form = FindingForm { step: "resolve".to_owned(), reason: reason.clone(), ..FindingForm::default() };
    take(app, page, id, Ok(Step::Resolve { reason }), form, "The finding is resolved.").await
}

#[derive(Deserialize)]
pub(super) struct AcceptForm {
    reason: String,
    until: String,
}

pub(super) async fn accept(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(AcceptForm { reason, until }): Form<AcceptForm>,
) -> Result<Response, Error> {
    let form = FindingForm {
        step: "accept-risk".to_owned(),
        reason: reason.clone(),
        until: until.clone(),
        errors: Vec::new(),
    };
    let day =
        until.trim().parse().map_err(|_| Error::invalid("/until", format!("{:?} is no day", until.trim())));
    let step = day.map(|until| Step::AcceptRisk { reason, until });
    let words = format!("The risk is accepted until {until}.");
    take(app, page, id, step, form, &words).await
}

pub(super) async fn reopen(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(ReasonForm { reason }): Form<ReasonForm>,
) -> Result<Response, Error> {
    let form = FindingForm { step: "reopen".to_owned(), reason: reason.clone(), ..FindingForm::default() };
    take(app, page, id, Ok(Step::Reopen { reason }), form, "The finding is open again.").await
}

/// Takes a step, or shows the page again with what was typed and what is wrong.
async fn take(
    app: App,
    page: Page,
    id: Uuid,
    step: Result<Step, Error>,
    form: FindingForm,
    words: &str,
) -> Result<Response, Error> {
    let taken = match step {
        Ok(step) => service::step(&app, &page.caller, id, step).await,
        Err(error) => {
            // Only the acceptance of a risk has a field that may be unreadable; who may not accept learns that first.
            let row = service::finding(&app, &page.caller, id).await?.row;
            page.caller.require(Permission::AcceptRisk, Some(row.team_id))?;
            Err(error)
        }
    };
    match taken {
        Ok(_) => Ok(page.redirect(&format!("/findings/{id}"), words)),
        Err(error) => {
            let at_own_field = |error: Shown| match error.field.as_str() {
                "" => error,
                field => Shown::new(format!("{field}-{}", form.step), error.message),
            };
            let errors = wrong(error)?.into_iter().map(at_own_field).collect();
            let data = gather(&app, &page.caller, id).await?;
            let title = data.line.kind.label();
            let form = FindingForm { errors, ..form };
            Ok(page.invalid(title, move || view! { <FindingPage data form /> }))
        }
    }
}

/// Findings that nobody works on and that the visitor could, for the first page.
///
/// # Errors
/// Those of the database.
pub async fn waiting(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    let rows = service::waiting(app, caller, ERRANDS).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let words = Words::of(app, BTreeSet::new()).await?;
    let errand = |row: &FindingRow| {
        Ok(Errand {
            what: format!("Look at the use of {}", row.dataset()),
            href: format!("/findings/{}", row.id),
            about: format!("{}: {}", words.team(row.team_id), row.kind()?.label().to_lowercase()),
            state: (Tone::Bad, "Finding"),
        })
    };
    rows.iter().map(errand).collect()
}
