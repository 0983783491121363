//! Answers and what they come to. All arithmetic is on integers and exact fractions: the same answers give the same
//! bytes everywhere and for ever.
//!
//! [`AnswersFile`] reads answers, [`Snapshot`] fixes them together with bank, profile and day, [`Snapshot::score`]
//! makes the [`Scorecard`]. To change a rule, raise `SCORING_VERSION` and keep the old one: locked assessments
//! are rescored by the rules that they were locked under.

mod answer;
mod blockers;
mod carry_over;
mod evidence;
mod file;
mod fraction;
mod life_cycle;
mod organisation;
mod scorecard;
mod scoring;
mod snapshot;
mod standing;
mod tally;
mod words;

pub use answer::{Answer, Choice, Evidence, EvidenceKind, NotApplicable, Problem, Reason};
pub use carry_over::{CarriedOver, carry_over};
pub use evidence::{FRESH_DAYS, Grade};
pub use file::{AnswersFile, drop_foreign_claims};
pub use fraction::Fraction;
pub use life_cycle::{LifeCycle, Refused, State, Step, UnknownState};
pub use organisation::{Distribution, Targets, distance, distribution};
pub use scorecard::{
    Basis, Blocker, BlockingAnswer, CapabilityScore, Cell, Criteria, DimensionScore, Headline,
    PrincipleScore, QuestionnaireRef, Scorecard, Vouched,
};
pub use snapshot::{ScoreError, Snapshot};
pub use words::{answer_in_words, level_bar};

pub(crate) use blockers::NOT_RATED;
pub(crate) use standing::Standing;
pub(crate) use tally::Item as Asked;
