//! The answers file: how answers leave and enter Assay, and what `assay score` reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::{Answer, Choice, EvidenceKind};
use crate::document::{Diagnostic, Document, Step};
use crate::path;
use crate::questionnaires::{Bank, Version};

/// A team's answers to one version of a bank, as a TOML file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswersFile {
    /// The bank.
    pub questionnaire: String,
    /// Its version.
    pub version: Version,
    /// Who answered, where an answer does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// The answers by the code of their question.
    #[serde(default)]
    pub answers: BTreeMap<String, Answer>,
}

impl AnswersFile {
    /// Reads answers to `bank`. `file` is what mistakes call the file.
    ///
    /// # Errors
    /// All syntax errors; else the first mistake of type; else everything that does not fit the bank: another bank or
    /// version, unknown codes, values of the wrong ladder.
    pub fn parse(text: &str, file: &str, bank: &Bank) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::parse(text, file)?;
        let answers: Self = document.decode().map_err(|mistake| vec![mistake])?;
        let mistakes: Vec<Diagnostic> = answers
            .mistakes(bank)
            .into_iter()
            .map(|(path, message)| document.diagnose(&path, message))
            .collect();
        if mistakes.is_empty() { Ok(answers) } else { Err(mistakes) }
    }

    /// The file as TOML.
    ///
    /// # Errors
    /// None for answers that were read or checked: all of their values have a TOML form.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// The answers, each saying for itself who gave it.
    #[must_use]
    pub fn into_answers(self) -> BTreeMap<String, Answer> {
        let Self { answered_by, mut answers, .. } = self;
        for answer in answers.values_mut() {
            answer.answered_by = answer.answered_by.take().or_else(|| answered_by.clone());
        }
        answers
    }

    fn mistakes(&self, bank: &Bank) -> Vec<(Vec<Step>, String)> {
        let mut mistakes = Vec::new();
        if self.questionnaire != bank.id {
            let message = format!("these are answers to `{}`, the bank is `{}`", self.questionnaire, bank.id);
            mistakes.push((path!["questionnaire"].to_vec(), message));
        } else if self.version != bank.version {
            let message =
                format!("these are answers to version {}, the bank is {}", self.version, bank.version);
            mistakes.push((path!["version"].to_vec(), message));
        }
        if self.answered_by.as_deref().is_some_and(|name| name.trim().is_empty()) {
            mistakes.push((path!["answered_by"].to_vec(), "is empty".to_owned()));
        }
        for (code, answer) in &self.answers {
            let Some(question) = bank.question(code) else {
                let message = format!("`{} {}` has no question with this code", bank.id, bank.version);
                mistakes.push((path!["answers", code.as_str()].to_vec(), message));
                continue;
            };
            for problem in answer.problems(question) {
                let mut path = path!["answers", code.as_str()].to_vec();
                path.extend(problem.path);
                mistakes.push((path, problem.message));
            }
        }
        mistakes
    }
}

/// Takes out of uploaded answers what only somebody else may say: reviews and approvals come from the reviewer and
/// approver themselves, automated evidence from the machine that vouches for it, which is `machine` where one uploads.
/// Returns what was dropped, for people to read.
pub fn drop_foreign_claims(answers: &mut BTreeMap<String, Answer>, machine: Option<&str>) -> Vec<String> {
    let mut dropped = Vec::new();
    for (code, answer) in answers {
        if let Choice::NotApplicable(given) = &mut answer.choice
            && given.approved_by.take().is_some()
        {
            dropped.push(format!("{code}: the approval of \"not applicable\""));
        }
        let rung = answer.choice.rung();
        for evidence in &mut answer.evidence {
            let review = (evidence.reviewed_by.take(), evidence.reviewed_value.take());
            let claimed = evidence.vouched_by.take();
            // What a machine vouches for goes with the value that it saw.
            let vouched = claimed.is_some() && review.0.is_none();
            if review != (None, None) && !vouched {
                dropped.push(format!("{code}: the review of {}", evidence.uri));
            }
            match (evidence.kind, machine) {
                (EvidenceKind::Automated, Some(machine)) => evidence.vouch(machine, rung),
                (EvidenceKind::Automated, None) => {
                    (evidence.kind, evidence.checked_at) = (EvidenceKind::Artefact, None);
                    dropped.push(format!("{code}: that {} is automated", evidence.uri));
                }
                (EvidenceKind::Artefact, _) => {}
            }
        }
    }
    dropped
}
