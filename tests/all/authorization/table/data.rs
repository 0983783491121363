//! Data: pages and API work on the same finding, each in an order that it can go.

use super::super::bodies::*;
use super::super::line::*;

/// In an order in which they can be tried.
pub(super) const LINES: &[Line] = &[
    line(GET, "/datasets", Anywhere(P::ReadDatasets), "", &[200]),
    line(GET, "/datasets/new", Anywhere(P::ManageDatasets), "", &[200]),
    line(
        POST,
        "/datasets/new",
        Somewhere(P::ReadDatasets, P::ManageDatasets),
        "namespace=page&name={who}-{whose}&team={whose}&classification=internal&purposes=training",
        &[303],
    ),
    line(GET, "/datasets/record", Anywhere(P::RecordUsage), "", &[200]),
    line(POST, "/datasets/record", Somewhere(P::ReadDatasets, P::RecordUsage), USE_FORM, &[303]),
    line(GET, "/datasets/personal", Anywhere(P::ReadDatasets), "quarter=2024-Q4", &[200]),
    line(GET, "/datasets/personal.csv", Anywhere(P::ReadDatasets), "", &[200]),
    line(GET, "/datasets/{dataset}", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(GET, "/datasets/{dataset}/edit", Team(P::ReadDatasets, P::ManageDatasets), "", &[200]),
    line(
        POST,
        "/datasets/{dataset}/edit",
        Team(P::ReadDatasets, P::ManageDatasets),
        "description={who}&classification=internal&purposes=training",
        &[303],
    ),
    line(
        POST,
        "/datasets/{dataset}/versions",
        Team(P::ReadDatasets, P::ManageDatasets),
        "version=page-{who}&digest=snapshot%3A7&location=",
        &[303],
    ),
    line(GET, "/api/v1/datasets", Anywhere(P::ReadDatasets), "", &[200]),
    line(
        POST,
        "/api/v1/datasets",
        Somewhere(P::ReadDatasets, P::ManageDatasets),
        r#"{"namespace":"api","name":"{who}-{whose}","team":"{whose}","classification":"internal","purposes":["training"]}"#,
        &[201],
    ),
    line(GET, "/api/v1/datasets/{dataset}", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(
        PATCH,
        "/api/v1/datasets/{dataset}",
        Team(P::ReadDatasets, P::ManageDatasets),
        r#"{"description":"{who} again"}"#,
        &[200],
    ),
    line(GET, "/api/v1/datasets/{dataset}/versions", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(
        POST,
        "/api/v1/datasets/{dataset}/versions",
        Team(P::ReadDatasets, P::ManageDatasets),
        r#"{"version":"{who}","digest":"snapshot:7"}"#,
        &[201],
    ),
    line(GET, "/api/v1/datasets/{dataset}/usage", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/trained-on",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    line(GET, "/api/v1/data-usage", Anywhere(P::ReadDatasets), "", &[200]),
    line(POST, "/api/v1/data-usage", Somewhere(P::ReadDatasets, P::RecordUsage), USE, &[201]),
    // Uses for models of others are refused by themselves: `tests/all/datasets.rs`.
    line(POST, "/api/v1/data-usage/dvc", Anywhere(P::RecordUsage), LOCK, &[200]),
    line(GET, "/api/v1/data-usage/personal", Anywhere(P::ReadDatasets), "", &[200]),
    line(GET, "/findings", Anywhere(P::ReadFindings), "", &[200]),
    line(GET, "/findings/{id}", Team(P::ReadFindings, P::ReadFindings), "", &[200]),
    line(GET, "/api/v1/findings", Anywhere(P::ReadFindings), "", &[200]),
    line(
        POST,
        "/api/v1/findings",
        Somewhere(P::ReadFindings, P::ReportFindings),
        r#"{"kind":"drift","model":"{model}","version":"1","environment":"production","key":"{who}","severity":"low","message":"It drifts."}"#,
        &[201],
    ),
    // What is about data does not run: `tests/all/findings.rs` has those that do.
    line(
        POST,
        "/api/v1/findings/{id}/runs-no-longer",
        Team(P::ReadFindings, P::WorkFindings),
        r#"{"reason":"{who}"}"#,
        &[409],
    )
    .off_record(),
    line(
        POST,
        "/findings/{id}/runs-no-longer",
        Team(P::ReadFindings, P::WorkFindings),
        "reason={who}",
        &[422],
    )
    .off_record(),
    line(GET, "/api/v1/findings/{id}", Team(P::ReadFindings, P::ReadFindings), "", &[200]),
    line(
        POST,
        "/api/v1/findings/{id}/accept-risk",
        Team(P::ReadFindings, P::AcceptRisk),
        r#"{"reason":"agreed","until":"2024-12-31"}"#,
        &[200],
    ),
    line(
        POST,
        "/api/v1/findings/{id}/reopen",
        Team(P::ReadFindings, P::WorkFindings),
        r#"{"reason":"{who}"}"#,
        &[200, 409],
    ),
    line(POST, "/api/v1/findings/{id}/start", Team(P::ReadFindings, P::WorkFindings), "", &[200, 409]),
    line(
        POST,
        "/api/v1/findings/{id}/resolve",
        Team(P::ReadFindings, P::WorkFindings),
        r#"{"reason":"{who}"}"#,
        // Whoever is concerned, and all but officers where a policy refuses on it, may not although they hold the permission.
        &[200, 403, 409],
    ),
    line(POST, "/findings/{id}/reopen", Team(P::ReadFindings, P::WorkFindings), "reason={who}", &[303, 422]),
    line(POST, "/findings/{id}/start", Team(P::ReadFindings, P::WorkFindings), "", &[303, 422]),
    line(
        POST,
        "/findings/{id}/accept-risk",
        Team(P::ReadFindings, P::AcceptRisk),
        "reason=agreed&until=2024-12-31",
        &[303],
    ),
    line(POST, "/findings/{id}/reopen", Team(P::ReadFindings, P::WorkFindings), "reason={who}", &[303, 422]),
    line(
        POST,
        "/findings/{id}/resolve",
        Team(P::ReadFindings, P::WorkFindings),
        "reason={who}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/datasets/{dataset}/archive",
        Team(P::ReadDatasets, P::ManageDatasets),
        "archived=yes",
        &[303],
    ),
];
