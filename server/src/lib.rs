//! server

pub mod assets;
