//! The few pictures that stand beside words, and the product's mark. Never alone: words carry the meaning.

use leptos::prelude::*;

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconKind {
    /// Done, allowed.
    Check,
    /// Wrong, refused.
    Cross,
    /// Attention.
    Warning,
    /// Worth knowing.
    Info,
    /// Nothing special.
    Dot,
    /// The menu of a narrow page.
    Menu,
    /// The signed-in person.
    Person,
    /// Opens downwards.
    Down,
    /// Leads on.
    Right,
    /// Leads back.
    Left,
    /// A file to fetch.
    Download,
    /// Evidence.
    Paperclip,
    /// Sealed in the ledger.
    Seal,
}

impl IconKind {
    /// Strokes on a grid of 16.
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M3 8.5l3.3 3.3L13 4.8",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Warning => "M8 2.2L14.6 13.6H1.4zM8 6.4v3.4M8 11.6v.2",
            Self::Info => "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.2v4M8 4.7v.2",
            Self::Dot => "M6.3 4h3.4L12 6.3v3.4L9.7 12H6.3L4 9.7V6.3z",
            Self::Menu => "M2 4.5h12M2 8h12M2 11.5h12",
            Self::Person => "M8 2a2.9 2.9 0 100 5.8A2.9 2.9 0 008 2zM2.6 14c.4-2.7 2.6-4 5.4-4s5 1.3 5.4 4",
            Self::Down => "M4 6.2L8 10l4-3.8",
            Self::Right => "M6 3.5L10.5 8 6 12.5",
            Self::Left => "M10 3.5L5.5 8l4.5 4.5",
            Self::Download => "M8 2v8M4.5 6.8L8 10.2l3.5-3.4M2.5 13.5h11",
            Self::Paperclip => {
                "M12.6 7.6l-5 5a3 3 0 01-4.3-4.3l5.4-5.4a2 2 0 012.9 2.9l-5.3 5.3a1 1 0 01-1.4-1.4l4.6-4.6"
            }
            Self::Seal => "M5 1.8h6l3.2 3.2v6L11 14.2H5L1.8 11V5zM5 8.3l2.1 2.1L11 6",
        }
    }
}

/// A small picture beside words, hidden from those who listen.
#[component]
pub fn Icon(
    /// Which picture.
    kind: IconKind,
) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=kind.path() />
        </svg>
    }
    .into_any()
}

/// The product's mark: an A struck into an eight-sided cartouche, as an assay office strikes fineness.
#[component]
pub fn Hallmark() -> AnyView {
    view! {
        <svg class="hallmark" viewBox="0 0 40 40" aria-hidden="true">
            <path class="hallmark-field" d="M12 2h16l10 10v16L28 38H12L2 28V12z" />
            <path class="hallmark-line" d="M13 5.2h14l7.8 7.8v14L27 34.8H13L5.2 27V13z" />
            <path class="hallmark-letter" d="M18.9 9.5h2.4l7.5 19.2h2v1.8h-8.2v-1.8h2.3l-1.7-4.7h-7.2l-1.7 4.7h2.4v1.8H9.4v-1.8h2zM19.6 13.6l-3 8.5h6z" />
        </svg>
    }
    .into_any()
}
