//! The roadmaps of all teams side by side: what many of them are about to do, and how much it is together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Item, Roadmap};
use crate::assessments::{Distribution, Fraction, distribution};
use crate::questionnaires::{Bank, Rung};

/// What the teams of an organisation have before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrganisationRoadmap {
    /// All of it in a few numbers.
    pub summary: Summary,
    /// The items by question: what most teams share first, then what brings them the most together, then by code. What
    /// only one team has stands there as well.
    pub items: Vec<SharedItem>,
}

/// The roadmaps in a few numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How many teams have a roadmap.
    pub teams: u32,
    /// How many items they have together.
    pub items: u32,
    /// The effort of their items by job role: in the order of the bank, then the roles that it does not know, by id.
    pub effort: Vec<RoleEffort>,
    /// How many teams stand at which level.
    pub start: Distribution,
    /// How many teams aim at which level.
    pub target: Distribution,
    /// How many teams their roadmaps lead to which level.
    pub end: Distribution,
}

/// What a job role has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleEffort {
    /// The role.
    pub role: String,
    /// Points of all teams together.
    pub effort: u64,
}

/// What several teams have before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharedItem {
    /// The question.
    pub code: String,
    /// What to do; absent where the bank does not have the question.
    pub action: Option<String>,
    /// The top rung of its ladder.
    pub to: Rung,
    /// How many teams have it before them.
    pub count: u32,
    /// Their keys, in order.
    pub teams: Vec<String>,
    /// What it brings to all of them together.
    pub value: Fraction,
    /// What it costs all of them together, in points.
    pub effort: u64,
}

/// Puts the roadmaps of teams side by side. Keys are what the caller calls the teams; their order does not matter.
#[must_use]
pub fn organisation(bank: &Bank, roadmaps: &[(String, Roadmap)]) -> OrganisationRoadmap {
    let mut shared: BTreeMap<&str, Vec<(&str, &Item)>> = BTreeMap::new();
    for (team, roadmap) in roadmaps {
        for item in roadmap.items() {
            shared.entry(&item.code).or_default().push((team, item));
        }
    }
    let mut items: Vec<SharedItem> =
        shared.into_iter().filter_map(|(code, own)| shared_item(bank, code, own)).collect();
    // Stable: what is equal stays in the order of codes.
    items.sort_by_key(|item| Reverse((item.count, item.value)));
    OrganisationRoadmap { summary: summary(bank, roadmaps), items }
}

fn shared_item(bank: &Bank, code: &str, own: Vec<(&str, &Item)>) -> Option<SharedItem> {
    let (_, first) = own.first()?;
    let mut teams: Vec<String> = own.iter().map(|(team, _)| (*team).to_owned()).collect();
    teams.sort_unstable();
    Some(SharedItem {
        code: code.to_owned(),
        action: bank.question(code).map(|question| question.action.clone()),
        to: first.to,
        count: count(own.len()),
        teams,
        value: own.iter().map(|(_, item)| item.value).sum(),
        effort: own.iter().map(|(_, item)| u64::from(item.effort)).sum(),
    })
}

fn summary(bank: &Bank, roadmaps: &[(String, Roadmap)]) -> Summary {
    let items = || roadmaps.iter().flat_map(|(_, roadmap)| roadmap.items());
    let levels = |of: fn(&Roadmap) -> u8| {
        distribution(&roadmaps.iter().map(|(_, roadmap)| of(roadmap)).collect::<Vec<_>>())
    };
    let mut efforts: BTreeMap<&str, u64> = BTreeMap::new();
    for item in items() {
        *efforts.entry(&item.role).or_default() += u64::from(item.effort);
    }
    let place = |id: &str| bank.roles.iter().position(|role| role.id == id).unwrap_or(bank.roles.len());
    let mut effort: Vec<RoleEffort> =
        efforts.into_iter().map(|(role, effort)| RoleEffort { role: role.to_owned(), effort }).collect();
    effort.sort_by_key(|own| place(&own.role));
    Summary {
        teams: count(roadmaps.len()),
        items: count(items().count()),
        effort,
        start: levels(|roadmap| roadmap.start.claimed),
        target: levels(|roadmap| roadmap.target),
        end: levels(Roadmap::end),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
