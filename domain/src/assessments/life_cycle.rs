//! The life of an assessment: draft, submitted, locked. Reopening starts a new revision.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an assessment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being answered.
    Draft,
    /// Answered; evidence and "not applicable" are being looked at.
    Submitted,
    /// Fixed: its snapshot does not change any more.
    Locked,
}

impl State {
    /// The state as stored and shown in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Locked => "locked",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Draft, Self::Submitted, Self::Locked]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// A state that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no state of an assessment")]
pub struct UnknownState(String);

/// What can be done to an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Give, change or take back an answer or its evidence.
    Answer,
    /// Hand it in.
    Submit,
    /// Review evidence, or approve or refuse "not applicable".
    Review,
    /// Fix it.
    Lock,
    /// Take it up again, as a new revision.
    Reopen,
}

/// A step that does not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Refused {
    /// What was tried.
    pub step: Step,
    /// Where the assessment stood.
    pub state: State,
}

impl Refused {
    const fn sentence(self) -> &'static str {
        match (self.step, self.state) {
            (Step::Answer, _) => "only a draft can be answered: reopen the assessment first",
            (Step::Submit, _) => "only a draft can be submitted: this assessment was submitted before",
            (Step::Review | Step::Lock, State::Locked) => {
                "a locked assessment does not change: reopen it first"
            }
            (Step::Review, _) => {
                "evidence and \"not applicable\" are reviewed after submitting: submit it first"
            }
            (Step::Lock, _) => "only a submitted assessment can be locked: submit it first",
            (Step::Reopen, _) => "a draft is open already",
        }
    }
}

/// Where an assessment stands, and how often it was taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeCycle {
    /// Where it stands.
    pub state: State,
    /// From 1; raised by reopening.
    pub revision: u32,
}

impl LifeCycle {
    /// A new assessment.
    pub const START: Self = Self { state: State::Draft, revision: 1 };

    /// Where it stands after a step.
    ///
    /// # Errors
    /// The step does not go from here.
    pub const fn after(self, step: Step) -> Result<Self, Refused> {
        let Self { state, revision } = self;
        match (state, step) {
            (State::Draft, Step::Answer) | (State::Submitted, Step::Review) => Ok(self),
            (State::Draft, Step::Submit) => Ok(Self { state: State::Submitted, revision }),
            (State::Submitted, Step::Lock) => Ok(Self { state: State::Locked, revision }),
            (State::Submitted | State::Locked, Step::Reopen) => {
                Ok(Self { state: State::Draft, revision: revision + 1 })
            }
            _ => Err(Refused { step, state }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LifeCycle, State, Step};

    #[test]
    fn draft_submitted_locked_and_reopening_starts_a_new_revision() {
        let steps = [Step::Answer, Step::Submit, Step::Review, Step::Lock, Step::Reopen];
        let end = steps.into_iter().try_fold(LifeCycle::START, LifeCycle::after);
        assert_eq!(end, Ok(LifeCycle { state: State::Draft, revision: 2 }));
    }

    #[test]
    fn every_other_step_is_refused() {
        let allowed = [
            (State::Draft, Step::Answer),
            (State::Draft, Step::Submit),
            (State::Submitted, Step::Review),
            (State::Submitted, Step::Lock),
            (State::Submitted, Step::Reopen),
            (State::Locked, Step::Reopen),
        ];
        for state in [State::Draft, State::Submitted, State::Locked] {
            assert_eq!(state.as_str().parse(), Ok(state));
            for step in [Step::Answer, Step::Submit, Step::Review, Step::Lock, Step::Reopen] {
                let after = LifeCycle { state, revision: 1 }.after(step);
                assert_eq!(after.is_ok(), allowed.contains(&(state, step)), "{state} {step:?}");
            }
        }
    }
}
