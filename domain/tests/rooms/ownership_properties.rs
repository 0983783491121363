//! What holds for all ownership: no day is forgotten, fixes fix, the order of input does not matter.

use std::collections::BTreeSet;

use assay_domain::ownership::{
    Change, Choice, Finding, Ground, Held, Holder, Holding, Part, Recorded, Thing, Wish, cell, findings,
    hand_over, held_on, mend, plan,
};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::ownership::{apply, catalogue, ground, on, person, wish};
use crate::support::day;

const FIRST: &str = "2026-01-01";

fn nth(days: u64) -> NaiveDate {
    day(FIRST).checked_add_days(Days::new(days)).expect("a day of the calendar")
}

/// Something that one of some people may hold; each in one part for a role and a thing.
fn state(people: &'static [u128]) -> impl Strategy<Value = BTreeSet<Held>> {
    let things: Vec<Thing> = ground().things.into_iter().map(|known| known.thing).collect();
    let held = (
        select(things),
        select(vec!["ml-engineer", "data-engineer"]),
        select(people),
        select(Part::ALL.to_vec()),
    );
    prop::collection::vec(held, 0..14).prop_map(|all| {
        let mut state: Vec<Held> = Vec::new();
        for (thing, role, number, part) in all {
            let new = Held { thing, role: role.to_owned(), person: person(number), part };
            if !state.iter().any(|held| held.same_place(&new)) {
                state.push(new);
            }
        }
        state.into_iter().collect()
    })
}

const ABLE: &[u128] = &[1, 2, 3, 7];
const ALL: &[u128] = &[1, 2, 3, 4, 5, 6, 7];

fn wishes(state: &BTreeSet<Held>) -> Vec<Wish> {
    state.iter().cloned().map(wish).collect()
}

fn history(state: &BTreeSet<Held>) -> Vec<Recorded> {
    let record = |(n, held): (u128, &Held)| Recorded {
        id: person(n),
        holding: Holding { held: held.clone(), from: nth(0), until: None },
    };
    (1000..).zip(state).map(record).collect()
}

fn well_formed(history: &[Recorded]) -> Result<(), TestCaseError> {
    for (place, one) in history.iter().enumerate() {
        let (a, end) = (&one.holding, |holding: &Holding| holding.until.unwrap_or(NaiveDate::MAX));
        prop_assert!(a.from <= end(a), "{a:?} ends before it begins");
        for other in &history[place + 1..] {
            let b = &other.holding;
            let apart = end(a) < b.from || end(b) < a.from;
            prop_assert!(apart || !a.held.same_place(&b.held), "{a:?} and {b:?} at once");
        }
    }
    Ok(())
}

fn look(state: &BTreeSet<Held>, ground: &Ground) -> Vec<Finding> {
    findings(nth(5), &history(state), ground, &catalogue())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn every_day_answers_what_was_set_last_before_it(steps in prop::collection::vec((0..4_u64, state(ABLE)), 1..6)) {
        let (mut record, mut at, mut said) = (Vec::new(), 0, Vec::new());
        for (pause, wanted) in steps {
            at += pause;
            let changes = plan(&ground(), &record, &wishes(&wanted), nth(at)).expect("everybody may hold");
            record = apply(&record, &changes);
            well_formed(&record)?;
            said.push((at, wanted));
        }
        for number in 0..at + 3 {
            let last = said.iter().rfind(|(from, _)| *from <= number).map(|(_, wanted)| wanted.clone());
            prop_assert_eq!(on(&record, nth(number)), last.unwrap_or_default(), "on day {}", number);
        }
    }

    #[test]
    fn in_any_order_of_days_the_wanted_state_holds_on_its_day(steps in prop::collection::vec((0..9_u64, state(ABLE)), 1..6)) {
        let mut record = Vec::new();
        for (at, wanted) in steps {
            let changes = plan(&ground(), &record, &wishes(&wanted), nth(at)).expect("everybody may hold");
            let before = record.clone();
            record = apply(&record, &changes);
            well_formed(&record)?;
            prop_assert_eq!(on(&record, nth(at)), wanted.clone());
            for number in 0..at {
                prop_assert_eq!(on(&record, nth(number)), on(&before, nth(number)), "day {} is past", number);
            }
            let again = plan(&ground(), &record, &wishes(&wanted), nth(at)).expect("everybody may hold");
            prop_assert!(again.is_empty(), "the same again changes nothing: {:?}", again);
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(state in state(ALL), seed in any::<Index>()) {
        let ground = ground();
        let mut turned = Ground { holders: ground.holders.iter().rev().cloned().collect(), ..ground.clone() };
        let by = seed.index(turned.holders.len());
        turned.holders.rotate_left(by);
        let mut record = history(&state);
        let straight = findings(nth(5), &record, &ground, &catalogue());
        record.reverse();
        prop_assert_eq!(straight, findings(nth(5), &record, &turned, &catalogue()));
    }

    #[test]
    fn a_suggested_fix_removes_its_finding_and_adds_nothing_worse(state in state(ALL), which in any::<Index>()) {
        let ground = ground();
        let before = look(&state, &ground);
        prop_assume!(!before.is_empty());
        let finding = &before[which.index(before.len())];
        let Some(choice) = Choice::suggested(finding) else { return Ok(()) };
        let mended = mend(&ground, &state, finding, &choice);
        plan(&ground, &history(&state), &wishes(&mended), nth(5)).expect("a fix breaks no rule");
        let after = look(&mended, &ground);
        prop_assert!(after.iter().all(|left| left.id != finding.id), "{:?} is still there", finding);
        let known: BTreeSet<&String> = before.iter().map(|finding| &finding.id).collect();
        for new in after.iter().filter(|new| !known.contains(&new.id)) {
            prop_assert!(new.severity >= finding.severity, "fixing {:?} brought {:?}", finding, new);
        }
    }

    #[test]
    fn any_candidate_in_any_role_fixes_what_is_about_one_thing(
        state in state(ALL), which in any::<Index>(), who in any::<Index>(), role in any::<Index>(),
    ) {
        use assay_domain::ownership::FindingKind::{Left, NoAccountable, NoStandIn, SeveralAccountable, UncoveredDuty};
        let ground = ground();
        let before = look(&state, &ground);
        let of = [Left, NoAccountable, NoStandIn, SeveralAccountable, UncoveredDuty];
        let before: Vec<_> = before.iter().filter(|finding| of.contains(&finding.kind)).collect();
        prop_assume!(!before.is_empty());
        let finding = before[which.index(before.len())];
        let fix = &finding.fix;
        let role = (!fix.roles.is_empty()).then(|| fix.roles[role.index(fix.roles.len())].clone());
        let choice = Choice { person: fix.candidates[who.index(fix.candidates.len())], role };
        let after = look(&mend(&ground, &state, finding, &choice), &ground);
        prop_assert!(after.iter().all(|left| left.id != finding.id), "{:?} is still there", finding);
    }

    #[test]
    fn handing_over_leaves_nothing_behind_and_loses_nothing(
        steps in prop::collection::vec((0..9_u64, state(ABLE)), 1..5), today in 0..9_u64,
    ) {
        let mut record = Vec::new();
        for (at, wanted) in steps {
            record = apply(&record, &plan(&ground(), &record, &wishes(&wanted), nth(at)).expect("everybody may hold"));
        }
        let (from, to) = (person(1), person(2));
        let changes = hand_over(&record, from, to, nth(today));
        let after = apply(&record, &changes);
        well_formed(&after)?;
        prop_assert!(!changes.iter().any(|change| matches!(change, Change::Start(new) if new.held.person != to)));
        for number in 0..today {
            prop_assert_eq!(on(&after, nth(number)), on(&record, nth(number)), "day {} is past", number);
        }
        for number in today..12 {
            let day = nth(number);
            prop_assert!(held_on(&after, day).all(|row| row.holding.held.person != from));
            for given in on(&record, day).into_iter().filter(|held| held.person == from || held.person == to) {
                let wanted = Held { person: to, ..given };
                let has = on(&after, day).into_iter().any(|held| held.same_place(&wanted) && held.part <= wanted.part);
                prop_assert!(has, "on {} nobody holds {:?}", day, wanted);
            }
        }
    }

    #[test]
    fn what_is_written_into_a_cell_is_read_back(
        names in prop::collection::vec("[AB][ab]{0,2}( [ACIR]| [a-c]{1,2})?", 1..6), parts in prop::collection::vec(0..4_usize, 6),
    ) {
        let holders: Vec<Holder> = (1..).zip(&names).map(|(n, name)| Holder {
            email: format!("p{n}@example.org"), ..crate::ownership::holder(n, name)
        }).collect();
        let entries: Vec<_> = holders.iter().zip(parts).map(|(holder, part)| (holder.id, Part::ALL[part])).collect();
        let text = cell::write(&entries, &holders);
        let read: Result<BTreeSet<_>, _> = cell::read(&text, &holders).map(|read| read.into_iter().collect());
        prop_assert_eq!(read, Ok(entries.into_iter().collect()), "{}", text);
    }
}
