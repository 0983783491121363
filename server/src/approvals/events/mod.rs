//! Approval events: how they are stored, in bulk and as a list.
//!
//! Whatever arrives at the same time is stored together (`together.rs`). A list is taken apart (`api.rs`), each event is read,
//! checked and stored as if it had been posted alone (`bulk.rs`), and each has an answer of its own. What was reported can be listed (`list.rs`), and the first page shows the latest of it
//! (`pages.rs`).

pub mod api;
pub mod bulk;
pub mod list;
pub mod pages;
pub mod together;
