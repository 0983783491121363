//! What the browser checks about an entry, step by step. No clock, no network: the same input gives the same steps.
//!
//! It takes only as much of the ledger's code as the steps need, because every visitor downloads it: entries and values
//! are checked as the bytes that they are, not read into types.

use std::collections::BTreeMap;

use assay_ledger::commit::commit_hash_of_canonical;
use assay_ledger::hash::leaf_hash;
use assay_ledger::tree::{verify_consistency, verify_inclusion};
use assay_ledger::{Hash, Proof, SignedCheckpoint, VerifierKey};
use serde::Deserialize;

use super::Evidence;

/// How a step came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not yet checked, or not reached because an earlier step failed.
    Open,
    /// Right, and what was found.
    Passed(String),
    /// Not checked, and why.
    Left(String),
    /// Wrong, and what is.
    Failed(String),
}

/// One step of the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is checked.
    pub what: String,
    /// How it came out.
    pub state: State,
}

impl Step {
    fn new(what: &str, state: State) -> Self {
        Self { what: what.to_owned(), state }
    }
}

const SIGNED: &str = "The log signed a checkpoint";
const INCLUDED: &str = "The entry is in that log, at this place";
const OPENED: &str = "The values kept apart are the ones recorded";
const REMEMBERED: &str = "Nothing older was altered since this browser last looked";

/// The steps before any of them is done.
pub fn open(evidence: &Evidence) -> Vec<Step> {
    let opened = (!evidence.opened.is_empty()).then_some(OPENED);
    [SIGNED, INCLUDED]
        .into_iter()
        .chain(opened)
        .chain([REMEMBERED])
        .map(|what| Step::new(what, State::Open))
        .collect()
}

/// All steps but the last one, which needs what the browser remembers.
pub fn check(evidence: &Evidence) -> Vec<Step> {
    let signed = signed(evidence);
    let included = signed.as_ref().map_or(State::Open, |proof| included(evidence, proof));
    let goes_on = matches!(included, State::Passed(_));
    let signed = match signed {
        Ok(proof) => {
            let head = proof.checkpoint.checkpoint();
            State::Passed(format!(
                "{} entries with the root {}, signed by {}",
                head.size, head.root, head.origin
            ))
        }
        Err(problem) => State::Failed(problem),
    };
    let mut steps = vec![Step::new(SIGNED, signed), Step::new(INCLUDED, included)];
    if !evidence.opened.is_empty() {
        steps.push(Step::new(OPENED, if goes_on { opened(evidence) } else { State::Open }));
    }
    steps
}

fn signed(evidence: &Evidence) -> Result<Proof, String> {
    let key: VerifierKey = evidence.vkey.parse().map_err(|error| format!("the key: {error}"))?;
    let proof = Proof::parse(&evidence.receipt).map_err(|error| error.to_string())?;
    proof.checkpoint.verify(&[key]).map_err(|error| error.to_string())?;
    Ok(proof)
}

fn included(evidence: &Evidence, proof: &Proof) -> State {
    let (hash, head) = (leaf_hash(evidence.leaf.as_bytes()), proof.checkpoint.checkpoint());
    match verify_inclusion(&hash, proof.index, head.size, &proof.hashes, &head.root) {
        Ok(()) => State::Passed(format!(
            "its {} bytes lead to entry {}, hash {hash}",
            evidence.leaf.len(),
            proof.index
        )),
        Err(error) => State::Failed(error.to_string()),
    }
}

/// The part of an entry that is looked into.
#[derive(Deserialize)]
struct Commitments {
    #[serde(default)]
    commit: BTreeMap<String, Hash>,
}

fn opened(evidence: &Evidence) -> State {
    let Ok(Commitments { commit }) = serde_json::from_str(&evidence.leaf) else {
        return State::Failed("the entry is not JSON".to_owned());
    };
    let holds = |one: &super::Opened| {
        let hash = commit_hash_of_canonical(&one.salt, &one.field, one.canonical.as_bytes());
        hash.is_ok_and(|hash| commit.get(&one.field) == Some(&hash))
    };
    match evidence.opened.iter().find(|one| !holds(one)) {
        Some(wrong) => State::Failed(format!("“{}” is not what the entry commits to", wrong.field)),
        None => {
            let told = evidence.opened.iter().map(|one| format!("{} {}", one.field, one.canonical));
            State::Passed(told.collect::<Vec<_>>().join("; "))
        }
    }
}

/// What is to be done about the checkpoint that the browser remembers.
pub enum Memory {
    /// Nothing more: how the step came out.
    Settled(State),
    /// A proof of consistency is needed between the two.
    Ask {
        /// The smaller one.
        older: SignedCheckpoint,
        /// The larger one.
        newer: SignedCheckpoint,
    },
}

/// Compares the checkpoint of a receipt that was checked with the note that was remembered.
pub fn recall(remembered: Option<&str>, now: SignedCheckpoint) -> Memory {
    let Some(before) = remembered.and_then(|note| SignedCheckpoint::parse(note.as_bytes()).ok()) else {
        return Memory::Settled(State::Left(
            "it is the first time; from now on it remembers this checkpoint".to_owned(),
        ));
    };
    let (old, new) = (before.checkpoint(), now.checkpoint());
    if old.origin != new.origin {
        return Memory::Settled(State::Failed(format!("it last saw another log here, {}", old.origin)));
    }
    if old.size == new.size {
        let same = old.root == new.root;
        return Memory::Settled(if same {
            State::Passed(format!("it saw the same {} entries", old.size))
        } else {
            State::Failed(format!("it saw {} entries with another root, {}", old.size, old.root))
        });
    }
    let (older, newer) = if old.size < new.size { (before, now) } else { (now, before) };
    Memory::Ask { older, newer }
}

/// How the proof between two checkpoints came out.
pub fn consistent(older: &SignedCheckpoint, newer: &SignedCheckpoint, hashes: &[Hash]) -> State {
    let (old, new) = (older.checkpoint(), newer.checkpoint());
    match verify_consistency(old.size, new.size, hashes, &old.root, &new.root) {
        Ok(()) => {
            State::Passed(format!("the log of {} entries begins with the {} seen before", new.size, old.size))
        }
        Err(error) => State::Failed(format!(
            "the log was altered between {} and {} entries: {error}",
            old.size, new.size
        )),
    }
}

/// The last step.
pub fn remembered(state: State) -> Step {
    Step::new(REMEMBERED, state)
}

#[cfg(test)]
mod tests {
    use assay_ledger::commit::{Salt, commit_hash};
    use assay_ledger::leaf::{Actor, ActorKind, Outcome, Subject};
    use assay_ledger::tree;
    use assay_ledger::{Checkpoint, Ed25519Signer, Leaf, Signer};
    use serde_json::json;
    use uuid::Uuid;

    use super::super::Opened;
    use super::*;

    fn signer() -> Ed25519Signer {
        Ed25519Signer::from_seed("test.example/log", &[7; 32]).unwrap()
    }

    fn checkpoint(leaves: &[Hash]) -> SignedCheckpoint {
        let head = Checkpoint {
            origin: "test.example/log".into(),
            size: leaves.len() as u64,
            root: tree::root(leaves),
        };
        head.sign(&[&signer()]).unwrap()
    }

    fn evidence() -> Evidence {
        let id = Uuid::from_u128(0x0192_f3c4_5d6e_7a8b_9c0d_1e2f_3a4b_5c6d);
        let opened = Opened { field: "reason".into(), salt: Salt([3; 32]), canonical: r#""because""#.into() };
        let commitment = commit_hash(&opened.salt, "reason", &json!("because")).unwrap();
        let leaf = Leaf {
            v: Default::default(),
            id,
            ts: chrono::DateTime::UNIX_EPOCH,
            actor: Actor { kind: ActorKind::Person, id },
            action: "evidence.reviewed".into(),
            subject: Subject { kind: "assessment".into(), id: id.to_string(), version: None },
            team: None,
            outcome: Outcome::Ok,
            request: id,
            facts: serde_json::Map::new(),
            commit: [("reason".to_owned(), commitment)].into(),
        };
        let leaf = String::from_utf8(leaf.to_bytes().unwrap()).unwrap();
        let leaves = [leaf_hash(b"first"), leaf_hash(leaf.as_bytes()), leaf_hash(b"third")];
        let hashes = vec![leaves[0], leaves[2]];
        let receipt = Proof { extra: None, index: 1, hashes, checkpoint: checkpoint(&leaves) }.to_string();
        Evidence { vkey: signer().verifier().to_string(), receipt, leaf, opened: vec![opened] }
    }

    fn outcome(evidence: &Evidence) -> String {
        let letter = |step: Step| match step.state {
            State::Open => '-',
            State::Passed(_) => 'y',
            State::Left(_) => '?',
            State::Failed(_) => 'n',
        };
        check(evidence).into_iter().map(letter).collect()
    }

    #[test]
    fn each_step_fails_on_its_own_account() {
        let good = evidence();
        assert_eq!(outcome(&good), "yyy");
        let other_key = Ed25519Signer::from_seed("test.example/log", &[8; 32]).unwrap();
        assert_eq!(outcome(&Evidence { vkey: other_key.verifier().to_string(), ..good.clone() }), "n--");
        assert_eq!(
            outcome(&Evidence { receipt: good.receipt.replace("index 1", "index 0"), ..good.clone() }),
            "yn-"
        );
        assert_eq!(outcome(&Evidence { leaf: good.leaf.replace("person", "system"), ..good.clone() }), "yn-");
        let mut lied = good;
        lied.opened[0].canonical = r#""no reason""#.into();
        assert_eq!(outcome(&lied), "yyn");
    }

    #[test]
    fn a_shorter_or_altered_log_is_noticed() {
        let leaves: Vec<Hash> = (0..3_u8).map(|n| leaf_hash(&[n])).collect();
        let (two, three) = (checkpoint(&leaves[..2]), checkpoint(&leaves));
        assert!(matches!(recall(None, two.clone()), Memory::Settled(State::Left(_))));
        assert!(matches!(recall(Some(&two.to_string()), two.clone()), Memory::Settled(State::Passed(_))));
        let forked = checkpoint(&[leaves[1], leaves[0]]);
        assert!(matches!(recall(Some(&forked.to_string()), two.clone()), Memory::Settled(State::Failed(_))));
        let Memory::Ask { older, newer } = recall(Some(&three.to_string()), two.clone()) else { panic!() };
        assert_eq!((older.checkpoint().size, newer.checkpoint().size), (2, 3));
        let proof = [leaves[2]];
        assert!(matches!(consistent(&two, &three, &proof), State::Passed(_)));
        assert!(matches!(consistent(&forked, &three, &proof), State::Failed(_)));
    }
}
