//! Pages of findings: the list, one of them, working on it, and what waits for somebody.

use super::service::{self, FindingSeen, Step};
use super::store::{FindingFilter, FindingRow};
use crate::App;
use crate::audit::Entry;
use crate::datasets::pages::view::{
    Words, as_written, choices, dataset_href, sentence, use_line, version_link, wrong,
};
use crate::datasets::store::{self as data, UsageRow};
use crate::db::Conn;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Pages, Path, Query};
use crate::ledger::trail;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;
use assay_app::components::{FieldError as Shown, Happening, Tone, day, when};
use assay_app::datasets::{Link, UseLine};
use assay_app::findings::{
    FindingFilterForm, FindingForm, FindingLine, FindingPage, FindingSteps, FindingView, FindingsPage,
};
use assay_app::home::Errand;
use assay_domain::access::{Permission, Reach};
use assay_domain::findings::{About, Act, FindingHappened, FindingState, LONGEST_ACCEPTANCE_DAYS};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Days, SecondsFormat, TimeDelta, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/findings", list)
        .get("/findings/{id}", show)
        .post("/findings/{id}/start", start)
        .post("/findings/{id}/resolve", resolve)
        .post("/findings/{id}/accept-risk", accept)
        .post("/findings/{id}/reopen", reopen)
        .post("/findings/{id}/runs-no-longer", runs_no_longer)
}

/// Findings on a page.
const LINES: usize = 50;
/// How many findings stand among somebody's errands.
const ERRANDS: i64 = 6;
/// What is not settled: what a gate counts, and risks that are accepted for a while only.
const UNSETTLED: [&str; 3] = ["open", "in_work", "risk_accepted"];

/// What the list is filtered by; empty narrows nothing, because forms send empty fields too.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Chosen {
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    severity: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    team: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    to: String,
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
            // What was so in a period may be settled since.
            "" if !self.from.is_empty() || !self.to.is_empty() => Vec::new(),
            "" => UNSETTLED.map(str::to_owned).to_vec(),
            "all" => Vec::new(),
            state => vec![state.to_owned()],
        };
        FindingFilter {
            about: self.about.parse().ok(),
            from: self.from.trim().parse().ok(),
            to: self.to.trim().parse().ok(),
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

async fn list(State(app): State<App>, page: Page, Query(chosen): Query<Chosen>) -> Result<Response, Error> {
    let teams = teams::list(&app, &page.caller).await?;
    let fetch = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut rows = service::findings(&app, &page.caller, chosen.filter(&teams), fetch).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let next = rows.last().filter(|_| more).map(|row| chosen.address(Some(row.id)));
    let first = chosen.after.map(|_| chosen.address(None));
    let words = Words::of(&app, BTreeSet::new()).await?;
    let now = app.clock.now();
    let line = |row| finding_line(row, &page.caller, &words, now);
    let findings = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let Chosen { about, state, kind, severity, team, from, to, after: _ } = chosen;
    let filter = FindingFilterForm { about, state, kind, severity, team, from, to };
    let teams = choices(teams);
    Ok(page.render("Findings", move || view! { <FindingsPage findings filter teams next first /> }))
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let data = gather(&app, &page.caller, id).await?;
    let title = data.line.kind.label();
    Ok(page.render(title, move || view! { <FindingPage data form=FindingForm::default() /> }))
}

async fn gather(app: &App, caller: &Caller, id: Uuid) -> Result<FindingView, Error> {
    let FindingSeen { row, usage, entries } = service::finding(app, caller, id).await?;
    let state = row.state()?;
    let used_by = usage.as_ref().and_then(|usage| usage.person_id);
    let people = used_by.into_iter().chain(actor(&state)).collect();
    let words = Words::of(app, people).await?;
    let now = app.clock.now();
    let latest = now.date_naive().checked_add_days(Days::new(LONGEST_ACCEPTANCE_DAYS.into()));
    let mut conn = app.db.read().await?;
    let may_read = caller.may(Permission::ReadAudit, Some(row.team_id));
    let usage = match usage {
        Some(usage) => Some(used(&mut conn, &row, &usage, &words, may_read).await?),
        None => None,
    };
    Ok(FindingView {
        href: format!("/findings/{id}"),
        line: finding_line(&row, caller, &words, now)?,
        usage,
        runs: runs(&row, now),
        standing: standing(&state, &words, row.about()?),
        steps: steps(&mut conn, &state, caller, &row).await?,
        latest: latest.unwrap_or(now.date_naive()).to_string(),
        history: entries.into_iter().map(|(entry, reason)| happening(entry, reason, may_read)).collect(),
    })
}

/// The use that a finding is about.
async fn used(
    conn: &mut Conn,
    row: &FindingRow,
    usage: &UsageRow,
    words: &Words,
    may_read: bool,
) -> Result<UseLine, Error> {
    let mut named = HashMap::new();
    if let Some(dataset) = row.dataset_id {
        let versions = data::versions(conn, dataset).await?;
        named.extend(versions.into_iter().map(|version| (version.digest, version.version)));
    }
    let entry = trail::index_of(conn, usage.ledger_event).await?.filter(|_| may_read);
    let entry = entry.map(|index| format!("/audit/{index}"));
    Ok(UseLine { entry, ..use_line(usage, &[], words, &named)? })
}

/// What runs, where a finding is about that.
fn runs(row: &FindingRow, now: DateTime<Utc>) -> Vec<(&'static str, Link)> {
    if row.usage_id.is_some() {
        return Vec::new();
    }
    let plain = |text: String| Link::new(text, None);
    let mut all: Vec<(&str, Link)> =
        row.version_ref().iter().map(|version| ("Version", version_link(version))).collect();
    all.extend(row.environment.clone().map(|environment| ("Environment", plain(environment))));
    let lasted = if row.closed_at.is_some() { "Lasted" } else { "So far" };
    all.push((lasted, plain(long(row.lasted(now)))));
    all.extend(row.over_at.map(|at| ("Reported as over", plain(when(at)))));
    all
}

/// A length of time in the largest unit that it is at least one of.
fn long(time: TimeDelta) -> String {
    let said =
        |count: i64, unit: &str| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") };
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (0, 0, minutes) => said(minutes.max(1), "minute"),
        (0, hours, _) => said(hours, "hour"),
        (days, ..) => said(days, "day"),
    }
}

/// A finding as a line of a table.
pub(crate) fn finding_line(
    row: &FindingRow,
    caller: &Caller,
    words: &Words,
    now: DateTime<Utc>,
) -> Result<FindingLine, Error> {
    let opens = row.dataset_team.is_some_and(|team| caller.may(Permission::ReadDatasets, Some(team)));
    let dataset = row.dataset_id.filter(|_| opens).map(dataset_href);
    let about = row.about()?;
    let found = when(row.found_at);
    let settled = row.closed_at.is_some() && about != About::Data;
    let reported = row.over_at.filter(|_| row.closed_at.is_none()).map(|_| match about {
        About::Control => "reported as taken away",
        About::Data | About::Operations => "reported as over",
    });
    Ok(FindingLine {
        kind: row.kind()?,
        href: Some(format!("/findings/{}", row.id)),
        severity: row.severity()?,
        message: as_written(&row.message),
        state: row.state_name.clone(),
        until: row.accepted_until.map(day),
        subject: Link::new(row.subject(), dataset),
        version: row.version_ref().map(|version| version.to_string()),
        team: words.team(row.team_id),
        when: if settled { format!("{found}, for {}", long(row.lasted(now))) } else { found },
        reported,
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

fn standing(state: &FindingState, words: &Words, about: About) -> String {
    match state {
        FindingState::Open { since } if about == About::Data => {
            format!("Nobody works on it, since {}.", when(*since))
        }
        FindingState::Open { since } => format!("Open since {}.", when(*since)),
        FindingState::InWork { by, since } => {
            format!("{} works on it. Open since {}.", words.anybody(*by), when(*since))
        }
        FindingState::Resolved { at, .. } if about == About::Control => {
            format!("What it says is over, since {}.", when(*at))
        }
        FindingState::Resolved { by, at } => {
            format!("{} said that it is in order, {}.", words.anybody(*by), when(*at))
        }
        FindingState::RiskAccepted { by, until, .. } => {
            format!("{} takes the responsibility until {}.", words.anybody(*by), day(*until))
        }
    }
}

/// What can be done to a finding where it stands, and what of it the visitor may do; what not, with the reason.
async fn steps(
    conn: &mut Conn,
    state: &FindingState,
    caller: &Caller,
    row: &FindingRow,
) -> Result<FindingSteps, Error> {
    let is_open = matches!(state, FindingState::Open { .. } | FindingState::InWork { .. });
    let is_over = matches!(state, FindingState::Resolved { .. });
    let mut steps = FindingSteps::default();
    for act in Act::ALL {
        let (goes, words) = match act {
            Act::Start => (matches!(state, FindingState::Open { .. }), "take it up"),
            Act::Resolve => (is_open, "resolve it"),
            Act::AcceptRisk => (is_open, "accept the risk"),
            Act::Reopen => (!is_open, "open it again"),
            Act::ConfirmGone => (!is_over, "confirm that it no longer runs"),
        };
        if !goes {
            continue;
        }
        let allowed = match service::may(conn, caller, row, act).await {
            Ok(()) => true,
            Err(Error::Refused { detail, .. }) => {
                steps.refused.push(format!("You cannot {words}: {detail}."));
                false
            }
            Err(Error::Conflict { code: "not_a_run", .. }) => false,
            Err(Error::Conflict { detail, .. }) => {
                let line = format!("Nobody can {words}: {detail}.");
                steps.refused.push(line);
                false
            }
            Err(Error::Forbidden(Permission::AcceptRisk)) => {
                steps.refused.push("Only a compliance officer accepts a risk.".to_owned());
                false
            }
            Err(Error::Forbidden(_)) => false,
            Err(other) => return Err(other),
        };
        *match act {
            Act::Start => &mut steps.start,
            Act::Resolve => &mut steps.resolve,
            Act::AcceptRisk => &mut steps.accept,
            Act::Reopen => &mut steps.reopen,
            Act::ConfirmGone => &mut steps.gone,
        } = allowed;
    }
    Ok(steps)
}

fn happening(entry: Entry, reason: Option<String>, may_read: bool) -> Happening {
    let fact = |name: &str| entry.facts.get(name).and_then(|value| value.as_str());
    let event = fact("event").and_then(|event| event.parse::<FindingHappened>().ok());
    let what = match (event, fact("until")) {
        (Some(FindingHappened::RiskAccepted), Some(until)) => {
            format!("accepted the risk until {}", until.parse().map_or_else(|_| until.to_owned(), day))
        }
        (Some(event), _) => event.label().to_owned(),
        (None, _) => entry.sentence.clone(),
    };
    let tone = match event {
        None
        | Some(
            FindingHappened::Reopened
            | FindingHappened::AcceptanceEnded
            | FindingHappened::ReportedBack
            | FindingHappened::Worse,
        ) => Tone::Bad,
        Some(FindingHappened::Started) => Tone::Warn,
        Some(FindingHappened::Resolved | FindingHappened::Closed) => Tone::Good,
        Some(FindingHappened::RiskAccepted | FindingHappened::ReportedOver) => Tone::Info,
    };
    let ended = matches!(event, Some(FindingHappened::AcceptanceEnded));
    let subject = if ended { String::new() } else { format!("{} ", entry.actor.name) };
    Happening {
        at: entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(entry.at),
        what: sentence(&format!("{subject}{what}")),
        who: reason.map(|reason| format!("“{reason}”")),
        href: may_read.then(|| entry.href()),
        tone,
    }
}

async fn start(State(app): State<App>, page: Page, Path(id): Path<Uuid>) -> Result<Response, Error> {
    take(app, page, id, Ok(Step::Start), FindingForm::default(), "You work on it now.").await
}

#[derive(Deserialize)]
struct ReasonForm {
    reason: String,
}

async fn resolve(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(ReasonForm { reason }): Form<ReasonForm>,
) -> Result<Response, Error> {
    let form = FindingForm { step: "resolve".to_owned(), reason: reason.clone(), ..FindingForm::default() };
    take(app, page, id, Ok(Step::Resolve { reason }), form, "The finding is resolved.").await
}

#[derive(Deserialize)]
struct AcceptForm {
    reason: String,
    until: String,
}

async fn accept(
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

async fn runs_no_longer(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(ReasonForm { reason }): Form<ReasonForm>,
) -> Result<Response, Error> {
    let step = "runs-no-longer".to_owned();
    let form = FindingForm { step, reason: reason.clone(), ..FindingForm::default() };
    take(app, page, id, Ok(Step::ConfirmGone { reason }), form, "The finding is closed.").await
}

async fn reopen(
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

/// What is open and the visitor could work on, for the first page: what runs past those who decide, which stands first
/// there.
///
/// # Errors
/// Those of the database.
pub async fn past_those_who_decide(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    waiting(app, caller, About::Control).await
}

/// The same: uses of data, and what monitors report.
///
/// # Errors
/// Those of the database.
pub async fn others(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    let mut all = waiting(app, caller, About::Operations).await?;
    all.extend(waiting(app, caller, About::Data).await?);
    Ok(all)
}

async fn waiting(app: &App, caller: &Caller, about: About) -> Result<Vec<Errand>, Error> {
    let rows = service::waiting(app, caller, about, ERRANDS).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let words = Words::of(app, BTreeSet::new()).await?;
    rows.iter().map(|row| errand(row, &words)).collect()
}

fn errand(row: &FindingRow, words: &Words) -> Result<Errand, Error> {
    let subject = row.subject();
    Ok(Errand {
        what: match row.about()? {
            About::Data => format!("Look at the use of {subject}"),
            About::Control | About::Operations => format!("Look at {subject}"),
        },
        href: format!("/findings/{}", row.id),
        about: format!("{}: {}", words.team(row.team_id), row.kind()?.label().to_lowercase()),
        state: (Tone::Bad, "Finding"),
    })
}
