//! The first page: what waits for somebody across all rooms. It only looks.

pub mod pages;
mod store;
