//! What is wrong and has to be dealt with: what a finding is about, where it stands, and who may do what to it.
//!
//! - [`About`]: there are three kinds. Those about *data* come from uses that break a dataset's terms, and policies refuse
//!   on them (`no_finding_from`). Those about *control* say that something runs, or was set up, past the people who have
//!   to decide. Those about *operations* come from machines that watch what runs, and policies name them by a key of their
//!   own (`no_operations_finding_from`).
//! - [`FindingKind`]: what is wrong. To add one: a value here, with what it is about, and whoever opens it.
//! - [`FindingState`]: the life of a finding.
//! - [`may`]: who may do what to it. Whoever is controlled by a finding does not end it.

mod kind;
mod rules;
mod state;

pub use kind::{About, FindingKind};
pub use rules::{Act, Case, Concerned, Part, may, severity_of};
pub use state::{FindingHappened, FindingRefusal, FindingState, FindingStep, LONGEST_ACCEPTANCE_DAYS};
