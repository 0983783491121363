//! The roadmap: plain data, and exactly the JSON of `assay roadmap --format json`.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assessments::{Fraction, QuestionnaireRef};
use crate::questionnaires::Rung;

/// The way from where a team stands to a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Roadmap {
    /// What was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub questionnaire: QuestionnaireRef,
    /// The day for which the answers hold.
    pub as_of: NaiveDate,
    /// The level of the whole that is aimed at: the lowest of the dimensions' targets.
    pub target: u8,
    /// Where the team stands.
    pub start: Start,
    /// What is done when. Empty where the target is reached already.
    pub phases: Vec<Phase>,
    /// What keeps the target from being reached by these phases.
    pub unreachable: Vec<Unreachable>,
}

impl Roadmap {
    /// The items, in the order of the phases in which they end.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.phases.iter().flat_map(|phase| &phase.items)
    }

    /// The headline level that it leads to.
    #[must_use]
    pub fn end(&self) -> u8 {
        self.phases.last().map_or(self.start.claimed, |phase| phase.projected.claimed)
    }
}

/// Where the team stands, as claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RoadmapStart))]
pub struct Start {
    /// The headline level: 0 to 4.
    pub claimed: u8,
    /// The levels of the dimensions, in the order of the bank.
    pub dimensions: Vec<ProjectedDimension>,
}

/// A stretch of time with the items that end in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RoadmapPhase))]
pub struct Phase {
    /// From 1.
    pub number: u32,
    /// The first day, where the roadmap has a calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day, where the roadmap has a calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// What ends in this phase, in the order of work. A phase in which a long item only goes on has none.
    pub items: Vec<Item>,
    /// Where the team will stand at its end.
    pub projected: Projected,
}

/// One thing to do: raise the answer to a question to the top of its ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RoadmapPlannedItem))]
pub struct Item {
    /// The question.
    pub code: String,
    /// Today's answer: a rung, `dont_know`, `not_applicable` (not approved), or none.
    pub from: Option<String>,
    /// The top rung of the question's ladder.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "all"))]
    pub to: Rung,
    /// Knowledge, time and resources together: 3 to 15 points.
    pub effort: u32,
    /// The job role whose capacity it is charged to.
    pub role: String,
    /// What it brings: `4*w*(t-a)*usefulness`, doubled in a blocker set of the next headline level, plus a quarter of
    /// the undoubled bases of its direct dependants.
    #[cfg_attr(feature = "openapi", schema(value_type = [i64; 2]))]
    pub value: Fraction,
    /// The phase in which work on it begins; it ends in the phase that it stands in.
    pub started_in: u32,
    /// Whether nobody in the team answers for it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unowned: bool,
    /// Why it stands where it stands, for people.
    pub reasons: Vec<String>,
}

/// Levels after a phase, rescored with everything done that ended by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RoadmapProjected))]
pub struct Projected {
    /// The headline level: 0 to 4.
    pub claimed: u8,
    /// The levels of the dimensions, in the order of the bank.
    pub dimensions: Vec<ProjectedDimension>,
}

/// The level of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RoadmapProjectedDimension))]
pub struct ProjectedDimension {
    /// The dimension.
    pub id: String,
    /// 0 to 4.
    pub claimed: u8,
}

/// What stops the target: an item that is switched off or waits for one, or a dimension that cannot be rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RoadmapUnreachable))]
pub struct Unreachable {
    /// The question's code; the dimension's id where no single question is at fault.
    pub code: String,
    /// Why, for people.
    pub reason: String,
}

/// Why an item stands where it stands. What people read is made by [`std::fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nobody in the team answers for it yet.
    NameAnOwner,
    /// It is part of what keeps a dimension from the next headline level.
    Blocks {
        /// The level.
        level: u8,
        /// The title of the dimension.
        dimension: String,
    },
    /// So many other items wait for it, directly or not.
    Unlocks(u32),
    /// Its start was held up by an item that ends in a later phase than it could have begun.
    WaitsFor(String),
    /// The role's capacity was used up until then.
    RoleIsFull {
        /// The title of the role.
        role: String,
        /// The last phase that is full.
        phase: u32,
        /// The month in which that phase ends, where the roadmap has a calendar: "March 2027".
        until: Option<String>,
    },
    /// Somebody wished it not to begin before this phase.
    NotBefore(u32),
    /// It takes longer than a phase.
    Spans(u32),
    /// It lies above the target of its own dimension, and this item cannot do without it.
    NeededBy(String),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NameAnOwner => f.write_str("nobody owns this yet: name an owner first"),
            Self::Blocks { level, dimension } => write!(f, "blocks level {level} in {dimension}"),
            Self::Unlocks(1) => f.write_str("unlocks 1 item"),
            Self::Unlocks(count) => write!(f, "unlocks {count} items"),
            Self::WaitsFor(code) => write!(f, "waits for {code}"),
            Self::RoleIsFull { role, until: Some(month), .. } => write!(f, "{role} is full until {month}"),
            Self::RoleIsFull { role, phase, until: None } => write!(f, "{role} is full until phase {phase}"),
            Self::NotBefore(phase) => write!(f, "was moved to phase {phase} or later"),
            Self::Spans(phases) => write!(f, "takes {phases} phases"),
            Self::NeededBy(code) => write!(f, "is needed by {code}"),
        }
    }
}
