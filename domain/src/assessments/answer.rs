//! What a team answers to a question, and what it shows for it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::de::value::StrDeserializer;
use serde::de::{Error as _, IntoDeserializer as _};
use serde::{Deserialize, Deserializer, Serialize};

use crate::document::Step;
use crate::path;
use crate::questionnaires::{Question, Rung};

/// One answer. In files and in the API it is a table with `value` or `not_applicable`, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Answer {
    /// What was chosen.
    pub choice: Choice,
    /// A remark for people.
    pub comment: Option<String>,
    /// What shows that it is so.
    pub evidence: Vec<Evidence>,
    /// Who answered; where it is missing, no review of the evidence counts.
    pub answered_by: Option<String>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A rung of the question's ladder.
    Rung(Rung),
    /// Counts as unanswered, but was looked at.
    DontKnow,
    /// The question does not concern the team. Unanswered until it is approved.
    NotApplicable(NotApplicable),
}

/// Why a question does not concern a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotApplicable {
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// The reason in words.
    pub justification: String,
    /// The kind of reason.
    pub reason: Reason,
}

/// Reasons that make a question not applicable. "We decided not to" is an answer of none, and what another group does
/// is assessed as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The team's work has no such part.
    OutOfScope,
    /// The architecture has no such part.
    Architecture,
}

/// A link or file that shows that an answer is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// When a machine last checked it.
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<NaiveDate>,
    /// The last day on which it counts in full.
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Made by people, or produced by a machine.
    pub kind: EvidenceKind,
    /// Who reviewed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// The answer that the reviewer, or the machine that vouches, saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_value: Option<Rung>,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Where it is.
    pub uri: String,
    /// The machine that checked it and vouches for it, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vouched_by: Option<String>,
}

/// A day, with a message that shows how to write one.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    text.parse()
        .map(Some)
        .map_err(|_| D::Error::custom(format!("`{text}` is no day: write it as \"2027-06-30\"")))
}

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A document, link or file.
    Artefact,
    /// What a machine found and can find again.
    Automated,
}

/// Something wrong with an answer: where in it, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The way from the answer to the value.
    pub path: Vec<Step>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Answer {
    /// An answer of this rung, with nothing besides.
    #[must_use]
    pub const fn of(rung: Rung) -> Self {
        Self { choice: Choice::Rung(rung), comment: None, evidence: Vec::new(), answered_by: None }
    }

    /// The word for what was chosen: the rung, `dont_know` or `not_applicable`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match &self.choice {
            Choice::Rung(rung) => rung.as_str(),
            Choice::DontKnow => "dont_know",
            Choice::NotApplicable(_) => "not_applicable",
        }
    }

    /// Whether the answer takes the question out of the sums: chosen, allowed and approved.
    #[must_use]
    pub const fn is_not_applicable(&self, question: &Question) -> bool {
        match &self.choice {
            Choice::NotApplicable(given) => question.not_applicable && given.approved_by.is_some(),
            _ => false,
        }
    }

    /// What is wrong with it as an answer to `question`.
    #[must_use]
    pub fn problems(&self, question: &Question) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut report =
            |path: &[Step], message: String| problems.push(Problem { path: path.to_vec(), message });
        let rungs = || question.ladder.rungs().iter().map(Rung::to_string).collect::<Vec<_>>().join(", ");
        let off_ladder = |rung: Rung| rung.ladder() != question.ladder;
        let blank = |text: &str| text.trim().is_empty();
        match &self.choice {
            Choice::Rung(rung) if off_ladder(*rung) => report(
                &path!["value"],
                format!("`{rung}` is not on the ladder `{}`: {}, or dont_know", question.ladder, rungs()),
            ),
            Choice::NotApplicable(given) => {
                if blank(&given.justification) {
                    report(&path!["not_applicable", "justification"], "say why it does not apply".to_owned());
                }
                if given.approved_by.as_deref().is_some_and(blank) {
                    report(&path!["not_applicable", "approved_by"], "is empty".to_owned());
                }
            }
            _ => {}
        }
        if self.answered_by.as_deref().is_some_and(blank) {
            report(&path!["answered_by"], "is empty".to_owned());
        }
        for (index, evidence) in self.evidence.iter().enumerate() {
            let at = |field: &str| path!["evidence", index, field];
            if blank(&evidence.uri) {
                report(&at("uri"), "say where the evidence is".to_owned());
            }
            if evidence.sha256.as_deref().is_some_and(|digest| !is_sha256(digest)) {
                report(&at("sha256"), "a SHA-256 has 64 digits, 0 to 9 and a to f".to_owned());
            }
            if evidence.reviewed_by.as_deref().is_some_and(blank) {
                report(&at("reviewed_by"), "is empty".to_owned());
            }
            if let Some(rung) = evidence.reviewed_value.filter(|rung| off_ladder(*rung)) {
                let message = format!("`{rung}` is not on the ladder `{}`: {}", question.ladder, rungs());
                report(&at("reviewed_value"), message);
            }
        }
        problems
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl Evidence {
    /// Puts the name of a machine behind it, for the value that it saw.
    pub fn vouch(&mut self, machine: &str, saw: Option<Rung>) {
        self.kind = EvidenceKind::Automated;
        self.vouched_by = Some(machine.to_owned());
        self.reviewed_value = saw;
    }
}

impl Choice {
    /// The rung, where one was chosen.
    #[must_use]
    pub const fn rung(&self) -> Option<Rung> {
        match self {
            Self::Rung(rung) => Some(*rung),
            Self::DontKnow | Self::NotApplicable(_) => None,
        }
    }

    /// The choice that a word stands for: a rung or `dont_know`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let value: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
        Value::deserialize(value).ok().map(Self::from)
    }
}

/// An answer as it is written. Exactly one of `value` and `not_applicable` is there.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Answer")]
struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answered_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_applicable: Option<NotApplicable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

/// The words that `value` may be.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Value {
    None,
    Some,
    Most,
    All,
    No,
    Manual,
    Automated,
    DontKnow,
}

impl TryFrom<Fields> for Answer {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let choice = match (fields.value, fields.not_applicable) {
            (Some(value), None) => value.into(),
            (None, Some(given)) => Choice::NotApplicable(given),
            (None, None) => return Err("an answer needs `value` or `not_applicable`"),
            (Some(_), Some(_)) => return Err("an answer has `value` or `not_applicable`, not both"),
        };
        let Fields { comment, evidence, answered_by, .. } = fields;
        Ok(Self { choice, comment, evidence, answered_by })
    }
}

impl From<Answer> for Fields {
    fn from(answer: Answer) -> Self {
        let Answer { choice, comment, evidence, answered_by } = answer;
        let (value, not_applicable) = match choice {
            Choice::Rung(rung) => (Some(rung.into()), None),
            Choice::DontKnow => (Some(Value::DontKnow), None),
            Choice::NotApplicable(given) => (None, Some(given)),
        };
        Self { value, not_applicable, comment, evidence, answered_by }
    }
}

impl From<Value> for Choice {
    fn from(value: Value) -> Self {
        Self::Rung(match value {
            Value::None => Rung::None,
            Value::Some => Rung::Some,
            Value::Most => Rung::Most,
            Value::All => Rung::All,
            Value::No => Rung::No,
            Value::Manual => Rung::Manual,
            Value::Automated => Rung::Automated,
            Value::DontKnow => return Self::DontKnow,
        })
    }
}

impl From<Rung> for Value {
    fn from(rung: Rung) -> Self {
        match rung {
            Rung::None => Self::None,
            Rung::Some => Self::Some,
            Rung::Most => Self::Most,
            Rung::All => Self::All,
            Rung::No => Self::No,
            Rung::Manual => Self::Manual,
            Rung::Automated => Self::Automated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Choice};
    use crate::questionnaires::{Ladder, Rung};

    #[test]
    fn words_and_choices_are_the_same() {
        for rung in [Ladder::Coverage, Ladder::Automation].into_iter().flat_map(Ladder::rungs) {
            assert_eq!(Choice::from_word(Answer::of(*rung).word()), Some(Choice::Rung(*rung)));
        }
        assert_eq!(Choice::from_word("dont_know"), Some(Choice::DontKnow));
        assert_eq!(Choice::from_word("not_applicable"), None);
        assert_eq!(Rung::All.ladder().top(), Rung::All);
    }
}
