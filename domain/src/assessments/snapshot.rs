//! All that a result depends on, fixed: the same snapshot gives the same bytes for ever.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::scorecard::{QuestionnaireRef, Scorecard};
use super::scoring;
use crate::digest::sorted_sha256;
use crate::questionnaires::{Bank, Question, SCORING_VERSION};

/// Bank, profile, rules, day and answers of an assessment. Its digest is the result's `input_sha256`. The fields of all that
/// is in it stand in alphabetical order, so that its JSON is canonical as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The answers by the code of their question.
    pub answers: BTreeMap<String, Answer>,
    /// The day for which evidence is graded.
    pub as_of: NaiveDate,
    /// Digest of the bank, see [`Bank::sha256`].
    pub bank_sha256: String,
    /// The profile.
    pub profile: String,
    /// Version of the scoring rules.
    pub scoring: u32,
}

/// Why something could not be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// The bank has no such profile.
    #[error("the questionnaire has no profile `{profile}`, only: {known}")]
    UnknownProfile {
        /// What was asked for.
        profile: String,
        /// What there is.
        known: String,
    },
    /// The bank has no question with this code.
    #[error("the questionnaire has no question `{0}`")]
    UnknownQuestion(String),
    /// An answer does not fit its question.
    #[error("the answer to `{code}` does not fit: {message}")]
    Misfit {
        /// The question.
        code: String,
        /// What is wrong.
        message: String,
    },
    /// The snapshot was taken of another bank, or of other contents of it.
    #[error("the answers were fixed for the questionnaire with digest {expected}, not for {given}")]
    OtherBank {
        /// The bank of the snapshot.
        expected: String,
        /// The bank at hand.
        given: String,
    },
    /// The snapshot was taken under rules that this program does not know.
    #[error(
        "the answers were fixed under version {0} of the scoring rules, this program knows {SCORING_VERSION}"
    )]
    OtherRules(u32),
}

impl Snapshot {
    /// Fixes answers for a profile (the bank's default where none is named) and a day.
    ///
    /// # Errors
    /// An unknown profile, an answer to an unknown question, an answer that does not fit its question.
    pub fn new(
        bank: &Bank,
        profile: Option<&str>,
        as_of: NaiveDate,
        answers: BTreeMap<String, Answer>,
    ) -> Result<Self, ScoreError> {
        let profile = profile.unwrap_or(&bank.default_profile).to_owned();
        check_profile(bank, &profile)?;
        let questions: HashMap<&str, &Question> =
            bank.questions.iter().map(|q| (q.code.as_str(), q)).collect();
        for (code, answer) in &answers {
            let Some(question) = questions.get(code.as_str()) else {
                return Err(ScoreError::UnknownQuestion(code.clone()));
            };
            if let Some(problem) = answer.problems(question).into_iter().next() {
                return Err(ScoreError::Misfit { code: code.clone(), message: problem.message });
            }
        }
        Ok(Self { bank_sha256: bank.sha256().to_owned(), profile, scoring: bank.scoring, as_of, answers })
    }

    /// SHA-256 of the canonical JSON of the snapshot.
    #[must_use]
    pub fn sha256(&self) -> String {
        sorted_sha256(self)
    }

    /// The result.
    ///
    /// # Errors
    /// Another bank, profile or version of the rules than the snapshot was taken with.
    pub fn score(&self, bank: &Bank) -> Result<Scorecard, ScoreError> {
        self.check(bank)?;
        Ok(scoring::score(bank, self, self.questionnaire(bank)))
    }

    /// The level of each capability as far as the evidence carries: what approval policies ask for.
    ///
    /// # Errors
    /// As [`Snapshot::score`].
    pub fn supported_levels(&self, bank: &Bank) -> Result<BTreeMap<String, u8>, ScoreError> {
        self.check(bank)?;
        Ok(scoring::supported_levels(bank, self))
    }

    /// What was asked.
    pub(crate) fn questionnaire(&self, bank: &Bank) -> QuestionnaireRef {
        QuestionnaireRef {
            id: bank.id.clone(),
            version: bank.version,
            profile: self.profile.clone(),
            scoring: self.scoring,
        }
    }

    /// Whether the snapshot can be scored with this bank.
    pub(crate) fn check(&self, bank: &Bank) -> Result<(), ScoreError> {
        if bank.sha256() != self.bank_sha256 {
            let (expected, given) = (self.bank_sha256.clone(), bank.sha256().to_owned());
            return Err(ScoreError::OtherBank { expected, given });
        }
        if self.scoring != SCORING_VERSION {
            return Err(ScoreError::OtherRules(self.scoring));
        }
        check_profile(bank, &self.profile)
    }
}

fn check_profile(bank: &Bank, profile: &str) -> Result<(), ScoreError> {
    if bank.has_profile(profile) {
        return Ok(());
    }
    let known = bank.profiles.iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>().join(", ");
    Err(ScoreError::UnknownProfile { profile: profile.to_owned(), known })
}
