//! From what is on record of a model to what its page shows.

use crate::approvals::store::EventRow;
use crate::error::Error;
use crate::http::Caller;
use crate::models::service::{ModelSeen, OwnerSeen, on_record, questions};
use crate::models::store::VersionRow;
use crate::models::{href, version_href};
use assay_app::components::{FieldError, when};
use assay_app::models::{
    EnvironmentNow, ModelView, OnADay, OwnerLine, RanLine, ReportedDecision, VersionLine, day,
};
use assay_domain::access::Permission;
use assay_domain::models::{Deployment, Ran, in_production_on, running};
use assay_domain::ownership::Part;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The day and the environment that somebody asks for, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DayAsked {
    on: Option<String>,
    environment: Option<String>,
}

pub(super) fn model(
    caller: &Caller,
    seen: ModelSeen,
    asked: DayAsked,
    today: NaiveDate,
    waiting: Vec<(String, String)>,
) -> Result<ModelView, Error> {
    let history = seen.history()?;
    let runs = running(&history);
    let ModelSeen { model, team, versions, owners, events, entries, .. } = seen;
    let tier = model.tier()?;
    let questions = questions()?;
    let risk = model.risk()?;
    let classification = risk.as_ref().map(|risk| risk.classification()).transpose()?.flatten();
    let reasons = classification.iter().flat_map(|found| &found.reasons).map(|reason| {
        let asked = questions.questions.iter().find(|question| question.id == reason.question);
        let text = asked.map(|question| question.text.clone()).unwrap_or_default();
        (text, reason.answer.label().to_owned(), reason.reason.clone())
    });
    let help = tier.and_then(|tier| questions.tiers.iter().find(|text| text.id == tier));
    Ok(ModelView {
        href: href(&model.name),
        team: (team.name, format!("/teams/{}", team.slug)),
        archived: model.archived_at.map(when),
        tier,
        tier_help: help.map(|text| text.help.clone()),
        reasons: reasons.collect(),
        stops: classification.as_ref().is_some_and(|found| found.stops),
        outdated: risk.is_some_and(|risk| risk.version != questions.version),
        owners: owners.map(|owners| owners.into_iter().map(owner).collect()),
        now: runs.iter().map(|(name, runs)| environment(&model.name, name, runs)).collect(),
        day: on_a_day(&model.name, &history, asked, today),
        versions: versions.into_iter().map(|row| version(&model.name, row, &runs)).collect(),
        decisions: decisions(caller, events, &entries),
        may_change: caller.may(Permission::RegisterModels, Some(model.team_id)),
        tier_confirmed: (model.tier_is_confirmed(), model.tier_confirmed.as_deref() == Some("nobody-else")),
        waiting,
        name: model.name,
        purpose: model.purpose,
        success_measure: model.success_measure,
    })
}

fn owner(seen: OwnerSeen) -> OwnerLine {
    let part = match seen.part {
        Part::Accountable => "Accountable",
        Part::Responsible => "Responsible",
        Part::Consulted => "Consulted",
        Part::Informed => "Informed",
    };
    OwnerLine { part: part.to_owned(), name: seen.name, role: seen.role }
}

fn ran(model: &str, ran: &Ran) -> RanLine {
    let version = ran.version.version.clone();
    let href = version_href(model, &version);
    RanLine { version: (version, href), from: when(ran.from), until: ran.until.map(when) }
}

fn environment(model: &str, name: &str, runs: &[Ran]) -> EnvironmentNow {
    EnvironmentNow { name: name.to_owned(), runs: runs.iter().map(|run| ran(model, run)).collect() }
}

fn version(model: &str, row: VersionRow, runs: &BTreeMap<String, Vec<Ran>>) -> VersionLine {
    let here = |(_, runs): &(&String, &Vec<Ran>)| runs.iter().any(|run| run.version.version == row.version);
    VersionLine {
        href: version_href(model, &row.version),
        runs_in: runs.iter().filter(here).map(|(environment, _)| environment.clone()).collect(),
        digest: row.artefact_digest,
        when: when(row.registered_at),
        version: row.version,
    }
}

/// What ran on the day that was asked for. Production comes first where there is one.
fn on_a_day(model: &str, history: &[Deployment], asked: DayAsked, today: NaiveDate) -> OnADay {
    let mut environments: Vec<String> =
        history.iter().map(|one| one.environment.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    environments.sort_by_key(|name| name != "production");
    let environment = asked.environment.filter(|name| !name.is_empty());
    let environment = environment.or_else(|| environments.first().cloned()).unwrap_or_default();
    let on = asked.on.unwrap_or_default();
    let mut told = OnADay { environments, environment, on, ran: None, errors: Vec::new() };
    if told.on.trim().is_empty() {
        return told;
    }
    match told.on.trim().parse::<NaiveDate>() {
        Ok(wanted) if on_record(wanted, today).is_ok() => {
            let found = in_production_on(history, &told.environment, wanted);
            told.ran = Some((day(wanted), found.iter().map(|run| ran(model, run)).collect()));
        }
        Ok(_) => told
            .errors
            .push(FieldError::new("on", "Choose today or an earlier day: only what was is on record.")),
        Err(_) => told.errors.push(FieldError::new("on", "Enter a day, like 2026-11-21.")),
    }
    told
}

/// What pipelines reported, each with its entry for those who may read it.
pub(super) fn decisions(
    caller: &Caller,
    events: Vec<EventRow>,
    entries: &HashMap<Uuid, u64>,
) -> Vec<ReportedDecision> {
    let decision = |event: EventRow| {
        let index = entries.get(&event.ledger_event);
        let index = index.filter(|_| caller.may(Permission::ReadAudit, Some(event.team_id)));
        ReportedDecision {
            version: (event.version.clone(), version_href(&event.model, &event.version)),
            environment: event.environment,
            approved: event.decision == "approved",
            decided_by: event.decided_by_name.unwrap_or(event.decided_by),
            reason: event.reason.unwrap_or_default(),
            run_url: event.run_url,
            when: when(event.occurred_at),
            entry: index.map(|index| format!("/audit/{index}")),
        }
    };
    events.into_iter().map(decision).collect()
}
