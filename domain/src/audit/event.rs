//! One thing that happened, before the ledger gives it an id, a time and a place.

use super::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Who did it. Always an id, never a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "lowercase")]
pub enum Actor {
    /// A person, by the person's id.
    Person(Uuid),
    /// A service account, by its token's id.
    Service(Uuid),
    /// The command line on the data directory, or the server itself, by the installation's id.
    System(Uuid),
}

impl Actor {
    /// The kind's name in a leaf.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Service(_) => "service",
            Self::System(_) => "system",
        }
    }

    /// The id in a leaf.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Person(id) | Self::Service(id) | Self::System(id) => id,
        }
    }
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The kind of thing: `assessment`, `user`, `team`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// Which version or revision of it, where there are several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
}

impl Subject {
    /// A subject without a version.
    pub fn new(kind: &str, id: impl ToString) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string(), version: None }
    }

    /// The same subject, at a version.
    #[must_use]
    pub fn at_version(mut self, version: impl ToString) -> Self {
        self.version = Some(version.to_string());
        self
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It was refused.
    Denied,
    /// It was tried and did not work.
    Failed,
}

impl Outcome {
    /// The name in a leaf.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// A personal or free-text value: the leaf keeps a salted digest, the value itself can be erased.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// The field's name, unique within the event.
    pub field: &'static str,
    /// The value.
    pub value: Value,
}

/// One entry to be: what a use case records.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Who did it.
    pub actor: Actor,
    /// What was done, with its facts.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// Whose team it concerns; `None` for the organisation.
    pub team: Option<Uuid>,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP request behind it, or a fresh id.
    pub request: Uuid,
    /// Personal and free-text values.
    pub commits: Vec<Commit>,
}

impl Event {
    /// An event that ended well, about the organisation, with nothing committed.
    #[must_use]
    pub const fn new(actor: Actor, request: Uuid, action: Action, subject: Subject) -> Self {
        Self { actor, action, subject, team: None, outcome: Outcome::Ok, request, commits: Vec::new() }
    }

    /// The same event, about a team.
    #[must_use]
    pub const fn in_team(mut self, team: Uuid) -> Self {
        self.team = Some(team);
        self
    }

    /// The same event, with another outcome.
    #[must_use]
    pub const fn ended(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same event with one more committed value; an empty or null value is left out.
    #[must_use]
    pub fn commit(mut self, field: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !(value.is_null() || value == Value::String(String::new())) {
            self.commits.push(Commit { field, value });
        }
        self
    }
}
