//! The first page: what this is, about whom, as of when, and the ledger state behind it.

use super::frame::Frame;
use super::layout::{
    Align, Canvas, Doc, ElementId, Face, LABEL, MUTED, Rich, SMALL, Setting, TEXT, TITLE, Tree, Type, WHITE,
};

/// What stands on a cover beside the frame.
pub(super) struct Cover<'a> {
    /// The kind of document.
    pub(super) kind: &'a str,
    /// Whom or what it is about.
    pub(super) subject: &'a str,
    /// One sentence below the subject; may be empty.
    pub(super) about: &'a str,
    pub(super) facts: Vec<(&'a str, Rich)>,
}

const LEFT: f32 = 62.0;
const LABELS: f32 = 118.0;
/// Nothing on the cover runs on longer than this.
const MOST_LINES: usize = 3;

impl Cover<'_> {
    /// Writes the cover as a page of its own.
    pub(super) fn write(&self, doc: &mut Doc<'_>, frame: &Frame) {
        doc.cover(|canvas, tree, sheet| {
            mark(canvas, (LEFT, 58.0), 34.0);
            let y = self.title(canvas, tree, frame, sheet);
            self.facts(canvas, tree, frame, sheet, y);
            checkpoint(canvas, tree, frame, sheet);
        });
    }

    /// Returns where it ends.
    fn title(&self, canvas: &mut Canvas<'_>, tree: &mut Tree, frame: &Frame, sheet: (f32, f32)) -> f32 {
        let width = sheet.0 - 2.0 * LEFT;
        let mut put = |y: f32, role, text: Rich, style: Type, ink| {
            canvas.element = Some(tree.add(role, ElementId::ROOT));
            y + canvas.clamped(
                &text,
                (LEFT, y),
                MOST_LINES,
                Setting { width, style, align: Align::Left, ink },
            )
        };
        let organisation = Rich::new().bold(frame.organisation.as_str());
        put(100.0, "P", organisation, Type { size: 10.5, leading: 15.0 }, TEXT);
        let y = put(186.0, "P", Rich::from(self.kind), Type { size: 13.0, leading: 18.0 }, MUTED);
        let y = put(y + 4.0, "H1", Rich::new().tinted(self.subject, Face::Serif, TEXT), TITLE, TEXT);
        put(y + 8.0, "P", Rich::from(self.about), Type { size: 11.0, leading: 16.0 }, MUTED)
    }

    fn facts(&self, canvas: &mut Canvas<'_>, tree: &mut Tree, frame: &Frame, sheet: (f32, f32), below: f32) {
        let width = sheet.0 - 2.0 * LEFT;
        let list = tree.add("L", ElementId::ROOT);
        let mut y = f32::max(352.0, below + 28.0);
        let made = [
            ("Made by", Rich::from(frame.created_by.as_str())),
            ("Made on", Rich::from(frame.created_text())),
        ];
        for (label, value) in self.facts.iter().chain(&made) {
            let item = tree.add("LI", list);
            canvas.element = None;
            canvas.rule((LEFT, y), (sheet.0 - LEFT, y), 0.5, super::layout::HAIRLINE);
            canvas.element = Some(tree.add("Lbl", item));
            canvas.text((LEFT, y + 14.0), Align::Left, Face::Regular, SMALL.size, MUTED, label);
            canvas.element = Some(tree.add("LBody", item));
            let style = Type { size: 9.5, leading: 13.5 };
            let setting = Setting { width: width - LABELS, style, align: Align::Left, ink: TEXT };
            y += 8.0 + canvas.clamped(value, (LEFT + LABELS, y + 4.0), MOST_LINES, setting);
        }
        canvas.element = None;
        canvas.rule((LEFT, y), (sheet.0 - LEFT, y), 0.5, super::layout::HAIRLINE);
    }
}

/// The product's mark in a square of `side` points; the same shape as `style/mark.svg`, on its grid of 40.
fn mark(canvas: &mut Canvas<'_>, at: (f32, f32), side: f32) {
    const FIELD: [(f32, f32); 8] = [
        (12.0, 2.0),
        (28.0, 2.0),
        (38.0, 12.0),
        (38.0, 28.0),
        (28.0, 38.0),
        (12.0, 38.0),
        (2.0, 28.0),
        (2.0, 12.0),
    ];
    const LETTER: [(f32, f32); 16] = [
        (18.9, 9.5),
        (21.3, 9.5),
        (28.8, 28.7),
        (30.8, 28.7),
        (30.8, 30.5),
        (22.6, 30.5),
        (22.6, 28.7),
        (24.9, 28.7),
        (23.2, 24.0),
        (16.0, 24.0),
        (14.3, 28.7),
        (16.7, 28.7),
        (16.7, 30.5),
        (9.4, 30.5),
        (9.4, 28.7),
        (11.4, 28.7),
    ];
    const COUNTER: [(f32, f32); 3] = [(19.6, 13.6), (16.6, 22.1), (22.6, 22.1)];
    let ring = |points: &[(f32, f32)]| {
        points.iter().map(|point| (at.0 + point.0 * side / 40.0, at.1 + point.1 * side / 40.0)).collect()
    };
    canvas.element = None;
    canvas.shape(ring(&FIELD), Some(TEXT), None);
    canvas.shape(ring(&LETTER), Some(WHITE), None);
    canvas.shape(ring(&COUNTER), Some(TEXT), None);
}

/// The QR code of the checkpoint, and the same in letters.
fn checkpoint(canvas: &mut Canvas<'_>, tree: &mut Tree, frame: &Frame, sheet: (f32, f32)) {
    const SIDE: f32 = 84.0;
    let top = sheet.1 - 62.0 - SIDE;
    let checkpoint = &frame.checkpoint;
    canvas.element = Some(tree.add_described(
        "Figure",
        ElementId::ROOT,
        format!("QR code of the ledger checkpoint: {} entries, root {}.", checkpoint.size, checkpoint.root),
    ));
    canvas.qr_code((LEFT, top), SIDE, &checkpoint.qr_text());
    let (x, width) = (LEFT + LABELS, sheet.0 - 2.0 * LEFT - LABELS);
    let mut y = top - 2.0;
    let mut put = |text: Rich, style: Type, ink, gap: f32| {
        canvas.element = Some(tree.add("P", ElementId::ROOT));
        y += canvas.block(&text, (x, y), width, style, Align::Left, ink) + gap;
    };
    put(Rich::new().bold("Ledger checkpoint"), SMALL, TEXT, 1.0);
    put(Rich::new().mono(checkpoint.origin.as_str()), LABEL, MUTED, 0.0);
    put(Rich::new().mono(format!("{} entries", checkpoint.size)), LABEL, MUTED, 0.0);
    put(Rich::new().mono(checkpoint.root.as_str()), LABEL, MUTED, 5.0);
    let check = Rich::new()
        .plain("Verify this document offline with ")
        .mono("assay verify report.pdf")
        .plain(". The last section says how.");
    put(check, SMALL, TEXT, 0.0);
}
