//! A line for each item, in the order of work. Words are those of the JSON, so that machines can read them.

use super::{Overlay, Titles, Tracking, decimal};
use crate::csv::line;
use crate::questionnaires::Bank;
use crate::roadmap::{Item, Phase, Roadmap};

const HEAD: [&str; 15] = [
    "phase",
    "from_date",
    "until_date",
    "code",
    "action",
    "dimension",
    "level",
    "from",
    "to",
    "effort",
    "role",
    "value",
    "started_in",
    "unowned",
    "reasons",
];

const TRACKED_HEAD: [&str; 3] = ["owner", "status", "due"];

/// The items of a roadmap as CSV.
#[must_use]
pub fn csv(roadmap: &Roadmap, bank: &Bank, overlay: Option<&Overlay>) -> String {
    let tracked_head: &[&str] = if overlay.is_some() { &TRACKED_HEAD } else { &[] };
    let head: Vec<String> = HEAD.iter().chain(tracked_head).map(|name| (*name).to_owned()).collect();
    let mut table = line(&head);
    for phase in &roadmap.phases {
        for item in &phase.items {
            let mut cells = cells(phase, item, bank);
            if let Some(overlay) = overlay {
                cells.extend(Tracking::cells(overlay.get(&item.code)));
            }
            table += &line(&cells);
        }
    }
    table
}

fn cells(phase: &Phase, item: &Item, bank: &Bank) -> Vec<String> {
    let question = bank.question(&item.code);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        phase.number.to_string(),
        day(phase.from),
        day(phase.until),
        item.code.clone(),
        Titles(bank).action(item).to_owned(),
        question.map(|question| question.dimension.clone()).unwrap_or_default(),
        question.map(|question| question.level.to_string()).unwrap_or_default(),
        item.from.clone().unwrap_or_default(),
        item.to.to_string(),
        item.effort.to_string(),
        item.role.clone(),
        decimal(item.value),
        item.started_in.to_string(),
        item.unowned.to_string(),
        item.reasons.join("; "),
    ]
}
