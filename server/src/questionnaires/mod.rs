//! Questionnaires: the bank that ships with the program, and those that an organisation publishes.
//!
//! A published version never changes. The program publishes its own bank when it starts on a database that does not
//! have it yet; a changed text under the same version is refused, because answers refer to it.

pub mod api;
pub mod service;
pub mod store;
