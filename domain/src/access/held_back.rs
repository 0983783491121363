//! Accounts that do nothing yet that bears on a control: fresh ones, and those whose password somebody else may know.
//!
//! Whoever makes the link by which a password is set can use it first. So a fresh account waits, and one whose password was
//! set by a link of somebody else waits until a third person confirms that the owner has it. What waits is said by
//! [`Permission::bears_on_control`]; [`Principal::reach`](super::Principal::reach) asks it, so that no door can forget to.
//! To hold another permission back, add it there.

use super::Permission;
use chrono::{DateTime, Utc};

/// Why an account does nothing yet that bears on a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBack {
    /// It was first used a short while ago.
    New {
        /// Until when it waits.
        until: DateTime<Utc>,
    },
    /// The password was set by a link that somebody else made, and nobody confirmed yet that the owner has the account.
    Unconfirmed {
        /// Since when that is so.
        since: DateTime<Utc>,
    },
}

impl HeldBack {
    /// Why an account is held back now, if it is: what waits for somebody comes before what waits for a time.
    #[must_use]
    pub fn of(
        waits_until: Option<DateTime<Utc>>,
        unconfirmed_since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let unconfirmed = unconfirmed_since.map(|since| Self::Unconfirmed { since });
        unconfirmed.or_else(|| waits_until.filter(|until| now < *until).map(|until| Self::New { until }))
    }

    /// The rule's name, for programs.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::New { .. } => "account_too_new",
            Self::Unconfirmed { .. } => "account_unconfirmed",
        }
    }

    /// Until when, and why, for the owner.
    #[must_use]
    pub fn sentence(self) -> String {
        let at = |time: DateTime<Utc>| time.format("%-d %b %Y, %H:%M UTC").to_string();
        match self {
            Self::New { until } => format!(
                "Your account is new. Until {} it does not decide, confirm, review, declare, delegate, hand over, \
                 assign, link or grant anything, and makes no tokens or links: an account that was made up must not be \
                 able to do so at once.",
                at(until)
            ),
            Self::Unconfirmed { since } => format!(
                "Your password was set on {} by a link that somebody else made. Until an administrator or a compliance \
                 officer who did not make the link confirms that you have this account, it does not decide, confirm, \
                 review, declare, delegate, hand over, assign, link or grant anything, and makes no tokens or links. \
                 Ask one of them.",
                at(since)
            ),
        }
    }
}

impl Permission {
    /// Whether whoever has it can change what a control decides, or who decides: nothing for an account that is held back.
    ///
    /// Declaring an emergency, delegating, and making a token of one's own have no permission of their own; their
    /// services ask for the account by itself.
    #[must_use]
    pub const fn bears_on_control(self) -> bool {
        matches!(
            self,
            Self::ManagePeople
                | Self::GrantAnyRole
                | Self::GrantTeamRole
                | Self::ManageQuestionnaires
                | Self::ReviewAssessments
                | Self::ManageOwnership
                | Self::HandOver
                | Self::ReportApprovals
                | Self::DecideApprovals
                | Self::LiftBlocks
                | Self::ConfirmProposals
                | Self::WidenTerms
                | Self::WorkFindings
                | Self::AcceptRisk
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn what_waits_for_somebody_does_not_end_by_itself() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (before, after) = (now - TimeDelta::hours(1), now + TimeDelta::hours(1));
        assert_eq!(HeldBack::of(None, None, now), None);
        assert_eq!(HeldBack::of(Some(now), None, now), None);
        assert_eq!(HeldBack::of(Some(after), None, now), Some(HeldBack::New { until: after }));
        for waits in [None, Some(before), Some(after)] {
            let unconfirmed = HeldBack::of(waits, Some(before), now);
            assert_eq!(unconfirmed, Some(HeldBack::Unconfirmed { since: before }));
        }
    }
}
