//! Banks of questions: reading, checking, comparing and describing them.
//!
//! A bank is a TOML file (`questionnaires/maturity/*.toml`); a commented example of every field is
//! `domain/tests/data/small-bank.toml`. Once published, a version never changes. To add a field: add it to
//! [`Question`] or [`Bank`] with a doc comment (the JSON Schema shows it), a rule to `check.rs` if it has one, and
//! name it in `diff.rs`, which decides what a change of it means for answers already given.

mod bank;
mod check;
mod diff;
mod ladder;
mod version;

pub use bank::{
    Bank, Capability, Dimension, Effort, Facet, LEVELS, Profile, Question, SCORING_VERSION, schema,
};
pub use diff::{Change, Diff, QuestionChange, diff};
pub use ladder::{Ladder, Rung};
pub use version::{Bump, Version};
