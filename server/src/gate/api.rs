//! `GET` and `POST /api/v1/gate`, and the decisions on record.

use assay_domain::approvals::gate::{Code, Fine, Reason};
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::service::{self, Answered, Asked, Decided, KeptAnswer, Question, RequestSeen, Said, Search};
use crate::app::App;
use crate::error::Error;
use crate::http::{Caller, Keyed, Listing, Query, Window, extract};

/// Routes of the room, below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look, decide)).routes(routes!(decisions))
}

/// What the gate says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GateAnswer)]
struct AnswerView {
    /// Whether it may be deployed.
    allowed: bool,
    /// One reason for a yes, all that were found for a no.
    reasons: Vec<ReasonView>,
    /// The approval request that the answer goes by; null where there is none.
    request: Option<RequestView>,
    #[schema(example = "fraud-scoring")]
    model: String,
    #[schema(example = "7")]
    version: String,
    #[schema(example = "production")]
    environment: String,
    /// Of what is to be deployed, or the one on record where none was given.
    digest: Option<String>,
    /// The policy that decides; null where there is none.
    policy: Option<PolicyView>,
    /// What was looked at and fine, for those who asked for an explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    fine: Option<Vec<FineView>>,
    /// When it was asked.
    at: DateTime<Utc>,
}

/// Why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GateReason)]
struct ReasonView {
    code: Code,
    /// For people.
    message: String,
    /// Since when it is so, where that is known.
    since: Option<DateTime<Utc>>,
}

/// Something that was looked at and fine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GateFine)]
struct FineView {
    /// What was looked at.
    #[schema(example = "conditions")]
    check: &'static str,
    /// What was found.
    message: String,
}

/// An approval request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GateRequest)]
struct RequestView {
    id: Uuid,
    #[schema(example = "approved")]
    state: String,
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GatePolicy)]
struct PolicyView {
    id: String,
    version: String,
}

/// What was decided on record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GateDecision)]
struct DecisionView {
    /// The decision's identifier.
    id: Uuid,
    #[serde(flatten)]
    answer: AnswerView,
}

/// What was decided, with its receipt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GateDecisionWithReceipt)]
struct DecidedView {
    #[serde(flatten)]
    decision: DecisionView,
    /// Whether it is the decision from before, under the same Idempotency-Key.
    replayed: bool,
    /// Its index in the ledger.
    entry_index: u64,
    /// Proof that the ledger holds it: `c2sp.org/tlog-proof@v1`, verifiable offline.
    receipt: String,
}

fn reasons(reasons: Vec<Reason>) -> Vec<ReasonView> {
    let view = |Reason { code, message, since }| ReasonView { code, message, since };
    reasons.into_iter().map(view).collect()
}

fn fine(fine: Vec<Fine>) -> Vec<FineView> {
    fine.into_iter().map(|Fine { check, message }| FineView { check: check.name(), message }).collect()
}

fn request(seen: RequestSeen) -> RequestView {
    RequestView { id: seen.id, state: seen.state }
}

impl AnswerView {
    fn new(answered: Answered, explain: bool) -> Self {
        Self {
            allowed: answered.answer.allowed,
            reasons: reasons(answered.answer.reasons),
            request: answered.request.map(request),
            model: answered.model,
            version: answered.version,
            environment: answered.environment,
            digest: answered.digest.map(|digest| digest.as_str().to_owned()),
            policy: answered
                .policy
                .map(|policy| PolicyView { id: policy.id, version: policy.version.to_string() }),
            fine: explain.then(|| fine(answered.answer.fine)),
            at: answered.at,
        }
    }
}

impl DecisionView {
    fn new(Said { row, kept }: Said, explain: bool) -> Self {
        let KeptAnswer { reasons: why, fine: well, policy, request: seen } = kept;
        let answer = AnswerView {
            allowed: row.allowed,
            reasons: reasons(why),
            request: seen.map(request),
            model: row.model,
            version: row.version,
            environment: row.environment,
            digest: row.digest,
            policy: policy.map(|policy| PolicyView { id: policy.id, version: policy.version.to_string() }),
            fine: explain.then(|| fine(well)),
            at: row.decided_at,
        };
        Self { id: row.id, answer }
    }
}

/// What somebody wants to know: model and version, or a digest in their place.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LookQuery {
    /// The model's name.
    model: Option<String>,
    /// The version.
    version: Option<String>,
    /// Where it is to be deployed.
    #[param(required)]
    environment: Option<String>,
    /// The digest of what is to be deployed; without model and version, that of the version which is meant.
    digest: Option<String>,
    /// Whether to say what was fine as well.
    #[serde(default)]
    explain: bool,
}

/// Look whether a version may be deployed
///
/// Nothing is recorded; `POST` decides on record, with the same answer. Default is no. For those who may ask about every
/// team, an unknown model or version is a no as well; for all others, what is unknown and what is not theirs is 404.
#[utoipa::path(get, path = "/gate", tag = "gate", params(LookQuery),
    responses((status = 200, description = "Yes or no, and why.", body = AnswerView)))]
async fn look(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<LookQuery>,
) -> Result<axum::Json<AnswerView>, Error> {
    let LookQuery { model, version, environment, digest, explain } = query;
    let question = Question::read(Asked { model, version, environment, digest })?;
    Ok(axum::Json(AnswerView::new(service::look(&app, &caller, &question).await?, explain)))
}

/// What is to be decided: model and version, or a digest in their place.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = GateQuestion)]
struct DecideBody {
    /// The model's name.
    #[schema(example = "fraud-scoring")]
    model: Option<String>,
    /// The version.
    #[schema(example = "7")]
    version: Option<String>,
    /// Where it is to be deployed.
    #[schema(example = "production")]
    environment: String,
    /// The digest of what is to be deployed; without model and version, that of the version which is meant.
    digest: Option<String>,
    /// Whether to say what was fine as well.
    #[serde(default)]
    explain: bool,
}

/// Decide whether a version may be deployed, on record
///
/// A no is recorded as well. The receipt proves what was decided. Each request is a decision of its own. With the
/// Idempotency-Key of an earlier one, the answer is the one from before (`replayed`) for five minutes, and only while the
/// same would be decided for the same reasons; otherwise it is decided anew, and the key repeats that from then on.
#[utoipa::path(post, path = "/gate", tag = "gate", request_body = DecideBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, description = "Yes or no, why, and the proof of it.", body = DecidedView)))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Keyed { value, digest: asked, .. }: Keyed<DecideBody>,
) -> Result<axum::Json<DecidedView>, Error> {
    let key = extract::idempotency_key(&headers)?.map(|key| (key, asked));
    let DecideBody { model, version, environment, digest, explain } = value;
    let question = Question::read(Asked { model, version, environment: Some(environment), digest })?;
    let Decided { said, receipt, replayed, .. } = service::decide(&app, &caller, &question, key).await?;
    let decision = DecisionView::new(said, explain);
    Ok(axum::Json(DecidedView { decision, replayed, entry_index: receipt.index, receipt: receipt.text }))
}

/// Which decisions to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DecisionsQuery {
    /// Only about this model.
    model: Option<String>,
    /// Only about this version.
    version: Option<String>,
    /// Only for this environment.
    environment: Option<String>,
    /// Only yes, or only no.
    allowed: Option<bool>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List what the gate decided on record, newest first.
#[utoipa::path(get, path = "/gate/decisions", tag = "gate", params(DecisionsQuery),
    responses((status = 200, body = Listing<DecisionView>)))]
async fn decisions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<DecisionsQuery>,
) -> Result<axum::Json<Listing<DecisionView>>, Error> {
    let DecisionsQuery { model, version, environment, allowed, limit, after } = query;
    let search = Search { model, version, environment, allowed };
    let listing = service::decisions(&app, &caller, search, &Window::new(limit, after)).await?;
    Ok(axum::Json(listing.map(|said| DecisionView::new(said, true))))
}
