//! The server: storage, ledger, use cases, HTTP and command line. One room per subject; see `ARCHITECTURE.md`.

pub mod access;
pub mod app;
pub mod approvals;
pub mod assessments;
pub mod assets;
pub mod audit;
pub mod ci_trust;
pub mod cli;
pub mod clock;
pub mod config;
pub mod datasets;
pub mod db;
pub mod delegations;
pub mod demo;
pub mod error;
pub mod findings;
pub mod gate;
pub mod gather;
pub mod home;
pub mod http;
pub mod ledger;
pub mod models;
pub mod organisation;
pub mod ownership;
pub mod policies;
pub mod proposals;
pub mod questionnaires;
pub mod reports;
pub mod roadmap;
pub mod teams;

/// The system's allocator takes a fifth of the time of a request, and keeps what many threads freed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use app::App;
pub use error::Error;
