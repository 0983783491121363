//! What somebody with the database's password edits to get a yes is found by `assay fsck`.

use super::room::{CONTRIBUTOR, LEAD, Room, VERSION};
use assay_server::execute;
use assay_server::ledger::fsck;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use serde_json::json;
use sqlx::AssertSqlSafe;

on_both_engines!(edits_that_would_open_the_gate_are_found);

/// What is edited, and what is found where.
const EDITS: [(&str, &str, &str); 6] = [
    (
        "UPDATE approval_request SET state_name = 'approved',
           state = (SELECT state FROM approval_request WHERE state_name = 'approved') WHERE state_name = 'open'",
        "approval_request",
        "it is approved, but its entries leave it open",
    ),
    (
        "UPDATE approval_request SET state_name = 'open' WHERE environment = 'production'",
        "approval_request",
        "column state_name says open",
    ),
    (
        "UPDATE policy_version SET source = replace(source, 'count = 1', 'count = 2') WHERE policy = 'high'",
        "policy_version high",
        "not the text that its digest was taken of",
    ),
    (
        "UPDATE policy_version SET sha256 = 'f00d' WHERE policy = 'critical'",
        "policy_version critical",
        "no entry says that it, with this digest",
    ),
    ("UPDATE policy_place SET tier = 'other' WHERE tier = 'limited'", "policy_place other", "as its text says"),
    ("UPDATE deployment SET ledger_event = id", "deployment ", "is not in the log"),
];

async fn edits_that_would_open_the_gate_are_found(place: Place) {
    let room = Room::new(place).await;
    let production = room.request(CONTRIBUTOR, "production").await;
    room.approve(&production).await;
    room.request(CONTRIBUTOR, "staging").await;
    let deployed = json!({ "environment": "production", "occurred_at": "2024-10-01T00:00:00Z" });
    room.post(LEAD, &format!("{VERSION}/deployments"), deployed).await;
    room.world.settled().await;
    let db = &room.world.app.db;
    assert_eq!(fsck::check(db, |_, _| ()).await.unwrap().findings, []);
    for (edit, place, problem) in EDITS {
        let edited = db
            .write(move |tx| Box::pin(async move { execute!(tx, AssertSqlSafe(edit)).await }))
            .await
            .unwrap();
        assert!(edited.value > 0, "{edit}");
        let findings = fsck::check(db, |_, _| ()).await.unwrap().findings;
        let found = findings.iter().any(|one| one.place.starts_with(place) && one.problem.contains(problem));
        assert!(found, "{edit}: {findings:#?}");
    }
}
