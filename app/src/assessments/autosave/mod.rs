//! Saving answers while somebody gives them.
//!
//! The island wakes around the form that the server drew and changes nothing about it: each field that changes is
//! kept on the device at once and sent a moment later, with the revision that the form carries. What cannot be sent
//! stays on the device and is tried again; what somebody else answered meanwhile is shown beside it. Without the
//! island, the form's own buttons do the same in one go.
//!
//! `desk` knows when to do what, `fields` reads and writes one question of the page, `wire` talks to the API,
//! `keep` holds what is not saved yet.

#![expect(missing_docs, reason = "the island macro writes a second struct and gives it no documentation")]

#[cfg(feature = "hydrate")]
mod desk;
#[cfg(feature = "hydrate")]
mod fields;
#[cfg(feature = "hydrate")]
mod keep;
#[cfg(feature = "hydrate")]
mod wire;

use leptos::prelude::*;

/// Autosave for the form of questions that it holds.
#[island]
pub fn Autosave(
    /// The assessment's id.
    assessment: String,
    /// The id of the one who answers.
    me: String,
    /// Names of people by their ids.
    people: Vec<(String, String)>,
    /// The form.
    children: Children,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    desk::open(assessment, me, people);
    #[cfg(not(feature = "hydrate"))]
    let _ = (assessment, me, people);
    children()
}
