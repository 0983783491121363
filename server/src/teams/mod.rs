//! Teams and their members. Being a member is holding a role in the team; who may give which role is decided in
//! [`crate::access::service::roles`].

pub mod api;
pub mod pages;
pub mod service;
pub mod store;
