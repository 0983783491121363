//! The roadmaps of all teams on one page.

use std::collections::BTreeMap;

use assay_app::roadmap::{OrganisationPage, OrganisationView, RoleEffort, SharedItem, TeamPlan};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use crate::App;
use crate::assessments::pages::date;
use crate::error::Error;
use crate::http::Page;
use crate::roadmap::service::{self, Organisation, TeamRoadmap};
use crate::teams::store::TeamRow;

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let found = service::organisation(&app, &page.caller).await?;
    let view = OrganisationView {
        whole: page.caller.may(Permission::ReadAssessments, None),
        teams: found.teams.iter().map(|(team, roadmap)| plan(team, roadmap)).collect(),
        without: found.without.iter().map(|team| (team.name.clone(), super::href(team))).collect(),
        shared: shared(&found),
        efforts: efforts(&found),
    };
    Ok(page.render("Roadmap of all teams", move || view! { <OrganisationPage view /> }))
}

fn plan(team: &TeamRow, roadmap: &TeamRoadmap) -> TeamPlan {
    let plan = &roadmap.plan;
    TeamPlan {
        name: team.name.clone(),
        href: super::href(team),
        start: plan.start.claimed,
        target: plan.target,
        end: plan.end(),
        phases: plan.phases.len(),
        ends: plan.phases.last().and_then(|phase| phase.until).map(date),
        items: plan.items().count(),
        stops: plan.unreachable.iter().map(|stop| stop.code.clone()).collect(),
        saved: roadmap.saved.is_some(),
    }
}

/// What more than one team needs, the most wanted first.
fn shared(found: &Organisation) -> Vec<SharedItem> {
    let by_slug: BTreeMap<&str, &TeamRow> =
        found.teams.iter().map(|(team, _)| (team.slug.as_str(), team)).collect();
    let mut shared = Vec::new();
    for (bank, together) in &found.together {
        let several = together.items.iter().filter(|item| item.count > 1);
        shared.extend(several.map(|item| {
            let question = bank.question(&item.code);
            let capability = question.and_then(|question| bank.capability(&question.capability));
            let teams = item.teams.iter().filter_map(|slug| by_slug.get(slug.as_str()));
            SharedItem {
                code: item.code.clone(),
                action: item.action.clone().unwrap_or_default(),
                capability: capability.map(|known| known.title.clone()).unwrap_or_default(),
                teams: teams.map(|team| (team.name.clone(), super::href(team))).collect(),
                effort: item.effort,
            }
        }));
    }
    shared
}

/// Effort by job role in each team, the greatest first.
fn efforts(found: &Organisation) -> Vec<RoleEffort> {
    let mut efforts: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (place, (_, roadmap)) in found.teams.iter().enumerate() {
        for item in roadmap.plan.items() {
            let role = assay_app::roadmap::role_title(roadmap.bank(), &item.role);
            let by_team = efforts.entry(role).or_insert_with(|| vec![0; found.teams.len()]);
            by_team[place] += item.effort;
        }
    }
    let mut efforts: Vec<_> =
        efforts.into_iter().map(|(role, by_team)| RoleEffort { role, by_team }).collect();
    efforts.sort_by_key(|effort| std::cmp::Reverse(effort.by_team.iter().sum::<u32>()));
    efforts
}
