//! Why not the next level: the smallest set of answers that, raised to the top, passes it. Fewest questions; among
//! equals least total effort, then codes in order.
//!
//! Cells do not depend on each other, so the smallest set for a level is the union of the smallest sets of its cells. In
//! a cell, what is open or mandatory and too low has to be raised in any case; only the rest is a choice.

use super::scorecard::{Basis, Blocker, BlockingAnswer};
use super::tally::{Climb, Item, Tally, cell};
use crate::questionnaires::LEVELS;

/// Why a dimension has no level, and no set of answers gives it one.
pub(crate) const NOT_RATED: &str = "more than 30 % of its weight is not applicable, so it is not rated";

/// What keeps a dimension from its next level; nothing at level 4.
pub(super) fn blocker(dimension: &str, items: &[&Item<'_>], climb: &Climb, basis: Basis) -> Option<Blocker> {
    let next = climb.level + 1;
    if next > LEVELS[3] {
        return None;
    }
    let blocked = |level, questions, reasons| {
        Some(Blocker { basis, dimension: dimension.to_owned(), level, questions, reasons })
    };
    if !climb.rated {
        return blocked(next, Vec::new(), vec![NOT_RATED.to_owned()]);
    }
    // A level counts only once something applies at or below it, so leading empty levels are passed over.
    let first_applicable =
        items.iter().filter(|item| item.is_applicable()).map(|item| item.question.level).min();
    let Some(first_applicable) = first_applicable else {
        return blocked(next, Vec::new(), vec!["none of its questions is applicable".to_owned()]);
    };
    let level = next.max(first_applicable);
    let mut needed: Vec<&Item<'_>> = LEVELS
        .into_iter()
        .take(usize::from(level))
        .flat_map(|level| to_raise(&cell(items, level), basis))
        .collect();
    needed.sort_unstable_by_key(|item| item.question.code.as_str());
    blocked(level, needed.into_iter().map(blocking_answer).collect(), Vec::new())
}

fn blocking_answer(item: &Item<'_>) -> BlockingAnswer {
    BlockingAnswer {
        code: item.question.code.clone(),
        answer: item.answer.map(|answer| answer.word().to_owned()),
        needed: item.question.ladder.top(),
    }
}

/// The smallest set of a cell's questions that, raised, passes it.
fn to_raise<'i, 'a>(cell: &[&'i Item<'a>], basis: Basis) -> Vec<&'i Item<'a>> {
    let applicable = cell.iter().copied().filter(|item| item.is_applicable());
    let (mut raised, mut free): (Vec<_>, Vec<_>) =
        applicable.partition(|item| !item.is_answered() || item.fails_alone(basis));
    let gain = |item: &Item<'_>| item.weight() * (4 - item.quarters(basis));
    let gained: i64 = raised.iter().map(|item| gain(item)).sum();
    let lacking = Tally::of(cell.iter().copied(), basis).lacking() - gained;
    if lacking > 0 {
        free.sort_unstable_by_key(|item| item.question.code.as_str());
        let candidates: Vec<Candidate> = free
            .iter()
            .map(|item| Candidate { gain: gain(item), effort: item.question.effort.total() })
            .collect();
        raised.extend(cheapest(&candidates, lacking).into_iter().map(|index| free[index]));
    }
    raised
}

/// An answer that may be raised: what that brings (weight times quarters) and costs (effort points).
struct Candidate {
    gain: i64,
    effort: i64,
}

/// The fewest candidates that together gain `lacking`; among equals those of least total effort, then the earliest.
/// All of them together must gain it.
///
/// The number needed, `k`, is that of the greatest gains that suffice. With `g` the least of these `k` gains, a set of
/// `k` falls behind them by `gain - g` for each better candidate left out and by `g - gain` for each worse one taken in.
/// It may fall behind by no more than the `slack`, which is less than `g`. So a small table over (candidate, still to
/// take, slack) holds the least effort of every choice.
fn cheapest(candidates: &[Candidate], lacking: i64) -> Vec<usize> {
    let mut gains: Vec<i64> = candidates.iter().map(|candidate| candidate.gain).collect();
    gains.sort_unstable_by(|a, b| b.cmp(a));
    let (mut count, mut gained) = (0, 0);
    while gained < lacking && count < gains.len() {
        gained += gains[count];
        count += 1;
    }
    let Some(least) = count.checked_sub(1).map(|last| gains[last]) else {
        return Vec::new();
    };
    let table = Table::new(candidates, count, least, usize::try_from(gained - lacking).unwrap_or(0));
    table.walk(candidates)
}

/// Least effort of taking `left` of the candidates from `index` on while falling behind by at most `slack`.
struct Table {
    count: usize,
    least: i64,
    slack: usize,
    efforts: Vec<Option<i64>>,
}

impl Table {
    fn new(candidates: &[Candidate], count: usize, least: i64, slack: usize) -> Self {
        let efforts = vec![None; (candidates.len() + 1) * (count + 1) * (slack + 1)];
        let mut table = Self { count, least, slack, efforts };
        for slack in 0..=slack {
            let end = table.position(candidates.len(), 0, slack);
            table.efforts[end] = Some(0);
        }
        for (index, candidate) in candidates.iter().enumerate().rev() {
            for left in 0..=count {
                for slack in 0..=table.slack {
                    let ways = [
                        table.take(index, candidate, left, slack),
                        table.skip(index, candidate, left, slack),
                    ];
                    let here = table.position(index, left, slack);
                    table.efforts[here] = ways.into_iter().flatten().map(|(effort, _)| effort).min();
                }
            }
        }
        table
    }

    const fn position(&self, index: usize, left: usize, slack: usize) -> usize {
        (index * (self.count + 1) + left) * (self.slack + 1) + slack
    }

    /// Effort and remaining slack with the candidate taken.
    fn take(&self, index: usize, candidate: &Candidate, left: usize, slack: usize) -> Option<(i64, usize)> {
        let behind = usize::try_from(self.least - candidate.gain).unwrap_or(0);
        let slack = slack.checked_sub(behind)?;
        let rest = self.efforts[self.position(index + 1, left.checked_sub(1)?, slack)]?;
        Some((candidate.effort + rest, slack))
    }

    /// Effort and remaining slack with the candidate left out.
    fn skip(&self, index: usize, candidate: &Candidate, left: usize, slack: usize) -> Option<(i64, usize)> {
        let behind = usize::try_from(candidate.gain - self.least).unwrap_or(0);
        let slack = slack.checked_sub(behind)?;
        Some((self.efforts[self.position(index + 1, left, slack)]?, slack))
    }

    /// The choice of least effort that takes the earliest candidates.
    fn walk(&self, candidates: &[Candidate]) -> Vec<usize> {
        let (mut left, mut slack) = (self.count, self.slack);
        let mut taken = Vec::with_capacity(left);
        for (index, candidate) in candidates.iter().enumerate() {
            let best = self.efforts[self.position(index, left, slack)];
            match self.take(index, candidate, left, slack) {
                Some((effort, rest)) if Some(effort) == best => {
                    taken.push(index);
                    (left, slack) = (left - 1, rest);
                }
                _ => slack = self.skip(index, candidate, left, slack).map_or(0, |(_, rest)| rest),
            }
        }
        taken
    }
}
