//! From answers to a risk tier: the questions are content (`questionnaires/risk/tiers.toml`), the rule is here.
//!
//! A yes leads to the question's tier, and so does "not sure": whoever does not know whether somebody can be hurt has to
//! work as if. The highest tier counts. To change the questions, raise the file's version; a model keeps the version and
//! the answers that its tier came from.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tier;
use crate::document::{Diagnostic, Document, Step};
use crate::names::is_slug;
use crate::path;
use crate::questionnaires::Version;

/// The questions that lead to a tier. They are read with [`RiskQuestions::parse`], which checks them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskQuestions {
    /// Lower-case letters, digits and dashes; the same in all versions.
    pub id: String,
    /// Patch: wording; minor: questions added; major: a question leads elsewhere.
    pub version: Version,
    /// What people call them.
    pub title: String,
    /// What they ask about, in a sentence.
    pub description: String,
    /// The four tiers, from the least to the greatest.
    pub tiers: Vec<TierText>,
    /// The questions, in the order in which they are asked.
    pub questions: Vec<RiskQuestion>,
}

/// What a tier means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierText {
    /// Which.
    pub id: Tier,
    /// What people call it.
    pub title: String,
    /// What belongs there.
    pub help: String,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskQuestion {
    /// Lower-case letters, digits and dashes; never used for another meaning.
    pub id: String,
    /// What is asked; yes leads to the tier.
    pub text: String,
    /// Examples, and which kind of system in law it comes from.
    pub help: String,
    /// The tier that a yes leads to, at least.
    pub tier: Tier,
    /// Why, for people: continues "because …".
    pub reason: String,
    /// Whether a yes means that the model must not be used before counsel has looked at it.
    #[serde(default)]
    pub stops: bool,
}

crate::names! {
    /// An answer to a question about risk.
    pub enum RiskAnswer ("answer") {
        /// It is so.
        Yes = "yes", "Yes";
        /// It is not so.
        No = "no", "No";
        /// Nobody knows; counts as yes.
        Unsure = "unsure", "Not sure";
    }
}

/// What the answers lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Classification {
    /// The tier, so far as the answers go.
    pub tier: Tier,
    /// Whether it must not be used before counsel has looked at it.
    pub stops: bool,
    /// Why it is this tier: the reasons of this tier only, the others would not have led here.
    pub reasons: Vec<TierReason>,
    /// Questions without an answer: until they have one, the tier may be too low.
    pub unanswered: Vec<String>,
}

/// A reason for a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierReason {
    /// The question.
    pub question: String,
    /// The answer that led here.
    pub answer: RiskAnswer,
    /// Why, for people.
    pub reason: String,
}

/// Answers to questions that do not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no question about risk with the id `{0}`")]
pub struct UnknownQuestion(pub String);

impl RiskQuestions {
    /// Reads and checks the questions. `file` is what mistakes call it.
    ///
    /// # Errors
    /// Every mistake found.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::parse(text, file)?;
        let (mut read, questions) = document.decode_with_list::<Self, RiskQuestion>("questions")?;
        read.questions = questions;
        let mistakes = read.mistakes(&document);
        if mistakes.is_empty() { Ok(read) } else { Err(mistakes) }
    }

    /// SHA-256 of the canonical JSON, in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        crate::digest::canonical_sha256(self)
    }

    /// The tier that the answers lead to, with the reasons.
    ///
    /// # Errors
    /// An answer to a question that there is none of.
    pub fn classify(
        &self,
        answers: &BTreeMap<String, RiskAnswer>,
    ) -> Result<Classification, UnknownQuestion> {
        if let Some(id) = answers.keys().find(|id| self.questions.iter().all(|question| question.id != **id))
        {
            return Err(UnknownQuestion(id.clone()));
        }
        let led = |question: &&RiskQuestion| {
            matches!(answers.get(&question.id), Some(RiskAnswer::Yes | RiskAnswer::Unsure))
        };
        let leading = || self.questions.iter().filter(led);
        let tier = leading().map(|question| question.tier).max().unwrap_or(Tier::Minimal);
        let reasons = leading().filter(|question| question.tier == tier).map(|question| TierReason {
            question: question.id.clone(),
            answer: answers.get(&question.id).copied().unwrap_or(RiskAnswer::Unsure),
            reason: question.reason.clone(),
        });
        let unanswered = self.questions.iter().filter(|question| !answers.contains_key(&question.id));
        Ok(Classification {
            tier,
            stops: leading().any(|question| question.stops),
            reasons: reasons.collect(),
            unanswered: unanswered.map(|question| question.id.clone()).collect(),
        })
    }

    fn mistakes(&self, document: &Document<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut rule = |holds: bool, path: &[Step], message: String| {
            if !holds {
                found.push(document.diagnose(path, message));
            }
        };
        let slug = "an id has lower-case letters, digits and dashes";
        let filled = |text: &str| !text.trim().is_empty();
        rule(is_slug(&self.id), &path!["id"], slug.to_owned());
        rule(filled(&self.title), &path!["title"], "is empty".to_owned());
        let tiers: Vec<Tier> = self.tiers.iter().map(|tier| tier.id).collect();
        let all = Tier::ALL.iter().map(|tier| tier.name()).collect::<Vec<_>>().join(", ");
        rule(tiers == Tier::ALL, &path!["tiers"], format!("must be the four tiers in this order: {all}"));
        for (index, tier) in self.tiers.iter().enumerate() {
            rule(filled(&tier.title), &path!["tiers", index, "title"], "is empty".to_owned());
            rule(filled(&tier.help), &path!["tiers", index, "help"], "is empty".to_owned());
        }
        rule(!self.questions.is_empty(), &path!["questions"], "there is nothing to ask".to_owned());
        let mut first = HashMap::new();
        for (index, question) in self.questions.iter().enumerate() {
            let at = |field: &str| path!["questions", index, field];
            rule(is_slug(&question.id), &at("id"), slug.to_owned());
            let earlier = *first.entry(question.id.as_str()).or_insert(index);
            rule(
                earlier == index,
                &at("id"),
                format!("`{}` is already used by questions[{earlier}]", question.id),
            );
            for (field, text) in
                [("text", &question.text), ("help", &question.help), ("reason", &question.reason)]
            {
                rule(filled(text), &at(field), "is empty".to_owned());
            }
            let leads = question.tier > Tier::Minimal;
            rule(
                leads,
                &at("tier"),
                "every model is minimal without a question: name a higher tier".to_owned(),
            );
        }
        found
    }
}
