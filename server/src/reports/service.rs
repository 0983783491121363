//! Use cases: making a report, with the part of the ledger that proves it embedded. Who made which is on the record.

use super::{
    AuditReport, CheckpointView, Frame, MaturityReport, OwnershipReport, Paper, PastResult, RoadmapReport,
    WorkLine, audit_report, audit_view, maturity_report, ownership_report, ownership_view, roadmap_report,
};
use crate::App;
use crate::assessments::service as assessments;
use crate::assessments::store::SnapshotRow;
use crate::audit::Names;
use crate::audit::export::Bundle;
use crate::audit::export::bundle::selection_bundle;
use crate::audit::search::{Search, Selected};
use crate::audit::service as audit;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::service as owners;
use crate::roadmap::service as roadmaps;
use crate::teams::{service as teams, store as team_store};
use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::ReportCreated;
use chrono::NaiveDate;
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The maturity report of an assessment, with its entries of the ledger embedded.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`] for those who may not export the trail.
pub async fn maturity(app: &App, caller: &Caller, id: Uuid, paper: Paper) -> Result<Vec<u8>, Error> {
    let assessment = assessments::get(app, caller, id).await?;
    let team_id = assessment.row.team_id;
    caller.allow(Permission::ReadAssessments, Permission::ExportAudit, Some(team_id))?;
    let search = Search { subject: Some(format!("assessment/{id}")), ..Search::default() };
    let selected = audit::select(app, caller, &search, Permission::ExportAudit).await?;
    let frame = frame(app, caller, &selected, paper).await?;
    record(app, caller, "maturity", Some(team_id), frame.checkpoint.size).await?;
    let outcome = assessments::outcome(app, &assessment)?;
    let history = assessments::history(app, caller, team_id).await?.into_iter().map(past).collect();
    let mut conn = app.db.read().await?;
    let team = team_store::by_id(&mut conn, team_id).await?.ok_or(Error::NotFound)?;
    let people = people_in(&assessment);
    let names = Names::of_actors(&mut conn, people.clone()).await?;
    drop(conn);
    let people: BTreeMap<_, _> = people.into_iter().map(|id| (id.to_string(), names.anybody(id))).collect();
    let state = assessments::state(&assessment.row)?;
    paint(move || {
        maturity_report(&MaturityReport {
            frame,
            team: team.name,
            title: assessment.row.title,
            scope: team.purpose,
            state,
            bank: &assessment.bank,
            scorecard: &outcome.card,
            answers: &outcome.input.answers,
            people,
            history,
        })
    })
    .await
}

fn past(row: SnapshotRow) -> PastResult {
    let level = |stored: i64| u8::try_from(stored).unwrap_or_default();
    PastResult { as_of: row.as_of, claimed: level(row.claimed), supported: level(row.supported) }
}

/// The audit report of what was searched for, with those entries embedded.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for fields that cannot be understood.
pub async fn trail(app: &App, caller: &Caller, search: &Search, paper: Paper) -> Result<Vec<u8>, Error> {
    let selected = audit::select(app, caller, search, Permission::ExportAudit).await?;
    let frame = frame(app, caller, &selected, paper).await?;
    record(app, caller, "audit", selected.team(), frame.checkpoint.size).await?;
    let mut pages = audit::Pages::new(app, &selected.filter, frame.checkpoint.size);
    let (mut entries, mut disclosed) = (Vec::new(), Vec::new());
    while let Some(rows) = pages.rows().await? {
        disclosed.extend(audit::disclosures(app, &rows).await?.into_iter().map(audit_view::disclosed));
        for entry in audit::entries(app, &rows).await? {
            entries.push(audit_view::entry(entry)?);
        }
    }
    let today = app.clock.now().date_naive();
    let day = |index: Option<&super::AuditEntry>| index.map_or(today, |entry| entry.at.date_naive());
    let (first, last): (NaiveDate, NaiveDate) = (day(entries.first()), day(entries.last()));
    let report = AuditReport {
        frame,
        from: selected.filter.from.map_or(first, |from| from.date_naive()),
        to: selected.filter.to.map_or(last, |to| (to - chrono::TimeDelta::milliseconds(1)).date_naive()),
        scope: scope(app, &selected).await?,
        filter: selected
            .described
            .iter()
            .map(|(label, value)| ((*label).to_owned(), value.clone()))
            .collect(),
        entries,
        disclosed,
    };
    paint(move || audit_report(&report)).await
}

/// The roadmap of a team, by id or short name, with its entries of the ledger embedded.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`] for those who may not export the trail;
/// [`Error::Conflict`] while there is no assessment to start from.
pub async fn roadmap(app: &App, caller: &Caller, team: &str, paper: Paper) -> Result<Vec<u8>, Error> {
    let team = teams::find(&mut app.db.read().await?, team).await?;
    caller.allow(Permission::ReadRoadmap, Permission::ExportAudit, Some(team.id))?;
    let found = roadmaps::get(app, caller, team.id).await?.ok_or_else(roadmaps::no_assessment)?;
    let frame = team_frame(app, caller, team.id, "roadmap", paper).await?;
    let today = app.clock.now().date_naive();
    let owners = found.items.iter().filter_map(|item| item.row.owner_id).collect();
    let names = Names::of_actors(&mut app.db.read().await?, owners).await?;
    let line = |item: &roadmaps::Tracked| WorkLine {
        owner: item.row.owner_id.map(|id| names.anybody(id)),
        status: item.status.label().to_lowercase(),
        due: item.row.due,
        overdue: item.status.is_open() && item.row.due.is_some_and(|due| due < today),
    };
    let work = found.items.iter().filter(|item| item.is_planned);
    let work = work.map(|item| (item.code().to_owned(), line(item))).collect();
    paint(move || {
        roadmap_report(&RoadmapReport {
            frame,
            team: team.name,
            about: team.purpose,
            assessment: found.start.row.title.clone(),
            bank: found.bank(),
            plan: &found.plan,
            work,
        })
    })
    .await
}

/// Who holds what in a team, by id or short name, on a day (today where none is named), with its entries of the ledger
/// embedded. Findings are those of the day; skills and tools have no history and are today's.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`] for those who may not export the trail.
pub async fn ownership(
    app: &App,
    caller: &Caller,
    team: &str,
    on: Option<NaiveDate>,
    paper: Paper,
) -> Result<Vec<u8>, Error> {
    let team = teams::find(&mut app.db.read().await?, team).await?;
    caller.allow(Permission::ReadOwnership, Permission::ExportAudit, Some(team.id))?;
    let which = team.id.to_string();
    let skills = owners::skills(app, caller, &which).await?;
    let tools = owners::tools(app, caller, &which).await?;
    let found = &skills.ownership;
    let on = on.unwrap_or(found.today);
    let frame = team_frame(app, caller, team.id, "ownership", paper).await?;
    let report = OwnershipReport {
        frame,
        team: team.name,
        about: team.purpose,
        on,
        roles: found.ground.roles.iter().map(|role| role.title.clone()).collect(),
        groups: ownership_view::groups(found, on),
        findings: found.findings(on)?.into_iter().map(ownership_view::finding).collect(),
        skills: ownership_view::skills(&skills)?,
        tools: ownership_view::tools(&tools),
    };
    paint(move || ownership_report(&report)).await
}

/// What stands around the report of a team's room: the entries are those whose action begins with the room's name.
async fn team_frame(
    app: &App,
    caller: &Caller,
    team: Uuid,
    room: &str,
    paper: Paper,
) -> Result<Frame, Error> {
    // As it stands in a leaf, whose bytes are canonical JSON.
    let action = format!("\"action\":\"{room}");
    let search = Search { team: Some(team.to_string()), q: Some(action), ..Search::default() };
    let selected = audit::select(app, caller, &search, Permission::ExportAudit).await?;
    let frame = frame(app, caller, &selected, paper).await?;
    record(app, caller, room, Some(team), frame.checkpoint.size).await?;
    Ok(frame)
}

/// Everybody whose name an assessment's report prints.
fn people_in(assessment: &assessments::Assessment) -> BTreeSet<Uuid> {
    let answered =
        assessment.answers.values().flat_map(|answer| [Some(answer.answered_by), answer.na_decided_by]);
    let reviewed = assessment.evidence.values().flatten().map(|piece| piece.reviewed_by);
    answered.chain(reviewed).flatten().collect()
}

/// Whose entries a report shows.
async fn scope(app: &App, selected: &Selected) -> Result<String, Error> {
    let filter = &selected.filter;
    let Some(shown) = filter.team.map(|team| vec![team]).or_else(|| filter.visible_teams.clone()) else {
        return Ok("All teams".to_owned());
    };
    let mut conn = app.db.read().await?;
    let mut names = Vec::new();
    for team in &shown {
        names.extend(team_store::by_id(&mut conn, *team).await?.map(|team| team.name));
    }
    Ok(names.join(", "))
}

/// What stands around a report: who made it, when, and the ledger's state with the entries that prove it.
async fn frame(app: &App, caller: &Caller, selected: &Selected, paper: Paper) -> Result<Frame, Error> {
    let bundle: Bundle = selection_bundle(app, selected).await?;
    let note = bundle.checkpoint.clone();
    let checkpoint = note.checkpoint();
    Ok(Frame {
        organisation: app.config.organisation().to_owned(),
        paper,
        created_at: app.clock.now(),
        created_by: caller.name.clone(),
        checkpoint: CheckpointView {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: checkpoint.root.to_string(),
            note: note.to_string(),
        },
        bundle: Some(bundle.into_bytes().map_err(|error| Error::Storage(error.to_string()))?),
    })
}

async fn record(
    app: &App,
    caller: &Caller,
    kind: &str,
    team: Option<Uuid>,
    tree_size: u64,
) -> Result<(), Error> {
    let facts = ReportCreated { kind: kind.to_owned(), tree_size };
    let mut event = caller.event(facts, Subject::new("ledger", app.db.log().instance));
    event.team = team;
    let write = app.db.write(move |tx| {
        let event = event.clone();
        async move { tx.record(event).await.map(drop) }.boxed()
    });
    write.await.map(drop)
}

/// Sets a document aside from the threads that answer requests.
async fn paint(
    work: impl FnOnce() -> Result<Vec<u8>, super::Error> + Send + 'static,
) -> Result<Vec<u8>, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}
