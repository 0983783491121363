//! Datasets and what they are used for.

mod severity;

pub use severity::Severity;
