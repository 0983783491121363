//! Models, what pipelines report of them, and the gate.

use super::super::bodies::*;
use super::super::line::*;

/// In an order in which they can be tried.
pub(super) const LINES: &[Line] = &[
    // Models and approvals
    line(GET, "/models", SignedIn, "", &[200]),
    line(GET, "/models/new", Anywhere(P::RegisterModels), "", &[200]),
    line(
        POST,
        "/models/new",
        Somewhere(P::ReadModels, P::RegisterModels),
        "name={who}-{whose}-page&team={team}&purpose=&success_measure=",
        &[303],
    ),
    line(GET, "/models/{model}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(GET, "/models/{model}/edit", Team(P::ReadModels, P::RegisterModels), "", &[200]),
    // Its questions about risk were answered; whoever comes second has not seen what the first changed.
    line(
        POST,
        "/models/{model}/edit",
        Team(P::ReadModels, P::RegisterModels),
        "revision=3&purpose=By+{who}&success_measure=",
        &[303, 422],
    ),
    line(POST, "/models/{model}/archived", Team(P::ReadModels, P::RegisterModels), "archived=yes", &[303]),
    line(POST, "/models/{model}/archived", Team(P::ReadModels, P::RegisterModels), "archived=no", &[303]),
    line(GET, "/models/{model}/risk", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(POST, "/models/{model}/risk", Team(P::ReadModels, P::RegisterModels), NO_RISK, &[303, 409, 422]),
    line(GET, "/models/{model}/new-version", Team(P::ReadModels, P::RegisterModels), "", &[200]),
    line(POST, "/models/{model}/new-version", Team(P::ReadModels, P::RegisterModels), VERSION_FORM, &[303]),
    line(GET, "/models/{model}/{version}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(GET, "/models/{model}/{version}/edit", Team(P::ReadModels, P::RegisterModels), "", &[200]),
    line(
        POST,
        "/models/{model}/{version}/edit",
        Team(P::ReadModels, P::RegisterModels),
        "revision=1&card_url=https%3A%2F%2Fwiki.example%2F{who}",
        &[303, 422],
    ),
    line(
        POST,
        "/models/{model}/{version}/wrong-people",
        Team(P::ReadModels, P::ReadModels),
        "entry=authors+email%7Cnobody@example.org&reason=wrong",
        &[422],
    )
    .off_record(),
    line(
        POST,
        "/models/{model}/{version}/evidence",
        Team(P::ReadModels, P::RegisterModels),
        EVIDENCE_FORM,
        &[303],
    ),
    line(
        POST,
        "/models/{model}/{version}/evidence/{record}/remove",
        Team(P::ReadModels, P::RegisterModels),
        "",
        &[303, 404],
    ),
    // No version of data is there to declare; what declaring one leaves on the record is in `models.rs`.
    line(
        POST,
        "/models/{model}/{version}/datasets",
        Team(P::ReadModels, P::RegisterModels),
        "dataset=none&used_for=training",
        &[422],
    )
    .off_record(),
    line(
        POST,
        "/models/{model}/{version}/datasets/remove",
        Team(P::ReadModels, P::RegisterModels),
        "entry=none",
        &[303],
    )
    .off_record(),
    line(
        POST,
        "/models/{model}/{version}/deployments",
        Team(P::ReadModels, P::RegisterModels),
        "environment=staging&change=replaces&day=2024-10-01&time=07%3A30&run_url=https%3A%2F%2Fci.example%2F{who}",
        &[303],
    ),
    line(GET, "/api/v1/risk-questions", SignedIn, "", &[200]),
    line(GET, "/api/v1/models", SignedIn, "", &[200]),
    line(
        POST,
        "/api/v1/models",
        Somewhere(P::ReadModels, P::RegisterModels),
        r#"{"name":"{who}-{whose}-api","team":"{team}"}"#,
        &[201],
    ),
    line(GET, "/api/v1/models/{model}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(
        PATCH,
        "/api/v1/models/{model}",
        Team(P::ReadModels, P::RegisterModels),
        r#"{"purpose":"By {who}"}"#,
        &[200],
    ),
    line(GET, "/api/v1/models/{model}/in-production", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(GET, "/api/v1/models/{model}/versions", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(POST, "/api/v1/models/{model}/versions", Team(P::ReadModels, P::RegisterModels), VERSION, &[201]),
    line(GET, "/api/v1/models/{model}/versions/{version}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(
        PATCH,
        "/api/v1/models/{model}/versions/{version}",
        Team(P::ReadModels, P::RegisterModels),
        r#"{"card_url":"https://wiki.example/{who}"}"#,
        &[200],
    ),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/wrong-people",
        Team(P::ReadModels, P::ReadModels),
        r#"{"list":"authors","person":{"subjects":["email|nobody@example.org"]},"reason":"wrong"}"#,
        &[422],
    )
    .off_record(),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/evidence",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/evidence",
        Team(P::ReadModels, P::RegisterModels),
        EVIDENCE,
        &[201],
    ),
    line(
        DELETE,
        "/api/v1/models/{model}/versions/{version}/evidence/{id}",
        Team(P::ReadModels, P::RegisterModels),
        "",
        &[204, 404],
    ),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/datasets",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    // An empty list where there was none changes nothing; what a full one does is in `models.rs`.
    line(
        PUT,
        "/api/v1/models/{model}/versions/{version}/datasets",
        Team(P::ReadModels, P::RegisterModels),
        "[]",
        &[200],
    )
    .off_record(),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/deployments",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/deployments",
        Team(P::ReadModels, P::RegisterModels),
        r#"{"environment":"production","occurred_at":"2024-10-01T00:00:00Z"}"#,
        &[201],
    ),
    line(
        POST,
        "/api/v1/approval-events",
        Somewhere(P::ReadApprovals, P::ReportApprovals),
        "{approval}",
        &[201, 200],
    ),
    line(GET, "/api/v1/approval-events", Anywhere(P::ReadApprovals), "", &[200]),
    // Events of others within the list are refused by themselves: `tests/all/events.rs`.
    line(
        POST,
        "/api/v1/approval-events/batch",
        Anywhere(P::ReportApprovals),
        "[{reasoned approval}]",
        &[200],
    ),
    // The gate
    line(GET, "/gate", SignedIn, "", &[200]),
    // Who sees everything is told that there is no such model; for all others it looks like one of somebody else.
    line(GET, "/api/v1/gate", Gate(P::LookGate, P::LookGate), "{asked}", &[200]),
    line(POST, "/api/v1/gate", Gate(P::LookGate, P::DecideGate), "{question}", &[200]),
    line(GET, "/api/v1/gate/decisions", Anywhere(P::LookGate), "", &[200]),
];
