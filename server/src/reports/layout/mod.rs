//! The layout engine: measure, paginate, paint.
//!
//! A document is written from top to bottom into a [`Doc`]. Each call measures its block at once and leaves slices: what
//! no page end may cut. [`Doc::finish`] paginates them (`flow`), paints the pages with `printpdf` (`paint`) and
//! finishes the file with `lopdf` ([`super::pdfa`]). To add a kind of block, add a method here (or a module beside
//! `table`) that pushes slices; nothing else has to know it.

mod blocks;
mod canvas;
mod charts;
mod flow;
mod fonts;
mod paint;
mod table;
mod text;
mod theme;
mod timeline;
mod tree;

pub(crate) use canvas::Align;
pub(crate) use canvas::{Canvas, Setting};
pub(crate) use charts::{Bar, HeatRow, Ladder, LadderMarks, Radar, Spoke, Trend, grouped, hundredths};
pub(crate) use fonts::{Face, Fonts};
pub(crate) use paint::{LinkArea, Painted};
pub(crate) use table::{Cell, Column, Row, Table, code};
pub(crate) use text::{Rich, Target};
pub use theme::Paper;
pub(crate) use theme::{HAIRLINE, LABEL, LEAD, MUTED, SMALL, TEXT, TITLE, Type, WHITE};
pub(crate) use timeline::{Timeline, TimelinePhase, TimelineRow};
pub(crate) use tree::{ElementId, Kid, Tree};

use flow::Slice;
use theme::MARGIN_X;

use super::Error;
use super::pdfa::{self, Meta};

/// An entry of the outline, and of the list of contents.
#[derive(Debug, Clone)]
pub(crate) struct Bookmark {
    /// 1 to 3.
    pub(crate) level: usize,
    pub(crate) title: String,
    pub(crate) anchor: String,
}

/// What stands above and below the body of each page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running {
    pub(crate) head_left: String,
    pub(crate) head_right: String,
    pub(crate) foot_left: String,
}

/// A document being written.
pub(crate) struct Doc<'f> {
    fonts: &'f Fonts,
    paper: Paper,
    slices: Vec<Slice>,
    tree: Tree,
    outline: Vec<Bookmark>,
    /// Where the list of contents goes, once all headings are known.
    contents_at: Option<usize>,
    break_next: bool,
}

impl<'f> Doc<'f> {
    pub(crate) fn new(fonts: &'f Fonts, paper: Paper) -> Self {
        Self {
            fonts,
            paper,
            slices: Vec::new(),
            tree: Tree::new(),
            outline: Vec::new(),
            contents_at: None,
            break_next: false,
        }
    }

    /// Width of the body in points.
    pub(crate) fn width(&self) -> f32 {
        self.paper.size().0 - 2.0 * MARGIN_X
    }

    pub(crate) fn canvas(&self) -> Canvas<'f> {
        Canvas::new(self.fonts)
    }

    /// Lays the pages out and writes the file.
    pub(crate) fn finish(mut self, running: &Running, meta: &Meta) -> Result<Vec<u8>, Error> {
        self.write_contents();
        let pages = flow::paginate(self.slices, self.paper);
        let painted = paint::paint(self.fonts, self.paper, pages, self.tree, self.outline, running);
        pdfa::finish(painted, meta)
    }

    fn push(&mut self, mut slice: Slice) {
        slice.break_before |= std::mem::take(&mut self.break_next);
        self.slices.push(slice);
    }
}
