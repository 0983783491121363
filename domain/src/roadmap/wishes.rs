//! What people wish of a roadmap, and what cannot be wished.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::assessments::{Asked, ScoreError};
use crate::questionnaires::Bank;

/// What a job role carries in a phase when nobody says otherwise, in effort points.
pub const DEFAULT_CAPACITY: u32 = 12;

/// How long a phase is when a calendar begins somewhere and nobody says otherwise, in weeks.
pub const DEFAULT_PHASE_WEEKS: u32 = 4;

/// How many phases a roadmap has at most. What is further away than this is no plan.
pub const MOST_PHASES: u32 = 1000;

/// How long a phase is at most, in weeks.
const MOST_WEEKS: u32 = 52;

/// The last year of the calendar: four digits, as RFC 3339 and databases know it.
const LAST_YEAR: i32 = 9999;

/// What a roadmap is made for. Empty wishes make the shortest way to the next level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wishes {
    /// The level of the whole to reach, from the claimed headline to 4; absent for one above it.
    pub target: Option<u8>,
    /// Levels of single dimensions to reach, from their claimed level to 4, by id; they go before `target`.
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

impl Wishes {
    /// The first phase in which an item may be worked on.
    pub(super) fn first_phase(&self, code: &str) -> u32 {
        self.not_before.get(code).copied().unwrap_or(1)
    }

    /// Whether all that is named exists, in the bank or among the questions of the profile, and numbers make sense.
    pub(super) fn check(&self, bank: &Bank, asked: &[Asked<'_>]) -> Result<(), PlanError> {
        let unknown = |what, name: &str| PlanError::Unknown { what, name: name.to_owned() };
        for (role, capacity) in &self.capacities {
            if !bank.roles.iter().any(|known| known.id == *role) {
                return Err(unknown("role", role));
            }
            if *capacity == 0 {
                return Err(PlanError::NoCapacity(role.clone()));
            }
        }
        let dimensions: BTreeSet<&str> = asked.iter().map(|it| it.question.dimension.as_str()).collect();
        if let Some(id) = self.dimension_targets.keys().find(|id| !dimensions.contains(id.as_str())) {
            return Err(unknown("dimension", id));
        }
        let questions: BTreeSet<&str> = asked.iter().map(|it| it.question.code.as_str()).collect();
        let mut named = self.switched_off.iter().chain(self.not_before.keys()).chain(&self.unowned);
        if let Some(code) = named.find(|code| !questions.contains(code.as_str())) {
            return Err(unknown("question", code));
        }
        for (code, phase) in &self.not_before {
            match phase {
                0 => return Err(PlanError::PhaseZero(code.clone())),
                1..=MOST_PHASES => {}
                _ => return Err(PlanError::TooLong(code.clone())),
            }
        }
        self.calendar.map_or(Ok(()), |calendar| calendar.check())
    }
}

impl Calendar {
    /// The first and the last day of a phase, from 1.
    ///
    /// # Errors
    /// [`PlanError::BeyondCalendar`] where there are no such days.
    pub fn phase(&self, number: u32) -> Result<(NaiveDate, NaiveDate), PlanError> {
        let week = |phases: u32| u64::from(phases) * u64::from(self.phase_weeks);
        let days = |weeks: u64| weeks.checked_mul(7).map(Days::new);
        let from = days(week(number.saturating_sub(1))).and_then(|days| self.start.checked_add_days(days));
        let after = days(week(number)).and_then(|days| self.start.checked_add_days(days));
        let until = after.and_then(|day| day.pred_opt()).filter(|day| day.year() <= LAST_YEAR);
        from.zip(until).ok_or(PlanError::BeyondCalendar)
    }

    pub(super) fn check(&self) -> Result<(), PlanError> {
        if (1..=MOST_WEEKS).contains(&self.phase_weeks) {
            Ok(())
        } else {
            Err(PlanError::PhaseLength(self.phase_weeks))
        }
    }
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
    #[error("the target is {0}: levels end at 4, name one up to that")]
    NoSuchLevel(u8),
    /// A target that is reached already and would have to be given up.
    #[error(
        "the target {target} is below the present level {present}{}: name that level or a higher one",
        .dimension.as_ref().map(|id| format!(" of `{id}`")).unwrap_or_default()
    )]
    BelowPresent {
        /// The dimension; absent for the headline.
        dimension: Option<String>,
        /// What was wished.
        target: u8,
        /// What is claimed today.
        present: u8,
    },
    /// A wish names something that the questionnaire does not have, or not in the profile of the answers.
    #[error("the questionnaire has no {what} `{name}`{}", if *.what == "role" { "" } else { " in this profile" })]
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
    /// A roadmap that never comes to an end.
    #[error(
        "`{0}` would end after phase {MOST_PHASES}, the last that a roadmap can have: let it begin earlier, or give roles more capacity"
    )]
    TooLong(String),
    /// Items wait for each other. A bank that was checked when loading has none of these.
    #[error("these questions wait for each other: {}", .0.join(", "))]
    Cycle(Vec<String>),
    /// The snapshot cannot be scored.
    #[error(transparent)]
    Score(#[from] ScoreError),
}
