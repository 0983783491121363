//! Approval requests: asked for, decided, and what becomes of them. A room within the room, with its own use cases, SQL,
//! API and pages; reports of pipelines stay outside and come in by [`service::by_report`].

pub mod api;
pub mod pages;
pub mod service;
pub mod store;
