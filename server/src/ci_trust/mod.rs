//! CI identity: jobs come in with the token that their CI signed for them, and leave no secret lying about.
//!
//! [`service::rules`] keeps the trust rules, [`service::exchange`] takes a job's token and gives one of ours for ten
//! minutes, [`service::bearer`] lets in who holds such a one, [`service::trial`] says about any token what would become of
//! it. What they build on: [`verify`] (signature, times, audience, claims), [`keys`] (the issuers' keys, fetched rarely and
//! kept for a while), [`fetch`] (the only place that calls out), [`signing`] (our own key).

pub mod address;
pub mod api;
pub mod fetch;
pub mod keys;
pub mod pages;
pub mod service;
pub mod signing;
pub mod store;
pub mod verify;
