//! One entry of the log: who did what to which subject, when, with which outcome.
//!
//! A leaf is RFC 8785 canonical JSON. It is built once, validated, stored as bytes and hashed as bytes; verifying
//! never serialises it again. Free text and personal values are not in it, only commitments to them ([`crate::commit`]).
//!
//! What an action puts into `facts` is not known here: the catalogue of actions belongs to the domain.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::hash::Hash;

/// A leaf has fewer bytes than this, so that its length fits the 16 bits of an entry bundle.
pub const MAX_BYTES: usize = 65_535;

/// The largest integer that every JSON reader keeps exact: 2^53 - 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The longest name of an action, a field, a subject type; the longest subject id or version.
const MAX_NAME: usize = 200;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Version of the format.
    pub v: Version,
    /// Id of the event, a UUID version 7; no two entries share one.
    pub id: Uuid,
    /// When it happened, by the server's clock, in whole milliseconds.
    #[serde(with = "timestamp")]
    pub ts: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// What was done, such as `approval.decided`.
    pub action: String,
    /// What it was done to.
    pub subject: Subject,
    /// The team it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Uuid>,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP request it came from, or a fresh id.
    pub request: Uuid,
    /// What is recorded in the clear, typed per action.
    pub facts: Map<String, Value>,
    /// Commitments to values that may be erased, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub commit: BTreeMap<String, Hash>,
}

/// The only version of the format so far, written as the number 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version;

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// What sort of actor.
    pub kind: ActorKind,
    /// Id of the person, service account or instance.
    pub id: Uuid,
}

/// What sort of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// Somebody who signed in.
    Person,
    /// A service account with a token.
    Service,
    /// The server itself or its command line.
    System,
}

/// What was acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Type, such as `approval_request`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Id within its type.
    pub id: String,
    /// Version of it, where it has versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done.
    Ok,
    /// Refused for want of permission or by a rule.
    Denied,
    /// Tried and failed.
    Failed,
}

/// Why something is not a leaf.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// A value breaks a rule.
    #[error("{at}: {problem}")]
    Invalid {
        /// Where, as a path such as `facts.runs[2]`.
        at: String,
        /// Which rule.
        problem: String,
    },
    /// Not JSON, or not of the shape of a leaf.
    #[error("not a leaf: {0}")]
    Shape(serde_json::Error),
    /// The right content in other bytes than RFC 8785 prescribes.
    #[error("not canonical JSON (RFC 8785): differs from it at byte {0}")]
    NotCanonical(usize),
    /// Too large.
    #[error("{0} bytes are too many for a leaf: at most {MAX_BYTES}; record a digest instead")]
    TooLarge(usize),
}

impl Leaf {
    /// The canonical bytes: what is stored and hashed.
    ///
    /// # Errors
    /// When a value breaks a rule of the format: a float, an integer beyond ±(2^53-1), a malformed name, an `id`
    /// that is not version 7, a `ts` finer than milliseconds, or too many bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LeafError> {
        self.validate()?;
        let bytes = serde_json_canonicalizer::to_vec(self).map_err(LeafError::Shape)?;
        if bytes.len() > MAX_BYTES {
            return Err(LeafError::TooLarge(bytes.len()));
        }
        Ok(bytes)
    }

    /// Reads a leaf and accepts only what [`Leaf::to_bytes`] can have written.
    ///
    /// # Errors
    /// When the bytes are no leaf, break a rule of the format, or are not canonical.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_BYTES {
            return Err(LeafError::TooLarge(bytes.len()));
        }
        // As text, because the browser reads other JSON as text: one parser less to download.
        let text =
            std::str::from_utf8(bytes).map_err(|error| LeafError::Shape(serde::de::Error::custom(error)))?;
        let leaf: Self = serde_json::from_str(text).map_err(LeafError::Shape)?;
        let canonical = leaf.to_bytes()?;
        if canonical != bytes {
            let same = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return Err(LeafError::NotCanonical(same));
        }
        Ok(leaf)
    }

    fn validate(&self) -> Result<(), LeafError> {
        check(self.id.get_version_num() == 7, "id", || format!("{} is not a UUID version 7", self.id))?;
        check(self.ts == self.ts.trunc_subsecs(3), "ts", || "is finer than milliseconds".into())?;
        check(timestamp::in_range(&self.ts), "ts", || "is outside the years 0000 to 9999".into())?;
        check_name("action", &self.action)?;
        check_name("subject.type", &self.subject.kind)?;
        check_text("subject.id", &self.subject.id)?;
        if let Some(version) = &self.subject.version {
            check_text("subject.version", version)?;
        }
        for (name, fact) in &self.facts {
            check_fact(&format!("facts.{name}"), fact)?;
        }
        self.commit.keys().try_for_each(|field| check_text("commit", field))
    }
}

fn check(holds: bool, at: &str, problem: impl FnOnce() -> String) -> Result<(), LeafError> {
    if holds { Ok(()) } else { Err(LeafError::Invalid { at: at.to_owned(), problem: problem() }) }
}

fn check_name(at: &str, name: &str) -> Result<(), LeafError> {
    check_text(at, name)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    check(name.chars().all(allowed), at, || {
        format!("{name:?} has other characters than a-z, 0-9, '_' and '.'")
    })
}

fn check_text(at: &str, text: &str) -> Result<(), LeafError> {
    check(!text.is_empty() && text.len() <= MAX_NAME, at, || {
        format!("is {} bytes long, not between 1 and {MAX_NAME}", text.len())
    })
}

fn check_fact(at: &str, fact: &Value) -> Result<(), LeafError> {
    match fact {
        Value::Number(number) => {
            let exact = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            check(exact.is_some_and(|n| n <= MAX_INTEGER), at, || {
                format!("{number} is not an integer between -(2^53-1) and 2^53-1")
            })
        }
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(i, item)| check_fact(&format!("{at}[{i}]"), item))
        }
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| check_fact(&format!("{at}.{name}"), field))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(serde::de::Error::custom(format!("version {other} is not known: only 1 is"))),
        }
    }
}

mod timestamp {
    //! `2026-11-21T07:04:05.123Z`: always UTC, always three digits of a second.

    //! Read by place: chrono's own formats would weigh more in the browser than the rest of the leaf.

    use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn in_range(ts: &DateTime<Utc>) -> bool {
        (0..=9999).contains(&ts.year())
    }

    fn format(ts: &DateTime<Utc>) -> String {
        let (year, month, day) = (ts.year(), ts.month(), ts.day());
        let (hour, minute, second, millis) =
            (ts.hour(), ts.minute(), ts.second(), ts.timestamp_subsec_millis());
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }

    fn parse(text: &str) -> Option<DateTime<Utc>> {
        let number = |begin: usize, end: usize| text.get(begin..end)?.parse::<u32>().ok();
        let date = NaiveDate::from_ymd_opt(number(0, 4)?.try_into().ok()?, number(5, 7)?, number(8, 10)?)?;
        let time =
            date.and_hms_milli_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 23)?)?;
        Some(time.and_utc()).filter(|ts| format(ts) == text)
    }

    pub(super) fn serialize<S: Serializer>(ts: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format(ts))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is not a time like 2026-11-21T07:04:05.123Z"))
        })
    }
}

#[cfg(test)]
#[path = "tests/leaf.rs"]
mod tests;
