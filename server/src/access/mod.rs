//! People, sessions, links, tokens, roles.
//!
//! Everybody comes in by one of three secrets, all random, all stored only as a SHA-256: a one-time link, a session
//! cookie, an API token. Passwords are argon2id. The use cases stand in [`service`], one file per kind of thing; each
//! change records its event in the same write.

pub mod api;
pub mod pages;
pub mod password;
pub mod secret;
pub mod service;
pub mod store;
pub mod token;
