//! What people see.
//!
//! A page is a Leptos component that takes plain data and returns markup; the server loads the data and calls
//! [`render::document`]. What a page is made of stands in [`components`] (controls and texts) and [`charts`]; the frame
//! around it in [`shell`]. A new component gets a file of its own there, a section in [`gallery`], and its look in
//! `style/components.css`; what only one room's pages need is in `style/` under the room's name.
//!
//! Compiled twice: with `ssr` to HTML on the server, with `hydrate` to WASM that wakes the islands.

// What a page is made of is one nested type until a component erases it.
#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the component macro makes what it writes public, whatever the component is"
)]

pub mod access;
#[cfg(feature = "ssr")]
pub mod approvals;
pub mod assessments;
pub mod audit;
pub mod charts;
#[cfg(feature = "ssr")]
pub mod ci_trust;
pub mod components;
#[cfg(feature = "ssr")]
pub mod datasets;
#[cfg(feature = "ssr")]
pub mod findings;
#[cfg(feature = "ssr")]
pub mod gallery;
#[cfg(feature = "ssr")]
pub mod gate;
#[cfg(feature = "ssr")]
pub mod home;
pub mod models;
pub mod organisation;
pub mod ownership;
#[cfg(feature = "ssr")]
pub mod policies;
#[cfg(feature = "ssr")]
pub mod proposals;
#[cfg(feature = "ssr")]
pub mod reference;
#[cfg(feature = "ssr")]
pub mod render;
pub mod roadmap;
pub mod shell;
pub mod teams;

/// Prepares the browser for islands; the script in the page's head calls it, then wakes each island.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
