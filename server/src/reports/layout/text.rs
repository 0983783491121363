//! Text that changes face or colour or leads somewhere, and breaking it into lines.

use super::fonts::{Face, Fonts};
use super::theme::Ink;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Out of the document.
    Uri(String),
    /// To the heading of this name in the document.
    Anchor(String),
}

/// A stretch of text in one face and colour.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) face: Face,
    pub(crate) ink: Option<Ink>,
    pub(crate) target: Option<Target>,
    /// Set smaller than its neighbours.
    pub(crate) small: bool,
}

/// Text made of runs. A newline breaks the line; other white space is one space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rich {
    pub(crate) runs: Vec<Run>,
}

impl Rich {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds text in the regular face.
    pub(crate) fn plain(self, text: impl Into<String>) -> Self {
        self.with(text, Face::Regular, None, None)
    }

    /// Adds text in the bold face.
    pub(crate) fn bold(self, text: impl Into<String>) -> Self {
        self.with(text, Face::Bold, None, None)
    }

    /// Adds text in the monospaced face.
    pub(crate) fn mono(self, text: impl Into<String>) -> Self {
        self.with(text, Face::Mono, None, None)
    }

    /// Adds text that leads to `target`.
    pub(crate) fn link(self, text: impl Into<String>, target: Target) -> Self {
        self.with(text, Face::Regular, Some(super::theme::LINK), Some(target))
    }

    /// Adds text in `ink`.
    pub(crate) fn tinted(self, text: impl Into<String>, face: Face, ink: Ink) -> Self {
        self.with(text, face, Some(ink), None)
    }

    /// Adds text in a quieter colour.
    pub(crate) fn quiet(self, text: impl Into<String>) -> Self {
        self.tinted(text, Face::Regular, super::theme::MUTED)
    }

    /// Adds small print.
    pub(crate) fn fine(self, text: impl Into<String>) -> Self {
        let mut out = self.quiet(text);
        if let Some(run) = out.runs.last_mut() {
            run.small = true;
        }
        out
    }

    /// The parts one after the other, with `between` between them.
    pub(crate) fn joined(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut out = Self::new();
        for part in parts {
            if !out.runs.is_empty() && !between.is_empty() {
                out = out.plain(between);
            }
            out.runs.extend(part.runs);
        }
        out
    }

    /// True when nothing would be printed.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }

    fn with(mut self, text: impl Into<String>, face: Face, ink: Option<Ink>, target: Option<Target>) -> Self {
        self.runs.push(Run { text: text.into(), face, ink, target, small: false });
        self
    }
}

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        Self::new().plain(text)
    }
}

impl From<String> for Rich {
    fn from(text: String) -> Self {
        Self::new().plain(text)
    }
}

/// Part of a line: text of one run.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) run: usize,
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) text: String,
}

/// A line of text, from its left edge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) width: f32,
}

/// Breaks `rich` into lines at most `width` points wide. A word that does not fit even alone is broken where it must.
pub(crate) fn break_lines(fonts: &Fonts, rich: &Rich, size: f32, width: f32) -> Vec<Line> {
    let mut breaker =
        Breaker { fonts, rich, size, limit: width.max(1.0), lines: vec![Line::default()], space: None };
    for unit in units(rich) {
        match unit {
            Unit::Newline => breaker.new_line(),
            Unit::Space(run) => breaker.space = Some(run),
            Unit::Word(atoms) => breaker.word(&atoms),
        }
    }
    breaker.lines
}

/// What cannot be broken (a word may be made of several runs), and what stands between.
enum Unit<'a> {
    Word(Vec<(usize, &'a str)>),
    Space(usize),
    Newline,
}

fn units(rich: &Rich) -> Vec<Unit<'_>> {
    let mut units = Vec::new();
    let mut word: Vec<(usize, &str)> = Vec::new();
    for (index, run) in rich.runs.iter().enumerate() {
        let mut start = 0;
        for (at, c) in run.text.char_indices() {
            let end = at + c.len_utf8();
            let blank = c.is_whitespace() && c != '\u{a0}';
            if blank || may_break_after(c, run.face) {
                let part = &run.text[start..if blank { at } else { end }];
                if !part.is_empty() {
                    word.push((index, part));
                }
                if !word.is_empty() {
                    units.push(Unit::Word(std::mem::take(&mut word)));
                }
                match c {
                    '\n' => units.push(Unit::Newline),
                    _ if blank => units.push(Unit::Space(index)),
                    _ => {}
                }
                start = end;
            }
        }
        if start < run.text.len() {
            word.push((index, &run.text[start..]));
        }
    }
    if !word.is_empty() {
        units.push(Unit::Word(word));
    }
    units
}

/// Codes and digests are not words: they are broken only where nothing else helps.
fn may_break_after(c: char, face: Face) -> bool {
    face != Face::Mono && matches!(c, '-' | '/' | '\u{2013}' | '\u{2014}')
}

struct Breaker<'a> {
    fonts: &'a Fonts,
    rich: &'a Rich,
    size: f32,
    limit: f32,
    lines: Vec<Line>,
    space: Option<usize>,
}

impl Breaker<'_> {
    fn new_line(&mut self) {
        self.space = None;
        self.lines.push(Line::default());
    }

    fn word(&mut self, atoms: &[(usize, &str)]) {
        let width: f32 = atoms.iter().map(|&(run, text)| self.measure(run, text)).sum();
        let space = self.pending_space();
        if self.line().width > 0.0 && self.line().width + space + width > self.limit {
            self.new_line();
        }
        self.put_space();
        for &(run, text) in atoms {
            if width > self.limit { self.put_broken(run, text) } else { self.put(run, text) }
        }
    }

    /// Puts as many characters on each line as fit.
    fn put_broken(&mut self, run: usize, text: &str) {
        let mut start = 0;
        let mut width = 0.0;
        for (at, c) in text.char_indices() {
            let advance = self.measure(run, &text[at..at + c.len_utf8()]);
            if self.line().width + width + advance > self.limit && self.line().width + width > 0.0 {
                self.put(run, &text[start..at]);
                self.new_line();
                (start, width) = (at, 0.0);
            }
            width += advance;
        }
        self.put(run, &text[start..]);
    }

    fn put(&mut self, run: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let width = self.measure(run, text);
        let line = self.line();
        let x = line.width;
        match line.pieces.last_mut() {
            Some(last) if last.run == run => {
                last.text.push_str(text);
                last.width += width;
            }
            _ => line.pieces.push(Piece { run, x, width, text: text.to_owned() }),
        }
        line.width += width;
    }

    /// At the start of a line a space is dropped.
    fn put_space(&mut self) {
        if let Some(run) = self.space.take().filter(|_| self.line().width > 0.0) {
            self.put(run, " ");
        }
    }

    fn pending_space(&self) -> f32 {
        self.space.map_or(0.0, |run| self.measure(run, " "))
    }

    fn measure(&self, run: usize, text: &str) -> f32 {
        let run = &self.rich.runs[run];
        self.fonts.width(run.face, run.size(self.size), text)
    }

    fn line(&mut self) -> &mut Line {
        if self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }
}

impl Run {
    /// The size of its letters among text of `size`. Monospaced letters look larger than their neighbours at the same
    /// size, so they are set a little smaller.
    pub(crate) fn size(&self, size: f32) -> f32 {
        let size = if self.small { size * 0.9 } else { size };
        if self.face == Face::Mono { size * 0.93 } else { size }
    }
}
