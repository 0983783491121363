//! What is missing in who holds what, on a day: a pure function whose result does not depend on the order of its input.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::finding::{Finding, FindingKind, Fix, FixAction};
use super::{Catalogue, Duty, Ground, Held, Part, Recorded, Thing, held_on};

/// Everything that is missing on a day, what matters most first.
#[must_use]
pub fn findings(
    day: NaiveDate,
    history: &[Recorded],
    ground: &Ground,
    catalogue: &Catalogue,
) -> Vec<Finding> {
    let held: BTreeSet<Held> = held_on(history, day).map(|recorded| recorded.holding.held.clone()).collect();
    let look = Look { held: &held, ground, catalogue };
    let mut found = Vec::new();
    for thing in look.things() {
        found.extend(look.thing(thing));
    }
    for person in look.people() {
        found.extend(look.left(person).or_else(|| look.overloaded(person)));
    }
    found.extend(catalogue.duties.iter().filter_map(|duty| look.duty(duty)));
    found.sort_by_key(|finding| (finding.severity, finding.kind));
    found
}

/// A day's state, looked at.
struct Look<'a> {
    held: &'a BTreeSet<Held>,
    ground: &'a Ground,
    catalogue: &'a Catalogue,
}

impl<'a> Look<'a> {
    /// What the team has, and what somebody holds something for, in the order of the matrix.
    fn things(&self) -> Vec<&'a Thing> {
        let known = self.ground.things.iter().map(|known| &known.thing);
        let all: BTreeSet<&Thing> = known.chain(self.held.iter().map(|held| &held.thing)).collect();
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_by_key(|thing| self.ground.place(thing));
        all
    }

    /// Everybody who holds something, by name.
    fn people(&self) -> Vec<Uuid> {
        let all: BTreeSet<Uuid> = self.held.iter().map(|held| held.person).collect();
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_by_key(|person| (self.ground.name(*person), *person));
        all
    }

    fn of(&self, thing: &Thing) -> impl Iterator<Item = &'a Held> {
        self.held.iter().filter(move |held| held.thing == *thing)
    }

    fn accountable(&self, thing: &Thing) -> BTreeSet<Uuid> {
        self.of(thing).filter(|held| held.part == Part::Accountable).map(|held| held.person).collect()
    }

    /// For how many things a person is accountable.
    fn load(&self, person: Uuid) -> usize {
        self.answers_for(person).len()
    }

    fn answers_for(&self, person: Uuid) -> Vec<&'a Thing> {
        let held = self.held.iter().filter(|held| held.person == person && held.part == Part::Accountable);
        let things: BTreeSet<&Thing> = held.map(|held| &held.thing).collect();
        let mut things: Vec<_> = things.into_iter().collect();
        things.sort_by_key(|thing| self.ground.place(thing));
        things
    }

    fn limit(&self) -> usize {
        usize::from(self.catalogue.limits.accountable)
    }

    /// Nobody is accountable, several are, or one works alone: the first that holds.
    fn thing(&self, thing: &Thing) -> Option<Finding> {
        let accountable = self.accountable(thing);
        let title = self.ground.title(thing);
        let fix = |action, sentence: &str, but: &BTreeSet<Uuid>| self.fix(action, sentence, thing, but);
        match accountable.len() {
            0 => {
                let kind = FindingKind::NoAccountable;
                let fix = fix(FixAction::MakeAccountable, "Make one person accountable.", &BTreeSet::new());
                return Some(self.about(kind, thing, [], format!("Nobody is accountable for {title}."), fix));
            }
            1 => {}
            _ => {
                let sentence = format!(
                    "{} are accountable for {title}: when several are, nobody is.",
                    self.names(&accountable)
                );
                let stays = "Choose the one who stays accountable; the others become responsible.";
                let able: Vec<Uuid> =
                    accountable.iter().copied().filter(|person| self.ground.can_hold(*person)).collect();
                let person = self.lightest(able.iter().copied());
                let candidates = if able.is_empty() { accountable.iter().copied().collect() } else { able };
                let fix = Fix {
                    person: person.or_else(|| candidates.first().copied()),
                    candidates,
                    roles: Vec::new(),
                    role: None,
                    ..fix(FixAction::KeepOne, stays, &BTreeSet::new())
                };
                return Some(self.about(FindingKind::SeveralAccountable, thing, accountable, sentence, fix));
            }
        }
        let at_work = self.of(thing).filter(|held| held.part.works()).map(|held| held.person);
        let at_work: BTreeSet<Uuid> = at_work.filter(|person| self.ground.can_hold(*person)).collect();
        // Where the one who is accountable left, that is the finding.
        let stands = at_work.len() == 1 && at_work == accountable;
        stands.then(|| {
            let sentence = format!("Only {} works on {title}: nobody can stand in.", self.names(&at_work));
            let fix = fix(FixAction::AddStandIn, "Add somebody who is responsible as well.", &at_work);
            self.about(FindingKind::NoStandIn, thing, at_work, sentence, fix)
        })
    }

    fn left(&self, person: Uuid) -> Option<Finding> {
        let why = self.ground.holder(person)?.may_hold().err()?;
        let held: Vec<&Held> = self.held.iter().filter(|held| held.person == person).collect();
        let mut things: Vec<&Thing> = held.iter().map(|held| &held.thing).collect();
        things.sort_by_key(|thing| self.ground.place(thing));
        things.dedup();
        let sentence = format!("{why}, but is still named for {}.", self.list(&things));
        let fix = Fix {
            action: FixAction::HandOver,
            sentence: "Hand over to somebody in the team.".to_owned(),
            candidates: self.able(&BTreeSet::new()),
            person: self.lightest(self.able(&BTreeSet::new()).into_iter()),
            roles: Vec::new(),
            role: None,
            things: things.iter().map(|thing| (*thing).clone()).collect(),
        };
        Some(self.finding(FindingKind::Left, &person.to_string(), things, [person], sentence, fix))
    }

    fn overloaded(&self, person: Uuid) -> Option<Finding> {
        let things = self.answers_for(person);
        let excess = things.len().checked_sub(self.limit()).filter(|excess| *excess > 0)?;
        let sentence = format!(
            "{} is accountable for {} things; {} are as many as one person can look after.",
            self.ground.name(person),
            things.len(),
            self.limit()
        );
        let shared: Vec<Thing> =
            things.iter().rev().take(excess).rev().map(|thing| (*thing).clone()).collect();
        let others = self.able(&BTreeSet::from([person]));
        let room = |other: &Uuid| self.load(*other) + excess <= self.limit();
        let fix = Fix {
            action: FixAction::ShareOut,
            sentence: format!(
                "Make somebody else accountable for {}; {} stays responsible.",
                self.list(&shared.iter().collect::<Vec<_>>()),
                self.ground.name(person)
            ),
            person: self.lightest(others.iter().copied().filter(room)),
            candidates: others,
            roles: Vec::new(),
            role: None,
            things: shared,
        };
        Some(self.finding(FindingKind::Overloaded, &person.to_string(), things, [person], sentence, fix))
    }

    /// A duty concerns the team when the team has one of the capabilities that it touches.
    fn duty(&self, duty: &Duty) -> Option<Finding> {
        let touched: Vec<Thing> = duty.capabilities.iter().map(Thing::capability).collect();
        let place =
            touched.iter().find(|thing| self.ground.things.iter().any(|known| known.thing == **thing))?;
        let covers = |held: &Held| {
            held.part.works() && duty.roles.contains(&held.role) && self.ground.can_hold(held.person)
        };
        if self.held.iter().any(covers) {
            return None;
        }
        let roles = self.roles().filter(|role| duty.roles.iter().any(|able| able == role));
        let roles: Vec<String> = roles.map(str::to_owned).collect();
        let role = duty.roles.iter().find(|role| roles.contains(role)).cloned()?;
        let titles: Vec<&str> = duty.roles.iter().map(|role| self.ground.role_title(role)).collect();
        let sentence = format!("No role held here covers “{}”: {}", duty.title, lower_first(&duty.text));
        let fix = Fix {
            action: FixAction::CoverDuty,
            sentence: format!(
                "Make somebody responsible for {} as {}.",
                self.ground.title(place),
                titles.join(" or ")
            ),
            candidates: self.able(&BTreeSet::new()),
            person: self.lightest(self.able(&BTreeSet::new()).into_iter()),
            roles,
            role: Some(role),
            things: vec![place.clone()],
        };
        let things: Vec<&Thing> = touched.iter().collect();
        let mut finding = self.finding(FindingKind::UncoveredDuty, &duty.id, things, [], sentence, fix);
        finding.duty = Some(duty.id.clone());
        Some(finding)
    }

    fn roles(&self) -> impl Iterator<Item = &'a str> {
        self.ground.roles.iter().map(|role| role.id.as_str())
    }

    /// A fix for one thing by anybody who may hold it, but some.
    fn fix(&self, action: FixAction, sentence: &str, thing: &Thing, but: &BTreeSet<Uuid>) -> Fix {
        let candidates = self.able(but);
        // Whoever works on it already comes first, then whoever works in a role that fits it.
        let at_work = self.of(thing).filter(|held| held.part.works()).map(|held| held.person);
        let near = self.lightest(at_work.filter(|person| candidates.contains(person)));
        let fitting: Vec<&str> = self.fitting(thing).collect();
        let fits = |held: &&Held| held.part.works() && fitting.contains(&held.role.as_str());
        let apt = self.held.iter().filter(fits).map(|held| held.person);
        let near = near.or_else(|| self.lightest(apt.filter(|person| candidates.contains(person))));
        let person = near.or_else(|| self.lightest(candidates.iter().copied()));
        Fix {
            action,
            sentence: sentence.to_owned(),
            role: self.role_for(thing, person),
            candidates,
            person,
            roles: self.roles().map(str::to_owned).collect(),
            things: vec![thing.clone()],
        }
    }

    /// The role that somebody has for the thing already; else one that fits the thing, best one that they work in
    /// elsewhere; else whatever they are elsewhere.
    fn role_for(&self, thing: &Thing, person: Option<Uuid>) -> Option<String> {
        let theirs = || self.held.iter().filter(move |held| Some(held.person) == person);
        if let Some(held) = theirs().find(|held| held.thing == *thing) {
            return Some(held.role.clone());
        }
        let worked_in = |role: &&str| theirs().any(|held| held.part.works() && held.role == *role);
        let known = self.fitting(thing).find(worked_in);
        let role = known.or_else(|| self.fitting(thing).next());
        let role = role.or_else(|| theirs().next().map(|held| held.role.as_str()));
        role.or_else(|| self.roles().next()).map(str::to_owned)
    }

    /// The job roles that can cover a duty that touches the thing, the best first.
    fn fitting(&self, thing: &Thing) -> impl Iterator<Item = &'a str> {
        let touches = move |duty: &&Duty| duty.capabilities.iter().any(|id| Thing::capability(id) == *thing);
        let duties = self.catalogue.duties.iter().filter(touches);
        let roles = duties.flat_map(|duty| duty.roles.iter().map(String::as_str));
        roles.filter(|role| self.roles().any(|known| known == *role))
    }

    fn able(&self, but: &BTreeSet<Uuid>) -> Vec<Uuid> {
        let able = self.ground.candidates().into_iter().map(|holder| holder.id);
        able.filter(|person| !but.contains(person)).collect()
    }

    /// Whoever answers for the least, those of the team before others; among equals the first by name.
    fn lightest(&self, people: impl Iterator<Item = Uuid>) -> Option<Uuid> {
        let is_other = |person| !self.ground.holder(person).is_some_and(|holder| holder.member);
        people
            .min_by_key(|person| (is_other(*person), self.load(*person), self.ground.name(*person), *person))
    }

    fn names(&self, people: &BTreeSet<Uuid>) -> String {
        let mut names: Vec<&str> = people.iter().map(|person| self.ground.name(*person)).collect();
        names.sort_unstable();
        and(&names)
    }

    /// The first few titles, and how many more.
    fn list(&self, things: &[&Thing]) -> String {
        const SHOWN: usize = 3;
        let titles: Vec<&str> = things.iter().take(SHOWN).map(|thing| self.ground.title(thing)).collect();
        match things.len().saturating_sub(SHOWN) {
            0 => and(&titles),
            more => format!("{} and {more} more", titles.join(", ")),
        }
    }

    fn about(
        &self,
        kind: FindingKind,
        thing: &Thing,
        people: impl IntoIterator<Item = Uuid>,
        sentence: String,
        fix: Fix,
    ) -> Finding {
        self.finding(kind, &thing.to_string(), vec![thing], people, sentence, fix)
    }

    fn finding(
        &self,
        kind: FindingKind,
        about: &str,
        things: Vec<&Thing>,
        people: impl IntoIterator<Item = Uuid>,
        sentence: String,
        fix: Fix,
    ) -> Finding {
        let digest = Sha256::digest(format!("{kind} {about}"));
        let tail: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let mut people: Vec<Uuid> = people.into_iter().collect();
        people.sort_by_key(|person| (self.ground.name(*person), *person));
        Finding {
            id: format!("{kind}-{tail}"),
            kind,
            severity: kind.severity(),
            things: things.into_iter().cloned().collect(),
            people,
            duty: None,
            sentence,
            fix,
        }
    }
}

fn and(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + letters.as_str())
}
