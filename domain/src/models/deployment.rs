//! What ran where, and when: told from the list of deployments.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SaidMistake, VersionRef};
use crate::names::is_name;
use crate::texts::{CLOCK_SKEW, is_web_address};

/// A change of what runs in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Which version.
    #[serde(flatten)]
    pub version: VersionRef,
    /// Where.
    pub environment: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub change: Change,
}

impl Deployment {
    /// Every field that breaks a rule. `others` is what is on record of the model's deployments, and `now` the time of
    /// arrival.
    #[must_use]
    pub fn mistakes(&self, run_url: Option<&str>, others: &[Self], now: DateTime<Utc>) -> Vec<SaidMistake> {
        let mut found = Vec::new();
        let mut rule = |holds: bool, pointer: &str, message: String| {
            if !holds {
                found.push(SaidMistake { pointer: pointer.to_owned(), message });
            }
        };
        rule(
            is_name(&self.environment, 64),
            "/environment",
            "must be 1 to 64 letters, digits or . _ / : - and start with a letter or digit".to_owned(),
        );
        rule(
            self.at <= now + CLOCK_SKEW,
            "/occurred_at",
            "lies in the future; check the clock of the machine that reports".to_owned(),
        );
        rule(
            run_url.is_none_or(is_web_address),
            "/run_url",
            "must be an http or https address of at most 2000 characters".to_owned(),
        );
        let runs = || {
            let ran = history(others, &self.environment);
            ran.iter().any(|ran| {
                ran.version == self.version
                    && ran.from <= self.at
                    && ran.until.is_none_or(|until| until > self.at)
            })
        };
        rule(
            self.change != Change::Removed || runs(),
            "/change",
            format!(
                "{} did not run in {} then, so it cannot be taken away: record where and since when it runs first",
                self.version, self.environment
            ),
        );
        found
    }
}

crate::names! {
    /// What a deployment does.
    pub enum Change ("change of a deployment") {
        /// It runs instead of all other versions of the model there.
        Replaces = "replaces", "takes over";
        /// It runs beside the others, such as a canary or a challenger.
        Beside = "beside", "runs beside";
        /// It runs no more.
        Removed = "removed", "is taken away";
    }
}

/// A time during which a version ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ran {
    /// Which version.
    pub version: VersionRef,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; `None` while it runs.
    pub until: Option<DateTime<Utc>>,
}

/// Everything that ran in an environment, in order of its beginning. The deployments may come in any order; of two at
/// the same moment the one that stands later counts as later.
#[must_use]
pub fn history(deployments: &[Deployment], environment: &str) -> Vec<Ran> {
    let mut changes: Vec<&Deployment> =
        deployments.iter().filter(|one| one.environment == environment).collect();
    changes.sort_by_key(|one| one.at);
    let mut running: BTreeMap<&VersionRef, DateTime<Utc>> = BTreeMap::new();
    let mut ran = Vec::new();
    for change in changes {
        let ends = |version: &VersionRef| match change.change {
            Change::Replaces => version.model == change.version.model && *version != change.version,
            Change::Beside => false,
            Change::Removed => *version == change.version,
        };
        running.retain(|version, from| {
            let ended = ends(version);
            if ended {
                ran.push(Ran { version: (*version).clone(), from: *from, until: Some(change.at) });
            }
            !ended
        });
        if change.change != Change::Removed {
            running.entry(&change.version).or_insert(change.at);
        }
    }
    ran.extend(running.into_iter().map(|(version, from)| Ran {
        version: version.clone(),
        from,
        until: None,
    }));
    ran.sort_by(|a, b| (a.from, &a.version).cmp(&(b.from, &b.version)));
    ran
}

/// What ran in an environment at any moment of a day (UTC), in order of its beginning.
#[must_use]
pub fn in_production_on(deployments: &[Deployment], environment: &str, day: NaiveDate) -> Vec<Ran> {
    let Some(midnight) = day.and_hms_opt(0, 0, 0).map(|midnight| midnight.and_utc()) else {
        return Vec::new();
    };
    let next = midnight + TimeDelta::days(1);
    let on_the_day = |ran: &Ran| ran.from < next && ran.until.is_none_or(|until| until > midnight);
    history(deployments, environment).into_iter().filter(on_the_day).collect()
}

/// Everything that runs now, by environment: what no later deployment replaced or removed.
#[must_use]
pub fn running(deployments: &[Deployment]) -> BTreeMap<String, Vec<Ran>> {
    let mut now: BTreeMap<String, Vec<Ran>> = BTreeMap::new();
    for deployment in deployments {
        now.entry(deployment.environment.clone()).or_default();
    }
    for (environment, runs) in &mut now {
        *runs = history(deployments, environment).into_iter().filter(|ran| ran.until.is_none()).collect();
    }
    now.retain(|_, runs| !runs.is_empty());
    now
}
