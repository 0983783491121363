//! A tamper-evident log: what is recorded, how it is hashed, signed, proven and verified.
//!
//! Everything here is a pure function of its input. There is no clock, no randomness and no file or socket, so the
//! server, the command line and the browser run the same code. Formats are public ones: RFC 6962 trees, C2SP
//! signed notes, checkpoints, tiles and proofs, RFC 8785 canonical JSON.
//!
//! From the inside out: [`hash`] and [`leaf`] say what bytes are hashed, [`tree`] and [`tile`] how they become a
//! root and how proofs are made, [`note`] and [`checkpoint`] how a root is signed, [`proof`] and [`receipt`] what a
//! caller holds in hand, [`bundle`] what an export looks like and [`verify`] how it is checked.
//!
//! A new format gets a module of its own with a parser that never panics, and a property test that proves it.

#[cfg(feature = "bundle")]
pub mod bundle;
pub mod checkpoint;
pub mod commit;
pub mod hash;
pub mod json;
pub mod leaf;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod tile;
pub mod tree;
#[cfg(feature = "bundle")]
pub mod verify;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use hash::Hash;
pub use leaf::Leaf;
pub use note::{Ed25519Signer, Signer, VerifierKey};
pub use proof::Proof;
pub use receipt::{VerifiedEntry, verify_receipt};
