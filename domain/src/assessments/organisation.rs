//! Many results side by side, and results against targets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tally::Item;
use super::{Basis, Fraction, ScoreError, Snapshot};
use crate::questionnaires::{Bank, Rung};

/// How levels are spread. There is no mean: levels are an order, not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// How many are at levels 0 to 4.
    pub counts: [u32; 5],
    /// The middle one; the lower of the two in the middle of an even number, for a level between two levels does not
    /// exist. Nothing where there are none.
    pub median: Option<u8>,
}

/// Spreads levels (0 to 4).
#[must_use]
pub fn distribution(levels: &[u8]) -> Distribution {
    let mut sorted = levels.to_vec();
    sorted.sort_unstable();
    let mut counts = [0; 5];
    for level in levels {
        counts[usize::from(*level).min(4)] += 1;
    }
    let median = sorted.len().checked_sub(1).map(|last| sorted[last / 2]);
    Distribution { counts, median }
}

/// What a team aims at. A question's own target goes before its dimension's; without either it is no target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Rungs by dimension, taken for what they are worth on either ladder.
    #[serde(default)]
    pub dimensions: BTreeMap<String, Rung>,
    /// Rungs by code.
    #[serde(default)]
    pub questions: BTreeMap<String, Rung>,
}

/// How far the answers are from the targets, from 0 (reached) to 1: `sum(w*max(0,t-a)) / sum(w*t)` over applicable
/// questions with a target.
///
/// # Errors
/// Another bank or profile than the snapshot was taken with.
pub fn distance(bank: &Bank, snapshot: &Snapshot, targets: &Targets) -> Result<Fraction, ScoreError> {
    snapshot.check(bank)?;
    let (mut missing, mut wanted) = (0, 0);
    for item in Item::all(bank, snapshot).iter().filter(|item| item.is_applicable()) {
        let question = item.question;
        let target =
            targets.questions.get(&question.code).or_else(|| targets.dimensions.get(&question.dimension));
        let target = target.map_or(0, |rung| rung.quarters());
        missing += item.weight() * (target - item.quarters(Basis::Claimed)).max(0);
        wanted += item.weight() * target;
    }
    Ok(Fraction::new(missing, wanted).unwrap_or(Fraction::ZERO))
}
