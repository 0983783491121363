//! What is on the record cannot be changed by accident.

use assay_tests::on_both_engines;
use assay_tests::storage::Place;

use super::{by_hand, clean, receipt};

on_both_engines!(nothing_on_the_record_can_be_changed);

async fn nothing_on_the_record_can_be_changed(place: Place) {
    let db = place.open().await;
    for _ in 0..256 {
        receipt(&db, "x").await;
    }
    let postgres = place.url().is_some();
    for (table, column) in
        [("log", "vkey"), ("entry", "outcome"), ("tile", "hashes"), ("head", "root"), ("checkpoint", "note")]
    {
        let mut attempts = vec![
            format!("UPDATE audit_{table} SET {column} = {column}"),
            format!("DELETE FROM audit_{table}"),
        ];
        if postgres {
            attempts.push(format!("TRUNCATE audit_{table} CASCADE"));
            attempts.push(format!("SET session_replication_role = replica; DELETE FROM audit_{table}"));
        } else {
            let replace = format!("INSERT OR REPLACE INTO audit_{table} SELECT * FROM audit_{table}");
            attempts.push(format!("PRAGMA recursive_triggers = ON; {replace}"));
            attempts.push(format!(
                "PRAGMA recursive_triggers = ON; UPDATE OR REPLACE audit_{table} SET log_id = 1"
            ));
        }
        for attempt in attempts {
            assert!(by_hand(&place, &attempt).await.is_err(), "{attempt}");
        }
    }
    if !postgres {
        // Even without recursive triggers nothing slips past in the tables that grow by one.
        for table in ["entry", "tile", "head"] {
            let replace = format!(
                "PRAGMA recursive_triggers = OFF; INSERT OR REPLACE INTO audit_{table} SELECT * FROM audit_{table}"
            );
            assert!(by_hand(&place, &replace).await.is_err(), "{replace}");
        }
    }
    let fork = "INSERT INTO audit_head (log_id, size, prev_size, root, frontier)
                SELECT log_id, size + 1000, prev_size, root, frontier FROM audit_head";
    assert!(by_hand(&place, fork).await.is_err(), "two heads do not follow the same one");
    assert_eq!(clean(&db).await.entries, 257);
}
