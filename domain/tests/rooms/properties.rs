//! What holds for all banks and answers. Blockers are compared with all sets of answers, tried one by one.

use std::collections::BTreeMap;
use std::ops::Range;

use assay_domain::assessments::{Answer, Basis, Blocker, Choice, Scorecard, Snapshot, carry_over};
use assay_domain::digest::canonical_sha256;
use assay_domain::questionnaires::Bank;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::{Q, TODAY, answer, bank, day, dimension, q, score_answers};

/// A question of dimension a or b, up to a level. Codes are finished by position, so that they are unique.
fn question(levels: u8) -> impl Strategy<Value = Q> {
    let dimension = select(vec!["a", "b"]);
    let flags = any::<(bool, bool, bool)>();
    (dimension, 1..=levels, 1..=3u8, flags, 1..=3u8).prop_map(|(dimension, level, weight, flags, time)| {
        let (mandatory, automation, not_applicable) = flags;
        Q {
            mandatory,
            automation,
            not_applicable,
            ..q(&format!("{dimension}-{level}.")).weight(weight).time(time)
        }
    })
}

fn questions(count: Range<usize>, levels: u8) -> impl Strategy<Value = Vec<Q>> {
    prop::collection::vec(question(levels), count).prop_map(|mut questions| {
        for (number, question) in questions.iter_mut().enumerate() {
            question.code.push_str(&number.to_string());
        }
        questions
    })
}

/// A short answer, or none.
fn given(question: &Q) -> impl Strategy<Value = Option<String>> + use<> {
    let rungs = if question.automation {
        vec!["no", "manual", "automated"]
    } else {
        vec!["none", "some", "most", "all"]
    };
    let evidence = select(vec!["", "+artefact", "+reviewed", "+automated"]);
    let rung = (select(rungs), evidence).prop_map(|(rung, evidence)| Some(format!("{rung}{evidence}")));
    prop_oneof![1 => Just(None), 1 => Just(Some("dont_know".to_owned())), 1 => Just(Some("na".to_owned())), 9 => rung]
}

type Answers = BTreeMap<String, Answer>;

fn answered(count: Range<usize>) -> impl Strategy<Value = (Vec<Q>, Answers)> {
    answered_up_to(4, count)
}

fn answered_up_to(levels: u8, count: Range<usize>) -> impl Strategy<Value = (Vec<Q>, Answers)> {
    questions(count, levels).prop_flat_map(|questions| {
        let given: Vec<_> = questions.iter().map(given).collect();
        (Just(questions), given).prop_map(|(questions, given)| {
            let given =
                questions.iter().zip(given).filter_map(|(q, short)| Some((q.code.clone(), answer(&short?))));
            let answers = given.collect();
            (questions, answers)
        })
    })
}

/// Every level that a result states.
fn all_levels(card: &Scorecard) -> Vec<u8> {
    let mut levels = vec![card.headline.claimed, card.headline.supported];
    levels.extend(card.dimensions.iter().flat_map(|dimension| [dimension.claimed, dimension.supported]));
    levels.extend(card.capabilities.iter().map(|capability| capability.level));
    levels
}

fn nowhere_lower(higher: &Scorecard, lower: &Scorecard) -> bool {
    all_levels(higher).iter().zip(all_levels(lower)).all(|(higher, lower)| *higher >= lower)
}

/// The answer raised to the top: for supported with reviewed evidence.
fn raised(answer: Option<&Answer>, top: &str, basis: Basis) -> Answer {
    let full = crate::support::answer(&format!("{top}+reviewed"));
    match (answer, basis) {
        (_, Basis::Supported) => full,
        (Some(answer), Basis::Claimed) => Answer { choice: full.choice, ..answer.clone() },
        (None, Basis::Claimed) => Answer { evidence: Vec::new(), ..full },
    }
}

fn level(card: &Scorecard, blocker: &Blocker) -> u8 {
    let dimension = dimension(card, &blocker.dimension);
    if blocker.basis == Basis::Claimed { dimension.claimed } else { dimension.supported }
}

/// Whether the answers pass the blocker's level once these questions are raised.
fn passes(bank: &Bank, answers: &Answers, blocker: &Blocker, codes: &[&str]) -> bool {
    let mut answers = answers.clone();
    for code in codes {
        let top = bank.question(code).expect("a question").ladder.top().as_str();
        let raised = raised(answers.get(*code), top, blocker.basis);
        answers.insert((*code).to_owned(), raised);
    }
    level(&score_answers(bank, answers), blocker) >= blocker.level
}

/// The smallest set by trying all: fewest questions, then least effort, then the first codes.
fn smallest_by_trying(bank: &Bank, answers: &Answers, blocker: &Blocker) -> Option<Vec<String>> {
    let mut questions: Vec<_> = bank.questions.iter().filter(|q| q.dimension == blocker.dimension).collect();
    questions.retain(|question| {
        !answers.get(&question.code).is_some_and(|answer| answer.is_not_applicable(question))
    });
    questions.sort_by_key(|question| question.code.as_str());
    let sets = 0..1_u32 << questions.len();
    let mut sets: Vec<_> = sets
        .map(|set| {
            let chosen: Vec<_> =
                (0..).zip(&questions).filter(|(n, _)| set & (1 << n) != 0).map(|(_, q)| *q).collect();
            let effort: i64 = chosen.iter().map(|q| q.effort.total()).sum();
            (chosen.len(), effort, chosen.iter().map(|q| q.code.as_str()).collect::<Vec<_>>())
        })
        .collect();
    sets.sort();
    let smallest = sets.iter().find(|(_, _, codes)| passes(bank, answers, blocker, codes));
    smallest.map(|(_, _, codes)| codes.iter().map(|code| (*code).to_owned()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn raising_an_answer_never_lowers_a_level((questions, answers) in answered(1..12), which in any::<Index>(), to in any::<Index>()) {
        let bank = bank(&questions);
        let question = &bank.questions[which.index(bank.questions.len())];
        let before = answers.get(&question.code);
        prop_assume!(!before.is_some_and(|answer| answer.is_not_applicable(question)));
        let today = match before.map(|answer| &answer.choice) { Some(Choice::Rung(rung)) => rung.quarters(), _ => 0 };
        let higher: Vec<_> = question.ladder.rungs().iter().filter(|rung| rung.quarters() >= today).collect();
        let rung = *higher[to.index(higher.len())];
        let mut raised = answers.clone();
        raised.entry(question.code.clone()).or_insert_with(|| Answer::of(rung)).choice = Choice::Rung(rung);
        prop_assert!(nowhere_lower(&score_answers(&bank, raised), &score_answers(&bank, answers)));
    }

    #[test]
    fn leaving_out_an_answer_never_raises_a_level((questions, answers) in answered(1..12), which in any::<Index>()) {
        let bank = bank(&questions);
        let question = &bank.questions[which.index(bank.questions.len())];
        // What does not apply is no answer; leaving it out puts the question back into the sums.
        prop_assume!(!answers.get(&question.code).is_some_and(|answer| answer.is_not_applicable(question)));
        let mut fewer = answers.clone();
        fewer.remove(&question.code);
        prop_assert!(nowhere_lower(&score_answers(&bank, answers), &score_answers(&bank, fewer)));
    }

    #[test]
    fn the_order_of_questions_does_not_matter((questions, answers) in answered(1..12), seed in any::<Index>()) {
        let mut turned = questions.clone();
        turned.rotate_left(seed.index(questions.len()));
        turned.reverse();
        let (one, other) = (score_answers(&bank(&questions), answers.clone()), score_answers(&bank(&turned), answers));
        let sorted = |mut card: Scorecard| {
            // Digest and order are those of the bank; within the reasons, codes stand in its order.
            card.input_sha256.clear();
            card.dimensions.sort_by(|a, b| a.id.cmp(&b.id));
            card.capabilities.sort_by(|a, b| a.id.cmp(&b.id));
            card.blockers.sort_by(|a, b| (&a.dimension, a.basis as u8).cmp(&(&b.dimension, b.basis as u8)));
            card.dimensions.iter_mut().flat_map(|d| &mut d.cells).for_each(|cell| cell.reasons.clear());
            card
        };
        prop_assert_eq!(sorted(one), sorted(other));
    }

    #[test]
    fn supported_is_never_above_claimed((questions, answers) in answered(1..12)) {
        let card = score_answers(&bank(&questions), answers);
        prop_assert!(card.headline.supported <= card.headline.claimed);
        for dimension in &card.dimensions {
            prop_assert!(dimension.supported <= dimension.claimed);
            prop_assert!(dimension.cells.iter().all(|cell| cell.supported_score <= cell.score));
        }
    }

    #[test]
    fn blockers_raised_pass_the_next_level_and_none_is_too_many((questions, answers) in answered(1..16)) {
        let bank = bank(&questions);
        let card = score_answers(&bank, answers.clone());
        for blocker in card.blockers.iter().filter(|blocker| blocker.reasons.is_empty()) {
            prop_assert!(blocker.level > level(&card, blocker));
            let codes: Vec<&str> = blocker.questions.iter().map(|question| question.code.as_str()).collect();
            prop_assert!(passes(&bank, &answers, blocker, &codes), "{blocker:?}");
            for left_out in 0..codes.len() {
                let mut fewer = codes.clone();
                fewer.remove(left_out);
                prop_assert!(!passes(&bank, &answers, blocker, &fewer), "{blocker:?} without {}", codes[left_out]);
            }
        }
    }

    #[test]
    fn the_digest_of_a_snapshot_is_that_of_its_canonical_json((questions, answers) in answered(1..12)) {
        let snapshot = Snapshot::new(&bank(&questions), None, day(TODAY), answers).expect("answers that fit");
        prop_assert_eq!(snapshot.sha256(), canonical_sha256(&snapshot));
    }

    #[test]
    fn answers_carried_over_to_the_same_bank_are_the_same((questions, answers) in answered(1..12)) {
        let bank = bank(&questions);
        let carried = carry_over(&bank, &bank, &answers);
        prop_assert_eq!(carried.answers, answers);
        prop_assert!(carried.flagged.is_empty() && carried.asked_again.is_empty() && carried.archived.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn blockers_are_the_smallest_of_all_sets(
        (questions, answers) in prop_oneof![answered(1..8), answered_up_to(1, 1..12)],
    ) {
        let bank = bank(&questions);
        for blocker in score_answers(&bank, answers.clone()).blockers {
            let found: Vec<String> = blocker.questions.iter().map(|question| question.code.clone()).collect();
            match smallest_by_trying(&bank, &answers, &blocker) {
                Some(smallest) => prop_assert_eq!(found, smallest, "{:?}", blocker),
                None => prop_assert!(found.is_empty() && !blocker.reasons.is_empty(), "{:?}", blocker),
            }
        }
    }
}
