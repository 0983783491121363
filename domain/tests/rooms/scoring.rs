//! Scoring, sentence by sentence: the names of the tests quote the rules.

use std::collections::BTreeMap;

use crate::support::{Q, TODAY, answer, answers, bank, day, dimension, q, score, score_answers};
use assay_domain::assessments::{
    Answer, AnswersFile, Basis, Choice, Criteria, Fraction, Grade, ScoreError, Scorecard, Snapshot, Targets,
    distance, distribution, drop_foreign_claims,
};
use assay_domain::questionnaires::{Bank, Rung};
use serde_json::json;

fn fraction(num: i64, den: i64) -> Fraction {
    Fraction::new(num, den).expect("a fraction")
}

/// Claimed and supported level of the only dimension.
fn levels(card: &Scorecard) -> (u8, u8) {
    (card.dimensions[0].claimed, card.dimensions[0].supported)
}

/// One question a level in dimension a.
fn stairs() -> Bank {
    bank(&[q("a-1.1"), q("a-2.1"), q("a-3.1"), q("a-4.1")])
}

// ---- 1

#[test]
fn unanswered_and_dont_know_count_0_and_lower_coverage() {
    let bank = bank(&[q("a-1.1"), q("a-1.2")]);
    for card in [score(&bank, [("a-1.1", "all")]), score(&bank, [("a-1.1", "all"), ("a-1.2", "dont_know")])] {
        let cell = &card.dimensions[0].cells[0];
        assert_eq!((cell.score, cell.coverage), (fraction(1, 2), fraction(1, 2)));
        assert_eq!(card.coverage_percent, "50.0");
    }
}

// ---- 2

#[test]
fn not_applicable_leaves_numerator_and_denominator_only_when_allowed_and_approved() {
    let allowed = || q("a-1.4").may_be_not_applicable();
    let cell = |last: Q, given: &str| {
        let bank = bank(&[q("a-1.1"), q("a-1.2"), q("a-1.3"), last]);
        let card = score(&bank, [("a-1.1", "all"), ("a-1.2", "all"), ("a-1.3", "all"), ("a-1.4", given)]);
        let cell = &card.dimensions[0].cells[0];
        (cell.score, cell.coverage)
    };
    assert_eq!(cell(allowed(), "na"), (Fraction::ONE, Fraction::ONE));
    assert_eq!(cell(allowed(), "na?"), (fraction(3, 4), fraction(3, 4)), "not approved");
    assert_eq!(cell(q("a-1.4"), "na"), (fraction(3, 4), fraction(3, 4)), "not allowed");
}

#[test]
fn a_dimension_with_more_than_30_percent_of_its_weight_in_approved_not_applicable_is_not_rated() {
    let rated = |weights: [u8; 5]| {
        let questions: Vec<Q> = (1..)
            .zip(weights)
            .map(|(n, weight)| q(&format!("a-1.{n}")).weight(weight).may_be_not_applicable())
            .collect();
        let given = [("a-1.1", "na"), ("a-1.2", "all"), ("a-1.3", "all"), ("a-1.4", "all"), ("a-1.5", "all")];
        let card = score(&bank(&questions), given);
        (dimension(&card, "a").rated, dimension(&card, "a").claimed, card.blockers.len())
    };
    // 3 of 10 is not more than 30 %, 3 of 9 is.
    assert_eq!(rated([3, 3, 2, 1, 1]), (true, 4, 1));
    assert_eq!(rated([3, 3, 1, 1, 1]), (false, 0, 2));
}

#[test]
fn a_dimension_that_is_not_rated_says_so() {
    let bank = bank(&[q("a-1.1").may_be_not_applicable(), q("a-1.2")]);
    let card = score(&bank, [("a-1.1", "na"), ("a-1.2", "all")]);
    assert_eq!(levels(&card), (0, 0));
    assert!(card.blockers[0].questions.is_empty());
    assert_eq!(
        card.blockers[0].reasons,
        ["more than 30 % of its weight is not applicable, so it is not rated"]
    );
}

// ---- 3

#[test]
fn a_cell_score_is_the_weighted_mean_of_its_answers() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(2), q("a-1.3").weight(1).automation()]);
    let card = score(&bank, [("a-1.1", "some"), ("a-1.2", "most"), ("a-1.3", "manual")]);
    // 3/4 + 2/2 + 1/2 over 6
    assert_eq!(card.dimensions[0].cells[0].score, fraction(9, 24));
    let card = score(&bank, [("a-1.1", "none"), ("a-1.2", "all"), ("a-1.3", "automated")]);
    assert_eq!(card.dimensions[0].cells[0].score, fraction(1, 2));
}

#[test]
fn coverage_is_answered_weight_over_applicable_weight() {
    let bank =
        bank(&[q("a-1.1").weight(3), q("a-1.2").weight(1), q("a-1.3").weight(1).may_be_not_applicable()]);
    let card = score(&bank, [("a-1.1", "none"), ("a-1.3", "na")]);
    assert_eq!(card.dimensions[0].cells[0].coverage, fraction(3, 4));
}

// ---- 4

#[test]
fn a_cell_passes_at_80_percent() {
    let five = bank(&[q("a-1.1"), q("a-1.2"), q("a-1.3"), q("a-1.4"), q("a-1.5")]);
    let four_and = |last| {
        let given = [("a-1.1", "all"), ("a-1.2", "all"), ("a-1.3", "all"), ("a-1.4", "all"), ("a-1.5", last)];
        score(&five, given).dimensions[0].cells[0].passed
    };
    assert!(four_and("none"), "4 of 5 is 80 %");
    let four = bank(&[q("a-1.1"), q("a-1.2"), q("a-1.3"), q("a-1.4")]);
    let card = score(&four, [("a-1.1", "all"), ("a-1.2", "all"), ("a-1.3", "all"), ("a-1.4", "none")]);
    assert!(!card.dimensions[0].cells[0].passed, "3 of 4 is 75 %");
    assert_eq!(card.dimensions[0].cells[0].reasons[0], "the score is 75.0 %, 80 % pass");
}

#[test]
fn a_cell_fails_while_a_mandatory_answer_is_below_one_half() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(3), q("a-1.3").weight(1).mandatory()]);
    let passes = |given| {
        score(&bank, [("a-1.1", "all"), ("a-1.2", "all"), ("a-1.3", given)]).dimensions[0].cells[0].passed
    };
    assert!(!passes("some"));
    assert!(passes("most"));
}

#[test]
fn a_mandatory_question_that_does_not_apply_does_not_count() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(1).mandatory().may_be_not_applicable()]);
    assert!(score(&bank, [("a-1.1", "all"), ("a-1.2", "na")]).dimensions[0].cells[0].passed);
}

#[test]
fn a_cell_fails_while_something_is_open() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(3), q("a-1.3").weight(1)]);
    let card = score(&bank, [("a-1.1", "all"), ("a-1.2", "all")]);
    assert!(!card.dimensions[0].cells[0].passed, "6 of 7 is enough, but one is open");
    assert_eq!(card.dimensions[0].cells[0].reasons[0], "not answered: a-1.3");
}

#[test]
fn a_cell_with_no_question_passes_labelled_no_criteria() {
    let card = score(&bank(&[q("a-2.1")]), []);
    let cell = &card.dimensions[0].cells[0];
    assert_eq!((cell.passed, cell.supported_passed, cell.criteria), (true, true, Criteria::None));
    assert_eq!(
        (cell.score, cell.supported_score, cell.coverage),
        (Fraction::ZERO, Fraction::ZERO, Fraction::ONE)
    );
}

#[test]
fn a_cell_whose_questions_are_all_approved_not_applicable_passes_labelled_not_applicable() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-2.1").weight(1).may_be_not_applicable()]);
    let card = score(&bank, [("a-1.1", "all"), ("a-2.1", "na")]);
    let cell = &card.dimensions[0].cells[1];
    assert_eq!((cell.passed, cell.supported_passed, cell.criteria), (true, true, Criteria::NotApplicable));
    assert_eq!(
        (cell.score, cell.supported_score, cell.coverage),
        (Fraction::ZERO, Fraction::ZERO, Fraction::ONE)
    );
}

// ---- 5

#[test]
fn the_level_is_the_largest_for_which_all_cells_up_to_it_pass() {
    let card = score(&stairs(), [("a-1.1", "all"), ("a-2.1", "all"), ("a-3.1", "none"), ("a-4.1", "all")]);
    assert_eq!(card.dimensions[0].claimed, 2);
    assert!(card.dimensions[0].cells[3].passed);
}

#[test]
fn leading_empty_cells_earn_nothing() {
    let bank = bank(&[q("a-3.1")]);
    assert_eq!(score(&bank, [("a-3.1", "none")]).dimensions[0].claimed, 0);
    assert_eq!(score(&bank, [("a-3.1", "all")]).dimensions[0].claimed, 4);
}

#[test]
fn trailing_empty_cells_cost_nothing() {
    assert_eq!(score(&bank(&[q("a-1.1")]), [("a-1.1", "all")]).dimensions[0].claimed, 4);
}

#[test]
fn a_cell_that_does_not_apply_earns_nothing_alone() {
    let bank = bank(&[q("a-1.1").may_be_not_applicable(), q("a-2.1").weight(3)]);
    assert_eq!(score(&bank, [("a-1.1", "na"), ("a-2.1", "none")]).dimensions[0].claimed, 0);
    assert_eq!(score(&bank, [("a-1.1", "na"), ("a-2.1", "all")]).dimensions[0].claimed, 4);
}

#[test]
fn the_index_is_the_level_and_the_score_of_the_next_cut_off() {
    let three = bank(&[q("a-1.1").weight(1), q("a-1.2").weight(2)]);
    let index = |card: Scorecard| card.dimensions[0].index.clone();
    assert_eq!(index(score(&three, [("a-1.1", "none"), ("a-1.2", "all")])), "0.66");
    assert_eq!(index(score(&stairs(), [("a-1.1", "all"), ("a-2.1", "some")])), "1.25");
    assert_eq!(
        index(score(&stairs(), ["a-1.1", "a-2.1", "a-3.1", "a-4.1"].map(|code| (code, "all")))),
        "4.00"
    );
    // A full score that does not pass: all of level 1 is answered with the top, but too much does not apply.
    let not_rated = bank(&[q("a-1.1"), q("a-1.2").may_be_not_applicable()]);
    assert_eq!(index(score(&not_rated, [("a-1.1", "all"), ("a-1.2", "na")])), "0.99");
}

// ---- 6

#[test]
fn a_capability_has_the_same_sums_and_rules_over_its_questions() {
    let bank = bank(&[
        q("a-1.1").capability("x"),
        q("a-1.2").capability("y"),
        q("a-2.1").capability("x"),
        q("a-2.2").capability("y"),
    ]);
    let card = score(&bank, [("a-1.1", "all"), ("a-1.2", "none"), ("a-2.1", "some"), ("a-2.2", "all")]);
    let capability =
        |n: usize| (card.capabilities[n].id.as_str(), card.capabilities[n].score, card.capabilities[n].level);
    assert_eq!(capability(0), ("x", fraction(5, 8), 1));
    assert_eq!(capability(1), ("y", fraction(1, 2), 0));
    assert_eq!(card.capabilities[0].dimension, "a");
}

// ---- 7

#[test]
fn the_headline_is_the_minimum_over_the_dimensions_that_have_questions_in_the_profile() {
    let bank = bank(&[q("a-1.1"), q("b-1.1"), q("c-1.1").extended_only()]);
    let given = || answers([("a-1.1", "all+reviewed"), ("b-1.1", "all"), ("c-1.1", "none")]);
    let headline = |profile| {
        let card = Snapshot::new(&bank, Some(profile), day(TODAY), given())
            .expect("fits")
            .score(&bank)
            .expect("a result");
        (card.headline.claimed, card.headline.supported, card.dimensions.len(), card.questionnaire.profile)
    };
    assert_eq!(headline("extended"), (0, 0, 3, "extended".to_owned()));
    assert_eq!(headline("strict"), (4, 0, 2, "strict".to_owned()));
}

#[test]
fn progress_is_ungated() {
    let card = score(&stairs(), [("a-1.1", "none"), ("a-2.1", "all"), ("a-3.1", "some")]);
    assert_eq!(card.headline.claimed, 0);
    assert_eq!(card.progress_percent, "31.3", "5/16 is 31.25 %, rounded half up");
}

#[test]
fn where_nothing_applies_there_is_no_progress_and_nothing_open() {
    let card = score(&bank(&[q("a-1.1").may_be_not_applicable()]), [("a-1.1", "na")]);
    assert_eq!((card.progress_percent.as_str(), card.coverage_percent.as_str()), ("0.0", "100.0"));
    assert_eq!(card.headline.claimed, 0);
}

// ---- 8

#[test]
fn an_answer_counts_as_far_as_its_best_evidence_carries() {
    let supported = |short| {
        let cell = score(&bank(&[q("a-1.1")]), [("a-1.1", short)]).dimensions[0].cells[0].clone();
        (cell.score, cell.supported_score)
    };
    assert_eq!(supported("all"), (Fraction::ONE, fraction(1, 2)));
    assert_eq!(supported("all+artefact"), (Fraction::ONE, fraction(3, 4)));
    assert_eq!(supported("all+reviewed"), (Fraction::ONE, Fraction::ONE));
    assert_eq!(supported("all+automated"), (Fraction::ONE, Fraction::ONE));
    assert_eq!(supported("some"), (fraction(1, 4), fraction(1, 4)), "the cap is above the answer");
    let two = "all+{ uri = \"u\", kind = \"artefact\" }, { uri = \"v\", kind = \"artefact\", reviewed_by = \"ana\" }";
    assert_eq!(supported(two).1, Fraction::ONE, "the best counts");
}

#[test]
fn the_same_rules_give_the_supported_level() {
    let card = score(
        &stairs(),
        [("a-1.1", "all+reviewed"), ("a-2.1", "all+artefact"), ("a-3.1", "all"), ("a-4.1", "most")],
    );
    assert_eq!(levels(&card), (3, 1));
    assert_eq!(card.dimensions[0].cells[1].reasons, ["supported: the score is 75.0 %, 80 % pass"]);
}

#[test]
fn confidence_is_over_answers_above_0_and_never_multiplied_in() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(2), q("a-1.3"), q("a-1.4"), q("a-1.5")]);
    let given =
        [("a-1.1", "some"), ("a-1.2", "all+artefact"), ("a-1.3", "all+reviewed"), ("a-1.4", "all+automated")];
    let card = score(&bank, given.into_iter().chain([("a-1.5", "none+automated")]));
    // (3*25 + 2*50 + 80 + 100) / 7 = 50.714…
    assert_eq!(card.confidence_percent, "50.7");
    assert_eq!(score(&bank, [("a-1.5", "none+automated")]).confidence_percent, "0.0");
    assert_eq!(score(&bank, [("a-1.5", "all")]).confidence_percent, "25.0");
}

// ---- 9

#[test]
fn the_distance_from_targets_is_what_lacks_over_what_is_wanted() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(1), q("b-1.1").weight(2), q("c-1.1")]);
    let given = answers([("a-1.1", "most"), ("a-1.2", "all"), ("b-1.1", "some"), ("c-1.1", "none")]);
    let snapshot = Snapshot::new(&bank, None, day(TODAY), given).expect("fits");
    let distance = |dimensions: &[(&str, Rung)], questions: &[(&str, Rung)]| {
        let map = |pairs: &[(&str, Rung)]| pairs.iter().map(|(id, rung)| ((*id).to_owned(), *rung)).collect();
        distance(&bank, &snapshot, &Targets { dimensions: map(dimensions), questions: map(questions) })
            .expect("a distance")
    };
    assert_eq!(distance(&[("a", Rung::All)], &[]), fraction(3 * 2, 4 * 4));
    assert_eq!(distance(&[("a", Rung::Most)], &[]), Fraction::ZERO, "more than wanted makes up for nothing");
    assert_eq!(
        distance(&[("a", Rung::All), ("b", Rung::Most)], &[("a-1.1", Rung::Some)]),
        fraction(2, 3 + 4 + 4)
    );
    assert_eq!(distance(&[], &[]), Fraction::ZERO);
}

// ---- 10

#[test]
fn an_organisation_has_a_distribution_and_a_median_never_a_mean() {
    let spread = distribution(&[4, 0, 1, 1]);
    assert_eq!((spread.counts, spread.median), ([1, 2, 0, 0, 1], Some(1)));
    assert_eq!(distribution(&[0, 4]).median, Some(0), "no level lies between two levels");
    assert_eq!(distribution(&[3, 0, 4]).median, Some(3));
    assert_eq!(distribution(&[]).median, None);
}

// ---- 11

#[test]
fn rescoring_a_snapshot_gives_the_same_bytes() {
    let bank = stairs();
    let snapshot =
        Snapshot::new(&bank, None, day(TODAY), answers([("a-1.1", "all+reviewed")])).expect("fits");
    let stored = serde_json::to_string(&snapshot).expect("json");
    let read: Snapshot = serde_json::from_str(&stored).expect("a snapshot");
    let bytes =
        |snapshot: &Snapshot| serde_json::to_vec(&snapshot.score(&bank).expect("a result")).expect("json");
    assert_eq!(bytes(&read), bytes(&snapshot));
    let card: Scorecard = serde_json::from_slice(&bytes(&read)).expect("a scorecard");
    assert_eq!(card, snapshot.score(&bank).expect("a result"));
}

#[test]
fn a_snapshot_is_scored_only_with_its_own_bank_and_rules() {
    let (one, other) = (stairs(), bank(&[q("a-1.1")]));
    let snapshot = Snapshot::new(&one, None, day(TODAY), BTreeMap::new()).expect("fits");
    assert!(matches!(snapshot.score(&other), Err(ScoreError::OtherBank { .. })));
    let later = Snapshot { scoring: 2, ..snapshot.clone() };
    assert_eq!(later.score(&one), Err(ScoreError::OtherRules(2)));
    let lost = Snapshot { profile: "none".to_owned(), ..snapshot };
    assert!(matches!(lost.score(&one), Err(ScoreError::UnknownProfile { .. })));
}

#[test]
fn a_snapshot_takes_only_answers_that_fit() {
    let bank = stairs();
    let refused = |given| Snapshot::new(&bank, None, day(TODAY), answers([given])).expect_err("refused");
    assert_eq!(refused(("b-1.1", "all")), ScoreError::UnknownQuestion("b-1.1".to_owned()));
    assert!(matches!(refused(("a-1.1", "manual")), ScoreError::Misfit { .. }));
}

// ---- 12

/// The codes that stand between the only dimension and its next level.
fn blocking(card: &Scorecard, basis: Basis) -> (u8, Vec<&str>) {
    let blocker = card.blockers.iter().find(|blocker| blocker.basis == basis).expect("a blocker");
    (blocker.level, blocker.questions.iter().map(|question| question.code.as_str()).collect())
}

#[test]
fn blockers_are_the_fewest_questions() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2"), q("a-1.3"), q("a-1.4")]);
    let card = score(&bank, ["a-1.1", "a-1.2", "a-1.3", "a-1.4"].map(|code| (code, "most")));
    // 50 % of 6; 80 % needs 1.8 more: the weight of 3 brings 1.5, another 0.5.
    assert_eq!(blocking(&card, Basis::Claimed), (1, vec!["a-1.1", "a-1.2"]));
}

#[test]
fn among_equals_blockers_are_of_least_total_effort() {
    let bank = bank(&[q("a-1.1").time(5), q("a-1.2").time(1), q("a-1.3").time(3), q("a-1.4").time(2)]);
    let card = score(&bank, ["a-1.1", "a-1.2", "a-1.3", "a-1.4"].map(|code| (code, "some")));
    assert_eq!(blocking(&card, Basis::Claimed), (1, vec!["a-1.2", "a-1.3", "a-1.4"]));
}

#[test]
fn among_equal_efforts_blockers_are_the_first_codes() {
    let bank = bank(&[q("a-1.3"), q("a-1.1"), q("a-1.2")]);
    let card = score(&bank, ["a-1.1", "a-1.2", "a-1.3"].map(|code| (code, "most")));
    assert_eq!(blocking(&card, Basis::Claimed), (1, vec!["a-1.1", "a-1.2"]));
}

#[test]
fn blockers_contain_what_is_open_and_what_is_mandatory_and_low() {
    let bank = bank(&[q("a-1.1").weight(3), q("a-1.2").weight(3), q("a-1.3").mandatory(), q("a-1.4")]);
    let card = score(&bank, [("a-1.1", "all"), ("a-1.2", "all"), ("a-1.3", "some"), ("a-1.4", "dont_know")]);
    assert_eq!(blocking(&card, Basis::Claimed), (1, vec!["a-1.3", "a-1.4"]));
    assert_eq!(
        serde_json::to_value(&card.blockers[0].questions).expect("json"),
        json!([
            { "code": "a-1.3", "answer": "some", "needed": "all" },
            { "code": "a-1.4", "answer": "dont_know", "needed": "all" }
        ])
    );
}

#[test]
fn supported_blockers_are_to_be_raised_with_reviewed_evidence() {
    let card = score(&stairs(), [("a-1.1", "all"), ("a-2.1", "all"), ("a-3.1", "all"), ("a-4.1", "all")]);
    assert_eq!(levels(&card), (4, 0));
    assert_eq!(card.blockers.len(), 1, "nothing blocks the claim");
    assert_eq!(blocking(&card, Basis::Supported), (1, vec!["a-1.1"]));
    assert_eq!(card.blockers[0].questions[0].answer.as_deref(), Some("all"));
}

#[test]
fn a_dimension_at_level_4_has_no_blockers() {
    let card = score(&stairs(), ["a-1.1", "a-2.1", "a-3.1", "a-4.1"].map(|code| (code, "all+reviewed")));
    assert_eq!((levels(&card), card.blockers.len()), ((4, 4), 0));
}

#[test]
fn where_no_set_suffices_blockers_are_empty_with_the_reason() {
    let card = score(&bank(&[q("a-1.1").may_be_not_applicable()]), [("a-1.1", "na")]);
    assert_eq!(blocking(&card, Basis::Claimed), (1, vec![]));
    assert_eq!(card.blockers[0].reasons.len(), 1);
}

#[test]
fn the_next_level_is_the_first_that_can_be_earned() {
    // Nothing can be earned at levels 1 and 2, so raising leads to 3.
    let card = score(&bank(&[q("a-3.1"), q("a-4.1")]), [("a-3.1", "none"), ("a-4.1", "none")]);
    assert_eq!(blocking(&card, Basis::Claimed), (3, vec!["a-3.1"]));
}

// ---- Made exact

#[test]
fn a_dimension_is_provisional_while_something_is_open_up_to_the_next_level() {
    let provisional = |given: &[(&'static str, &'static str)]| {
        let card = score(&stairs(), given.iter().copied());
        assert_eq!(card.headline.provisional, card.dimensions[0].provisional);
        card.dimensions[0].provisional
    };
    assert!(provisional(&[]));
    assert!(provisional(&[("a-1.1", "all")]), "level 2 is open");
    assert!(!provisional(&[("a-1.1", "all"), ("a-2.1", "none")]), "levels 3 and 4 cannot matter");
    assert!(provisional(&[("a-2.1", "all")]));
    assert!(
        !provisional(&["a-1.1", "a-2.1", "a-3.1", "a-4.1"].map(|code| (code, "all"))),
        "there is no level 5"
    );
}

#[test]
fn the_headline_is_provisional_when_any_dimension_is() {
    let card = score(&bank(&[q("a-1.1"), q("b-1.1")]), [("a-1.1", "none")]);
    assert_eq!(card.dimensions.iter().map(|d| d.provisional).collect::<Vec<_>>(), [false, true]);
    assert!(card.headline.provisional);
}

/// The grade of an answer of `most` with this evidence.
fn grade(evidence: &str) -> Grade {
    answer(&format!("most+{{ uri = \"u\", {evidence} }}")).grade(day(TODAY))
}

#[test]
fn reviewed_needs_a_reviewer_other_than_the_answerer() {
    assert_eq!(grade("kind = \"artefact\", reviewed_by = \"ana\""), Grade::Reviewed);
    assert_eq!(grade("kind = \"artefact\", reviewed_by = \"sam\""), Grade::Artefact);
}

#[test]
fn without_an_answerer_no_reviewer_counts() {
    let mut nobodys = answer("most+reviewed");
    assert_eq!(nobodys.grade(day(TODAY)), Grade::Reviewed);
    nobodys.answered_by = None;
    assert_eq!(nobodys.grade(day(TODAY)), Grade::Artefact);
}

#[test]
fn a_file_says_who_answered_where_the_answer_does_not() {
    let text = "questionnaire = \"test\"\nversion = \"1.0.0\"\nanswered_by = \"sam\"\n[answers]\n\
        \"a-1.1\" = { value = \"all\", evidence = [{ uri = \"u\", kind = \"artefact\", reviewed_by = \"sam\" }] }\n\
        \"a-2.1\" = { value = \"all\", answered_by = \"li\", evidence = [{ uri = \"u\", kind = \"artefact\", reviewed_by = \"sam\" }] }\n";
    let file = AnswersFile::parse(text, "answers.toml", &stairs()).expect("answers");
    let answers = file.into_answers();
    assert_eq!(answers["a-1.1"].grade(day(TODAY)), Grade::Artefact);
    assert_eq!(answers["a-2.1"].grade(day(TODAY)), Grade::Reviewed);
}

#[test]
fn a_review_made_at_a_lower_rung_than_todays_answer_does_not_count() {
    let reviewed_at =
        |rung| grade(&format!("kind = \"artefact\", reviewed_by = \"ana\", reviewed_value = \"{rung}\""));
    assert_eq!(reviewed_at("some"), Grade::Artefact);
    assert_eq!(reviewed_at("most"), Grade::Reviewed);
    assert_eq!(reviewed_at("all"), Grade::Reviewed);
}

#[test]
fn automated_needs_a_check_at_most_90_days_before_the_as_of_date() {
    let checked = |date| grade(&format!("kind = \"automated\", checked_at = \"{date}\""));
    assert_eq!(checked("2026-11-21"), Grade::Automated);
    assert_eq!(checked("2026-08-23"), Grade::Automated, "90 days");
    assert_eq!(checked("2026-08-22"), Grade::Artefact, "91 days");
    assert_eq!(checked("2026-11-22"), Grade::Artefact, "not before the as-of date");
    assert_eq!(grade("kind = \"automated\""), Grade::Artefact, "never checked");
    assert_eq!(
        grade("kind = \"automated\", reviewed_by = \"ana\""),
        Grade::Reviewed,
        "an artefact can be reviewed"
    );
    assert_eq!(grade("kind = \"artefact\", checked_at = \"2026-11-21\""), Grade::Artefact);
}

#[test]
fn expired_evidence_drops_one_grade() {
    let expired = |evidence: &str| grade(&format!("{evidence}, expires = \"2026-11-20\""));
    assert_eq!(expired("kind = \"automated\", checked_at = \"2026-11-21\""), Grade::Reviewed);
    assert_eq!(expired("kind = \"artefact\", reviewed_by = \"ana\""), Grade::Artefact);
    assert_eq!(expired("kind = \"artefact\""), Grade::None);
    assert_eq!(
        grade("kind = \"artefact\", expires = \"2026-11-21\""),
        Grade::Artefact,
        "the last day counts"
    );
}

#[test]
fn uploaded_answers_cannot_bring_reviews_approvals_or_machine_evidence() {
    let upload = || {
        answers([
            (
                "a-1.1",
                "all+{ uri = \"u\", kind = \"artefact\", reviewed_by = \"ana\", reviewed_value = \"all\" }",
            ),
            ("a-2.1", "all+automated"),
            ("a-3.1", "na"),
        ])
    };
    let mut by_person = upload();
    assert_eq!(
        drop_foreign_claims(&mut by_person, None),
        ["a-1.1: the review of u", "a-2.1: that u is automated", "a-3.1: the approval of \"not applicable\""]
    );
    assert_eq!(by_person["a-1.1"].grade(day(TODAY)), Grade::Artefact);
    assert_eq!(by_person["a-2.1"].grade(day(TODAY)), Grade::Artefact);
    assert!(
        matches!(&by_person["a-3.1"].choice, Choice::NotApplicable(given) if given.approved_by.is_none())
    );
    let mut by_machine = upload();
    assert_eq!(drop_foreign_claims(&mut by_machine, Some("nightly")).len(), 2);
    assert_eq!(by_machine["a-2.1"].grade(day(TODAY)), Grade::Automated);
    assert_eq!(by_machine["a-2.1"].evidence[0].vouched_by.as_deref(), Some("nightly"));
}

#[test]
fn a_machine_vouches_for_the_answer_that_it_saw_and_the_result_names_it() {
    let bank = stairs();
    let card = |answers: &BTreeMap<String, Answer>| {
        Snapshot::new(&bank, None, day(TODAY), answers.clone()).expect("fits").score(&bank).expect("a result")
    };
    let mut given = answers([("a-1.1", "some+automated")]);
    assert!(card(&given).vouched.is_empty(), "results that were locked before name nobody");
    drop_foreign_claims(&mut given, Some("nightly"));
    let vouched = card(&given).vouched;
    assert_eq!((vouched[0].question.as_str(), vouched[0].machine.as_str()), ("a-1.1", "nightly"));
    let answer = given.get_mut("a-1.1").expect("an answer");
    answer.choice = Choice::Rung(Rung::All);
    assert_eq!(answer.grade(day(TODAY)), Grade::Artefact, "it saw less than is said now");
    assert!(card(&given).vouched.is_empty());
}

#[test]
fn the_as_of_date_is_an_argument_and_printed_in_the_result() {
    let bank = stairs();
    let given = || answers([("a-1.1", "all+automated")]);
    let on =
        |date| Snapshot::new(&bank, None, day(date), given()).expect("fits").score(&bank).expect("a result");
    assert_eq!((on("2026-11-21").as_of, on("2026-11-21").dimensions[0].supported), (day("2026-11-21"), 1));
    assert_eq!(on("2027-11-21").dimensions[0].supported, 0);
    assert_ne!(on("2026-11-21").input_sha256, on("2026-11-22").input_sha256);
}

#[test]
fn a_principle_is_missing_when_some_of_it_is_answered_and_its_score_is_below_a_quarter() {
    let bank = bank(&[q("a-1.1"), q("a-1.2"), q("a-1.3"), q("a-1.4"), q("b-1.1").principle("other")]);
    let principle =
        |given: &[(&'static str, &'static str)]| score(&bank, given.iter().copied()).principles[0].clone();
    assert_eq!(principle(&[]).missing, None);
    assert_eq!(principle(&[("a-1.1", "dont_know")]).missing, None, "not knowing is no answer");
    assert_eq!(principle(&[("a-1.1", "some")]).missing, Some(true), "1/16");
    assert_eq!(principle(&[("a-1.1", "all")]).missing, Some(false), "1/4 is not below 1/4");
    let none = principle(&[("a-1.2", "none"), ("a-1.1", "none"), ("a-1.3", "some"), ("a-1.4", "dont_know")]);
    assert_eq!(none.questions, ["a-1.1", "a-1.2"], "answered 0");
    assert_eq!(score(&bank, []).principles[1].id, "other");
}

#[test]
fn the_input_digest_is_of_the_canonical_json_of_bank_profile_scoring_day_and_answers() {
    let bank = stairs();
    let card = score(&bank, [("a-1.1", "all+reviewed"), ("a-2.1", "dont_know"), ("a-3.1", "na?")]);
    let input = json!({
        "scoring": 1,
        "profile": "extended",
        "as_of": "2026-11-21",
        "bank_sha256": bank.sha256(),
        "answers": {
            "a-3.1": { "not_applicable": { "reason": "architecture", "justification": "j" }, "answered_by": "sam" },
            "a-2.1": { "value": "dont_know", "answered_by": "sam" },
            "a-1.1": {
                "value": "all", "answered_by": "sam",
                "evidence": [{ "uri": "u", "kind": "artefact", "reviewed_by": "ana" }]
            },
        },
    });
    assert_eq!(card.input_sha256, assay_domain::digest::canonical_sha256(&input));
}

#[test]
fn the_input_digest_is_canonical_whatever_people_write() {
    let mut given = answers([("a-1.1", "all+reviewed"), ("a-3.1", "na")]);
    let comment = "quote \" backslash \\ slash / control \u{1} \u{7f} line \n tab \t é 😀 \u{2028} \u{e000}";
    given.values_mut().for_each(|answer| answer.comment = Some(comment.to_owned()));
    let snapshot = Snapshot::new(&stairs(), None, day(TODAY), given).expect("answers that fit");
    assert_eq!(snapshot.sha256(), assay_domain::digest::canonical_sha256(&snapshot));
}

#[test]
fn the_order_of_a_file_does_not_matter() {
    let lines = ["\"a-1.1\" = { value = \"all\" }\n", "\"a-2.1\" = { value = \"some\", comment = \"c\" }\n"];
    let head = "questionnaire = \"test\"\nversion = \"1.0.0\"\n[answers]\n";
    let bank = stairs();
    let card = |text: String| {
        let file = AnswersFile::parse(&text, "answers.toml", &bank).expect("answers");
        serde_json::to_string(&score_answers(&bank, file.into_answers())).expect("json")
    };
    assert_eq!(
        card(format!("{head}{}{}", lines[0], lines[1])),
        card(format!("{head}{}{}", lines[1], lines[0]))
    );
}

#[test]
fn mistakes_in_answers_name_file_line_and_field() {
    let file = |line: &str| format!("questionnaire = \"test\"\nversion = \"1.0.0\"\n\n[answers]\n{line}\n");
    let mut all = Vec::new();
    for text in [
        "questionnaire = \"other\"\nversion = \"1.0.0\"\n".to_owned(),
        "questionnaire = \"test\"\nversion = \"1.1.0\"\n".to_owned(),
        "version = \"1.0.0\"\n".to_owned(),
        "questionnaire = \"test\"\nversion = \"1.0.0\"\nanswerd_by = \"sam\"\n".to_owned(),
        file("\"a-1.1\" = { value = \"all\""),
        file("\"a-1.1\" = { value = \"lots\" }"),
        file("\"a-1.1\" = { value = \"manual\" }\n\"z-1.1\" = { value = \"all\" }"),
        file("\"a-1.1\" = { valu = \"all\" }"),
        file("\"a-1.1\" = { comment = \"later\" }"),
        file(
            "\"a-1.1\" = { value = \"all\", not_applicable = { reason = \"architecture\", justification = \"j\" } }",
        ),
        file("\"a-1.1\" = { not_applicable = { reason = \"architecture\", justification = \" \" } }"),
        file("\"a-1.1\" = { not_applicable = { reason = \"lazy\", justification = \"j\" } }"),
        file(
            "\"a-1.1\" = { value = \"all\", evidence = [{ uri = \"u\", kind = \"artefact\", sha256 = \"12\", reviewed_value = \"no\" }] }",
        ),
        file(
            "\"a-1.1\" = { value = \"all\", evidence = [{ uri = \"\", kind = \"artefact\", reviewed_by = \"\" }] }",
        ),
        file("\"a-1.1\" = { value = \"all\", evidence = [{ uri = \"u\", kind = \"rumour\" }] }"),
        file(
            "\"a-1.1\" = { value = \"all\", evidence = [{ uri = \"u\", kind = \"artefact\", expires = \"soon\" }] }",
        ),
    ] {
        let mistakes = AnswersFile::parse(&text, "answers.toml", &stairs()).expect_err("mistakes");
        all.push(text + &mistakes.iter().map(|mistake| format!("  => {mistake}\n")).collect::<String>());
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn an_answers_file_reads_as_it_was_written() {
    let bank = stairs();
    let given: BTreeMap<String, Answer> =
        answers([("a-1.1", "all+reviewed"), ("a-2.1", "dont_know"), ("a-3.1", "na")]);
    let file = AnswersFile {
        questionnaire: "test".to_owned(),
        version: bank.version,
        answered_by: None,
        answers: given,
    };
    let text = file.to_toml().expect("toml");
    assert_eq!(AnswersFile::parse(&text, "answers.toml", &bank).expect("answers"), file, "{text}");
}

#[test]
fn the_result_is_this_json() {
    let bank = bank(&[
        q("a-1.1").weight(3).mandatory(),
        q("a-1.2").automation().may_be_not_applicable(),
        q("a-2.1").principle("other"),
        q("b-2.1").weight(2),
    ]);
    let card = score(
        &bank,
        [("a-1.1", "all+reviewed"), ("a-1.2", "na"), ("a-2.1", "none"), ("b-2.1", "most+artefact")],
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&card).expect("json"));
}
