//! What all views of a team's roadmap are drawn from.

use std::sync::Arc;

use assay_domain::questionnaires::{Bank, Question};
use assay_domain::roadmap::{Item, ItemStatus, Roadmap};
use chrono::NaiveDate;

use crate::components::Tone;
pub use crate::components::day;
use crate::teams::TeamNav;

/// What the visitor may do with the roadmap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Make and change plans.
    pub plan: bool,
    /// Work on items.
    pub work: bool,
    /// Make a report, which embeds entries of the ledger.
    pub report: bool,
}

/// Which view is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Phases on a line of time.
    #[default]
    Timeline,
    /// Items by status.
    Board,
    /// All items in a table.
    List,
    /// Value against effort.
    Chart,
}

impl Shown {
    /// Every view, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Timeline, Self::Board, Self::List, Self::Chart];

    /// The word in the address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Board => "board",
            Self::List => "list",
            Self::Chart => "chart",
        }
    }

    /// The word on the tab.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Timeline => "Time line",
            Self::Board => "Board",
            Self::List => "List",
            Self::Chart => "Value and effort",
        }
    }

    /// The view of a word in the address.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }
}

/// What is known of an item since the plan was saved.
#[derive(Clone, Debug)]
pub struct Worked {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: ItemStatus,
    /// Who works on it: id and name.
    pub owner: Option<(String, String)>,
    /// The day by which it is due.
    pub due: Option<NaiveDate>,
    /// Whether that day is over and it is not done.
    pub overdue: bool,
    /// How much evidence it has.
    pub evidence: usize,
    /// How much of it nobody has looked at.
    pub unreviewed: usize,
    /// Whether accepted evidence waits to be taken over.
    pub proposed: bool,
    /// Why the visitor cannot take it over, where that is so.
    pub cannot_take_over: Option<String>,
    /// Counts the changes.
    pub revision: i64,
}

/// One item: of the plan, worked on, or both.
#[derive(Clone, Debug)]
pub struct Line {
    /// The question's code.
    pub code: String,
    /// What to do, in a sentence.
    pub action: String,
    /// The question's dimension: id and title.
    pub dimension: (String, String),
    /// The job role that it is charged to: id and title.
    pub role: (String, String),
    /// Its place in the plan: the phase in which it ends.
    pub planned: Option<(u32, Item)>,
    /// What is known since the plan was saved.
    pub worked: Option<Worked>,
}

impl Line {
    /// A line of a question.
    #[must_use]
    pub fn new(
        bank: &Bank,
        question: &Question,
        planned: Option<(u32, Item)>,
        worked: Option<Worked>,
    ) -> Self {
        let dimension = bank.dimension(&question.dimension).map(|known| known.title.clone());
        let role = question.owner_roles.first().cloned().unwrap_or_default();
        Self {
            code: question.code.clone(),
            action: question.action.clone(),
            dimension: (question.dimension.clone(), dimension.unwrap_or_else(|| question.dimension.clone())),
            role: (role.clone(), role_title(bank, &role)),
            planned,
            worked,
        }
    }

    /// The phase in which it ends.
    #[must_use]
    pub fn phase(&self) -> Option<u32> {
        self.planned.as_ref().map(|(phase, _)| *phase)
    }

    /// Where it stands; planned while nobody has begun.
    #[must_use]
    pub fn status(&self) -> ItemStatus {
        self.worked.as_ref().map_or(ItemStatus::Planned, |worked| worked.status)
    }

    /// Its owner's name.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.worked.as_ref()?.owner.as_ref().map(|(_, name)| name.as_str())
    }

    /// Where it is shown, once the plan was saved.
    #[must_use]
    pub fn href(&self, roadmap: &str) -> Option<String> {
        self.worked.as_ref().map(|worked| format!("{roadmap}/items/{}", worked.id))
    }
}

/// What a job role is called.
#[must_use]
pub fn role_title(bank: &Bank, id: &str) -> String {
    bank.roles.iter().find(|role| role.id == id).map_or_else(|| id.to_owned(), |role| role.title.clone())
}

/// A team's roadmap.
#[derive(Clone, Debug)]
pub struct RoadmapView {
    /// The team.
    pub nav: TeamNav,
    /// The questionnaire.
    pub bank: Arc<Bank>,
    /// The assessment that it starts from: title and address.
    pub assessment: (String, String),
    /// The plan that is shown: the saved one, the shortest way while none is saved, or one that is tried out.
    pub plan: Roadmap,
    /// How often a plan was saved; 0 while none is.
    pub revision: i64,
    /// Who saved it last, and when.
    pub saved: Option<String>,
    /// The items of the plan in the order of work, then what is worked on besides.
    pub lines: Vec<Line>,
    /// The view.
    pub shown: Shown,
    /// What the visitor may do.
    pub rights: Rights,
    /// Whether the plan that is shown is tried out.
    pub is_tried: bool,
    /// The phase before which each item may not begin, by code, as saved.
    pub not_before: std::collections::BTreeMap<String, u32>,
}

impl RoadmapView {
    /// The address of the roadmap, or of something below it.
    #[must_use]
    pub fn href(&self, rest: &str) -> String {
        format!("{}/roadmap{rest}", self.nav.href)
    }

    /// Whether the visitor may move this item to another phase: of the saved plan, not of one that is tried out.
    #[must_use]
    pub fn may_move(&self, line: &Line) -> bool {
        self.rights.plan && !self.is_tried && line.worked.is_some() && line.planned.is_some()
    }

    /// The items of a phase, in the order of work.
    pub fn of_phase(&self, number: u32) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.phase() == Some(number))
    }

    /// The claimed level after the last phase.
    #[must_use]
    pub fn end_level(&self) -> u8 {
        end_level(&self.plan)
    }
}

/// The claimed level after the last phase of a plan.
#[must_use]
pub fn end_level(plan: &Roadmap) -> u8 {
    plan.phases.last().map_or(plan.start.claimed, |phase| phase.projected.claimed)
}

/// How a status is meant.
#[must_use]
pub fn tone(status: ItemStatus) -> Tone {
    match status {
        ItemStatus::Planned | ItemStatus::Dropped => Tone::Neutral,
        ItemStatus::InProgress => Tone::Info,
        ItemStatus::Blocked => Tone::Warn,
        ItemStatus::Done => Tone::Good,
    }
}

/// "1 item", "2 items".
#[must_use]
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// A roadmap in one line, for the team's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// "Level 1 to level 2 in 4 phases, until 17 May 2027".
    pub sentence: String,
    /// What waits: "2 overdue", "3 without an owner".
    pub notes: Vec<String>,
}

impl Summary {
    /// The summary of a plan.
    #[must_use]
    pub fn of(plan: &Roadmap, notes: Vec<String>) -> Self {
        let Some(last) = plan.phases.last() else {
            let sentence = if plan.unreachable.is_empty() {
                format!("Level {} is reached.", plan.target)
            } else {
                format!("Level {} cannot be reached as things stand.", plan.target)
            };
            return Self { sentence, notes };
        };
        let phases = counted(plan.phases.len(), "phase");
        let until = last.until.map(|until| format!(", until {}", day(until))).unwrap_or_default();
        let sentence =
            format!("Level {} to level {} in {phases}{until}.", plan.start.claimed, end_level(plan));
        Self { sentence, notes }
    }
}
