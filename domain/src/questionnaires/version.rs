//! Versions of a bank: patch for wording, minor for additions, major for changed meaning.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Three numbers, `major.minor.patch`, written without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Version {
    /// Raised when a question's meaning changed or one was retired.
    pub major: u32,
    /// Raised when questions were added or clarified.
    pub minor: u32,
    /// Raised when only wording changed.
    pub patch: u32,
}

/// The part of a version that a change raises, from the least to the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Wording.
    Patch,
    /// Questions added or clarified.
    Minor,
    /// Meaning changed.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

impl Version {
    /// The lowest version that raises this one by `bump`.
    #[must_use]
    pub const fn raised(self, bump: Bump) -> Self {
        let Self { major, minor, patch } = self;
        match bump {
            Bump::None => self,
            Bump::Patch => Self { major, minor, patch: patch + 1 },
            Bump::Minor => Self { major, minor: minor + 1, patch: 0 },
            Bump::Major => Self { major: major + 1, minor: 0, patch: 0 },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A version that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("a version is three numbers such as 1.0.0, not `{0}`")]
pub struct InvalidVersion(String);

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidVersion(text.to_owned());
        let mut numbers = text.split('.').map(str::parse);
        let mut next = || numbers.next().and_then(Result::ok).ok_or_else(invalid);
        let version = Self { major: next()?, minor: next()?, patch: next()? };
        // Written back it must read the same: no fourth part, no sign, no leading zero.
        if version.to_string() == text { Ok(version) } else { Err(invalid()) }
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}
