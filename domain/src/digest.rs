//! Digests of data: SHA-256 over canonical JSON (RFC 8785), so that layout, key order and language do not matter.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 of the canonical JSON of `value`, in lower-case hexadecimal.
#[must_use]
pub fn canonical_sha256<T: Serialize>(value: &T) -> String {
    #[expect(
        clippy::expect_used,
        reason = "the domain's types have string keys and neither floats nor I/O: their JSON always exists"
    )]
    let json = serde_json_canonicalizer::to_vec(value).expect("domain types have a JSON form");
    Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
}
