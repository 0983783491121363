//! Policies and proposals over HTTP.

use std::collections::BTreeSet;

use assay_domain::approvals::{Policy, PolicyChange, ProposalState};
use assay_domain::models::Tier;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::service::proposals::{self, Proposed};
use super::service::{self, Version, concerned};
use super::store::{ProposalRow, VersionRow};
use crate::App;
use crate::audit::Names;
use crate::error::Error;
use crate::http::{Caller, Json, Listing, Path, Query, Text, Window};

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, propose))
        .routes(routes!(show))
        .routes(routes!(retire))
        .routes(routes!(version))
        .routes(routes!(text))
        .routes(routes!(proposed))
        .routes(routes!(proposal))
        .routes(routes!(confirm))
        .routes(routes!(reject))
        .routes(routes!(withdraw))
}

/// A version of a policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyVersion)]
struct VersionView {
    /// The policy.
    #[schema(example = "high")]
    policy: String,
    #[schema(example = "1.0.0")]
    version: String,
    /// SHA-256 of the policy's canonical JSON.
    sha256: String,
    title: String,
    description: String,
    /// Where it decides; `*` is every environment that no other policy names for the tier.
    environments: Vec<String>,
    /// For which models.
    tiers: Vec<Tier>,
    /// Since when it is in force.
    since: DateTime<Utc>,
    /// Until when it was; null while it is.
    until: Option<DateTime<Utc>>,
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
struct DocumentView {
    #[serde(flatten)]
    version: VersionView,
    /// The policy as JSON; `assay policy schema` prints its JSON Schema.
    #[schema(value_type = Object)]
    document: Policy,
    /// The TOML text, as it was confirmed.
    source: String,
}

/// The policies in force.
#[derive(Debug, Serialize, ToSchema)]
struct Policies {
    items: Vec<VersionView>,
    /// Always null: the list is short.
    next: Option<String>,
}

/// A policy with its history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
struct PolicyView {
    /// The version in force; null where the policy is not in force any more.
    in_force: Option<VersionView>,
    /// Every version, the newest first.
    versions: Vec<VersionView>,
}

/// Somebody, by id and name.
#[derive(Debug, Serialize, ToSchema)]
struct Somebody {
    id: Uuid,
    name: String,
}

/// A change of the policies that somebody proposed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyProposal)]
struct ProposalView {
    id: Uuid,
    policy: String,
    /// The version that would come into force, or go out.
    version: String,
    sha256: String,
    title: String,
    change: PolicyChange,
    /// The version in force when it was proposed; null where there was none.
    replaces: Option<String>,
    state: ProposalState,
    /// Why, in the words of who proposed it.
    reason: String,
    proposed_by: Somebody,
    proposed_at: DateTime<Utc>,
    /// Who confirmed it, turned it down or withdrew it; null while it waits.
    decided_by: Option<Somebody>,
    decided_at: Option<DateTime<Utc>>,
    /// Why it was turned down.
    note: String,
}

/// A proposal with its text, and which teams could not satisfy it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyProposalDocument)]
struct WholeProposal {
    #[serde(flatten)]
    proposal: ProposalView,
    /// The TOML text.
    source: String,
    /// Teams with models that the policy decides about, whose people cannot satisfy it today.
    cannot_satisfy: Vec<CannotSatisfy>,
}

/// A team whose people cannot satisfy a policy.
#[derive(Debug, Serialize, ToSchema)]
struct CannotSatisfy {
    team: Uuid,
    /// The team's name.
    name: String,
    /// The rule's name.
    #[schema(example = "never_satisfied")]
    rule: &'static str,
    /// Who is missing.
    message: String,
}

/// A policy to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
struct NewPolicy {
    /// The TOML text; `assay policy check` finds its mistakes before the server does.
    source: String,
    /// Why; up to 2000 characters.
    #[serde(default)]
    reason: String,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PolicyReason)]
struct Reason {
    /// Why; up to 2000 characters.
    #[serde(default)]
    reason: String,
}

/// A proposal as JSON, or the TOML text alone.
struct Sent {
    proposed: Proposed,
    /// Where mistakes in the text are.
    place: &'static str,
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

/// List the policies in force
#[utoipa::path(get, path = "/policies", tag = "policies", responses((status = 200, body = Policies)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<axum::Json<Policies>, Error> {
    let found = service::list(&app, &caller).await?;
    let items = found.policies.iter().map(Into::into).collect();
    Ok(axum::Json(Policies { items, next: None }))
}

/// Propose a policy
///
/// As JSON with a reason, or the TOML text alone. It comes into force when somebody else confirms it. Refused by the name of
/// the rule: a text with mistakes, a version that is not above all there were, a place where another policy decides, people
/// who could never satisfy it, another proposal about the same policy that waits.
#[utoipa::path(
    post,
    path = "/policies",
    tag = "policies",
    request_body(content((NewPolicy = "application/json"), (String = "application/toml"))),
    responses((status = 201, body = ProposalView))
)]
async fn propose(
    State(app): State<App>,
    caller: Caller,
    Sent { proposed, place }: Sent,
) -> Result<(StatusCode, axum::Json<ProposalView>), Error> {
    let row = proposals::propose(&app, &caller, proposed, place).await?;
    Ok((StatusCode::CREATED, axum::Json(one(&app, row).await?)))
}

/// Show a policy with its history
#[utoipa::path(
    get,
    path = "/policies/{policy}",
    tag = "policies",
    params(("policy" = String, Path)),
    responses((status = 200, body = PolicyView))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(policy): Path<String>,
) -> Result<axum::Json<PolicyView>, Error> {
    let history = service::history(&app, &caller, &policy).await?;
    let in_force = history.iter().find(|version| version.row.until_at.is_none()).map(Into::into);
    Ok(axum::Json(PolicyView { in_force, versions: history.iter().map(Into::into).collect() }))
}

/// Propose to take a policy out of force
///
/// When somebody else confirms it, nothing decides where the policy did, and nothing may be deployed there.
#[utoipa::path(
    post,
    path = "/policies/{policy}/retire",
    tag = "policies",
    params(("policy" = String, Path)),
    request_body = Reason,
    responses((status = 201, body = ProposalView))
)]
async fn retire(
    State(app): State<App>,
    caller: Caller,
    Path(policy): Path<String>,
    Json(Reason { reason }): Json<Reason>,
) -> Result<(StatusCode, axum::Json<ProposalView>), Error> {
    let row = proposals::propose_end(&app, &caller, &policy, &reason).await?;
    Ok((StatusCode::CREATED, axum::Json(one(&app, row).await?)))
}

/// Show a version of a policy
#[utoipa::path(
    get,
    path = "/policies/{policy}/{version}",
    tag = "policies",
    params(("policy" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = DocumentView))
)]
async fn version(
    State(app): State<App>,
    caller: Caller,
    Path((policy, version)): Path<(String, String)>,
) -> Result<axum::Json<DocumentView>, Error> {
    let found = service::version(&app, &caller, &policy, &version).await?;
    let (version, document) = (VersionView::from(&found), found.policy.as_ref().clone());
    Ok(axum::Json(DocumentView { version, document, source: found.row.source }))
}

/// The text of a version
///
/// TOML, as it was confirmed: what one changes to propose the next.
#[utoipa::path(
    get,
    path = "/policies/{policy}/{version}/policy.toml",
    tag = "policies",
    params(("policy" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = String, content_type = "application/toml"))
)]
async fn text(
    State(app): State<App>,
    caller: Caller,
    Path((policy, version)): Path<(String, String)>,
) -> Result<impl IntoResponse, Error> {
    let found = service::version(&app, &caller, &policy, &version).await?;
    Ok(([(header::CONTENT_TYPE, "application/toml")], found.row.source))
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only those in this state.
    state: Option<ProposalState>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List the proposals, the newest first
#[utoipa::path(
    get,
    path = "/policy-proposals",
    tag = "policies",
    params(Wanted),
    responses((status = 200, body = Listing<ProposalView>))
)]
async fn proposed(
    State(app): State<App>,
    caller: Caller,
    Query(Wanted { state, limit, after }): Query<Wanted>,
) -> Result<axum::Json<Listing<ProposalView>>, Error> {
    let found = proposals::list(&app, &caller, state, &Window::new(limit, after)).await?;
    let names = names(&app, &found.items).await?;
    let items = found.items.into_iter().map(|row| view(row, &names)).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: found.next }))
}

/// Show a proposal
#[utoipa::path(
    get,
    path = "/policy-proposals/{id}",
    tag = "policies",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = WholeProposal))
)]
async fn proposal(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<WholeProposal>, Error> {
    let row = proposals::get(&app, &caller, id).await?;
    let source = row.source.clone();
    let policy = Policy::parse(&source, "proposal").map_err(|_| {
        Error::internal(format!("table policy_proposal, column source, row {id}: cannot be read"))
    })?;
    let today = app.clock.now().date_naive();
    let teams = concerned(&mut app.db.read().await?, &policy, today).await?;
    let cannot_satisfy = teams.into_iter().filter_map(|one| {
        let refused = one.refused?;
        let (rule, message) = (refused.rule.name(), refused.message);
        Some(CannotSatisfy { team: one.team.id, name: one.team.name, rule, message })
    });
    let cannot_satisfy = cannot_satisfy.collect();
    Ok(axum::Json(WholeProposal { proposal: one(&app, row).await?, source, cannot_satisfy }))
}

/// Confirm a proposal
///
/// It holds from now on, and every open request and approval under the version before has to be asked for again. Never by
/// the person who proposed it, under whatever account; always by a person who is signed in.
#[utoipa::path(
    post,
    path = "/policy-proposals/{id}/confirm",
    tag = "policies",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProposalView))
)]
async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<ProposalView>, Error> {
    let row = proposals::confirm(&app, &caller, id).await?;
    Ok(axum::Json(one(&app, row).await?))
}

/// Turn a proposal down
#[utoipa::path(
    post,
    path = "/policy-proposals/{id}/reject",
    tag = "policies",
    params(("id" = Uuid, Path)),
    request_body = Reason,
    responses((status = 200, body = ProposalView))
)]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(Reason { reason }): Json<Reason>,
) -> Result<axum::Json<ProposalView>, Error> {
    let row = proposals::reject(&app, &caller, id, &reason).await?;
    Ok(axum::Json(one(&app, row).await?))
}

/// Withdraw one's own proposal
#[utoipa::path(
    post,
    path = "/policy-proposals/{id}/withdraw",
    tag = "policies",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProposalView))
)]
async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<ProposalView>, Error> {
    let row = proposals::withdraw(&app, &caller, id).await?;
    Ok(axum::Json(one(&app, row).await?))
}

async fn one(app: &App, row: ProposalRow) -> Result<ProposalView, Error> {
    let names = names(app, std::slice::from_ref(&row)).await?;
    view(row, &names)
}

async fn names(app: &App, rows: &[ProposalRow]) -> Result<Names, Error> {
    let people: BTreeSet<Uuid> =
        rows.iter().flat_map(|row| std::iter::once(row.proposed_by).chain(row.decided_by)).collect();
    Names::of_actors(&mut app.db.read().await?, people).await
}

fn view(row: ProposalRow, names: &Names) -> Result<ProposalView, Error> {
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
