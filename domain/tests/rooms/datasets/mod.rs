//! Datasets: uses and what is wrong with them, findings, the three questions, `dvc.lock`, lineage.

mod dvc;
mod findings;
mod graph;
mod questions;
mod usages;

use assay_domain::datasets::{
    Classification, Dataset, DatasetName, LawfulBasis, Retention, RetentionEvent, Usage, UsedBy,
};
use assay_domain::models::VersionRef;
use chrono::{DateTime, Utc};

fn name(name: &str) -> DatasetName {
    DatasetName { namespace: "bank".to_owned(), name: name.to_owned() }
}

fn version(model: &str, version: &str) -> VersionRef {
    VersionRef { model: model.to_owned(), version: version.to_owned() }
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A dataset about people that may be used for training until the end of November 2026.
fn cards() -> Dataset {
    Dataset {
        name: name("cards"),
        classification: Classification::Personal,
        lawful_basis: Some(LawfulBasis::LegitimateInterests),
        exception: None,
        purposes: ["fraud-detection".to_owned(), "reporting".to_owned()].into(),
        residency: ["EU".to_owned()].into(),
        retention: Some(Retention {
            counts_from: RetentionEvent::ContractEnd,
            days: 30,
            happened_on: "2026-10-31".parse().ok(),
            legal_hold: false,
        }),
    }
}

fn usage(dataset: &str, model: &str, number: &str, at: &str) -> Usage {
    Usage {
        dataset: name(dataset),
        digest: format!("md5:{}", number.repeat(32)).parse().ok(),
        by: UsedBy::Job { name: "nightly-training".to_owned() },
        version: Some(version(model, number)),
        purpose: "fraud-detection".to_owned(),
        at: time(at),
        rows: Some(1000),
    }
}
