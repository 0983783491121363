//! Models and their versions: digests, evidence, where they come from, what ran when, and how much harm they can do.
//!
//! The tiers and kinds of evidence are closed lists, because approval policies are written in them; the questions that
//! lead to a tier are content (`questionnaires/risk/tiers.toml`).

mod deployment;
mod digest;
mod evidence;
mod lineage;
mod risk;
mod said;
mod tier;

pub use deployment::{Change, Deployment, Ran, history, in_production_on, running};
pub use digest::{ArtefactDigest, InvalidDigest, short};
pub use evidence::{Evidence, EvidenceKind};
pub(crate) use lineage::is_commit;
pub use lineage::{Lineage, LineageMistake, UsedFor, VersionRef};
pub use risk::{
    Classification, RiskAnswer, RiskQuestion, RiskQuestions, TierReason, TierText, UnknownQuestion,
};
pub use said::{ModelSaid, SaidMistake, VersionSaid, is_version_name};
pub use tier::{Tier, TierMove};
