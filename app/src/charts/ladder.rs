//! The five levels as a ladder: struck up to what evidence supports, pencilled up to what is claimed.

use leptos::prelude::*;

use crate::components::{Basis, LevelMark, level_name};

/// The rungs from 4 down to 0. It is a list of words, so it needs no table beside it.
#[component]
pub fn LevelLadder(
    /// The level that the answers say, 0 to 4.
    claimed: u8,
    /// The level that the evidence supports, 0 to 4.
    supported: u8,
    /// Whether answers are missing that could change the claimed level.
    #[prop(optional)]
    provisional: bool,
) -> AnyView {
    let rungs = (0..=4u8).rev().map(|level| rung(level, claimed, supported, provisional)).collect_view();
    view! { <ol class="ladder" reversed>{rungs}</ol> }.into_any()
}

fn rung(level: u8, claimed: u8, supported: u8, provisional: bool) -> AnyView {
    let (class, basis) = if level <= supported {
        ("rung rung-supported", Basis::Supported)
    } else if level <= claimed {
        ("rung rung-claimed", Basis::Claimed)
    } else {
        ("rung", Basis::Claimed)
    };
    let tag = |basis: Basis| view! { <span class=format!("rung-tag rung-tag-{}", basis.word().to_lowercase())>{basis.word()}</span> };
    view! {
        <li class=class>
            <LevelMark level basis decorative=true />
            <span class="rung-name"><span class="rung-number">{format!("Level {level}")}</span>{level_name(level)}</span>
            <span class="rung-tags">
                {(level == supported).then(|| tag(Basis::Supported))}
                {(level == claimed).then(|| tag(Basis::Claimed))}
                {(level == claimed && provisional).then(|| view! { <span class="rung-tag">"Provisional"</span> })}
            </span>
        </li>
    }
    .into_any()
}
