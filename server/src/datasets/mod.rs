//! Datasets, what they are used for, and what is wrong with a use.
//!
//! A dataset is registered with the terms on which it may be used. Uses are recorded by people and pipelines, also of
//! datasets that nobody registered; what breaks the terms opens a finding in the same write (room `findings`), which the
//! gate can refuse on. What other rooms ask for stands in [`bound`].

pub mod api;
pub mod bound;
pub mod pages;
pub mod service;
pub mod store;
