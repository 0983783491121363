//! Growing the log again from what is in the export, and looking at its root wherever an earlier checkpoint says
//! what it was.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use uuid::Uuid;

use super::{Report, Trust};
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::commit::Disclosure;
use crate::hash::Hash;
use crate::tree::{Frontier, TreeError};

/// A size at which the root is known.
struct Mark {
    size: u64,
    root: Hash,
    what: String,
}

/// An opened commitment that waits for its entry.
struct Opened {
    index: u64,
    field: String,
    hash: Hash,
}

/// The log as it grows again.
pub(super) struct Replay {
    head: Checkpoint,
    frontier: Frontier,
    marks: VecDeque<Mark>,
    ids: Vec<Uuid>,
    opened: VecDeque<Opened>,
    /// Disclosed values that agree with their entry.
    disclosed: u64,
}

/// The part of a leaf that is looked at; the rest is opaque bytes here.
#[derive(Deserialize)]
struct Identity {
    v: u64,
    id: Uuid,
}

#[derive(Deserialize)]
struct Commitments {
    #[serde(default)]
    commit: BTreeMap<String, Hash>,
}

impl Replay {
    /// Starts with what is known beforehand: the head, the auditor's saved checkpoint and the earlier ones of the
    /// bundle, by size.
    pub(super) fn new(
        head: &Checkpoint,
        trust: &Trust,
        earlier: &[SignedCheckpoint],
        report: &mut Report,
    ) -> Self {
        let earlier = earlier.iter().map(|signed| ("earlier", signed));
        let saved = trust.since.iter().map(|signed| ("saved", signed));
        let older = earlier.chain(saved).filter_map(|(which, signed)| mark(head, which, signed, report));
        let mut marks: Vec<Mark> = older.collect();
        marks.push(Mark { size: head.size, root: head.root, what: "the checkpoint".into() });
        marks.sort_by_key(|mark| mark.size);
        let (ids, opened) = (Vec::new(), VecDeque::new());
        let mut replay = Self {
            head: head.clone(),
            frontier: Frontier::new(),
            marks: marks.into(),
            ids,
            opened,
            disclosed: 0,
        };
        replay.look(report);
        replay
    }

    /// Takes note of a disclosure, which must come before its entry.
    pub(super) fn disclose(&mut self, disclosure: Disclosure, report: &mut Report) {
        match disclosure.hash() {
            Ok(hash) => {
                self.opened.push_back(Opened { index: disclosure.index, field: disclosure.field, hash });
            }
            Err(error) => report.problem(format!("entry {}, disclosed: {error}", disclosure.index)),
        }
    }

    /// Looks at an entry: is it a leaf, which event is it, does it commit to what was disclosed.
    pub(super) fn entry(&mut self, index: u64, leaf: &[u8], report: &mut Report) {
        report.entries += 1;
        match serde_json::from_slice(leaf) {
            Ok(Identity { v: 1, id }) => self.ids.push(id),
            Ok(Identity { v, .. }) => {
                report.problem(format!("entry {index}: version {v} of the format is not known"));
            }
            Err(error) => report.problem(format!("entry {index} is not a leaf: {error}")),
        }
        while let Some(opened) = self.opened.pop_front_if(|opened| opened.index <= index) {
            if opened.index < index {
                report.problem(format!("a value of entry {} is disclosed, which is not here", opened.index));
                continue;
            }
            let commit =
                serde_json::from_slice::<Commitments>(leaf).map(|leaf| leaf.commit).unwrap_or_default();
            if commit.get(&opened.field) == Some(&opened.hash) {
                self.disclosed += 1;
            } else {
                let field = opened.field;
                report.problem(format!("entry {index}: the disclosed {field:?} is not what it committed to"));
            }
        }
    }

    /// Grows by the leaves of an entry bundle; `root` is their root if there are 256.
    pub(super) fn grow_by_leaves(
        &mut self,
        leaves: &[Hash],
        root: Option<Hash>,
        report: &mut Report,
    ) -> Result<(), TreeError> {
        let begin = self.frontier.size();
        let inside = |mark: &Mark| mark.size > begin && mark.size < begin + leaves.len() as u64;
        while let Some(mark) = self.marks.pop_front_if(|mark| inside(mark)) {
            let mut then = self.frontier.clone();
            then.extend(leaves.iter().take((mark.size - begin) as usize).copied());
            mark.compare(then.root(), report);
        }
        match root {
            Some(root) => self.frontier.append_subtree(crate::tile::HEIGHT, root)?,
            None => self.frontier.extend(leaves.iter().copied()),
        }
        self.look(report);
        Ok(())
    }

    /// Grows by a subtree; a leaf is one of level 0.
    pub(super) fn grow(&mut self, level: u8, hash: Hash, report: &mut Report) -> Result<(), TreeError> {
        self.frontier.append_subtree(level, hash)?;
        self.look(report);
        Ok(())
    }

    /// Entries so far.
    pub(super) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Compares the root if this size is one at which it is known.
    fn look(&mut self, report: &mut Report) {
        let size = self.frontier.size();
        while let Some(mark) = self.marks.pop_front_if(|mark| mark.size <= size) {
            if mark.size == size {
                mark.compare(self.frontier.root(), report);
            } else {
                report.not_checked(
                    format!("consistency with {}", mark.what),
                    "the selection has no proof for this size; export it again after this checkpoint, or in full",
                );
            }
        }
    }

    /// Ends: all entries were seen.
    pub(super) fn finish(mut self, report: &mut Report) {
        for opened in self.opened.drain(..) {
            report.problem(format!("a value of entry {} is disclosed, which is not here", opened.index));
        }
        if self.disclosed > 0 {
            report.checked(format!("{} disclosed values are what the entries committed to", self.disclosed));
        }
        self.ids.sort_unstable();
        let before = report.problem_count();
        for (a, b) in self.ids.iter().zip(self.ids.iter().skip(1)) {
            if a == b {
                report.problem(format!("event {a} is recorded more than once"));
            }
        }
        if report.problem_count() == before {
            report.checked(format!("each of {} events is recorded once", self.ids.len()));
        }
        if self.frontier.size() != self.head.size {
            report.problem(format!("{} entries are covered, not {}", self.frontier.size(), self.head.size));
        }
    }
}

impl Mark {
    fn compare(&self, root: Hash, report: &mut Report) {
        if root == self.root {
            report.checked(format!("the entries lead to the root of {}", self.what));
        } else {
            report.problem(format!(
                "the entries lead to the root {root}, but that of {} is {}",
                self.what, self.root
            ));
        }
    }
}

/// What an older checkpoint says about the root, if it can be an older one of this log.
fn mark(head: &Checkpoint, which: &str, signed: &SignedCheckpoint, report: &mut Report) -> Option<Mark> {
    let Checkpoint { origin, size, root } = signed.checkpoint();
    let what = format!("the {which} checkpoint of size {size}");
    if *origin != head.origin {
        report.problem(format!("{what} is of another log: {origin:?}"));
        return None;
    }
    if *size > head.size {
        let now = head.size;
        report.problem(format!("{what} is of a longer log: this one has {now} entries; its tail is missing"));
        return None;
    }
    Some(Mark { size: *size, root: *root, what })
}
