//! Pages of ownership: the matrix, to look at and to fill, findings with their fixes, skills, tools.
//!
//! Every page is drawn from plain data that the server gathers. Filling the matrix is a form of text cells; the
//! [`grid`] island adds what a spreadsheet's hands expect: arrows, Enter, pasting a block, Ctrl+D.

#[cfg(feature = "ssr")]
mod edit;
#[cfg(feature = "ssr")]
mod findings;
pub mod grid;
#[cfg(feature = "ssr")]
mod head;
mod left_behind;
#[cfg(feature = "ssr")]
mod matrix;
#[cfg(feature = "ssr")]
mod skills;
#[cfg(feature = "ssr")]
mod tools;

pub use self::left_behind::{LeftBehind, WhatIsLeft};
#[cfg(feature = "ssr")]
pub use self::{
    edit::{CopyFrom, EditCell, EditGroup, EditPage, EditRow, EditView, Replacement, cell_id},
    findings::{FindingLine, FindingsPage, FindingsView, FixForm},
    head::{Glance, OwnershipGlance, OwnershipHead, OwnershipPlace},
    matrix::{CellPerson, MatrixGroup, MatrixPage, MatrixRole, MatrixRow, MatrixView},
    skills::{PersonGap, SkillArea, SkillCell, SkillRow, SkillsPage, SkillsView},
    tools::{ToolGroup, ToolRow, ToolsPage, ToolsView},
};
