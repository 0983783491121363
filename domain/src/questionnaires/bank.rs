//! A bank as it stands in its file.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Ladder, Rung, Version, check};
use crate::document::{Diagnostic, Document};

/// The levels that a question can belong to, in order. Level 0 is what is left without them.
pub const LEVELS: [u8; 4] = [1, 2, 3, 4];

/// The version of the scoring rules that this program knows.
pub const SCORING_VERSION: u32 = 1;

/// A bank of questions. It is read with [`Bank::parse`], which checks it, and not changed afterwards.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// Lower-case letters, digits and dashes; the same in all versions.
    pub id: String,
    /// Patch: wording; minor: questions added or clarified; major: meaning changed.
    pub version: Version,
    /// What people call it.
    pub title: String,
    /// What it assesses, in a sentence or two.
    pub description: String,
    /// Version of the scoring rules.
    pub scoring: u32,
    /// The profile taken when none is named.
    pub default_profile: String,
    /// What levels 0 to 4 are called.
    pub levels: [String; 5],
    /// Selections of the questions.
    pub profiles: Vec<Profile>,
    /// What is levelled, in the order in which it is shown.
    pub dimensions: Vec<Dimension>,
    /// Parts of the dimensions: the cells of the heat map.
    pub capabilities: Vec<Capability>,
    /// Principles in which a result can be read.
    pub principles: Vec<Facet>,
    /// Components in which a result can be read.
    pub components: Vec<Facet>,
    /// Phases of the life cycle in which a result can be read.
    pub phases: Vec<Facet>,
    /// Job roles that own questions.
    pub roles: Vec<Facet>,
    /// The questions.
    pub questions: Vec<Question>,
    #[serde(skip)]
    digest: OnceLock<String>,
}

/// A selection of a bank's questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What questions and the command line call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it selects.
    pub blurb: String,
}

/// What is levelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// What questions call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it covers, in one sentence.
    pub blurb: String,
}

/// A part of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Capability {
    /// What questions call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The dimension that it is a part of.
    pub dimension: String,
}

/// A principle, component, phase or job role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facet {
    /// What questions call it.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Never reused: answers carry over to later versions by it.
    pub id: Uuid,
    /// Short name shown to people.
    pub code: String,
    /// The capability that it belongs to.
    pub capability: String,
    /// The dimension of that capability.
    pub dimension: String,
    /// The level that it is a criterion of: 1 to 4.
    #[schemars(range(min = 1, max = 4))]
    pub level: u8,
    /// What it counts beside the others of its cell: 1 to 3.
    #[schemars(range(min = 1, max = 3))]
    pub weight: u8,
    /// Whether its cell fails while it is answered below one half.
    pub mandatory: bool,
    /// How it is answered.
    pub ladder: Ladder,
    /// What is asked.
    pub text: String,
    /// Why it matters, in one sentence.
    pub why: String,
    /// What goes wrong without it.
    pub risk: String,
    /// What counts, for each rung of the ladder.
    pub options: BTreeMap<Rung, String>,
    /// What a reviewer would accept as evidence.
    pub evidence: String,
    /// Job roles that can do it; the first is the one that a roadmap charges.
    pub owner_roles: Vec<String>,
    /// Codes of questions that come first.
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// What getting there costs.
    pub effort: Effort,
    /// What getting there brings: 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub usefulness: u8,
    /// The sentence of the roadmap.
    pub action: String,
    /// Examples of tools that a team would know.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Whether it may be answered with "not applicable".
    pub not_applicable: bool,
    /// The principle that it is read under.
    pub principle: String,
    /// The component that it is read under.
    pub component: String,
    /// The phase that it is read under.
    pub phase: String,
    /// Controls of the framework packs that it speaks to.
    #[serde(default)]
    pub controls: Vec<String>,
    /// The passage that it answers to.
    pub source: String,
    /// The profiles that it belongs to.
    pub profiles: Vec<String>,
}

/// Cost of reaching the top rung, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effort {
    /// What has to be learned: 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub knowledge: u8,
    /// How long it takes: 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub time: u8,
    /// What has to be bought or assigned: 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub resources: u8,
}

impl Effort {
    /// All three together: 3 to 15 points.
    #[must_use]
    pub fn total(self) -> i64 {
        i64::from(self.knowledge) + i64::from(self.time) + i64::from(self.resources)
    }
}

impl Bank {
    /// Reads and checks a bank. `file` is what mistakes call it.
    ///
    /// # Errors
    /// Every mistake found: all syntax errors; else the first mistake of type in the head and in each question; else
    /// every broken rule.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::parse(text, file)?;
        let (mut bank, questions) = document.decode_with_list::<Self, Question>("questions")?;
        bank.questions = questions;
        let mistakes = check::check(&bank, &document);
        if mistakes.is_empty() { Ok(bank) } else { Err(mistakes) }
    }

    /// SHA-256 of the bank's canonical JSON (RFC 8785), in lower-case hexadecimal: layout and comments of the file
    /// do not count.
    #[must_use]
    pub fn sha256(&self) -> &str {
        self.digest.get_or_init(|| crate::digest::canonical_sha256(self))
    }

    /// The question with this code.
    #[must_use]
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.code == code)
    }

    /// The questions of a profile, in the order of the file.
    pub fn questions_of<'a>(&'a self, profile: &'a str) -> impl Iterator<Item = &'a Question> {
        self.questions.iter().filter(move |question| question.profiles.iter().any(|id| id == profile))
    }

    /// The dimension with this id.
    #[must_use]
    pub fn dimension(&self, id: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.id == id)
    }

    /// The capability with this id.
    #[must_use]
    pub fn capability(&self, id: &str) -> Option<&Capability> {
        self.capabilities.iter().find(|capability| capability.id == id)
    }

    /// Whether the bank has this profile.
    #[must_use]
    pub fn has_profile(&self, id: &str) -> bool {
        self.profiles.iter().any(|profile| profile.id == id)
    }
}

/// The JSON Schema of a bank file.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Bank).to_value()
}
