//! Who acts in an approval, and when two accounts are one person.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refusal::Refusal;

/// Somebody, as far as it is known: an account here, and the names under which other systems know the same person.
///
/// The rules about four eyes hold for people, not for accounts. Whoever builds one puts in every subject that is known
/// of the person (`issuer|subject` of each linked sign-in), for two accounts are one person when they share a subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// The account; `None` for somebody known elsewhere only.
    pub account: Option<Uuid>,
    /// `issuer|subject` of each sign-in that is known to be this person's.
    #[serde(default)]
    pub subjects: BTreeSet<String>,
}

/// How two that act are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// The same account.
    Account,
    /// Another account of the same person.
    Person,
}

impl Who {
    /// Somebody with an account and no other sign-in.
    #[must_use]
    pub const fn account(id: Uuid) -> Self {
        Self { account: Some(id), subjects: BTreeSet::new() }
    }

    /// The same, known elsewhere under this subject too.
    #[must_use]
    pub fn known_as(mut self, subject: impl Into<String>) -> Self {
        self.subjects.insert(subject.into());
        self
    }

    /// Whether both are one person, and by what.
    #[must_use]
    pub fn same(&self, other: &Self) -> Option<Same> {
        if self.account.is_some() && self.account == other.account {
            return Some(Same::Account);
        }
        (!self.subjects.is_disjoint(&other.subjects)).then_some(Same::Person)
    }

    /// Whether both are one person.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.same(other).is_some()
    }
}

/// Somebody with the job roles that they hold on the day on which they act.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Acting {
    /// Who.
    pub who: Who,
    /// Job roles held that day which count for what is done.
    pub roles: BTreeSet<String>,
    /// Job roles on record for that day which do not count for it, and what they wait for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub waiting: BTreeMap<String, RoleWaits>,
}

/// Why a job role that is on record does not count; what counts soonest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleWaits {
    /// It was confirmed, and counts in an emergency from this time on.
    Until(DateTime<Utc>),
    /// Nobody confirmed it yet.
    Confirmation,
    /// It was given by who holds it, so it never counts in an emergency that they declare.
    AnotherGiver,
}

impl Acting {
    /// The first of these job roles that is held.
    pub(super) fn role_of<'a>(&self, roles: &'a [String]) -> Option<&'a String> {
        roles.iter().find(|role| self.roles.contains(*role))
    }

    /// As [`Acting::role_of`], or why none of them counts.
    pub(super) fn by_role(&self, roles: &[String]) -> Result<String, Refusal> {
        if let Some(role) = self.role_of(roles) {
            return Ok(role.clone());
        }
        let waiting = roles.iter().filter_map(|role| Some((self.waiting.get(role)?, role.clone())));
        Err(match waiting.min() {
            Some((RoleWaits::Until(from), role)) => Refusal::RoleTooNew { role, from: *from },
            Some((RoleWaits::Confirmation, role)) => Refusal::RoleNotConfirmed { role },
            Some((RoleWaits::AnotherGiver, role)) => Refusal::RoleGivenBySelf { role },
            None => Refusal::NotHoldingRole { roles: roles.to_vec() },
        })
    }
}

/// Somebody who is away has another decide for them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delegation {
    /// Who is away, with the job roles held on the day of the decision.
    pub from: Acting,
    /// The account that decides for them.
    pub to: Uuid,
    /// The first day of absence.
    pub first_day: NaiveDate,
    /// The last day of absence.
    pub last_day: NaiveDate,
}

/// Who asked for an approval.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Requester {
    /// A person.
    Person(Who),
    /// A pipeline, by its service account. Nobody knows whose work it asks for, so authors and committers are excluded
    /// from all decisions then.
    Service {
        /// The service account.
        id: Uuid,
    },
}
