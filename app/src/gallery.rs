//! Every component with believable content, for the people who build pages: `/developers/components`.
//!
//! A new component gets a [`Specimen`] here; looking at this page in both schemes, wide and narrow, is how a change of
//! the style sheets is judged.

mod controls;
mod pictures;
mod words;

use leptos::prelude::*;

use crate::components::PageTitle;

/// The whole page.
#[component]
pub fn Gallery() -> AnyView {
    view! {
        <PageTitle
            title="Components"
            over="For developers"
            lede="What pages are made of. Outline is what a team claims, solid is what evidence supports; gold is fineness, red is error."
        />
        <words::Words />
        <pictures::Pictures />
        <controls::Controls />
    }
    .into_any()
}

/// One component, by its name in the code.
#[component]
fn Specimen(
    /// The component's name.
    name: &'static str,
    children: Children,
) -> AnyView {
    view! {
        <section class="section">
            <h2>{name}</h2>
            {children()}
        </section>
    }
    .into_any()
}
