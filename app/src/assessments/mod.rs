//! Pages of assessments: starting one, answering, checking, reviewing, and the result.
//!
//! Every page is drawn from plain data that the server gathers. [`draft`] is what a question's fields hold, shared by
//! the form, its handler and the [`autosave`] island, which saves the very same form while somebody types.

pub mod autosave;
#[cfg(feature = "ssr")]
mod check;
pub mod draft;
#[cfg(feature = "ssr")]
mod evidence;
#[cfg(feature = "ssr")]
mod heading;
#[cfg(feature = "ssr")]
mod question;
#[cfg(feature = "ssr")]
mod questions;
#[cfg(feature = "ssr")]
mod result;
#[cfg(feature = "ssr")]
mod review;
#[cfg(feature = "ssr")]
mod start;
#[cfg(feature = "ssr")]
mod tasks;

#[cfg(feature = "ssr")]
pub use self::{
    check::{CheckGroup, CheckLine, CheckPage},
    evidence::{Decision, EvidenceFacts, EvidenceLine, EvidenceLink, NewEvidence, safe_href},
    heading::{AssessmentHead, Heading, Place, Rights, StateBadge},
    question::QuestionView,
    questions::{DimensionPage, DimensionView},
    result::{Earlier, ResultPage, ResultView},
    review::{ReviewItem, ReviewPage},
    start::{AssessmentLine, StartForm, StartPage, TeamAssessments, TeamAssessmentsView},
    tasks::{DimensionTask, ImportForm, LevelProgress, TasksPage},
};
