//! Operations, ways in, and approvals while models and who holds what for them are as they were made.

use super::super::line::*;

/// In an order in which they can be tried.
pub(super) const LINES: &[Line] = &[
    // Operations
    line(GET, "/livez", Public, "", &[200]),
    line(GET, "/readyz", Public, "", &[200]),
    line(GET, "/developers/components", Public, "", &[200]),
    line(GET, "/", SignedIn, "", &[200]),
    // Ways in
    line(GET, "/sign-in", Public, "", &[200, 303]),
    line(POST, "/sign-in", Public, "email={who}@nowhere.example&password=wrong&next=", &[422]).off_record(),
    line(GET, "/setup", Public, "", &[404]),
    line(POST, "/setup", Public, "link=x&name=x&email=x&password=x", &[404]).off_record(),
    line(GET, "/invite/{link}", Public, "", &[404]),
    line(POST, "/invite/{link}", Public, "password=x", &[404]).off_record(),
    // Approvals, while the models and who holds what for them are as they were made
    line(GET, "/approvals", Anywhere(P::ReadApprovals), "", &[200]),
    line(GET, "/approvals/{id}", Team(P::ReadApprovals, P::ReadApprovals), "", &[200]),
    line(GET, "/models/{model}/{version}/approval", Team(P::ReadApprovals, P::RequestApprovals), "", &[200]),
    line(
        POST,
        "/models/{model}/{version}/approval",
        Team(P::ReadApprovals, P::RequestApprovals),
        "environment={who}-page&note=&emergency=",
        &[303],
    ),
    line(
        POST,
        "/approvals/{id}/break-glass",
        Team(P::ReadApprovals, P::RequestApprovals),
        "reason={who}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/review",
        Team(P::ReadApprovals, P::DecideApprovals),
        "justified=yes&reason={who}",
        &[303, 403, 422],
    ),
    // Nothing is blocked here.
    line(
        POST,
        "/approvals/{id}/lift-block",
        Team(P::ReadApprovals, P::LiftBlocks),
        "reason={who}",
        &[403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/conditions/{point}/met",
        Team(P::ReadApprovals, P::DecideApprovals),
        "note={who}",
        &[303, 403, 404, 422],
    ),
    line(
        POST,
        "/approvals/{id}/decisions",
        Team(P::ReadApprovals, P::DecideApprovals),
        "seat=product&decision=approved&reason=&bound_sha256={bound}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/revoke",
        Team(P::ReadApprovals, P::DecideApprovals),
        "reason={who}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/withdraw",
        Team(P::ReadApprovals, P::RequestApprovals),
        "reason={who}",
        &[303, 422],
    ),
    line(GET, "/api/v1/approval-requests", Anywhere(P::ReadApprovals), "", &[200]),
    line(GET, "/api/v1/approval-requests/{id}", Team(P::ReadApprovals, P::ReadApprovals), "", &[200]),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/approval-requests",
        Team(P::ReadApprovals, P::RequestApprovals),
        r#"{"environment":"{who}-api"}"#,
        &[201],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/break-glass",
        Team(P::ReadApprovals, P::RequestApprovals),
        r#"{"reason":"{who}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/review",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"justified":true,"reason":"{who}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/lift-block",
        Team(P::ReadApprovals, P::LiftBlocks),
        r#"{"reason":"{who}"}"#,
        &[403, 409],
    )
    .off_record(),
    line(
        POST,
        "/api/v1/approval-requests/{id}/conditions/{condition}/met",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"note":"{who}"}"#,
        &[200, 403, 404, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/decisions",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"step":"product","decision":"approved","bound_sha256":"{bound}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/revoke",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"reason":"{who}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/withdraw",
        Team(P::ReadApprovals, P::RequestApprovals),
        r#"{"reason":"{who}"}"#,
        &[200, 409],
    ),
];
