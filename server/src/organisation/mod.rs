//! All teams at a glance. It only looks.

pub mod pages;
mod store;
