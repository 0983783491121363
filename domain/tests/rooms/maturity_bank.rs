//! The bank that comes with the product, and the results that every release must get right.

use std::collections::BTreeMap;

use assay_domain::assessments::{Answer, AnswersFile, Basis, Choice, Scorecard};
use assay_domain::questionnaires::Bank;

use crate::support::{answer, score_answers};

fn bank() -> Bank {
    let text = include_str!("../../../questionnaires/maturity/mlops-levels.toml");
    Bank::parse(text, "mlops-levels.toml").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// The result of answering every question with its top rung and this evidence.
fn all_full(evidence: &str) -> Scorecard {
    let bank = bank();
    let full = |rung: &str| answer(&format!("{rung}{evidence}"));
    let answers: BTreeMap<String, Answer> =
        bank.questions.iter().map(|q| (q.code.clone(), full(q.ladder.top().as_str()))).collect();
    score_answers(&bank, answers)
}

#[test]
fn it_has_60_to_84_questions_and_seven_dimensions_with_all_levels() {
    let bank = bank();
    assert!((60..=84).contains(&bank.questions.len()), "{}", bank.questions.len());
    assert_eq!(
        bank.dimensions.iter().map(|dimension| dimension.id.as_str()).collect::<Vec<_>>(),
        ["people", "data", "model-creation", "model-release", "integration", "operations", "governance"]
    );
    for dimension in &bank.dimensions {
        for level in 1..=4 {
            let mut cell = bank.questions.iter().filter(|q| q.dimension == dimension.id && q.level == level);
            assert!(cell.next().is_some(), "{} has no question at level {level}", dimension.id);
        }
    }
    assert!(bank.questions_of("strict").count() > 0);
    assert_eq!(bank.questions_of("extended").count(), bank.questions.len());
}

/// A data scientist trains locally without version control, the model is copied to a server by hand, nothing is tested
/// or monitored.
#[test]
fn work_by_hand_is_level_0_and_misses_reproducibility_automation_and_monitoring() {
    let bank = bank();
    let text = include_str!("../../../questionnaires/examples/by-hand.toml");
    let file =
        AnswersFile::parse(text, "by-hand.toml", &bank).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let card = score_answers(&bank, file.into_answers());
    assert_eq!((card.headline.claimed, card.headline.supported), (0, 0));
    let missing: Vec<&str> =
        card.principles.iter().filter(|p| p.missing == Some(true)).map(|p| p.id.as_str()).collect();
    assert_eq!(missing, ["reproducibility", "automation-ci-cd", "monitoring-drift"]);
}

#[test]
fn all_full_with_reviewed_evidence_is_4_claimed_and_4_supported() {
    let card = all_full("+reviewed");
    assert_eq!((card.headline.claimed, card.headline.supported, card.headline.provisional), (4, 4, false));
    assert_eq!((card.progress_percent.as_str(), card.confidence_percent.as_str()), ("100.0", "80.0"));
    assert!(card.blockers.is_empty());
    assert!(card.dimensions.iter().all(|dimension| dimension.index == "4.00"));
}

#[test]
fn all_full_without_evidence_is_4_claimed_and_0_supported_and_names_the_supported_blockers() {
    let card = all_full("");
    assert_eq!((card.headline.claimed, card.headline.supported), (4, 0));
    assert_eq!(card.blockers.len(), 7);
    for blocker in &card.blockers {
        assert_eq!((blocker.basis, blocker.level), (Basis::Supported, 1));
        assert!(!blocker.questions.is_empty(), "{blocker:?}");
    }
}

#[test]
fn not_knowing_anything_is_level_0_and_says_nothing_about_principles() {
    let bank = bank();
    let unknown = |code: &String| {
        let answer =
            Answer { choice: Choice::DontKnow, comment: None, evidence: Vec::new(), answered_by: None };
        (code.clone(), answer)
    };
    let card = score_answers(&bank, bank.questions.iter().map(|q| unknown(&q.code)).collect());
    assert_eq!((card.headline.claimed, card.headline.provisional), (0, true));
    assert!(card.principles.iter().all(|principle| principle.missing.is_none()));
}
