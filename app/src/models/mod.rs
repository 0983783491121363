//! Models: which there are, what they are for and how much harm they can do, their versions and what ran when.
//!
//! All pages are plain forms and links. Other rooms put what they know of a version into [`VersionPage`]: it takes a
//! view of requests and the gate's answer beside its own facts.

mod decisions;
mod form;
mod list;
mod page;
mod ran;
mod risk;
mod team;
mod tier;
mod version;
mod version_edit;
mod version_parts;

pub use decisions::ReportedDecision;
pub use form::{ModelForm, ModelFormPage};
pub use list::{ModelFilters, ModelLine, ModelsPage, ModelsPageProps};
pub use page::{ModelPage, ModelPageProps, ModelView, OwnerLine, VersionLine};
pub use ran::{EnvironmentNow, OnADay, RanLine};
pub use risk::{QuestionLine, RiskForm, RiskPage, RiskView, TierLine};
pub use team::{TeamModel, TeamModels, TeamModelsProps};
pub use tier::TierMark;
pub use version::{Place, VersionPage, VersionPageProps, VersionView};
pub use version_edit::{PersonChoice, VersionForm, VersionFormPage};
pub use version_parts::{
    DataChoice, DataForm, DataLine, DeploymentForm, DeploymentLine, EvidenceForm, EvidenceLine,
};

pub use crate::components::day;
