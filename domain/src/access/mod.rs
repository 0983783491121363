//! Who may do what: access roles, permissions and the one matrix between them.
//!
//! Access roles say what a person may do *here*; job roles (who is accountable for what) are something else.
//! A role is held for the whole organisation or for one team. Machines hold no role: a token's [`Scope`]s are its
//! rights, and a personal token never has more than its owner.
//!
//! To add a permission: add a variant to [`Permission`], a row to [`matrix::MATRIX`] and, if machines may have it, a
//! line in [`Scope::permissions`]; then review the golden file of the matrix, because it is the contract.

mod held_back;
pub mod matrix;
mod principal;
mod scope;

pub use held_back::HeldBack;
pub use matrix::{Grant, MATRIX, Permission, Role};
pub use principal::{Principal, Reach, Rights, RoleHeld};
pub use scope::{FOR_PEOPLE, Scope};
