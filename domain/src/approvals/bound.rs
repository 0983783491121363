//! What an approval is about: an exact state, of which it keeps the digest.
//!
//! Decisions are made about this state and no other: when anything in it changes, the digest changes, and with it what
//! was decided. To bind an approval to something more, add a field to [`BoundState`] and say in [`difference`] how a
//! change of it reads; every approval given before then becomes stale, so it is not done lightly.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PolicyRef;
use crate::models::{ArtefactDigest, EvidenceKind, short};

/// The exact state that is decided about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundState {
    /// The model's name.
    pub model: String,
    /// The version, as the registry calls it.
    pub version: String,
    /// The digest of the version's file or image.
    pub artefact_digest: ArtefactDigest,
    /// What it was trained and evaluated on.
    pub datasets: BTreeSet<BoundDataset>,
    /// What is shown for it.
    pub evidence: BTreeSet<BoundEvidence>,
    /// The policy that it is decided under.
    pub policy: PolicyRef,
}

/// A version of a dataset, as it was when it was decided about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundDataset {
    /// `namespace/name`.
    pub dataset: String,
    /// The version's name.
    pub version: String,
    /// Its digest, as written.
    pub digest: String,
}

/// A piece of evidence, as it was when it was decided about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundEvidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl BoundState {
    /// SHA-256 of its canonical JSON, in lower-case hexadecimal: what decisions bind to.
    #[must_use]
    pub fn sha256(&self) -> String {
        crate::digest::canonical_sha256(self)
    }
}

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
    /// The policy says something else.
    Policy {
        /// The policy before.
        old: PolicyRef,
        /// The policy now.
        new: PolicyRef,
    },
}

/// What is another in `new` than in `old`; empty if and only if they are the same state.
#[must_use]
pub fn difference(old: &BoundState, new: &BoundState) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.model != new.model {
        found.push(Difference::Model { old: old.model.clone(), new: new.model.clone() });
    }
    if old.version != new.version {
        found.push(Difference::Version { old: old.version.clone(), new: new.version.clone() });
    }
    if old.artefact_digest != new.artefact_digest {
        let (old, new) = (old.artefact_digest.clone(), new.artefact_digest.clone());
        found.push(Difference::Artefact { old, new });
    }
    let names =
        |state: &BoundState| state.datasets.iter().map(|d| d.dataset.clone()).collect::<BTreeSet<_>>();
    for dataset in &names(old) | &names(new) {
        let of = |state: &BoundState| {
            state.datasets.iter().filter(|d| d.dataset == dataset).cloned().collect::<Vec<_>>()
        };
        let (old, new) = (of(old), of(new));
        if old != new {
            found.push(Difference::Dataset { dataset, old, new });
        }
    }
    for kind in EvidenceKind::ALL.iter().copied() {
        let of = |state: &BoundState| {
            let same = state.evidence.iter().filter(|evidence| evidence.kind == kind);
            same.map(|evidence| evidence.sha256.clone()).collect::<Vec<_>>()
        };
        let (old, new) = (of(old), of(new));
        if old != new {
            found.push(Difference::Evidence { kind, old, new });
        }
    }
    if old.policy != new.policy {
        found.push(Difference::Policy { old: old.policy.clone(), new: new.policy.clone() });
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn state() -> BoundState {
        let dataset = |name: &str, version: &str, digit: &str| BoundDataset {
            dataset: name.to_owned(),
            version: version.to_owned(),
            digest: format!("sha256:{}", digit.repeat(64)),
        };
        BoundState {
            model: "fraud-scoring".to_owned(),
            version: "7".to_owned(),
            artefact_digest: format!("sha256:{}", "a".repeat(64)).parse().unwrap(),
            datasets: [dataset("bank/cards", "2026-10", "1"), dataset("bank/terminals", "3", "2")].into(),
            evidence: [BoundEvidence { kind: EvidenceKind::Fairness, sha256: "3".repeat(64) }].into(),
            policy: PolicyRef {
                id: "high".to_owned(),
                version: "1.0.0".parse().unwrap(),
                sha256: "4".repeat(64),
            },
        }
    }

    type Change = fn(&mut BoundState);
    const CHANGES: [Change; 11] = [
        |s| s.model.push('2'),
        |s| s.version = "8".to_owned(),
        |s| s.artefact_digest = format!("sha256:{}", "b".repeat(64)).parse().unwrap(),
        |s| s.datasets = s.datasets.iter().skip(1).cloned().collect(),
        |s| {
            let mut more = s.datasets.first().unwrap().clone();
            more.dataset = "bank/more".to_owned();
            s.datasets.insert(more);
        },
        |s| {
            let mut changed = s.datasets.pop_last().unwrap();
            changed.digest = format!("md5:{}", "9".repeat(32));
            s.datasets.insert(changed);
        },
        |s| s.evidence.clear(),
        |s| s.evidence = [BoundEvidence { kind: EvidenceKind::Fairness, sha256: "5".repeat(64) }].into(),
        |s| {
            s.evidence.insert(BoundEvidence { kind: EvidenceKind::Evaluation, sha256: "6".repeat(64) });
        },
        |s| s.policy.version = "1.1.0".parse().unwrap(),
        |s| s.policy.sha256 = "7".repeat(64),
    ];

    #[test]
    fn every_change_reads_as_one_sentence() {
        let sentences = CHANGES.map(|change| {
            let mut changed = state();
            change(&mut changed);
            assert_ne!(changed.sha256(), state().sha256());
            let found = difference(&state(), &changed);
            assert_eq!(found.len(), 1, "{found:?}");
            found[0].to_string()
        });
        insta::assert_snapshot!("differences", sentences.join("\n"));
    }

    #[test]
    fn the_digest_is_of_the_canonical_json() {
        let json = serde_json::to_value(state()).unwrap();
        assert_eq!(crate::digest::canonical_sha256(&json), state().sha256());
        assert_eq!(serde_json::from_value::<BoundState>(json).unwrap(), state());
    }

    proptest! {
        #[test]
        fn no_difference_means_the_same_digest_and_back(
            first in prop::collection::vec(0..CHANGES.len(), 0..4),
            second in prop::collection::vec(0..CHANGES.len(), 0..4),
        ) {
            let changed = |changes: &[usize]| {
                let mut state = state();
                // Taking the last dataset apart needs one that is there.
                changes.iter().filter(|n| **n != 3).for_each(|n| CHANGES[*n](&mut state));
                state
            };
            let (old, new) = (changed(&first), changed(&second));
            prop_assert_eq!(difference(&old, &new).is_empty(), old.sha256() == new.sha256());
            prop_assert_eq!(difference(&old, &new).len(), difference(&new, &old).len());
        }
    }
}
