//! Digests of artefacts: one written form, so that what a pipeline sends and what is on record can be compared.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::is_hex;

/// The digest of a model's file or container image: `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ArtefactDigest(String);

/// A text that is no digest of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDigest {
    /// The part before the colon is missing or another algorithm.
    #[error("a digest begins with `sha256:`, and `{0}` does not")]
    Algorithm(String),
    /// The digits are too few, too many, or no lower-case hexadecimal digits.
    #[error("a SHA-256 has 64 digits, 0 to 9 and a to f, and this one has {found} characters: `{text}`")]
    Digits {
        /// What was given.
        text: String,
        /// Its length after `sha256:`.
        found: usize,
    },
}

impl ArtefactDigest {
    /// Whether the text is one.
    #[must_use]
    pub fn is_valid(text: &str) -> bool {
        text.strip_prefix("sha256:").is_some_and(|hex| is_hex(hex, 64))
    }

    /// The digest that a reference to an image ends with, such as `registry.example/team/scorer@sha256:…`; a digest
    /// alone is one too. A tag does not count: it can be moved.
    ///
    /// # Errors
    /// There is no digest at its end.
    pub fn of_image(reference: &str) -> Result<Self, InvalidDigest> {
        reference.rsplit_once('@').map_or(reference, |(_, digest)| digest).parse()
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first digits, for people who compare by eye.
    #[must_use]
    pub fn short(&self) -> &str {
        short(&self.0)
    }
}

/// A digest cut to the algorithm and twelve digits, or as it is when it is shorter.
#[must_use]
pub fn short(digest: &str) -> &str {
    let start = digest.rfind(':').map_or(0, |colon| colon + 1);
    digest.get(..start + 12).unwrap_or(digest)
}

impl fmt::Display for ArtefactDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ArtefactDigest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let Some(hex) = text.strip_prefix("sha256:") else {
            return Err(InvalidDigest::Algorithm(text.to_owned()));
        };
        if is_hex(hex, 64) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDigest::Digits { text: text.to_owned(), found: hex.chars().count() })
        }
    }
}

impl TryFrom<String> for ArtefactDigest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        text.parse()
    }
}

impl From<ArtefactDigest> for String {
    fn from(digest: ArtefactDigest) -> Self {
        digest.0
    }
}

#[cfg(test)]
mod tests {
    use super::ArtefactDigest;

    #[test]
    fn only_the_right_length_and_form_is_a_digest() {
        let hex = "a1".repeat(32);
        assert!(format!("sha256:{hex}").parse::<ArtefactDigest>().is_ok());
        for wrong in
            [hex.clone(), format!("sha256:{}", &hex[1..]), format!("sha256:{hex}0"), format!("md5:{hex}")]
        {
            assert!(wrong.parse::<ArtefactDigest>().is_err(), "{wrong}");
            assert!(!ArtefactDigest::is_valid(&wrong), "{wrong}");
        }
        assert!(format!("sha256:{}", hex.to_uppercase()).parse::<ArtefactDigest>().is_err());
    }

    #[test]
    fn an_image_is_named_by_its_digest_never_by_its_tag() {
        let digest = format!("sha256:{}", "0f".repeat(32));
        let image = format!("registry.example:5000/risk/scorer:7@{digest}");
        assert_eq!(ArtefactDigest::of_image(&image).map(String::from), Ok(digest));
        assert!(ArtefactDigest::of_image("registry.example/risk/scorer:7").is_err());
    }
}
