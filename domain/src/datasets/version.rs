//! Digests of versions of datasets, as the tools that keep data write them.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::is_hex;

/// What identifies the content of a version of a dataset.
///
/// Written as `sha256:` and 64 hexadecimal digits, `md5:` and 32 (DVC; `.dir` behind them for a folder), `lakefs:` and the
/// 64 digits of a commit, or `snapshot:` and the number of a table's snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct DatasetDigest(String);

/// A text that is no digest of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDatasetDigest {
    /// Nothing known before the colon.
    #[error("a dataset's digest begins with sha256:, md5:, lakefs: or snapshot:, and `{0}` does not")]
    Kind(String),
    /// What follows is not what it should be.
    #[error("`{text}` needs {needed} behind the colon")]
    Value {
        /// What was given.
        text: String,
        /// What would be right.
        needed: &'static str,
    },
}

impl DatasetDigest {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatasetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DatasetDigest {
    type Err = InvalidDatasetDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDatasetDigest> {
        let Some((kind, value)) = text.split_once(':') else {
            return Err(InvalidDatasetDigest::Kind(text.to_owned()));
        };
        let (holds, needed) = match kind {
            "sha256" => (is_hex(value, 64), "64 digits, 0 to 9 and a to f,"),
            "md5" => {
                let digits = value.strip_suffix(".dir").unwrap_or(value);
                (is_hex(digits, 32), "32 digits, 0 to 9 and a to f, and perhaps .dir,")
            }
            "lakefs" => (is_hex(value, 64), "the 64 digits of a commit"),
            "snapshot" => (is_number(value), "a number of at most 19 digits"),
            _ => return Err(InvalidDatasetDigest::Kind(text.to_owned())),
        };
        if holds {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDatasetDigest::Value { text: text.to_owned(), needed })
        }
    }
}

/// Snapshots are numbered with 64 bits, written without leading zeros.
fn is_number(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number >= 0 && number.to_string() == text)
}

impl TryFrom<String> for DatasetDigest {
    type Error = InvalidDatasetDigest;

    fn try_from(text: String) -> Result<Self, InvalidDatasetDigest> {
        text.parse()
    }
}

impl From<DatasetDigest> for String {
    fn from(digest: DatasetDigest) -> Self {
        digest.0
    }
}

#[cfg(test)]
mod tests {
    use super::DatasetDigest;

    #[test]
    fn each_kind_has_its_length() {
        let hex = |digits: usize| "a1".repeat(digits / 2);
        for right in [
            format!("sha256:{}", hex(64)),
            format!("md5:{}", hex(32)),
            format!("md5:{}.dir", hex(32)),
            format!("lakefs:{}", hex(64)),
            "snapshot:0".to_owned(),
            "snapshot:9223372036854775807".to_owned(),
        ] {
            assert_eq!(right.parse::<DatasetDigest>().map(String::from), Ok(right));
        }
        let wrong = [
            hex(64),
            format!("sha256:{}", hex(62)),
            format!("md5:{}", hex(64)),
            format!("md5:{}.tar", hex(32)),
            format!("md5:{}", hex(32).to_uppercase()),
            format!("lakefs:{}", hex(40)),
            "snapshot:9223372036854775808".to_owned(),
            "snapshot:007".to_owned(),
            "snapshot:-1".to_owned(),
            format!("crc:{}", hex(8)),
            String::new(),
        ];
        let said = wrong.map(|text| text.parse::<DatasetDigest>().expect_err("no digest").to_string());
        insta::assert_snapshot!("dataset-digests", said.join("\n"));
    }
}
