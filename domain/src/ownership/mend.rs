//! What fixes do, and what handing over does.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::plan::cut;
use super::{Change, Finding, FixAction, Ground, Held, Holding, Part, Recorded, Thing};

/// Who is chosen for a fix, in which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The person.
    pub person: Uuid,
    /// The job role, where the fix asks for one.
    pub role: Option<String>,
}

impl Choice {
    /// What a finding suggests, where it suggests somebody.
    #[must_use]
    pub fn suggested(finding: &Finding) -> Option<Self> {
        Some(Self { person: finding.fix.person?, role: finding.fix.role.clone() })
    }
}

/// What is held once a finding is fixed with this choice. Whether that may be is for [`super::plan()`] to say.
#[must_use]
pub fn mend(ground: &Ground, held: &BTreeSet<Held>, finding: &Finding, choice: &Choice) -> BTreeSet<Held> {
    let mut state = State(held.clone());
    let role = choice.role.clone().or_else(|| finding.fix.role.clone()).unwrap_or_default();
    let place = |thing: &Thing, role: &str, part| Held {
        thing: thing.clone(),
        role: role.to_owned(),
        person: choice.person,
        part,
    };
    let accountable = |held: &Held| held.part == Part::Accountable;
    match finding.fix.action {
        FixAction::MakeAccountable => {
            for thing in &finding.fix.things {
                state.put(place(thing, &role, Part::Accountable));
            }
        }
        FixAction::AddStandIn | FixAction::CoverDuty => {
            for thing in &finding.fix.things {
                state.raise(place(thing, &role, Part::Responsible));
            }
        }
        FixAction::KeepOne => {
            let others = |held: &Held| {
                accountable(held) && finding.fix.things.contains(&held.thing) && held.person != choice.person
            };
            for other in state.all(others) {
                // Whoever may hold nothing any more cannot become responsible either.
                if ground.can_hold(other.person) {
                    state.put(Held { part: Part::Responsible, ..other });
                } else {
                    state.0.remove(&other);
                }
            }
        }
        FixAction::ShareOut => {
            let theirs = |held: &Held| {
                accountable(held)
                    && finding.fix.things.contains(&held.thing)
                    && finding.people.contains(&held.person)
            };
            for given in state.all(theirs) {
                state.put(Held { person: choice.person, ..given.clone() });
                state.put(Held { part: Part::Responsible, ..given });
            }
        }
        FixAction::HandOver => {
            for given in state.all(|held| finding.people.contains(&held.person)) {
                state.0.remove(&given);
                state.raise(Held { person: choice.person, ..given });
            }
        }
    }
    state.0
}

struct State(BTreeSet<Held>);

impl State {
    fn all(&self, wanted: impl Fn(&Held) -> bool) -> Vec<Held> {
        self.0.iter().filter(|held| wanted(held)).cloned().collect()
    }

    /// Holds it with this part, whatever the part was.
    fn put(&mut self, new: Held) {
        self.0.retain(|held| !held.same_place(&new));
        self.0.insert(new);
    }

    /// Holds it with this part, unless the part was a stronger one.
    fn raise(&mut self, new: Held) {
        if !self.0.iter().any(|held| held.same_place(&new) && held.part <= new.part) {
            self.put(new);
        }
    }
}

/// The changes after which everything that `from` holds on `day` or later is held by `to`. What the successor holds
/// already stays as it is wherever its part is the same or stronger; a weaker part gives way.
#[must_use]
pub fn hand_over(history: &[Recorded], from: Uuid, to: Uuid, day: NaiveDate) -> Vec<Change> {
    let of = |person: Uuid| {
        let lasting =
            history.iter().filter(move |row| row.holding.held.person == person && !row.holding.is_over(day));
        let mut rows: Vec<&Recorded> = lasting.collect();
        rows.sort_by(|a, b| a.holding.cmp(&b.holding));
        rows
    };
    let (given, theirs) = (of(from), of(to));
    let (mut ends, mut starts) = (Vec::new(), Vec::new());
    let taken = |row: &Recorded| Holding {
        held: Held { person: to, ..row.holding.held.clone() },
        from: row.holding.from.max(day),
        until: row.holding.until,
    };
    for row in &given {
        ends.push(cut(row, day));
        let new = taken(row);
        let stronger = theirs.iter().map(|theirs| &theirs.holding);
        let stronger =
            stronger.filter(|held| held.held.same_place(&new.held) && held.held.part <= new.held.part);
        starts.extend(without(&new, stronger).into_iter().map(Change::Start));
    }
    for row in &theirs {
        let new: Vec<Holding> = given.iter().map(|given| taken(given)).collect();
        let old = &row.holding;
        let stronger =
            new.iter().filter(|new| new.held.same_place(&old.held) && new.held.part < old.held.part);
        let mut left = without(old, stronger);
        if left.first() == Some(old) {
            continue;
        }
        let id = row.id;
        if left.first().is_some_and(|first| first.from == old.from) {
            ends.push(Change::End { id, holding: left.remove(0) });
        } else {
            ends.push(Change::TakeBack { id, holding: old.clone() });
        }
        starts.extend(left.into_iter().map(Change::Start));
    }
    ends.extend(starts);
    ends
}

/// What is left of a holding outside of others, in the order of time.
fn without<'a>(holding: &Holding, others: impl Iterator<Item = &'a Holding>) -> Vec<Holding> {
    let mut left = vec![holding.clone()];
    for other in others {
        left = left.into_iter().flat_map(|piece| around(piece, other)).collect();
    }
    left.sort_by_key(|piece| piece.from);
    left
}

/// What is left of a piece before and after another.
fn around(piece: Holding, other: &Holding) -> Vec<Holding> {
    let is_apart = piece.is_over(other.from) || other.is_over(piece.from);
    if is_apart {
        return vec![piece];
    }
    let before = other.from.pred_opt().filter(|last| piece.from <= *last);
    let after = other.until.and_then(|until| until.succ_opt());
    let after = after.filter(|first| !piece.is_over(*first));
    let before = before.map(|last| Holding { until: Some(last), ..piece.clone() });
    let after = after.map(|first| Holding { from: first, ..piece });
    before.into_iter().chain(after).collect()
}
