//! Every event gets its place, once and in order, and a receipt that others can check.

use std::sync::atomic::{AtomicU64, Ordering};

use assay_ledger::tree::{verify_consistency, verify_inclusion};
use assay_ledger::verify_receipt;
use assay_server::db::{Db, Role};
use assay_server::error::Error;
use assay_server::execute;
use assay_server::ledger::trail::{self, Filter, Walk};
use assay_server::ledger::{fsck, sequencer};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use futures::future::join_all;

use super::{by_hand, clean, count, event, receipt, record};

on_both_engines!(
    a_receipt_convinces_others,
    what_is_committed_opens,
    concurrent_writers_get_dense_indices_in_order,
    proofs_hold_at_every_head,
    a_command_beside_a_server_is_sequenced_by_it,
    a_command_alone_sequences_and_signs,
    the_trail_filters_and_pages,
    a_replayed_event_halts_the_ledger,
);

async fn a_receipt_convinces_others(place: Place) {
    let db = place.open().await;
    let written = record(&db, "Ada").await.unwrap();
    let receipt = written.ticket.receipt().await.unwrap();
    assert_eq!(receipt.event, written.value);
    let entry = trail::entry(&mut db.read().await.unwrap(), db.log().id, receipt.index).await.unwrap();
    let verified = verify_receipt(&receipt.text, &entry.leaf, &db.log().vkey).unwrap();
    assert_eq!((verified.index, verified.leaf.id), (receipt.index, written.value));
    assert!(verified.origin.starts_with("test.example/"));
    let again = db.ticket(written.value).receipt().await.unwrap();
    assert_eq!(again.index, receipt.index, "a repeated request finds it");

    let nothing = db.write(|_| Box::pin(async { Ok(()) })).await.unwrap();
    assert!(matches!(nothing.ticket.receipt().await, Err(Error::Internal(_))));
}

async fn what_is_committed_opens(place: Place) {
    let db = place.open().await;
    let written = record(&db, "Ada").await.unwrap();
    let index = written.ticket.receipt().await.unwrap().index;
    let mut conn = db.read().await.unwrap();
    let entry = trail::entry(&mut conn, db.log().id, index).await.unwrap();
    assert!(!String::from_utf8(entry.leaf.clone()).unwrap().contains("Ada"));
    let disclosed = trail::disclosures(&mut conn, written.value).await.unwrap();
    assert_eq!(disclosed.len(), 1);
    assert_eq!((disclosed[0].field.as_str(), &disclosed[0].value), ("name", &"Ada".into()));
    drop(conn);
    assert_eq!(clean(&db).await.disclosures, 1);
}

async fn concurrent_writers_get_dense_indices_in_order(place: Place) {
    let db = place.open().await;
    let time = AtomicU64::new(0);
    let tick = || time.fetch_add(1, Ordering::SeqCst);
    let writers = (0..16).map(|_| async {
        let mut mine = Vec::new();
        for _ in 0..20 {
            let began = tick();
            let written = record(&db, "x").await.unwrap();
            let returned = tick();
            mine.push((began, returned, written.ticket));
        }
        mine
    });
    let mut all = Vec::new();
    for (began, returned, ticket) in join_all(writers).await.into_iter().flatten() {
        all.push((began, returned, ticket.receipt().await.unwrap().index));
    }
    let mut indices: Vec<u64> = all.iter().map(|(_, _, index)| *index).collect();
    indices.sort_unstable();
    assert_eq!(indices, (1..=320).collect::<Vec<_>>(), "dense, after the entry that the log was created");
    for (_, returned, first) in &all {
        for (began, _, second) in &all {
            assert!(returned > began || first < second, "{first} returned before {second} began");
        }
    }
    assert_eq!(clean(&db).await.entries, 321);
}

async fn proofs_hold_at_every_head(place: Place) {
    let db = place.open().await;
    // Some batches small, some large, and enough to fill tiles of two levels... of the first one.
    for size in [1, 2, 250, 3, 40, 500, 1] {
        join_all((0..size).map(|_| record(&db, "x")))
            .await
            .into_iter()
            .for_each(|written| drop(written.unwrap()));
        receipt(&db, "last").await;
    }
    let log = db.log().id;
    let mut conn = db.read().await.unwrap();
    let heads = trail::checkpoints(&mut conn, log, 0, 10_000).await.unwrap();
    let newest = heads.last().unwrap().checkpoint().clone();
    assert_eq!(newest.size, 805);
    let leaves = trail::leaf_hashes(&mut conn, log, 0, newest.size).await.unwrap();
    for head in heads.iter().map(|head| head.checkpoint()) {
        assert_eq!(db.root_at(&mut conn, head.size).await.unwrap(), head.root);
        let proof = db.consistency_proof(&mut conn, head.size, newest.size).await.unwrap();
        verify_consistency(head.size, newest.size, &proof, &head.root, &newest.root).unwrap();
        for index in [0, head.size / 2, head.size - 1] {
            let proof = db.inclusion_proof(&mut conn, index, head.size).await.unwrap();
            verify_inclusion(&leaves[index as usize], index, head.size, &proof, &head.root).unwrap();
        }
    }
    assert!(matches!(db.inclusion_proof(&mut conn, 805, 805).await, Err(Error::BadRequest(_))));
    assert!(matches!(db.consistency_proof(&mut conn, 1, 806).await, Err(Error::BadRequest(_))));
    assert_eq!(db.tile(&mut conn, 0, 1, 256).await.unwrap(), leaves[256..512]);
    assert_eq!(db.tile(&mut conn, 0, 3, 37).await.unwrap(), leaves[768..]);
    assert_eq!(db.tile(&mut conn, 1, 0, 3).await.unwrap()[1], assay_ledger::tree::root(&leaves[256..512]));
    assert!(matches!(db.tile(&mut conn, 0, 3, 38).await, Err(Error::NotFound)));
    drop(conn);
    assert_eq!(clean(&db).await.tiles, 3);
}

async fn a_command_beside_a_server_is_sequenced_by_it(place: Place) {
    let server = place.open().await;
    let command = place.try_open(Role::Beside).await.unwrap();
    let written = record(&command, "x").await.unwrap();
    let seen = command.ticket(written.value).receipt().await.unwrap();
    assert_eq!(seen.index, 1);
    assert_eq!(server.ticket(written.value).receipt().await.unwrap().index, 1);
    command.close().await;
    assert_eq!(receipt(&server, "y").await, 2);
    clean(&server).await;
}

async fn a_command_alone_sequences_and_signs(place: Place) {
    let command = place.try_open(Role::Beside).await.unwrap();
    let first = record(&command, "x").await.unwrap();
    assert_eq!(first.ticket.receipt().await.unwrap().index, 1);
    let second = record(&command, "y").await.unwrap();
    command.close().await;
    let server = place.open().await;
    let mut conn = server.read().await.unwrap();
    assert_eq!(count(&mut conn, "SELECT count(*) FROM audit_outbox").await, 0, "closing sequences");
    assert_eq!(trail::index_of(&mut conn, second.value).await.unwrap(), Some(2));
    let signed = trail::latest_checkpoint(&mut conn, server.log().id).await.unwrap().unwrap();
    assert_eq!(signed.checkpoint().size, 3, "and signs");
}

async fn the_trail_filters_and_pages(place: Place) {
    let db = place.open().await;
    let (mine, other) = (db.log().instance, uuid::Uuid::from_u128(7));
    for team in [Some(mine), None, Some(other), Some(mine)] {
        let mut event = event(&db, "x");
        event.team = team;
        db.write(move |tx| Box::pin(tx.record(event.clone()))).await.unwrap().ticket.receipt().await.unwrap();
    }
    let mut conn = db.read().await.unwrap();
    let mut find = async |filter: Filter, walk, limit| {
        let page = trail::page(&mut conn, db.log().id, &filter, walk, limit).await.unwrap();
        (page.entries.iter().map(|entry| entry.idx).collect::<Vec<_>>(), page.next)
    };
    let all = Filter::default();
    assert_eq!(find(all.clone(), Walk::Down(u64::MAX), 2).await, (vec![4, 3], Some(3)));
    assert_eq!(find(all.clone(), Walk::Down(3), 3).await, (vec![2, 1, 0], None));
    assert_eq!(find(all.clone(), Walk::Up { from: 0, size: 4 }, 3).await, (vec![0, 1, 2], Some(3)));
    assert_eq!(find(all.clone(), Walk::Up { from: 3, size: 4 }, 3).await, (vec![3], None));
    let down = Walk::Down(u64::MAX);
    let visible = |teams: &[uuid::Uuid]| Filter { visible_teams: Some(teams.to_vec()), ..Filter::default() };
    assert_eq!(find(visible(&[mine]), down, 9).await.0, [4, 1]);
    assert_eq!(find(visible(&[mine, other]), down, 9).await.0, [4, 3, 1]);
    assert_eq!(find(visible(&[]), down, 9).await.0, [0i64; 0]);
    assert_eq!(find(Filter { team: Some(mine), ..visible(&[other]) }, down, 9).await.0, [0i64; 0]);
    let action = |name: &str| Filter { action: Some(name.to_owned()), ..Filter::default() };
    assert_eq!(find(action("ledger.created"), down, 9).await.0, [0]);
    let text = |text: &str| Filter { text: Some(text.to_owned()), ..Filter::default() };
    assert_eq!(find(text("\"origin\":\"test.example"), down, 9).await.0, [0]);
    assert_eq!(find(text("Ada"), down, 9).await.0, [0i64; 0]);
    let from =
        Filter { from: Some(chrono::DateTime::UNIX_EPOCH), to: Some(chrono::DateTime::UNIX_EPOCH), ..all };
    assert_eq!(find(from, down, 9).await.0, [0i64; 0]);
}

async fn a_replayed_event_halts_the_ledger(place: Place) {
    let db = place.open().await;
    receipt(&db, "x").await;
    let replay = "INSERT INTO audit_outbox (log_id, event_id, leaf) SELECT log_id, event_id, leaf FROM audit_entry WHERE idx = 1";
    by_hand(&place, replay).await.unwrap();
    assert!(by_hand(&place, replay).await.is_err(), "not twice in the outbox either");
    while db.ledger_health().halted.is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(matches!(record(&db, "y").await, Err(Error::Unavailable { .. })));
    let report = fsck::check(&db, |_, _| ()).await.unwrap();
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert_eq!((report.findings[0].place.as_str(), report.entries), ("audit_outbox", 2));
}

/// Without the lock the log stays one log: row locks and constraints leave each event to one sequencer, and one that
/// loses fails as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn sequencers_without_a_lock_keep_one_log() {
    let place = Place::postgres().await;
    let command = place.try_open(Role::Beside).await.unwrap();
    let log = command.log().id;
    let writers = (0..8).map(|_| async {
        for _ in 0..50 {
            record(&command, "x").await.unwrap();
        }
    });
    let sequencers = (0..4).map(|_| async {
        for _ in 0..60 {
            let mut conn = command.read().await.unwrap();
            execute!(&mut conn, "BEGIN").await.unwrap();
            let sequenced = sequencer::drain(&mut conn, log).await;
            execute!(&mut conn, if sequenced.is_ok() { "COMMIT" } else { "ROLLBACK" }).await.unwrap();
        }
    });
    tokio::join!(join_all(writers), join_all(sequencers));
    command.close().await;
    let db: Db = place.open().await;
    let report = clean(&db).await;
    assert_eq!((report.entries, report.waiting), (401, 0));
}

/// Two replicas on one PostgreSQL, both with the key: whoever asks gets a receipt.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_one_log() {
    let place = Place::postgres().await;
    let first = place.open().await;
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(place.dir().join("ledger.key"), elsewhere.path().join("ledger.key")).unwrap();
    let mut options = place.options(Role::Server);
    options.data_dir = elsewhere.path().to_owned();
    let second = Db::open(options).await.unwrap();
    let write = async |db: &Db| join_all((0..100).map(|_| receipt(db, "x"))).await;
    let (a, b) = tokio::join!(write(&first), write(&second));
    let mut indices = [a, b].concat();
    indices.sort_unstable();
    assert_eq!(indices, (1..=200).collect::<Vec<_>>());
    assert_eq!((first.ledger_health().halted, second.ledger_health().halted), (None, None));
    clean(&second).await;
}
