//! Pages of roadmaps: a team's in four views, one item, all teams at once, and what waits on the first page.
//!
//! Everything is drawn from [`RoadmapView`], which the server gathers. Which view is shown, how the list is sorted and
//! what is tried out ("what if") stand in the address, so that each can be kept and sent. The [`board`] island only
//! fills and submits the forms that its cards have anyway.

pub mod board;
#[cfg(feature = "ssr")]
mod chart;
#[cfg(feature = "ssr")]
mod compare;
#[cfg(feature = "ssr")]
mod head;
#[cfg(feature = "ssr")]
mod item;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod organisation;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod phases;
#[cfg(feature = "ssr")]
mod timeline;
#[cfg(feature = "ssr")]
mod view;
#[cfg(feature = "ssr")]
mod what_if;

#[cfg(feature = "ssr")]
pub use self::{
    item::{CommentLine, EvidenceForm, EvidenceItem, ItemForm, ItemPage, ItemPageView},
    list::{ListFilter, Sort},
    organisation::{
        OrganisationPage, OrganisationView, RoleEffort, SharedItem, TeamPlan, TeamRoadmapLine, notes,
    },
    page::RoadmapPage,
    view::{Line, Rights, RoadmapView, Shown, Summary, Worked, role_title},
    what_if::{WhatIf, WishFields},
};
