//! What a team does next, in which order, by whom, and what it will change.
//!
//! [`plan`] takes a snapshot and [`Wishes`] and makes a [`Roadmap`]: the criteria that are missing up to the target, in
//! an order that respects what has to come first and puts the most value for the least effort ahead, cut into phases by
//! what each job role can carry. The level after each phase is rescored, never guessed. All arithmetic is exact and
//! nothing depends on the order of the input: the same wishes give the same bytes.
//!
//! To explain more of a position, add a variant to [`Reason`] and its sentence; to let people wish for more, a field
//! to [`Wishes`].

mod candidates;
mod document;
mod explain;
pub mod formats;
mod item;
mod order;
mod organisation;
mod phases;
mod targets;
mod wishes;

use candidates::Choice;
use explain::Explain;
use targets::Targets;

use crate::assessments::{Asked, Snapshot, Standing};
use crate::questionnaires::Bank;

pub use document::{Item, Phase, Projected, ProjectedDimension, Reason, Roadmap, Start, Unreachable};
pub use item::{DueInThePast, ItemFacts, ItemStatus, MoveRefused, UnknownStatus, check_due};
pub use organisation::{OrganisationRoadmap, RoleEffort, SharedItem, Summary, organisation};
pub use wishes::{Calendar, DEFAULT_CAPACITY, DEFAULT_PHASE_WEEKS, MOST_PHASES, PlanError, Wishes};

/// Plans the way from the claimed answers of a snapshot to what is wished.
///
/// # Errors
/// Wishes that cannot be fulfilled or name what does not exist, and a snapshot that cannot be scored with this bank:
/// see [`PlanError`].
pub fn plan(bank: &Bank, snapshot: &Snapshot, wishes: &Wishes) -> Result<Roadmap, PlanError> {
    snapshot.check(bank)?;
    let items = Asked::all(bank, snapshot);
    wishes.check(bank, &items)?;
    let standing = Standing::of(bank, &items);
    let targets = Targets::of(&standing, wishes)?;
    let choice = Choice::of(&items, &standing, &targets, &wishes.switched_off);
    let start = explain::projected(&standing);
    let blockers = standing.blockers(&items, start.claimed + 1);
    let order = order::order(&choice.candidates, &blockers)?;
    let slots = phases::schedule(&choice.candidates, &order, wishes)?;
    let explain = Explain { bank, wishes, candidates: &choice.candidates, blockers: &blockers };
    let done = explain.items(&order, &slots, start.claimed)?;
    let (phases, end) = explain::phases(done, standing, wishes.calendar.as_ref())?;
    Ok(Roadmap {
        questionnaire: snapshot.questionnaire(bank),
        as_of: snapshot.as_of,
        target: targets.whole(),
        start: Start { claimed: start.claimed, dimensions: start.dimensions },
        phases,
        unreachable: choice.unreachable(&end, &targets),
    })
}
