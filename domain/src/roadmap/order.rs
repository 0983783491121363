//! In which order candidates are worked on: what has to come first, then what brings the most for the least effort.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::candidates::Candidate;
use super::wishes::PlanError;
use crate::assessments::{Basis, Fraction};

/// A candidate's place in the order, and what it brings.
pub(super) struct Ranked {
    pub(super) candidate: usize,
    pub(super) value: Fraction,
}

/// Kahn's algorithm: of what waits for nothing, the greatest value for its effort goes first, ties by code.
pub(super) fn order(
    candidates: &[Candidate<'_>],
    blockers: &BTreeSet<String>,
) -> Result<Vec<Ranked>, PlanError> {
    let values = values(candidates, blockers);
    let mut followers = vec![Vec::new(); candidates.len()];
    let mut waits_for = vec![0_usize; candidates.len()];
    for (later, candidate) in candidates.iter().enumerate() {
        for first in candidate.predecessors() {
            followers[first].push(later);
            waits_for[later] += 1;
        }
    }
    // Candidates stand by code, so the lower index is the earlier code.
    let entry = |index: usize| (worth_the_effort(&candidates[index], values[index]), Reverse(index));
    let mut ready: BinaryHeap<_> =
        (0..candidates.len()).filter(|index| waits_for[*index] == 0).map(entry).collect();
    let mut order = Vec::with_capacity(candidates.len());
    while let Some((_, Reverse(index))) = ready.pop() {
        order.push(Ranked { candidate: index, value: values[index] });
        for later in &followers[index] {
            waits_for[*later] -= 1;
            if waits_for[*later] == 0 {
                ready.push(entry(*later));
            }
        }
    }
    if order.len() < candidates.len() { Err(cycle(candidates, &waits_for)) } else { Ok(order) }
}

/// `4*w*(t-a)*usefulness`, doubled in a blocker set of the next headline level, plus a quarter of the undoubled bases
/// of direct dependants.
fn values(candidates: &[Candidate<'_>], blockers: &BTreeSet<String>) -> Vec<Fraction> {
    let bases: Vec<i64> = candidates.iter().map(base).collect();
    let mut dependants = vec![0; candidates.len()];
    for (candidate, base) in candidates.iter().zip(&bases) {
        for first in &candidate.depends_on {
            dependants[*first] += base;
        }
    }
    let value = |(index, base): (usize, &i64)| {
        let times = if blockers.contains(candidates[index].code()) { 2 } else { 1 };
        Fraction::new(4 * times * base + dependants[index], 4).unwrap_or(Fraction::ZERO)
    };
    bases.iter().enumerate().map(value).collect()
}

fn base(candidate: &Candidate<'_>) -> i64 {
    let asked = candidate.asked;
    asked.weight() * (4 - asked.quarters(Basis::Claimed)) * i64::from(asked.question.usefulness)
}

fn worth_the_effort(candidate: &Candidate<'_>, value: Fraction) -> Fraction {
    let effort = candidate.asked.question.effort.total();
    Fraction::new(value.num(), value.den() * effort).unwrap_or(Fraction::ZERO)
}

/// Those that wait for each other. Of what is left, all that nothing left waits for only hangs on a cycle.
fn cycle(candidates: &[Candidate<'_>], waits_for: &[usize]) -> PlanError {
    let mut left: BTreeSet<usize> = (0..candidates.len()).filter(|index| waits_for[*index] > 0).collect();
    loop {
        let awaited: BTreeSet<usize> =
            left.iter().flat_map(|index| candidates[*index].predecessors()).collect();
        let before = left.len();
        left.retain(|index| awaited.contains(index));
        if left.len() == before {
            return PlanError::Cycle(left.iter().map(|index| candidates[*index].code().to_owned()).collect());
        }
    }
}
