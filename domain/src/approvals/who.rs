//! Who acts in an approval, and when two accounts are one person.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    /// Job roles held that day.
    pub roles: BTreeSet<String>,
}

impl Acting {
    /// The first of these job roles that is held.
    pub(super) fn role_of<'a>(&self, roles: &'a [String]) -> Option<&'a String> {
        roles.iter().find(|role| self.roles.contains(*role))
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
