//! Who may do what to a finding.
//!
//! A finding is a control like any other: whoever it is about neither ends it nor takes the responsibility for it. The
//! rules hold for people, not for accounts. To add somebody who is concerned: a value of [`Part`], and the server's
//! `findings/service/concerned.rs` names them.

use super::{About, FindingKind, FindingRefusal};
use crate::approvals::Who;
use crate::datasets::Severity;
use crate::models::Tier;

crate::names! {
    /// How somebody is concerned by a finding.
    pub enum Part ("part in a finding") {
        /// The use of data is theirs.
        Used = "used", "the use is yours";
        /// They recorded the use of data.
        Recorded = "recorded", "you recorded the use";
        /// They deployed the version.
        Deployed = "deployed", "you deployed the version";
        /// They reported what is wrong.
        Reported = "reported", "you reported it";
        /// The token or trust rule that did it is theirs.
        Machine = "machine", "the token or trust rule that did it is yours";
    }
}

/// Somebody who is concerned by a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// Who.
    pub who: Who,
    /// How.
    pub part: Part,
}

/// A finding, as far as the rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What is wrong.
    pub kind: FindingKind,
    /// Who is concerned.
    pub concerned: &'a [Concerned],
    /// Whether a policy in force refuses on it.
    pub policy_refuses: bool,
    /// Whether it is on record that the version was taken away.
    pub taken_away: bool,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Take it up.
    Start,
    /// Say that it is in order.
    Resolve,
    /// Take the responsibility for leaving it as it is.
    AcceptRisk,
    /// Open it again.
    Reopen,
    /// Confirm that the version no longer runs.
    ConfirmGone,
}

impl Act {
    /// Everything that can be done.
    pub const ALL: [Self; 5] =
        [Self::Start, Self::Resolve, Self::AcceptRisk, Self::Reopen, Self::ConfirmGone];
}

/// Whether a person who is signed in may do this to a finding of their team.
///
/// # Errors
/// The rule that forbids it.
pub fn may(case: &Case<'_>, act: Act, person: &Who, is_officer: bool) -> Result<(), FindingRefusal> {
    let about = case.kind.about();
    match act {
        Act::Start => return Ok(()),
        Act::Resolve | Act::Reopen if about == About::Control => return Err(FindingRefusal::NotByHand),
        Act::ConfirmGone if !case.kind.runs_past_the_gate() => return Err(FindingRefusal::NotARun),
        Act::ConfirmGone if !case.taken_away => return Err(FindingRefusal::StillRuns),
        Act::AcceptRisk if !is_officer => return Err(FindingRefusal::NotOfficer),
        _ => {}
    }
    if let Some(concerned) = case.concerned.iter().find(|concerned| concerned.who.is(person)) {
        return Err(FindingRefusal::Concerned { part: concerned.part });
    }
    match act {
        Act::Resolve if case.policy_refuses && !is_officer => Err(FindingRefusal::OfficerResolves),
        _ => Ok(()),
    }
}

/// How bad it is when a version of a model of this tier runs past those who have to decide. A model without a tier may be
/// of any.
#[must_use]
pub const fn severity_of(tier: Option<Tier>) -> Severity {
    match tier {
        Some(Tier::Minimal) => Severity::Low,
        Some(Tier::Limited) => Severity::Medium,
        Some(Tier::High) | None => Severity::High,
        Some(Tier::Critical) => Severity::Critical,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn who(n: u128) -> Who {
        Who::account(Uuid::from_u128(n)).known_as(format!("email|{n}@example.org"))
    }

    fn concerned(n: u128, part: Part) -> Vec<Concerned> {
        vec![Concerned { who: who(n), part }]
    }

    fn case(kind: FindingKind, concerned: &[Concerned]) -> Case<'_> {
        Case { kind, concerned, policy_refuses: false, taken_away: false }
    }

    #[test]
    fn whoever_is_concerned_does_not_end_a_finding_about_data() {
        let own = concerned(1, Part::Recorded);
        let case = case(FindingKind::PurposeNotAllowed, &own);
        assert_eq!(may(&case, Act::Start, &who(1), false), Ok(()));
        for act in [Act::Resolve, Act::Reopen, Act::AcceptRisk] {
            let refused = Err(FindingRefusal::Concerned { part: Part::Recorded });
            assert_eq!(may(&case, act, &who(1), true), refused, "{act:?}");
            // Another account of the same person is the same person.
            let second = Who::account(Uuid::from_u128(9)).known_as("email|1@example.org");
            assert_eq!(may(&case, act, &second, true), refused, "{act:?}");
        }
        assert_eq!(may(&case, Act::Resolve, &who(2), false), Ok(()));
        assert_eq!(may(&case, Act::AcceptRisk, &who(2), false), Err(FindingRefusal::NotOfficer));
        let refuses = Case { policy_refuses: true, ..case };
        assert_eq!(may(&refuses, Act::Resolve, &who(2), false), Err(FindingRefusal::OfficerResolves));
        assert_eq!(may(&refuses, Act::Resolve, &who(2), true), Ok(()));
        assert_eq!(may(&refuses, Act::Reopen, &who(2), false), Ok(()));
    }

    #[test]
    fn nobody_resolves_a_finding_about_control() {
        let deployer = concerned(1, Part::Deployed);
        let runs = case(FindingKind::RunsUnapproved, &deployer);
        assert_eq!(may(&runs, Act::Resolve, &who(2), true), Err(FindingRefusal::NotByHand));
        assert_eq!(may(&runs, Act::Reopen, &who(2), true), Err(FindingRefusal::NotByHand));
        assert_eq!(may(&runs, Act::ConfirmGone, &who(2), false), Err(FindingRefusal::StillRuns));
        let gone = Case { taken_away: true, ..runs };
        assert_eq!(may(&gone, Act::ConfirmGone, &who(2), false), Ok(()));
        let refused = Err(FindingRefusal::Concerned { part: Part::Deployed });
        assert_eq!(may(&gone, Act::ConfirmGone, &who(1), true), refused);
        assert_eq!(may(&gone, Act::AcceptRisk, &who(1), true), refused);
        assert_eq!(may(&gone, Act::AcceptRisk, &who(2), true), Ok(()));
        let environment = Case { taken_away: true, ..case(FindingKind::UnknownEnvironment, &[]) };
        assert_eq!(may(&environment, Act::ConfirmGone, &who(2), true), Err(FindingRefusal::NotARun));
    }
}
