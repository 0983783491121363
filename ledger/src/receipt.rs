//! Checking one entry against its receipt: what the browser does on the audit page, and anybody with a receipt.

use crate::hash::{Hash, leaf_hash};
use crate::leaf::{Leaf, LeafError};
use crate::note::{NoteError, VerifierKey};
use crate::proof::{Proof, ReadProofError};

/// An entry that is proven to be in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedEntry {
    /// Which log.
    pub origin: String,
    /// Where in it.
    pub index: u64,
    /// Entries that the log had when the receipt was made.
    pub size: u64,
    /// Its root then.
    pub root: Hash,
    /// Hash of the entry.
    pub leaf_hash: Hash,
    /// The entry.
    pub leaf: Leaf,
}

/// Why a receipt does not vouch for an entry.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The key is not one.
    #[error("the key: {0}")]
    Key(#[from] NoteError),
    /// The receipt is malformed, not signed by the key, or for another entry.
    #[error("the receipt: {0}")]
    Receipt(#[from] ReadProofError),
    /// The entry is in the log, but is not a well-formed leaf.
    #[error("the entry: {0}")]
    Leaf(#[from] LeafError),
}

/// Checks that `receipt` (a C2SP tlog-proof) vouches for exactly the bytes `leaf` under the key `vkey`.
///
/// # Errors
/// When it does not, and why.
pub fn verify_receipt(receipt: &str, leaf: &[u8], vkey: &str) -> Result<VerifiedEntry, ReceiptError> {
    let key: VerifierKey = vkey.parse()?;
    let proof = Proof::parse(receipt)?;
    let leaf_hash = leaf_hash(leaf);
    proof.verify(&leaf_hash, &[key])?;
    let head = proof.checkpoint.checkpoint();
    Ok(VerifiedEntry {
        origin: head.origin.clone(),
        index: proof.index,
        size: head.size,
        root: head.root,
        leaf_hash,
        leaf: Leaf::parse(leaf)?,
    })
}
