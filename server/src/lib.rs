//! The server: storage, ledger, use cases, HTTP and command line. One room per subject; see `ARCHITECTURE.md`.

pub mod app;
pub mod assets;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod ledger;

pub use app::App;
pub use error::Error;
