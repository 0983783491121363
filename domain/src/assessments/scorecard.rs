//! The result of an assessment: plain data, and exactly the JSON of `assay score --format json`. Fields without a
//! prefix are the claimed ones.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fraction;
use crate::questionnaires::{Rung, Version};

/// What an assessment came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scorecard {
    /// What was asked.
    pub questionnaire: QuestionnaireRef,
    /// SHA-256 of the canonical JSON of all that the result depends on.
    pub input_sha256: String,
    /// The day for which evidence was graded.
    pub as_of: NaiveDate,
    /// The level of the whole.
    pub headline: Headline,
    /// How much of everything is done, whatever the levels say.
    pub progress_percent: String,
    /// How well the answers are supported.
    pub confidence_percent: String,
    /// How much of what applies was answered.
    pub coverage_percent: String,
    /// The dimensions that have questions in the profile, in the order of the bank.
    pub dimensions: Vec<DimensionScore>,
    /// The capabilities that have questions in the profile, in the order of the bank.
    pub capabilities: Vec<CapabilityScore>,
    /// The principles, in the order of the bank.
    pub principles: Vec<PrincipleScore>,
    /// Why not the next level: for each dimension below level 4, claimed and supported.
    pub blockers: Vec<Blocker>,
    /// What counts because a machine vouches for it, and which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vouched: Vec<Vouched>,
}

/// A piece of evidence that counts because a machine checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vouched {
    /// The code of the question.
    pub question: String,
    /// The machine, by name.
    pub machine: String,
    /// When it checked.
    pub checked_at: Option<NaiveDate>,
    /// Where the evidence is.
    pub uri: String,
}

/// A version of a bank, read in a profile under a version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionnaireRef {
    /// The bank.
    pub id: String,
    /// Its version.
    pub version: Version,
    /// The profile.
    pub profile: String,
    /// Version of the scoring rules.
    pub scoring: u32,
}

/// The level of the whole: the lowest of the dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Headline {
    /// As answered: 0 to 4.
    pub claimed: u8,
    /// As far as the evidence carries: 0 to 4.
    pub supported: u8,
    /// Whether answers are missing that could change it.
    pub provisional: bool,
}

/// One dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DimensionScore {
    /// The dimension.
    pub id: String,
    /// As answered: 0 to 4.
    pub claimed: u8,
    /// As far as the evidence carries: 0 to 4.
    pub supported: u8,
    /// The level and the score of the next, for charts only: two digits, cut off.
    pub index: String,
    /// Whether answers are missing that could change the level.
    pub provisional: bool,
    /// False where too much of it is not applicable: then its level is 0.
    pub rated: bool,
    /// Its four levels.
    pub cells: Vec<Cell>,
}

/// One level of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// 1 to 4.
    pub level: u8,
    /// What the answers come to.
    pub score: Fraction,
    /// How much of what applies was answered.
    pub coverage: Fraction,
    /// Whether it passes as answered.
    pub passed: bool,
    /// What the answers come to as far as the evidence carries.
    pub supported_score: Fraction,
    /// Whether it passes as far as the evidence carries.
    pub supported_passed: bool,
    /// Whether there was anything to pass.
    pub criteria: Criteria,
    /// Why it does not pass, for people.
    pub reasons: Vec<String>,
}

/// Whether a cell has anything to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criteria {
    /// It has.
    Some,
    /// It has no question.
    None,
    /// All of its questions are approved as not applicable.
    NotApplicable,
}

/// One capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapabilityScore {
    /// The capability.
    pub id: String,
    /// The dimension that it is a part of.
    pub dimension: String,
    /// What all of its answers come to; colours the heat map.
    pub score: Fraction,
    /// 0 to 4.
    pub level: u8,
}

/// One principle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrincipleScore {
    /// The principle.
    pub id: String,
    /// What all of its answers come to.
    pub score: Fraction,
    /// Whether the team works without it; unknown where nothing of it was answered.
    pub missing: Option<bool>,
    /// Codes of its questions that were answered with the lowest rung.
    pub questions: Vec<String>,
}

/// What keeps a dimension from its next level: the smallest set of answers that would pass it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blocker {
    /// Claimed or supported.
    pub basis: Basis,
    /// The dimension.
    pub dimension: String,
    /// The level that would be reached.
    pub level: u8,
    /// What to raise: to the top rung and, for supported, with reviewed evidence.
    pub questions: Vec<BlockingAnswer>,
    /// Why no set of answers suffices, where none does.
    pub reasons: Vec<String>,
}

/// An answer to raise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockingAnswer {
    /// The question.
    pub code: String,
    /// Today's answer: a rung, `dont_know`, `not_applicable` (not allowed or not approved), or none.
    pub answer: Option<String>,
    /// The top rung of the question's ladder.
    pub needed: Rung,
}

/// Whether answers count as given, or as far as their evidence carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// As given.
    Claimed,
    /// As far as the evidence carries.
    Supported,
}
