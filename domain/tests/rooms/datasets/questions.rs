//! The three questions.

use assay_domain::datasets::{
    Classification, Dataset, Parents, Quarter, Usage, UsedBy, models_that_saw, personal_data_used, trained_on,
};
use uuid::Uuid;

use super::{cards, name, time, usage, version};

/// Version 3 was made from 2, and 2 from 1; 1 and 4 were trained on cards, 2 on terminals.
fn record() -> (Vec<Usage>, Vec<Dataset>, Parents) {
    let look = Usage {
        by: UsedBy::Person { id: Uuid::from_u128(7) },
        version: None,
        purpose: "reporting".to_owned(),
        rows: None,
        ..usage("cards", "fraud", "1", "2026-12-31T23:59:59Z")
    };
    let usages = vec![
        usage("cards", "fraud", "1", "2026-09-30T23:59:59Z"),
        usage("cards", "fraud", "1", "2026-10-01T00:00:00Z"),
        usage("terminals", "fraud", "2", "2026-10-02T00:00:00Z"),
        usage("cards", "fraud", "4", "2026-11-02T00:00:00Z"),
        look,
    ];
    let terminals = Dataset { name: name("terminals"), classification: Classification::Internal, ..cards() };
    let parents = [
        (version("fraud", "2"), version("fraud", "1")),
        (version("fraud", "3"), version("fraud", "2")),
        // A circle, which no honest record has, ends.
        (version("odd", "1"), version("odd", "2")),
        (version("odd", "2"), version("odd", "1")),
    ];
    (usages, vec![cards(), terminals], parents.into())
}

#[test]
fn which_models_saw_this_dataset() {
    let (usages, _, parents) = record();
    let saw: Vec<_> = models_that_saw(&name("cards"), &usages, &parents)
        .iter()
        .map(|saw| {
            let way = saw.by_way_of.as_ref().map_or(String::new(), |way| format!(" by way of {way}"));
            format!("{}{way}: {} digests, {} to {}", saw.version, saw.digests.len(), saw.first, saw.last)
        })
        .collect();
    insta::assert_snapshot!(saw.join("\n"), @r"
    fraud 1: 1 digests, 2026-09-30 23:59:59 UTC to 2026-10-01 00:00:00 UTC
    fraud 2 by way of fraud 1: 1 digests, 2026-09-30 23:59:59 UTC to 2026-10-01 00:00:00 UTC
    fraud 3 by way of fraud 1: 1 digests, 2026-09-30 23:59:59 UTC to 2026-10-01 00:00:00 UTC
    fraud 4: 1 digests, 2026-11-02 00:00:00 UTC to 2026-11-02 00:00:00 UTC
    ");
    assert_eq!(models_that_saw(&name("nothing"), &usages, &parents), []);
}

#[test]
fn what_was_this_model_trained_on() {
    let (usages, datasets, parents) = record();
    let on = |number: &str| {
        let found = trained_on(&version("fraud", number), &usages, &datasets, &parents);
        let said = found.iter().map(|one| {
            let way = one.by_way_of.as_ref().map_or(String::new(), |way| format!(" by way of {way}"));
            format!("{}{way} ({:?})", one.dataset, one.classification)
        });
        said.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(on("4"), "bank/cards (Some(Personal))");
    assert_eq!(
        on("3"),
        "bank/cards by way of fraud 1 (Some(Personal)), bank/terminals by way of fraud 2 (Some(Internal))"
    );
    assert_eq!(trained_on(&version("odd", "1"), &usages, &datasets, &parents), []);
}

#[test]
fn who_used_personal_data_in_this_quarter_for_what() {
    let (usages, datasets, _) = record();
    let used = |quarter: &str| {
        let found = personal_data_used(&usages, &datasets, quarter.parse().expect("a quarter"));
        let said = found.iter().map(|one| {
            format!(
                "{} {} {}: {} uses, {:?} rows, {} versions",
                one.by,
                one.dataset,
                one.purpose,
                one.uses,
                one.rows,
                one.versions.len()
            )
        });
        said.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(used("2026-Q4"), @r"
    person 00000000-0000-0000-0000-000000000007 bank/cards reporting: 1 uses, None rows, 0 versions
    nightly-training bank/cards fraud-detection: 2 uses, Some(2000) rows, 2 versions
    ");
    assert_eq!(
        used("2026-Q3"),
        "nightly-training bank/cards fraud-detection: 1 uses, Some(1000) rows, 1 versions"
    );
    assert_eq!(used("2027-Q4"), "");
}

#[test]
fn quarters_are_written_one_way() {
    for text in ["2026-Q0", "2026-Q5", "26-Q1", "2026Q1", "2026-q1", "2026-Q1 ", "", "99999-Q1"] {
        assert!(text.parse::<Quarter>().is_err(), "{text}");
    }
    let quarter: Quarter = "2026-Q1".parse().expect("a quarter");
    let has = |text| quarter.has(time(text).date_naive());
    assert!(has("2026-01-01T00:00:00Z") && has("2026-03-31T00:00:00Z") && !has("2026-04-01T00:00:00Z"));
}
