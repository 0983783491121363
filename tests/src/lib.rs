//! What the tests of the whole product share: a real server process and a real browser.

pub mod browser;
pub mod server_process;
