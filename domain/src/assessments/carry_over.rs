//! Answers to one version of a bank taken over into another: wording kept, clarified kept and flagged, changed asked
//! again, retired archived.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Answer;
use crate::questionnaires::{Bank, Change, diff};

/// What became of the answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedOver {
    /// Answers to the new version, by its codes.
    pub answers: BTreeMap<String, Answer>,
    /// Codes of kept answers whose question was clarified: to be looked at.
    pub flagged: Vec<String>,
    /// Codes of answered questions that changed: to be answered again.
    pub asked_again: Vec<String>,
    /// Answers to retired questions, by their old codes.
    pub archived: BTreeMap<String, Answer>,
}

/// Carries answers (by code of `old`) over to `new`.
#[must_use]
pub fn carry_over(old: &Bank, new: &Bank, answers: &BTreeMap<String, Answer>) -> CarriedOver {
    let changes: HashMap<Uuid, Change> =
        diff(old, new).questions.into_iter().map(|q| (q.id, q.change)).collect();
    let codes: HashMap<Uuid, &str> = new.questions.iter().map(|q| (q.id, q.code.as_str())).collect();
    let mut carried = CarriedOver::default();
    for question in &old.questions {
        let Some(answer) = answers.get(&question.code) else { continue };
        let Some(code) = codes.get(&question.id).map(|code| (*code).to_owned()) else {
            carried.archived.insert(question.code.clone(), answer.clone());
            continue;
        };
        match changes.get(&question.id) {
            Some(Change::Changed) => carried.asked_again.push(code),
            change => {
                if change == Some(&Change::Clarified) {
                    carried.flagged.push(code.clone());
                }
                carried.answers.insert(code, answer.clone());
            }
        }
    }
    carried
}
