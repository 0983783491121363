//! Use cases of datasets: register them and their versions, record what they are used for, work on what is found.
//!
//! Each subject has its file: `registry`, `usage` (with `team`, whose a use is), `dvc`, and
//! `questions`, which only look.

mod dvc;
mod questions;
mod registry;
mod team;
mod usage;

pub use dvc::{DvcOrder, Foreseen, Imported, foresee, import};
pub use questions::{DatasetLineage, Personal, VersionData, lineage, personal, trained_on};
pub use registry::{
    DatasetChange, NewDataset, NewVersion, Registered, change, get, list, managing_teams, register,
    register_version, version_list,
};
pub use usage::{Posted, Recorded, UsageSeen, list as usages, record, record_all};

use crate::error::{Error, FieldError};

/// The longest description or reason, in characters.
const TEXT_LIMIT: usize = 4000;

/// A text without needless space and of no more than [`TEXT_LIMIT`] characters.
fn checked_text(pointer: &str, text: &str) -> Result<String, Error> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() <= TEXT_LIMIT {
        Ok(text)
    } else {
        Err(Error::invalid(pointer, format!("must have at most {TEXT_LIMIT} characters")))
    }
}

/// Fields that break rules, unless there are none.
fn refuse(mistakes: Vec<FieldError>) -> Result<(), Error> {
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}
