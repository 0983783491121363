//! Cutting the order into phases by what each job role can carry.
//!
//! Items are placed one by one in the order of work. What fits into a phase goes into the first with enough room left;
//! what is larger than a phase begins in the first with any room left and takes what is left of it and of those that
//! follow. So no phase ever carries more than the capacity of a role.

use std::collections::HashMap;

use super::candidates::Candidate;
use super::order::Ranked;
use super::wishes::{DEFAULT_CAPACITY, MOST_PHASES, PlanError, Wishes};

/// When a candidate is worked on.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// The phase in which it could begin, for all that comes first and for what was wished.
    pub(super) earliest: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A slot for each candidate.
pub(super) fn schedule(
    candidates: &[Candidate<'_>],
    order: &[Ranked],
    wishes: &Wishes,
) -> Result<Vec<Slot>, PlanError> {
    // What has not been placed yet ends before the first phase; the order places what comes first first.
    let mut slots = vec![Slot { earliest: 0, start: 0, end: 0 }; candidates.len()];
    let mut roles: HashMap<&str, Load> = HashMap::new();
    for ranked in order {
        let candidate = &candidates[ranked.candidate];
        let role = candidate.role();
        let capacity = wishes.capacities.get(role).copied().unwrap_or(DEFAULT_CAPACITY);
        let load = roles.entry(role).or_insert_with(|| Load { capacity, used: Vec::new() });
        let after = candidate.predecessors().map(|first| slots[first].end).max().unwrap_or(0);
        let earliest = after.max(wishes.first_phase(candidate.code()));
        let placed = load.place(earliest, candidate.effort());
        let (start, end) = placed.ok_or_else(|| PlanError::TooLong(candidate.code().to_owned()))?;
        slots[ranked.candidate] = Slot { earliest, start, end };
    }
    Ok(slots)
}

impl<'a> Candidate<'a> {
    /// The job role that it is charged to.
    pub(super) fn role(&self) -> &'a str {
        self.asked.question.owner_roles.first().map_or("", String::as_str)
    }

    /// What it costs, in points.
    pub(super) fn effort(&self) -> u32 {
        u32::try_from(self.asked.question.effort.total()).unwrap_or(0)
    }
}

/// What a job role carries in each phase.
struct Load {
    capacity: u32,
    /// Points by phase, the first at 0; nothing beyond.
    used: Vec<u32>,
}

impl Load {
    /// Puts an item into the first phases from `earliest` on that have room for it, and says which they are. Nothing
    /// where that is beyond the last phase that there can be.
    fn place(&mut self, earliest: u32, effort: u32) -> Option<(u32, u32)> {
        let enough = if effort <= self.capacity { effort } else { 1 };
        let start = (earliest..=MOST_PHASES).find(|phase| self.room(*phase) >= enough)?;
        let mut left = effort;
        for phase in start..=MOST_PHASES {
            left -= self.take(phase, left);
            if left == 0 {
                return Some((start, phase));
            }
        }
        None
    }

    fn room(&self, phase: u32) -> u32 {
        self.capacity - self.used.get(position(phase)).copied().unwrap_or(0)
    }

    /// Takes at most so many points of a phase, and says how many it took.
    fn take(&mut self, phase: u32, points: u32) -> u32 {
        let taken = points.min(self.room(phase));
        if self.used.len() <= position(phase) {
            self.used.resize(position(phase) + 1, 0);
        }
        self.used[position(phase)] += taken;
        taken
    }
}

const fn position(phase: u32) -> usize {
    phase.saturating_sub(1) as usize
}
