//! Trust rules and the exchange of tokens over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use assay_domain::access::Scope;
use assay_domain::ci_trust::{Algorithm, Provider, TrustRule};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::service::{
    exchange::{self, Wish},
    rules,
};
use super::store::StoredRule;
use crate::app::App;
use crate::error::Error;
use crate::http::context::Context;
use crate::http::{Caller, Form, IfMatch, Json, Listing, Path, Query, Window, etag};

/// Routes of the room, below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(show, change, remove))
        .routes(routes!(token))
}

/// Whose tokens are believed, and what a job that holds one may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CiTrustRule)]
struct RuleView {
    /// The rule; also the actor of what its jobs do.
    id: Uuid,
    #[schema(example = "Release of fraud-scoring")]
    name: String,
    provider: Provider,
    /// Exactly the token's `iss`.
    #[schema(example = "https://token.actions.githubusercontent.com")]
    issuer: String,
    /// Where the issuer's keys are; null where its discovery document says so.
    jwks_url: Option<String>,
    /// What must be in the token's `aud`.
    audience: String,
    /// The signatures that are accepted.
    algorithms: Vec<Algorithm>,
    /// Claims that must have exactly these values.
    #[schema(example = json!({"repository_id": "123456789", "ref": "refs/heads/main"}))]
    claims: BTreeMap<String, String>,
    /// What the job may do.
    #[schema(example = json!(["approvals:report", "models:write"]))]
    scopes: Vec<String>,
    /// The team within which; null for the organisation.
    team: Option<Uuid>,
    /// Whether the issuer may stand in a private network.
    private_network: bool,
    /// Grows with each change; the ETag of the rule.
    revision: i64,
    created_at: DateTime<Utc>,
    /// When a job last came in by it.
    used_at: Option<DateTime<Utc>>,
}

impl From<StoredRule> for RuleView {
    fn from(StoredRule { id, rule, revision, created_at, used_at }: StoredRule) -> Self {
        let TrustRule {
            name,
            provider,
            issuer,
            jwks_url,
            audience,
            algorithms,
            claims,
            scopes,
            team,
            private_network,
        } = rule;
        let scopes = scopes.iter().map(ToString::to_string).collect();
        Self {
            id,
            name,
            provider,
            issuer,
            jwks_url,
            audience,
            algorithms,
            claims,
            scopes,
            team,
            private_network,
            revision,
            created_at,
            used_at,
        }
    }
}

/// What a trust rule is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewCiTrustRule)]
struct RuleBody {
    /// What people call it.
    name: String,
    provider: Provider,
    /// Exactly the token's `iss`; https.
    #[schema(example = "https://token.actions.githubusercontent.com")]
    issuer: String,
    /// Where the issuer's keys are; found through its discovery document when left out.
    jwks_url: Option<String>,
    /// What must be in the token's `aud`; this server's address when left out.
    audience: Option<String>,
    /// `RS256` when left out.
    algorithms: Option<Vec<Algorithm>>,
    /// Claims that must have exactly these values: at least one id, no names.
    #[schema(example = json!({"repository_id": "123456789", "ref": "refs/heads/main"}))]
    claims: BTreeMap<String, String>,
    /// What the job may do; never `admin`.
    #[schema(example = json!(["approvals:report", "models:write"]))]
    scopes: Vec<String>,
    /// The team within which; the organisation when left out.
    team: Option<Uuid>,
    /// Whether the issuer may stand in a private network, where the server allows that.
    #[serde(default)]
    private_network: bool,
}

impl RuleBody {
    fn rule(self, app: &App) -> Result<TrustRule, Error> {
        let parse = |(n, scope): (usize, &String)| {
            scope.parse().map_err(|reason: String| Error::invalid(format!("/scopes/{n}"), reason))
        };
        let scopes = self.scopes.iter().enumerate().map(parse).collect::<Result<Vec<Scope>, Error>>()?;
        Ok(TrustRule {
            name: self.name,
            provider: self.provider,
            issuer: self.issuer,
            jwks_url: self.jwks_url,
            audience: self.audience.unwrap_or_else(|| app.config.origin()),
            algorithms: self.algorithms.unwrap_or_else(|| vec![Algorithm::RS256]),
            claims: self.claims,
            scopes,
            team: self.team,
            private_network: self.private_network,
        })
    }
}

/// List the trust rules for CI, oldest first.
#[utoipa::path(get, path = "/ci-trust", tag = "ci identity", params(Window), responses((status = 200, body = Listing<RuleView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(window): Query<Window>,
) -> Result<axum::Json<Listing<RuleView>>, Error> {
    Ok(axum::Json(rules::list(&app, &caller, &window).await?.map(Into::into)))
}

/// Trust jobs of a CI.
#[utoipa::path(post, path = "/ci-trust", tag = "ci identity", request_body = RuleBody, responses((status = 201, body = RuleView)))]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<RuleBody>,
) -> Result<impl IntoResponse, Error> {
    crate::access::service::may_manage_people(&caller)?;
    let stored = rules::add(&app, &caller, body.rule(&app)?).await?;
    Ok((StatusCode::CREATED, [etag(stored.revision)], axum::Json(RuleView::from(stored))))
}

/// Show a trust rule.
#[utoipa::path(get, path = "/ci-trust/{id}", tag = "ci identity", params(("id", description = "Its id")),
    responses((status = 200, body = RuleView)))]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<impl IntoResponse, Error> {
    let stored = rules::get(&app, &caller, id).await?;
    Ok(([etag(stored.revision)], axum::Json(RuleView::from(stored))))
}

/// Change a trust rule; the tokens that jobs got by it end.
#[utoipa::path(put, path = "/ci-trust/{id}", tag = "ci identity", request_body = RuleBody,
    params(("id", description = "Its id"), ("If-Match" = Option<String>, Header, description = "The ETag of what was read")),
    responses((status = 200, body = RuleView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Json(body): Json<RuleBody>,
) -> Result<impl IntoResponse, Error> {
    crate::access::service::may_manage_people(&caller)?;
    let stored = rules::change(&app, &caller, id, seen, body.rule(&app)?).await?;
    Ok(([etag(stored.revision)], axum::Json(RuleView::from(stored))))
}

/// Remove a trust rule; the tokens that jobs got by it end at once.
#[utoipa::path(delete, path = "/ci-trust/{id}", tag = "ci identity", params(("id", description = "Its id")),
    responses((status = 204)))]
async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, Error> {
    rules::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// What the token of a CI may be called; it is the same thing under both names.
const SUBJECT_TOKENS: [&str; 2] =
    ["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"];

/// A request for a token, RFC 8693.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TokenRequest)]
struct TokenBody {
    /// `urn:ietf:params:oauth:grant-type:token-exchange`
    grant_type: Option<String>,
    /// The token that the CI gave to the job.
    subject_token: Option<String>,
    /// `urn:ietf:params:oauth:token-type:id_token` or `urn:ietf:params:oauth:token-type:jwt`
    subject_token_type: Option<String>,
    /// `urn:ietf:params:oauth:token-type:access_token`, which is what is given when left out.
    requested_token_type: Option<String>,
    /// This server's address; may be left out.
    audience: Option<String>,
    /// Rights, separated by spaces; all that the trust rule gives when left out.
    scope: Option<String>,
}

/// A token for ten minutes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenResponse)]
struct TokenView {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// `urn:ietf:params:oauth:token-type:access_token`
    issued_token_type: &'static str,
    /// `Bearer`
    token_type: &'static str,
    /// For how many seconds it holds.
    expires_in: i64,
    /// What it may do, separated by spaces.
    scope: String,
}

/// Exchange a CI job's identity token
///
/// For jobs of a CI that a trust rule names, without any stored secret. The token of the CI is good once. Errors carry the
/// code of RFC 6749 or RFC 8693 as `error`.
#[utoipa::path(post, path = "/token", tag = "ci identity", security(()),
    request_body(content = TokenBody, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenView),
        (status = 400, description = "Not exchanged: `invalid_request`, `invalid_target`, `invalid_scope`, `unsupported_grant_type`."),
        (status = 503, description = "The issuer's keys cannot be had right now."),
    ))]
async fn token(
    State(app): State<App>,
    context: Context,
    body: Result<Form<TokenBody>, Response>,
) -> Result<axum::Json<TokenView>, Response> {
    let Form(body) = body.map_err(as_token_request)?;
    let granted = async { exchange::exchange(&app, context.id, wish(body)?).await };
    let granted = granted.await.map_err(IntoResponse::into_response)?;
    Ok(axum::Json(TokenView {
        access_token: granted.token,
        issued_token_type: ACCESS_TOKEN,
        token_type: "Bearer",
        expires_in: exchange::SECONDS,
        scope: granted.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" "),
    }))
}

/// A form that could not be read is a wrong request in the words of RFC 6749 as well.
fn as_token_request(response: Response) -> Response {
    match response.extensions().get::<Arc<Error>>().map(AsRef::as_ref) {
        Some(error @ (Error::Invalid(_) | Error::BadRequest(_))) => {
            Error::token_request("invalid_request", error.to_string()).into_response()
        }
        _ => response,
    }
}

fn wish(body: TokenBody) -> Result<Wish, Error> {
    let wrong = |detail: String| Error::token_request("invalid_request", detail);
    if body.grant_type.as_deref() != Some(GRANT) {
        return Err(Error::token_request("unsupported_grant_type", format!("grant_type must be {GRANT}")));
    }
    if !body.subject_token_type.as_deref().is_some_and(|kind| SUBJECT_TOKENS.contains(&kind)) {
        return Err(wrong(format!("subject_token_type must be {}", SUBJECT_TOKENS.join(" or "))));
    }
    if body.requested_token_type.as_deref().is_some_and(|kind| kind != ACCESS_TOKEN) {
        return Err(wrong(format!("requested_token_type must be {ACCESS_TOKEN} or left out")));
    }
    let token = body.subject_token.filter(|token| !token.is_empty());
    let token = token
        .ok_or_else(|| wrong("subject_token must be the token that the CI gave to the job".to_owned()))?;
    let scopes =
        body.scope.map(|scope| scope.split_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>());
    let mut scopes: Vec<Scope> = scopes
        .transpose()
        .map_err(|reason: String| Error::token_request("invalid_scope", reason))?
        .unwrap_or_default();
    scopes.sort();
    scopes.dedup();
    Ok(Wish { token, scopes: (!scopes.is_empty()).then_some(scopes), audience: body.audience })
}
