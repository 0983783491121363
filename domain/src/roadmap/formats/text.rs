//! A roadmap as text on a terminal: where it leads, what is done when, and why.

use std::fmt::Write as _;

use super::{Overlay, Titles, Tracking, days, moves, source, way};
use crate::assessments::{answer_in_words, level_bar};
use crate::questionnaires::Bank;
use crate::roadmap::{Item, Phase, ProjectedDimension, Roadmap, Unreachable};

/// A roadmap for people at a terminal.
#[must_use]
pub fn text(roadmap: &Roadmap, bank: &Bank, overlay: Option<&Overlay>) -> String {
    let titles = Titles(bank);
    let mut sections = vec![heading(roadmap, bank), levels(roadmap, &titles)];
    let widths = Widths::of(roadmap, &titles);
    let mut before: &[ProjectedDimension] = &roadmap.start.dimensions;
    for phase in &roadmap.phases {
        sections.push(section(phase, before, &titles, &widths, overlay));
        before = &phase.projected.dimensions;
    }
    sections.push(stops(roadmap, &titles));
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

fn heading(roadmap: &Roadmap, bank: &Bank) -> String {
    format!("{}\n\n  {}\n", source(roadmap, bank), way(roadmap, &Titles(bank)))
}

/// The dimensions today and at the end.
fn levels(roadmap: &Roadmap, titles: &Titles<'_>) -> String {
    let today = &roadmap.start.dimensions;
    let end = roadmap.phases.last().map_or(today, |phase| &phase.projected.dimensions);
    let width = today.iter().map(|it| titles.dimension(&it.id).chars().count()).max().unwrap_or(0) + 3;
    let mut text = format!("  {:width$}{:11}at the end\n", "", "today");
    for (today, end) in today.iter().zip(end) {
        let (title, now) = (titles.dimension(&today.id), level_bar(today.claimed));
        let _ = writeln!(text, "  {title:width$}{now:11}{}", level_bar(end.claimed));
    }
    text
}

/// How wide the columns of items are.
struct Widths {
    code: usize,
    answer: usize,
    role: usize,
}

impl Widths {
    fn of(roadmap: &Roadmap, titles: &Titles<'_>) -> Self {
        let items = || roadmap.phases.iter().flat_map(|phase| &phase.items);
        let widest = |of: &dyn Fn(&Item) -> usize| items().map(of).max().unwrap_or(0) + 2;
        Self {
            code: widest(&|item| item.code.chars().count()),
            answer: widest(&|item| answer(item).chars().count()),
            role: widest(&|item| titles.role(&item.role).chars().count()),
        }
    }
}

fn answer(item: &Item) -> String {
    format!("{} → {}", answer_in_words(item.from.as_deref()), item.to)
}

fn section(
    phase: &Phase,
    before: &[ProjectedDimension],
    titles: &Titles<'_>,
    widths: &Widths,
    overlay: Option<&Overlay>,
) -> String {
    let days = days(phase);
    let mut text = format!("Phase {}{}{days}\n\n", phase.number, if days.is_empty() { "" } else { ": " });
    if phase.items.is_empty() {
        text += "  Nothing ends in this phase.\n";
    }
    for item in &phase.items {
        text += &entry(item, titles, widths);
        if let Some(known) = overlay.and_then(|overlay| overlay.get(&item.code)) {
            let named = ["owner", "status", "due"].into_iter().zip(Tracking::cells(Some(known)));
            let known: Vec<String> = named
                .filter(|(_, known)| !known.is_empty())
                .map(|(name, known)| format!("{name} {known}"))
                .collect();
            let _ = writeln!(text, "  {:1$}{2}", "", widths.code, known.join("; "));
        }
    }
    let _ = write!(text, "\n  After it: {}", titles.level(phase.projected.claimed));
    let moves = moves(before, &phase.projected.dimensions, titles);
    if !moves.is_empty() {
        let _ = write!(text, "; {}", moves.join(", "));
    }
    text + "\n"
}

/// An item: what to do, and below it why it stands here.
fn entry(item: &Item, titles: &Titles<'_>, widths: &Widths) -> String {
    let Widths { code, answer: wide, role } = widths;
    let points = super::counted(item.effort as usize, "point", "points");
    let head = format!(
        "  {:code$}{:wide$}{points:11}{:role$}{}\n",
        item.code,
        answer(item),
        titles.role(&item.role),
        titles.action(item)
    );
    if item.reasons.is_empty() { head } else { format!("{head}  {:code$}{}\n", "", item.reasons.join("; ")) }
}

fn stops(roadmap: &Roadmap, titles: &Titles<'_>) -> String {
    if roadmap.unreachable.is_empty() {
        return String::new();
    }
    let name = |stop: &Unreachable| titles.dimension(&stop.code).to_owned();
    let width = roadmap.unreachable.iter().map(|stop| name(stop).chars().count()).max().unwrap_or(0) + 2;
    let mut text = "What stops the target:\n\n".to_owned();
    for stop in &roadmap.unreachable {
        let _ = writeln!(text, "  {:width$}{}", name(stop), stop.reason);
    }
    text
}
