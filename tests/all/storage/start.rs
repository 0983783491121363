//! What a database or directory must be like, and the one sentence where it is not.

use std::fs;

use assay_server::db::{Db, OpenError, Role, schema};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;

use super::{by_hand, receipt};

on_both_engines!(a_newer_schema_is_refused, opening_again_goes_on, a_missing_key_stops_or_is_left_to_others);

async fn refused(place: &Place, role: Role) -> String {
    let error = place.try_open(role).await.err().unwrap();
    assert!(!error.to_string().contains('\n'), "one sentence: {error}");
    error.to_string()
}

async fn a_newer_schema_is_refused(place: Place) {
    place.open().await.close().await;
    let version = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                   SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    by_hand(&place, version).await.unwrap();
    for role in [Role::Server, Role::Beside] {
        let sentence = refused(&place, role).await;
        assert!(sentence.contains("schema 9999") && sentence.contains("run the newer version"), "{sentence}");
    }
}

async fn opening_again_goes_on(place: Place) {
    for index in 1..4 {
        let db = place.open().await;
        assert_eq!(receipt(&db, "x").await, index);
        db.close().await;
    }
}

async fn a_missing_key_stops_or_is_left_to_others(place: Place) {
    place.open().await.close().await;
    fs::rename(place.dir().join("ledger.key"), place.dir().join("elsewhere")).unwrap();
    if place.url().is_some() {
        let db = place.open().await;
        assert_eq!(db.ledger_health().halted, None, "a replica without the key serves");
        db.close().await;
    } else {
        assert!(refused(&place, Role::Server).await.contains("restore it from a backup"));
    }
    let other = Place::sqlite();
    other.open().await.close().await;
    fs::copy(other.dir().join("ledger.key"), place.dir().join("ledger.key")).unwrap();
    assert!(refused(&place, Role::Server).await.contains("it is the key of"));
}

#[tokio::test]
async fn both_engines_have_the_same_migrations() {
    let [sqlite, postgres] = schema::numbers();
    assert_eq!(sqlite, postgres);
    assert!(sqlite.is_sorted() && !sqlite.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_a_directory_is_refused() {
    let place = Place::sqlite();
    let _first = place.open().await;
    assert!(matches!(place.try_open(Role::Server).await, Err(OpenError::InUse { .. })));
}

#[tokio::test]
async fn a_postgres_that_loses_writes_is_refused() {
    let place = Place::postgres().await;
    let name = place.url().unwrap().rsplit('/').next().unwrap().to_owned();
    by_hand(&place, &format!("ALTER DATABASE {name} SET synchronous_commit = off")).await.unwrap();
    assert!(refused(&place, Role::Server).await.contains("synchronous_commit = off"));
}

#[tokio::test]
async fn a_directory_that_is_a_file_is_refused() {
    let place = Place::sqlite();
    fs::write(place.dir().join("file"), "").unwrap();
    let mut options = place.options(Role::Server);
    options.data_dir = place.dir().join("file");
    let sentence = Db::open(options).await.err().unwrap().to_string();
    assert!(
        sentence.starts_with("cannot use the data directory") && sentence.ends_with("--data"),
        "{sentence}"
    );
}

#[tokio::test]
async fn the_key_of_a_lost_database_is_not_used_for_another() {
    let place = Place::sqlite();
    let db = place.open().await;
    receipt(&db, "x").await;
    db.close().await;
    for file in ["assay.sqlite", "assay.sqlite-wal", "assay.sqlite-shm"] {
        fs::remove_file(place.dir().join(file)).ok();
    }
    assert!(refused(&place, Role::Server).await.contains("which this database does not hold"));
}
