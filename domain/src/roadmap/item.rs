//! The life of an item once people work on it: planned, in progress, blocked, done, dropped.
//!
//! Which move goes from where is [`ItemStatus::moved`], what an item needs to be done or dropped are [`ItemFacts`]. To add
//! a status: a variant, its word, its row in `moved` and a column on the board.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// In the roadmap, not begun.
    Planned,
    /// Somebody works on it.
    InProgress,
    /// It cannot go on until something else happens.
    Blocked,
    /// Finished, with evidence.
    Done,
    /// Given up, with a reason.
    Dropped,
}

impl ItemStatus {
    /// Every status, in the order of the board's columns.
    pub const ALL: [Self; 5] = [Self::Planned, Self::InProgress, Self::Blocked, Self::Done, Self::Dropped];

    /// The status as stored and shown in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::InProgress => "in_progress",
            Self::Blocked => "blocked",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// The status as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::InProgress => "In progress",
            Self::Blocked => "Blocked",
            Self::Done => "Done",
            Self::Dropped => "Dropped",
        }
    }

    /// Whether work on it is still to come or under way, so that it can be overdue and wants an owner.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::InProgress | Self::Blocked)
    }

    /// Where it can be moved from here, whatever the move needs besides.
    pub fn moves(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |to| self.leads_to(*to))
    }

    const fn leads_to(self, to: Self) -> bool {
        match self {
            Self::Planned => matches!(to, Self::InProgress | Self::Blocked | Self::Done | Self::Dropped),
            Self::InProgress => matches!(to, Self::Planned | Self::Blocked | Self::Done | Self::Dropped),
            Self::Blocked => matches!(to, Self::Planned | Self::InProgress | Self::Dropped),
            Self::Done => matches!(to, Self::InProgress),
            Self::Dropped => matches!(to, Self::Planned),
        }
    }

    /// Moves an item; staying where it is always goes.
    ///
    /// # Errors
    /// Why the move does not go, in words for people.
    pub fn moved(self, to: Self, facts: ItemFacts) -> Result<Self, MoveRefused> {
        let refused = |why| Err(MoveRefused { from: self, to, why });
        if to == self {
            return Ok(to);
        }
        if self == Self::Done && facts.is_answered {
            return refused(Why::Answered);
        }
        if !self.leads_to(to) {
            return refused(Why::NoWay);
        }
        match to {
            Self::Done if !facts.has_evidence => refused(Why::NoEvidence),
            Self::Dropped if !facts.has_reason => refused(Why::NoReason),
            _ => Ok(to),
        }
    }
}

impl fmt::Display for ItemStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ItemStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// A status that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no status of an item: it is planned, in_progress, blocked, done or dropped")]
pub struct UnknownStatus(String);

/// What a move may need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ItemFacts {
    /// Whether there is evidence that nobody rejected.
    pub has_evidence: bool,
    /// Whether a reason comes with the move.
    pub has_reason: bool,
    /// Whether its evidence was taken over into an assessment.
    pub is_answered: bool,
}

/// A move that does not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct MoveRefused {
    /// Where the item stood.
    pub from: ItemStatus,
    /// Where it was to go.
    pub to: ItemStatus,
    why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    NoWay,
    NoEvidence,
    NoReason,
    Answered,
}

impl MoveRefused {
    /// Whether it is the reason that is missing, which can be given with the move.
    #[must_use]
    pub const fn lacks_reason(self) -> bool {
        matches!(self.why, Why::NoReason)
    }

    const fn sentence(self) -> &'static str {
        match (self.why, self.from) {
            (Why::NoEvidence, _) => "an item is done when something shows it: attach evidence first",
            (Why::NoReason, _) => "an item is dropped for a reason: say why in a comment",
            (Why::Answered, _) => {
                "its answer was updated in an assessment: to take it up again, lower the answer there"
            }
            (Why::NoWay, ItemStatus::Blocked) => {
                "a blocked item cannot be done: move it to in progress first"
            }
            (Why::NoWay, ItemStatus::Done) => "an item that is done can only be moved back to in progress",
            (Why::NoWay, ItemStatus::Dropped) => "a dropped item can only be planned again",
            (Why::NoWay, _) => "an item cannot be moved there",
        }
    }
}

/// Checks a due date that is newly set. One that was set before may have passed.
///
/// # Errors
/// It lies before today.
pub fn check_due(due: NaiveDate, today: NaiveDate) -> Result<(), DueInThePast> {
    if due < today { Err(DueInThePast { due, today }) } else { Ok(()) }
}

/// A due date that has passed before it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{due} is over: choose {today} or a later day")]
pub struct DueInThePast {
    due: NaiveDate,
    today: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ItemStatus::{Blocked, Done, Dropped, InProgress, Planned};

    const ALL_THERE: ItemFacts = ItemFacts { has_evidence: true, has_reason: true, is_answered: false };

    #[test]
    fn exactly_these_moves_go() {
        let allowed = [
            (Planned, InProgress),
            (Planned, Blocked),
            (Planned, Done),
            (Planned, Dropped),
            (InProgress, Planned),
            (InProgress, Blocked),
            (InProgress, Done),
            (InProgress, Dropped),
            (Blocked, Planned),
            (Blocked, InProgress),
            (Blocked, Dropped),
            (Done, InProgress),
            (Dropped, Planned),
        ];
        for from in ItemStatus::ALL {
            assert_eq!(from.as_str().parse(), Ok(from));
            for to in ItemStatus::ALL {
                let goes = from.moved(to, ALL_THERE).is_ok();
                assert_eq!(goes, from == to || allowed.contains(&(from, to)), "{from} to {to}");
                assert_eq!(from.moves().any(|way| way == to), allowed.contains(&(from, to)));
            }
        }
    }

    #[test]
    fn done_needs_evidence_and_dropped_a_reason() {
        let words = |from: ItemStatus, to, facts| from.moved(to, facts).unwrap_err().to_string();
        let nothing = ItemFacts::default();
        assert!(words(InProgress, Done, nothing).contains("attach evidence first"));
        assert!(words(Planned, Dropped, nothing).contains("say why"));
        assert!(Planned.moved(Dropped, nothing).unwrap_err().lacks_reason());
        assert!(words(Blocked, Done, ALL_THERE).contains("in progress first"));
        let answered = ItemFacts { is_answered: true, ..ALL_THERE };
        assert!(words(Done, InProgress, answered).contains("lower the answer"));
        assert_eq!(Done.moved(Done, answered), Ok(Done));
    }

    #[test]
    fn a_due_date_is_today_or_later() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        assert_eq!(check_due(day(21), day(21)), Ok(()));
        assert!(check_due(day(20), day(21)).unwrap_err().to_string().contains("2026-11-21 or a later day"));
    }
}
