//! Pagination: putting slices on pages.

use std::collections::HashMap;
use std::rc::Rc;

use super::canvas::{Mark, Tagged};
use super::theme::{MARGIN_BOTTOM, MARGIN_TOP, MARGIN_X, Paper};

/// What is never cut by the end of a page: a line of text, a row of a table, a chart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slice {
    pub(crate) height: f32,
    /// White space above, which the top of a page swallows.
    pub(crate) gap: f32,
    pub(crate) marks: Vec<Tagged>,
    /// Not to be parted from the next slice.
    pub(crate) keep_with_next: bool,
    pub(crate) break_before: bool,
    /// A whole sheet of its own (the cover), drawn from its corner, without running head.
    pub(crate) bare: bool,
    /// Repeated above this slice when it is the first on a page (the head of a table).
    pub(crate) head: Option<Rc<Slice>>,
    /// Names by which links find this slice.
    pub(crate) anchors: Vec<String>,
}

/// A page of absolute marks.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Tagged>,
    pub(crate) bare: bool,
}

/// Where an anchor landed: page from 0, and y from the top.
pub(crate) type Place = (usize, f32);

/// All pages, and where every anchor is.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) pages: Vec<Page>,
    pub(crate) places: HashMap<String, Place>,
}

/// The height between the margins.
pub(crate) fn body_height(paper: Paper) -> f32 {
    paper.size().1 - MARGIN_TOP - MARGIN_BOTTOM
}

/// Puts `slices` one below the other on as many pages as it takes.
pub(crate) fn paginate(slices: Vec<Slice>, paper: Paper) -> Pages {
    let body = body_height(paper);
    let groups = group_heights(&slices);
    let mut flow = Flow { out: Pages::default(), y: 0.0, started: false };
    for (slice, group) in slices.into_iter().zip(groups) {
        let used = if flow.is_at_top() { 0.0 } else { flow.y + slice.gap };
        // A group that is longer than a page cannot be kept together: only its first slice has to fit.
        let needed = if group <= body { group } else { slice.height };
        if slice.break_before || slice.bare || flow.last_is_bare() || used + needed > body {
            flow.turn(slice.bare);
        }
        flow.place(slice);
    }
    flow.out
}

/// For each slice the height of it and all that must stay with it.
fn group_heights(slices: &[Slice]) -> Vec<f32> {
    let mut heights = vec![0.0; slices.len()];
    let mut below = 0.0;
    for (index, slice) in slices.iter().enumerate().rev() {
        heights[index] = slice.height + if slice.keep_with_next { below } else { 0.0 };
        // What begins a page stays with nothing above it.
        below = if slice.break_before || slice.bare { 0.0 } else { heights[index] + slice.gap };
    }
    heights
}

struct Flow {
    out: Pages,
    y: f32,
    started: bool,
}

impl Flow {
    fn is_at_top(&self) -> bool {
        !self.started
    }

    fn last_is_bare(&self) -> bool {
        self.out.pages.last().is_none_or(|page| page.bare)
    }

    fn turn(&mut self, bare: bool) {
        let empty = !self.started && self.out.pages.last().is_some_and(|page| !page.bare && !bare);
        if !empty {
            self.out.pages.push(Page { bare, ..Page::default() });
        }
        (self.y, self.started) = (0.0, false);
    }

    fn place(&mut self, slice: Slice) {
        if !self.started
            && let Some(head) = &slice.head
        {
            let copy = decoration(head);
            self.put(copy);
        }
        self.put(slice);
    }

    fn put(&mut self, slice: Slice) {
        if self.started {
            self.y += slice.gap;
        }
        self.started = true;
        let index = self.out.pages.len().saturating_sub(1);
        let Some(page) = self.out.pages.last_mut() else { return };
        let corner = if slice.bare { (0.0, 0.0) } else { (MARGIN_X, MARGIN_TOP + self.y) };
        for anchor in slice.anchors {
            self.out.places.insert(anchor, (index, corner.1));
        }
        page.marks.extend(
            slice.marks.into_iter().map(|tagged| Tagged { mark: tagged.mark.moved(corner), ..tagged }),
        );
        self.y += slice.height;
    }
}

/// A repeated head is read aloud once, on its first page: the copies are decoration.
fn decoration(head: &Slice) -> Slice {
    let marks = head
        .marks
        .iter()
        .filter(|tagged| !matches!(tagged.mark, Mark::Nothing | Mark::Link { .. }))
        .map(|tagged| Tagged { mark: tagged.mark.clone(), element: None })
        .collect();
    Slice { height: head.height, marks, ..Slice::default() }
}
