//! Who holds which job role for what, since when and until when, and what is missing.
//!
//! A [`Holding`] says that a person is responsible, accountable, consulted or informed, as one of the job roles, for a
//! capability, model, dataset or control of a team. What was is never rewritten: [`plan()`] turns the state that somebody
//! wants from a day on into the [`Change`]s that bring it about, so that every past day can still be answered.
//! [`findings()`] reads a day's state against the [`Catalogue`] of roles, skills and duties and says what is missing;
//! [`Controlled`] says what of it the policies in force rest on, and [`Confirmation`] whether that counts yet.
//! [`mend()`] is what each finding's fix does. [`cell`] is the language in which people write a cell of the matrix.
//!
//! To add a finding: a variant of [`FindingKind`] with its severity, when it holds and its words in `findings.rs`,
//! its fix in `mend.rs`.
//! To add a kind of thing: a variant of [`ThingKind`], and in [`Ground::knows`] what counts as known.

mod catalogue;
pub mod cell;
mod confirmation;
mod finding;
mod findings;
mod ground;
mod holding;
mod mend;
mod plan;
mod skills;
pub mod tools;

pub use catalogue::{Catalogue, Duty, JobRole, Limits, Responsibility, Skill};
pub use confirmation::{BEFORE_AN_EMERGENCY, Confirmation, Controlled};
pub use finding::{Finding, FindingKind, Fix, FixAction, Severity};
pub use findings::findings;
pub use ground::{Ground, Holder, KnownThing, Refusal, RoleTitle};
pub use holding::{Held, Holding, Part, Recorded, Thing, ThingKind, held_on};
pub use mend::{Choice, hand_over, mend};
pub use plan::{Change, Mistake, Wish, cut, plan};
pub use skills::{SkillGaps, skill_gaps};
