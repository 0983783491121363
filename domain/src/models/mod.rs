//! Models and their versions: digests, evidence and risk.

mod digest;
mod evidence;
mod tier;

pub use digest::{ArtefactDigest, InvalidDigest, short};
pub use evidence::{Evidence, EvidenceKind};
pub use tier::Tier;
