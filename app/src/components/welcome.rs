//! The page of somebody who is not signed in yet.

use leptos::prelude::*;

use super::MaybeText;

/// Turned octagons, as engraved on certificates.
const TURNS: u16 = 12;

/// A form beside an engraved rosette: sign-in, first set-up, an invitation.
#[component]
pub fn Welcome(
    /// The heading, the only one of the first level.
    #[prop(into)]
    title: String,
    /// One sentence below it.
    #[prop(optional, into)]
    lede: MaybeText,
    /// The form.
    children: Children,
) -> AnyView {
    view! {
        <div class="welcome">
            <div class="welcome-form">
                <h1>{title}</h1>
                {lede.0.map(|lede| view! { <p class="lede">{lede}</p> })}
                {children()}
            </div>
            <Rosette />
        </div>
    }
    .into_any()
}

#[component]
fn Rosette() -> AnyView {
    let turned = |size: f64| {
        (0..TURNS)
            .map(|turn| {
                // A regular octagon repeats after an eighth of a turn.
                let angle = 45.0 * f64::from(turn) / f64::from(TURNS);
                view! { <path d="M-41.4-100h82.8L100-41.4v82.8L41.4 100h-82.8L-100 41.4v-82.8z" transform=format!("rotate({angle}) scale({size})") /> }
            })
            .collect_view()
    };
    view! {
        <svg class="rosette" viewBox="-112 -112 224 224" aria-hidden="true">
            <g>{[1.0, 0.86, 0.74].map(turned).collect_view()}</g>
            <path class="rosette-field" d="M-18.6-45h37.2L45-18.6v37.2L18.6 45h-37.2L-45 18.6v-37.2z" />
            <path class="rosette-letter" transform="translate(-54 -54) scale(2.7)" d="M18.9 9.5h2.4l7.5 19.2h2v1.8h-8.2v-1.8h2.3l-1.7-4.7h-7.2l-1.7 4.7h2.4v1.8H9.4v-1.8h2zM19.6 13.6l-3 8.5h6z" />
        </svg>
    }
    .into_any()
}
