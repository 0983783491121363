//! What the commands that look at answers share: which answers, against which bank, for which day.

use std::path::PathBuf;

use assay_domain::assessments::{AnswersFile, Snapshot};
use assay_domain::questionnaires::Bank;
use chrono::NaiveDate;

use super::files::{Failure, read_bank, read_text};

#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// The answers, as a TOML file
    file: PathBuf,
    /// The bank of questions that they answer [default: the one that comes with Assay]
    #[arg(long, value_name = "FILE", env = "ASSAY_QUESTIONNAIRE")]
    questionnaire: Option<PathBuf>,
    /// The profile to score [default: the bank's, extended]
    #[arg(long, env = "ASSAY_PROFILE")]
    profile: Option<String>,
    /// The day for which evidence is graded, such as 2026-11-21 [default: today]
    #[arg(long, value_name = "DATE", env = "ASSAY_AS_OF", value_parser = day)]
    as_of: Option<NaiveDate>,
}

/// A day as people write it on the command line.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "write a day as 2026-11-21".to_owned())
}

impl Input {
    /// The bank, and the answers fixed for the day.
    ///
    /// # Errors
    /// A file cannot be read or has mistakes, or the bank has no such profile.
    pub(super) fn read(&self, today: NaiveDate) -> Result<(Bank, Snapshot), Failure> {
        let bank = read_bank(self.questionnaire.as_deref())?;
        let file = self.name();
        let answers = AnswersFile::parse(&read_text(&self.file)?, &file, &bank)?.into_answers();
        let as_of = self.as_of.unwrap_or(today);
        let snapshot = Snapshot::new(&bank, self.profile.as_deref(), as_of, answers);
        Ok((bank, snapshot.map_err(|error| self.failure(error))?))
    }

    /// A failure that lies in the answers.
    pub(super) fn failure(&self, error: impl std::fmt::Display) -> Failure {
        Failure::new(format!("{}: {error}", self.name()))
    }

    fn name(&self) -> String {
        self.file.display().to_string()
    }
}
