//! C2SP checkpoints: the size and root of a log, signed. <https://c2sp.org/tlog-checkpoint>
//!
//! Whoever keeps one can later show that the log was altered before that point, or that it was not.

use std::fmt;

use crate::hash::Hash;
use crate::note::{Note, NoteError, Signer, VerifierKey};

/// The state of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: `<host>/<instance uuid>`, also the name of its key.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// A checkpoint with its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

/// Why something is not a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note, or not signed by a known key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A note with another text than a checkpoint has.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
}

impl Checkpoint {
    /// Reads the text of a checkpoint: three lines. Extension lines are refused, because nobody could audit them.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let text = text.strip_suffix('\n').ok_or(malformed("it does not end in a line feed"))?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(malformed("it does not consist of three lines: origin, size and root"));
        };
        if origin.is_empty() {
            return Err(malformed("the origin is empty"));
        }
        let size = parse_decimal(size).ok_or(malformed("the size is not a decimal number"))?;
        let root = root.parse().map_err(|_| malformed("the root is not the base64 of 32 bytes"))?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Signs it.
    ///
    /// # Errors
    /// When a signer fails or the origin cannot stand in a note.
    pub fn sign(self, signers: &[&dyn Signer]) -> Result<SignedCheckpoint, CheckpointError> {
        if self.origin.is_empty() || self.origin.contains('\n') {
            return Err(CheckpointError::Malformed("the origin is empty or has more than one line"));
        }
        let note = Note::sign(self.to_string(), signers)?;
        Ok(SignedCheckpoint { checkpoint: self, note })
    }
}

/// A decimal number without sign, leading zeros or anything else that has a second spelling.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint, without verifying its signatures.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// What was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Verifies the signature of the log: by a known key whose name is the origin.
    ///
    /// # Errors
    /// When no such key signed it, or a known key's signature is wrong.
    pub fn verify(&self, known: &[VerifierKey]) -> Result<(), CheckpointError> {
        let signed_by = self.note.verify(known)?;
        if signed_by.iter().any(|key| key.name() == self.checkpoint.origin) {
            Ok(())
        } else {
            Err(CheckpointError::Malformed("the name of the key that signed it is not its origin"))
        }
    }
}

/// The note, byte for byte.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::empty_root;
    use crate::note::Ed25519Signer;

    #[test]
    fn the_example_of_the_specification_reads_and_prints_the_same() {
        let example = include_str!("tests/checkpoint.txt");
        let signed = SignedCheckpoint::parse(example.as_bytes()).unwrap();
        assert_eq!(signed.checkpoint().origin, "example.com/behind-the-sofa");
        assert_eq!(signed.checkpoint().size, 20_852_163);
        assert_eq!(signed.to_string(), example);
    }

    #[test]
    fn other_spellings_and_extension_lines_are_refused() {
        let root = empty_root();
        for (size, tail) in [("01", ""), ("+1", ""), ("", ""), ("1", "extension\n"), ("1", "\n")] {
            assert!(Checkpoint::parse(&format!("log\n{size}\n{root}\n{tail}")).is_err(), "{size:?} {tail:?}");
        }
        assert!(Checkpoint::parse(&format!("log\n1\n{root}\n")).is_ok());
    }

    #[test]
    fn the_key_must_bear_the_name_of_the_log() {
        let signer = Ed25519Signer::from_seed("example.org/other", &[1; 32]).unwrap();
        let checkpoint = Checkpoint { origin: "example.org/log".into(), size: 0, root: empty_root() };
        let signed = checkpoint.sign(&[&signer]).unwrap();
        assert!(signed.verify(std::slice::from_ref(signer.verifier())).is_err());
    }
}
