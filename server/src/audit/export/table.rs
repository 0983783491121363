//! Entries as CSV (RFC 4180), for spreadsheets.

use assay_domain::csv::line;
use axum::body::{Body, Bytes};
use futures::stream;

use super::super::Entry;
use super::super::service::Pages;
use crate::error::Error;

const HEAD: [&str; 15] = [
    "index",
    "time",
    "actor",
    "actor_kind",
    "actor_id",
    "action",
    "sentence",
    "outcome",
    "subject_type",
    "subject",
    "subject_version",
    "team",
    "facts",
    "event",
    "request",
];

/// The body of an answer, sent a page at a time.
pub fn body(pages: Pages) -> Body {
    let head = line(&HEAD.map(str::to_owned));
    Body::from_stream(stream::try_unfold((pages, Some(head)), |(mut pages, head)| async move {
        if let Some(head) = head {
            return Ok::<_, Error>(Some((Bytes::from(head), (pages, None))));
        }
        let entries = pages.entries().await?;
        let lines = entries.map(|entries| entries.into_iter().map(row).collect::<String>());
        Ok(lines.map(|lines| (Bytes::from(lines), (pages, None))))
    }))
}

fn row(entry: Entry) -> String {
    line(&[
        entry.index.to_string(),
        entry.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        entry.actor.name,
        entry.actor.kind,
        entry.actor.id.to_string(),
        entry.action,
        entry.sentence,
        entry.outcome.to_owned(),
        entry.subject.kind,
        entry.subject.id,
        entry.subject.version.unwrap_or_default(),
        entry.team.map(|team| team.name).unwrap_or_default(),
        serde_json::Value::Object(entry.facts).to_string(),
        entry.id.to_string(),
        entry.request.to_string(),
    ])
}
