//! Order, value, phases, and the reasons for them.

use assay_domain::roadmap::Wishes;

use super::*;
use crate::support::{day, q};

// ---- Order and value

#[test]
fn the_most_value_for_the_least_effort_goes_first_and_ties_by_code() {
    let questions = [
        q("a-1.1"),
        q("a-1.2").usefulness(3),
        q("a-1.3").usefulness(3).effort([3, 1, 1]),
        q("a-1.4").weight(2),
        q("a-1.5").weight(2),
    ];
    let roadmap = planned(&questions, &[("a-1.5", "most")], &nothing_wished());
    // Value for effort: 24/3, 16/3, 24/5, 8/3 twice; what is blocked by all of them is doubled.
    assert_eq!(codes(&roadmap).concat(), ["a-1.2", "a-1.4", "a-1.3", "a-1.1", "a-1.5"]);
}

#[test]
fn value_is_doubled_in_a_blocker_set_of_the_next_headline_level_only() {
    let questions = [q("a-1.1"), q("b-1.1"), q("b-2.1").weight(2).usefulness(5)];
    let roadmap = planned(&questions, &[("b-1.1", "all"), ("b-2.1", "most")], &target(2));
    let value = |code| <(i64, i64)>::from(item(&roadmap, code).value);
    assert_eq!((value("a-1.1"), reasons(&roadmap, "a-1.1")), ((8, 1), vec!["blocks level 1 in D"]));
    assert_eq!((value("b-2.1"), reasons(&roadmap, "b-2.1")), ((20, 1), vec![]));
}

#[test]
fn value_has_a_quarter_of_the_undoubled_bases_of_direct_dependants() {
    let questions = [
        q("a-1.1"),
        q("a-1.2").after("a-1.1").weight(3).usefulness(2),
        q("a-1.3").after("a-1.1"),
        q("a-1.4").after("a-1.2"),
    ];
    let roadmap = planned(&questions, &[("a-1.3", "most"), ("a-1.1", "some")], &nothing_wished());
    // 2 * 3 for itself, and a quarter of 24 and of 2.
    assert_eq!(<(i64, i64)>::from(item(&roadmap, "a-1.1").value), (25, 2));
    assert_eq!(reasons(&roadmap, "a-1.1"), ["blocks level 1 in D", "unlocks 3 items"]);
}

#[test]
fn lower_levels_of_a_dimension_go_first_whatever_they_are_worth() {
    let questions = [q("a-1.1").effort([5, 5, 5]), q("a-3.1").usefulness(5), q("b-3.1").usefulness(4)];
    let roadmap = planned(&questions, &[], &target(3));
    assert_eq!(codes(&roadmap), [vec!["b-3.1"], vec!["a-1.1", "a-3.1"]]);
    assert_eq!(reasons(&roadmap, "a-3.1"), ["waits for a-1.1"]);
}

// ---- Phases

#[test]
fn an_item_goes_into_the_first_phase_with_enough_room() {
    let questions = [
        q("a-1.1").usefulness(5).effort([3, 2, 2]),
        q("a-1.2").usefulness(4).effort([3, 2, 2]),
        q("a-1.3").effort([1, 1, 1]),
        q("a-1.4").effort([5, 5, 2]).role("ops"),
    ];
    let roadmap = planned(&questions, &[], &capacity("dev", 10));
    assert_eq!(codes(&roadmap), [vec!["a-1.1", "a-1.3", "a-1.4"], vec!["a-1.2"]]);
    assert_eq!(reasons(&roadmap, "a-1.2"), ["blocks level 1 in D", "Dev is full until phase 1"]);
    assert_eq!((roadmap.phases[0].projected.claimed, roadmap.end()), (0, 4));
}

#[test]
fn an_item_larger_than_a_phase_takes_what_is_left_of_several() {
    let questions = [
        q("a-1.1").usefulness(5).effort([2, 2, 2]),
        q("a-1.2").usefulness(4).effort([5, 5, 3]),
        q("a-1.3").effort([2, 1, 1]),
        q("a-1.4").effort([2, 2, 1]),
    ];
    let roadmap = planned(&questions, &[], &capacity("dev", 8));
    // 6 and 2 of 13; 8 of 13; the last 3 of 13 and 4; 5.
    assert_eq!(codes(&roadmap), [vec!["a-1.1"], vec![], vec!["a-1.2", "a-1.3"], vec!["a-1.4"]]);
    assert_eq!(item(&roadmap, "a-1.2").started_in, 1);
    assert_eq!(reasons(&roadmap, "a-1.2"), ["blocks level 1 in D", "takes 3 phases"]);
    assert_eq!(reasons(&roadmap, "a-1.3"), ["blocks level 1 in D", "Dev is full until phase 2"]);
}

#[test]
fn with_a_capacity_of_1_an_item_takes_as_many_phases_as_points() {
    let roadmap = planned(
        &[q("a-1.1").time(5), q("a-2.1").after("a-1.1")],
        &[],
        &Wishes { target: Some(2), ..capacity("dev", 1) },
    );
    assert_eq!(
        codes(&roadmap),
        [vec![], vec![], vec![], vec![], vec![], vec![], vec!["a-1.1"], vec![], vec![], vec!["a-2.1"]]
    );
    assert_eq!(item(&roadmap, "a-2.1").started_in, 8, "the role is used up in phase 7");
    assert_eq!(
        reasons(&roadmap, "a-2.1"),
        ["takes 3 phases", "waits for a-1.1", "Dev is full until phase 7"]
    );
}

#[test]
fn an_item_begins_in_the_phase_in_which_what_comes_first_ends_at_the_earliest() {
    let questions = [q("a-1.1").time(5), q("b-1.1").after("a-1.1").role("ops"), q("c-1.1").role("ops")];
    let roadmap = planned(&questions, &[], &capacity("dev", 4));
    assert_eq!(codes(&roadmap), [vec!["c-1.1"], vec!["a-1.1", "b-1.1"]]);
    assert_eq!(reasons(&roadmap, "b-1.1"), ["blocks level 1 in D", "waits for a-1.1"]);
}

#[test]
fn an_item_does_not_begin_before_it_is_wished_to() {
    let roadmap = planned(&[q("a-1.1"), q("b-1.1").after("a-1.1")], &[], &not_before("a-1.1", 3));
    assert_eq!(codes(&roadmap), [vec![], vec![], vec!["a-1.1", "b-1.1"]]);
    assert_eq!(
        reasons(&roadmap, "a-1.1"),
        ["blocks level 1 in D", "unlocks 1 item", "was moved to phase 3 or later"]
    );
    // A wish that something else already fulfils explains nothing.
    let roadmap = planned(
        &[q("a-1.1"), q("b-1.1").after("a-1.1")],
        &[],
        &Wishes {
            not_before: [("a-1.1".to_owned(), 3), ("b-1.1".to_owned(), 2)].into(),
            ..Wishes::default()
        },
    );
    assert_eq!(reasons(&roadmap, "b-1.1"), ["blocks level 1 in D", "waits for a-1.1"]);
}

#[test]
fn phases_have_days_and_a_full_role_is_full_until_a_month() {
    let questions = [q("a-1.1").time(5), q("a-1.2").time(5), q("a-1.3").time(5)];
    let wishes = Wishes { calendar: calendar("2027-01-18", 6), ..capacity("dev", 7) };
    let roadmap = planned(&questions, &[], &wishes);
    let days: Vec<_> = roadmap.phases.iter().map(|phase| (phase.from, phase.until)).collect();
    let phase = |from, until| (Some(day(from)), Some(day(until)));
    assert_eq!(
        days,
        [
            phase("2027-01-18", "2027-02-28"),
            phase("2027-03-01", "2027-04-11"),
            phase("2027-04-12", "2027-05-23")
        ]
    );
    assert_eq!(reasons(&roadmap, "a-1.2")[1], "Dev is full until February 2027");
    assert_eq!(reasons(&roadmap, "a-1.3")[1], "Dev is full until April 2027");
}

#[test]
fn reasons_stand_in_a_fixed_order() {
    let questions =
        [q("a-1.1").time(5), q("a-1.2").after("a-1.1").effort([5, 5, 5]), q("a-1.3").after("a-1.2")];
    let wishes = Wishes {
        unowned: ["a-1.2".to_owned()].into(),
        not_before: [("a-1.2".to_owned(), 2)].into(),
        ..capacity("dev", 6)
    };
    let roadmap = planned(&questions, &[], &wishes);
    assert_eq!(
        reasons(&roadmap, "a-1.2"),
        [
            "nobody owns this yet: name an owner first",
            "blocks level 1 in D",
            "unlocks 1 item",
            "takes 3 phases",
            "was moved to phase 2 or later",
        ]
    );
    assert!(item(&roadmap, "a-1.2").unowned && !item(&roadmap, "a-1.1").unowned);
}
