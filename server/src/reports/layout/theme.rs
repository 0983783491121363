//! Paper, sizes, spacing and colours: everything about looks that is not the shape of a block.
//!
//! Lengths are in points. Colours follow `style/`; on paper only its light scheme exists.

/// The sheet a document is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 x 297 mm.
    #[default]
    A4,
    /// 8.5 x 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in points.
    #[must_use]
    pub const fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// Left and right margin.
pub(crate) const MARGIN_X: f32 = 62.0;
/// From the top edge to the first line of the body.
pub(crate) const MARGIN_TOP: f32 = 84.0;
/// From the last line of the body to the bottom edge.
pub(crate) const MARGIN_BOTTOM: f32 = 76.0;
/// From the top edge to the baseline of the running head.
pub(crate) const HEAD_BASELINE: f32 = 46.0;
/// From the bottom edge to the baseline of the running foot.
pub(crate) const FOOT_BASELINE: f32 = 40.0;

/// A size of type and the distance between its lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Type {
    pub(crate) size: f32,
    pub(crate) leading: f32,
}

pub(crate) const TITLE: Type = Type { size: 30.0, leading: 36.0 };
pub(crate) const LEAD: Type = Type { size: 13.0, leading: 19.0 };
pub(crate) const BODY: Type = Type { size: 9.5, leading: 14.0 };
pub(crate) const SMALL: Type = Type { size: 8.0, leading: 11.5 };
pub(crate) const TABLE: Type = Type { size: 8.25, leading: 11.5 };
pub(crate) const LABEL: Type = Type { size: 7.25, leading: 10.0 };
pub(crate) const HEADINGS: [Type; 3] = [
    Type { size: 20.0, leading: 25.0 },
    Type { size: 12.5, leading: 17.0 },
    Type { size: 10.0, leading: 14.0 },
];

/// An opaque colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const TEXT: Ink = Ink(0x16, 0x20, 0x2b);
pub(crate) const MUTED: Ink = Ink(0x5b, 0x66, 0x70);
pub(crate) const HAIRLINE: Ink = Ink(0xd2, 0xd6, 0xcf);
pub(crate) const WASH: Ink = Ink(0xf4, 0xf5, 0xf1);
pub(crate) const WHITE: Ink = Ink(0xff, 0xff, 0xff);
pub(crate) const LINK: Ink = Ink(0x1c, 0x4c, 0x78);
/// Gold means fineness, what evidence supports, and nothing else.
pub(crate) const STRUCK: Ink = Ink(0xc3, 0x9a, 0x3c);
pub(crate) const GOLD: Ink = Ink(0x7d, 0x5a, 0x10);
/// Pencil means a mere claim.
pub(crate) const PENCIL: Ink = Ink(0x45, 0x51, 0x5c);
pub(crate) const PENCIL_LIGHT: Ink = Ink(0xc5, 0xcb, 0xce);
pub(crate) const WARN: Ink = Ink(0x7f, 0x4b, 0x00);
pub(crate) const WARN_WASH: Ink = Ink(0xfa, 0xee, 0xd7);

/// Scores from low to high, each with the ink that is legible on it.
const HEAT: [(Ink, Ink); 5] = [
    (Ink(0xe9, 0xeb, 0xe5), TEXT),
    (Ink(0xf0, 0xe3, 0xba), TEXT),
    (Ink(0xdf, 0xc2, 0x72), TEXT),
    (Ink(0xbd, 0x92, 0x33), TEXT),
    (Ink(0x69, 0x49, 0x08), WHITE),
];

/// The colour of a score between 0 and 1, and the ink for text on it: one step for each quarter, the
/// last for all of it.
pub(crate) fn score_ink(score: f32) -> (Ink, Ink) {
    let step = (score.clamp(0.0, 1.0) * 4.0).floor() as usize;
    HEAT[step.min(HEAT.len() - 1)]
}
