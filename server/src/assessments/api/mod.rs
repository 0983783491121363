//! `/api/v1/assessments`: what the browser's islands and other programs use.

mod bodies;

use crate::App;
use crate::assessments::service::{
    self, AnswerChange, Assessment, EvidenceReview, NewAssessment, NotApplicableReview, Saved,
};
use crate::error::Error;
use crate::http::{Caller, IfMatch, Json, Listing, Path, Query, Text, Window, etag};
use crate::teams::service as teams;
use assay_domain::assessments::{AnswersFile, Evidence, EvidenceKind, Scorecard};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use bodies::{
    AnswerBody, CheckedBody, EvidenceDecision, EvidencePiece, Imported, NewAssessmentBody,
    NotApplicableDecision, ReviewBody, SavedAnswer, Summary, Whole,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(show))
        .routes(routes!(answer, put_answer))
        .routes(routes!(attach_evidence))
        .routes(routes!(submit))
        .routes(routes!(review))
        .routes(routes!(reopen))
        .routes(routes!(result))
        .routes(routes!(export_answers, import_answers))
}

/// List a team's assessments
#[utoipa::path(
    get,
    path = "/teams/{team}/assessments",
    tag = "assessments",
    params(("team", description = "Id or short name"), Window),
    responses((status = 200, body = Listing<Summary>))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<Summary>>, Error> {
    let team = teams::find(&mut app.db.read().await?, &team).await?;
    let rows = service::list(&app, &caller, team.id).await?;
    Ok(axum::Json(Listing::of_whole(rows, &window, |row| row.id.to_string())?.map(Into::into)))
}

/// Start an assessment
#[utoipa::path(
    post,
    path = "/teams/{team}/assessments",
    tag = "assessments",
    params(("team", description = "Id or short name")),
    request_body = NewAssessmentBody,
    responses((status = 201, body = Summary))
)]
async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(team): Path<String>,
    Json(new): Json<NewAssessmentBody>,
) -> Result<(StatusCode, axum::Json<Summary>), Error> {
    let NewAssessmentBody { questionnaire, version, profile, title, carry_over_from } = new;
    let new = NewAssessment { questionnaire, version, profile, title, carry_over_from };
    let team = teams::find(&mut app.db.read().await?, &team).await?;
    let row = service::start(&app, &caller, team.id, new).await?;
    Ok((StatusCode::CREATED, axum::Json(row.into())))
}

/// Show an assessment with its answers
#[utoipa::path(
    get,
    path = "/assessments/{id}",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Whole))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<Whole>, Error> {
    let assessment = service::get(&app, &caller, id).await?;
    Ok(axum::Json(whole(assessment)))
}

fn whole(assessment: Assessment) -> Whole {
    let Assessment { row, answers, mut evidence, .. } = assessment;
    let answers = answers
        .into_iter()
        .map(|(code, answer)| {
            let evidence = evidence.remove(&code).unwrap_or_default();
            (code, SavedAnswer::of(answer, evidence, Vec::new()))
        })
        .collect();
    Whole { summary: row.into(), answers }
}

/// Show one answer
#[utoipa::path(
    get,
    path = "/assessments/{id}/answers/{code}",
    tag = "assessments",
    params(("id" = Uuid, Path), ("code" = String, Path)),
    responses((status = 200, body = SavedAnswer))
)]
async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path((id, code)): Path<(Uuid, String)>,
) -> Result<impl IntoResponse, Error> {
    let mut assessment = service::get(&app, &caller, id).await?;
    if assessment.bank.question(&code).is_none() {
        return Err(Error::NotFound);
    }
    let evidence = assessment.evidence.remove(&code).unwrap_or_default();
    let body = match assessment.answers.remove(&code) {
        Some(row) => SavedAnswer::of(row, evidence, Vec::new()),
        None => SavedAnswer::none(code),
    };
    Ok(([etag(body.revision)], axum::Json(body)))
}

/// Answer a question
///
/// The body has the shape of an answer in the answers file; without `evidence` the evidence stays as it is. With
/// `If-Match`, an answer that somebody else gave in between is not overwritten.
#[utoipa::path(
    put,
    path = "/assessments/{id}/answers/{code}",
    tag = "assessments",
    params(("id" = Uuid, Path), ("code" = String, Path)),
    request_body = serde_json::Value,
    responses((status = 200, body = SavedAnswer), (status = 412, description = "Somebody else answered since."))
)]
async fn put_answer(
    State(app): State<App>,
    caller: Caller,
    Path((id, code)): Path<(Uuid, String)>,
    IfMatch(seen): IfMatch,
    Json(body): Json<AnswerBody>,
) -> Result<impl IntoResponse, Error> {
    let AnswerBody { answer, keep_evidence } = body;
    let saved =
        service::put_answer(&app, &caller, id, &code, AnswerChange { answer, keep_evidence, seen }).await?;
    let Saved { row, evidence, dropped } = saved;
    Ok(([etag(row.revision)], axum::Json(SavedAnswer::of(row, evidence, dropped))))
}

/// Attach what a machine has checked
///
/// To an answer that is there, and that stays as it is. Such evidence counts without a review while the check is at most 90
/// days old and the answer is no higher than the one that the machine saw; the result names the machine. Only service
/// accounts and trusted CI jobs with the scope `evidence:write` can attach it, never a person or a personal token.
#[utoipa::path(
    post,
    path = "/assessments/{id}/answers/{code}/evidence",
    tag = "assessments",
    params(("id" = Uuid, Path), ("code" = String, Path)),
    request_body = CheckedBody,
    responses((status = 201, body = EvidencePiece))
)]
async fn attach_evidence(
    State(app): State<App>,
    caller: Caller,
    Path((id, code)): Path<(Uuid, String)>,
    Json(body): Json<CheckedBody>,
) -> Result<(StatusCode, axum::Json<EvidencePiece>), Error> {
    let CheckedBody { uri, sha256, checked_at, expires } = body;
    let piece = Evidence {
        uri: uri.trim().to_owned(),
        sha256,
        kind: EvidenceKind::Automated,
        checked_at,
        reviewed_by: None,
        reviewed_value: None,
        vouched_by: None,
        expires,
    };
    let row = service::attach(&app, &caller, id, &code, piece).await?;
    Ok((StatusCode::CREATED, axum::Json(row.into())))
}

/// Hand an assessment in
#[utoipa::path(
    post,
    path = "/assessments/{id}/submit",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "It waits for its review."))
)]
async fn submit(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, Error> {
    service::submit(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Review evidence, decide on “not applicable”, lock
///
/// All decisions are stored, or none.
#[utoipa::path(
    post,
    path = "/assessments/{id}/review",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    request_body = ReviewBody,
    responses((status = 204, description = "Everything is on record."))
)]
async fn review(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<ReviewBody>,
) -> Result<StatusCode, Error> {
    let evidence = body.evidence.into_iter();
    let not_applicable = body.not_applicable.into_iter();
    let found = service::Review {
        evidence: evidence
            .map(|EvidenceDecision { id, accepted, reason }| EvidenceReview { id, accepted, reason })
            .collect(),
        not_applicable: not_applicable
            .map(|NotApplicableDecision { code, approved, reason }| NotApplicableReview {
                code,
                approved,
                reason,
            })
            .collect(),
        lock: body.lock,
    };
    service::review(&app, &caller, id, found).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open an assessment again
#[utoipa::path(
    post,
    path = "/assessments/{id}/reopen",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is a draft again, as a new revision."))
)]
async fn reopen(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, Error> {
    service::reopen(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show the result
///
/// The JSON of `assay score`: final when the assessment is locked, otherwise as of today.
#[utoipa::path(
    get,
    path = "/assessments/{id}/result",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = serde_json::Value))
)]
async fn result(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<Scorecard>, Error> {
    let assessment = service::get(&app, &caller, id).await?;
    Ok(axum::Json(service::outcome(&app, &assessment)?.card))
}

/// Export the answers
///
/// An answers file, as `assay score` reads it.
#[utoipa::path(
    get,
    path = "/assessments/{id}/answers.toml",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/toml", body = String))
)]
async fn export_answers(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<impl IntoResponse, Error> {
    let assessment = service::get(&app, &caller, id).await?;
    let file = AnswersFile {
        questionnaire: assessment.bank.id.clone(),
        version: assessment.bank.version,
        answered_by: None,
        answers: assessment.scored_answers(),
    };
    let text = file.to_toml().map_err(Error::internal)?;
    let disposition = format!("attachment; filename=\"answers-{id}.toml\"");
    Ok((
        [(header::CONTENT_TYPE, "application/toml".to_owned()), (header::CONTENT_DISPOSITION, disposition)],
        text,
    ))
}

/// Import answers
///
/// Each answer of the file is set, all others stay; a file with a mistake changes nothing. Reviews and approvals in the
/// file, and evidence that only a machine can bring, are left out, and said so.
#[utoipa::path(
    put,
    path = "/assessments/{id}/answers.toml",
    tag = "assessments",
    params(("id" = Uuid, Path)),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 200, body = Imported))
)]
async fn import_answers(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Text(text): Text,
) -> Result<axum::Json<Imported>, Error> {
    let dropped = service::import(&app, &caller, id, &text).await?;
    Ok(axum::Json(Imported { dropped }))
}
