//! The contract of storage and ledger, on both engines.

mod crash;
mod edits;

mod guards;
mod ledger;
mod restore;
mod start;
mod writes;

use assay_domain::audit::catalogue::TeamChanged;
use assay_domain::audit::{Actor, Event, Subject};
use assay_server::db::{Conn, Db, Written};
use assay_server::error::Error;
use assay_server::fetch_one;
use assay_server::ledger::fsck::{self, Report};
use assay_tests::storage::Place;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use uuid::Uuid;

/// An event like any other, with a committed value.
fn event(db: &Db, name: &str) -> Event {
    let id = db.log().instance;
    Event::new(Actor::System(id), id, TeamChanged {}.into(), Subject::new("team", id)).commit("name", name)
}

/// Records one event.
async fn record(db: &Db, name: &str) -> Result<Written<Uuid>, Error> {
    let event = event(db, name);
    db.write(move |tx| Box::pin(tx.record(event.clone()))).await
}

/// Records one event and waits for its receipt; gives its index.
async fn receipt(db: &Db, name: &str) -> u64 {
    record(db, name).await.unwrap().ticket.receipt().await.unwrap().index
}

async fn count(conn: &mut Conn, sql: &'static str) -> i64 {
    fetch_one!(conn, (i64,), sql).await.unwrap().0
}

/// Rechecks the log; nothing may be wrong with it.
async fn clean(db: &Db) -> Report {
    let report = fsck::check(db, |_, _| ()).await.unwrap();
    assert_eq!(report.findings, []);
    report
}

/// Runs statements on the database past the server, as an administrator could.
async fn by_hand(place: &Place, sql: &str) -> Result<(), sqlx::Error> {
    match place.url() {
        Some(url) => {
            let mut conn = PgConnection::connect(url).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?;
            conn.close().await
        }
        None => {
            let mut conn = SqliteConnection::connect(&format!("sqlite://{}", place.file().display())).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?;
            conn.close().await
        }
    }
}
