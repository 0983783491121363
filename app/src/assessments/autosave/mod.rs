//! Saving answers while somebody gives them.
//!
//! The island wakes around the form that the server drew and changes nothing about it: each field that changes is
//! kept on the device at once and sent a moment later, with the revision that the form carries. What cannot be sent
//! stays on the device and is tried again; what somebody else answered meanwhile is shown beside it. Without the
//! island, the form's own buttons do the same in one go.
//!
//! `desk` knows when to do what, `fields` reads and writes one question of the page, `wire` talks to the API,
//! `keep` holds what is not saved yet.

#[cfg(feature = "hydrate")]
mod desk;
#[cfg(feature = "hydrate")]
mod fields;
#[cfg(feature = "hydrate")]
mod keep;
#[cfg(feature = "hydrate")]
mod wire;

use leptos::prelude::*;

/// Autosave for the form of questions that it holds; what it has to know stands in the form's `data-` attributes.
#[island]
pub fn Autosave(
    /// The form.
    children: Children,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    desk::open();
    children()
}
