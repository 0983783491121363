//! Which questions a roadmap is made of, which it has to do without, and what that costs.
//!
//! A *gap* is a question that applies, is not answered in full, and whose cell does not pass. Gaps up to the target of
//! their dimension are what a roadmap closes. It also closes gaps above a target that one of these depends on. What is
//! in a cell that passes counts as done, and so does what the profile does not ask.

use std::collections::{BTreeSet, HashMap};

use super::document::Unreachable;
use super::targets::Targets;
use crate::assessments::{Asked, Basis, NOT_RATED, Standing};

/// One question to bring to the top of its ladder.
pub(super) struct Candidate<'a> {
    pub(super) asked: &'a Asked<'a>,
    /// Whether it lies above the target of its dimension, and is here because others depend on it.
    pub(super) is_needed: bool,
    /// The candidates that it depends on, by code.
    pub(super) depends_on: Vec<usize>,
    /// The candidates of the next lower level of its dimension that has any, by code. They come first as well.
    pub(super) below: Vec<usize>,
}

impl<'a> Candidate<'a> {
    pub(super) fn code(&self) -> &'a str {
        &self.asked.question.code
    }

    /// All that comes first: what it depends on, then what is below.
    pub(super) fn predecessors(&self) -> impl Iterator<Item = usize> {
        self.depends_on.iter().chain(&self.below).copied()
    }
}

/// What a roadmap is made of.
pub(super) struct Choice<'a> {
    /// By code.
    pub(super) candidates: Vec<Candidate<'a>>,
    /// What depends on something that is switched off.
    waiting: Vec<Unreachable>,
    /// What is switched off and would be a candidate without that.
    switched_off: Vec<&'a Asked<'a>>,
}

impl<'a> Choice<'a> {
    pub(super) fn of(
        items: &'a [Asked<'a>],
        standing: &Standing<'_>,
        targets: &Targets<'_>,
        switched_off: &BTreeSet<String>,
    ) -> Self {
        let gaps = Gaps::of(items, standing);
        let is_off: Vec<bool> =
            gaps.items.iter().map(|gap| switched_off.contains(&gap.question.code)).collect();
        let is_wanted = |gap: &Asked<'_>| {
            let target = targets.of_dimension(&gap.question.dimension);
            target.is_some_and(|target| gap.question.level <= target.reach)
        };
        let wanted: Vec<usize> =
            (0..gaps.items.len()).filter(|index| is_wanted(gaps.items[*index])).collect();
        let (off, on): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|index| is_off[**index]);
        // What is only needed by something switched off is not needed.
        let considered = gaps.with_prerequisites(&on, &is_off);
        let mut waiting = Vec::new();
        let mut is_out = is_off.clone();
        for index in considered.into_iter().filter(|index| !is_off[*index]) {
            let all = gaps.with_prerequisites(&[index], &is_off);
            let causes: Vec<&str> =
                all.into_iter().filter(|first| is_off[*first]).map(|first| gaps.code(first)).collect();
            if !causes.is_empty() {
                is_out[index] = true;
                waiting.push(Unreachable { code: gaps.code(index).to_owned(), reason: depends_on(&causes) });
            }
        }
        let kept: Vec<usize> = on.into_iter().filter(|index| !is_out[*index]).collect();
        let kept = gaps.with_prerequisites(&kept, &is_out);
        Self {
            candidates: gaps.candidates(&kept, |gap| !is_wanted(gap)),
            waiting,
            switched_off: off.into_iter().map(|index| gaps.items[index]).collect(),
        }
    }

    /// What stops the target, given where the team stands when everything is done; by code.
    pub(super) fn unreachable(self, end: &Standing<'_>, targets: &Targets<'_>) -> Vec<Unreachable> {
        let missed = |id: &str| {
            let target = targets.of_dimension(id).map_or(0, |target| target.level);
            end.dimension(id).is_some_and(|dimension| dimension.level() < target)
        };
        let mut unreachable = self.waiting;
        for asked in self.switched_off {
            if missed(&asked.question.dimension) && !end.passes(asked) {
                let (code, reason) = (asked.question.code.clone(), "is switched off".to_owned());
                unreachable.push(Unreachable { code, reason });
            }
        }
        // This is also what a dimension is in which nothing applies.
        let unrated = end.dimensions().iter().filter(|dimension| !dimension.is_rated());
        for dimension in unrated.filter(|dimension| missed(dimension.id)) {
            unreachable.push(Unreachable { code: dimension.id.to_owned(), reason: NOT_RATED.to_owned() });
        }
        unreachable.sort_by(|a, b| a.code.cmp(&b.code));
        unreachable
    }
}

fn depends_on(causes: &[&str]) -> String {
    let verb = if causes.len() == 1 { "is" } else { "are" };
    format!("depends on {}, which {verb} switched off", causes.join(", "))
}

/// All gaps, by code, and which others each depends on.
struct Gaps<'a> {
    items: Vec<&'a Asked<'a>>,
    first: Vec<Vec<usize>>,
}

impl<'a> Gaps<'a> {
    fn of(items: &'a [Asked<'a>], standing: &Standing<'_>) -> Self {
        let is_gap = |item: &Asked<'_>| {
            item.is_applicable() && item.quarters(Basis::Claimed) < 4 && !standing.passes(item)
        };
        let mut items: Vec<&Asked<'_>> = items.iter().filter(|item| is_gap(item)).collect();
        items.sort_unstable_by_key(|item| item.question.code.as_str());
        let index: HashMap<&str, usize> =
            items.iter().enumerate().map(|(index, item)| (item.question.code.as_str(), index)).collect();
        let first = items.iter().map(|item| {
            let codes = item.question.depends_on.iter();
            let first: BTreeSet<usize> = codes.filter_map(|code| index.get(code.as_str()).copied()).collect();
            first.into_iter().collect()
        });
        Self { first: first.collect(), items }
    }

    fn code(&self, index: usize) -> &'a str {
        &self.items[index].question.code
    }

    /// These and all that they depend on, directly or not, by code. What comes before a gap in `end` is left out.
    fn with_prerequisites(&self, these: &[usize], end: &[bool]) -> Vec<usize> {
        let mut found = vec![false; self.items.len()];
        let mut open = these.to_vec();
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut found[index], true) && !end[index] {
                open.extend(&self.first[index]);
            }
        }
        (0..found.len()).filter(|index| found[*index]).collect()
    }

    /// The gaps that are kept, with their edges among themselves.
    fn candidates(&self, kept: &[usize], is_needed: impl Fn(&Asked<'_>) -> bool) -> Vec<Candidate<'a>> {
        let place: HashMap<usize, usize> =
            kept.iter().enumerate().map(|(place, index)| (*index, place)).collect();
        let cell = |index: usize| {
            let question = self.items[index].question;
            (question.dimension.as_str(), question.level)
        };
        let mut cells: HashMap<(&str, u8), Vec<usize>> = HashMap::new();
        for (place, index) in kept.iter().enumerate() {
            cells.entry(cell(*index)).or_default().push(place);
        }
        let below = |index: usize| {
            let (dimension, level) = cell(index);
            (0..level).rev().find_map(|level| cells.get(&(dimension, level))).cloned().unwrap_or_default()
        };
        let candidate = |index: &usize| Candidate {
            asked: self.items[*index],
            is_needed: is_needed(self.items[*index]),
            depends_on: self.first[*index].iter().filter_map(|first| place.get(first).copied()).collect(),
            below: below(*index),
        };
        kept.iter().map(candidate).collect()
    }
}
