//! The life of a finding, walked from every state with every step.

use std::collections::BTreeSet;

use assay_domain::findings::{FindingState, FindingStep};
use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::time;

const SAM: Uuid = Uuid::from_u128(1);

fn today() -> NaiveDate {
    time("2026-11-02T09:00:00Z").date_naive()
}

fn accept(is_officer: bool, days: u64, reason: &str) -> FindingStep {
    FindingStep::AcceptRisk {
        by: SAM,
        is_officer,
        reason: reason.to_owned(),
        until: today() + Days::new(days),
    }
}

#[test]
fn every_step_from_every_state() {
    let now = time("2026-11-02T09:00:00Z");
    let since = time("2026-11-01T09:00:00Z");
    let states = [
        FindingState::Open { since },
        FindingState::InWork { since, by: SAM },
        FindingState::Resolved { at: since, by: SAM },
        FindingState::RiskAccepted { since, by: SAM, until: today() },
        FindingState::RiskAccepted { since, by: SAM, until: today() - Days::new(1) },
    ];
    let so = || "So.".to_owned();
    let steps = [
        ("start", FindingStep::Start { by: SAM }),
        ("resolve", FindingStep::Resolve { by: SAM, reason: so() }),
        ("resolve without a word", FindingStep::Resolve { by: SAM, reason: " ".to_owned() }),
        ("accept", accept(true, 30, "So.")),
        ("accept, no officer", accept(false, 30, "So.")),
        ("accept without a word", accept(true, 30, "")),
        ("accept for too long", accept(true, 367, "So.")),
        ("reopen", FindingStep::Reopen { reason: so() }),
        ("reopen without a word", FindingStep::Reopen { reason: String::new() }),
        ("time passed", FindingStep::TimePassed),
    ];
    let mut all = Vec::new();
    for state in &states {
        let open = state.open_since(now).map_or("-".to_owned(), |since| since.date_naive().to_string());
        all.push(format!("{} (counts since {open})", state.name()));
        for (what, step) in &steps {
            let answer = match state.after(step, now) {
                Ok((after, happened)) => format!("{}, {happened}", after.name()),
                Err(refusal) => format!("{}: {refusal}", refusal.rule()),
            };
            all.push(format!("  {what}: {answer}"));
        }
    }
    insta::assert_snapshot!(all.join("\n"));
}

/// No way leads to an accepted risk but by an officer with a reason, and no way out of the four states.
#[test]
fn only_an_officer_accepts_a_risk_on_any_way() {
    let now = time("2026-11-02T09:00:00Z");
    let so = || "So.".to_owned();
    let without_officer = [
        FindingStep::Start { by: SAM },
        FindingStep::Resolve { by: SAM, reason: so() },
        accept(false, 30, "So."),
        accept(true, 30, " "),
        FindingStep::Reopen { reason: so() },
        FindingStep::TimePassed,
    ];
    let mut known = BTreeSet::new();
    let mut queue = vec![FindingState::Open { since: now }];
    while let Some(state) = queue.pop() {
        if !known.insert(state.name()) {
            continue;
        }
        queue.extend(
            without_officer.iter().filter_map(|step| state.after(step, now).ok()).map(|(after, _)| after),
        );
    }
    assert_eq!(known.into_iter().collect::<Vec<_>>(), ["in_work", "open", "resolved"]);
}

#[test]
fn a_reopened_finding_counts_from_then_and_one_whose_acceptance_ended_from_the_beginning() {
    let (since, later) = (time("2026-11-01T09:00:00Z"), time("2026-12-24T09:00:00Z"));
    let (accepted, _) = FindingState::Open { since }
        .after(&accept(true, 30, "So."), time("2026-11-02T09:00:00Z"))
        .expect("accepted");
    assert_eq!(accepted.open_since(time("2026-12-02T23:00:00Z")), None);
    assert_eq!(accepted.open_since(later), Some(since));
    let (ended, _) = accepted.after(&FindingStep::TimePassed, later).expect("ended");
    assert_eq!(ended, FindingState::Open { since });
    let reopen = FindingStep::Reopen { reason: "Again.".to_owned() };
    assert_eq!(accepted.after(&reopen, later).expect("reopened").0, FindingState::Open { since: later });
}
