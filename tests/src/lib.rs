//! What the tests of the whole product share: a real server process, a real browser, a database on either engine; and what
//! its benchmarks share.

pub mod approved;
pub mod browser;
pub mod issuer;
pub mod postgres;
pub mod raw;
mod requests;
pub mod served;
pub mod server_process;
pub mod storage;
pub mod world;
