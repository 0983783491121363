//! Rows that nothing on the record has made.
//!
//! An outbox row that was removed before it was sequenced, or a row that was inserted by hand, leaves a business row
//! without its entry; this finds it. To have another table checked, add it to [`MADE_BY`]; a table that keeps the id of
//! its event instead belongs into [`WITH_EVENT`].

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Finding, id_as_text, is_waiting};
use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;

/// Table, and the action that makes its rows; the entry's subject is the row's id.
const MADE_BY: &[(&str, &str)] = &[
    ("person", "user.created"),
    ("team", "team.created"),
    ("api_token", "token.created"),
    ("ci_trust_rule", "ci_trust.added"),
    ("assessment", "assessment.started"),
    ("model", "model.registered"),
    ("dataset", "dataset.registered"),
    ("finding", "finding.opened"),
];

/// Tables that keep the id of their event in a column `ledger_event`.
const WITH_EVENT: &[&str] =
    &["approval_event", "approval_word", "data_usage", "deployment", "gate_decision", "model_evidence"];

/// The rows that nothing on the record, or on its way there, has made. Each table is one statement, and so one state
/// of the database: what a server does meanwhile is seen as a whole or not at all.
pub(super) async fn check(conn: &mut Conn) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (table, action) in MADE_BY {
        let sql = AssertSqlSafe(unmade(table, action, conn.is_postgres()));
        for (id,) in fetch_all!(conn, (Uuid,), sql).await? {
            findings.push(finding(table, id, &format!("no entry {action} about it is in the log")));
        }
    }
    for table in WITH_EVENT {
        let sql = AssertSqlSafe(format!(
            "SELECT id FROM {table} a
             WHERE NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.event_id = a.ledger_event)
               AND NOT EXISTS (SELECT 1 FROM audit_outbox o WHERE o.event_id = a.ledger_event)"
        ));
        for (id,) in fetch_all!(conn, (Uuid,), sql).await? {
            findings.push(finding(table, id, "the event in its column ledger_event is not in the log"));
        }
    }
    Ok(findings)
}

fn finding(table: &str, id: Uuid, problem: &str) -> Finding {
    Finding { place: format!("{table} {id}"), problem: problem.to_owned() }
}

fn unmade(table: &str, action: &str, postgres: bool) -> String {
    let (id, waiting) = (id_as_text(postgres), is_waiting(postgres));
    format!(
        "SELECT t.id FROM {table} t
         WHERE NOT EXISTS (
           SELECT 1 FROM audit_entry e
           WHERE e.log_id IN (SELECT log_id FROM audit_log) AND e.subject = {id} AND e.action = '{action}')
         AND NOT {waiting}"
    )
}
