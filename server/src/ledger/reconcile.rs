//! Holding business rows against the log: what a row says was recorded must be an entry.
//!
//! An outbox row that was removed before it was sequenced leaves its business row behind; this finds it. A table that
//! keeps the id of the event that made its row belongs into [`TABLES`].

use uuid::Uuid;

use super::fsck::Finding;
use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;

/// Table, and the query for the events that its rows name and that neither the log nor the outbox has.
const TABLES: &[(&str, &str)] = &[];

/// What is missing.
pub(super) async fn check(conn: &mut Conn) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (table, sql) in TABLES {
        for (event,) in fetch_all!(conn, (Uuid,), *sql).await? {
            let problem = format!("its event {event} is not in the log");
            findings.push(Finding { place: (*table).to_owned(), problem });
        }
    }
    Ok(findings)
}
