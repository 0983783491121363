//! The command line.

pub mod files;
pub mod questionnaire;
pub mod score;
pub mod scorecard_text;
