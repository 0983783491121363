//! Uses of data, and the terms of datasets.

use assay_domain::datasets::{
    Classification, Dataset, LawfulBasis, Severity, SpecialException, Usage, UsedBy,
};
use proptest::prelude::*;

use super::{cards, name, time, usage};

type Edit = fn(&mut Usage, &mut Dataset);

#[test]
fn each_rule_finds_its_breach() {
    let cases: [(&str, Edit); 8] = [
        ("nothing wrong", |_, _| {}),
        ("another purpose", |usage, _| usage.purpose = "marketing".to_owned()),
        ("the last day", |usage, _| usage.at = time("2026-11-30T23:59:59Z")),
        ("after the last day", |usage, _| usage.at = time("2026-12-01T00:00:00Z")),
        ("the contract goes on", |usage, dataset| {
            usage.at = time("2036-12-01T00:00:00Z");
            dataset.retention.as_mut().expect("a retention").happened_on = None;
        }),
        ("no lawful basis", |_, dataset| dataset.lawful_basis = None),
        ("no lawful basis, not about people", |_, dataset| {
            dataset.lawful_basis = None;
            dataset.classification = Classification::Confidential;
        }),
        ("everything wrong with health data", |usage, dataset| {
            dataset.classification = Classification::SpecialCategory;
            dataset.lawful_basis = None;
            usage.purpose = "marketing".to_owned();
            usage.at = time("2026-12-01T00:00:00Z");
        }),
    ];
    let mut all = Vec::new();
    for (what, edit) in cases {
        let (mut usage, mut dataset) = (usage("cards", "fraud", "1", "2026-11-02T03:00:00Z"), cards());
        edit(&mut usage, &mut dataset);
        let found: Vec<_> = usage
            .check(Some(&dataset))
            .iter()
            .map(|found| format!("  {} ({}): {}", found.kind, found.severity, found.message))
            .collect();
        all.push(format!("{what}\n{}", found.join("\n")));
    }
    let unknown = usage("gone", "fraud", "1", "2026-11-02T03:00:00Z").check(None);
    all.push(format!("unknown\n  {} ({}): {}", unknown[0].kind, unknown[0].severity, unknown[0].message));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn an_exception_opens_a_special_category_for_its_purposes_only() {
    let mut dataset = cards();
    dataset.classification = Classification::SpecialCategory;
    dataset.exception = Some(SpecialException::HealthCare);
    let mut usage = usage("cards", "fraud", "1", "2026-11-02T03:00:00Z");
    assert_eq!(usage.check(Some(&dataset)), []);
    usage.purpose = "marketing".to_owned();
    assert_eq!(usage.check(Some(&dataset))[0].severity, Severity::Critical);
}

#[test]
fn fields_of_a_usage_are_checked() {
    type Break = fn(&mut Usage);
    let cases: [(&str, Break); 9] = [
        ("/dataset/namespace", |u| u.dataset.namespace = String::new()),
        ("/dataset/name", |u| u.dataset.name = "../secrets".to_owned()),
        ("/by/name", |u| u.by = UsedBy::Job { name: "a b".to_owned() }),
        ("/version/model", |u| u.version.as_mut().expect("a version").model = "é".to_owned()),
        ("/version/version", |u| u.version.as_mut().expect("a version").version = "1".repeat(101)),
        ("/purpose", |u| u.purpose = "Fraud detection".to_owned()),
        ("/purpose", |u| u.purpose = "x".repeat(65)),
        ("/at", |u| u.at = time("2026-11-02T03:06:00Z")),
        ("/rows", |u| u.rows = Some(1 << 53)),
    ];
    let now = time("2026-11-02T03:00:00Z");
    assert_eq!(usage("cards", "fraud", "1", "2026-11-02T03:05:00Z").mistakes(now), []);
    for (pointer, break_it) in cases {
        let mut broken = usage("cards", "fraud", "1", "2026-11-02T03:00:00Z");
        break_it(&mut broken);
        let found: Vec<_> = broken.mistakes(now).iter().map(|mistake| mistake.pointer).collect();
        assert_eq!(found, [pointer]);
    }
}

#[test]
fn fields_of_a_dataset_are_checked() {
    type Break = fn(&mut Dataset);
    let cases: [(&str, Break); 6] = [
        ("/namespace", |d| d.name.namespace = "-".to_owned()),
        ("/name", |d| d.name = name("a b")),
        ("/purposes", |d| d.purposes.clear()),
        ("/purposes", |d| d.purposes = ["Everything".to_owned()].into()),
        ("/exception", |d| d.exception = Some(SpecialException::Research)),
        ("/retention/days", |d| d.retention.as_mut().expect("a retention").days = 0),
    ];
    assert_eq!(cards().mistakes(), []);
    for (pointer, break_it) in cases {
        let mut broken = cards();
        break_it(&mut broken);
        let found: Vec<_> = broken.mistakes().iter().map(|mistake| mistake.pointer).collect();
        assert_eq!(found, [pointer]);
    }
}

#[test]
fn retention_counts_from_what_happened_and_a_hold_stops_deletion_not_the_finding() {
    let day = |text: &str| text.parse().expect("a day");
    let mut retention = cards().retention.expect("a retention");
    assert_eq!(retention.last_day(), Some(day("2026-11-30")));
    assert!(!retention.deletes_on(day("2026-11-30")) && retention.deletes_on(day("2026-12-01")));
    retention.legal_hold = true;
    assert!(!retention.deletes_on(day("2026-12-01")));
    let dataset = Dataset { retention: Some(retention.clone()), ..cards() };
    let late = usage("cards", "fraud", "1", "2026-12-01T00:00:00Z");
    assert_eq!(late.check(Some(&dataset)).len(), 1);
    retention.happened_on = None;
    assert_eq!(retention.last_day(), None);
}

#[test]
fn a_dataset_reads_back_from_its_json_and_refuses_what_it_does_not_know() {
    let json = serde_json::to_value(cards()).expect("json");
    assert_eq!(json["namespace"], "bank");
    assert_eq!(serde_json::from_value::<Dataset>(json.clone()).expect("a dataset"), cards());
    let mut more = json;
    more["owner"] = "me".into();
    assert!(serde_json::from_value::<Dataset>(more).is_err());
}

proptest! {
    #[test]
    fn data_that_is_about_nobody_needs_no_basis_and_more_terms_never_find_more(
        classification in prop::sample::select(Classification::ALL.to_vec()),
        basis in any::<bool>(),
        exception in any::<bool>(),
        purpose in prop::sample::select(vec!["fraud-detection", "reporting", "marketing"]),
    ) {
        let dataset = |basis: bool, exception: bool| Dataset {
            classification,
            lawful_basis: basis.then_some(LawfulBasis::Consent),
            exception: exception.then_some(SpecialException::ExplicitConsent),
            ..cards()
        };
        let usage = Usage { purpose: purpose.to_owned(), ..usage("cards", "fraud", "1", "2026-11-02T03:00:00Z") };
        let found = |basis, exception| usage.check(Some(&dataset(basis, exception))).len();
        let wrong_purpose = usize::from(purpose == "marketing");
        prop_assert_eq!(found(true, true), wrong_purpose);
        prop_assert!(found(basis, exception) >= found(true, true));
        if !classification.is_personal() {
            prop_assert_eq!(found(basis, exception), wrong_purpose);
        }
    }
}
