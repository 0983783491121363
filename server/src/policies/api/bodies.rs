//! What is sent and answered about policies.

use assay_domain::approvals::Policy;
use assay_domain::models::Tier;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::service::Version;
use super::super::service::proposals::Proposed;
use super::super::store::VersionRow;
use crate::http::{Json, Text};

/// A version of a policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyVersion)]
pub(super) struct VersionView {
    /// The policy.
    #[schema(example = "high")]
    pub(super) policy: String,
    #[schema(example = "1.0.0")]
    pub(super) version: String,
    /// SHA-256 of the policy's canonical JSON.
    sha256: String,
    pub(super) title: String,
    pub(super) description: String,
    /// Where it decides; `*` is every environment that no other policy names for the tier.
    pub(super) environments: Vec<String>,
    /// For which models.
    pub(super) tiers: Vec<Tier>,
    /// Since when it is in force.
    pub(super) since: DateTime<Utc>,
    /// Until when it was; null while it is.
    pub(super) until: Option<DateTime<Utc>>,
}

impl From<&Version> for VersionView {
    fn from(Version { row, policy }: &Version) -> Self {
        let VersionRow { policy: id, version, sha256, title, since_at, until_at, .. } = row.clone();
        Self {
            policy: id,
            version,
            sha256,
            title,
            description: policy.description.clone(),
            environments: policy.applies.environments.clone(),
            tiers: policy.applies.tiers.clone(),
            since: since_at,
            until: until_at,
        }
    }
}

/// A version with all that it says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyDocument)]
pub(super) struct DocumentView {
    #[serde(flatten)]
    pub(super) version: VersionView,
    /// The policy as JSON; `assay policy schema` prints its JSON Schema.
    #[schema(value_type = Object)]
    pub(super) document: Policy,
    /// The TOML text, as it was confirmed.
    pub(super) source: String,
}

/// The policies in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Policies {
    pub(super) items: Vec<VersionView>,
    /// Always null: the list is short.
    pub(super) next: Option<String>,
}

/// A policy with its history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
pub(super) struct PolicyView {
    /// The version in force; null where the policy is not in force any more.
    pub(super) in_force: Option<VersionView>,
    /// Every version, the newest first.
    pub(super) versions: Vec<VersionView>,
}

/// A policy to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewPolicy {
    /// The TOML text; `assay policy check` finds its mistakes before the server does.
    pub(super) source: String,
    /// Why; up to 2000 characters.
    #[serde(default)]
    pub(super) reason: String,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PolicyReason)]
pub(super) struct Reason {
    /// Why; up to 2000 characters.
    #[serde(default)]
    pub(super) reason: String,
}

/// A proposal as JSON, or the TOML text alone.
pub(super) struct Sent {
    pub(super) proposed: Proposed,
    /// Where mistakes in the text are.
    pub(super) place: &'static str,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/toml")) {
            let Text(source) = Text::from_request(request, state).await?;
            return Ok(Self { proposed: Proposed { source, reason: String::new() }, place: "" });
        }
        let Json(NewPolicy { source, reason }) = Json::from_request(request, state).await?;
        Ok(Self { proposed: Proposed { source, reason }, place: "/source" })
    }
}
