//! Where a request stands, in a word.

use leptos::prelude::*;

use crate::components::{Badge, Tone};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovalState {
    /// The name in the address and the API.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// How it is meant.
    pub tone: Tone,
}

impl ApprovalState {
    /// Every state, in the order in which people look for them.
    pub const ALL: [Self; 9] = [
        Self { name: "open", label: "Open", tone: Tone::Info },
        Self { name: "approved", label: "Approved", tone: Tone::Good },
        Self { name: "suspended", label: "Suspended", tone: Tone::Warn },
        Self { name: "rejected", label: "Rejected", tone: Tone::Bad },
        Self { name: "withdrawn", label: "Withdrawn", tone: Tone::Neutral },
        Self { name: "expired", label: "Expired", tone: Tone::Warn },
        Self { name: "revoked", label: "Revoked", tone: Tone::Bad },
        Self { name: "superseded", label: "Superseded", tone: Tone::Neutral },
        Self { name: "stale", label: "Stale", tone: Tone::Warn },
    ];

    /// The state with this name; one that nobody knows is shown as it is not.
    pub fn of(name: &str) -> Self {
        let unknown = Self { name: "unknown", label: "Unknown", tone: Tone::Neutral };
        Self::ALL.into_iter().find(|state| state.name == name).unwrap_or(unknown)
    }
}

/// The word, with its colour.
#[component]
pub fn ApprovalBadge(
    /// Where it stands.
    state: ApprovalState,
) -> AnyView {
    view! { <Badge tone=state.tone text=state.label /> }.into_any()
}
