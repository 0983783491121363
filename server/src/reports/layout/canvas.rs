//! The display list: marks with a place, before they are on a page.
//!
//! Coordinates are in points from the top left corner of whatever the canvas will become, y downwards.

use super::fonts::{Face, Fonts};
use super::text::{Line, Rich, Target};
use super::theme::{HAIRLINE, Ink, PENCIL, STRUCK, TEXT, Type};
use super::tree::ElementId;

/// A point: x to the right, y downwards.
pub(crate) type Point = (f32, f32);

/// Something that is drawn, or felt, on the page.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    /// Text that begins at `at`, on the baseline.
    Text { at: Point, face: Face, size: f32, ink: Ink, text: String },
    /// The number of the page on which `anchor` stands, ending at `at`.
    PageOf { at: Point, size: f32, ink: Ink, anchor: String },
    /// A filled rectangle from its top left corner.
    Fill { at: Point, size: Point, ink: Ink },
    /// A straight line.
    Rule { from: Point, to: Point, width: f32, ink: Ink, dashed: bool },
    /// A closed shape of one or more rings.
    Shape { rings: Vec<Vec<Point>>, fill: Option<Ink>, stroke: Option<(Ink, f32)> },
    /// An area that leads somewhere; its text is the next mark.
    Link { at: Point, size: Point, target: Target, label: String },
    /// Nothing to see; its element takes its place in the reading order (an empty table cell).
    Nothing,
}

/// A mark, and the element of the structure it belongs to; without one it is decoration.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    pub(crate) mark: Mark,
    pub(crate) element: Option<ElementId>,
}

/// How text stands to its x coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Align {
    /// It begins there.
    #[default]
    Left,
    /// It is centred there.
    Centre,
    /// It ends there.
    Right,
}

impl Align {
    fn offset(self, width: f32) -> f32 {
        match self {
            Self::Left => 0.0,
            Self::Centre => -width / 2.0,
            Self::Right => -width,
        }
    }
}

/// How lines are set in their column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) width: f32,
    pub(crate) style: Type,
    pub(crate) align: Align,
    pub(crate) ink: Ink,
}

/// A list of marks being made.
pub(crate) struct Canvas<'f> {
    pub(crate) fonts: &'f Fonts,
    pub(crate) marks: Vec<Tagged>,
    /// What new marks belong to.
    pub(crate) element: Option<ElementId>,
}

impl<'f> Canvas<'f> {
    pub(crate) fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, marks: Vec::new(), element: None }
    }

    pub(crate) fn push(&mut self, mark: Mark) {
        self.marks.push(Tagged { mark, element: self.element });
    }

    pub(crate) fn text(&mut self, at: Point, align: Align, face: Face, size: f32, ink: Ink, text: &str) {
        let width = self.fonts.width(face, size, text);
        let at = (at.0 + align.offset(width), at.1);
        self.push(Mark::Text { at, face, size, ink, text: text.to_owned() });
    }

    pub(crate) fn fill(&mut self, at: Point, size: Point, ink: Ink) {
        self.push(Mark::Fill { at, size, ink });
    }

    pub(crate) fn rule(&mut self, from: Point, to: Point, width: f32, ink: Ink) {
        self.push(Mark::Rule { from, to, width, ink, dashed: false });
    }

    pub(crate) fn dashed(&mut self, from: Point, to: Point, width: f32, ink: Ink) {
        self.push(Mark::Rule { from, to, width, ink, dashed: true });
    }

    pub(crate) fn shape(&mut self, ring: Vec<Point>, fill: Option<Ink>, stroke: Option<(Ink, f32)>) {
        self.push(Mark::Shape { rings: vec![ring], fill, stroke });
    }

    /// Lines of `rich`, from `at` downwards.
    pub(crate) fn lines(&mut self, rich: &Rich, lines: &[Line], at: Point, setting: Setting) {
        let Setting { width, style, align, ink } = setting;
        for (index, line) in lines.iter().enumerate() {
            let shift = match align {
                Align::Left => 0.0,
                Align::Centre => (width - line.width) / 2.0,
                Align::Right => width - line.width,
            };
            let top = at.1 + index as f32 * style.leading;
            self.line(rich, line, (at.0 + shift, top), style, ink);
        }
    }

    fn line(&mut self, rich: &Rich, line: &Line, at: Point, style: Type, ink: Ink) {
        let baseline = at.1 + style.baseline();
        for piece in &line.pieces {
            let run = &rich.runs[piece.run];
            let x = at.0 + piece.x;
            if let Some(target) = &run.target {
                let width = self.fonts.width(run.face, run.size(style.size), piece.text.trim_end());
                self.push(Mark::Link {
                    at: (x, at.1),
                    size: (width, style.leading),
                    target: target.clone(),
                    label: run.text.clone(),
                });
            }
            self.push(Mark::Text {
                at: (x, baseline),
                face: run.face,
                size: run.size(style.size),
                ink: run.ink.unwrap_or(ink),
                text: piece.text.clone(),
            });
        }
    }

    /// Text broken into lines of at most `width`; returns the height it takes.
    pub(crate) fn block(
        &mut self,
        rich: &Rich,
        at: Point,
        width: f32,
        style: Type,
        align: Align,
        ink: Ink,
    ) -> f32 {
        let lines = super::text::break_lines(self.fonts, rich, style.size, width);
        self.lines(rich, &lines, at, Setting { width, style, align, ink });
        lines.len() as f32 * style.leading
    }

    /// As [`Self::block`], but cut after `most` lines, with an ellipsis.
    pub(crate) fn clamped(&mut self, rich: &Rich, at: Point, most: usize, setting: Setting) -> f32 {
        let mut lines = super::text::break_lines(self.fonts, rich, setting.style.size, setting.width);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(piece) = lines.last_mut().and_then(|line| line.pieces.last_mut()) {
                piece.text = format!("{}\u{2026}", piece.text.trim_end());
            }
        }
        self.lines(rich, &lines, at, setting);
        lines.len() as f32 * setting.style.leading
    }

    /// A small circle.
    pub(crate) fn dot(&mut self, centre: Point, radius: f32, fill: Option<Ink>, stroke: Option<(Ink, f32)>) {
        let ring = (0_u8..24)
            .map(|step| {
                let angle = f32::from(step) / 24.0 * std::f32::consts::TAU;
                (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin())
            })
            .collect();
        self.shape(ring, fill, stroke);
    }

    /// A thin bar: pencil as far as claimed, gold as far as supported, each a share from 0 to 1.
    pub(crate) fn meter(&mut self, at: Point, width: f32, claimed: f32, supported: f32) {
        const HEIGHT: f32 = 2.5;
        self.fill(at, (width, HEIGHT), HAIRLINE);
        for (share, ink) in [(claimed, PENCIL), (supported, STRUCK)] {
            if share > 0.0 {
                self.fill(at, (width * share.min(1.0), HEIGHT), ink);
            }
        }
    }
}

impl Type {
    /// From the top of a line to its baseline.
    pub(crate) fn baseline(self) -> f32 {
        self.leading / 2.0 + self.size * 0.35
    }
}

impl Mark {
    /// The same mark, moved.
    pub(crate) fn moved(mut self, by: Point) -> Self {
        let shift = |point: &mut Point| {
            point.0 += by.0;
            point.1 += by.1;
        };
        match &mut self {
            Self::Text { at, .. }
            | Self::PageOf { at, .. }
            | Self::Fill { at, .. }
            | Self::Link { at, .. } => shift(at),
            Self::Rule { from, to, .. } => {
                shift(from);
                shift(to);
            }
            Self::Shape { rings, .. } => rings.iter_mut().flatten().for_each(shift),
            Self::Nothing => {}
        }
        self
    }
}

/// The ink of running text.
pub(crate) const DEFAULT_INK: Ink = TEXT;
