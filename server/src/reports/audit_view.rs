//! The audit report's data, from entries of the trail: what is printed is what the embedded bundle proves.

use super::{AuditEntry, DisclosedValue};
use crate::audit::Entry;
use crate::error::Error;
use assay_ledger::commit::Disclosure;
use serde_json::Value;

/// An entry as it is printed.
pub(super) fn entry(entry: Entry) -> Result<AuditEntry, Error> {
    let outcome = serde_json::from_value(Value::String(entry.outcome.to_owned())).map_err(Error::internal)?;
    Ok(AuditEntry {
        index: entry.index,
        at: entry.at,
        actor: entry.actor.name,
        action: entry.action,
        sentence: entry.sentence,
        subject: entry.subject.label(),
        outcome,
        facts: entry.facts.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
    })
}

/// A committed value as it is printed.
pub(super) fn disclosed(opened: Disclosure) -> DisclosedValue {
    DisclosedValue { index: opened.index, value: text(&opened.value), field: opened.field }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
