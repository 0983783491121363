//! Holding business rows against the log: what the server goes by must be what is on the record.
//!
//! The log cannot be edited unseen, the rows beside it can. [`rows`] finds those that nothing on the record has made,
//! [`approvals`] requests whose state is not the one that their entries tell, [`policies`] policies that nobody brought
//! into force, or that decide elsewhere than they say. What an operator could gain by editing belongs in here.

mod approvals;
mod policies;
mod rows;

use serde_json::json;

use assay_domain::audit::Action;
use assay_ledger::leaf::Leaf;

use super::fsck::Finding;
use crate::db::Conn;
use crate::error::Error;

/// Everything that does not agree with the record.
pub(super) async fn check(conn: &mut Conn) -> Result<Vec<Finding>, Error> {
    let mut findings = rows::check(conn).await?;
    findings.extend(approvals::check(conn).await?);
    findings.extend(policies::check(conn).await?);
    Ok(findings)
}

/// How the id of a row `t` is written in the subject of an entry.
const fn id_as_text(postgres: bool) -> &'static str {
    if postgres {
        "t.id::text"
    } else {
        "lower(substr(hex(t.id), 1, 8) || '-' || substr(hex(t.id), 9, 4) || '-' || substr(hex(t.id), 13, 4)
           || '-' || substr(hex(t.id), 17, 4) || '-' || substr(hex(t.id), 21))"
    }
}

/// That an event about a row `t` is on its way into the log: then nothing can be said of the row yet.
const fn is_waiting(postgres: bool) -> &'static str {
    if postgres {
        "EXISTS (SELECT 1 FROM audit_outbox o WHERE position(convert_to(t.id::text, 'UTF8') IN o.leaf) > 0)"
    } else {
        // The last group of the id is the longest of it that is written the same in both.
        "EXISTS (SELECT 1 FROM audit_outbox o
                 WHERE instr(o.leaf, CAST(lower(hex(substr(t.id, 11))) AS BLOB)) > 0)"
    }
}

/// An entry, as its action reads it; `None` where the leaf is none or a newer release wrote it: the rest of the check
/// tells of the first, and nothing can be said about the second.
fn read(leaf: &[u8]) -> Option<(Leaf, Action)> {
    let leaf = Leaf::parse(leaf).ok()?;
    let action = serde_json::from_value(json!({ "action": leaf.action, "facts": leaf.facts })).ok()?;
    Some((leaf, action))
}
