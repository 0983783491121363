//! An older database that was put back is noticed, because what was signed last is known outside of it.

use assay_server::db::Db;
use assay_server::error::Error;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{clean, count, receipt, record};

on_both_engines!(
    an_older_database_is_noticed,
    another_history_is_noticed,
    a_lost_state_is_taken_from_the_log
);

/// A copy of a closed database that can be put back.
struct Copy(String);

async fn copy(place: &Place) -> Copy {
    match place.url() {
        Some(url) => {
            let (server, name) = url.rsplit_once('/').unwrap();
            let copy = format!("{name}_copy");
            admin(server, &format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
            Copy(copy)
        }
        None => {
            let copy = place.dir().join("copy");
            std::fs::copy(place.file(), &copy).unwrap();
            Copy(copy.display().to_string())
        }
    }
}

async fn put_back(place: &Place, Copy(copy): &Copy) {
    match place.url() {
        Some(url) => {
            let (server, name) = url.rsplit_once('/').unwrap();
            admin(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            admin(server, &format!("CREATE DATABASE {name} TEMPLATE {copy}")).await;
        }
        None => {
            for file in ["assay.sqlite-wal", "assay.sqlite-shm"] {
                std::fs::remove_file(place.dir().join(file)).ok();
            }
            std::fs::copy(copy, place.file()).unwrap();
        }
    }
}

async fn admin(server: &str, sql: &str) {
    let mut conn = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
}

async fn write_and_close(place: &Place, events: u64) {
    let db = place.open().await;
    for _ in 0..events {
        receipt(&db, "x").await;
    }
    db.close().await;
}

async fn assert_halted(db: &Db, because: &str) {
    let reason = db.ledger_health().halted.unwrap();
    assert!(reason.contains(because), "{reason}");
    assert!(
        matches!(record(db, "x").await, Err(Error::Unavailable { reason, .. }) if reason.contains(because))
    );
    assert!(
        count(&mut db.read().await.unwrap(), "SELECT count(*) FROM audit_entry").await > 0,
        "reading goes on"
    );
}

async fn an_older_database_is_noticed(place: Place) {
    write_and_close(&place, 3).await;
    let older = copy(&place).await;
    write_and_close(&place, 2).await;
    put_back(&place, &older).await;
    let db = place.open().await;
    assert_halted(&db, "an older database was put back").await;
}

async fn another_history_is_noticed(place: Place) {
    write_and_close(&place, 3).await;
    let (older, state) = (copy(&place).await, place.dir().join("ledger.state"));
    let older_state = std::fs::read(&state).unwrap();
    write_and_close(&place, 2).await;
    let signed = std::fs::read(&state).unwrap();
    put_back(&place, &older).await;
    std::fs::write(&state, older_state).unwrap();
    write_and_close(&place, 5).await;
    std::fs::write(&state, signed).unwrap();
    let db = place.open().await;
    assert_halted(&db, "are not the ones that were signed").await;
}

async fn a_lost_state_is_taken_from_the_log(place: Place) {
    write_and_close(&place, 3).await;
    std::fs::remove_file(place.dir().join("ledger.state")).unwrap();
    let db = place.open().await;
    assert_eq!(receipt(&db, "x").await, 4);
    clean(&db).await;
}
