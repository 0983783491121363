//! Reading the audit trail: the list with its filter, one entry, and the proof that the browser checks by itself.

pub mod check;
mod entry;
mod list;
mod proof;

pub use entry::{CommittedValue, EntryData, EntryPage};
pub use list::{ActorChoice, EntryLine, LedgerState, SearchForm, TrailData, TrailPage};
pub use proof::{Evidence, Opened, ProofChecker};

use crate::components::Tone;

/// How an outcome is meant.
fn tone(outcome: &str) -> Tone {
    match outcome {
        "denied" => Tone::Bad,
        "failed" => Tone::Warn,
        _ => Tone::Neutral,
    }
}

/// An outcome in a word.
fn outcome_word(outcome: &str) -> &'static str {
    match outcome {
        "denied" => "Refused",
        "failed" => "Failed",
        _ => "Done",
    }
}
