//! Roadmaps: rule by rule on banks of a few questions, what holds for all of them, and how they read.

mod choice;
mod formats;
mod properties;
mod refusals;
mod schedule;

use assay_domain::assessments::Snapshot;
use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::{Calendar, Item, PlanError, Roadmap, Wishes, plan};

use crate::support::{Q, TODAY, answers, bank, day};

pub(crate) type Given<'a> = &'a [(&'a str, &'a str)];

pub(crate) fn try_plan(bank: &Bank, given: Given<'_>, wishes: &Wishes) -> Result<Roadmap, PlanError> {
    let snapshot = Snapshot::new(bank, None, day(TODAY), answers(given.iter().copied())).expect("answers");
    plan(bank, &snapshot, wishes)
}

/// The roadmap of a bank of these questions.
pub(crate) fn planned(questions: &[Q], given: Given<'_>, wishes: &Wishes) -> Roadmap {
    try_plan(&bank(questions), given, wishes).expect("a roadmap")
}

pub(crate) fn nothing_wished() -> Wishes {
    Wishes::default()
}

pub(crate) fn target(level: u8) -> Wishes {
    Wishes { target: Some(level), ..Wishes::default() }
}

pub(crate) fn without(codes: &[&str]) -> Wishes {
    Wishes { switched_off: codes.iter().map(|code| (*code).to_owned()).collect(), ..Wishes::default() }
}

pub(crate) fn not_before(code: &str, phase: u32) -> Wishes {
    Wishes { not_before: [(code.to_owned(), phase)].into(), ..Wishes::default() }
}

pub(crate) fn capacity(role: &str, points: u32) -> Wishes {
    Wishes { capacities: [(role.to_owned(), points)].into(), ..Wishes::default() }
}

pub(crate) fn dimension_target(id: &str, level: u8) -> Wishes {
    Wishes { dimension_targets: [(id.to_owned(), level)].into(), ..Wishes::default() }
}

pub(crate) fn calendar(start: &str, phase_weeks: u32) -> Option<Calendar> {
    Some(Calendar { start: day(start), phase_weeks })
}

/// The codes by phase.
pub(crate) fn codes(roadmap: &Roadmap) -> Vec<Vec<&str>> {
    roadmap.phases.iter().map(|phase| phase.items.iter().map(|item| item.code.as_str()).collect()).collect()
}

pub(crate) fn item<'a>(roadmap: &'a Roadmap, code: &str) -> &'a Item {
    roadmap.items().find(|item| item.code == code).expect("an item")
}

pub(crate) fn reasons<'a>(roadmap: &'a Roadmap, code: &str) -> Vec<&'a str> {
    item(roadmap, code).reasons.iter().map(String::as_str).collect()
}

pub(crate) fn unreachable(roadmap: &Roadmap) -> Vec<(&str, &str)> {
    roadmap.unreachable.iter().map(|stop| (stop.code.as_str(), stop.reason.as_str())).collect()
}
