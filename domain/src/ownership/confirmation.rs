//! Whether a job role that is on record counts for what it controls.
//!
//! Policies say by which job roles somebody decides, declares an emergency or reviews it, and may ask that somebody is
//! accountable for a model. What they name is a control, so it counts only once somebody confirmed it who neither holds nor
//! gave it; what no policy in force names takes effect at once. In an emergency the confirmation is older than a day, and
//! the role was given by somebody else.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::{Held, Holding, Part, ThingKind};
use crate::approvals::{Policy, RoleWaits};

/// How long before an emergency a job role has to be confirmed.
pub const BEFORE_AN_EMERGENCY: TimeDelta = TimeDelta::days(1);

/// Who gave something that is held, and since when it is confirmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// Who gave it; the installation where there is nobody: on its command line, or before there were confirmations.
    pub given_by: Option<Uuid>,
    /// Since when it is confirmed; not yet where there is no time.
    pub since: Option<DateTime<Utc>>,
    /// The last day for which it is, where it was prolonged since.
    pub until: Option<NaiveDate>,
}

impl Confirmation {
    /// Whether it is confirmed for a day.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.since.is_some() && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it is confirmed for all days of a holding.
    #[must_use]
    pub fn covers_all(&self, holding: &Holding) -> bool {
        let last = holding.until.unwrap_or(NaiveDate::MAX);
        self.since.is_some() && self.until.is_none_or(|until| last <= until)
    }

    /// Whether somebody can declare an emergency by it. `by_holder` is whether they gave it to themselves.
    ///
    /// # Errors
    /// Why not, or not yet.
    pub fn in_emergency(&self, now: DateTime<Utc>, by_holder: bool) -> Result<(), RoleWaits> {
        let Some(since) = self.since.filter(|_| self.covers(now.date_naive())) else {
            return Err(RoleWaits::Confirmation);
        };
        let from = since + BEFORE_AN_EMERGENCY;
        match self.given_by {
            Some(_) if by_holder => Err(RoleWaits::AnotherGiver),
            Some(_) if now < from => Err(RoleWaits::Until(from)),
            _ => Ok(()),
        }
    }
}

/// What of ownership the policies in force control.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Controlled {
    /// The job roles that they name.
    pub roles: BTreeSet<String>,
    /// Whether one of them asks that somebody is accountable for the model.
    pub owners: bool,
}

impl Controlled {
    /// What these policies control.
    #[must_use]
    pub fn by<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Self {
        let mut controlled = Self::default();
        for policy in policies {
            controlled.roles.extend(policy.job_roles().into_iter().map(str::to_owned));
            controlled.owners |= policy.demands_owner();
        }
        controlled
    }

    /// Whether it counts only once somebody confirmed it.
    #[must_use]
    pub fn needs(&self, held: &Held) -> bool {
        self.is_owner(held) || self.roles.contains(&held.role)
    }

    /// Whether it is being accountable for a model, where a policy asks for that: each is confirmed by itself, while a job
    /// role is one for all that somebody holds it for.
    #[must_use]
    pub fn is_owner(&self, held: &Held) -> bool {
        self.owners && held.part == Part::Accountable && held.thing.kind == ThingKind::Model
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ownership::Thing;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    #[test]
    fn an_emergency_takes_a_role_that_another_gave_and_that_was_confirmed_a_day_before() {
        let given = Confirmation { given_by: Some(Uuid::from_u128(1)), since: Some(at(0)), until: None };
        assert_eq!(given.in_emergency(at(23), false), Err(RoleWaits::Until(at(24))));
        assert_eq!(given.in_emergency(at(24), false), Ok(()));
        assert_eq!(given.in_emergency(at(24), true), Err(RoleWaits::AnotherGiver));
        let waits = Confirmation { since: None, ..given };
        assert_eq!(waits.in_emergency(at(24), false), Err(RoleWaits::Confirmation));
        let by_installation = Confirmation { given_by: None, ..given };
        assert_eq!(by_installation.in_emergency(at(0), false), Ok(()));
    }

    #[test]
    fn what_was_prolonged_is_confirmed_up_to_the_day_before() {
        let day = |n: u64| at(0).date_naive() + chrono::Days::new(n);
        let confirmed = Confirmation { given_by: None, since: Some(at(0)), until: Some(day(3)) };
        assert!(confirmed.covers(day(3)) && !confirmed.covers(day(4)));
        assert_eq!(confirmed.in_emergency(at(24 * 4), false), Err(RoleWaits::Confirmation));
        let held = Held {
            thing: Thing::capability("privacy"),
            role: "ml-engineer".to_owned(),
            person: Uuid::nil(),
            part: Part::Responsible,
        };
        let holding = |until| Holding { held: held.clone(), from: day(0), until };
        assert!(confirmed.covers_all(&holding(Some(day(3)))) && !confirmed.covers_all(&holding(None)));
    }

    #[test]
    fn what_no_policy_names_needs_nobody() {
        let controlled = Controlled { roles: ["ml-engineer".to_owned()].into(), owners: true };
        let held = |role: &str, part, thing| Held { thing, role: role.to_owned(), person: Uuid::nil(), part };
        let model = || Thing::new(ThingKind::Model, "fraud");
        assert!(controlled.needs(&held("ml-engineer", Part::Informed, model())));
        assert!(controlled.needs(&held("analyst", Part::Accountable, model())));
        assert!(!controlled.needs(&held("analyst", Part::Responsible, model())));
        assert!(!controlled.needs(&held("analyst", Part::Accountable, Thing::capability("privacy"))));
    }
}
