//! The plan as people read it: items with their reasons, phases with their days and the levels after them.

use std::collections::BTreeSet;

use super::candidates::Candidate;
use super::document::{Item, Phase, Projected, ProjectedDimension, Reason};
use super::order::Ranked;
use super::phases::Slot;
use super::wishes::{Calendar, PlanError, Wishes};
use crate::assessments::{Asked, Standing};
use crate::questionnaires::Bank;

/// All that explains a position.
pub(super) struct Explain<'a> {
    pub(super) bank: &'a Bank,
    pub(super) wishes: &'a Wishes,
    pub(super) candidates: &'a [Candidate<'a>],
    /// The codes that keep dimensions from the next headline level.
    pub(super) blockers: &'a BTreeSet<String>,
}

/// An item with the phase in which it ends.
pub(super) struct Done<'a> {
    end: u32,
    asked: &'a Asked<'a>,
    item: Item,
}

impl<'a> Explain<'a> {
    /// The items in the order of work.
    pub(super) fn items(
        &self,
        order: &[Ranked],
        slots: &[Slot],
        headline: u8,
    ) -> Result<Vec<Done<'a>>, PlanError> {
        let dependants = self.dependants();
        let item = |ranked: &Ranked| {
            let candidate = &self.candidates[ranked.candidate];
            let (asked, slot) = (candidate.asked, slots[ranked.candidate]);
            let reasons = self.reasons(ranked.candidate, slots, &dependants, headline)?;
            let item = Item {
                code: candidate.code().to_owned(),
                from: asked.answer.map(|answer| answer.word().to_owned()),
                to: asked.question.ladder.top(),
                effort: candidate.effort(),
                role: candidate.role().to_owned(),
                value: ranked.value,
                started_in: slot.start,
                unowned: self.wishes.unowned.contains(candidate.code()),
                reasons: reasons.iter().map(Reason::to_string).collect(),
            };
            Ok(Done { end: slot.end, asked, item })
        };
        order.iter().map(item).collect()
    }

    /// The candidates that depend directly on each, by code.
    fn dependants(&self) -> Vec<Vec<usize>> {
        let mut dependants = vec![Vec::new(); self.candidates.len()];
        for (later, candidate) in self.candidates.iter().enumerate() {
            for first in &candidate.depends_on {
                dependants[*first].push(later);
            }
        }
        dependants
    }

    /// Why a candidate stands where it stands, in the order in which people are told.
    fn reasons(
        &self,
        index: usize,
        slots: &[Slot],
        dependants: &[Vec<usize>],
        headline: u8,
    ) -> Result<Vec<Reason>, PlanError> {
        let (candidate, slot) = (&self.candidates[index], slots[index]);
        let code = candidate.code();
        let mut reasons = Vec::new();
        if self.wishes.unowned.contains(code) {
            reasons.push(Reason::NameAnOwner);
        }
        if self.blockers.contains(code) {
            let id = &candidate.asked.question.dimension;
            let dimension = self.bank.dimension(id).map_or(id, |dimension| &dimension.title).clone();
            reasons.push(Reason::Blocks { level: headline + 1, dimension });
        }
        let unlocked = all_after(index, dependants);
        if unlocked > 0 {
            reasons.push(Reason::Unlocks(unlocked));
        }
        let needed_by = dependants[index].first().filter(|_| candidate.is_needed);
        reasons.extend(needed_by.map(|by| Reason::NeededBy(self.candidates[*by].code().to_owned())));
        if slot.end > slot.start {
            reasons.push(Reason::Spans(slot.end - slot.start + 1));
        }
        let wished = self.wishes.first_phase(code);
        if slot.earliest > wished {
            let last = candidate.predecessors().find(|first| slots[*first].end == slot.earliest);
            reasons.extend(last.map(|first| Reason::WaitsFor(self.candidates[first].code().to_owned())));
        }
        if slot.start > slot.earliest {
            reasons.push(self.role_is_full(candidate.role(), slot.start - 1)?);
        }
        if wished > 1 && wished == slot.earliest {
            reasons.push(Reason::NotBefore(wished));
        }
        Ok(reasons)
    }

    fn role_is_full(&self, id: &str, phase: u32) -> Result<Reason, PlanError> {
        let title = self.bank.roles.iter().find(|role| role.id == id).map_or(id, |role| &role.title);
        let last_day = self.wishes.calendar.map(|calendar| calendar.phase(phase)).transpose()?;
        let until = last_day.map(|(_, until)| until.format("%B %Y").to_string());
        Ok(Reason::RoleIsFull { role: title.to_owned(), phase, until })
    }
}

/// How many wait for a candidate, directly or not.
fn all_after(index: usize, dependants: &[Vec<usize>]) -> u32 {
    let mut found = vec![false; dependants.len()];
    let mut open = dependants[index].clone();
    let mut count = 0;
    while let Some(later) = open.pop() {
        if !std::mem::replace(&mut found[later], true) {
            count += 1;
            open.extend(&dependants[later]);
        }
    }
    count
}

/// The phases up to the last in which something ends, each with the levels after it, and where that leads to.
pub(super) fn phases<'a>(
    done: Vec<Done<'_>>,
    mut standing: Standing<'a>,
    calendar: Option<&Calendar>,
) -> Result<(Vec<Phase>, Standing<'a>), PlanError> {
    let last = done.iter().map(|done| done.end).max().unwrap_or(0);
    let mut by_phase: Vec<Vec<Done<'_>>> = (0..last).map(|_| Vec::new()).collect();
    for done in done {
        by_phase[done.end as usize - 1].push(done);
    }
    let mut phases = Vec::with_capacity(by_phase.len());
    for (number, ended) in (1..).zip(by_phase) {
        ended.iter().for_each(|done| standing.raise(done.asked));
        let days = calendar.map(|calendar| calendar.phase(number)).transpose()?;
        phases.push(Phase {
            number,
            from: days.map(|(from, _)| from),
            until: days.map(|(_, until)| until),
            items: ended.into_iter().map(|done| done.item).collect(),
            projected: projected(&standing),
        });
    }
    Ok((phases, standing))
}

/// The levels of the whole and of its dimensions.
pub(super) fn projected(standing: &Standing<'_>) -> Projected {
    let dimension = |id: &str, claimed| ProjectedDimension { id: id.to_owned(), claimed };
    let dimensions = standing.dimensions().iter().map(|it| dimension(it.id, it.level())).collect();
    Projected { claimed: standing.headline(), dimensions }
}
