//! Assessments: a team answers a questionnaire, others review the evidence, the result is locked.
//!
//! `service` is split by what people do: start and look (`mod`), answer (`answers`), hand in, review and lock
//! (`lifecycle`), and read the result (`results`).

pub mod api;
pub mod pages;
pub mod service;
pub mod store;
