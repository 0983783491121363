//! Painting pages into `printpdf` operations.

use std::collections::{BTreeMap, HashMap};

use printpdf::{
    Color, DictItem, Line, LineDashPattern, LinePoint, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage,
    Polygon, PolygonRing, Pt, Rect, Rgb, TextItem, WindingOrder,
};

use super::canvas::{Align, Canvas, Mark, Point, Tagged};
use super::flow::{Page, Pages, Place};
use super::fonts::{Face, Fonts};
use super::text::Target;
use super::theme::{FOOT_BASELINE, HAIRLINE, HEAD_BASELINE, Ink, LABEL, MARGIN_X, MUTED, Paper};
use super::tree::{ElementId, Kid, Tree};
use super::{Bookmark, Running};

/// Pages that are painted, and what `printpdf` does not write: links, outline, structure.
pub(crate) struct Painted {
    pub(crate) pdf: PdfDocument,
    pub(crate) pages: Vec<PaintedPage>,
    pub(crate) tree: Tree,
    pub(crate) outline: Vec<Bookmark>,
    pub(crate) places: HashMap<String, Place>,
    /// Height of every page in points, to turn places into coordinates.
    pub(crate) height: f32,
}

/// What belongs to one page beside its operations.
#[derive(Debug, Default)]
pub(crate) struct PaintedPage {
    /// The element of each marked-content id.
    pub(crate) marked: Vec<ElementId>,
    pub(crate) links: Vec<LinkArea>,
}

/// A rectangle that leads somewhere: left, bottom, right, top in points from the bottom left.
#[derive(Debug)]
pub(crate) struct LinkArea {
    pub(crate) area: [f32; 4],
    pub(crate) target: Target,
    pub(crate) label: String,
    pub(crate) element: ElementId,
}

pub(crate) fn paint(
    fonts: &Fonts,
    paper: Paper,
    pages: Pages,
    mut tree: Tree,
    outline: Vec<Bookmark>,
    running: &Running,
) -> Painted {
    let (width, height) = paper.size();
    let total = pages.pages.len();
    let mut links = 0;
    let mut pdf = PdfDocument::new("");
    let mut painted = Vec::with_capacity(total);
    for (index, page) in pages.pages.into_iter().enumerate() {
        let mut painter = Painter::new(fonts, &pages.places, &mut tree, height, index, links);
        let furniture =
            if page.bare { Vec::new() } else { furniture(fonts, paper, running, index + 1, total) };
        painter.page(page, furniture);
        links += painter.page.links.len();
        pdf.pages.push(PdfPage::new(Pt(width).into(), Pt(height).into(), painter.ops));
        painted.push(painter.page);
    }
    for page in &mut pdf.pages {
        let sheet = Rect {
            x: Pt(0.0),
            y: Pt(0.0),
            width: Pt(width),
            height: Pt(height),
            mode: None,
            winding_order: None,
        };
        (page.media_box, page.trim_box, page.crop_box) = (sheet.clone(), sheet.clone(), sheet);
    }
    for (id, parsed) in fonts.files() {
        pdf.resources.fonts.map.insert(id, printpdf::PdfFont::new(parsed.clone()));
    }
    Painted { pdf, pages: painted, tree, outline, places: pages.places, height }
}

/// The running head and foot.
fn furniture(fonts: &Fonts, paper: Paper, running: &Running, number: usize, total: usize) -> Vec<Tagged> {
    let (width, height) = paper.size();
    let (left, right) = (MARGIN_X, width - MARGIN_X);
    let mut canvas = Canvas::new(fonts);
    let room = right - left;
    let head_right = fitted(fonts, Face::Regular, &running.head_right, room * 0.42);
    let head_left = fitted(fonts, Face::Regular, &running.head_left, room * 0.55);
    canvas.text((left, HEAD_BASELINE), Align::Left, Face::Regular, LABEL.size, MUTED, &head_left);
    canvas.text((right, HEAD_BASELINE), Align::Right, Face::Regular, LABEL.size, MUTED, &head_right);
    canvas.rule((left, HEAD_BASELINE + 7.0), (right, HEAD_BASELINE + 7.0), 0.5, HAIRLINE);
    let foot = height - FOOT_BASELINE;
    let page = format!("Page {number} of {total}");
    canvas.text(
        (left, foot),
        Align::Left,
        Face::Mono,
        LABEL.size - 0.5,
        MUTED,
        &fitted(fonts, Face::Mono, &running.foot_left, room * 0.75),
    );
    canvas.text((right, foot), Align::Right, Face::Regular, LABEL.size, MUTED, &page);
    canvas.marks
}

/// `text`, cut with an ellipsis when it is wider than `room`.
fn fitted(fonts: &Fonts, face: Face, text: &str, room: f32) -> String {
    if fonts.width(face, LABEL.size, text) <= room {
        return text.to_owned();
    }
    let mut cut = text.to_owned();
    while !cut.is_empty() && fonts.width(face, LABEL.size, &cut) > room - LABEL.size {
        cut.pop();
    }
    format!("{}\u{2026}", cut.trim_end())
}

/// What the marks being painted are tagged as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Decoration,
    Element(ElementId),
}

struct Painter<'a> {
    fonts: &'a Fonts,
    places: &'a HashMap<String, Place>,
    tree: &'a mut Tree,
    height: f32,
    index: usize,
    /// Links on the pages before this one.
    links_before: usize,
    ops: Vec<Op>,
    page: PaintedPage,
    open: Open,
    /// The link whose text comes next.
    link: Option<ElementId>,
    fill: Option<Ink>,
    stroke: Option<(Ink, f32, bool)>,
    font: Option<(Face, f32)>,
}

impl<'a> Painter<'a> {
    fn new(
        fonts: &'a Fonts,
        places: &'a HashMap<String, Place>,
        tree: &'a mut Tree,
        height: f32,
        index: usize,
        links_before: usize,
    ) -> Self {
        Self {
            fonts,
            places,
            tree,
            height,
            index,
            links_before,
            ops: Vec::new(),
            page: PaintedPage::default(),
            open: Open::Nothing,
            link: None,
            fill: None,
            stroke: None,
            font: None,
        }
    }

    fn page(&mut self, page: Page, furniture: Vec<Tagged>) {
        for tagged in page.marks.into_iter().chain(furniture) {
            self.mark(tagged);
        }
        self.tag(Open::Nothing);
    }

    fn mark(&mut self, tagged: Tagged) {
        match tagged.mark {
            Mark::Nothing => {
                if let Some(element) = tagged.element {
                    self.tree.attach(element);
                }
                return;
            }
            Mark::Link { at, size, target, label } => {
                return self.link(at, size, target, label, tagged.element);
            }
            _ => {}
        }
        let element = self.link.take().or(tagged.element);
        self.tag(element.map_or(Open::Decoration, Open::Element));
        match tagged.mark {
            Mark::Text { at, face, size, ink, text } => self.text(at, face, size, ink, &text),
            Mark::PageOf { at, size, ink, anchor } => self.page_of(at, size, ink, &anchor),
            Mark::Fill { at, size, ink } => self.rectangle(at, size, ink),
            Mark::Rule { from, to, width, ink, dashed } => self.rule([from, to], width, ink, dashed),
            Mark::Shape { rings, fill, stroke } => self.shape(rings, fill, stroke),
            Mark::Link { .. } | Mark::Nothing => {}
        }
    }

    /// Closes the open marked content if it is another one, and opens `wanted`.
    fn tag(&mut self, wanted: Open) {
        if self.open == wanted {
            return;
        }
        if self.open != Open::Nothing {
            self.ops.push(Op::EndMarkedContent);
        }
        match wanted {
            Open::Nothing => {}
            Open::Decoration => self.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() }),
            Open::Element(element) => {
                let id = self.page.marked.len();
                self.page.marked.push(element);
                self.tree.push(element, Kid::Marks { page: self.index, id });
                let number = DictItem::Int(i64::try_from(id).unwrap_or(i64::MAX));
                self.ops.push(Op::BeginMarkedContentWithProperties {
                    tag: self.tree.elements()[element.index()].role.to_owned(),
                    properties: DictItem::Dict { map: BTreeMap::from([("MCID".to_owned(), number)]) },
                });
            }
        }
        self.open = wanted;
    }

    fn text(&mut self, at: Point, face: Face, size: f32, ink: Ink, text: &str) {
        self.fill_with(ink);
        self.ops.push(Op::StartTextSection);
        if self.font != Some((face, size)) {
            self.font = Some((face, size));
            let font = PdfFontHandle::External(self.fonts.id(face));
            self.ops.push(Op::SetFont { font, size: Pt(rounded(size)) });
        }
        self.ops.extend([
            Op::SetTextCursor { pos: self.point(at) },
            Op::ShowText { items: vec![TextItem::Text(self.fonts.drawable(face, text))] },
            Op::EndTextSection,
        ]);
    }

    fn page_of(&mut self, at: Point, size: f32, ink: Ink, anchor: &str) {
        if let Some((page, _)) = self.places.get(anchor) {
            let number = (page + 1).to_string();
            let width = self.fonts.width(Face::Regular, size, &number);
            self.text((at.0 - width, at.1), Face::Regular, size, ink, &number);
        }
    }

    fn rectangle(&mut self, at: Point, size: Point, ink: Ink) {
        self.fill_with(ink);
        let corner = self.point((at.0, at.1 + size.1));
        let rectangle = Rect {
            x: corner.x,
            y: corner.y,
            width: Pt(rounded(size.0)),
            height: Pt(rounded(size.1)),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    fn rule(&mut self, ends: [Point; 2], width: f32, ink: Ink, dashed: bool) {
        self.stroke_with(ink, width, dashed);
        let points = ends.map(|end| LinePoint { p: self.point(end), bezier: false }).to_vec();
        self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
    }

    fn shape(&mut self, rings: Vec<Vec<Point>>, fill: Option<Ink>, stroke: Option<(Ink, f32)>) {
        if let Some(ink) = fill {
            self.fill_with(ink);
        }
        if let Some((ink, width)) = stroke {
            self.stroke_with(ink, width, false);
        }
        let mode = match (fill, stroke) {
            (Some(_), Some(_)) => PaintMode::FillStroke,
            (None, _) => PaintMode::Stroke,
            (Some(_), None) => PaintMode::Fill,
        };
        let rings = rings
            .into_iter()
            .map(|ring| PolygonRing {
                points: ring.into_iter().map(|at| LinePoint { p: self.point(at), bezier: false }).collect(),
            })
            .collect();
        self.ops
            .push(Op::DrawPolygon { polygon: Polygon { rings, mode, winding_order: WindingOrder::NonZero } });
    }

    fn link(&mut self, at: Point, size: Point, target: Target, label: String, within: Option<ElementId>) {
        let element = self.tree.add("Link", within.unwrap_or(ElementId::ROOT));
        self.tree.push(element, Kid::Link(self.links_before + self.page.links.len()));
        let (bottom_left, top_right) = (self.point((at.0, at.1 + size.1)), self.point((at.0 + size.0, at.1)));
        let area = [bottom_left.x.0, bottom_left.y.0, top_right.x.0, top_right.y.0];
        self.page.links.push(LinkArea { area, target, label, element });
        self.link = Some(element);
    }

    fn fill_with(&mut self, ink: Ink) {
        if self.fill != Some(ink) {
            self.fill = Some(ink);
            self.ops.push(Op::SetFillColor { col: colour(ink) });
        }
    }

    fn stroke_with(&mut self, ink: Ink, width: f32, dashed: bool) {
        if self.stroke == Some((ink, width, dashed)) {
            return;
        }
        self.stroke = Some((ink, width, dashed));
        let dash = if dashed { LineDashPattern::new(0.0, &[2.0, 2.0]) } else { LineDashPattern::solid() };
        self.ops.extend([
            Op::SetOutlineColor { col: colour(ink) },
            Op::SetOutlineThickness { pt: Pt(width) },
            Op::SetLineDashPattern { dash },
        ]);
    }

    /// From the top left, y downwards, to the bottom left, y upwards.
    fn point(&self, at: Point) -> printpdf::Point {
        printpdf::Point { x: Pt(rounded(at.0)), y: Pt(rounded(self.height - at.1)) }
    }
}

/// Hundredths of a point are finer than any printer, and keep the file small.
fn rounded(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}

fn colour(ink: Ink) -> Color {
    let part = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb::new(part(ink.0), part(ink.1), part(ink.2), None))
}
