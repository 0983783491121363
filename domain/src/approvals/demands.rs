//! What has to hold besides the decisions: evidence, findings, ownership, maturity.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::policy::{Demand, Policy};
use super::{BoundEvidence, BoundState};
use crate::datasets::Severity;
use crate::models::{Evidence, EvidenceKind};

/// How things stand with a version and its team.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Open findings about the version's data.
    pub findings: Vec<OpenFinding>,
    /// Open findings about how the version runs.
    pub operations: Vec<OpenFinding>,
    /// Whether somebody is accountable for the model today.
    pub accountable_owner: bool,
    /// Whether somebody is on record as an author of the version.
    pub authors_known: bool,
    /// Levels that the team's latest assessment supports, by capability.
    pub levels: BTreeMap<String, u8>,
    /// What is shown for the version.
    pub evidence: Vec<Evidence>,
}

/// A finding that is open, or whose accepted risk has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFinding {
    /// How bad it is.
    pub severity: Severity,
    /// Since when it is open.
    pub since: DateTime<Utc>,
}

/// A demand that does not hold. [`fmt::Display`] says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unmet {
    /// Findings are open.
    Findings {
        /// How many.
        count: usize,
        /// From which severity on they count.
        from: Severity,
        /// Since when the oldest is open.
        since: DateTime<Utc>,
    },
    /// Findings about operations are open.
    Operations {
        /// How many.
        count: usize,
        /// From which severity on they count.
        from: Severity,
        /// Since when the oldest is open.
        since: DateTime<Utc>,
    },
    /// Nobody is accountable for the model.
    NoOwner,
    /// Nobody is on record as an author of the version.
    NoAuthor,
    /// The team is not far enough.
    Level {
        /// In what.
        capability: String,
        /// The level that is asked for.
        needed: u8,
        /// The level that is supported; `None` without an assessment.
        found: Option<u8>,
    },
    /// A kind of evidence is not there.
    EvidenceMissing {
        /// Which.
        kind: EvidenceKind,
    },
    /// The evidence of a kind was too old on that day.
    EvidenceTooOld {
        /// Which.
        kind: EvidenceKind,
        /// The day of the newest.
        made_on: NaiveDate,
        /// How old it may be.
        max_age_days: u16,
    },
}

impl Demand {
    /// What does not hold.
    #[must_use]
    pub fn unmet(&self, standing: &Standing) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        if let Some((count, from, since)) = counted(&standing.findings, self.no_finding_from) {
            unmet.push(Unmet::Findings { count, from, since });
        }
        if let Some((count, from, since)) = counted(&standing.operations, self.no_operations_finding_from) {
            unmet.push(Unmet::Operations { count, from, since });
        }
        if self.accountable_owner && !standing.accountable_owner {
            unmet.push(Unmet::NoOwner);
        }
        if self.authors_known && !standing.authors_known {
            unmet.push(Unmet::NoAuthor);
        }
        for wanted in &self.levels {
            let found = standing.levels.get(&wanted.capability).copied();
            if found.is_none_or(|level| level < wanted.level) {
                let (capability, needed) = (wanted.capability.clone(), wanted.level);
                unmet.push(Unmet::Level { capability, needed, found });
            }
        }
        unmet
    }
}

impl Policy {
    /// The kinds of evidence that the state lacks, whatever their age.
    #[must_use]
    pub fn evidence_missing(&self, bound: &BoundState) -> Vec<EvidenceKind> {
        let there: BTreeSet<EvidenceKind> = bound.evidence.iter().map(|one| one.kind).collect();
        self.evidence.iter().map(|needed| needed.kind).filter(|kind| !there.contains(kind)).collect()
    }

    /// The evidence that is missing or was too old on a day. Only what the state is bound to counts.
    #[must_use]
    pub fn evidence_unmet(&self, bound: &BoundState, evidence: &[Evidence], on: NaiveDate) -> Vec<Unmet> {
        let is_bound = |one: &&Evidence| {
            bound.evidence.contains(&BoundEvidence { kind: one.kind, sha256: one.sha256.clone() })
        };
        let mut unmet = Vec::new();
        for needed in &self.evidence {
            let kind = needed.kind;
            let of_kind = evidence.iter().filter(is_bound).filter(|one| one.kind == kind);
            match (of_kind.map(|one| one.made_on).max(), needed.max_age_days) {
                (None, _) => unmet.push(Unmet::EvidenceMissing { kind }),
                (Some(made_on), Some(max_age_days)) if is_older(made_on, max_age_days, on) => {
                    unmet.push(Unmet::EvidenceTooOld { kind, made_on, max_age_days });
                }
                (Some(_), _) => {}
            }
        }
        unmet
    }
}

/// How many findings are that bad, and since when the oldest is open; `None` where there are none.
fn counted(findings: &[OpenFinding], from: Option<Severity>) -> Option<(usize, Severity, DateTime<Utc>)> {
    let from = from?;
    let bad = || findings.iter().filter(|finding| finding.severity >= from);
    let since = bad().map(|finding| finding.since).min()?;
    Some((bad().count(), from, since))
}

fn is_older(made_on: NaiveDate, days: u16, on: NaiveDate) -> bool {
    made_on.checked_add_days(Days::new(days.into())).is_some_and(|last| last < on)
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Findings { count: 1, from, .. } => {
                write!(f, "a finding about the data of severity {from} or above is open: resolve it first")
            }
            Self::Findings { count, from, .. } => {
                write!(
                    f,
                    "{count} findings about the data of severity {from} or above are open: resolve them first"
                )
            }
            Self::Operations { count: 1, from, .. } => {
                write!(f, "a finding about how it runs of severity {from} or above is open: resolve it first")
            }
            Self::Operations { count, from, .. } => write!(
                f,
                "{count} findings about how it runs of severity {from} or above are open: resolve them first"
            ),
            Self::NoOwner => {
                f.write_str("nobody is accountable for the model: name somebody in the team's ownership")
            }
            Self::NoAuthor => {
                f.write_str("nobody is on record as an author of the version: name who made it")
            }
            Self::Level { capability, needed, found: Some(found) } => write!(
                f,
                "level {needed} of {capability} is asked for, and the team's latest assessment supports {found}"
            ),
            Self::Level { capability, needed, found: None } => {
                write!(f, "level {needed} of {capability} is asked for, and the team has no assessment")
            }
            Self::EvidenceMissing { kind } => {
                write!(f, "evidence is missing: {}", kind.label().to_lowercase())
            }
            Self::EvidenceTooOld { kind, made_on, max_age_days } => write!(
                f,
                "the newest evidence is of {made_on}, and {} may be {max_age_days} days old",
                kind.label().to_lowercase()
            ),
        }
    }
}
