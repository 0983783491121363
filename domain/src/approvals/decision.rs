//! One decision about a request, with its conditions.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::who::Who;

/// Somebody agreed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Approving {
    /// The step that it counts in.
    pub step: String,
    /// The job role by which it counts.
    pub role: String,
    /// Who.
    pub decider: Decider,
    /// When.
    pub at: DateTime<Utc>,
    /// What has to be done by when.
    pub conditions: Vec<Condition>,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decider {
    /// A person here.
    Person {
        /// Who acted.
        who: Who,
        /// Who is away, where it was for somebody else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<Who>,
    },
    /// Somebody in another tool.
    External {
        /// The kind of tool.
        provider: String,
        /// Who acted, as far as it is known.
        who: Who,
    },
}

impl Decider {
    /// Everybody whose decision it is: who acted, and for whom.
    pub fn involved(&self) -> impl Iterator<Item = &Who> {
        let (who, away) = match self {
            Self::Person { who, on_behalf_of } => (who, on_behalf_of.as_ref()),
            Self::External { who, .. } => (who, None),
        };
        std::iter::once(who).chain(away)
    }
}

/// Something that has to be done after the approval. Its words are a committed value of the ledger entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// Which one.
    pub id: Uuid,
    /// The last day for it.
    pub due: NaiveDate,
    /// How it stands.
    pub state: ConditionState,
}

/// How a condition stands, as far as it is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConditionState {
    /// To be done.
    Open,
    /// Found to be late.
    Overdue {
        /// When that was found.
        found_at: DateTime<Utc>,
    },
    /// Done, in time or late.
    Met {
        /// When.
        at: DateTime<Utc>,
    },
}

impl Condition {
    /// A condition to be met by the end of this day.
    #[must_use]
    pub const fn new(id: Uuid, due: NaiveDate) -> Self {
        Self { id, due, state: ConditionState::Open }
    }

    /// Whether it is late and not done, on record or not.
    #[must_use]
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !matches!(self.state, ConditionState::Met { .. }) && now.date_naive() > self.due
    }
}
