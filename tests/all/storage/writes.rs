//! A write does all of it or nothing, whatever its neighbours do.

use std::time::Duration;

use assay_server::db::Db;
use assay_server::error::Error;
use assay_server::{execute, fetch_one};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use futures::future::join_all;

use super::{clean, count, event};

on_both_engines!(
    a_refused_write_leaves_nothing,
    a_panic_leaves_nothing_and_harms_nobody,
    refused_writes_do_not_disturb_their_neighbours,
    no_update_is_lost,
    a_caller_that_goes_away_cancels_nothing,
);

async fn with_table(place: &Place) -> Db {
    let db = place.open().await;
    db.write(|tx| {
        Box::pin(async { execute!(tx, "CREATE TABLE scratch (id BIGINT PRIMARY KEY, n BIGINT)").await })
    })
    .await
    .unwrap();
    db
}

/// Inserts a row, records an event and then answers `end`.
async fn insert(
    db: &Db,
    id: i64,
    end: impl Fn() -> Result<(), Error> + Send + Sync + Copy + 'static,
) -> Result<(), Error> {
    let event = event(db, "somebody");
    let write = db.write(move |tx| {
        let event = event.clone();
        Box::pin(async move {
            execute!(tx, "INSERT INTO scratch (id, n) VALUES ($1, 0)", id).await?;
            tx.record(event).await?;
            end()
        })
    });
    write.await.map(drop)
}

/// The rows of the table, the committed values and the entries of the log. The entries are counted by one
/// statement: between two of them the sequencer could move one from the outbox to the log.
async fn rows(db: &Db) -> [i64; 3] {
    let entries = "SELECT (SELECT count(*) FROM audit_outbox) + (SELECT count(*) FROM audit_entry)";
    let mut conn = db.read().await.unwrap();
    [
        count(&mut conn, "SELECT count(*) FROM scratch").await,
        count(&mut conn, "SELECT count(*) FROM audit_disclosure").await,
        count(&mut conn, entries).await,
    ]
}

async fn a_refused_write_leaves_nothing(place: Place) {
    let db = with_table(&place).await;
    assert!(matches!(insert(&db, 1, || Err(Error::NotFound)).await, Err(Error::NotFound)));
    assert_eq!(rows(&db).await, [0, 0, 1], "only the entry that the log was created");
    insert(&db, 1, || Ok(())).await.unwrap();
    assert_eq!(rows(&db).await, [1, 1, 2]);
}

async fn a_panic_leaves_nothing_and_harms_nobody(place: Place) {
    let db = with_table(&place).await;
    let (broken, fine) = tokio::join!(insert(&db, 1, || panic!("on purpose")), insert(&db, 2, || Ok(())));
    assert!(matches!(broken, Err(Error::Internal(detail)) if detail.contains("on purpose")));
    fine.unwrap();
    assert_eq!(rows(&db).await, [1, 1, 2]);
}

async fn refused_writes_do_not_disturb_their_neighbours(place: Place) {
    let db = with_table(&place).await;
    let all = (0..300).map(|id| {
        let db = db.clone();
        async move {
            if id % 3 == 0 {
                insert(&db, id, || Err(Error::NotFound)).await
            } else {
                insert(&db, id, || Ok(())).await
            }
        }
    });
    let results = join_all(all).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 200);
    assert_eq!(rows(&db).await, [200, 200, 201]);
    db.close().await;
    let db = place.open().await;
    assert_eq!(clean(&db).await.entries, 201, "all are in the log, and nothing twice");
}

async fn no_update_is_lost(place: Place) {
    let db = with_table(&place).await;
    insert(&db, 1, || Ok(())).await.unwrap();
    let add = || {
        db.write(|tx| {
            Box::pin(async {
                let (n,) = fetch_one!(tx, (i64,), "SELECT n FROM scratch WHERE id = 1").await?;
                execute!(tx, "UPDATE scratch SET n = $1 WHERE id = 1", n + 1).await
            })
        })
    };
    for result in join_all((0..8).map(|_| add())).await {
        result.unwrap();
    }
    let mut conn = db.read().await.unwrap();
    assert_eq!(count(&mut conn, "SELECT n FROM scratch").await, 8);
}

async fn a_caller_that_goes_away_cancels_nothing(place: Place) {
    let db = with_table(&place).await;
    let slow = db.write(|tx| {
        Box::pin(async {
            execute!(tx, "INSERT INTO scratch (id, n) VALUES (1, 0)").await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
            execute!(tx, "INSERT INTO scratch (id, n) VALUES (2, 0)").await
        })
    });
    assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err(), "it was given up");
    db.close().await;
    let db = place.open().await;
    assert_eq!(rows(&db).await[0], 2);
}

/// A full disk fails everybody in the batch, and nobody after there is room again.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers() {
    let place = Place::sqlite();
    let db = with_table(&place).await;
    let mut conn = db.read().await.unwrap();
    let pages = count(&mut conn, "PRAGMA page_count").await;
    drop(conn);
    let limit = |pages: i64| {
        db.write(move |tx| {
            Box::pin(async move {
                let sql =
                    if pages > 0 { "PRAGMA max_page_count = 1" } else { "PRAGMA max_page_count = 1000000" };
                fetch_one!(tx, (i64,), sql).await
            })
        })
    };
    limit(pages).await.unwrap();
    let full = join_all((0..600).map(|id| insert(&db, id, || Ok(())))).await;
    let refused = full.iter().filter(|result| matches!(result, Err(Error::Storage(_)))).count();
    let kept = full.iter().filter(|result| result.is_ok()).count() as i64;
    assert!(refused > 0, "the disk was full");
    assert_eq!(refused + kept as usize, 600);
    assert_eq!(rows(&db).await, [kept, kept, kept + 1], "what was refused left nothing");
    limit(0).await.unwrap();
    insert(&db, 1000, || Ok(())).await.unwrap();
    clean(&db).await;
}
