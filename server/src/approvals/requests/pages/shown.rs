//! Words for days, states and roles that several pages share.

use assay_domain::approvals::{Approval, Policy, State};
use assay_domain::ownership::Part;
use chrono::{DateTime, Utc};

use crate::approvals::requests::service::approvals;
use crate::assessments::pages::date;

/// "21 Nov 2026".
pub(super) fn day(at: DateTime<Utc>) -> String {
    date(at.date_naive())
}

/// Until when it holds or is open, or since when it is over.
pub(super) fn time(approval: &Approval) -> String {
    match (approval.until(), approval.state().since()) {
        (Some(until), _) => format!("Until {}", day(until)),
        (None, Some(since)) => format!("Since {}", day(since)),
        (None, None) => String::new(),
    }
}

/// How far the decisions are: "2 of 4"; nothing once it was rejected or taken back.
pub(super) fn progress(approval: &Approval, policy: &Policy) -> String {
    if matches!(approval.state(), State::Rejected(_) | State::Withdrawn(_)) {
        return String::new();
    }
    let needed: usize = policy.steps.iter().map(|step| usize::from(step.count)).sum();
    format!("{} of {needed}", approvals(approval.state()).len())
}

/// "a, b or c".
pub(super) fn or(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A rule's words as a sentence of their own.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What part somebody has, in a word.
pub(super) fn part(part: Part) -> String {
    part.name().to_owned()
}
