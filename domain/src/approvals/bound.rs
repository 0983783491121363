//! What an approval is about: an exact state, of which it keeps the digest.
//!
//! Decisions are made about this state and no other: when something in it becomes another, or goes, what was decided is
//! about something that is not there any more. To bind an approval to something more, add it to [`OnRecord`] as an option
//! and say in [`difference`] how a change of it reads: what was asked for before is compared by what it was bound to, so
//! nothing becomes stale on the day of an upgrade. Who made the version is no part of it: people are compared with those
//! who decide.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PolicyRef;
use super::difference::{Difference, Recorded};
use crate::models::{ArtefactDigest, EvidenceKind, Tier, UsedFor, VersionRef};

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
    /// What the registry says of it; absent in what was asked for before approvals were bound to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_record: Option<OnRecord>,
}

/// What the registry says of a version and its model. A value that was there when an approval was asked for stays as it
/// is, or the approval is stale; one that is added later was no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnRecord {
    /// The model's risk tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The team that owns the model.
    pub team: Uuid,
    /// Measures: name to number, as the tool wrote it.
    pub metrics: BTreeMap<String, String>,
    /// Where the model card is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// The run that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The commit that it was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The version that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<VersionRef>,
    /// What its data was used for, by its own declaration.
    pub uses: BTreeSet<BoundUse>,
}

/// A declared use of a version of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundUse {
    /// `namespace/name`.
    pub dataset: String,
    /// The version's name.
    pub version: String,
    /// What for.
    pub used_for: UsedFor,
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

    /// The same, as far as it does not follow from the risk tier: with the tier and the policy of another state. What is
    /// suspended because the tier was raised is compared like this.
    #[must_use]
    pub fn under_the_tier_of(&self, other: &Self) -> Self {
        let mut same = Self { policy: other.policy.clone(), ..self.clone() };
        if let (Some(own), Some(other)) = (&mut same.on_record, &other.on_record) {
            own.tier = other.tier;
        }
        same
    }
}

/// What was there in `old` and is another in `new`, and for what is shown and made of also what came in. Empty where what
/// was decided about is still there as it was.
#[must_use]
pub fn difference(old: &BoundState, new: &BoundState) -> Vec<Difference> {
    let mut found = made_of(old, new);
    if let (Some(old), Some(new)) = (&old.on_record, &new.on_record) {
        found.extend(on_record(old, new));
    }
    found
}

fn on_record(old: &OnRecord, new: &OnRecord) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.tier != new.tier {
        found.push(Difference::Tier { old: old.tier, new: new.tier });
    }
    if old.team != new.team {
        found.push(Difference::Team { old: old.team, new: new.team });
    }
    let mut compare = |value: Recorded, old: Option<String>, new: Option<String>| match old {
        Some(old) if new.as_ref() != Some(&old) => found.push(Difference::Recorded { value, old, new }),
        _ => {}
    };
    for (name, value) in &old.metrics {
        let what = Recorded::Metric { name: name.clone() };
        compare(what, Some(value.clone()), new.metrics.get(name).cloned());
    }
    compare(Recorded::Card, old.card.clone(), new.card.clone());
    compare(Recorded::Run, old.run.clone(), new.run.clone());
    compare(Recorded::Commit, old.commit.clone(), new.commit.clone());
    let parent = |state: &OnRecord| state.parent.as_ref().map(ToString::to_string);
    compare(Recorded::Parent, parent(old), parent(new));
    for one in old.uses.difference(&new.uses) {
        let what = Recorded::Use { dataset: one.dataset.clone(), version: one.version.clone() };
        compare(what, Some(one.used_for.label().to_lowercase()), None);
    }
    found
}

/// What it is made of, what is shown for it, and what it is decided under.
fn made_of(old: &BoundState, new: &BoundState) -> Vec<Difference> {
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
            on_record: Some(OnRecord {
                tier: Some(Tier::High),
                team: Uuid::from_u128(1),
                metrics: [("auc".to_owned(), "0.944".to_owned()), ("f1".to_owned(), "0.8".to_owned())].into(),
                card: Some("https://wiki.example/12".to_owned()),
                run: Some("run-17".to_owned()),
                commit: Some("4b825dc6".to_owned()),
                parent: Some(VersionRef { model: "fraud-scoring".to_owned(), version: "6".to_owned() }),
                uses: [BoundUse {
                    dataset: "bank/cards".to_owned(),
                    version: "2026-10".to_owned(),
                    used_for: UsedFor::Training,
                }]
                .into(),
            }),
        }
    }

    fn recorded(state: &mut BoundState) -> &mut OnRecord {
        state.on_record.as_mut().unwrap()
    }

    type Change = fn(&mut BoundState);
    const CHANGES: [Change; 24] = [
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
        |s| recorded(s).tier = Some(Tier::Critical),
        |s| recorded(s).tier = None,
        |s| recorded(s).team = Uuid::from_u128(2),
        |s| drop(recorded(s).metrics.insert("auc".to_owned(), "0.99".to_owned())),
        |s| drop(recorded(s).metrics.remove("auc")),
        |s| recorded(s).card = Some("https://wiki.example/13".to_owned()),
        |s| recorded(s).card = None,
        |s| recorded(s).run = Some("run-18".to_owned()),
        |s| recorded(s).run = None,
        |s| recorded(s).commit = None,
        |s| recorded(s).parent.as_mut().unwrap().version = "5".to_owned(),
        |s| recorded(s).parent = None,
        |s| recorded(s).uses.clear(),
    ];

    /// What a nightly job may add without anybody deciding again.
    const ADDITIONS: [Change; 2] = [
        |s| drop(recorded(s).metrics.insert("drift".to_owned(), "0.02".to_owned())),
        |s| {
            let mut more = recorded(s).uses.first().unwrap().clone();
            more.used_for = UsedFor::Evaluation;
            recorded(s).uses.insert(more);
        },
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

    #[test]
    fn what_is_added_to_the_record_is_no_difference() {
        for add in ADDITIONS {
            let mut more = state();
            add(&mut more);
            assert_ne!(more.sha256(), state().sha256());
            assert_eq!(difference(&state(), &more), []);
            assert_eq!(difference(&more, &state()).len(), 1, "taking it away is one");
        }
        let mut bare = state();
        (recorded(&mut bare).card, recorded(&mut bare).run) = (None, None);
        assert_eq!(difference(&bare, &state()), [], "what was missing can be added");
    }

    #[test]
    fn what_was_asked_for_before_is_compared_by_what_it_was_bound_to() {
        let old = BoundState { on_record: None, ..state() };
        for change in &CHANGES[11..] {
            let mut changed = state();
            change(&mut changed);
            assert_eq!(difference(&old, &changed), []);
        }
        assert!(!serde_json::to_string(&old).unwrap().contains("on_record"), "its digest stays what it was");
    }

    #[test]
    fn what_follows_from_the_tier_is_left_out_of_the_comparison() {
        let mut raised = state();
        recorded(&mut raised).tier = Some(Tier::Critical);
        raised.policy.id = "critical".to_owned();
        assert_eq!(difference(&state(), &raised).len(), 2);
        assert_eq!(difference(&state(), &raised.under_the_tier_of(&state())), []);
        recorded(&mut raised).metrics.clear();
        assert_eq!(difference(&state(), &raised.under_the_tier_of(&state())).len(), 2);
    }

    proptest! {
        #[test]
        fn no_difference_means_the_same_digest_and_back(
            first in prop::collection::vec(0..CHANGES.len(), 0..4),
            second in prop::collection::vec(0..CHANGES.len(), 0..4),
        ) {
            let changed = |changes: &[usize]| {
                let mut state = state();
                // Taking the last dataset apart, or naming another parent, needs one that is there.
                changes.iter().filter(|n| **n != 3 && **n != 22).for_each(|n| CHANGES[*n](&mut state));
                state
            };
            let (old, new) = (changed(&first), changed(&second));
            let both = [difference(&old, &new), difference(&new, &old)];
            // What only came on the record is a difference one way round, and none the other.
            prop_assert_eq!(both.iter().all(Vec::is_empty), old.sha256() == new.sha256());
        }
    }
}
