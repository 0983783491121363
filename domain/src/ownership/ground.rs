//! What a team's ownership is about, and who may hold a part in it.

use std::collections::BTreeSet;
use std::fmt;

use uuid::Uuid;

use super::{Thing, ThingKind};

/// The longest name of a dataset.
const LONGEST_DATASET: usize = 100;

/// A job role as the matrix shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleTitle {
    /// What holdings call it.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// A thing that the team has, with what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownThing {
    /// The thing.
    pub thing: Thing,
    /// What people call it.
    pub title: String,
}

/// A person, as far as it matters for holding something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether the person holds any access role in the team.
    pub member: bool,
    /// Whether the person is a compliance officer.
    pub officer: bool,
    /// Whether the person is an auditor.
    pub auditor: bool,
}

impl Holder {
    /// Whether the person may hold something for the team.
    ///
    /// # Errors
    /// Why not.
    pub fn may_hold(&self) -> Result<(), Refusal> {
        let refuse = |rule| Err(Refusal { name: self.name.clone(), rule });
        match self {
            Self { active: false, .. } => refuse(Rule::Deactivated),
            Self { auditor: true, .. } => refuse(Rule::Auditor),
            Self { member: false, officer: false, .. } => refuse(Rule::NotInTeam),
            _ => Ok(()),
        }
    }
}

/// Why somebody may not hold anything for a team, in the words of the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {rule}")]
pub struct Refusal {
    name: String,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Deactivated,
    Auditor,
    NotInTeam,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deactivated => "is deactivated and can hold nothing",
            Self::Auditor => "is an auditor: auditors check what others hold, and so hold nothing",
            Self::NotInTeam => {
                "does not belong to the team: only its members and compliance officers can hold something here"
            }
        })
    }
}

/// What a team has, which job roles there are, and everybody who may hold, or holds, something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// The job roles: columns of the matrix.
    pub roles: Vec<RoleTitle>,
    /// Capabilities and models: rows of the matrix.
    pub things: Vec<KnownThing>,
    /// The controls that can be named.
    pub controls: BTreeSet<String>,
    /// People.
    pub holders: Vec<Holder>,
}

impl Ground {
    /// The person.
    #[must_use]
    pub fn holder(&self, id: Uuid) -> Option<&Holder> {
        self.holders.iter().find(|holder| holder.id == id)
    }

    /// What to call a person.
    #[must_use]
    pub fn name(&self, id: Uuid) -> &str {
        self.holder(id).map_or("somebody unknown", |holder| &holder.name)
    }

    /// Whether the person may hold something.
    #[must_use]
    pub fn can_hold(&self, id: Uuid) -> bool {
        self.holder(id).is_some_and(|holder| holder.may_hold().is_ok())
    }

    /// Everybody who may hold something, by name.
    #[must_use]
    pub fn candidates(&self) -> Vec<&Holder> {
        let mut able: Vec<_> = self.holders.iter().filter(|holder| holder.may_hold().is_ok()).collect();
        able.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        able
    }

    /// What to call a thing.
    #[must_use]
    pub fn title<'a>(&'a self, thing: &'a Thing) -> &'a str {
        self.things.iter().find(|known| known.thing == *thing).map_or(&thing.id, |known| &known.title)
    }

    /// What to call a job role.
    #[must_use]
    pub fn role_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.roles.iter().find(|role| role.id == id).map_or(id, |role| &role.title)
    }

    /// Where a thing stands in the matrix: those that the team has first, in their order, then others by kind and id.
    #[must_use]
    pub fn place<'a>(&self, thing: &'a Thing) -> (usize, &'a Thing) {
        let place = self.things.iter().position(|known| known.thing == *thing);
        (place.unwrap_or(self.things.len()), thing)
    }

    /// Whether something can be held for the thing.
    ///
    /// # Errors
    /// What is wrong and what would be right.
    pub fn knows(&self, thing: &Thing) -> Result<(), String> {
        let id = &thing.id;
        let is_there = self.things.iter().any(|known| known.thing == *thing);
        match thing.kind {
            ThingKind::Capability if !is_there => {
                Err(format!("the team's questionnaire has no capability {id:?}"))
            }
            ThingKind::Model if !is_there => Err(format!("no model {id:?} is registered for the team")),
            ThingKind::Control if !self.controls.contains(id) => {
                Err(format!("no question of the team's questionnaire names the control {id:?}"))
            }
            ThingKind::Dataset if !is_dataset(id) => Err(format!(
                "{id:?} is no name of a dataset: use up to {LONGEST_DATASET} lower-case letters, digits and . _ / -, beginning with a letter or digit"
            )),
            _ => Ok(()),
        }
    }
}

/// `[a-z0-9][a-z0-9._/-]{0,99}`.
fn is_dataset(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = |byte: u8| plain(byte) || matches!(byte, b'.' | b'_' | b'/' | b'-');
    name.len() <= LONGEST_DATASET && name.bytes().next().is_some_and(plain) && name.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_are_identifiers() {
        for fine in ["claims", "claims/2025.csv", "a", "0_x-y", &"a".repeat(100)] {
            assert!(is_dataset(fine), "{fine}");
        }
        for wrong in ["", "/claims", "-a", "Claims", "cl aims", "ä", &"a".repeat(101)] {
            assert!(!is_dataset(wrong), "{wrong}");
        }
    }
}
