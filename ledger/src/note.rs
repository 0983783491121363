//! C2SP signed notes: text that keys have signed. <https://c2sp.org/signed-note>
//!
//! Only Ed25519 (signature type 1) is read and written; signatures of other types or unknown keys are carried along
//! and ignored, which is what lets keys rotate and witnesses join.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519Signature, SigningKey, VerifyingKey};

use crate::hash::sha256;

/// The signature type identifier of Ed25519.
const ED25519: u8 = 1;

/// A note with more signatures is refused; C2SP asks for at least 16.
const MAX_SIGNATURES: usize = 64;

/// A note with more bytes is refused; it leaves room for post-quantum signatures of 5 kB.
pub const MAX_BYTES: usize = 512 * 1024;

/// A text and its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

/// A public key, with its name: what a verifier is told to trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

/// Why something is not a note, not a key, or not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// Not a verifier key.
    #[error("not a verifier key (<name>+<8 hex digits>+<base64>): {0}")]
    Key(&'static str),
    /// A name that cannot stand in a note.
    #[error("{0:?} is not a key name: it must not be empty or contain spaces, control characters or '+'")]
    Name(String),
    /// No known key signed it.
    #[error("signed by none of the known keys; it is signed by {0}")]
    Unknown(String),
    /// A known key's signature is wrong.
    #[error("the signature of {0} is wrong")]
    Wrong(String),
    /// The signer failed.
    #[error("could not sign: {0}")]
    Signer(String),
}

/// Something that can sign: a key in memory, in a file, or behind a command.
pub trait Signer: Send + Sync {
    /// The public key of its signatures.
    fn verifier(&self) -> &VerifierKey;

    /// The 64 bytes of an Ed25519 signature of `message`.
    ///
    /// # Errors
    /// [`NoteError::Signer`] when what is behind it does not answer.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], NoteError>;
}

/// A key in memory.
pub struct Ed25519Signer {
    key: SigningKey,
    verifier: VerifierKey,
}

impl Ed25519Signer {
    /// The key that follows from 32 secret bytes, under a name; for a log, its origin.
    ///
    /// # Errors
    /// When the name cannot stand in a note.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key())?;
        Ok(Self { key, verifier })
    }
}

impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Signer({})", self.verifier)
    }
}

impl Signer for Ed25519Signer {
    fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], NoteError> {
        Ok(ed25519_dalek::Signer::sign(&self.key, message).to_bytes())
    }
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.chars().any(bad) { Err(NoteError::Name(name.to_owned())) } else { Ok(()) }
}

impl VerifierKey {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        check_name(name)?;
        let digest = sha256(&[name.as_bytes(), b"\n", &[ED25519], key.as_bytes()].concat());
        let [a, b, c, d, ..] = digest.0;
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], key })
    }

    /// Its name; for the key of a log, the origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id: with the name, how signature lines refer to it.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Whether `signature` (64 bytes) is this key's of `message`. Strict: no second spelling of a signature, no weak key.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = Ed25519Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }

    fn matches(&self, signature: &Signature) -> bool {
        signature.name == self.name && signature.key_id == self.id
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    /// Reads `<name>+<id>+<base64>`; surrounding white space is ignored.
    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key("it has fewer than three parts"));
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key("the third part is not base64"))?;
        let Some((&ED25519, key)) = key.split_first() else {
            return Err(NoteError::Key("only Ed25519 (type 1) is known"));
        };
        let key = key.try_into().map_err(|_| NoteError::Key("an Ed25519 key has 32 bytes"))?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteError::Key("not a point on the curve"))?;
        if key.is_weak() {
            return Err(NoteError::Key("a weak key: anything could be signed by it"));
        }
        let verifier = Self::new(name, key)?;
        if format!("{:08x}", u32::from_be_bytes(verifier.id)) != id {
            return Err(NoteError::Key("the id does not follow from the name and the key"));
        }
        Ok(verifier)
    }
}

/// Reads verifier keys, one a line; empty lines are skipped.
///
/// # Errors
/// When a line is not a key, or there is none.
pub fn parse_keys(text: &str) -> Result<Vec<VerifierKey>, NoteError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let keys = lines.map(str::parse).collect::<Result<Vec<VerifierKey>, _>>()?;
    if keys.is_empty() { Err(NoteError::Key("there is none")) } else { Ok(keys) }
}

impl Note {
    /// Signs a text.
    ///
    /// # Errors
    /// When the text does not end in a line feed or contains other control characters, or a signer fails.
    pub fn sign(text: String, signers: &[&dyn Signer]) -> Result<Self, NoteError> {
        check_text(&text)?;
        let mut note = Self { text, signatures: Vec::new() };
        for signer in signers {
            let key = signer.verifier();
            let bytes = signer.sign(note.text.as_bytes())?.to_vec();
            note.signatures.push(Signature { name: key.name.clone(), key_id: key.id, bytes });
        }
        if note.signatures.is_empty() {
            return Err(NoteError::Malformed("it has no signature"));
        }
        Ok(note)
    }

    /// Reads a note, without verifying anything.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_BYTES {
            return Err(NoteError::Malformed("it is larger than 512 KiB"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed("it is not UTF-8"))?;
        let split = whole.rfind("\n\n").ok_or(NoteError::Malformed("no empty line before the signatures"))?;
        let (text, signatures) = (&whole[..=split], &whole[split + 2..]);
        check_text(text)?;
        let lines =
            signatures.strip_suffix('\n').ok_or(NoteError::Malformed("it does not end in a line feed"))?;
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::Malformed("it has more than 64 signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// What was signed, its final line feed included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Verifies it and returns the known keys that signed it, at least one.
    ///
    /// # Errors
    /// When none of `known` signed it, or the signature of any of them is wrong.
    pub fn verify<'k>(&self, known: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signed_by = Vec::new();
        for signature in &self.signatures {
            for key in known.iter().filter(|key| key.matches(signature)) {
                if !key.verifies(self.text.as_bytes(), &signature.bytes) {
                    return Err(NoteError::Wrong(key.name.clone()));
                }
                signed_by.push(key);
            }
        }
        if signed_by.is_empty() {
            let names: Vec<_> = self.signatures.iter().map(Signature::label).collect();
            return Err(NoteError::Unknown(names.join(", ")));
        }
        Ok(signed_by)
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed("its text does not end in a line feed"));
    }
    if text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Malformed("it contains control characters"));
    }
    Ok(())
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl Signature {
    fn parse(line: &str) -> Result<Self, NoteError> {
        let parts = line.strip_prefix("— ").and_then(|rest| rest.split_once(' '));
        let (name, signature) =
            parts.ok_or(NoteError::Malformed("a signature line is not '— <name> <base64>'"))?;
        check_name(name)?;
        let bytes =
            STANDARD.decode(signature).map_err(|_| NoteError::Malformed("a signature is not base64"))?;
        match bytes.split_first_chunk() {
            Some((key_id, signature)) if !signature.is_empty() => {
                Ok(Self { name: name.to_owned(), key_id: *key_id, bytes: signature.to_vec() })
            }
            _ => Err(NoteError::Malformed("a signature is too short")),
        }
    }

    fn label(&self) -> String {
        format!("{}+{:08x}", self.name, u32::from_be_bytes(self.key_id))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.key_id.as_slice(), &self.bytes].concat();
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

#[cfg(test)]
#[path = "tests/note.rs"]
mod tests;
