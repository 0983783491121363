//! Headings, paragraphs, lists, facts, notes, listings, pictures, contents, covers.

use super::canvas::{Align, Canvas, DEFAULT_INK, Mark, Setting};
use super::flow::Slice;
use super::text::{Line, Rich, Target, break_lines};
use super::theme::{BODY, HAIRLINE, HEADINGS, Ink, LABEL, MUTED, SMALL, TEXT, Type, WARN, WARN_WASH, WASH};
use super::tree::ElementId;
use super::{Bookmark, Doc, Face};

const GAP: f32 = 7.0;

impl Doc<'_> {
    /// The next block begins a page.
    pub(crate) fn page_break(&mut self) {
        self.break_next = true;
    }

    /// A heading of level 1 to 3, in the outline and reachable as `anchor`.
    pub(crate) fn heading(&mut self, level: usize, title: &str, anchor: &str) {
        let index = level.clamp(1, 3) - 1;
        let (style, gap) = (HEADINGS[index], [0.0, 20.0, 14.0][index]);
        let element = self.tree.add(["H1", "H2", "H3"][index], ElementId::ROOT);
        let title_text = Rich::new().tinted(title, if level < 3 { Face::Serif } else { Face::Bold }, TEXT);
        let mut canvas = self.canvas();
        canvas.element = Some(element);
        let mut height = canvas.block(&title_text, (0.0, 0.0), self.width(), style, Align::Left, TEXT);
        if level == 1 {
            canvas.element = None;
            canvas.rule((0.0, height + 7.0), (self.width(), height + 7.0), 0.75, TEXT);
            height += 16.0;
        } else {
            height += 3.0;
        }
        self.outline.push(Bookmark { level: index + 1, title: title.to_owned(), anchor: anchor.to_owned() });
        let anchors = vec![anchor.to_owned()];
        self.push(Slice {
            height,
            gap,
            marks: canvas.marks,
            keep_with_next: true,
            anchors,
            ..Slice::default()
        });
    }

    pub(crate) fn paragraph(&mut self, text: impl Into<Rich>) {
        self.prose(&text.into(), BODY, DEFAULT_INK, "P");
    }

    /// A paragraph in small grey type.
    pub(crate) fn small(&mut self, text: impl Into<Rich>) {
        self.prose(&text.into(), SMALL, MUTED, "P");
    }

    /// The sentence that a busy person reads first.
    pub(crate) fn lead(&mut self, text: impl Into<Rich>) {
        self.prose(&text.into(), super::LEAD, TEXT, "P");
    }

    /// The paragraph just written stays with what comes next.
    pub(crate) fn keep(&mut self) {
        if let Some(last) = self.slices.last_mut() {
            last.keep_with_next = true;
        }
    }

    fn prose(&mut self, text: &Rich, style: Type, ink: Ink, role: &'static str) {
        let element = self.tree.add(role, ElementId::ROOT);
        let lines = break_lines(self.fonts, text, style.size, self.width());
        self.lines(text, &lines, Column { x: 0.0, width: self.width(), style, ink, element, gap: GAP });
    }

    /// One slice a line; neither the first nor the last line of a block stands alone on a page.
    fn lines(&mut self, text: &Rich, lines: &[Line], column: Column) {
        let count = lines.len();
        for (index, line) in lines.iter().enumerate() {
            let mut canvas = self.canvas();
            canvas.element = Some(column.element);
            let one = std::slice::from_ref(line);
            canvas.lines(text, one, (column.x, 0.0), column.setting());
            self.push(Slice {
                height: column.style.leading,
                gap: if index == 0 { column.gap } else { 0.0 },
                marks: canvas.marks,
                keep_with_next: count > 1 && (index == 0 || index + 2 == count),
                ..Slice::default()
            });
        }
    }

    /// A bulleted list.
    pub(crate) fn list(&mut self, items: Vec<Rich>) {
        self.labelled_list(items.into_iter().map(|item| ("\u{2022}".to_owned(), item)).collect());
    }

    /// A numbered list, from 1.
    pub(crate) fn numbered(&mut self, items: Vec<Rich>) {
        self.labelled_list(
            items.into_iter().zip(1..).map(|(item, number)| (format!("{number}."), item)).collect(),
        );
    }

    fn labelled_list(&mut self, items: Vec<(String, Rich)>) {
        const INDENT: f32 = 16.0;
        let list = self.tree.add("L", ElementId::ROOT);
        let width = self.width() - INDENT;
        for (index, (label, text)) in items.into_iter().enumerate() {
            let item = self.tree.add("LI", list);
            let label_element = self.tree.add("Lbl", item);
            let element = self.tree.add("LBody", item);
            let mut canvas = self.canvas();
            canvas.element = Some(label_element);
            canvas.text((2.0, BODY.baseline()), Align::Left, Face::Regular, BODY.size, MUTED, &label);
            let first = self.slices.len();
            let lines = break_lines(self.fonts, &text, BODY.size, width);
            let gap = if index == 0 { GAP } else { 3.0 };
            self.lines(
                &text,
                &lines,
                Column { x: INDENT, width, style: BODY, ink: DEFAULT_INK, element, gap },
            );
            if let Some(slice) = self.slices.get_mut(first) {
                slice.marks.splice(0..0, canvas.marks);
            }
        }
    }

    /// Labels with values: what a form would show.
    pub(crate) fn facts(&mut self, facts: &[(&str, Rich)]) {
        const LABELS: f32 = 128.0;
        let list = self.tree.add("L", ElementId::ROOT);
        let width = self.width();
        for (index, (label, value)) in facts.iter().enumerate() {
            let item = self.tree.add("LI", list);
            let (left, right) = (self.tree.add("Lbl", item), self.tree.add("LBody", item));
            let mut canvas = self.canvas();
            canvas.rule((0.0, 0.0), (width, 0.0), 0.5, HAIRLINE);
            canvas.element = Some(left);
            let first =
                canvas.block(&Rich::from(*label), (0.0, 4.0), LABELS - 12.0, SMALL, Align::Left, MUTED);
            canvas.element = Some(right);
            let second = canvas.block(
                value,
                (LABELS, 3.0),
                width - LABELS,
                Type { size: 9.0, leading: 13.0 },
                Align::Left,
                TEXT,
            );
            let gap = if index == 0 { GAP + 2.0 } else { 0.0 };
            self.push(Slice {
                height: first.max(second) + 7.0,
                gap,
                marks: canvas.marks,
                ..Slice::default()
            });
        }
    }

    /// A box that says what the reader must not overlook.
    pub(crate) fn caution(&mut self, title: &str, text: impl Into<Rich>) {
        const PAD: f32 = 12.0;
        let (text, width) = (text.into(), self.width());
        let element = self.tree.add("Note", ElementId::ROOT);
        let mut inner = self.canvas();
        inner.element = Some(element);
        let mut y = 9.0;
        y +=
            inner.block(&Rich::new().bold(title), (PAD + 3.0, y), width - 2.0 * PAD, BODY, Align::Left, TEXT);
        y += inner.block(
            &text,
            (PAD + 3.0, y),
            width - 2.0 * PAD,
            Type { size: 9.0, leading: 13.0 },
            Align::Left,
            TEXT,
        );
        let height = y + 9.0;
        let mut canvas = self.canvas();
        canvas.fill((0.0, 0.0), (width, height), WARN_WASH);
        canvas.fill((0.0, 0.0), (3.0, height), WARN);
        canvas.marks.append(&mut inner.marks);
        self.push(Slice { height, gap: 10.0, marks: canvas.marks, ..Slice::default() });
    }

    /// Text whose every character counts, line by line, in the monospaced face.
    pub(crate) fn listing(&mut self, text: &str) {
        const PAD: f32 = 10.0;
        let style = Type { size: 7.75, leading: 11.5 };
        let element = self.tree.add("P", ElementId::ROOT);
        let width = self.width();
        let rich = Rich::new().mono(text.trim_end_matches('\n'));
        let lines = break_lines(self.fonts, &rich, style.size, width - 2.0 * PAD);
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            let (above, below) = (if index == 0 { PAD } else { 0.0 }, if index == last { PAD } else { 0.0 });
            let height = style.leading + above + below;
            let mut canvas = self.canvas();
            canvas.fill((0.0, 0.0), (width, height), WASH);
            canvas.element = Some(element);
            let setting = Setting { width, style, align: Align::Left, ink: TEXT };
            canvas.lines(&rich, std::slice::from_ref(line), (PAD, above), setting);
            let gap = if index == 0 { 10.0 } else { 0.0 };
            self.push(Slice {
                height,
                gap,
                marks: canvas.marks,
                keep_with_next: index < last && last < 40,
                ..Slice::default()
            });
        }
    }

    /// A picture of `height` points across the body, described by `alt`, drawn by `draw`.
    pub(crate) fn figure(
        &mut self,
        height: f32,
        alt: String,
        caption: &str,
        draw: impl FnOnce(&mut Canvas<'_>, f32),
    ) {
        let element = self.tree.add_described("Figure", ElementId::ROOT, alt);
        let width = self.width();
        let mut canvas = self.canvas();
        canvas.element = Some(element);
        draw(&mut canvas, width);
        let mut total = height;
        if !caption.is_empty() {
            canvas.element = Some(self.tree.add("Caption", element));
            total += 6.0;
            total += canvas.block(&Rich::from(caption), (0.0, total), width, SMALL, Align::Left, MUTED);
        }
        let under_label = self.slices.last().is_some_and(|slice| slice.keep_with_next);
        let gap = if under_label { 3.0 } else { 12.0 };
        self.push(Slice { height: total, gap, marks: canvas.marks, ..Slice::default() });
    }

    /// Drops what does not fit on the page that the last page break began: for pages that have to stay one.
    pub(crate) fn fit(&mut self) {
        let first = self.slices.iter().rposition(|slice| slice.break_before || slice.bare).unwrap_or(0);
        let first = if self.slices.get(first).is_some_and(|slice| slice.bare) { first + 1 } else { first };
        let mut used = 0.0;
        let fitting = self.slices.iter().skip(first).take_while(|slice| {
            used += slice.height + if used > 0.0 { slice.gap } else { 0.0 };
            used <= super::flow::body_height(self.paper)
        });
        let end = first + fitting.count();
        self.slices.truncate(end);
    }

    /// A whole sheet, drawn from its corner by `draw`, which also gets the sheet's size and what to tag text with.
    pub(crate) fn cover(&mut self, draw: impl FnOnce(&mut Canvas<'_>, &mut super::Tree, (f32, f32))) {
        let sheet = self.paper.size();
        let mut canvas = self.canvas();
        draw(&mut canvas, &mut self.tree, sheet);
        self.push(Slice { height: sheet.1, marks: canvas.marks, bare: true, ..Slice::default() });
    }

    /// Figures in a row, each a large value above its label.
    pub(crate) fn key_figures(&mut self, figures: &[(String, &str)]) {
        let column = self.width() / figures.len().max(1) as f32;
        let mut canvas = self.canvas();
        let mut height: f32 = 0.0;
        for (index, (value, label)) in figures.iter().enumerate() {
            let x = index as f32 * column;
            canvas.element = None;
            canvas.rule((x, 0.0), (x + column - 14.0, 0.0), 0.75, TEXT);
            canvas.element = Some(self.tree.add("P", ElementId::ROOT));
            canvas.text((x, 25.0), Align::Left, Face::Serif, 18.0, TEXT, value);
            let used = canvas.block(&Rich::from(*label), (x, 32.0), column - 18.0, SMALL, Align::Left, MUTED);
            height = height.max(32.0 + used);
        }
        self.push(Slice { height, gap: 14.0, marks: canvas.marks, ..Slice::default() });
    }

    /// The list of contents goes here.
    pub(crate) fn contents(&mut self) {
        self.contents_at = Some(self.slices.len());
    }

    /// Writes the list of contents, now that all headings are known.
    pub(super) fn write_contents(&mut self) {
        let Some(at) = self.contents_at.take() else { return };
        let rest = self.slices.split_off(at);
        let toc = self.tree.add("TOC", ElementId::ROOT);
        // What stands on the pages before, or beside the list itself, need not be listed.
        let listed = |bookmark: &&Bookmark| rest.iter().any(|slice| slice.anchors.contains(&bookmark.anchor));
        let after: Vec<_> =
            self.outline.iter().filter(listed).skip_while(|bookmark| bookmark.level > 1).cloned().collect();
        for bookmark in after.into_iter().filter(|bookmark| bookmark.level <= 2) {
            self.contents_line(toc, bookmark);
        }
        self.slices.extend(rest);
    }

    fn contents_line(&mut self, toc: ElementId, bookmark: Bookmark) {
        let top = bookmark.level == 1;
        let style = if top { Type { size: 9.5, leading: 15.0 } } else { Type { size: 9.0, leading: 13.5 } };
        let (face, x) = if top { (Face::Bold, 0.0) } else { (Face::Regular, 14.0) };
        let width = self.width();
        let mut canvas = self.canvas();
        canvas.element = Some(self.tree.add("TOCI", toc));
        let baseline = style.baseline();
        canvas.push(Mark::Link {
            at: (0.0, 0.0),
            size: (width, style.leading),
            target: Target::Anchor(bookmark.anchor.clone()),
            label: bookmark.title.clone(),
        });
        canvas.text((x, baseline), Align::Left, face, style.size, TEXT, &bookmark.title);
        let ink = if top { TEXT } else { MUTED };
        canvas.push(Mark::PageOf { at: (width, baseline), size: style.size, ink, anchor: bookmark.anchor });
        self.push(Slice {
            height: style.leading,
            gap: if top { 5.0 } else { 0.0 },
            marks: canvas.marks,
            keep_with_next: top,
            ..Slice::default()
        });
    }

    /// A label in small bold letters above something, kept with it.
    pub(crate) fn label(&mut self, text: &str) {
        let element = self.tree.add("P", ElementId::ROOT);
        let mut canvas = self.canvas();
        canvas.element = Some(element);
        canvas.text((0.0, LABEL.baseline()), Align::Left, Face::Bold, LABEL.size + 0.75, MUTED, text);
        self.push(Slice {
            height: LABEL.leading + 1.0,
            gap: 14.0,
            marks: canvas.marks,
            keep_with_next: true,
            ..Slice::default()
        });
    }
}

/// Where lines of a block stand.
#[derive(Clone, Copy)]
struct Column {
    x: f32,
    width: f32,
    style: Type,
    ink: Ink,
    element: ElementId,
    gap: f32,
}

impl Column {
    fn setting(self) -> Setting {
        Setting { width: self.width, style: self.style, align: Align::Left, ink: self.ink }
    }
}
