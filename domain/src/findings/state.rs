//! The life of a finding: open, in work, resolved, or its risk accepted for a while.
//!
//! ```text
//! open -> in work -> resolved -> open (reopened)
//! open | in work -> risk accepted -> open (reopened, or its time ran out)
//! open | in work | risk accepted -> resolved (closed: what it says is over)
//! ```
//!
//! Who may take which step is said in `rules.rs`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Part;

/// For how long a risk may be accepted at most, in days: once a year somebody has to think again.
pub const LONGEST_ACCEPTANCE_DAYS: u16 = 366;

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FindingState {
    /// Nobody works on it.
    Open {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Somebody works on it.
    InWork {
        /// Since when it is open.
        since: DateTime<Utc>,
        /// Who.
        by: Uuid,
    },
    /// It is in order.
    Resolved {
        /// When.
        at: DateTime<Utc>,
        /// Who says so.
        by: Uuid,
    },
    /// It stays as it is for a while, on somebody's responsibility.
    RiskAccepted {
        /// Since when the finding was open.
        since: DateTime<Utc>,
        /// Whose.
        by: Uuid,
        /// The last day.
        until: NaiveDate,
    },
}

/// Something to be done to a finding. Reasons are checked for being there and not kept: the ledger entry commits to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingStep {
    /// Take it up.
    Start {
        /// Who.
        by: Uuid,
    },
    /// Say that it is in order.
    Resolve {
        /// Who.
        by: Uuid,
        /// What was done.
        reason: String,
    },
    /// Take the responsibility for leaving it as it is.
    AcceptRisk {
        /// Who.
        by: Uuid,
        /// Whether that is a compliance officer.
        is_officer: bool,
        /// Why.
        reason: String,
        /// The last day.
        until: NaiveDate,
    },
    /// Take it up again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// What it says is over: the gate says yes, or the version no longer runs.
    Close {
        /// Who says so, or brought it about.
        by: Uuid,
        /// Which of the two, and how it is known.
        reason: String,
    },
    /// Time went by.
    TimePassed,
}

crate::names! {
    /// What has happened to a finding: one for each step.
    pub enum FindingHappened ("event") {
        /// Somebody took it up.
        Started = "started", "took it up";
        /// It is in order.
        Resolved = "resolved", "resolved it";
        /// It stays as it is for a while.
        RiskAccepted = "risk_accepted", "accepted the risk";
        /// It was taken up again.
        Reopened = "reopened", "reopened it";
        /// The time for which the risk was accepted is over.
        AcceptanceEnded = "acceptance_ended", "the acceptance of the risk ended";
        /// What it says is over.
        Closed = "closed", "closed it";
        /// It was reported as over. That closes nothing.
        ReportedOver = "reported_over", "reported it as over";
        /// It was reported as over, and is not.
        ReportedBack = "reported_back", "reported that it is not over";
        /// It is worse than it was.
        Worse = "worse", "found it worse than before";
    }
}

/// Why a step was refused. It changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindingRefusal {
    /// It does not go from here.
    #[error("that does not go while the finding is {state}")]
    WrongState {
        /// Where it stands.
        state: &'static str,
    },
    /// Somebody else has to.
    #[error("only a compliance officer accepts a risk")]
    NotOfficer,
    /// A policy in force refuses on it.
    #[error("a policy in force refuses on it, so a compliance officer resolves it")]
    OfficerResolves,
    /// Whoever is concerned does not decide about it.
    #[error("{}: somebody else has to", part.label())]
    Concerned {
        /// How.
        part: Part,
    },
    /// A finding about control follows what is true.
    #[error(
        "nobody resolves it by hand: it closes when what it says is over, and a compliance officer can accept the risk for a time"
    )]
    NotByHand,
    /// It is not about something that runs.
    #[error("it is not about a version that runs")]
    NotARun,
    /// On record the version still runs.
    #[error("on record the version still runs: record first that it was taken away")]
    StillRuns,
    /// A reason has to be given.
    #[error("say why")]
    ReasonMissing,
    /// The day is not between tomorrow and a year from now.
    #[error("a risk is accepted until a day between today and {latest}")]
    Until {
        /// The last day that is allowed.
        latest: NaiveDate,
    },
    /// No time has run out.
    #[error("no time has run out yet")]
    NothingDue,
}

impl FindingRefusal {
    /// The name of the rule, for machines.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "wrong_state",
            Self::NotOfficer => "not_officer",
            Self::OfficerResolves => "officer_resolves",
            Self::Concerned { .. } => "concerned",
            Self::NotByHand => "not_by_hand",
            Self::NotARun => "not_a_run",
            Self::StillRuns => "still_runs",
            Self::ReasonMissing => "reason_missing",
            Self::Until { .. } => "acceptance_until",
            Self::NothingDue => "nothing_due",
        }
    }
}

impl FindingState {
    /// The state's name in the API and the ledger.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::InWork { .. } => "in_work",
            Self::Resolved { .. } => "resolved",
            Self::RiskAccepted { .. } => "risk_accepted",
        }
    }

    /// Since when the gate has to count it; `None` when it does not. An acceptance that has run out counts, whether or
    /// not anybody has put that on record.
    #[must_use]
    pub fn open_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Open { since } | Self::InWork { since, .. } => Some(*since),
            Self::RiskAccepted { since, until, .. } if now.date_naive() > *until => Some(*since),
            Self::RiskAccepted { .. } | Self::Resolved { .. } => None,
        }
    }

    /// Where it stands after a step, and what has happened.
    ///
    /// # Errors
    /// A rule forbids it.
    pub fn after(
        &self,
        step: &FindingStep,
        now: DateTime<Utc>,
    ) -> Result<(Self, FindingHappened), FindingRefusal> {
        let wrong_state = || FindingRefusal::WrongState { state: self.name() };
        match (step, self) {
            (FindingStep::Start { by }, Self::Open { since }) => {
                Ok((Self::InWork { since: *since, by: *by }, FindingHappened::Started))
            }
            (FindingStep::Resolve { by, reason }, Self::Open { .. } | Self::InWork { .. }) => {
                said(reason)?;
                Ok((Self::Resolved { at: now, by: *by }, FindingHappened::Resolved))
            }
            (
                FindingStep::AcceptRisk { by, is_officer, reason, until },
                Self::Open { since } | Self::InWork { since, .. },
            ) => {
                if !is_officer {
                    return Err(FindingRefusal::NotOfficer);
                }
                said(reason)?;
                let today = now.date_naive();
                let latest =
                    today.checked_add_days(Days::new(LONGEST_ACCEPTANCE_DAYS.into())).unwrap_or(today);
                if !(today..=latest).contains(until) {
                    return Err(FindingRefusal::Until { latest });
                }
                let accepted = Self::RiskAccepted { since: *since, by: *by, until: *until };
                Ok((accepted, FindingHappened::RiskAccepted))
            }
            (FindingStep::Reopen { reason }, Self::Resolved { .. } | Self::RiskAccepted { .. }) => {
                said(reason)?;
                Ok((Self::Open { since: now }, FindingHappened::Reopened))
            }
            (
                FindingStep::Close { by, reason },
                Self::Open { .. } | Self::InWork { .. } | Self::RiskAccepted { .. },
            ) => {
                said(reason)?;
                Ok((Self::Resolved { at: now, by: *by }, FindingHappened::Closed))
            }
            (FindingStep::TimePassed, Self::RiskAccepted { since, until, .. }) => {
                if now.date_naive() <= *until {
                    return Err(FindingRefusal::NothingDue);
                }
                Ok((Self::Open { since: *since }, FindingHappened::AcceptanceEnded))
            }
            _ => Err(wrong_state()),
        }
    }
}

fn said(reason: &str) -> Result<(), FindingRefusal> {
    if reason.trim().is_empty() { Err(FindingRefusal::ReasonMissing) } else { Ok(()) }
}
