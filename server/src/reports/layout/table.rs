//! Tables: heads repeated on each page, rows never cut unless longer than a page.

use std::rc::Rc;

use super::canvas::{Align, Canvas, DEFAULT_INK, Mark, Setting};
use super::flow::{Slice, body_height};
use super::text::{Line, Rich, break_lines};
use super::theme::{HAIRLINE, Ink, LABEL, MUTED, TABLE, TEXT, Type, WASH};
use super::tree::ElementId;
use super::{Bookmark, Doc, Face};

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    title: String,
    /// Share of the width, relative to the other columns.
    weight: f32,
    align: Align,
}

impl Column {
    pub(crate) fn new(title: &str, weight: f32) -> Self {
        Self { title: title.to_owned(), weight, align: Align::Left }
    }

    /// A column of numbers.
    pub(crate) fn right(title: &str, weight: f32) -> Self {
        Self { align: Align::Right, ..Self::new(title, weight) }
    }

    /// A column of marks.
    pub(crate) fn centre(title: &str, weight: f32) -> Self {
        Self { align: Align::Centre, ..Self::new(title, weight) }
    }
}

/// A cell: text, and below it perhaps a bar.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: Rich,
    /// Shares claimed and supported, drawn as a bar.
    meter: Option<(f32, f32)>,
    ink: Option<Ink>,
}

impl Cell {
    /// `text` above a bar that shows how much is claimed and supported (0 to 1).
    pub(crate) fn meter(text: impl Into<Rich>, claimed: f32, supported: f32) -> Self {
        Self { text: text.into(), meter: Some((claimed, supported)), ink: None }
    }

    /// Text in a quieter colour.
    pub(crate) fn muted(text: impl Into<Rich>) -> Self {
        Self { text: text.into(), meter: None, ink: Some(MUTED) }
    }
}

impl<T: Into<Rich>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), meter: None, ink: None }
    }
}

/// A row of a table.
#[derive(Debug, Clone)]
pub(crate) enum Row {
    /// One cell for each column.
    Cells(Vec<Cell>),
    /// A title across all columns, kept with the row below it.
    Group(Rich),
    /// The same, with an entry in the outline (title and anchor).
    Marked(String, String),
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self::Cells(cells)
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// Every other row on a light ground, for long dense tables.
    pub(crate) zebra: bool,
}

impl Table {
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), zebra: false }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row::Cells(cells));
    }

    pub(crate) fn group(&mut self, title: impl Into<Rich>) {
        self.rows.push(Row::Group(title.into()));
    }
}

/// Rows of a table that is not parted.
const SMALL: usize = 6;
const GUTTER: f32 = 10.0;
const PAD: f32 = 4.5;
/// From the edge of the table to the text of its outer columns.
const INSET: f32 = 5.0;

impl Doc<'_> {
    pub(crate) fn table(&mut self, table: Table) {
        let frame = Frame::new(self, &table);
        let head = Rc::new(self.table_head(&frame));
        let limit = body_height(self.paper) - head.height;
        self.push(Slice { gap: 6.0, ..(*head).clone() });
        let body = self.tree.add("TBody", frame.element);
        let mut banded = false;
        let count = table.rows.len();
        for (index, row) in table.rows.into_iter().enumerate() {
            let slices = match row {
                Row::Group(title) => {
                    banded = false;
                    vec![self.group_row(&frame, body, &title)]
                }
                Row::Marked(title, anchor) => {
                    banded = false;
                    let slice = self.group_row(&frame, body, &Rich::new().bold(title.as_str()));
                    self.outline.push(Bookmark { level: 3, title, anchor: anchor.clone() });
                    vec![Slice { anchors: vec![anchor], ..slice }]
                }
                Row::Cells(cells) => {
                    banded = !banded && table.zebra;
                    self.cells_row(&frame, body, cells, limit, banded)
                }
            };
            // A small table stays together; of a long one the last row does not stand alone on a page.
            let left = count - index;
            let kept = slices.len() == 1 && left > 1 && (count <= SMALL || left == 2);
            for slice in slices {
                let keep_with_next = slice.keep_with_next || kept;
                self.push(Slice { head: Some(Rc::clone(&head)), keep_with_next, ..slice });
            }
        }
    }

    fn table_head(&mut self, frame: &Frame) -> Slice {
        let section = self.tree.add("THead", frame.element);
        let row = self.tree.add("TR", section);
        let mut canvas = self.canvas();
        let lines: Vec<_> = frame
            .columns
            .iter()
            .map(|column| {
                let title = Rich::new().bold(column.title.as_str());
                let lines = break_lines(self.fonts, &title, LABEL.size, column.width);
                (title, lines)
            })
            .collect();
        let tallest = lines.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1) as f32;
        let height = tallest * LABEL.leading + 8.0;
        for (column, (title, lines)) in frame.columns.iter().zip(&lines) {
            canvas.element = Some(self.tree.add("TH", row));
            canvas.push(Mark::Nothing);
            let top = height - 5.0 - lines.len() as f32 * LABEL.leading;
            canvas.lines(title, lines, (column.x, top), column.setting(LABEL, MUTED));
        }
        canvas.element = None;
        canvas.rule((0.0, height), (frame.width, height), 0.75, TEXT);
        Slice { height, marks: canvas.marks, keep_with_next: true, ..Slice::default() }
    }

    fn group_row(&mut self, frame: &Frame, body: ElementId, title: &Rich) -> Slice {
        let row = self.tree.add("TR", body);
        let mut inner = self.canvas();
        inner.element = Some(self.tree.add_cell("TH", row, frame.columns.len()));
        let used = inner.block(title, (INSET, PAD), frame.width - 2.0 * INSET, TABLE, Align::Left, TEXT);
        let height = used + 2.0 * PAD;
        let mut canvas = self.canvas();
        canvas.fill((0.0, 0.5), (frame.width, height - 1.0), WASH);
        canvas.marks.append(&mut inner.marks);
        Slice { height, marks: canvas.marks, keep_with_next: true, ..Slice::default() }
    }

    /// The row as one slice, or as several when it is taller than `limit`.
    fn cells_row(
        &mut self,
        frame: &Frame,
        body: ElementId,
        cells: Vec<Cell>,
        limit: f32,
        banded: bool,
    ) -> Vec<Slice> {
        let row = self.tree.add("TR", body);
        let cells: Vec<Laid> = frame
            .columns
            .iter()
            .zip(cells.into_iter().chain(std::iter::repeat_with(Cell::default)))
            .map(|(column, cell)| Laid {
                lines: break_lines(self.fonts, &cell.text, TABLE.size, column.width),
                element: self.tree.add("TD", row),
                cell,
            })
            .collect();
        let fitting = (((limit - 2.0 * PAD - 6.0) / TABLE.leading) as usize).max(1);
        let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
        let parts = most.div_ceil(fitting);
        (0..parts)
            .map(|part| self.row_part(frame, &cells, part * fitting, fitting, part + 1 == parts, banded))
            .collect()
    }

    fn row_part(
        &self,
        frame: &Frame,
        cells: &[Laid],
        first: usize,
        count: usize,
        last: bool,
        banded: bool,
    ) -> Slice {
        let mut inner = self.canvas();
        let mut height: f32 = 0.0;
        for (column, laid) in frame.columns.iter().zip(cells) {
            inner.element = Some(laid.element);
            inner.push(Mark::Nothing);
            let lines = laid.lines.get(first..laid.lines.len().min(first + count)).unwrap_or_default();
            let ink = laid.cell.ink.unwrap_or(DEFAULT_INK);
            inner.lines(&laid.cell.text, lines, (column.x, PAD), column.setting(TABLE, ink));
            let mut used = lines.len() as f32 * TABLE.leading;
            if let Some((claimed, supported)) = laid.cell.meter.filter(|_| first == 0) {
                inner.element = None;
                inner.meter((column.x, PAD + used + 1.0), column.width.min(64.0), claimed, supported);
                used += 5.0;
            }
            height = height.max(used);
        }
        let height = height + 2.0 * PAD;
        let mut canvas = Canvas::new(self.fonts);
        if banded {
            canvas.fill((0.0, 0.0), (frame.width, height), WASH);
        }
        if last {
            canvas.rule((0.0, height), (frame.width, height), 0.5, HAIRLINE);
        }
        canvas.marks.append(&mut inner.marks);
        Slice { height, marks: canvas.marks, ..Slice::default() }
    }
}

/// A cell with its lines.
struct Laid {
    cell: Cell,
    lines: Vec<Line>,
    element: ElementId,
}

/// A table's columns in their places.
struct Frame {
    columns: Vec<Placed>,
    width: f32,
    element: ElementId,
}

struct Placed {
    title: String,
    align: Align,
    x: f32,
    width: f32,
}

impl Placed {
    fn setting(&self, style: Type, ink: Ink) -> Setting {
        Setting { width: self.width, style, align: self.align, ink }
    }
}

impl Frame {
    fn new(doc: &mut Doc<'_>, table: &Table) -> Self {
        let width = doc.width();
        let total: f32 = table.columns.iter().map(|column| column.weight).sum();
        let room = width - 2.0 * INSET - GUTTER * table.columns.len().saturating_sub(1) as f32;
        let mut x = INSET;
        let columns = table
            .columns
            .iter()
            .map(|column| {
                let share = room * column.weight / total.max(f32::EPSILON);
                let placed = Placed { title: column.title.clone(), align: column.align, x, width: share };
                x += share + GUTTER;
                placed
            })
            .collect();
        Self { columns, width, element: doc.tree.add("Table", ElementId::ROOT) }
    }
}

/// Text in a table cell that is a code or a digest.
pub(crate) fn code(text: &str) -> Rich {
    Rich::new().tinted(text, Face::Mono, TEXT)
}
