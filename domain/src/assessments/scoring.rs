//! From answers to a scorecard. The rules are those of "Scoring" in the design; the names of the tests quote them.

use std::collections::BTreeMap;

use super::blockers::blocker;
use super::scorecard::{
    Basis, CapabilityScore, Cell, Criteria, DimensionScore, Headline, PrincipleScore, QuestionnaireRef,
    Scorecard, Vouched,
};
use super::tally::{Climb, Item, Tally, Verdict, Worth, cell};
use super::{Evidence, Fraction, Grade, Snapshot};
use crate::questionnaires::{Bank, LEVELS};

/// A principle is missing below this score, in percent.
const MISSING_PERCENT: i64 = 25;

/// Scores a snapshot of `bank` in a profile that the bank has.
pub(super) fn score(bank: &Bank, snapshot: &Snapshot, questionnaire: QuestionnaireRef) -> Scorecard {
    let items = Item::all(bank, snapshot);
    let mut dimensions = Vec::new();
    let mut blockers = Vec::new();
    for dimension in &bank.dimensions {
        let own: Vec<&Item<'_>> =
            items.iter().filter(|item| item.question.dimension == dimension.id).collect();
        if own.is_empty() {
            continue;
        }
        let (claimed, supported) = (Climb::of(&own, Basis::Claimed), Climb::of(&own, Basis::Supported));
        blockers.extend(blocker(&dimension.id, &own, &claimed, Basis::Claimed));
        blockers.extend(blocker(&dimension.id, &own, &supported, Basis::Supported));
        dimensions.push(dimension_score(&dimension.id, &own, &claimed, &supported));
    }
    let total = Tally::of(&items, Basis::Claimed);
    Scorecard {
        questionnaire,
        input_sha256: snapshot.sha256(),
        as_of: snapshot.as_of,
        headline: headline(&dimensions),
        progress_percent: total.score().percent(),
        confidence_percent: confidence(&items).percent(),
        coverage_percent: total.coverage().percent(),
        capabilities: capability_scores(bank, &items),
        principles: principle_scores(bank, &items),
        vouched: vouched(&items, snapshot),
        dimensions,
        blockers,
    }
}

/// What counts because a machine vouches for it, in the order of the bank.
fn vouched(items: &[Item<'_>], snapshot: &Snapshot) -> Vec<Vouched> {
    let of_answer = |item: &Item<'_>| {
        let counts = |evidence: &&Evidence| {
            item.answer.is_some_and(|answer| answer.grade_of(evidence, snapshot.as_of) == Grade::Automated)
        };
        let question = item.question.code.clone();
        let pieces = item.answer.iter().flat_map(|answer| &answer.evidence).filter(counts);
        let named = pieces.filter_map(|piece| {
            let Evidence { checked_at, uri, vouched_by, .. } = piece.clone();
            Some(Vouched { question: question.clone(), machine: vouched_by?, checked_at, uri })
        });
        named.collect::<Vec<_>>()
    };
    items.iter().flat_map(of_answer).collect()
}

fn headline(dimensions: &[DimensionScore]) -> Headline {
    let lowest = |level: fn(&DimensionScore) -> u8| dimensions.iter().map(level).min().unwrap_or(0);
    Headline {
        claimed: lowest(|dimension| dimension.claimed),
        supported: lowest(|dimension| dimension.supported),
        provisional: dimensions.iter().any(|dimension| dimension.provisional),
    }
}

fn dimension_score(id: &str, items: &[&Item<'_>], claimed: &Climb, supported: &Climb) -> DimensionScore {
    // Open answers above the next level cannot change the level.
    let provisional = claimed
        .cells
        .iter()
        .take(usize::from(claimed.level) + 1)
        .any(|cell| cell.tally.coverage() < Fraction::ONE);
    let cells = LEVELS
        .into_iter()
        .zip(claimed.cells.iter().zip(&supported.cells))
        .map(|(level, (claimed, supported))| {
            cell_score(level, cell(items, level).is_empty(), claimed, supported)
        })
        .collect();
    DimensionScore {
        id: id.to_owned(),
        claimed: claimed.level,
        supported: supported.level,
        index: index(claimed),
        provisional,
        rated: claimed.rated,
        cells,
    }
}

fn cell_score(level: u8, is_empty: bool, claimed: &Verdict, supported: &Verdict) -> Cell {
    let criteria = match (is_empty, claimed.tally.applicable) {
        (true, _) => Criteria::None,
        (false, 0) => Criteria::NotApplicable,
        _ => Criteria::Some,
    };
    let mut reasons = claimed.reasons.clone();
    let beyond = supported.reasons.iter().filter(|reason| !claimed.reasons.contains(reason));
    reasons.extend(beyond.map(|reason| format!("supported: {reason}")));
    Cell {
        level,
        score: claimed.tally.score(),
        coverage: claimed.tally.coverage(),
        passed: claimed.passed(),
        supported_score: supported.tally.score(),
        supported_passed: supported.passed(),
        criteria,
        reasons,
    }
}

/// `L + min(0.99, S(d, L+1))` with two digits, cut off.
fn index(climb: &Climb) -> String {
    let next = climb.cells.get(usize::from(climb.level));
    let hundredths = next.map_or(0, |cell| cell.tally.score().scaled(100).min(99));
    format!("{}.{hundredths:02}", climb.level)
}

/// `sum(w*g) / sum(w)` over answers above 0.
fn confidence(items: &[Item<'_>]) -> Fraction {
    let (mut believed, mut weight) = (0, 0);
    for item in items {
        if let Worth::Rung { quarters: 1.., grade } = item.worth {
            believed += item.weight() * grade.confidence_percent();
            weight += item.weight();
        }
    }
    Fraction::new(believed, 100 * weight).unwrap_or(Fraction::ZERO)
}

fn capability_scores(bank: &Bank, items: &[Item<'_>]) -> Vec<CapabilityScore> {
    let score = |capability: &crate::questionnaires::Capability| {
        let own: Vec<_> = items.iter().filter(|item| item.question.capability == capability.id).collect();
        (!own.is_empty()).then(|| CapabilityScore {
            id: capability.id.clone(),
            dimension: capability.dimension.clone(),
            score: Tally::of(own.iter().copied(), Basis::Claimed).score(),
            level: Climb::of(&own, Basis::Claimed).level,
        })
    };
    bank.capabilities.iter().filter_map(score).collect()
}

/// The level of each capability as far as the evidence carries.
pub(super) fn supported_levels(bank: &Bank, snapshot: &Snapshot) -> BTreeMap<String, u8> {
    let items = Item::all(bank, snapshot);
    let level = |capability: &crate::questionnaires::Capability| {
        let own: Vec<_> = items.iter().filter(|item| item.question.capability == capability.id).collect();
        (!own.is_empty()).then(|| (capability.id.clone(), Climb::of(&own, Basis::Supported).level))
    };
    bank.capabilities.iter().filter_map(level).collect()
}

fn principle_scores(bank: &Bank, items: &[Item<'_>]) -> Vec<PrincipleScore> {
    let score = |principle: &crate::questionnaires::Facet| {
        let own = || items.iter().filter(|item| item.question.principle == principle.id);
        let tally = Tally::of(own(), Basis::Claimed);
        let nothing = own().filter(|item| item.is_answered() && item.quarters(Basis::Claimed) == 0);
        let mut questions: Vec<String> = nothing.map(|item| item.question.code.clone()).collect();
        questions.sort_unstable();
        PrincipleScore {
            id: principle.id.clone(),
            score: tally.score(),
            missing: (tally.answered > 0)
                .then(|| 100 * tally.points < MISSING_PERCENT * 4 * tally.applicable),
            questions,
        }
    };
    bank.principles.iter().map(score).collect()
}
