//! C2SP tlog proofs: index, inclusion proof and checkpoint in one text; what a caller gets as a receipt.
//! <https://c2sp.org/tlog-proof>

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{CheckpointError, SignedCheckpoint, parse_decimal};
use crate::hash::{Hash, HashError};
use crate::note::VerifierKey;
use crate::tree::{ProofError, verify_inclusion};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The longest inclusion proof in a tree of 2^64 entries.
const MAX_HASHES: usize = 64;

/// That an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Opaque bytes that nothing vouches for.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Inclusion proof, from the leaf's sibling to the root's child.
    pub hashes: Vec<Hash>,
    /// The checkpoint that it leads to.
    pub checkpoint: SignedCheckpoint,
}

/// Why something is not a proof, or proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadProofError {
    /// Not of the format.
    #[error("not a tlog-proof@v1: {0}")]
    Malformed(&'static str),
    /// A line of the proof is not a hash.
    #[error("not a tlog-proof@v1: {0}")]
    Hash(#[from] HashError),
    /// The checkpoint in it is malformed or not signed by a known key.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The entry is not the one it was made for.
    #[error("the entry is not in the log at this place: {0}")]
    Inclusion(#[from] ProofError),
}

impl Proof {
    /// Reads a proof, without verifying anything.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn parse(text: &str) -> Result<Self, ReadProofError> {
        let malformed = ReadProofError::Malformed;
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or(malformed("no empty line before the checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(malformed("the first line is not 'c2sp.org/tlog-proof@v1'"));
        }
        let extra =
            lines.next_if(|line| line.starts_with("extra ")).and_then(|line| line.strip_prefix("extra "));
        let extra = extra.map(|extra| STANDARD.decode(extra)).transpose();
        let extra = extra.map_err(|_| malformed("the extra data is not base64"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(parse_decimal);
        let index = index.ok_or(malformed("there is no line 'index <number>'"))?;
        let hashes = lines.map(str::parse).collect::<Result<Vec<Hash>, _>>()?;
        if hashes.len() > MAX_HASHES {
            return Err(malformed("it has more than 64 hashes"));
        }
        Ok(Self { extra, index, hashes, checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())? })
    }

    /// Verifies that the entry with this leaf hash is in the log whose key is among `known`.
    ///
    /// # Errors
    /// When it is not proven.
    pub fn verify(&self, leaf: &Hash, known: &[VerifierKey]) -> Result<(), ReadProofError> {
        self.checkpoint.verify(known)?;
        let head = self.checkpoint.checkpoint();
        Ok(verify_inclusion(leaf, self.index, head.size, &self.hashes, &head.root)?)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
#[path = "tests/proof.rs"]
mod tests;
