//! Answers and what they come to. All arithmetic is on integers and exact fractions: the same answers give the same
//! bytes everywhere and for ever.
//!
//! [`AnswersFile`] reads answers, [`Snapshot`] fixes them together with bank, profile and day, [`Snapshot::score`]
//! makes the [`Scorecard`]. To change a rule, raise `SCORING_VERSION` and keep the old one: locked assessments
//! are rescored by the rules that they were locked under.

mod answer;
mod evidence;
mod file;
mod fraction;

pub use answer::{Answer, Choice, Evidence, EvidenceKind, NotApplicable, Problem, Reason};
pub use evidence::{FRESH_DAYS, Grade};
pub use file::{AnswersFile, drop_foreign_claims};
pub use fraction::Fraction;
