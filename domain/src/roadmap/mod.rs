//! What a team does next, in which order, by whom, and what it will change.
//!
//! [`plan`] takes a snapshot and [`Wishes`] and makes a [`Roadmap`]: the criteria that are missing up to the target, in
//! an order that respects what has to come first and puts the most value for the least effort ahead, cut into phases by
//! what each job role can carry. The level after each phase is rescored, never guessed. All arithmetic is exact and
//! nothing depends on the order of the input: the same wishes give the same bytes.
//!
//! To explain more of a position, add a variant to [`Reason`] and its sentence; to let people wish for more, a field
//! to [`Wishes`].

mod document;
mod item;
mod wishes;

pub use document::{Item, Phase, Projected, ProjectedDimension, Reason, Roadmap, Start, Unreachable};
pub use item::{DueInThePast, ItemFacts, ItemStatus, MoveRefused, UnknownStatus, check_due};
pub use wishes::{Calendar, DEFAULT_CAPACITY, PlanError, Wishes};
