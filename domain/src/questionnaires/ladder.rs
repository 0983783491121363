//! The two ladders on which questions are answered, and what each rung is worth.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ladder {
    /// How much of it: none, some, most, all.
    Coverage,
    /// By whom: no, manual (done and documented), automated (recurring).
    Automation,
}

impl Ladder {
    /// The rungs from the lowest to the highest.
    #[must_use]
    pub const fn rungs(self) -> &'static [Rung] {
        match self {
            Self::Coverage => &[Rung::None, Rung::Some, Rung::Most, Rung::All],
            Self::Automation => &[Rung::No, Rung::Manual, Rung::Automated],
        }
    }

    /// The highest rung, worth a full answer.
    #[must_use]
    pub const fn top(self) -> Rung {
        match self {
            Self::Coverage => Rung::All,
            Self::Automation => Rung::Automated,
        }
    }
}

impl fmt::Display for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coverage => "coverage",
            Self::Automation => "automation",
        })
    }
}

/// A rung of either ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Coverage: nowhere.
    None,
    /// Coverage: at least a quarter.
    Some,
    /// Coverage: at least half.
    Most,
    /// Coverage: everywhere.
    All,
    /// Automation: not done.
    No,
    /// Automation: done by people and documented.
    Manual,
    /// Automation: done by machines, again and again.
    Automated,
}

impl Rung {
    /// The ladder that the rung belongs to.
    #[must_use]
    pub const fn ladder(self) -> Ladder {
        match self {
            Self::None | Self::Some | Self::Most | Self::All => Ladder::Coverage,
            Self::No | Self::Manual | Self::Automated => Ladder::Automation,
        }
    }

    /// What the rung is worth, in quarters of a full answer: 0 to 4. Quarters keep all of scoring in integers.
    #[must_use]
    pub const fn quarters(self) -> i64 {
        match self {
            Self::None | Self::No => 0,
            Self::Some => 1,
            Self::Most | Self::Manual => 2,
            Self::All | Self::Automated => 4,
        }
    }

    /// The rung as it stands in files and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::Most => "most",
            Self::All => "all",
            Self::No => "no",
            Self::Manual => "manual",
            Self::Automated => "automated",
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
