//! Targets, what a roadmap is made of, and what stops it.

use assay_domain::assessments::Snapshot;
use assay_domain::roadmap::{PlanError, Wishes, plan};

use super::*;
use crate::support::{TODAY, answers, bank, day, q};

// ---- Targets

#[test]
fn the_target_is_one_above_the_headline() {
    let roadmap = planned(&[q("a-1.1"), q("a-2.1"), q("a-3.1")], &[("a-1.1", "all")], &nothing_wished());
    assert_eq!((roadmap.start.claimed, roadmap.target, roadmap.end()), (1, 2, 2));
    assert_eq!(codes(&roadmap), [["a-2.1"]]);
}

#[test]
fn at_level_4_there_is_nothing_to_do() {
    let all = [("a-1.1", "all"), ("a-2.1", "all"), ("a-3.1", "all"), ("a-4.1", "all")];
    let roadmap = planned(&[q("a-1.1"), q("a-2.1"), q("a-3.1"), q("a-4.1")], &all, &nothing_wished());
    assert_eq!((roadmap.target, roadmap.phases.len(), roadmap.unreachable.len()), (4, 0, 0));
}

#[test]
fn a_target_is_not_below_the_present_level_of_the_whole_or_of_its_dimension() {
    let bank = bank(&[q("a-1.1"), q("b-1.1"), q("b-2.1")]);
    let given: Given<'_> = &[("a-1.1", "all"), ("b-1.1", "all"), ("b-2.1", "all")];
    let below = |dimension: Option<&str>, target, present| {
        Err(PlanError::BelowPresent { dimension: dimension.map(str::to_owned), target, present })
    };
    // Empty cells above cost nothing: both dimensions stand at 4.
    assert_eq!(try_plan(&bank, given, &target(3)), below(None, 3, 4));
    assert_eq!(try_plan(&bank, &[("b-1.1", "all")], &dimension_target("b", 0)), below(Some("b"), 0, 1));
    assert!(try_plan(&bank, given, &target(4)).expect("a roadmap").phases.is_empty());
}

#[test]
fn a_dimension_with_a_target_of_its_own_goes_that_far() {
    let questions = [q("a-1.1"), q("a-2.1"), q("b-1.1"), q("b-2.1")];
    let higher = planned(&questions, &[], &dimension_target("b", 2));
    assert_eq!(codes(&higher), [["a-1.1", "b-1.1", "b-2.1"]]);
    assert_eq!((higher.target, higher.end()), (1, 1));
    let lower = planned(&questions, &[], &dimension_target("b", 0));
    assert_eq!(codes(&lower), [["a-1.1"]]);
    assert_eq!((lower.target, lower.end(), unreachable(&lower).len()), (0, 0, 0));
}

#[test]
fn a_dimension_whose_lowest_levels_are_empty_climbs_to_its_first_question() {
    let roadmap = planned(&[q("a-3.1"), q("a-4.1")], &[], &target(1));
    assert_eq!(codes(&roadmap), [["a-3.1"]]);
    assert_eq!((roadmap.end(), unreachable(&roadmap).len()), (3, 0));
}

// ---- Candidates

#[test]
fn what_lacks_in_a_cell_that_passes_is_left_alone() {
    let questions = [q("a-1.1").weight(3), q("a-1.2"), q("a-2.1")];
    let roadmap = planned(&questions, &[("a-1.1", "all"), ("a-1.2", "some")], &nothing_wished());
    assert_eq!((roadmap.start.claimed, codes(&roadmap)), (1, vec![vec!["a-2.1"]]));
}

#[test]
fn items_are_what_applies_and_is_not_answered_in_full() {
    let questions = [
        q("a-1.1"),
        q("a-1.2"),
        q("a-1.3").may_be_not_applicable(),
        q("a-1.4").may_be_not_applicable(),
        q("a-1.5"),
        q("a-1.6").automation(),
        q("a-1.7"),
    ];
    let given = [
        ("a-1.1", "all"),
        ("a-1.2", "dont_know"),
        ("a-1.3", "na"),
        ("a-1.4", "na?"),
        ("a-1.5", "some"),
        ("a-1.6", "manual"),
    ];
    let roadmap = planned(&questions, &given, &nothing_wished());
    let from: Vec<_> =
        roadmap.items().map(|item| (item.code.as_str(), item.from.as_deref(), item.to.as_str())).collect();
    assert_eq!(
        from,
        [
            ("a-1.2", Some("dont_know"), "all"),
            ("a-1.4", Some("not_applicable"), "all"),
            ("a-1.7", None, "all"),
            ("a-1.5", Some("some"), "all"),
            ("a-1.6", Some("manual"), "automated"),
        ]
    );
    assert_eq!(roadmap.end(), 4);
}

#[test]
fn what_items_depend_on_is_taken_in_although_it_lies_above_the_target() {
    let questions = [
        q("a-1.1").after("b-3.1"),
        q("b-1.1"),
        q("b-3.1").after("c-4.1"),
        q("b-4.1"),
        q("c-1.1"),
        q("c-4.1"),
    ];
    let roadmap =
        planned(&questions, &[], &Wishes { capacities: [("dev".to_owned(), 99)].into(), ..nothing_wished() });
    assert_eq!(codes(&roadmap), [["b-1.1", "c-1.1", "c-4.1", "b-3.1", "a-1.1"]]);
    assert_eq!(reasons(&roadmap, "b-3.1"), ["unlocks 1 item", "is needed by a-1.1"]);
    assert_eq!(reasons(&roadmap, "c-4.1"), ["unlocks 2 items", "is needed by b-3.1"]);
    assert_eq!(reasons(&roadmap, "a-1.1"), ["blocks level 1 in D"]);
}

#[test]
fn what_is_answered_in_full_or_in_a_cell_that_passes_or_does_not_apply_is_not_waited_for() {
    let questions = [
        q("a-1.1").after("b-1.1").after("b-1.2").after("b-2.1").after("b-2.2"),
        q("b-1.1").weight(3),
        q("b-1.2"),
        q("b-2.1").weight(3),
        q("b-2.2").may_be_not_applicable(),
        q("b-2.3").weight(3),
    ];
    let given = [("b-1.1", "all"), ("b-1.2", "some"), ("b-2.1", "all"), ("b-2.2", "na")];
    let roadmap = planned(&questions, &given, &nothing_wished());
    assert_eq!(codes(&roadmap), [["a-1.1"]]);
}

#[test]
fn what_the_profile_does_not_ask_is_not_waited_for() {
    let bank = bank(&[q("a-1.1").after("b-1.1"), q("b-1.1").extended_only()]);
    let snapshot = Snapshot::new(&bank, Some("strict"), day(TODAY), answers([])).expect("answers");
    assert_eq!(codes(&plan(&bank, &snapshot, &nothing_wished()).expect("a roadmap")), [["a-1.1"]]);
    let unknown = plan(&bank, &snapshot, &without(&["b-1.1"])).expect_err("not asked");
    assert_eq!(unknown.to_string(), "the questionnaire has no question `b-1.1` in this profile");
}

// ---- What stops the target

#[test]
fn what_depends_on_something_switched_off_is_out_as_well_and_says_so() {
    let questions = [q("a-1.1"), q("a-1.2").after("a-1.1"), q("b-1.1").after("a-1.2"), q("c-1.1")];
    let roadmap = planned(&questions, &[], &without(&["a-1.1"]));
    assert_eq!(codes(&roadmap), [["c-1.1"]]);
    assert_eq!(
        unreachable(&roadmap),
        [
            ("a-1.1", "is switched off"),
            ("a-1.2", "depends on a-1.1, which is switched off"),
            ("b-1.1", "depends on a-1.1, which is switched off"),
        ]
    );
}

#[test]
fn all_that_stops_an_item_is_named() {
    let questions = [q("a-1.1"), q("a-1.2"), q("b-1.1").after("a-1.2").after("a-1.1")];
    let roadmap = planned(&questions, &[], &without(&["a-1.1", "a-1.2"]));
    assert_eq!(unreachable(&roadmap)[2], ("b-1.1", "depends on a-1.1, a-1.2, which are switched off"));
}

#[test]
fn what_is_switched_off_stops_nothing_where_the_target_is_reached_without_it() {
    let questions = [q("a-1.1").weight(3), q("a-1.2"), q("a-2.1")];
    let given = [("a-1.1", "most"), ("a-1.2", "some")];
    let roadmap = planned(&questions, &given, &without(&["a-1.2"]));
    assert_eq!((codes(&roadmap), unreachable(&roadmap)), (vec![vec!["a-1.1"]], vec![]));
    // In the dimension as a whole something else may be at fault.
    let both = Wishes { target: Some(2), ..without(&["a-1.2", "a-2.1"]) };
    assert_eq!(unreachable(&planned(&questions, &given, &both)), [("a-2.1", "is switched off")]);
}

#[test]
fn lower_levels_that_are_switched_off_do_not_stop_the_higher_ones_from_being_worked_on() {
    let roadmap = planned(&[q("a-1.1"), q("a-2.1")], &[], &Wishes { target: Some(2), ..without(&["a-1.1"]) });
    assert_eq!(
        (codes(&roadmap), unreachable(&roadmap)),
        (vec![vec!["a-2.1"]], vec![("a-1.1", "is switched off")])
    );
}

#[test]
fn what_only_something_switched_off_needs_is_left_out_in_silence() {
    let questions = [q("a-1.1").after("b-4.1"), q("b-1.1"), q("b-4.1")];
    let roadmap = planned(&questions, &[("b-1.1", "all")], &without(&["a-1.1"]));
    assert_eq!((codes(&roadmap).len(), unreachable(&roadmap)), (0, vec![("a-1.1", "is switched off")]));
    // Nor does it matter that this could not be done either.
    let questions =
        [q("a-1.1").after("b-3.1"), q("b-1.1"), q("b-3.1").after("c-4.1"), q("c-1.1"), q("c-4.1")];
    let roadmap = planned(&questions, &[("b-1.1", "all"), ("c-1.1", "all")], &without(&["a-1.1", "c-4.1"]));
    assert_eq!(unreachable(&roadmap), [("a-1.1", "is switched off")]);
}

#[test]
fn a_dimension_that_is_not_rated_stops_the_target_and_says_why() {
    let questions = [q("a-1.1").may_be_not_applicable(), q("a-1.2"), q("b-1.1")];
    let roadmap = planned(&questions, &[("a-1.1", "na")], &nothing_wished());
    assert_eq!(
        unreachable(&roadmap),
        [("a", "more than 30 % of its weight is not applicable, so it is not rated")]
    );
    let nothing =
        planned(&[q("a-1.1").may_be_not_applicable(), q("b-1.1")], &[("a-1.1", "na")], &nothing_wished());
    assert_eq!(unreachable(&nothing).len(), 1);
    assert!(planned(&questions, &[("a-1.1", "na")], &dimension_target("a", 0)).unreachable.is_empty());
}
