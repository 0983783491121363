//! Claimed levels alone, kept up to date while answers are raised: what a roadmap projects.
//!
//! A [`super::Scorecard`] says why; a roadmap asks hundreds of times how far. So this keeps the sums of each cell, and
//! raising an answer changes one of them. Sums and rules are those of the scorecard.

use std::collections::BTreeSet;

use super::Basis;
use super::blockers::blocker;
use super::tally::{Climb, Item, Tally, level_of};
use crate::questionnaires::{Bank, LEVELS};

/// Where the dimensions that have questions in the profile stand, in the order of the bank.
pub(crate) struct Standing<'a> {
    dimensions: Vec<Dimension<'a>>,
}

/// One dimension.
pub(crate) struct Dimension<'a> {
    pub(crate) id: &'a str,
    /// The lowest level at which anything applies; nothing where nothing applies.
    pub(crate) first_applicable: Option<u8>,
    cells: [Tally; 4],
}

impl Dimension<'_> {
    /// 0 to 4.
    pub(crate) fn level(&self) -> u8 {
        level_of(self.cells.each_ref()).0
    }

    /// False where too much does not apply; the level is then 0, whatever is raised.
    pub(crate) fn is_rated(&self) -> bool {
        level_of(self.cells.each_ref()).1
    }
}

impl<'a> Standing<'a> {
    /// Where the items of a snapshot stand.
    pub(crate) fn of(bank: &'a Bank, items: &[Item<'_>]) -> Self {
        let dimension = |id: &'a str| {
            let own = || items.iter().filter(|item| item.question.dimension == id);
            own().next()?;
            let applicable = own().filter(|item| item.is_applicable());
            let mut cells = [(); 4].map(|()| Tally::default());
            for item in own() {
                if let Some(cell) = cell_of(&mut cells, item.question.level) {
                    cell.add(item, Basis::Claimed);
                }
            }
            let first_applicable = applicable.map(|item| item.question.level).min();
            Some(Dimension { id, first_applicable, cells })
        };
        Self { dimensions: bank.dimensions.iter().filter_map(|it| dimension(&it.id)).collect() }
    }

    pub(crate) fn dimensions(&self) -> &[Dimension<'a>] {
        &self.dimensions
    }

    pub(crate) fn dimension(&self, id: &str) -> Option<&Dimension<'a>> {
        self.dimensions.iter().find(|dimension| dimension.id == id)
    }

    /// The lowest level of the dimensions; 0 where there are none.
    pub(crate) fn headline(&self) -> u8 {
        self.dimensions.iter().map(Dimension::level).min().unwrap_or(0)
    }

    /// The codes of the claimed blocker sets whose level is this one.
    pub(crate) fn blockers(&self, items: &[Item<'_>], level: u8) -> BTreeSet<String> {
        let below = self.dimensions.iter().filter(|dimension| dimension.level() < level);
        let sets = below.filter_map(|dimension| {
            let own: Vec<&Item<'_>> =
                items.iter().filter(|item| item.question.dimension == dimension.id).collect();
            blocker(dimension.id, &own, &Climb::of(&own, Basis::Claimed), Basis::Claimed)
        });
        let questions = sets.filter(|set| set.level == level).flat_map(|set| set.questions);
        questions.map(|question| question.code).collect()
    }

    /// Whether the cell of this item passes.
    pub(crate) fn passes(&self, item: &Item<'_>) -> bool {
        let cells = self.dimension(&item.question.dimension).map(|dimension| &dimension.cells);
        let mut levels = LEVELS.into_iter().zip(cells.into_iter().flatten());
        levels.any(|(level, cell)| level == item.question.level && cell.passes())
    }

    /// Counts an item as answered in full. Each may be raised once.
    pub(crate) fn raise(&mut self, item: &Item<'_>) {
        let own = self.dimensions.iter_mut().find(|dimension| dimension.id == item.question.dimension);
        if let Some(cell) = own.and_then(|dimension| cell_of(&mut dimension.cells, item.question.level)) {
            cell.raise(item);
        }
    }
}

fn cell_of(cells: &mut [Tally; 4], level: u8) -> Option<&mut Tally> {
    LEVELS.into_iter().zip(cells).find_map(|(its, cell)| (its == level).then_some(cell))
}
