//! The frame around every page: head, masthead, navigation, flash message, footer.
//!
//! [`PageHead`] says everything about a request that the frame shows. A new entry of the navigation is a new
//! [`Section`]; who sees it is decided by the server, which passes the sections that the person may open.

mod frame;
mod masthead;
mod section;

pub use frame::Frame;
pub use section::Section;

use crate::components::Tone;

/// The style sheets in the order in which they must be linked or joined: what everything stands on, the components, the
/// rooms, paper. A room's own look gets a file of the room's name.
pub const STYLES: &[&str] = &[
    "tokens.css",
    "base.css",
    "shell.css",
    "components.css",
    "fields.css",
    "lists.css",
    "levels.css",
    "charts.css",
    "access.css",
    "ci-trust.css",
    "policies.css",
    "assessments.css",
    "questions.css",
    "audit.css",
    "ownership.css",
    "roadmap.css",
    "approvals.css",
    "gate.css",
    "models.css",
    "datasets.css",
    "reference.css",
    "print.css",
];

/// The fonts worth fetching before the style sheets ask for them: what every page shows at once.
pub const PRELOADED_FONTS: [&str; 3] =
    ["fonts/assay-sans-regular.woff2", "fonts/assay-sans-semibold.woff2", "fonts/assay-serif-semibold.woff2"];

/// What the frame needs to know about one request.
#[derive(Clone, Debug, Default)]
pub struct PageHead {
    /// The page's own name, without the product's: "Check answers".
    pub title: String,
    /// The nonce of this response's content security policy.
    pub nonce: String,
    /// Where the browser finds styles, fonts and scripts.
    pub assets: Assets,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// The name of the organisation, shown beside the product's.
    pub organisation: Option<String>,
    /// The sections that the visitor may open, in the order of [`Section::ALL`].
    pub sections: Vec<Section>,
    /// The section that this page belongs to.
    pub section: Option<Section>,
    /// What the previous request wants to say, once.
    pub flash: Option<Flash>,
    /// The colour scheme that the visitor chose.
    pub theme: Theme,
    /// Whether the page holds islands, so that the browser bundle is loaded.
    pub has_islands: bool,
}

impl PageHead {
    /// A head with a title and nothing else.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}

/// Addresses of static files. They carry a digest of the content, so that browsers may keep them for ever.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Style sheets, in order.
    pub styles: Vec<String>,
    /// Fonts to fetch early.
    pub fonts: Vec<String>,
    /// The mark for the browser's tab.
    pub icon: String,
    /// The JavaScript half of the browser bundle.
    pub script: String,
    /// The WASM half of the browser bundle.
    pub wasm: String,
}

impl Default for Assets {
    fn default() -> Self {
        let address = |name: &str| format!("/style/{name}");
        Self {
            styles: STYLES.iter().copied().map(address).collect(),
            fonts: PRELOADED_FONTS.map(address).into(),
            icon: address("mark.svg"),
            script: "/pkg/assay.js".into(),
            wasm: "/pkg/assay_bg.wasm".into(),
        }
    }
}

/// The signed-in person as the masthead shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Full name.
    pub name: String,
    /// What they are here, in words: "Team lead, Fraud".
    pub role: String,
}

/// A message that is shown once, on the page after the one that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// One sentence.
    pub text: String,
}

/// The colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the operating system says.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Gold on touchstone.
    Dark,
}

impl Theme {
    /// The value of `data-theme`; nothing where the system decides.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}
