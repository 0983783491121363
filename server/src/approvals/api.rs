//! `POST /api/v1/approval-events`.

use super::service::{self, Posted};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Keyed};
use assay_domain::approvals::ApprovalEvent;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(report))
        .merge(super::events::api::routes())
        .merge(super::requests::api::routes())
}

/// What is answered to an approval event.
#[derive(Debug, Serialize, ToSchema)]
struct Recorded {
    /// The event's identifier.
    id: Uuid,
    /// Its index in the ledger.
    entry_index: u64,
    /// Proof that the ledger holds it: `c2sp.org/tlog-proof@v1`, verifiable offline.
    receipt: String,
    /// The approval request that it decides; null where none matches.
    request: Option<MatchedRequest>,
}

/// An approval request that an event decides.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatchedRequest {
    /// The request's identifier.
    pub(super) id: Uuid,
    /// Its state after the event.
    pub(super) state: String,
}

/// Report an approval decision
///
/// Recorded once: the key is the Idempotency-Key header or, without it, the digest of the canonical body. An unknown
/// model or version is registered on the way when the token has `models:write` and a team.
#[utoipa::path(
    post,
    path = "/approval-events",
    tag = "approvals",
    request_body = ApprovalEvent,
    responses(
        (status = 201, description = "Recorded; the receipt proves it.", body = Recorded),
        (status = 200, description = "It had been recorded before.", body = Recorded),
        (status = 409, description = "The digest contradicts the one on record, or the model is out of use."),
        (status = 422, description = "A field breaks a rule, or the key was used for another body."),
    )
)]
async fn report(
    State(app): State<App>,
    caller: Caller,
    Keyed { value, key, digest }: Keyed<ApprovalEvent>,
) -> Result<(StatusCode, axum::Json<Recorded>), Error> {
    let reported = service::report(&app, &caller, Posted { event: value, key, digest }).await?;
    let status = if reported.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let body = Recorded {
        id: reported.id,
        entry_index: reported.receipt.index,
        receipt: reported.receipt.text,
        request: reported.request.map(|matched| MatchedRequest { id: matched.id, state: matched.state }),
    };
    Ok((status, axum::Json(body)))
}
