//! `GET /api/v1/approval-events` and `POST /api/v1/approval-events/batch`.

use assay_domain::approvals::{ApprovalEvent, DecidedBy, Pipeline};
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::super::api::MatchedRequest;
use super::super::service::{Posted, Reported};
use super::super::store::SeenEvent;
use super::bulk::{self, Item};
use super::list::{self, Search};
use crate::app::App;
use crate::error::Error;
use crate::http::denied::{self, DeniedWithin};
use crate::http::error::{self, Problem};
use crate::http::{Caller, JsonItems, Listing, Query, extract};

/// The routes of approval events in bulk.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(shown)).routes(routes!(batch))
}

/// An approval event, as it was reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedApprovalEvent)]
struct EventView {
    id: Uuid,
    model: String,
    version: String,
    /// The digest that the version is on record with.
    artifact_digest: String,
    environment: String,
    decision: String,
    decided_by: DecidedBy,
    reason: Option<String>,
    pipeline: Option<Pipeline>,
    /// When it was decided.
    occurred_at: DateTime<Utc>,
    /// When it arrived.
    received_at: DateTime<Utc>,
    /// Its place in the ledger; null for the moment until it has one.
    entry_index: Option<i64>,
    /// The approval request that it decided in, with its state after that; null where none matched.
    request: Option<MatchedRequest>,
}

impl From<SeenEvent> for EventView {
    fn from(seen: SeenEvent) -> Self {
        let SeenEvent { event, artefact_digest, entry_index, request_id, request_state } = seen;
        let (run_url, commit) = (event.run_url, event.source_commit);
        Self {
            id: event.id,
            model: event.model,
            version: event.version,
            artifact_digest: artefact_digest,
            environment: event.environment,
            decision: event.decision,
            decided_by: DecidedBy { subject: event.decided_by, display: event.decided_by_name },
            reason: event.reason,
            pipeline: event.provider.map(|provider| Pipeline { provider, run_url, commit }),
            occurred_at: event.occurred_at,
            received_at: event.received_at,
            entry_index,
            request: request_id.zip(request_state).map(|(id, state)| MatchedRequest { id, state }),
        }
    }
}

/// List approval events, newest first.
#[utoipa::path(get, path = "/approval-events", tag = "approvals", params(Search),
    responses((status = 200, body = Listing<EventView>)))]
async fn shown(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<axum::Json<Listing<EventView>>, Error> {
    Ok(axum::Json(list::list(&app, &caller, search).await?.map(Into::into)))
}

/// What came of a list of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalEventResults)]
struct Results {
    /// How many were recorded now.
    recorded: usize,
    /// How many had been recorded before.
    repeated: usize,
    /// How many were refused; nothing is stored of them.
    refused: usize,
    /// One for each event, in the order in which they were sent.
    results: Vec<EventResult>,
}

/// What came of one event.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ApprovalEventResult)]
struct EventResult {
    /// The status that it would have been answered with alone: 201 recorded, 200 recorded before, or what it was refused with.
    status: u16,
    /// The event's identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Its index in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_index: Option<u64>,
    /// Proof that the ledger holds it: `c2sp.org/tlog-proof@v1`, verifiable offline.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    /// The approval request that it decides, where one matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<MatchedRequest>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

impl EventResult {
    fn of(outcome: Result<Reported, Error>, caller: &Caller) -> Self {
        match outcome {
            Ok(reported) => Self {
                status: if reported.repeated { 200 } else { 201 },
                id: Some(reported.id),
                entry_index: Some(reported.receipt.index),
                receipt: Some(reported.receipt.text),
                request: reported
                    .request
                    .map(|matched| MatchedRequest { id: matched.id, state: matched.state }),
                ..Self::default()
            },
            Err(error) => {
                error::log(&error, caller.request);
                let problem = Problem::of(&error, caller.request);
                Self { status: problem.status, problem: Some(problem), ..Self::default() }
            }
        }
    }
}

/// Report many approval decisions
///
/// A list of 1 to 1,000 events, recorded in their order. Each is answered by itself, as if it had been posted alone: a
/// wrong one stops no other, and its pointers are within it. Look at `refused`: the answer is 200 also when every event
/// was refused. Events are known again by their content, or with an Idempotency-Key header by that and their place, so the
/// same list may be sent again.
#[utoipa::path(
    post,
    path = "/approval-events/batch",
    tag = "approvals",
    request_body = Vec<ApprovalEvent>,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 characters; each event has this key, a slash and its place")),
    responses(
        (status = 200, description = "What came of each.", body = Results),
        (status = 422, description = "It is no list of 1 to 1,000."),
    )
)]
async fn batch(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    JsonItems(items): JsonItems,
) -> Result<impl IntoResponse, Error> {
    let key = extract::idempotency_key(&headers)?;
    if key.as_ref().is_some_and(|key| key.len() > LONGEST_KEY) {
        return Err(Error::BadRequest(crate::error::FieldError::new(
            "",
            format!("the Idempotency-Key of a list must have at most {LONGEST_KEY} characters"),
        )));
    }
    let items: Vec<Item> =
        items.iter().enumerate().map(|(place, item)| read(item, key.as_deref(), place)).collect();
    let outcomes = bulk::report(&app, &caller, items).await?;
    let denied = outcomes.iter().filter_map(|outcome| denied::missing(outcome.as_ref().err()?)).collect();
    let results: Vec<EventResult> =
        outcomes.into_iter().map(|outcome| EventResult::of(outcome, &caller)).collect();
    let count = |of: fn(u16) -> bool| results.iter().filter(|result| of(result.status)).count();
    let (recorded, repeated) = (count(|status| status == 201), count(|status| status == 200));
    let refused = count(|status| status >= 400);
    Ok((Extension(DeniedWithin(denied)), axum::Json(Results { recorded, repeated, refused, results })))
}

/// Leaves room for the place of an event.
const LONGEST_KEY: usize = 200;

fn read(item: &RawValue, key: Option<&str>, place: usize) -> Item {
    let key = key.map(|key| format!("{key}/{place}"));
    let keyed = extract::keyed::<ApprovalEvent>(key, item.get().as_bytes())?;
    Ok(Posted { event: keyed.value, key: keyed.key, digest: keyed.digest })
}
