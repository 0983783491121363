//! Whatever is changed by hand, with the guards off, is found.

use assay_server::ledger::fsck;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;

use super::{by_hand, clean, receipt};

on_both_engines!(every_edit_is_found);

/// What an administrator might do, and where it must be found.
const EDITS: &[(&str, &str)] = &[
    ("UPDATE audit_entry SET outcome = 'denied' WHERE idx = 3", "audit_entry 3, column outcome"),
    ("UPDATE audit_entry SET ts = '2020-01-01T00:00:00+00:00' WHERE idx = 3", "audit_entry 3, column ts"),
    ("UPDATE audit_entry SET action = 'team.created' WHERE idx = 3", "audit_entry 3, column action"),
    (
        "UPDATE audit_entry SET leaf = (SELECT leaf FROM audit_entry WHERE idx = 4) WHERE idx = 3",
        "column leaf_hash",
    ),
    (
        "UPDATE audit_entry SET leaf = (SELECT leaf FROM audit_entry WHERE idx = 4) WHERE idx = 3",
        "audit_tile 0/0, column hashes",
    ),
    (
        "UPDATE audit_entry SET leaf = (SELECT root FROM audit_head WHERE size = 5) WHERE idx = 3",
        "audit_entry 3, column leaf",
    ),
    ("DELETE FROM audit_entry WHERE idx = 3", "audit_entry 4"),
    ("DELETE FROM audit_entry WHERE idx >= 250", "audit_entry"),
    (
        "UPDATE audit_tile SET hashes = (SELECT root FROM audit_head WHERE size = 5)",
        "audit_tile 0/0, column hashes",
    ),
    ("DELETE FROM audit_tile", "audit_tile 0/0"),
    (
        "UPDATE audit_head SET root = (SELECT root FROM audit_head WHERE size = 5) WHERE size = 9",
        "audit_head 9, column root",
    ),
    (
        "UPDATE audit_head SET frontier = (SELECT root FROM audit_head WHERE size = 5) WHERE size = 9",
        "audit_head 9, column frontier",
    ),
    ("DELETE FROM audit_head WHERE size = 9", "audit_head 10, column prev_size"),
    ("DELETE FROM audit_head WHERE size > 200", "ledger.state"),
    (
        "UPDATE audit_checkpoint SET note = replace(note, 'test', 'best') WHERE size = 9",
        "audit_checkpoint 9, column note",
    ),
    ("UPDATE audit_checkpoint SET size = 100000 WHERE size = 9", "audit_checkpoint 100000"),
    ("UPDATE audit_disclosure SET value = '\"Eve\"'", "audit_disclosure of entry 1, field name"),
    ("UPDATE audit_disclosure SET field = 'nome'", "audit_disclosure of entry 1, field nome"),
    (
        "INSERT INTO team (id, slug, name, purpose, created_at)
         SELECT instance, 'by-hand', 'By hand', '', created_at FROM audit_log",
        "team ",
    ),
];

const GUARDED: [&str; 4] = ["entry", "tile", "head", "checkpoint"];

async fn every_edit_is_found(place: Place) {
    let db = place.open().await;
    for _ in 0..257 {
        receipt(&db, "Ada").await;
    }
    clean(&db).await;
    db.close().await;
    unguard(&place).await;
    let untouched = save(&place).await;
    for (edit, expected) in EDITS {
        by_hand(&place, edit).await.unwrap();
        let db = place.try_open(assay_server::db::Role::Beside).await.unwrap();
        let report = fsck::check(&db, |_, _| ()).await.unwrap();
        let found = report.findings.iter().any(|finding| finding.place.contains(expected));
        assert!(found, "{edit} was not found at {expected}: {:#?}", report.findings);
        db.close().await;
        restore(&place, &untouched).await;
    }
}

async fn unguard(place: &Place) {
    for table in GUARDED {
        let sql = if place.url().is_some() {
            format!("ALTER TABLE audit_{table} DISABLE TRIGGER ALL")
        } else {
            format!("DROP TRIGGER audit_{table}_no_update; DROP TRIGGER audit_{table}_no_delete;")
        };
        by_hand(place, &sql).await.unwrap();
    }
}

const TABLES: [&str; 5] = ["entry", "tile", "head", "checkpoint", "disclosure"];

async fn save(place: &Place) -> Vec<String> {
    for table in TABLES {
        by_hand(place, &format!("CREATE TABLE saved_{table} AS SELECT * FROM audit_{table}")).await.unwrap();
    }
    let state = std::fs::read_to_string(place.dir().join("ledger.state")).unwrap();
    vec![state]
}

/// Puts the tables and the signer's state back as they were.
async fn restore(place: &Place, saved: &[String]) {
    for table in TABLES {
        if place.url().is_none() {
            by_hand(place, &format!("DROP TRIGGER IF EXISTS audit_{table}_append")).await.unwrap();
        }
        let sql = format!("DELETE FROM audit_{table}; INSERT INTO audit_{table} SELECT * FROM saved_{table}");
        by_hand(place, &sql).await.unwrap();
    }
    by_hand(place, "DELETE FROM team").await.unwrap();
    std::fs::write(place.dir().join("ledger.state"), &saved[0]).unwrap();
}
