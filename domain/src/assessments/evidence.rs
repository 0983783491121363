//! How much evidence carries: four grades, and what each lets an answer count for.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Choice, Evidence, EvidenceKind};

/// Automated evidence counts as such for so many days after its last check.
pub const FRESH_DAYS: i64 = 90;

/// How well an answer is supported, from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing was shown.
    None,
    /// Something was shown.
    Artefact,
    /// Somebody else has looked at it.
    Reviewed,
    /// A machine checks it again and again.
    Automated,
}

impl Grade {
    /// The most that an answer so supported counts for, in quarters of a full answer.
    #[must_use]
    pub const fn cap_quarters(self) -> i64 {
        match self {
            Self::None => 2,
            Self::Artefact => 3,
            Self::Reviewed | Self::Automated => 4,
        }
    }

    /// How much an answer so supported is to be believed, in percent. Shown, never multiplied in.
    #[must_use]
    pub const fn confidence_percent(self) -> i64 {
        match self {
            Self::None => 25,
            Self::Artefact => 50,
            Self::Reviewed => 80,
            Self::Automated => 100,
        }
    }

    const fn lowered(self) -> Self {
        match self {
            Self::None | Self::Artefact => Self::None,
            Self::Reviewed => Self::Artefact,
            Self::Automated => Self::Reviewed,
        }
    }
}

impl Answer {
    /// The grade of its best evidence on a day.
    #[must_use]
    pub fn grade(&self, as_of: NaiveDate) -> Grade {
        self.evidence.iter().map(|evidence| self.grade_of(evidence, as_of)).max().unwrap_or(Grade::None)
    }

    /// The grade that one piece of evidence gives this answer on a day.
    #[must_use]
    pub fn grade_of(&self, evidence: &Evidence, as_of: NaiveDate) -> Grade {
        let vouched =
            is_fresh(evidence, as_of) && (evidence.vouched_by.is_none() || self.saw_enough(evidence));
        let grade = if vouched {
            Grade::Automated
        } else if self.review_counts(evidence) {
            Grade::Reviewed
        } else {
            Grade::Artefact
        };
        let expired = evidence.expires.is_some_and(|expires| expires < as_of);
        if expired { grade.lowered() } else { grade }
    }

    /// A review counts when somebody other than the answerer made it, and saw no lower an answer than today's.
    fn review_counts(&self, evidence: &Evidence) -> bool {
        let (Some(reviewer), Some(answerer)) = (&evidence.reviewed_by, &self.answered_by) else {
            return false;
        };
        reviewer != answerer && self.saw_enough(evidence)
    }

    /// Whether who looked at it saw no lower an answer than today's.
    fn saw_enough(&self, evidence: &Evidence) -> bool {
        match (&self.choice, evidence.reviewed_value) {
            (Choice::Rung(today), Some(then)) => then.quarters() >= today.quarters(),
            _ => true,
        }
    }
}

fn is_fresh(evidence: &Evidence, as_of: NaiveDate) -> bool {
    let age = evidence.checked_at.map(|checked| (as_of - checked).num_days());
    evidence.kind == EvidenceKind::Automated && age.is_some_and(|days| (0..=FRESH_DAYS).contains(&days))
}
