//! Questions with what their answers are worth, summed up and held against the rules of a cell.

use chrono::NaiveDate;

use super::answer::{Answer, Choice};
use super::evidence::Grade;
use super::scorecard::Basis;
use super::{Fraction, Snapshot};
use crate::questionnaires::{Bank, LEVELS, Question};

/// A cell passes at this score, in percent.
pub(super) const PASS_PERCENT: i64 = 80;
/// A mandatory answer has to reach this, in quarters.
const MANDATORY_QUARTERS: i64 = 2;
/// More than this share of a dimension's weight not applicable, in percent, and it is not rated.
const MOST_NOT_APPLICABLE_PERCENT: i64 = 30;

/// One question of the profile and what its answer is worth.
pub(crate) struct Item<'a> {
    pub(crate) question: &'a Question,
    pub(crate) answer: Option<&'a Answer>,
    pub(super) worth: Worth,
}

/// What an answer is worth.
#[derive(Clone, Copy)]
pub(super) enum Worth {
    /// Allowed and approved: out of all sums.
    NotApplicable,
    /// Not answered, not known, or not applicable without permission or approval.
    Unanswered,
    /// A rung, in quarters of a full answer, and the grade of its evidence.
    Rung { quarters: i64, grade: Grade },
}

impl<'a> Item<'a> {
    /// The questions of the snapshot's profile.
    pub(crate) fn all(bank: &'a Bank, snapshot: &'a Snapshot) -> Vec<Self> {
        let item = |question: &'a Question| {
            let answer = snapshot.answers.get(&question.code);
            let worth =
                answer.map_or(Worth::Unanswered, |answer| Worth::of(question, answer, snapshot.as_of));
            Self { question, answer, worth }
        };
        bank.questions_of(&snapshot.profile).map(item).collect()
    }

    pub(crate) fn weight(&self) -> i64 {
        i64::from(self.question.weight)
    }

    pub(crate) const fn is_applicable(&self) -> bool {
        !matches!(self.worth, Worth::NotApplicable)
    }

    pub(super) const fn is_answered(&self) -> bool {
        matches!(self.worth, Worth::Rung { .. })
    }

    /// What the answer counts for, in quarters of a full one.
    pub(crate) fn quarters(&self, basis: Basis) -> i64 {
        match (self.worth, basis) {
            (Worth::Rung { quarters, .. }, Basis::Claimed) => quarters,
            (Worth::Rung { quarters, grade }, Basis::Supported) => quarters.min(grade.cap_quarters()),
            _ => 0,
        }
    }

    /// Whether a mandatory question is answered too low for its cell to pass.
    pub(super) fn fails_alone(&self, basis: Basis) -> bool {
        self.is_applicable() && self.question.mandatory && self.quarters(basis) < MANDATORY_QUARTERS
    }
}

impl Worth {
    fn of(question: &Question, answer: &Answer, as_of: NaiveDate) -> Self {
        match &answer.choice {
            Choice::Rung(rung) => Self::Rung { quarters: rung.quarters(), grade: answer.grade(as_of) },
            Choice::NotApplicable(_) if answer.is_not_applicable(question) => Self::NotApplicable,
            Choice::NotApplicable(_) | Choice::DontKnow => Self::Unanswered,
        }
    }
}

/// Sums over questions, of weights and of weights times quarters.
#[derive(Default)]
pub(super) struct Tally {
    /// Weight that applies.
    pub(super) applicable: i64,
    /// Weight that applies and is answered.
    pub(super) answered: i64,
    /// Weight times quarters.
    pub(super) points: i64,
    /// Weight that does not apply.
    pub(super) not_applicable: i64,
    /// Weight of what is mandatory and answered too low for its cell to pass.
    low: i64,
}

impl Tally {
    pub(super) fn of<'i, 'a: 'i>(items: impl IntoIterator<Item = &'i Item<'a>>, basis: Basis) -> Self {
        let mut tally = Self::default();
        for item in items {
            tally.add(item, basis);
        }
        tally
    }

    pub(super) fn add(&mut self, item: &Item<'_>, basis: Basis) {
        let weight = item.weight();
        if item.is_applicable() {
            self.applicable += weight;
            self.answered += if item.is_answered() { weight } else { 0 };
            self.points += weight * item.quarters(basis);
            self.low += if is_low(item, basis) { weight } else { 0 };
        } else {
            self.not_applicable += weight;
        }
    }

    /// Counts an item that was added as claimed as if it were answered in full. What does not apply stays out.
    pub(super) fn raise(&mut self, item: &Item<'_>) {
        if item.is_applicable() {
            let weight = item.weight();
            self.answered += if item.is_answered() { 0 } else { weight };
            self.points += weight * (4 - item.quarters(Basis::Claimed));
            self.low -= if is_low(item, Basis::Claimed) { weight } else { 0 };
        }
    }

    /// `sum(w*a) / sum(w)`; 0 where nothing applies.
    pub(super) fn score(&self) -> Fraction {
        Fraction::new(self.points, 4 * self.applicable).unwrap_or(Fraction::ZERO)
    }

    /// Answered weight of what applies; 1 where nothing applies.
    pub(super) fn coverage(&self) -> Fraction {
        Fraction::new(self.answered, self.applicable).unwrap_or(Fraction::ONE)
    }

    /// Points that still lack for a pass, in weight times quarters; 0 or less where the score passes.
    pub(super) const fn lacking(&self) -> i64 {
        // Rounded up: points are integers. A cell where nothing applies lacks nothing.
        (4 * self.applicable * PASS_PERCENT + 99) / 100 - self.points
    }

    /// The rule of a cell: enough points, nothing mandatory too low, nothing open.
    pub(super) const fn passes(&self) -> bool {
        self.lacking() <= 0 && self.low == 0 && self.answered == self.applicable
    }
}

fn is_low(item: &Item<'_>, basis: Basis) -> bool {
    item.is_answered() && item.fails_alone(basis)
}

/// The level that cells 1 to 4 come to, and whether enough applies to rate them; where not, the level is 0.
pub(super) fn level_of(cells: [&Tally; 4]) -> (u8, bool) {
    let sum = |of: fn(&Tally) -> i64| cells.iter().map(|cell| of(cell)).sum::<i64>();
    let (applicable, not_applicable) = (sum(|cell| cell.applicable), sum(|cell| cell.not_applicable));
    if 100 * not_applicable > MOST_NOT_APPLICABLE_PERCENT * (applicable + not_applicable) {
        return (0, false);
    }
    let mut level = 0;
    let mut anything_applies = false;
    for (reached, cell) in LEVELS.into_iter().zip(cells).take_while(|(_, cell)| cell.passes()) {
        anything_applies |= cell.applicable > 0;
        level = if anything_applies { reached } else { 0 };
    }
    (level, true)
}

/// One level of a dimension or capability, held against the rules.
pub(super) struct Verdict {
    pub(super) tally: Tally,
    /// Why it does not pass; empty where it passes.
    pub(super) reasons: Vec<String>,
}

impl Verdict {
    fn of(items: &[&Item<'_>], basis: Basis) -> Self {
        let tally = Tally::of(items.iter().copied(), basis);
        let codes = |wanted: &dyn Fn(&Item<'_>) -> bool| {
            let codes = items.iter().filter(|item| wanted(item)).map(|item| item.question.code.as_str());
            codes.collect::<Vec<_>>().join(", ")
        };
        let mut reasons = Vec::new();
        if tally.lacking() > 0 {
            reasons.push(format!("the score is {} %, {PASS_PERCENT} % pass", tally.score().percent()));
        }
        if tally.low > 0 {
            reasons.push(format!("mandatory and below half: {}", codes(&|item| is_low(item, basis))));
        }
        if tally.answered < tally.applicable {
            let open = codes(&|item| item.is_applicable() && !item.is_answered());
            reasons.push(format!("not answered: {open}"));
        }
        Self { tally, reasons }
    }

    pub(super) const fn passed(&self) -> bool {
        self.tally.passes()
    }
}

/// How far a dimension or capability gets.
pub(super) struct Climb {
    /// 0 to 4.
    pub(super) level: u8,
    /// False where too much does not apply; the level is then 0.
    pub(super) rated: bool,
    /// The levels 1 to 4.
    pub(super) cells: [Verdict; 4],
}

impl Climb {
    pub(super) fn of(items: &[&Item<'_>], basis: Basis) -> Self {
        let cells = LEVELS.map(|level| Verdict::of(&cell(items, level), basis));
        let (level, rated) = level_of(cells.each_ref().map(|cell| &cell.tally));
        Self { level, rated, cells }
    }
}

/// The questions of one level.
pub(super) fn cell<'i, 'a>(items: &[&'i Item<'a>], level: u8) -> Vec<&'i Item<'a>> {
    items.iter().copied().filter(|item| item.question.level == level).collect()
}
