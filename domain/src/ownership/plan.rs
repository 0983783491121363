//! From the state that somebody wants from a day on to the changes that bring it about.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{Ground, Held, Holding, Recorded};

/// One thing that is to be held from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Who holds what.
    pub held: Held,
    /// The last day; open while it is not known.
    pub until: Option<NaiveDate>,
}

/// A step towards the wanted state. Each is a row that changes and an entry in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It ends earlier than it would have.
    End {
        /// Which holding.
        id: Uuid,
        /// As it is from now on.
        holding: Holding,
    },
    /// It is taken back, as if it had never been: it would have begun on that very day or later.
    TakeBack {
        /// Which holding.
        id: Uuid,
        /// As it was.
        holding: Holding,
    },
    /// It goes on for longer than it would have.
    Prolong {
        /// Which holding.
        id: Uuid,
        /// As it is from now on.
        holding: Holding,
    },
    /// It begins.
    Start(Holding),
}

/// A wish that cannot be fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Which wish, from 0.
    pub index: usize,
    /// Its field: `person`, `role`, `of` or `until`.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

/// The changes after which exactly the wishes are held on `day`. What is missing ends the day before, what began that
/// very day is taken back, what is unchanged is not touched, and what is arranged for later stays as it is.
///
/// # Errors
/// Every wish that breaks a rule. What is on record unchanged is never refused: somebody who left still holds what
/// they hold until it is ended.
pub fn plan(
    ground: &Ground,
    history: &[Recorded],
    wishes: &[Wish],
    day: NaiveDate,
) -> Result<Vec<Change>, Vec<Mistake>> {
    let mut planner = Planner { ground, history, day, mistakes: Vec::new() };
    planner.duplicates(wishes);
    let mut changes: Vec<Change> = history
        .iter()
        .filter(|recorded| recorded.holding.covers(day))
        .filter_map(|recorded| {
            let stays = wishes.iter().any(|wish| wish.held == recorded.holding.held);
            (!stays).then(|| cut(recorded, day))
        })
        .collect();
    for (index, wish) in wishes.iter().enumerate() {
        changes.extend(planner.fulfil(index, wish));
    }
    // What ends comes before what begins; within each in the order of the matrix.
    changes.sort_by_cached_key(|change| {
        let held = &change.holding().held;
        let (place, thing) = ground.place(&held.thing);
        (change.order(), place, thing.clone(), held.role.clone(), held.part, held.person)
    });
    if planner.mistakes.is_empty() { Ok(changes) } else { Err(planner.mistakes) }
}

impl Change {
    /// What it is about.
    #[must_use]
    pub const fn holding(&self) -> &Holding {
        match self {
            Self::End { holding, .. }
            | Self::TakeBack { holding, .. }
            | Self::Prolong { holding, .. }
            | Self::Start(holding) => holding,
        }
    }

    const fn order(&self) -> u8 {
        match self {
            Self::TakeBack { .. } | Self::End { .. } => 0,
            Self::Prolong { .. } | Self::Start(_) => 1,
        }
    }
}

/// Ends a holding before a day, or takes it back where nothing would be left of it.
#[must_use]
pub fn cut(recorded: &Recorded, day: NaiveDate) -> Change {
    let Recorded { id, holding } = recorded.clone();
    match day.checked_sub_days(Days::new(1)).filter(|last| holding.from <= *last) {
        Some(last) => Change::End { id, holding: Holding { until: Some(last), ..holding } },
        None => Change::TakeBack { id, holding },
    }
}

struct Planner<'a> {
    ground: &'a Ground,
    history: &'a [Recorded],
    day: NaiveDate,
    mistakes: Vec<Mistake>,
}

impl Planner<'_> {
    fn wrong(&mut self, index: usize, field: &'static str, message: impl Into<String>) {
        self.mistakes.push(Mistake { index, field, message: message.into() });
    }

    fn duplicates(&mut self, wishes: &[Wish]) {
        let mut first = BTreeMap::new();
        for (index, Wish { held, .. }) in wishes.iter().enumerate() {
            if first.insert((&held.thing, &held.role, held.person), index).is_some() {
                let message = format!(
                    "{} is named twice as {} for {}: one part is enough",
                    self.ground.name(held.person),
                    self.ground.role_title(&held.role),
                    self.ground.title(&held.thing)
                );
                self.wrong(index, "person", message);
            }
        }
    }

    fn fulfil(&mut self, index: usize, wish: &Wish) -> Option<Change> {
        let until = self.end(index, wish)?;
        let now = self
            .history
            .iter()
            .find(|recorded| recorded.holding.covers(self.day) && recorded.holding.held == wish.held);
        let Some(Recorded { id, holding }) = now.cloned() else {
            self.allowed(index, wish).then_some(())?;
            let holding = Holding { held: wish.held.clone(), from: self.day, until };
            return Some(Change::Start(holding));
        };
        let changed = Holding { until, ..holding.clone() };
        let never = NaiveDate::MAX;
        match until.unwrap_or(never).cmp(&holding.until.unwrap_or(never)) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => Some(Change::End { id, holding: changed }),
            std::cmp::Ordering::Greater => {
                self.allowed(index, wish).then_some(Change::Prolong { id, holding: changed })
            }
        }
    }

    /// The last day of what is wished: an open end reaches up to what is arranged for the same place later.
    fn end(&mut self, index: usize, wish: &Wish) -> Option<Option<NaiveDate>> {
        if let Some(until) = wish.until.filter(|until| *until < self.day) {
            self.wrong(index, "until", format!("{until} is before the first day, {}", self.day));
            return None;
        }
        let later = self.history.iter().map(|recorded| &recorded.holding);
        let later = later.filter(|holding| holding.from > self.day && holding.held.same_place(&wish.held));
        let Some(next) = later.map(|holding| holding.from).min() else { return Some(wish.until) };
        if wish.until.is_some_and(|until| until >= next) {
            let message = format!("from {next} on something else is arranged here: end before that day");
            self.wrong(index, "until", message);
            return None;
        }
        Some(wish.until.or_else(|| next.pred_opt()))
    }

    fn allowed(&mut self, index: usize, wish: &Wish) -> bool {
        let before = self.mistakes.len();
        let held = &wish.held;
        match self.ground.holder(held.person).map(super::Holder::may_hold) {
            None => self.wrong(index, "person", "there is no such person"),
            Some(Err(refusal)) => self.wrong(index, "person", refusal.to_string()),
            Some(Ok(())) => {}
        }
        if self.ground.roles.iter().all(|role| role.id != held.role) {
            let known: Vec<&str> = self.ground.roles.iter().map(|role| role.id.as_str()).collect();
            let message = format!("{:?} is no job role; the job roles are {}", held.role, known.join(", "));
            self.wrong(index, "role", message);
        }
        if let Err(message) = self.ground.knows(&held.thing) {
            self.wrong(index, "of", message);
        }
        self.mistakes.len() == before
    }
}
