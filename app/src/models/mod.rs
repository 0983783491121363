//! Models: which there are, and what was decided about their versions.

mod list;
mod page;

pub use list::{ModelLine, ModelsPage};
pub use page::{ModelPage, ReportedDecision, VersionLine};
