//! Models: risk tiers from answers, and what ran when.

use std::collections::BTreeMap;

use assay_domain::models::{
    Change, Deployment, Lineage, RiskAnswer, RiskQuestions, Tier, VersionRef, history, in_production_on,
    running,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::support::day;

const SHIPPED: &str = include_str!("../../../questionnaires/risk/tiers.toml");

fn questions() -> RiskQuestions {
    RiskQuestions::parse(SHIPPED, "tiers.toml").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn answers(given: &[(&str, RiskAnswer)], rest: Option<RiskAnswer>) -> BTreeMap<String, RiskAnswer> {
    let mut all: BTreeMap<_, _> =
        questions().questions.iter().filter_map(|q| Some((q.id.clone(), rest?))).collect();
    all.extend(given.iter().map(|(id, answer)| ((*id).to_owned(), *answer)));
    all
}

#[test]
fn the_highest_yes_is_the_tier_and_its_reasons_are_told() {
    let classify = |given: &[(&str, RiskAnswer)]| {
        let found = questions().classify(&answers(given, Some(RiskAnswer::No))).expect("known questions");
        assert_eq!(found.unanswered, Vec::<String>::new());
        let reasons = found.reasons.iter().map(|r| format!("{} ({}): {}", r.question, r.answer, r.reason));
        format!(
            "{}{}\n  {}",
            found.tier,
            if found.stops { ", stop" } else { "" },
            reasons.collect::<Vec<_>>().join("\n  ")
        )
    };
    let (yes, unsure) = (RiskAnswer::Yes, RiskAnswer::Unsure);
    let all = [
        classify(&[]),
        classify(&[("personal-data", yes)]),
        classify(&[("personal-data", yes), ("essential-services", yes), ("special-data", unsure)]),
        classify(&[("personal-data", yes), ("life-and-limb", unsure)]),
        classify(&[("forbidden-practice", unsure)]),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_not_answered_is_told_and_what_is_not_asked_is_refused() {
    let found = questions().classify(&answers(&[("makes-content", RiskAnswer::Yes)], None)).expect("known");
    assert_eq!((found.tier, found.unanswered.len()), (Tier::Limited, questions().questions.len() - 1));
    let unknown = questions().classify(&answers(&[("beauty", RiskAnswer::No)], None)).expect_err("unknown");
    assert_eq!(unknown.to_string(), "there is no question about risk with the id `beauty`");
}

#[test]
fn every_tier_above_minimal_has_questions() {
    for tier in &Tier::ALL[1..] {
        assert!(questions().questions.iter().any(|question| question.tier == *tier), "{tier}");
    }
}

#[test]
fn mistakes_in_the_questions_name_line_and_field() {
    let mut all = Vec::new();
    for (from, to) in [
        ("id = \"risk-tiers\"", "id = \"Risk tiers\""),
        ("id = \"minimal\"", "id = \"tiny\""),
        ("id = \"minimal\"", "id = \"limited\""),
        ("id = \"life-and-limb\"", "id = \"forbidden-practice\""),
        ("tier = \"limited\"", "tier = \"minimal\""),
        ("stops = true", "stop = true"),
        ("reason = \"many depend on what it controls\"", "reason = \"\""),
    ] {
        let text = SHIPPED.replacen(from, to, 1);
        let mistakes = RiskQuestions::parse(&text, "tiers.toml").expect_err("a mistake");
        let mistakes: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        all.push(format!("{from} -> {to}\n  {}", mistakes.join("\n  ")));
    }
    insta::assert_snapshot!(all.join("\n"));
}

fn version(version: &str) -> VersionRef {
    VersionRef { model: "fraud-scoring".to_owned(), version: version.to_owned() }
}

fn deployed(name: &str, at: &str, change: Change) -> Deployment {
    let at: DateTime<Utc> = at.parse().expect("a time");
    Deployment { version: version(name), environment: "production".to_owned(), at, change }
}

#[test]
fn what_was_in_production_on_a_day() {
    let mut deployments = vec![
        deployed("3", "2026-11-10T12:00:00Z", Change::Replaces),
        deployed("1", "2026-11-01T12:00:00Z", Change::Replaces),
        deployed("2", "2026-11-05T12:00:00Z", Change::Beside),
        deployed("3", "2026-11-20T00:00:00Z", Change::Removed),
    ];
    deployments.push(Deployment {
        environment: "staging".to_owned(),
        ..deployed("9", "2026-11-01T12:00:00Z", Change::Replaces)
    });
    let on = |date: &str| {
        let ran = in_production_on(&deployments, "production", day(date));
        ran.into_iter().map(|ran| ran.version.version).collect::<Vec<_>>().join(" ")
    };
    let days =
        ["2026-10-31", "2026-11-01", "2026-11-05", "2026-11-10", "2026-11-11", "2026-11-19", "2026-11-20"];
    let all: Vec<_> = days.map(|day| format!("{day}: {}", on(day))).into();
    insta::assert_snapshot!(all.join("\n"), @r"
    2026-10-31: 
    2026-11-01: 1
    2026-11-05: 1 2
    2026-11-10: 1 2 3
    2026-11-11: 3
    2026-11-19: 3
    2026-11-20: 
    ");
}

#[test]
fn only_what_runs_is_taken_away_and_nothing_comes_from_the_future() {
    let others = [
        deployed("1", "2026-11-01T12:00:00Z", Change::Replaces),
        deployed("2", "2026-11-05T12:00:00Z", Change::Replaces),
    ];
    let now = "2026-11-20T12:00:00Z".parse().expect("a time");
    let wrong = |deployment: &Deployment, run_url: Option<&str>| {
        let found = deployment.mistakes(run_url, &others, now);
        found.into_iter().map(|mistake| mistake.pointer).collect::<Vec<_>>().join(" ")
    };
    let removed = |name, at| wrong(&deployed(name, at, Change::Removed), None);
    assert_eq!(removed("2", "2026-11-20T12:00:00Z"), "");
    assert_eq!(removed("1", "2026-11-20T12:00:00Z"), "/change", "another one runs by now");
    assert_eq!(removed("1", "2026-11-03T12:00:00Z"), "", "it ran then, and is recorded late");
    assert_eq!(removed("2", "2026-11-03T12:00:00Z"), "/change", "it did not run yet");
    let bad =
        Deployment { environment: "a b".to_owned(), ..deployed("3", "2026-11-20T12:06:00Z", Change::Beside) };
    assert_eq!(wrong(&bad, Some("x")), "/environment /occurred_at /run_url");
}

#[test]
fn a_lineage_does_not_go_round_in_a_circle() {
    let lineage = |parent: &str| Lineage { parent: Some(version(parent)), ..Lineage::default() };
    let on_record = |one: &VersionRef| match one.version.as_str() {
        "3" => Some(version("2")),
        "2" => Some(version("1")),
        "8" => Some(version("9")),
        "9" => Some(version("8")),
        _ => None,
    };
    assert_eq!(lineage("3").mistakes(&version("4"), on_record), []);
    // A circle that is on record already is no reason to walk for ever.
    assert_eq!(lineage("8").mistakes(&version("4"), on_record), []);
    let found = lineage("3").mistakes(&version("1"), on_record);
    assert_eq!(found[0].message, "fraud-scoring 1 would be made from itself, by way of fraud-scoring 3");
    let wrong = Lineage { commit: Some("main".to_owned()), run: Some(" ".to_owned()), parent: None };
    let pointers: Vec<_> =
        wrong.mistakes(&version("4"), on_record).iter().map(|mistake| mistake.pointer).collect();
    assert_eq!(pointers, ["/run", "/commit"]);
}

proptest! {
    #[test]
    fn the_order_of_the_list_does_not_matter_and_replacing_leaves_one(
        changes in prop::collection::vec((0..3_u8, 0..3_usize), 0..12),
        swap in any::<prop::sample::Index>(),
    ) {
        let start: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().expect("a time");
        let deployment = |(n, (name, change)): (usize, &(u8, usize))| Deployment {
            version: version(&name.to_string()),
            environment: "production".to_owned(),
            at: start + TimeDelta::hours(7 * i64::try_from(n).expect("few")),
            change: Change::ALL[*change],
        };
        let deployments: Vec<_> = changes.iter().enumerate().map(deployment).collect();
        let ran = history(&deployments, "production");
        let mut turned = deployments.clone();
        if !turned.is_empty() {
            turned.rotate_left(swap.index(deployments.len()));
        }
        prop_assert_eq!(&history(&turned, "production"), &ran);
        let now: Vec<_> = ran.iter().filter(|ran| ran.until.is_none()).cloned().collect();
        prop_assert_eq!(running(&deployments).remove("production").unwrap_or_default(), now);
        prop_assert!(ran.iter().all(|ran| ran.until.is_none_or(|until| ran.from < until)));
        if deployments.last().is_some_and(|last| last.change == Change::Replaces) {
            prop_assert_eq!(ran.iter().filter(|ran| ran.until.is_none()).count(), 1);
        }
    }
}
