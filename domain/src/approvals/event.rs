//! What `POST /api/v1/approval-events` takes, and what is wrong with it when something is.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::{ArtefactDigest, is_commit};
use crate::names::is_name;
use crate::texts::{CLOCK_SKEW, is_prose, is_text, is_web_address};

/// A decision about a model version that a pipeline reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalEvent {
    /// The model's name, unique in the organisation.
    pub model: String,
    /// The version, as the registry calls it.
    pub version: String,
    /// What was decided on: `sha256:` and 64 lower-case hexadecimal digits.
    pub artifact_digest: String,
    /// Where it may, or may not, be deployed.
    pub environment: String,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The run that reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Pipeline>,
    /// When it was decided, RFC 3339.
    pub occurred_at: DateTime<Utc>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It may be deployed.
    Approved,
    /// It may not be deployed.
    Rejected,
}

impl Decision {
    /// The name in files and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// Who decided, in the words of the system where it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecidedBy {
    /// The identifier there: a mail address, a login.
    pub subject: String,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

/// The run that reports a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// The kind of pipeline, such as `github-actions`.
    pub provider: String,
    /// Where the run can be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_url: Option<String>,
    /// The commit that was built, 7 to 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// JSON pointer to the field.
    pub pointer: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl ApprovalEvent {
    /// Every field that breaks a rule; none when the event can be recorded. `now` is the time of arrival.
    #[must_use]
    pub fn mistakes(&self, now: DateTime<Utc>) -> Vec<Mistake> {
        let mut found = Vec::new();
        let mut rule = |holds: bool, pointer: &'static str, message: &str| {
            if !holds {
                found.push(Mistake { pointer, message: message.to_owned() });
            }
        };
        rule(
            is_name(&self.model, 200),
            "/model",
            "must be 1 to 200 letters, digits or . _ / : - and start with a letter or digit",
        );
        rule(
            is_name(&self.version, 100),
            "/version",
            "must be 1 to 100 letters, digits or . _ / : - and start with a letter or digit",
        );
        rule(
            ArtefactDigest::is_valid(&self.artifact_digest),
            "/artifact_digest",
            "must be sha256: and 64 lower-case hexadecimal digits",
        );
        rule(
            is_name(&self.environment, 64),
            "/environment",
            "must be 1 to 64 letters, digits or . _ / : - and start with a letter or digit",
        );
        rule(is_text(&self.decided_by.subject, 320), "/decided_by/subject", "must be 1 to 320 characters");
        let display = self.decided_by.display.as_deref();
        rule(
            display.is_none_or(|text| is_text(text, 200)),
            "/decided_by/display",
            "must be 1 to 200 characters",
        );
        rule(
            self.reason.as_deref().is_none_or(|text| is_prose(text, 4000)),
            "/reason",
            "must be 1 to 4000 characters",
        );
        rule(
            self.occurred_at <= now + CLOCK_SKEW,
            "/occurred_at",
            "lies in the future; check the clock of the machine that reports",
        );
        if let Some(pipeline) = &self.pipeline {
            let run_url = pipeline.run_url.as_deref();
            rule(
                is_name(&pipeline.provider, 64),
                "/pipeline/provider",
                "must be 1 to 64 letters, digits or . _ / : -, such as github-actions",
            );
            rule(
                run_url.is_none_or(is_web_address),
                "/pipeline/run_url",
                "must be an http or https address of at most 2000 characters",
            );
            rule(
                pipeline.commit.as_deref().is_none_or(is_commit),
                "/pipeline/commit",
                "must be 7 to 64 hexadecimal digits",
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn event() -> ApprovalEvent {
        serde_json::from_value(serde_json::json!({
            "model": "fraud-scoring", "version": "7",
            "artifact_digest": format!("sha256:{}", "a".repeat(64)),
            "environment": "production", "decision": "approved",
            "decided_by": { "subject": "alice@example.org", "display": "Alice" },
            "reason": "passed canary",
            "pipeline": { "provider": "github-actions", "run_url": "https://ci.example/1", "commit": "4b825dc" },
            "occurred_at": "2026-11-21T07:04:05Z",
        }))
        .unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-21T07:04:06Z".parse().unwrap()
    }

    #[test]
    fn the_documented_event_is_fine() {
        assert_eq!(event().mistakes(now()), []);
    }

    #[test]
    fn every_broken_field_is_named() {
        type Break = fn(&mut ApprovalEvent);
        let cases: [(&str, Break); 12] = [
            ("/model", |e| e.model = "../etc".into()),
            ("/version", |e| e.version = String::new()),
            ("/artifact_digest", |e| e.artifact_digest = format!("sha256:{}", "a".repeat(63))),
            ("/artifact_digest", |e| e.artifact_digest = format!("sha256:{}", "A".repeat(64))),
            ("/environment", |e| e.environment = "a b".into()),
            ("/decided_by/subject", |e| e.decided_by.subject = " ".into()),
            ("/decided_by/display", |e| e.decided_by.display = Some("a\nb".into())),
            ("/reason", |e| e.reason = Some("x".repeat(4001))),
            ("/pipeline/provider", |e| e.pipeline.as_mut().unwrap().provider = "é".into()),
            ("/pipeline/run_url", |e| {
                e.pipeline.as_mut().unwrap().run_url = Some("javascript:alert(1)".into());
            }),
            ("/pipeline/commit", |e| e.pipeline.as_mut().unwrap().commit = Some("main".into())),
            ("/occurred_at", |e| e.occurred_at += TimeDelta::minutes(6)),
        ];
        for (pointer, break_it) in cases {
            let mut broken = event();
            break_it(&mut broken);
            let found: Vec<_> = broken.mistakes(now()).iter().map(|m| m.pointer).collect();
            assert_eq!(found, [pointer]);
        }
    }
}
