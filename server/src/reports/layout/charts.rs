//! Pictures: the level ladder, the radar, the heat map, levels over time, bars, and the QR code.
//!
//! A picture says nothing that the text beside it does not say: each comes with words for those who cannot see it.

use qrcode::{Color, EcLevel, QrCode};

use super::canvas::{Align, Canvas, Mark, Point, Setting};
use super::text::Rich;
use super::theme::{
    GOLD, HAIRLINE, Ink, LABEL, MUTED, PENCIL, PENCIL_LIGHT, STRUCK, TEXT, Type, WHITE, score_ink,
};
use super::{Doc, Face};

/// The levels as stairs.
#[derive(Debug, Clone)]
pub(crate) struct Ladder<'a> {
    /// Names of the levels, from 0.
    pub(crate) names: &'a [String],
    pub(crate) marks: LadderMarks,
}

/// What is marked on the stairs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LadderMarks {
    /// How far a team claims to be, and how far its evidence carries.
    Evidence { claimed: usize, supported: usize },
    /// Where a team stands, and where a plan leads.
    Plan { today: usize, planned: usize },
}

impl LadderMarks {
    /// The higher and the lower of the two levels.
    fn levels(self) -> (usize, usize) {
        match self {
            Self::Evidence { claimed, supported } => (claimed, supported),
            Self::Plan { today, planned } => (planned, today),
        }
    }

    /// How a step that is reached for certain is filled: gold only where evidence carries it.
    fn ground(self) -> Ink {
        match self {
            Self::Evidence { .. } => STRUCK,
            Self::Plan { .. } => PENCIL_LIGHT,
        }
    }

    /// What stands above a step.
    fn word(self, level: usize) -> Option<(&'static str, Ink)> {
        let (higher, lower) = self.levels();
        let evidence = matches!(self, Self::Evidence { .. });
        match (level == higher, level == lower) {
            (true, true) if level == 0 || !evidence => Some(("today", TEXT)),
            (true, true) => Some(("claimed and supported", GOLD)),
            (true, false) if evidence => Some(("claimed", PENCIL)),
            (true, false) => Some(("after this plan", PENCIL)),
            (false, true) if evidence => Some(("supported", GOLD)),
            (false, true) => Some(("today, as claimed", TEXT)),
            (false, false) => None,
        }
    }
}

/// One direction of a radar; lengths in hundredths of a level, 0 to 400.
#[derive(Debug, Clone)]
pub(crate) struct Spoke {
    pub(crate) name: String,
    pub(crate) claimed: u32,
    pub(crate) supported: u32,
}

/// Levels of all dimensions at a glance.
#[derive(Debug, Clone)]
pub(crate) struct Radar {
    pub(crate) spokes: Vec<Spoke>,
}

/// A row of the heat map: its name, and its cells with a score from 0 to 1.
#[derive(Debug, Clone)]
pub(crate) struct HeatRow {
    pub(crate) name: String,
    /// Its title, and its score as a whole percentage.
    pub(crate) cells: Vec<(String, u8)>,
}

/// Levels over time.
#[derive(Debug, Clone)]
pub(crate) struct Trend {
    /// Date as printed, claimed level, supported level; the oldest first.
    pub(crate) points: Vec<(String, u8, u8)>,
}

/// A bar with its label and count.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) count: u64,
}

const TOP_LEVEL: f32 = 4.0;

impl Doc<'_> {
    pub(crate) fn ladder(&mut self, ladder: &Ladder<'_>) {
        let alt = match ladder.marks {
            LadderMarks::Evidence { claimed, supported } => {
                format!("Level ladder: level {claimed} claimed, level {supported} supported by evidence.")
            }
            LadderMarks::Plan { today, planned } => {
                format!("Level ladder: level {today} today, level {planned} after this plan.")
            }
        };
        self.figure(128.0, alt, "", |canvas, width| draw_ladder(canvas, width, ladder));
    }

    pub(crate) fn radar(&mut self, radar: &Radar) {
        let spokes: Vec<_> = radar
            .spokes
            .iter()
            .map(|spoke| {
                format!(
                    "{} {} claimed, {} supported",
                    spoke.name,
                    hundredths(spoke.claimed),
                    hundredths(spoke.supported)
                )
            })
            .collect();
        let alt = format!("Radar of the dimensions: {}.", spokes.join("; "));
        self.figure(232.0, alt, "", |canvas, width| draw_radar(canvas, width, radar));
    }

    pub(crate) fn heat_map(&mut self, rows: &[HeatRow]) {
        for (index, row) in rows.iter().enumerate() {
            let cells: Vec<_> =
                row.cells.iter().map(|(name, score)| format!("{name} {}", percent(*score))).collect();
            let alt = format!("{}: {}.", row.name, cells.join(", "));
            let lines = row.cells.len().div_ceil(HEAT_COLUMNS).max(1);
            self.figure(lines as f32 * HEAT_HEIGHT, alt, "", |canvas, width| {
                draw_heat_row(canvas, width, row);
            });
            if index > 0
                && let Some(slice) = self.slices.last_mut()
            {
                slice.gap = 5.0;
            }
        }
    }

    pub(crate) fn trend(&mut self, trend: &Trend, caption: &str) {
        let points: Vec<_> = trend
            .points
            .iter()
            .map(|(date, claimed, supported)| format!("{date}: {claimed} claimed, {supported} supported"))
            .collect();
        let alt = format!("Level over time: {}.", points.join("; "));
        self.figure(112.0, alt, caption, |canvas, width| draw_trend(canvas, width, trend));
    }

    pub(crate) fn bars(&mut self, bars: &[Bar], caption: &str) {
        let words: Vec<_> = bars.iter().map(|bar| format!("{} {}", bar.label, bar.count)).collect();
        let alt = format!("{caption}: {}.", words.join(", "));
        self.figure(bars.len() as f32 * BAR_HEIGHT, alt, "", |canvas, width| draw_bars(canvas, width, bars));
    }

    pub(crate) fn columns(&mut self, columns: &[Bar], caption: &str) {
        let words: Vec<_> =
            columns.iter().map(|column| format!("{} {}", column.label, column.count)).collect();
        let alt = format!("{caption}: {}.", words.join(", "));
        self.figure(82.0, alt, "", |canvas, width| draw_columns(canvas, width, columns));
    }
}

/// Counts side by side, for example one for each day; the first and the last are named.
fn draw_columns(canvas: &mut Canvas<'_>, width: f32, columns: &[Bar]) {
    const BASE: f32 = 70.0;
    let most = columns.iter().map(|column| column.count).max().unwrap_or(1).max(1) as f32;
    let step = (width / columns.len().max(1) as f32).min(36.0);
    for (index, column) in columns.iter().enumerate() {
        let height = (BASE - 14.0) * column.count as f32 / most;
        canvas.fill((index as f32 * step, BASE - height), ((step - 2.0).max(step * 0.7), height), PENCIL);
        if step > 15.0 {
            let x = index as f32 * step + (step - 2.0) / 2.0;
            canvas.text(
                (x, BASE - height - 3.0),
                Align::Centre,
                Face::Regular,
                6.5,
                MUTED,
                &grouped(column.count),
            );
        }
    }
    canvas.rule((0.0, BASE), (width, BASE), 0.5, TEXT);
    let end = step * columns.len() as f32;
    if let Some(first) = columns.first() {
        canvas.text((0.0, BASE + 10.0), Align::Left, Face::Regular, LABEL.size, MUTED, &first.label);
    }
    if let Some(last) = columns.last().filter(|_| columns.len() > 4) {
        canvas.text((end, BASE + 10.0), Align::Right, Face::Regular, LABEL.size, MUTED, &last.label);
    }
}

fn draw_ladder(canvas: &mut Canvas<'_>, width: f32, ladder: &Ladder<'_>) {
    let steps = ladder.names.len().max(1);
    let (gap, base, rise) = (4.0, 88.0, 14.0);
    let step = (width - gap * (steps - 1) as f32) / steps as f32;
    let ((higher, lower), ground) = (ladder.marks.levels(), ladder.marks.ground());
    for (level, name) in ladder.names.iter().enumerate() {
        let x = level as f32 * (step + gap);
        let height = 10.0 + rise * level as f32;
        let at = (x, base - height);
        let (fill, edge, ink) = if level <= lower {
            (ground, ground, TEXT)
        } else if level <= higher {
            (WHITE, PENCIL, TEXT)
        } else {
            (WHITE, HAIRLINE, MUTED)
        };
        canvas.shape(rectangle(at, (step, height)), Some(fill), Some((edge, 0.75)));
        canvas.text((x + 6.0, base - height + 8.6), Align::Left, Face::Bold, 7.5, ink, &level.to_string());
        let label =
            Rich::new().tinted(name.as_str(), Face::Regular, if level <= higher { TEXT } else { MUTED });
        canvas.block(&label, (x, base + 5.0), step, LABEL, Align::Left, MUTED);
        let Some((here, ink)) = ladder.marks.word(level) else { continue };
        canvas.text((x, base - height - 5.0), Align::Left, Face::Bold, LABEL.size + 0.5, ink, here);
    }
}

fn draw_radar(canvas: &mut Canvas<'_>, width: f32, radar: &Radar) {
    let (centre, radius) = ((142.0, 116.0), 84.0);
    let count = radar.spokes.len().max(1) as f32;
    let at = |index: usize, level: f32| -> Point {
        let angle = index as f32 / count * std::f32::consts::TAU - std::f32::consts::FRAC_PI_2;
        (
            centre.0 + radius * level / TOP_LEVEL * angle.cos(),
            centre.1 + radius * level / TOP_LEVEL * angle.sin(),
        )
    };
    let ring = |level: &dyn Fn(&Spoke) -> f32| -> Vec<Point> {
        radar.spokes.iter().enumerate().map(|(index, spoke)| at(index, level(spoke))).collect()
    };
    for level in [1.0, 2.0, 3.0, 4.0] {
        canvas.shape(ring(&|_| level), None, Some((HAIRLINE, 0.5)));
    }
    for (index, spoke) in radar.spokes.iter().enumerate() {
        canvas.rule(centre, at(index, TOP_LEVEL), 0.5, HAIRLINE);
        let (x, y) = at(index, TOP_LEVEL + 0.42);
        let align = match x - centre.0 {
            side if side > 8.0 => Align::Left,
            side if side < -8.0 => Align::Right,
            _ => Align::Centre,
        };
        canvas.text((x, y + 2.6), align, Face::Regular, LABEL.size + 0.25, TEXT, &spoke.name);
    }
    canvas.shape(ring(&|spoke| spoke.supported as f32 / 100.0), Some(STRUCK), None);
    let claimed = ring(&|spoke| spoke.claimed as f32 / 100.0);
    for (&from, &to) in claimed.iter().zip(claimed.iter().cycle().skip(1)) {
        canvas.dashed(from, to, 1.0, PENCIL);
    }
    for &corner in &claimed {
        canvas.dot(corner, 1.8, Some(WHITE), Some((PENCIL, 0.9)));
    }
    for level in [1.0_f32, 2.0, 3.0, 4.0] {
        let y = centre.1 - radius * level / TOP_LEVEL;
        canvas.text((centre.0 - 3.0, y + 2.4), Align::Right, Face::Regular, 6.0, MUTED, &level.to_string());
    }
    radar_legend(canvas, (304.0, 32.0), width - 304.0, radar);
}

fn radar_legend(canvas: &mut Canvas<'_>, at: Point, width: f32, radar: &Radar) {
    let (first, second) = (at.0 + width - 48.0, at.0 + width);
    canvas.text((first, at.1), Align::Right, Face::Bold, LABEL.size, MUTED, "Claimed");
    canvas.text((second, at.1), Align::Right, Face::Bold, LABEL.size, MUTED, "Supported");
    canvas.rule((at.0, at.1 + 6.0), (second, at.1 + 6.0), 0.75, TEXT);
    for (index, spoke) in radar.spokes.iter().enumerate() {
        let y = at.1 + 20.0 + index as f32 * 18.0;
        canvas.text((at.0, y), Align::Left, Face::Regular, 8.25, TEXT, &spoke.name);
        canvas.text((first, y), Align::Right, Face::Regular, 8.25, TEXT, &hundredths(spoke.claimed));
        canvas.text((second, y), Align::Right, Face::Regular, 8.25, TEXT, &hundredths(spoke.supported));
        canvas.rule((at.0, y + 6.0), (second, y + 6.0), 0.5, HAIRLINE);
    }
    let y = at.1 + 34.0 + radar.spokes.len() as f32 * 18.0;
    key(canvas, (at.0, y), None, "claimed");
    key(canvas, (at.0 + 62.0, y), Some(STRUCK), "supported by evidence");
}

/// A legend's mark, hollow for a claim, and what it stands for.
fn key(canvas: &mut Canvas<'_>, at: Point, fill: Option<Ink>, text: &str) {
    canvas.shape(
        rectangle((at.0, at.1 - 6.0), (7.0, 7.0)),
        Some(fill.unwrap_or(WHITE)),
        Some((fill.unwrap_or(PENCIL), 0.75)),
    );
    canvas.text((at.0 + 12.0, at.1), Align::Left, Face::Regular, LABEL.size, MUTED, text);
}

const HEAT_COLUMNS: usize = 4;
const HEAT_HEIGHT: f32 = 34.0;

fn draw_heat_row(canvas: &mut Canvas<'_>, width: f32, row: &HeatRow) {
    const NAMES: f32 = 92.0;
    let name = Rich::new().bold(row.name.as_str());
    canvas.block(&name, (0.0, 8.0), NAMES - 10.0, Type { size: 8.25, leading: 11.0 }, Align::Left, TEXT);
    let step = (width - NAMES) / HEAT_COLUMNS as f32;
    for (index, (name, score)) in row.cells.iter().enumerate() {
        let at = (NAMES + (index % HEAT_COLUMNS) as f32 * step, (index / HEAT_COLUMNS) as f32 * HEAT_HEIGHT);
        let (fill, ink) = score_ink(f32::from(*score) / 100.0);
        canvas.fill(at, (step - 3.0, HEAT_HEIGHT - 3.0), fill);
        let style = Type { size: 7.25, leading: 8.75 };
        let text = Rich::new().tinted(name.as_str(), Face::Regular, ink);
        let room = step - 3.0 - 12.0 - 24.0;
        let lines = super::text::break_lines(canvas.fonts, &text, style.size, room);
        let shown = &lines[..lines.len().min(3)];
        canvas.lines(
            &text,
            shown,
            (at.0 + 6.0, at.1 + 3.0),
            Setting { width: room, style, align: Align::Left, ink },
        );
        let right = (at.0 + step - 3.0 - 5.0, at.1 + 11.0);
        canvas.text(right, Align::Right, Face::Bold, 7.5, ink, &percent(*score));
    }
}

fn draw_trend(canvas: &mut Canvas<'_>, width: f32, trend: &Trend) {
    let (left, right, base, top) = (18.0, width - 34.0, 88.0, 10.0);
    let y = |level: f32| base - (base - top) * level / TOP_LEVEL;
    for level in [0.0_f32, 1.0, 2.0, 3.0, 4.0] {
        canvas.rule((left, y(level)), (width, y(level)), 0.5, HAIRLINE);
        canvas.text(
            (left - 8.0, y(level) + 2.5),
            Align::Right,
            Face::Regular,
            LABEL.size,
            MUTED,
            &level.to_string(),
        );
    }
    let step = (right - left - 20.0) / trend.points.len().saturating_sub(1).max(1) as f32;
    let x = |index: usize| left + 20.0 + index as f32 * step;
    for (index, (date, claimed, supported)) in trend.points.iter().enumerate() {
        if let Some((_, next_claimed, next_supported)) = trend.points.get(index + 1) {
            let (from, to) = (x(index), x(index + 1));
            // A level holds until the next assessment, so the line is a stair, as on the pages.
            let mut stair = |level: u8, next: u8, width, colour| {
                canvas.rule((from, y(level.into())), (to, y(level.into())), width, colour);
                canvas.rule((to, y(level.into())), (to, y(next.into())), width, colour);
            };
            stair(*claimed, *next_claimed, 0.75, PENCIL);
            stair(*supported, *next_supported, 1.5, STRUCK);
        }
        canvas.text((x(index), base + 14.0), Align::Centre, Face::Regular, LABEL.size, MUTED, date);
    }
    for (index, (_, claimed, supported)) in trend.points.iter().enumerate() {
        canvas.dot((x(index), y((*claimed).into())), 4.0, Some(WHITE), Some((PENCIL, 1.0)));
        canvas.dot((x(index), y((*supported).into())), 2.4, Some(STRUCK), None);
    }
}

const BAR_HEIGHT: f32 = 15.0;

fn draw_bars(canvas: &mut Canvas<'_>, width: f32, bars: &[Bar]) {
    const LABELS: f32 = 168.0;
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1) as f32;
    let room = width - LABELS - 44.0;
    for (index, bar) in bars.iter().enumerate() {
        let y = index as f32 * BAR_HEIGHT;
        let length = (room * bar.count as f32 / most).max(if bar.count > 0 { 1.0 } else { 0.0 });
        canvas.text((0.0, y + 9.5), Align::Left, Face::Regular, 8.25, TEXT, &bar.label);
        canvas.fill((LABELS, y + 2.5), (length, 8.5), PENCIL);
        canvas.text(
            (LABELS + length + 5.0, y + 9.5),
            Align::Left,
            Face::Regular,
            8.25,
            MUTED,
            &grouped(bar.count),
        );
    }
}

impl Canvas<'_> {
    /// `text` as a QR code in a square of `side` points; nothing when it is too long for one.
    pub(crate) fn qr_code(&mut self, at: Point, side: f32, text: &str) {
        let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return };
        let count = code.width();
        let module = side / count as f32;
        // Adjoining modules of a row are one ring, and all rings one shape, so that no viewer shows seams.
        let mut rings = Vec::new();
        for (row, colours) in code.to_colors().chunks(count.max(1)).enumerate() {
            let mut column = 0;
            for run in colours.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    let corner = (at.0 + column as f32 * module, at.1 + row as f32 * module);
                    rings.push(rectangle(corner, (run.len() as f32 * module, module)));
                }
                column += run.len();
            }
        }
        self.push(Mark::Shape { rings, fill: Some(TEXT), stroke: None });
    }
}

fn rectangle(at: Point, size: Point) -> Vec<Point> {
    vec![at, (at.0 + size.0, at.1), (at.0 + size.0, at.1 + size.1), (at.0, at.1 + size.1)]
}

fn percent(score: u8) -> String {
    format!("{score}\u{a0}%")
}

/// Hundredths of a level as a decimal.
pub(crate) fn hundredths(value: u32) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

/// A count with its thousands set apart.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}
