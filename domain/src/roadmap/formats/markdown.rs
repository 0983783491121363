//! A roadmap as Markdown with tables, for a wiki or an issue: a heading for each phase, with the levels after it.

use std::fmt::Write as _;

use super::{Overlay, Titles, Tracking, days, decimal, moves, source, way};
use crate::assessments::answer_in_words;
use crate::questionnaires::Bank;
use crate::roadmap::{Item, Phase, ProjectedDimension, Roadmap};

const HEAD: [&str; 8] = ["Item", "What to do", "Answer", "Effort", "Value", "Role", "Began in", "Why here"];
const TRACKED_HEAD: [&str; 3] = ["Owner", "Status", "Due"];

/// A roadmap as a Markdown document.
#[must_use]
pub fn markdown(roadmap: &Roadmap, bank: &Bank, overlay: Option<&Overlay>) -> String {
    let titles = Titles(bank);
    let mut text = format!(
        "# Roadmap to {}\n\n{}.\n\n{}.\n",
        escaped(&titles.level(roadmap.target)),
        escaped(&source(roadmap, bank)),
        escaped(&way(roadmap, &titles)),
    );
    let mut before: &[ProjectedDimension] = &roadmap.start.dimensions;
    for phase in &roadmap.phases {
        text += &section(phase, before, &titles, overlay);
        before = &phase.projected.dimensions;
    }
    if !roadmap.unreachable.is_empty() {
        text += "\n## What stops the target\n\n";
        for stop in &roadmap.unreachable {
            let name = titles.dimension(&stop.code);
            let _ = writeln!(text, "- {}: {}", escaped(name), escaped(&stop.reason));
        }
    }
    text
}

fn section(
    phase: &Phase,
    before: &[ProjectedDimension],
    titles: &Titles<'_>,
    overlay: Option<&Overlay>,
) -> String {
    let days = days(phase);
    let mut text = format!("\n## Phase {}", phase.number);
    text += &if days.is_empty() { "\n\n".to_owned() } else { format!(": {days}\n\n") };
    if phase.items.is_empty() {
        text += "Nothing ends in this phase.\n";
    } else {
        text += &table(&phase.items, titles, overlay);
    }
    let mut reached = format!("\nAfter it: {}", escaped(&titles.level(phase.projected.claimed)));
    let moves = moves(before, &phase.projected.dimensions, titles);
    if !moves.is_empty() {
        let _ = write!(reached, ". {}", escaped(&moves.join(", ")));
    }
    text + &reached + ".\n"
}

fn table(items: &[Item], titles: &Titles<'_>, overlay: Option<&Overlay>) -> String {
    let tracked_head: &[&str] = if overlay.is_some() { &TRACKED_HEAD } else { &[] };
    let head: Vec<String> = HEAD.iter().chain(tracked_head).map(|name| (*name).to_owned()).collect();
    let mut text = row(&head) + &row(&vec!["---".to_owned(); head.len()]);
    for item in items {
        let mut cells = vec![
            item.code.clone(),
            titles.action(item).to_owned(),
            format!("{} → {}", answer_in_words(item.from.as_deref()), item.to),
            item.effort.to_string(),
            decimal(item.value),
            titles.role(&item.role).to_owned(),
            format!("phase {}", item.started_in),
            item.reasons.join("; "),
        ];
        if let Some(overlay) = overlay {
            cells.extend(Tracking::cells(overlay.get(&item.code)));
        }
        text += &row(&cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>());
    }
    text
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Text that Markdown shows as it is, on one line: what people wrote is neither markup nor another cell.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            sign if sign.is_control() => escaped.push(' '),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_people_wrote_is_neither_markup_nor_another_cell() {
        assert_eq!(escaped("a | b\n<b>*c*</b> [d](e)"), "a \\| b \\<b\\>\\*c\\*\\</b\\> \\[d\\](e)");
    }
}
