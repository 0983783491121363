//! Checking exports and mirrored logs, offline: what was checked, what was not and why, and what is wrong.
//!
//! The input is hostile until proven otherwise: nothing panics, and memory does not grow with what a file claims
//! about itself. A further check goes where its data passes by, adds itself to `checked`, or to `not_checked` with a
//! reason when it cannot be made: silence is not an answer.

mod bundle;
mod directory;
mod replay;

use std::fmt;

use serde::Serialize;

use crate::bundle::Kind;
use crate::bundle::archive::ReadError;
use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::note::{NoteError, VerifierKey};

pub use bundle::verify_bundle;
pub use directory::verify_directory;

/// More problems than these are counted, not listed.
const MAX_PROBLEMS: usize = 50;

/// What the auditor brings along.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Keys of the log, known from elsewhere. Without any, those in the bundle are used and called untrusted.
    pub keys: Vec<VerifierKey>,
    /// A checkpoint saved earlier: the log must still begin with what it was then.
    pub since: Option<SignedCheckpoint>,
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All that could be checked is right.
    Verified,
    /// Something is wrong.
    Discrepancy,
    /// There is nothing that can be read as a checkpoint, or reading failed.
    Unreadable,
}

/// Something that was not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    /// What.
    pub what: String,
    /// Why not.
    pub why: String,
}

/// The answer in full. `Display` renders it for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In a word.
    pub verdict: Verdict,
    /// What sort of bundle; none for a directory, or if it could not be told.
    pub kind: Option<Kind>,
    /// Which log.
    pub origin: Option<String>,
    /// Entries in the log.
    pub size: Option<u64>,
    /// Its root.
    pub root: Option<Hash>,
    /// Entries that were read.
    pub entries: u64,
    /// What the exporter said was selected; not proven.
    pub filter: Option<String>,
    /// Whether the checkpoint is signed by a key that the auditor brought along.
    pub key_trusted: bool,
    /// What was checked and is right.
    pub checked: Vec<String>,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// What is wrong; the first fifty.
    pub problems: Vec<String>,
    /// Problems beyond the listed ones.
    pub more_problems: u64,
}

/// Why checking ended early.
enum Stop {
    Unreadable(String),
    Broken(String),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::Unreadable(format!("reading failed: {error}")),
            ReadError::Broken(problem) => Self::Broken(problem),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        ReadError::from(error).into()
    }
}

impl Report {
    fn new() -> Self {
        Self {
            verdict: Verdict::Verified,
            kind: None,
            origin: None,
            size: None,
            root: None,
            entries: 0,
            filter: None,
            key_trusted: false,
            checked: Vec::new(),
            not_checked: Vec::new(),
            problems: Vec::new(),
            more_problems: 0,
        }
    }

    fn about(&mut self, head: &Checkpoint) {
        self.origin = Some(head.origin.clone());
        self.size = Some(head.size);
        self.root = Some(head.root);
    }

    fn checked(&mut self, what: impl Into<String>) {
        self.checked.push(what.into());
    }

    fn not_checked(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.not_checked.push(NotChecked { what: what.into(), why: why.into() });
    }

    fn problem(&mut self, problem: impl Into<String>) {
        self.verdict = Verdict::Discrepancy;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem.into());
        } else {
            self.more_problems += 1;
        }
    }

    fn problem_count(&self) -> u64 {
        self.problems.len() as u64 + self.more_problems
    }

    /// Takes note of how checking ended.
    fn conclude(mut self, outcome: Result<(), Stop>) -> Self {
        match outcome {
            Ok(()) => {}
            Err(Stop::Broken(problem)) => {
                self.problem(problem);
                self.not_checked("everything after this point", "what is broken cannot be read on");
            }
            Err(Stop::Unreadable(problem)) => {
                self.problem(problem);
                self.verdict = Verdict::Unreadable;
            }
        }
        self
    }

    /// The signature of the head, by the auditor's keys or else by those found with the log.
    fn check_signature(&mut self, head: &SignedCheckpoint, trust: &Trust, found: &[VerifierKey]) {
        let trusted = !trust.keys.is_empty();
        match head.verify(if trusted { &trust.keys } else { found }) {
            Ok(()) => {
                self.key_trusted = trusted;
                let whose = if trusted { "a trusted key" } else { "the key that came with it" };
                self.checked(format!("the checkpoint is signed by {whose}"));
            }
            Err(error) => self.problem(format!("the checkpoint: {error}")),
        }
        if !trusted {
            self.not_checked(
                "whether the key is the log's",
                "no key was given: anybody can sign with a key of their own; give the log's with --trust",
            );
        }
    }

    /// The signature of an older checkpoint. One by a key that is not known any more is not held against the log,
    /// because its root is compared anyway.
    fn check_older_signature(&mut self, what: &str, older: &SignedCheckpoint, keys: &[VerifierKey]) {
        match older.verify(keys) {
            Ok(()) => {}
            Err(CheckpointError::Note(error @ NoteError::Unknown(_))) => {
                self.not_checked(format!("the signature of {what}"), error.to_string());
            }
            Err(error) => self.problem(format!("{what}: {error}")),
        }
    }

    fn add_general_limits(&mut self, trust: &Trust) {
        self.not_checked(
            "times",
            "no dated witness or anchor is at hand: the order is proven, the times are the server's word",
        );
        if trust.since.is_none() {
            self.not_checked(
                "that the log is the one you saw before",
                "no saved checkpoint was given; keep this one and give it next time with --since",
            );
        }
    }
}

/// Control characters would let a hostile bundle write over the report.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// How a line about an earlier checkpoint begins; its size follows.
const EARLIER: &str = "the entries lead to the root of the earlier checkpoint of size ";

impl Report {
    /// What was checked, for people: many earlier checkpoints in one line.
    fn checked_in_short(&self) -> Vec<String> {
        let sizes: Vec<&str> = self.checked.iter().filter_map(|line| line.strip_prefix(EARLIER)).collect();
        let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else { return self.checked.clone() };
        let rest = self.checked.iter().filter(|line| !line.starts_with(EARLIER));
        let told = format!(
            "the entries lead to the roots of {} earlier checkpoints, of sizes {first} to {last}",
            sizes.len()
        );
        if sizes.len() < 4 {
            self.checked.clone()
        } else {
            std::iter::once(told).chain(rest.cloned()).collect()
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Verified => "VERIFIED",
            Verdict::Discrepancy => "DISCREPANCY: this is not what the log signed",
            Verdict::Unreadable => "UNREADABLE: it could not be verified",
        };
        writeln!(f, "{verdict}\n")?;
        if let (Some(origin), Some(size), Some(root)) = (&self.origin, self.size, self.root) {
            writeln!(f, "log       {}", printable(origin))?;
            writeln!(f, "size      {size} entries, {} of them here", self.entries)?;
            writeln!(f, "root      {root}")?;
            writeln!(f, "key       {}", if self.key_trusted { "trusted" } else { "not trusted" })?;
        }
        if let Some(filter) = self.filter.as_deref().filter(|filter| !filter.is_empty()) {
            writeln!(f, "selected  {} (as the exporter said)", printable(filter))?;
        }
        section(f, "Problems", self.problems.iter().map(|problem| printable(problem)))?;
        if self.more_problems > 0 {
            writeln!(f, "  - and {} more", self.more_problems)?;
        }
        section(f, "Checked", self.checked_in_short().iter().map(|what| printable(what)))?;
        let not_checked = self.not_checked.iter().map(|not| printable(&format!("{}: {}", not.what, not.why)));
        section(f, "Not checked", not_checked)
    }
}

fn section(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    mut lines: impl ExactSizeIterator<Item = String>,
) -> fmt::Result {
    if lines.len() == 0 {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    lines.try_for_each(|line| writeln!(f, "  - {line}"))
}

#[cfg(test)]
#[path = "../tests/verify.rs"]
mod tests;
