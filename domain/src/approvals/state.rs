//! Where a request stands. Each state carries what it needs and nothing else.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decision::{Approving, Condition, Decider};
use super::{BoundState, difference};
use crate::models::Tier;

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Waiting for decisions.
    Open(Open),
    /// All decisions are there.
    Approved(Approved),
    /// All decisions are there, but the risk tier was raised since, and that is neither confirmed nor taken back.
    Suspended(Suspended),
    /// Somebody said no.
    Rejected(Rejected),
    /// Taken back before the decisions were there.
    Withdrawn(Withdrawn),
    /// Time ran out, before or after the decisions were there.
    Expired(Expired),
    /// Taken back after it was approved.
    Revoked(Ended),
    /// Another request took its place: one that was approved, or a renewal that was rejected.
    Superseded(Superseded),
    /// What was approved has changed.
    Stale(Stale),
}

/// A request that waits for decisions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Open {
    pub(super) bound: BoundState,
    /// The digest of the state, which every decision names.
    pub(super) bound_sha256: String,
    pub(super) until: DateTime<Utc>,
    pub(super) approvals: Vec<Approving>,
}

/// What was approved, by whom, from when until when.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Approved {
    pub(super) bound: BoundState,
    pub(super) bound_sha256: String,
    pub(super) approvals: Vec<Approving>,
    pub(super) since: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
}

/// An approval that does not count until a raise of the risk tier is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Suspended {
    /// The approval.
    pub approved: Approved,
    /// Since when.
    pub at: DateTime<Utc>,
    /// The tier until then.
    pub tier: Tier,
}

/// What was rejected, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Rejected {
    /// What it was about.
    pub bound: BoundState,
    /// When.
    pub at: DateTime<Utc>,
    /// The step in which.
    pub step: String,
    /// The job role by which.
    pub role: String,
    /// By whom.
    pub decider: Decider,
}

/// A request that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawn {
    /// What it was about.
    pub bound: BoundState,
    /// When.
    pub at: DateTime<Utc>,
}

/// A request or an approval whose time has run out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Expired {
    /// What it was about.
    pub bound: BoundState,
    /// When its time ran out.
    pub at: DateTime<Utc>,
    /// The approval, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
}

/// An approval that is none any more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    /// The approval.
    pub approved: Approved,
    /// When.
    pub at: DateTime<Utc>,
}

/// An approval that was replaced, or ended because its renewal was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Superseded {
    /// The approval.
    pub approved: Approved,
    /// When.
    pub at: DateTime<Utc>,
    /// The request that took its place.
    pub by: Uuid,
    /// Whether that was rejected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejected: bool,
}

/// An approval of something that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Stale {
    /// The approval.
    pub approved: Approved,
    /// When.
    pub at: DateTime<Utc>,
    /// How it was when it became stale.
    pub now: BoundState,
}

impl Stale {
    /// What is another than when it was approved, each a few words.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        let found: Vec<String> =
            difference(&self.approved.bound, &self.now).iter().map(ToString::to_string).collect();
        // What was asked for before approvals were bound to the tier does not know it.
        if found.is_empty() { vec!["the risk tier was raised".to_owned()] } else { found }
    }
}

impl State {
    /// The state's name in the API and the ledger.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Approved(_) => "approved",
            Self::Suspended(_) => "suspended",
            Self::Rejected(_) => "rejected",
            Self::Withdrawn(_) => "withdrawn",
            Self::Expired(_) => "expired",
            Self::Revoked(_) => "revoked",
            Self::Superseded(_) => "superseded",
            Self::Stale(_) => "stale",
        }
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        !matches!(self, Self::Open(_) | Self::Approved(_) | Self::Suspended(_))
    }

    /// What it is, or was, about.
    #[must_use]
    pub const fn bound(&self) -> &BoundState {
        match self {
            Self::Open(open) => &open.bound,
            Self::Approved(approved) => &approved.bound,
            Self::Suspended(suspended) => &suspended.approved.bound,
            Self::Rejected(rejected) => &rejected.bound,
            Self::Withdrawn(withdrawn) => &withdrawn.bound,
            Self::Expired(expired) => &expired.bound,
            Self::Revoked(ended) => &ended.approved.bound,
            Self::Superseded(superseded) => &superseded.approved.bound,
            Self::Stale(stale) => &stale.approved.bound,
        }
    }

    /// The approval that runs: one that holds, or is suspended.
    #[must_use]
    pub const fn running(&self) -> Option<&Approved> {
        match self {
            Self::Approved(approved) => Some(approved),
            Self::Suspended(suspended) => Some(&suspended.approved),
            _ => None,
        }
    }

    /// When the state came about; `None` for a request that is still open.
    #[must_use]
    pub const fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Open(_) => None,
            Self::Approved(approved) => Some(approved.since),
            Self::Suspended(suspended) => Some(suspended.at),
            Self::Rejected(rejected) => Some(rejected.at),
            Self::Withdrawn(withdrawn) => Some(withdrawn.at),
            Self::Expired(expired) => Some(expired.at),
            Self::Revoked(ended) => Some(ended.at),
            Self::Superseded(superseded) => Some(superseded.at),
            Self::Stale(stale) => Some(stale.at),
        }
    }
}

impl Open {
    /// What it is about.
    #[must_use]
    pub const fn bound(&self) -> &BoundState {
        &self.bound
    }

    /// The digest of what it is about.
    #[must_use]
    pub fn bound_sha256(&self) -> &str {
        &self.bound_sha256
    }

    /// The decisions so far, all of them about the present state.
    #[must_use]
    pub fn approvals(&self) -> &[Approving] {
        &self.approvals
    }

    /// When the request expires.
    #[must_use]
    pub const fn until(&self) -> DateTime<Utc> {
        self.until
    }
}

impl Approved {
    /// What it is about.
    #[must_use]
    pub const fn bound(&self) -> &BoundState {
        &self.bound
    }

    /// The digest of what it is about.
    #[must_use]
    pub fn bound_sha256(&self) -> &str {
        &self.bound_sha256
    }

    /// The decisions.
    #[must_use]
    pub fn approvals(&self) -> &[Approving] {
        &self.approvals
    }

    /// When the last decision was made.
    #[must_use]
    pub const fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// When the approval expires.
    #[must_use]
    pub const fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// The conditions of all decisions.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.approvals.iter().flat_map(|approving| &approving.conditions)
    }
}
