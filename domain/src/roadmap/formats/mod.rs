//! A roadmap as text, Markdown, CSV and JSON: what the command line prints and the server exports.
//!
//! The server adds what it knows of items that are tracked, as an [`Overlay`]; offline there is none, and no columns
//! for it. To write another format: a file with a function that takes the same, and a golden file of it in
//! `domain/tests/rooms/roadmap/formats.rs`.

mod csv;
mod json;
mod markdown;
mod text;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Item, Roadmap};
use crate::assessments::Fraction;
use crate::questionnaires::Bank;

pub use csv::csv;
pub use json::json;
pub use markdown::markdown;
pub use text::text;

/// What is known of tracked items beyond the plan, by code.
pub type Overlay = BTreeMap<String, Tracking>;

/// What is known of a tracked item beyond the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tracking {
    /// The name of the person who answers for it.
    pub owner: Option<String>,
    /// How it stands, in a word.
    pub status: Option<String>,
    /// The day by which it is to be done.
    pub due: Option<NaiveDate>,
}

impl Tracking {
    /// Owner, status and due date as cells of a table.
    fn cells(of: Option<&Self>) -> [String; 3] {
        let known = of.cloned().unwrap_or_default();
        let due = known.due.map(|day| day.to_string()).unwrap_or_default();
        [known.owner.unwrap_or_default(), known.status.unwrap_or_default(), due]
    }
}

/// What the questionnaire calls things; what it does not know keeps its id.
struct Titles<'a>(&'a Bank);

impl<'a> Titles<'a> {
    fn level(&self, level: u8) -> String {
        let title = self.0.levels.get(usize::from(level)).map_or("", String::as_str);
        format!("level {level} ({title})")
    }

    fn dimension(&self, id: &'a str) -> &'a str {
        self.0.dimension(id).map_or(id, |dimension| &dimension.title)
    }

    fn role(&self, id: &'a str) -> &'a str {
        self.0.roles.iter().find(|role| role.id == id).map_or(id, |role| &role.title)
    }

    /// What to do.
    fn action(&self, item: &Item) -> &'a str {
        self.0.question(&item.code).map_or("", |question| &question.action)
    }
}

/// Name and version of the questionnaire, profile and day.
fn source(roadmap: &Roadmap, bank: &Bank) -> String {
    let asked = &roadmap.questionnaire;
    format!("{} {}, profile {}, as of {}", bank.title, asked.version, asked.profile, roadmap.as_of)
}

/// The days of a phase, or nothing where the roadmap has no calendar.
fn days(phase: &super::Phase) -> String {
    match (phase.from, phase.until) {
        (Some(from), Some(until)) => format!("{from} to {until}"),
        _ => String::new(),
    }
}

/// Number of things, and what they are.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Where it leads, in a sentence without its end.
fn way(roadmap: &Roadmap, titles: &Titles<'_>) -> String {
    let (start, target) = (titles.level(roadmap.start.claimed), titles.level(roadmap.target));
    match (roadmap.phases.is_empty(), roadmap.start.claimed >= roadmap.target) {
        (false, false) => format!("From {start} to {target}: {}", extent(roadmap)),
        (false, true) => format!("At {start}, single dimensions further: {}", extent(roadmap)),
        (true, true) => format!("At {start}: the target is reached, there is nothing to do"),
        (true, false) => format!("From {start} to {target}: nothing that is planned leads there"),
    }
}

/// How much there is to do.
fn extent(roadmap: &Roadmap) -> String {
    let items = || roadmap.phases.iter().flat_map(|phase| &phase.items);
    let effort: u64 = items().map(|item| u64::from(item.effort)).sum();
    format!(
        "{}, {effort} points of effort, {}",
        counted(items().count(), "item", "items"),
        counted(roadmap.phases.len(), "phase", "phases")
    )
}

/// What moved from one standing to the next: "Data 0 → 1"; empty where nothing did.
fn moves(
    before: &[super::ProjectedDimension],
    after: &[super::ProjectedDimension],
    titles: &Titles<'_>,
) -> Vec<String> {
    let moved = before.iter().zip(after).filter(|(before, after)| before.claimed != after.claimed);
    moved
        .map(|(before, after)| {
            let title = titles.0.dimension(&after.id).map_or(after.id.as_str(), |it| &it.title);
            format!("{title} {} → {}", before.claimed, after.claimed)
        })
        .collect()
}

/// A value with two digits: quarters need no more.
fn decimal(value: Fraction) -> String {
    let hundredths = value.scaled(100);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
