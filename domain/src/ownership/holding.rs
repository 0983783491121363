//! One holding: a person, as a job role, for a thing, from a day to a day.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What part somebody has in a thing. From the strongest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Part {
    /// Answers for it. There is one at most.
    Accountable,
    /// Does it.
    Responsible,
    /// Is asked before.
    Consulted,
    /// Is told afterwards.
    Informed,
}

impl Part {
    /// Every part, from the strongest to the weakest.
    pub const ALL: [Self; 4] = [Self::Accountable, Self::Responsible, Self::Consulted, Self::Informed];

    /// The name in files, addresses and the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accountable => "accountable",
            Self::Responsible => "responsible",
            Self::Consulted => "consulted",
            Self::Informed => "informed",
        }
    }

    /// The letter in the matrix.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Accountable => 'A',
            Self::Responsible => 'R',
            Self::Consulted => 'C',
            Self::Informed => 'I',
        }
    }

    /// What it means, for the legend.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Accountable => "answers for it; one person at most",
            Self::Responsible => "does the work",
            Self::Consulted => "is asked before",
            Self::Informed => "is told afterwards",
        }
    }

    /// Whether somebody with this part works on the thing.
    #[must_use]
    pub const fn works(self) -> bool {
        matches!(self, Self::Accountable | Self::Responsible)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|part| part.name() == name).ok_or_else(|| {
            format!("no part is called {name:?}; the parts are accountable, responsible, consulted, informed")
        })
    }
}

/// What kind of thing somebody holds a role for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ThingKind {
    /// A capability of the team's questionnaire, by its id.
    Capability,
    /// A model that is registered for the team, by its name.
    Model,
    /// A dataset, by its name.
    Dataset,
    /// A control that the questionnaire's questions name, such as `eu-ai-act:art-12`.
    Control,
}

impl ThingKind {
    /// Every kind, in the order of the matrix.
    pub const ALL: [Self; 4] = [Self::Capability, Self::Model, Self::Dataset, Self::Control];

    /// The name in files, addresses and the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Capability => "capability",
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Control => "control",
        }
    }
}

impl fmt::Display for ThingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ThingKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            format!("{name:?} is no kind of thing; the kinds are capability, model, dataset, control")
        })
    }
}

/// What somebody holds a role for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Thing {
    /// What kind of thing.
    pub kind: ThingKind,
    /// Which one.
    pub id: String,
}

impl Thing {
    /// A thing.
    pub fn new(kind: ThingKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// A capability.
    pub fn capability(id: impl Into<String>) -> Self {
        Self::new(ThingKind::Capability, id)
    }
}

/// `capability/privacy`.
impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

impl FromStr for Thing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, id) = text.split_once('/').ok_or_else(|| format!("{text:?} is not `kind/id`"))?;
        Ok(Self { kind: kind.parse()?, id: id.to_owned() })
    }
}

/// What is held on a day: without since when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Held {
    /// For what.
    pub thing: Thing,
    /// As which job role.
    pub role: String,
    /// By whom.
    pub person: Uuid,
    /// With which part.
    pub part: Part,
}

impl Held {
    /// Whether both are about the same person in the same cell of the matrix.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        self.person == other.person && self.role == other.role && self.thing == other.thing
    }
}

/// A person, as a job role, for a thing, from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holding {
    /// Who holds what.
    pub held: Held,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; open while it is not known.
    pub until: Option<NaiveDate>,
}

impl Holding {
    /// Whether it is held on this day.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && !self.is_over(day)
    }

    /// Whether it ended before this day.
    #[must_use]
    pub fn is_over(&self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < day)
    }
}

/// A holding that is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its identifier.
    pub id: Uuid,
    /// What it says.
    pub holding: Holding,
}

/// What of a history is held on a day.
pub fn held_on(history: &[Recorded], day: NaiveDate) -> impl Iterator<Item = &Recorded> {
    history.iter().filter(move |recorded| recorded.holding.covers(day))
}
