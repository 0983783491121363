//! One decision about a request, with its conditions.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::policy::Exclusion;
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
    /// What is said of whoever decided, and would keep them out of the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
}

/// Somebody who decided is said to have made what they decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// Which claim.
    pub id: Uuid,
    /// As what.
    pub part: Exclusion,
    /// Since when it is said.
    pub at: DateTime<Utc>,
    /// Whether it is so; otherwise nobody has confirmed it yet.
    pub confirmed: bool,
}

/// For how long an approval goes on with a decision that is claimed.
pub const CLAIM_DAYS: i64 = 7;

impl Approving {
    /// Whether it counts while more decisions are needed: nothing is said against who made it.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.claims.is_empty()
    }

    /// Whether it still carries an approval: whoever names those who decided closes nothing for as long as it takes to find
    /// out whether it is so.
    #[must_use]
    pub fn carries(&self, now: DateTime<Utc>) -> bool {
        self.claims.iter().all(|claim| !claim.confirmed && now < claim.at + TimeDelta::days(CLAIM_DAYS))
    }
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
        /// The trust rule or the token by which the report came in; absent where it was not kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Uuid>,
        /// What says that it was them.
        #[serde(default)]
        vouched: Vouched,
    },
}

crate::names! {
    /// What says that somebody decided in another tool.
    pub enum Vouched ("vouching") {
        /// A name in the message: the word of the machine that sent it.
        Machine = "machine", "on the word of the machine that reports it";
        /// An id that the issuer of the job's own token has signed.
        SignedClaim = "signed-claim", "signed in the job's own token";
    }
}

impl Default for Vouched {
    fn default() -> Self {
        Self::Machine
    }
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
