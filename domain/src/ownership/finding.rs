//! What a finding is: what is wrong, how much it matters, and how it goes away.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Thing;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Nobody answers for something that somebody believes is looked after.
    High,
    /// It works until somebody is ill.
    Medium,
    /// Worth knowing.
    Low,
}

impl Severity {
    /// Every severity, from the highest.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FindingKind {
    /// A thing for which nobody is accountable.
    NoAccountable,
    /// A thing for which several people are accountable, so nobody is.
    SeveralAccountable,
    /// Somebody who may not hold anything any more, and does.
    Left,
    /// Somebody who is accountable for more than one person can look after.
    Overloaded,
    /// A thing on which one person alone works.
    NoStandIn,
    /// A duty that no job role held in the team covers.
    UncoveredDuty,
}

impl FindingKind {
    /// How much it matters.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::NoAccountable | Self::SeveralAccountable | Self::Left => Severity::High,
            Self::Overloaded | Self::NoStandIn => Severity::Medium,
            Self::UncoveredDuty => Severity::Low,
        }
    }

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoAccountable => "no_accountable",
            Self::SeveralAccountable => "several_accountable",
            Self::Left => "left",
            Self::Overloaded => "overloaded",
            Self::NoStandIn => "no_stand_in",
            Self::UncoveredDuty => "uncovered_duty",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a fix does with the person who is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FixAction {
    /// Becomes accountable for the thing.
    MakeAccountable,
    /// Stays accountable; the others become responsible.
    KeepOne,
    /// Takes over everything that the one who left holds.
    HandOver,
    /// Becomes accountable for the things; the one who has too many becomes responsible for them.
    ShareOut,
    /// Becomes responsible for the thing, beside the one who is alone.
    AddStandIn,
    /// Becomes responsible for the thing, in a role that covers the duty.
    CoverDuty,
}

/// How a finding goes away: somebody is chosen, in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is done with the person who is chosen.
    pub action: FixAction,
    /// In a sentence, for people.
    pub sentence: String,
    /// Who can be chosen, by name.
    pub candidates: Vec<Uuid>,
    /// Who would be best; nobody where choosing anybody only moves the trouble.
    pub person: Option<Uuid>,
    /// The job roles that can be chosen, in the order of the matrix; empty where the role is given.
    pub roles: Vec<String>,
    /// The role that would be best.
    pub role: Option<String>,
    /// The things that change hands.
    pub things: Vec<Thing>,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The same as long as it is the same finding.
    pub id: String,
    /// What is wrong.
    pub kind: FindingKind,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub things: Vec<Thing>,
    /// Whom it is about.
    pub people: Vec<Uuid>,
    /// The duty that nobody covers.
    pub duty: Option<String>,
    /// For people.
    pub sentence: String,
    /// How it goes away.
    pub fix: Fix,
}
