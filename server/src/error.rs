//! What a use case answers when it cannot do what was asked.
//!
//! Services return [`Error`]; `http/error.rs` maps it once, to `application/problem+json` for the API and to a page for
//! people. What a caller may see and what only the log may see stand in different variants: everything in
//! [`Error::Storage`] and [`Error::Internal`] is for the log. To add a way to fail, add a variant here and its mapping
//! there.

use std::time::Duration;

use assay_domain::access::Permission;

/// Why a use case was refused or failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the caller may not know that there is. 404.
    #[error("not found")]
    NotFound,
    /// There is such a thing, but the caller may not know. Answered exactly as [`Error::NotFound`]; an attempt to change
    /// it goes on the record as denied. 404.
    #[error("hidden: {0:?}")]
    Hidden(Permission),
    /// Nobody is signed in, or the token is not valid. 401.
    #[error("not signed in")]
    Unauthenticated,
    /// The caller may see the thing but not do this to it. 403.
    #[error("not allowed: {0:?}")]
    Forbidden(Permission),
    /// A rule about people refuses it, whatever else the caller may do: four eyes, for example. 403.
    #[error("refused ({rule}): {detail}")]
    Refused {
        /// What was tried, for the record.
        permission: Permission,
        /// The rule's name, for programs.
        rule: &'static str,
        /// A sentence for people.
        detail: String,
    },
    /// The request was understood, but these fields contradict a rule. 422.
    #[error("invalid: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// A field contradicts a rule that has a name. 422.
    #[error("invalid ({rule}): {field}")]
    Rule {
        /// The rule's name, for programs.
        rule: &'static str,
        /// The field, and a sentence for people.
        field: FieldError,
    },
    /// The request could not be understood. 400.
    #[error("bad request: {0}")]
    BadRequest(FieldError),
    /// A request for a token that cannot be granted, in the words of RFC 6749 and RFC 8693. 400.
    #[error("token request ({code}): {detail}")]
    TokenRequest {
        /// The error code, for example `invalid_request`.
        code: &'static str,
        /// A sentence for people.
        detail: String,
    },
    /// What was asked contradicts what is on record. 409.
    #[error("conflict ({code}): {detail}")]
    Conflict {
        /// A short name for programs, for example `digest_mismatch`.
        code: &'static str,
        /// A sentence for people.
        detail: String,
    },
    /// It ends or suspends what is approved, and the caller did not say that they know. 409.
    #[error("ends approvals: {}", named(.0))]
    EndsApproval(Vec<EndedApproval>),
    /// Somebody changed the thing since the caller read it (`If-Match`). 412.
    #[error("changed since it was read")]
    PreconditionFailed,
    /// Too many attempts. 429 with `Retry-After`.
    #[error("too many attempts; try again in {} s", retry_after.as_secs())]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Cannot be done now, though nothing is wrong with the request. 503 with `Retry-After`.
    #[error("unavailable: {reason}")]
    Unavailable {
        /// A sentence for people: what is wrong and what helps.
        reason: String,
        /// How long to wait.
        retry_after: Duration,
    },
    /// Two writers met. [`Db::write`](crate::db::Db::write) runs the closure again a few times before it gives this
    /// up to the caller. Stores return it when a compare-and-swap changed no row. 409.
    #[error("changed by somebody else at the same time: {0}")]
    LostRace(String),
    /// The database cannot be reached, read or written: the disk is full, the server is gone. 503. For the log only.
    #[error("storage: {0}")]
    Storage(String),
    /// Anything else; a mistake of ours. 500. For the log only.
    #[error("internal: {0}")]
    Internal(String),
}

/// An approval that a change would end or suspend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedApproval {
    /// The request.
    pub id: uuid::Uuid,
    /// The model.
    pub model: String,
    /// The version.
    pub version: String,
    /// Where it is approved for.
    pub environment: String,
}

impl std::fmt::Display for EndedApproval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} for {}", self.model, self.version, self.environment)
    }
}

/// Approvals in words.
#[must_use]
pub fn named(approvals: &[EndedApproval]) -> String {
    approvals.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct FieldError {
    /// Where: a JSON pointer such as `/artifact_digest`; empty for the whole body.
    pub pointer: String,
    /// What is wrong and what would be right, in one sentence.
    pub message: String,
}

impl FieldError {
    /// `message` about the field at `pointer`.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

impl Error {
    /// A single field that contradicts a rule.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, message)])
    }

    /// A request for a token that cannot be granted.
    pub fn token_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::TokenRequest { code, detail: detail.into() }
    }

    /// Something that cannot happen unless the code or the database is wrong.
    pub fn internal(detail: impl ToString) -> Self {
        Self::Internal(detail.to_string())
    }

    /// Cannot be done now; worth another try in `seconds`.
    pub fn unavailable(reason: impl Into<String>, seconds: u64) -> Self {
        Self::Unavailable { reason: reason.into(), retry_after: Duration::from_secs(seconds) }
    }
}

fn list(errors: &[FieldError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<sqlx::Error> for Error {
    /// Sorts what the engines report: a lost race, a database that cannot be used, or a mistake of ours.
    fn from(error: sqlx::Error) -> Self {
        let detail = error.to_string();
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Storage(detail),
            sqlx::Error::Database(db) => match db.code().as_deref() {
                _ if db.is_unique_violation() => Self::LostRace(detail),
                Some(code) if is_lost_race(code) => Self::LostRace(detail),
                Some(code) if is_unusable(code) => Self::Storage(detail),
                _ => Self::Internal(detail),
            },
            _ => Self::Internal(detail),
        }
    }
}

/// PostgreSQL: serialization failure, deadlock.
fn is_lost_race(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// Failures of the database rather than of one statement.
///
/// SQLite (primary codes, <https://sqlite.org/rescode.html>): busy, locked, no memory, read-only, I/O, corrupt, full,
/// cannot open, not a database; an extended code carries the primary one in its low byte. PostgreSQL (classes,
/// appendix A of its manual): 08 connection, 53 resources, 57 operator intervention, 58 system; and 25006, a read-only
/// transaction.
fn is_unusable(code: &str) -> bool {
    if code.len() == 5 {
        return code == "25006" || ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5..=8 | 10 | 11 | 13 | 14 | 26))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_broken_database_from_a_broken_statement() {
        for code in ["13", "10", "522", "8", "1032", "53100", "08006", "57P01", "25006"] {
            assert!(is_unusable(code), "{code}");
        }
        for code in ["1", "19", "787", "1555", "23503", "42601", "22P02"] {
            assert!(!is_unusable(code), "{code}");
        }
        assert!(is_lost_race("40001") && !is_lost_race("23505"));
    }
}
