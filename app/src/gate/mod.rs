//! The gate: a page that asks it, with everything that it looked at, and what it says on a version's page.

mod answer;
mod page;
mod section;

pub use answer::{GateAnswer, GateFine, GateReason, RequestLink};
pub use page::{GateForm, GatePage, GateView};
pub use section::{GateDecisionLine, GateEnvironment, GateSection, VersionGate};
