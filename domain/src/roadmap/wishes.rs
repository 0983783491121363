//! What people wish of a roadmap, and what cannot be wished.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::assessments::ScoreError;

/// What a job role carries in a phase when nobody says otherwise, in effort points.
pub const DEFAULT_CAPACITY: u32 = 12;

/// What a roadmap is made for. Empty wishes make the shortest way to the next level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wishes {
    /// The level of the whole to reach, 1 to 4; absent for one above the claimed headline.
    pub target: Option<u8>,
    /// Levels of single dimensions to reach, 0 to 4, by id; they go before `target`.
    pub dimension_targets: BTreeMap<String, u8>,
    /// Effort points that a job role carries in a phase, at least 1; [`DEFAULT_CAPACITY`] for those not named.
    pub capacities: BTreeMap<String, u32>,
    /// Codes of questions that are left out.
    pub switched_off: BTreeSet<String>,
    /// The first phase (from 1) in which an item may be worked on, by code.
    pub not_before: BTreeMap<String, u32>,
    /// Codes of questions that nobody in the team answers for yet: naming an owner comes first.
    pub unowned: BTreeSet<String>,
    /// When phases begin and how long they are; without it they only have numbers.
    pub calendar: Option<Calendar>,
}

/// When phases begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The first day of the first phase.
    pub start: NaiveDate,
    /// How long a phase is, in weeks: 1 to 52.
    pub phase_weeks: u32,
}

/// Why no roadmap can be made of the wishes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A capacity of zero never ends.
    #[error(
        "the capacity of `{0}` is 0: a role that carries nothing never finishes; give it at least 1 point a phase, or switch its items off"
    )]
    NoCapacity(String),
    /// There is no such level.
    #[error("the target is {0}: levels end at 4")]
    NoSuchLevel(u8),
    /// A target that is reached already and would have to be given up.
    #[error("the target {target} is below the present level {present}{}", .dimension.as_ref().map(|id| format!(" of `{id}`")).unwrap_or_default())]
    BelowPresent {
        /// The dimension; absent for the headline.
        dimension: Option<String>,
        /// What was wished.
        target: u8,
        /// What is claimed today.
        present: u8,
    },
    /// A wish names something that the questionnaire does not have.
    #[error("the questionnaire has no {what} `{name}`")]
    Unknown {
        /// `dimension`, `role` or `question`.
        what: &'static str,
        /// What was named.
        name: String,
    },
    /// Phases that have no length, or too much of it.
    #[error("a phase is 1 to 52 weeks long, not {0}")]
    PhaseLength(u32),
    /// The phases end beyond the calendar.
    #[error("the roadmap ends beyond the calendar: start earlier or make phases shorter")]
    BeyondCalendar,
    /// A phase number that does not exist.
    #[error("`{0}` cannot wait for phase 0: phases are numbered from 1")]
    PhaseZero(String),
    /// Items wait for each other. A bank that was checked when loading has none of these.
    #[error("these questions wait for each other: {}", .0.join(", "))]
    Cycle(Vec<String>),
    /// The snapshot cannot be scored.
    #[error(transparent)]
    Score(#[from] ScoreError),
}
