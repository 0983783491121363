//! What the pages show, from what the service knows.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::policies::{Deciding, GridRow, PolicyData, PolicyLine, TeamLine, VersionLine};
use assay_app::proposals::ProposalLine;
use assay_domain::approvals::{ANY_ENVIRONMENT, Policy, Statement, Titles};
use assay_domain::models::Tier;
use assay_domain::proposals::{Kind, ProposalState};
use uuid::Uuid;

use super::super::service::words::Words;
use super::super::service::{Concerned, InForce, ShutOut, Version, concerned};
use super::super::store::VersionRow;
use super::BASE;
use crate::app::App;
use crate::audit::Names;
use crate::error::Error;
use crate::proposals::ProposalRow;
use crate::proposals::pages::line;

/// What decides where: a row for each environment that a policy names, and one for all others.
pub(super) fn grid(found: &InForce) -> Vec<GridRow> {
    let title = |policy: &str| {
        let known = found.policies.iter().find(|one| one.row.policy == policy);
        known.map_or_else(|| policy.to_owned(), |one| one.row.title.clone())
    };
    let by_place: BTreeMap<(&str, &str), &str> = found
        .places
        .iter()
        .map(|place| ((place.environment.as_str(), place.tier.as_str()), place.policy.as_str()))
        .collect();
    let link = |policy: &str| (title(policy), format!("{BASE}/{policy}"));
    let cell = |environment: &str, tier: &Tier| match by_place.get(&(environment, tier.name())) {
        Some(policy) => {
            let (title, href) = link(policy);
            Deciding::Named(title, href)
        }
        None => match by_place.get(&(ANY_ENVIRONMENT, tier.name())) {
            Some(policy) => {
                let (title, href) = link(policy);
                Deciding::Otherwise(title, href)
            }
            None => Deciding::Nothing,
        },
    };
    let environments: BTreeSet<&str> = found.places.iter().map(|place| place.environment.as_str()).collect();
    let named = environments.into_iter().filter(|environment| *environment != ANY_ENVIRONMENT);
    named
        .chain([ANY_ENVIRONMENT])
        .map(|environment| GridRow {
            environment: (environment != ANY_ENVIRONMENT).then(|| environment.to_owned()),
            cells: Tier::ALL.iter().map(|tier| cell(environment, tier)).collect(),
        })
        .collect()
}

/// A policy in force, as the list shows it.
pub(super) fn in_force_line(version: &Version) -> PolicyLine {
    let VersionRow { policy, version: number, title, since_at, .. } = version.row.clone();
    PolicyLine {
        title,
        href: format!("{BASE}/{policy}"),
        version: number,
        description: version.policy.description.clone(),
        at: since_at,
    }
}

/// The policies that are not in force any more.
pub(super) fn retired_lines(found: &InForce) -> Vec<PolicyLine> {
    let line = |version: &Version| {
        let until = version.row.until_at.unwrap_or(version.row.since_at);
        PolicyLine { at: until, ..in_force_line(version) }
    };
    found.retired.iter().map(line).collect()
}

/// Proposals as a list shows them.
pub(super) async fn lines(app: &App, rows: Vec<ProposalRow>) -> Result<Vec<ProposalLine>, Error> {
    let people = rows.iter().map(|row| row.proposed_by).collect();
    let names = Names::of_actors(&mut app.db.read().await?, people).await?;
    rows.iter().map(|row| line(row, &names)).collect()
}

/// A version with what it says.
pub(super) fn policy(version: &Version, statements: Vec<Statement>) -> PolicyData {
    let VersionRow { policy, version: number, sha256, title, source, since_at, until_at, .. } =
        version.row.clone();
    PolicyData {
        id: policy,
        title,
        description: version.policy.description.clone(),
        version: number,
        sha256,
        since: since_at,
        until: until_at,
        statements,
        source,
    }
}

/// Every version with who proposed and who confirmed it.
pub(super) async fn history(
    app: &App,
    history: &[Version],
    about: &[ProposalRow],
    shown: &str,
) -> Result<Vec<VersionLine>, Error> {
    let people: BTreeSet<Uuid> =
        about.iter().flat_map(|row| std::iter::once(row.proposed_by).chain(row.decided_by)).collect();
    let names = Names::of_actors(&mut app.db.read().await?, people).await?;
    let mut brought = BTreeMap::new();
    for row in about {
        if row.state()? == ProposalState::Confirmed && row.kind()? == Kind::PolicyIntoForce {
            let confirmed = row.decided_by.map_or_else(|| "nobody else".to_owned(), |by| names.anybody(by));
            brought.insert(row.to_text.clone(), (names.anybody(row.proposed_by), confirmed));
        }
    }
    let line = |one: &Version| VersionLine {
        version: one.row.version.clone(),
        href: format!("{BASE}/{}?version={}", one.row.policy, one.row.version),
        since: one.row.since_at,
        until: one.row.until_at,
        shown: one.row.version == shown,
        by: brought.get(&one.row.version).cloned(),
    };
    Ok(history.iter().map(line).collect())
}

/// The teams that a policy concerns.
pub(in crate::policies) async fn teams(
    app: &App,
    policy: &Policy,
    words: &Words,
) -> Result<Vec<TeamLine>, Error> {
    let today = app.clock.now().date_naive();
    let found = concerned(&mut app.db.read().await?, policy, today).await?;
    let line = |one: Concerned| TeamLine {
        href: format!("/teams/{}/ownership", one.team.slug),
        name: one.team.name,
        has_models: one.has_models,
        missing: one.refused.map(|refused| in_words(&refused.message, words)),
        shut_out: by_name(one.shut_out, words),
    };
    Ok(found.into_iter().map(line).collect())
}

/// People with all of their job roles.
fn by_name(shut_out: Vec<ShutOut>, words: &Words) -> Vec<(String, String)> {
    let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ShutOut { name, job_role } in shut_out {
        people.entry(name).or_default().push(words.role(&job_role));
    }
    people.into_iter().map(|(name, roles)| (name, roles.join(", "))).collect()
}

/// A sentence of the domain, which names steps and job roles by id, as people write it.
fn in_words(message: &str, words: &Words) -> String {
    let word = |word: &str| {
        let id = word.trim_end_matches([',', '.', ':']);
        match (id.strip_prefix('`').and_then(|id| id.strip_suffix('`')), words.roles.get(id)) {
            (Some(step), _) => format!("“{step}”{}", &word[id.len()..]),
            (None, Some(title)) => format!("{title}{}", &word[id.len()..]),
            (None, None) => word.to_owned(),
        }
    };
    let mut letters = message.split(' ').map(word).collect::<Vec<_>>().join(" ");
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    letters + "."
}
