//! The level, as an assay office would strike it: a numeral in an eight-sided cartouche over four pips.
//!
//! What a team claims is drawn in outline, as if pencilled; what evidence supports is struck solid. The same two
//! drawings mean the same two things in every chart.

use leptos::prelude::*;

/// The highest level.
const TOP: u8 = 4;

/// A regular octagon on a grid of 40. Told to be 80 long, each side is 10, so that dashes meet at the corners.
const OCTAGON: &str = "M12.34 1.5h15.32L38.5 12.34v15.32L27.66 38.5H12.34L1.5 27.66V12.34z";

/// What a level means, in the words of the model.
pub fn level_name(level: u8) -> &'static str {
    match level {
        0 => "No MLOps",
        1 => "DevOps but no MLOps",
        2 => "Automated training",
        3 => "Automated model deployment",
        _ => "Full MLOps automated operations",
    }
}

/// On what a level rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// On answers.
    #[default]
    Claimed,
    /// On answers with evidence.
    Supported,
}

impl Basis {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Claimed => "Claimed",
            Self::Supported => "Supported",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Supported => "supported",
        }
    }
}

/// How large a mark is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkSize {
    /// In a line of text or a table.
    Small,
    /// In a card.
    #[default]
    Medium,
    /// At the head of a result.
    Large,
}

impl MarkSize {
    fn class(self) -> &'static str {
        match self {
            Self::Small => "mark-small",
            Self::Medium => "mark-medium",
            Self::Large => "mark-large",
        }
    }
}

/// One level, struck or pencilled.
#[component]
pub fn LevelMark(
    /// 0 to 4.
    level: u8,
    /// Outline or solid.
    #[prop(optional)]
    basis: Basis,
    /// How large.
    #[prop(optional)]
    size: MarkSize,
    /// Leaves the mark to the eye only, where words beside it already say the level.
    #[prop(optional)]
    decorative: bool,
) -> AnyView {
    let label = (!decorative).then(|| format!("{} level {level}", basis.word()));
    let (role, hidden) = if decorative { (None, Some("true")) } else { (Some("img"), None) };
    // Level 0 is metal without a mark: there is nothing to strike.
    let class = format!(
        "mark {} {} {}",
        basis.class(),
        size.class(),
        if level == 0 { "mark-blank" } else { "mark-made" }
    );
    let pips = (1..=TOP)
        .map(|pip| {
            let class = if pip <= level { "mark-pip mark-pip-struck" } else { "mark-pip" };
            view! { <rect class=class x=(9 + 6 * u16::from(pip - 1)).to_string() y="30.4" width="4" height="2.4" /> }
        })
        .collect_view();
    view! {
        <svg class=class viewBox="0 0 40 40" role=role aria-label=label aria-hidden=hidden>
            <path class="mark-field" d=OCTAGON pathLength="80" />
            <text class="mark-numeral" x="20" y="26" text-anchor="middle">{level.to_string()}</text>
            {pips}
        </svg>
    }
    .into_any()
}

/// Claimed beside supported, with words: the headline of a result.
#[component]
pub fn LevelPair(
    /// The level that the answers say.
    claimed: u8,
    /// The level that the evidence supports.
    supported: u8,
    /// Whether answers are missing that could change it.
    #[prop(optional)]
    provisional: bool,
    /// How large.
    #[prop(optional)]
    size: MarkSize,
) -> AnyView {
    view! {
        <dl class=format!("level-pair {}", size.class())>
            <Half basis=Basis::Supported level=supported size />
            <Half basis=Basis::Claimed level=claimed size />
            {provisional.then(|| view! {
                <div class="level-provisional"><dt>"Provisional"</dt><dd>"answers are missing that could change the level"</dd></div>
            })}
        </dl>
    }
    .into_any()
}

#[component]
fn Half(basis: Basis, level: u8, size: MarkSize) -> AnyView {
    view! {
        <div class="level-half">
            <dt>{basis.word()}</dt>
            <dd>
                <LevelMark level basis size decorative=true />
                <span class="level-words">
                    <strong>{format!("Level {level}")}</strong>
                    <span>{level_name(level)}</span>
                </span>
            </dd>
        </div>
    }
    .into_any()
}
