//! Typefaces: what they are and how wide their letters are.
//!
//! Fonts are embedded whole: the files are already cut to the scripts the product supports, so subsetting them
//! again would cost more code than it saves bytes. A character that a face lacks is never dropped and never drawn
//! as an empty box: it becomes the replacement character, both when measuring and when painting.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use printpdf::{FontId, ParsedFont};

use super::super::Error;

/// The faces a document is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    /// Running text.
    Regular,
    /// Emphasis and small headings.
    Bold,
    /// Titles and large headings.
    Serif,
    /// Codes, digests and signed notes.
    Mono,
}

impl Face {
    /// Every face, in the order in which [`Fonts`] keeps them.
    pub(crate) const ALL: [Self; 4] = [Self::Regular, Self::Bold, Self::Serif, Self::Mono];

    fn index(self) -> usize {
        match self {
            Self::Regular => 0,
            Self::Bold => 1,
            Self::Serif => 2,
            Self::Mono => 3,
        }
    }
}

/// One font file.
#[derive(Debug, Clone)]
pub(crate) struct FontFile {
    /// PostScript name, printed into the document's font dictionary.
    pub(crate) name: &'static str,
    /// The TrueType file.
    pub(crate) bytes: Cow<'static, [u8]>,
}

/// The font files of a document, one for each [`Face`].
#[derive(Debug, Clone)]
pub(crate) struct FontSet {
    /// For [`Face::Regular`].
    pub(crate) regular: FontFile,
    /// For [`Face::Bold`].
    pub(crate) bold: FontFile,
    /// For [`Face::Serif`].
    pub(crate) serif: FontFile,
    /// For [`Face::Mono`].
    pub(crate) mono: FontFile,
}

impl FontSet {
    /// The product's own typefaces, the same as on its pages.
    fn own() -> Self {
        let file = |name, bytes: &'static [u8]| FontFile { name, bytes: Cow::Borrowed(bytes) };
        Self {
            regular: file(
                "AssaySans-Regular",
                include_bytes!("../../../../style/fonts/assay-sans-regular.ttf"),
            ),
            bold: file(
                "AssaySans-SemiBold",
                include_bytes!("../../../../style/fonts/assay-sans-semibold.ttf"),
            ),
            serif: file(
                "AssaySerif-SemiBold",
                include_bytes!("../../../../style/fonts/assay-serif-semibold.ttf"),
            ),
            mono: file("AssayMono-Regular", include_bytes!("../../../../style/fonts/assay-mono-regular.ttf")),
        }
    }
}

/// Parsed fonts, ready to measure and to embed. Parse once, use for any number of documents.
#[derive(Debug)]
pub(crate) struct Fonts {
    faces: [Loaded; 4],
}

#[derive(Debug)]
struct Loaded {
    name: &'static str,
    parsed: ParsedFont,
    replacement: char,
    /// Advance widths in thousandths of an em, cut off to integers as the document's own width table is.
    widths: HashMap<char, u16>,
    /// The same for U+0000 to U+00FF, because nearly all text is there. Zero: not in the face.
    latin: [u16; 256],
}

impl Fonts {
    /// Parses the files.
    ///
    /// # Errors
    /// [`Error::Font`] when a file is no TrueType font, or has none of the characters that stand in for those
    /// it lacks.
    pub(crate) fn parse(set: FontSet) -> Result<Self, Error> {
        let [regular, bold, serif, mono] = [set.regular, set.bold, set.serif, set.mono].map(Loaded::parse);
        Ok(Self { faces: [regular?, bold?, serif?, mono?] })
    }

    /// The product's own fonts, parsed once.
    ///
    /// # Errors
    /// [`Error::Font`] as for [`Fonts::parse`]; with the files in this repository it does not happen.
    pub(crate) fn embedded() -> Result<&'static Self, Error> {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        if let Some(fonts) = FONTS.get() {
            return Ok(fonts);
        }
        let fonts = Self::parse(FontSet::own())?;
        Ok(FONTS.get_or_init(|| fonts))
    }

    /// Width in points of `text` set in `face` at `size` points.
    pub(crate) fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let loaded = self.loaded(face);
        let thousandths: u32 = text.chars().map(|c| u32::from(loaded.advance(c))).sum();
        thousandths as f32 * size / 1000.0
    }

    /// `text` with every character that `face` lacks replaced by one it has.
    pub(crate) fn drawable(&self, face: Face, text: &str) -> String {
        let loaded = self.loaded(face);
        text.chars().map(|c| loaded.drawable(c)).collect()
    }

    /// The name under which the pages refer to `face`.
    pub(crate) fn id(&self, face: Face) -> FontId {
        FontId(self.loaded(face).name.to_owned())
    }

    /// Every face with its parsed file.
    pub(crate) fn files(&self) -> impl Iterator<Item = (FontId, &ParsedFont)> {
        Face::ALL.into_iter().map(|face| (self.id(face), &self.loaded(face).parsed))
    }

    fn loaded(&self, face: Face) -> &Loaded {
        &self.faces[face.index()]
    }
}

/// What stands in for a character that a face lacks: the first of these that it has.
const REPLACEMENTS: [char; 3] = ['\u{FFFD}', '\u{25CA}', '?'];

impl Loaded {
    fn parse(file: FontFile) -> Result<Self, Error> {
        let broken = |reason: &str| Error::Font { name: file.name.to_owned(), reason: reason.to_owned() };
        // Other containers parse as well, but a document must hold the plain file.
        if !file.bytes.starts_with(&[0, 1, 0, 0]) {
            return Err(broken("not a TrueType file"));
        }
        let mut parsed = ParsedFont::from_bytes(&file.bytes, 0, &mut Vec::new())
            .ok_or_else(|| broken("damaged TrueType file"))?;
        parsed.font_name = Some(file.name.to_owned());
        let units = u32::from(parsed.units_per_em.max(1));
        let widths: HashMap<char, u16> = parsed
            .codepoint_to_glyph
            .iter()
            .filter(|&(_, &glyph)| glyph != 0)
            .filter_map(|(&code, &glyph)| {
                let advance = u32::from(parsed.get_glyph_width(glyph)?) * 1000 / units;
                Some((char::from_u32(code)?, u16::try_from(advance).ok()?))
            })
            .collect();
        let replacement = REPLACEMENTS
            .into_iter()
            .find(|c| widths.contains_key(c))
            .ok_or_else(|| broken("it has neither U+FFFD, nor a lozenge, nor a question mark"))?;
        let mut latin = [0; 256];
        for (code, slot) in (0_u8..=255).zip(&mut latin) {
            *slot = widths.get(&char::from(code)).copied().unwrap_or(0);
        }
        Ok(Self { name: file.name, parsed, replacement, widths, latin })
    }

    fn advance(&self, c: char) -> u16 {
        self.known(c)
            .or_else(|| self.known(' ').filter(|_| is_blank(c)))
            .or_else(|| self.known(self.replacement))
            .unwrap_or(0)
    }

    fn drawable(&self, c: char) -> char {
        if self.known(c).is_some() {
            c
        } else if is_blank(c) {
            ' '
        } else {
            self.replacement
        }
    }

    fn known(&self, c: char) -> Option<u16> {
        match self.latin.get(c as usize) {
            Some(0) => None,
            Some(&width) => Some(width),
            None => self.widths.get(&c).copied(),
        }
    }
}

/// White space and control characters are set as a space where the face has no glyph for them.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}
