//! What cannot be wished, and what never ends.

use assay_domain::assessments::Snapshot;
use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::{Calendar, PlanError, Wishes, plan};

use super::*;
use crate::support::{TODAY, answers, bank, day, q};

#[test]
fn what_cannot_be_wished_is_said_in_words() {
    let bank = bank(&[q("a-1.1"), q("b-1.1"), q("b-2.1")]);
    let with_calendar = |start, weeks| Wishes { calendar: calendar(start, weeks), ..Wishes::default() };
    let unowned = Wishes { unowned: ["x-1".to_owned()].into(), ..Wishes::default() };
    let wishes = [
        capacity("dev", 0),
        capacity("wizard", 3),
        target(5),
        dimension_target("a", 5),
        dimension_target("z", 1),
        without(&["x-1"]),
        not_before("x-1", 2),
        unowned,
        not_before("a-1.1", 0),
        not_before("a-1.1", 1001),
        not_before("a-1.1", u32::MAX),
        with_calendar("2027-01-01", 0),
        with_calendar("2027-01-01", 53),
        with_calendar("2027-01-01", u32::MAX),
        with_calendar("9999-12-01", 52),
        Wishes { calendar: calendar("9990-01-01", 52), ..not_before("a-1.1", 30) },
        Wishes {
            calendar: Some(Calendar { start: chrono::NaiveDate::MAX, phase_weeks: 1 }),
            ..Wishes::default()
        },
    ];
    let words: Vec<String> = wishes
        .iter()
        .map(|wishes| try_plan(&bank, &[], wishes).expect_err("no roadmap").to_string())
        .collect();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn a_roadmap_does_not_go_on_for_ever() {
    let one_point = Wishes { not_before: [("a-1.1".to_owned(), 999)].into(), ..capacity("dev", 1) };
    assert_eq!(
        try_plan(&bank(&[q("a-1.1")]), &[], &one_point),
        Err(PlanError::TooLong("a-1.1".to_owned())),
        "phases 999 and 1000 carry 2 of 3 points"
    );
    let just = Wishes { not_before: [("a-1.1".to_owned(), 998)].into(), ..capacity("dev", 1) };
    assert_eq!(planned(&[q("a-1.1")], &[], &just).phases.len(), 1000);
}

#[test]
fn items_that_wait_for_each_other_are_named_and_nothing_else() {
    // The loader refuses such a bank; this one comes past it.
    let fine = bank(&[q("a-1.1"), q("a-1.2").after("a-1.1"), q("a-1.3").after("a-1.2"), q("a-1.4")]);
    let mut json = serde_json::to_value(fine).expect("json");
    json["questions"][0]["depends_on"] = serde_json::json!(["a-1.2", "a-1.4"]);
    let bank: Bank = serde_json::from_value(json).expect("a bank");
    let cycle = try_plan(&bank, &[], &nothing_wished()).expect_err("a cycle");
    assert_eq!(cycle, PlanError::Cycle(vec!["a-1.1".to_owned(), "a-1.2".to_owned()]));
    assert_eq!(cycle.to_string(), "these questions wait for each other: a-1.1, a-1.2");
}

#[test]
fn the_answers_of_another_bank_have_no_roadmap() {
    let snapshot = Snapshot::new(&bank(&[q("a-1.1")]), None, day(TODAY), answers([])).expect("answers");
    let refused = plan(&bank(&[q("a-1.1").weight(2)]), &snapshot, &nothing_wished());
    assert!(matches!(refused, Err(PlanError::Score(_))), "{refused:?}");
}
