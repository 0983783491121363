//! Where each dimension is to get.

use super::wishes::{PlanError, Wishes};
use crate::assessments::Standing;
use crate::questionnaires::LEVELS;

/// The targets of the dimensions that have questions in the profile, in the order of the bank.
pub(super) struct Targets<'a> {
    pub(super) dimensions: Vec<Target<'a>>,
}

/// The target of a dimension.
pub(super) struct Target<'a> {
    pub(super) dimension: &'a str,
    /// The level to reach. A dimension that is further already stays there.
    pub(super) level: u8,
    /// The highest cell that has to pass for it. A level counts only once something applies at or below it, so a
    /// dimension whose lowest levels are empty has to climb to its first question.
    pub(super) reach: u8,
}

impl<'a> Targets<'a> {
    /// What the wishes come to for a team that stands there.
    pub(super) fn of(standing: &Standing<'a>, wishes: &Wishes) -> Result<Self, PlanError> {
        let headline = standing.headline();
        let whole = wishes.target.unwrap_or_else(|| LEVELS[3].min(headline + 1));
        attainable(None, whole, headline)?;
        let mut dimensions = Vec::with_capacity(standing.dimensions().len());
        for dimension in standing.dimensions() {
            let own = wishes.dimension_targets.get(dimension.id).copied();
            if let Some(own) = own {
                attainable(Some(dimension.id), own, dimension.level())?;
            }
            let level = own.unwrap_or(whole).max(dimension.level());
            let first = dimension.first_applicable.filter(|_| level > 0).unwrap_or(0);
            dimensions.push(Target { dimension: dimension.id, level, reach: level.max(first) });
        }
        Ok(Self { dimensions })
    }

    /// The level of the whole that comes of it.
    pub(super) fn whole(&self) -> u8 {
        self.dimensions.iter().map(|target| target.level).min().unwrap_or(0)
    }

    pub(super) fn of_dimension(&self, id: &str) -> Option<&Target<'a>> {
        self.dimensions.iter().find(|target| target.dimension == id)
    }
}

fn attainable(dimension: Option<&str>, target: u8, present: u8) -> Result<(), PlanError> {
    if target > LEVELS[3] {
        return Err(PlanError::NoSuchLevel(target));
    }
    if target < present {
        return Err(PlanError::BelowPresent { dimension: dimension.map(str::to_owned), target, present });
    }
    Ok(())
}
