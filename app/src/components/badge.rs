//! A word about a state. Colour repeats what word and shape already say.

use leptos::prelude::*;

use super::{Icon, IconKind};

/// How a state or a message is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Merely so.
    #[default]
    Neutral,
    /// Worth knowing; waiting.
    Info,
    /// Done, allowed, verified.
    Good,
    /// Needs attention soon.
    Warn,
    /// Refused, failed, wrong.
    Bad,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }

    pub(super) fn icon(self) -> IconKind {
        match self {
            Self::Neutral => IconKind::Dot,
            Self::Info => IconKind::Info,
            Self::Good => IconKind::Check,
            Self::Warn => IconKind::Warning,
            Self::Bad => IconKind::Cross,
        }
    }
}

/// A state in a word or two: "Approved", "Draft".
#[component]
pub fn Badge(
    /// How it is meant.
    #[prop(optional)]
    tone: Tone,
    /// The words.
    #[prop(into)]
    text: String,
) -> AnyView {
    view! {
        <span class=format!("badge {}", tone.class())>
            <Icon kind=tone.icon() />
            {text}
        </span>
    }
    .into_any()
}
