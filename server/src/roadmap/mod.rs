//! Roadmaps: what a team does next, who does it, and how far it is.
//!
//! A plan is computed from the team's latest answers and its wishes whenever somebody looks, never stored; what is stored
//! are the wishes and the tracked items, joined to the plan by their question. [`service::TeamRoadmap`] is all of it at once.
//! To let people wish for more, add a field to the domain's `Wishes` and read it in [`wishes`].

pub mod api;
pub mod pages;
pub mod service;
pub mod store;
pub mod wishes;
