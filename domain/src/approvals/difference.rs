//! What is another than when it was decided about, in words.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PolicyRef;
use super::bound::BoundDataset;
use crate::models::{ArtefactDigest, EvidenceKind, Tier, short};

/// One thing that is another than before. [`fmt::Display`] says it to people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Difference {
    /// It is about another model.
    Model {
        /// The name before.
        old: String,
        /// The name now.
        new: String,
    },
    /// It is about another version.
    Version {
        /// The version before.
        old: String,
        /// The version now.
        new: String,
    },
    /// The version has another file or image.
    Artefact {
        /// The digest before.
        old: ArtefactDigest,
        /// The digest now.
        new: ArtefactDigest,
    },
    /// A dataset came in (nothing in `old`), went (nothing in `new`), or is used in other versions or with other content.
    Dataset {
        /// The dataset.
        dataset: String,
        /// Its versions before.
        old: Vec<BoundDataset>,
        /// Its versions now.
        new: Vec<BoundDataset>,
    },
    /// Evidence of a kind came in (nothing in `old`), went (nothing in `new`), or is another.
    Evidence {
        /// What it is about.
        kind: EvidenceKind,
        /// The digests before.
        old: Vec<String>,
        /// The digests now.
        new: Vec<String>,
    },
    /// The risk tier is another.
    Tier {
        /// The tier before.
        old: Option<Tier>,
        /// The tier now.
        new: Option<Tier>,
    },
    /// The model belongs to another team.
    Team {
        /// The team before.
        old: Uuid,
        /// The team now.
        new: Uuid,
    },
    /// A value on record is another, or is gone (nothing in `new`).
    Recorded {
        /// Which.
        value: Recorded,
        /// The value before.
        old: String,
        /// The value now.
        new: Option<String>,
    },
    /// The policy says something else.
    Policy {
        /// The policy before.
        old: PolicyRef,
        /// The policy now.
        new: PolicyRef,
    },
}

/// A value that the registry keeps of a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// A measure.
    Metric {
        /// Which.
        name: String,
    },
    /// Where the model card is.
    Card,
    /// The run that made it.
    Run,
    /// The commit that it was built from.
    Commit,
    /// The version that it was made from.
    Parent,
    /// A declared use of a dataset.
    Use {
        /// `namespace/name`.
        dataset: String,
        /// The version's name.
        version: String,
    },
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric { name } => write!(f, "the measure {name}"),
            Self::Card => write!(f, "the model card"),
            Self::Run => write!(f, "the run"),
            Self::Commit => write!(f, "the commit"),
            Self::Parent => write!(f, "the version that it was made from"),
            Self::Use { dataset, version } => write!(f, "the declared use of {dataset} {version}"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model { old, new } => write!(f, "the model is {new}, not {old}"),
            Self::Version { old, new } => write!(f, "the version is {new}, not {old}"),
            Self::Artefact { old, new } => {
                write!(f, "the artefact is {}…, not {}…", new.short(), old.short())
            }
            Self::Dataset { dataset, old, new } => match (old.as_slice(), new.as_slice()) {
                ([], new) => write!(f, "the dataset {dataset} was added ({})", versions(new)),
                (old, []) => write!(f, "the dataset {dataset} was taken out ({})", versions(old)),
                (old, new) => write!(f, "the dataset {dataset} is {}, not {}", versions(new), versions(old)),
            },
            Self::Evidence { kind, old, new } => {
                let label = kind.label();
                match (old.as_slice(), new.as_slice()) {
                    ([], new) => write!(f, "{label}: evidence was added ({})", digests(new)),
                    (old, []) => write!(f, "{label}: the evidence was taken away ({})", digests(old)),
                    (old, new) => {
                        write!(f, "{label}: the evidence is {}, not {}", digests(new), digests(old))
                    }
                }
            }
            Self::Tier { old, new } => write!(f, "the risk tier is {}, not {}", tier(*new), tier(*old)),
            Self::Team { .. } => write!(f, "the model belongs to another team"),
            Self::Recorded { value, old, new: Some(new) } => write!(f, "{value} is {new}, not {old}"),
            Self::Recorded { value, old, new: None } => write!(f, "{value} was taken away ({old})"),
            Self::Policy { old, new } if old.id != new.id => {
                write!(f, "the policy is {} {}, not {} {}", new.id, new.version, old.id, old.version)
            }
            Self::Policy { old, new } if old.version != new.version => {
                write!(f, "the policy {} is at version {}, not {}", new.id, new.version, old.version)
            }
            Self::Policy { new, .. } => {
                write!(f, "the policy {} {} has another content", new.id, new.version)
            }
        }
    }
}

fn versions(of: &[BoundDataset]) -> String {
    let written: Vec<_> = of.iter().map(|one| format!("{} {}…", one.version, short(&one.digest))).collect();
    written.join(", ")
}

fn digests(of: &[String]) -> String {
    of.iter().map(|digest| format!("{}…", short(digest))).collect::<Vec<_>>().join(", ")
}

fn tier(tier: Option<Tier>) -> &'static str {
    tier.map_or("none", Tier::name)
}
