//! The time line of a roadmap: phases side by side, items one below the other, each a bar from its first phase to its
//! last. The head with the phases is repeated on each page, and no row is cut.
//!
//! It says nothing that the tables of the phases do not say; for those who cannot see it, the figure has their sum.

use std::rc::Rc;

use super::canvas::{Align, Canvas};
use super::flow::Slice;
use super::theme::{HAIRLINE, LABEL, MUTED, PENCIL, TEXT, WASH, WHITE};
use super::tree::ElementId;
use super::{Doc, Face};

/// Phases and what is done in them.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    pub(crate) phases: Vec<TimelinePhase>,
    pub(crate) rows: Vec<TimelineRow>,
}

/// A phase, and the level after it.
#[derive(Debug, Clone)]
pub(crate) struct TimelinePhase {
    pub(crate) number: u32,
    /// When it ends, short; may be empty.
    pub(crate) until: String,
    pub(crate) level: u8,
    /// Whether the level is higher than after the phase before.
    pub(crate) rises: bool,
}

/// An item, from its first phase to its last.
#[derive(Debug, Clone)]
pub(crate) struct TimelineRow {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) from: u32,
    pub(crate) to: u32,
}

const ROW: f32 = 13.0;
const HEAD: f32 = 34.0;
const CODES: f32 = 38.0;
/// Few phases leave more room for what is done, many leave less.
const LABELS: std::ops::RangeInclusive<f32> = 190.0..=300.0;
const USUAL_STEP: f32 = 52.0;

impl Doc<'_> {
    pub(crate) fn timeline(&mut self, timeline: &Timeline) {
        let levels: Vec<_> = timeline
            .phases
            .iter()
            .map(|phase| format!("level {} after phase {}", phase.level, phase.number))
            .collect();
        let alt = format!("Time line of {} items: {}.", timeline.rows.len(), levels.join(", "));
        let element = self.tree.add_described("Figure", ElementId::ROOT, alt);
        let grid = Grid { width: self.width(), phases: &timeline.phases };
        let mut canvas = self.canvas();
        canvas.element = Some(element);
        grid.head(&mut canvas);
        let head =
            Rc::new(Slice { height: HEAD, marks: canvas.marks, keep_with_next: true, ..Slice::default() });
        self.push(Slice { gap: 10.0, ..(*head).clone() });
        for (index, row) in timeline.rows.iter().enumerate() {
            let mut canvas = self.canvas();
            canvas.element = Some(element);
            grid.row(&mut canvas, row, index % 2 == 0);
            self.push(Slice {
                height: ROW,
                marks: canvas.marks,
                head: Some(Rc::clone(&head)),
                ..Slice::default()
            });
        }
    }
}

struct Grid<'a> {
    width: f32,
    phases: &'a [TimelinePhase],
}

impl Grid<'_> {
    /// Where the phases begin.
    fn labels(&self) -> f32 {
        (self.width - USUAL_STEP * self.phases.len() as f32).clamp(*LABELS.start(), *LABELS.end())
    }

    fn step(&self) -> f32 {
        (self.width - self.labels()) / self.phases.len().max(1) as f32
    }

    /// The left edge of a phase, from 1.
    fn x(&self, phase: u32) -> f32 {
        self.labels() + self.step() * phase.saturating_sub(1) as f32
    }

    fn head(&self, canvas: &mut Canvas<'_>) {
        canvas.text((0.0, 20.0), Align::Left, Face::Bold, LABEL.size, MUTED, "Phase");
        canvas.text((0.0, 30.0), Align::Left, Face::Bold, LABEL.size, MUTED, "Level after it");
        // Narrow columns name only some phases, but always those after which the level is higher.
        let every = (15.0 / self.step()).ceil().max(1.0) as u32;
        let room_for_days = self.step() > 44.0;
        for phase in self.phases {
            let centre = self.x(phase.number) + self.step() / 2.0;
            if phase.number % every == 1 % every || phase.rises {
                canvas.text(
                    (centre, 20.0),
                    Align::Centre,
                    Face::Bold,
                    LABEL.size + 0.5,
                    TEXT,
                    &phase.number.to_string(),
                );
            }
            if room_for_days {
                canvas.text(
                    (centre, 10.0),
                    Align::Centre,
                    Face::Regular,
                    LABEL.size - 0.75,
                    MUTED,
                    &phase.until,
                );
            }
            if phase.rises {
                canvas.fill((centre - 6.5, 22.5), (13.0, 10.0), PENCIL);
            }
            if phase.rises || every == 1 {
                let (face, ink) = if phase.rises { (Face::Bold, WHITE) } else { (Face::Regular, MUTED) };
                canvas.text(
                    (centre, 30.0),
                    Align::Centre,
                    face,
                    LABEL.size + 0.25,
                    ink,
                    &phase.level.to_string(),
                );
            }
        }
        canvas.rule((0.0, HEAD), (self.width, HEAD), 0.75, TEXT);
    }

    fn row(&self, canvas: &mut Canvas<'_>, row: &TimelineRow, banded: bool) {
        let element = canvas.element.take();
        if banded {
            canvas.fill((0.0, 0.0), (self.width, ROW), WASH);
        }
        for phase in self.phases {
            let x = self.x(phase.number);
            canvas.rule((x, 0.0), (x, ROW), 0.35, HAIRLINE);
        }
        canvas.element = element;
        canvas.text((0.0, 9.0), Align::Left, Face::Mono, 6.75, TEXT, &row.code);
        let text = self.fitting(canvas, &row.text, self.labels() - CODES - 8.0);
        canvas.text((CODES, 9.0), Align::Left, Face::Regular, 7.25, TEXT, &text);
        let (from, to) = (self.x(row.from) + 1.5, self.x(row.to + 1) - 1.5);
        canvas.fill((from, 3.5), ((to - from).max(1.5), 6.0), PENCIL);
    }

    /// As many whole words as fit, with an ellipsis where some do not.
    fn fitting(&self, canvas: &Canvas<'_>, text: &str, room: f32) -> String {
        let fits = |text: &str| canvas.fonts.width(Face::Regular, 7.25, text) <= room;
        if fits(text) {
            return text.to_owned();
        }
        let mut words: Vec<&str> = text.split_whitespace().collect();
        while words.pop().is_some() {
            let cut = format!("{}\u{2026}", words.join(" ").trim_end_matches([',', ';', ':', '.']));
            if fits(&cut) {
                return cut;
            }
        }
        String::new()
    }
}
