//! The one test binary: everything that needs the whole product. A new file needs a line here.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot be set up has failed its test"
)]

mod access_pages;
mod accounts;
mod approvals;
mod assessments;
mod audit;
mod authorization;
mod ci_identity;
mod data_usage;
mod datasets;
mod datasets_pages;
mod doors;
mod events;
mod findings;
mod fuzz;
mod gate;
mod harness;
mod journeys;
mod kill;
mod limits;
mod models;
mod models_moving;
mod models_pages;
mod own_work;
mod ownership;
mod ownership_pages;
mod policies;
mod program;
mod recipes;
mod reports;
mod roadmap;
mod roadmap_pages;
mod storage;
mod tiers;
