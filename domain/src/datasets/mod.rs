//! Datasets, what they are used for, and what is wrong with a use.
//!
//! - [`Dataset`]: the terms on which data may be used; [`DatasetDigest`] identifies a version.
//! - [`Usage`]: somebody used it for something; [`Usage::check`] finds what is wrong. To add a rule: a value of
//!   [`FindingKind`](crate::findings::FindingKind) and a line in the check.
//! - [`models_that_saw`], [`trained_on`], [`personal_data_used`]: the three questions that have to be one click.
//! - [`DvcLock`]: uses from a `dvc.lock`. [`Graph`]: lineage, laid out.

mod dataset;
mod dvc;
mod graph;
mod questions;
mod severity;
mod usage;
mod version;

pub use dataset::{
    Classification, Dataset, DatasetMistake, DatasetName, LawfulBasis, Retention, RetentionEvent,
    SpecialException,
};
pub use dvc::{DvcFile, DvcImport, DvcLock, DvcStage, LARGEST_LOCK};
pub use graph::{Edge, Facts as LineageFacts, Graph, GraphRow, Node, NodeKind};
pub use questions::{
    InvalidQuarter, Parents, PersonalUse, Quarter, Saw, TrainedOn, models_that_saw, personal_data_used,
    trained_on,
};
pub use severity::Severity;
pub use usage::{Found, Usage, UsageMistake, UsedBy};
pub use version::{DatasetDigest, InvalidDatasetDigest};
