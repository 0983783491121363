//! Models and their versions: what approvals are about.
//!
//! A version is registered once with the digest of its artefact and never changes; another digest under the same
//! version is a contradiction, not an update. What is said of a version (evidence, data, people) may change, and each
//! change is told to the approvals that are bound to it ([`service::bound`]).
//!
//! Names of models and versions may hold slashes. In addresses each is one segment, percent-encoded ([`href`]).

pub mod api;
mod narrowed;
pub mod pages;
pub mod service;
pub mod store;

use narrowed::Narrowed;

/// What stands in the place of a name in the addresses of pages, and so is never written as it is for a name.
const TAKEN: [&str; 5] = ["new", "edit", "risk", "archived", "new-version"];

/// A name as one segment of an address.
fn segment(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let taken = TAKEN.contains(&name);
    name.bytes()
        .enumerate()
        .map(|(n, byte)| match byte {
            _ if taken && n == 0 => format!("%{byte:02X}"),
            _ if plain(byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Where a model is shown.
#[must_use]
pub fn href(model: &str) -> String {
    format!("/models/{}", segment(model))
}

/// Where a version of a model is shown.
#[must_use]
pub fn version_href(model: &str, version: &str) -> String {
    format!("/models/{}/{}", segment(model), segment(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_and_never_a_page_of_its_own() {
        assert_eq!(href("fraud-scoring"), "/models/fraud-scoring");
        assert_eq!(version_href("bank/fraud", "v1:rc/2"), "/models/bank%2Ffraud/v1%3Arc%2F2");
        assert_eq!(version_href("new", "risk"), "/models/%6Eew/%72isk");
    }
}
