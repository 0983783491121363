//! Requests whose state is not the one that their entries tell: an approval that was edited by hand.

use assay_domain::approvals::{Approval, Retold};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Finding, id_as_text, is_waiting, read};
use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;
use crate::policies::service as policies;

/// A request with one of the entries about it.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    state: String,
    state_name: String,
    leaf: Option<Vec<u8>>,
}

/// Every request that is not what its entries tell. One statement sees one state of the database; a request with an
/// event that is not in the log yet is left for the next time.
pub(super) async fn check(conn: &mut Conn) -> Result<Vec<Finding>, Error> {
    let (id, waiting) = (id_as_text(conn.is_postgres()), is_waiting(conn.is_postgres()));
    let sql = AssertSqlSafe(format!(
        "SELECT t.id, t.state, t.state_name, e.leaf FROM approval_request t
         LEFT JOIN audit_entry e
           ON e.log_id IN (SELECT log_id FROM audit_log) AND e.subject = {id} AND e.outcome = 'ok'
         WHERE NOT {waiting} ORDER BY t.id, e.log_id, e.idx"
    ));
    let rows = fetch_all!(conn, Row, sql).await?;
    let mut findings = Vec::new();
    for entries in rows.chunk_by(|one, other| one.id == other.id) {
        findings.extend(of_request(conn, entries).await?);
    }
    Ok(findings)
}

/// What is wrong with the request that these rows are about: all of one request, in the order of the entries.
async fn of_request(conn: &mut Conn, entries: &[Row]) -> Result<Vec<Finding>, Error> {
    let Some(row) = entries.first() else { return Ok(Vec::new()) };
    let finding = |problem| Finding { place: format!("approval_request {}, column state", row.id), problem };
    let approval: Approval = match serde_json::from_str(&row.state) {
        Ok(approval) => approval,
        Err(error) => return Ok(vec![finding(format!("it cannot be read: {error}"))]),
    };
    let mut told = Retold::default();
    for (leaf, action) in entries.iter().filter_map(|row| read(row.leaf.as_deref()?)) {
        told.add(leaf.actor.id, leaf.ts, &action);
    }
    let policy = match policies::by_reference(conn, approval.policy()).await {
        Ok(policy) => policy,
        // That its text cannot be read is found where policies are looked at.
        Err(Error::Internal(_)) => None,
        Err(error) => return Err(error),
    };
    let mut problems = told.differences(&approval, policy.as_deref());
    if approval.state().name() != row.state_name {
        problems.push(format!(
            "it is {}, but column state_name says {}",
            approval.state().name(),
            row.state_name
        ));
    }
    if approval.terms().id != row.id {
        problems.push(format!("it is that of the request {}", approval.terms().id));
    }
    Ok(problems.into_iter().map(finding).collect())
}
