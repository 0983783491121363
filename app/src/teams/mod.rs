//! Pages of teams and their members.

mod form;
mod list;
mod page;
mod tabs;

pub use form::{TeamForm, TeamFormPage};
pub use list::{TeamLine, TeamsPage};
pub use page::{MemberForm, MemberLine, RoleHere, TeamData, TeamPage};
pub use tabs::{TeamNav, TeamPlace, TeamTabs};
