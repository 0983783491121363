//! Digests of data: SHA-256 over canonical JSON (RFC 8785), so that layout, key order and language do not matter.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 of the canonical JSON of `value`, in lower-case hexadecimal.
#[must_use]
pub fn canonical_sha256<T: Serialize>(value: &T) -> String {
    sha256(serde_json_canonicalizer::to_vec(value))
}

/// The same for a value whose fields and keys are ASCII and already in order, all the way down, and whose numbers are
/// integers: its plain JSON is canonical, and several times as fast to get. A test has to hold the type to it.
#[must_use]
pub fn sorted_sha256<T: Serialize>(value: &T) -> String {
    sha256(serde_json::to_vec(value))
}

fn sha256(json: serde_json::Result<Vec<u8>>) -> String {
    #[expect(
        clippy::expect_used,
        reason = "the domain's types have string keys and neither floats nor I/O: their JSON always exists"
    )]
    let json = json.expect("domain types have a JSON form");
    Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of the value that it is a field of, taken once. It says nothing that the other fields do not, so it counts
/// neither for equality nor for hashes; the type that has it never changes after it was made.
#[derive(Debug, Clone, Default)]
pub struct Cached(OnceLock<String>);

impl Cached {
    /// The digest, taken with `take` when it is asked for the first time.
    pub fn get(&self, take: impl FnOnce() -> String) -> &str {
        self.0.get_or_init(take)
    }
}

impl PartialEq for Cached {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Cached {}

impl Hash for Cached {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}
