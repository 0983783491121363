//! What is sent and answered about policies and proposals.

use std::collections::BTreeSet;

use assay_domain::approvals::{Policy, PolicyChange, ProposalState};
use assay_domain::models::Tier;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::super::service::Version;
use super::super::service::proposals::Proposed;
use super::super::store::{ProposalRow, VersionRow};
use crate::App;
use crate::audit::Names;
use crate::error::Error;
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

/// Somebody, by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Somebody {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// A change of the policies that somebody proposed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyProposal)]
pub(super) struct ProposalView {
    pub(super) id: Uuid,
    pub(super) policy: String,
    /// The version that would come into force, or go out.
    pub(super) version: String,
    sha256: String,
    pub(super) title: String,
    pub(super) change: PolicyChange,
    /// The version in force when it was proposed; null where there was none.
    pub(super) replaces: Option<String>,
    pub(super) state: ProposalState,
    /// Why, in the words of who proposed it.
    pub(super) reason: String,
    pub(super) proposed_by: Somebody,
    pub(super) proposed_at: DateTime<Utc>,
    /// Who confirmed it, turned it down or withdrew it; null while it waits.
    pub(super) decided_by: Option<Somebody>,
    pub(super) decided_at: Option<DateTime<Utc>>,
    /// Why it was turned down.
    pub(super) note: String,
}

/// A proposal with its text, and which teams could not satisfy it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyProposalDocument)]
pub(super) struct WholeProposal {
    #[serde(flatten)]
    pub(super) proposal: ProposalView,
    /// The TOML text.
    pub(super) source: String,
    /// Teams with models that the policy decides about, whose people cannot satisfy it today.
    pub(super) cannot_satisfy: Vec<CannotSatisfy>,
}

/// A team whose people cannot satisfy a policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CannotSatisfy {
    pub(super) team: Uuid,
    /// The team's name.
    pub(super) name: String,
    /// The rule's name.
    #[schema(example = "never_satisfied")]
    pub(super) rule: &'static str,
    /// Who is missing.
    pub(super) message: String,
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

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those in this state.
    pub(super) state: Option<ProposalState>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u16>,
    /// `next` of the page before.
    pub(super) after: Option<String>,
}

/// A proposal, with the names of who is behind it.
pub(super) async fn one(app: &App, row: ProposalRow) -> Result<ProposalView, Error> {
    let names = names(app, std::slice::from_ref(&row)).await?;
    view(row, &names)
}

/// The names of who is behind proposals.
pub(super) async fn names(app: &App, rows: &[ProposalRow]) -> Result<Names, Error> {
    let people: BTreeSet<Uuid> =
        rows.iter().flat_map(|row| std::iter::once(row.proposed_by).chain(row.decided_by)).collect();
    Names::of_actors(&mut app.db.read().await?, people).await
}

/// A proposal as it is answered.
pub(super) fn view(row: ProposalRow, names: &Names) -> Result<ProposalView, Error> {
    let wrong = |column: &str, reason: String| {
        Error::internal(format!("table policy_proposal, column {column}, row {}: {reason}", row.id))
    };
    let somebody = |id: Uuid| Somebody { id, name: names.person(id).unwrap_or_default().to_owned() };
    Ok(ProposalView {
        change: row.change.parse().map_err(|reason| wrong("change", reason))?,
        state: row.state.parse().map_err(|reason| wrong("state", reason))?,
        proposed_by: somebody(row.proposed_by),
        decided_by: row.decided_by.map(somebody),
        id: row.id,
        policy: row.policy,
        version: row.version,
        sha256: row.sha256,
        title: row.title,
        replaces: row.replaces,
        reason: row.reason,
        proposed_at: row.proposed_at,
        decided_at: row.decided_at,
        note: row.note,
    })
}
