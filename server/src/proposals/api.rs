//! Proposals over HTTP.

use std::collections::BTreeSet;

use assay_domain::proposals::{Kind, ProposalState};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::service::{self, Seen};
use super::store::Filter;
use super::{ProposalRow, kinds};
use crate::App;
use crate::audit::Names;
use crate::error::Error;
use crate::http::{Caller, Json, Listing, Path, Query, Window};

/// The routes of this room.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(confirm_all))
        .routes(routes!(show))
        .routes(routes!(confirm))
        .routes(routes!(reject))
        .routes(routes!(withdraw))
}

/// What a proposal is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalSubject {
    /// What kind of thing.
    #[serde(rename = "type")]
    #[schema(example = "model")]
    kind: String,
    /// Which one.
    id: String,
}

/// Whoever proposed or decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalActor {
    id: Uuid,
    /// The name; empty for the installation itself.
    name: String,
}

/// A confirmation that a proposal needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalNeed {
    /// Who gives it.
    #[schema(example = "a compliance officer")]
    what: String,
    /// Who gave it; null while it is missing, and where nobody could.
    given_by: Option<ProposalActor>,
    /// When it was given; null while it is missing.
    given_at: Option<DateTime<Utc>>,
    /// Whether an administrator gave it because nobody else could.
    stands_in: bool,
}

/// A change that somebody proposed and somebody else confirms.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub(crate) struct ProposalView {
    id: Uuid,
    kind: Kind,
    subject: ProposalSubject,
    /// The team that it concerns; null for the organisation.
    team: Option<Uuid>,
    /// What it would do.
    #[schema(example = "Lower the risk tier of fraud-scoring")]
    title: String,
    /// What there is now.
    from: String,
    /// What there would be.
    to: String,
    /// What follows for open requests and valid approvals.
    consequence: String,
    /// Why, in the words of who proposed it.
    reason: String,
    /// SHA-256 of what would change, where it is a text.
    content_sha256: Option<String>,
    state: ProposalState,
    /// The confirmations that it needs, each by another person.
    needs: Vec<ProposalNeed>,
    /// Whether it took effect because nobody could confirm it.
    confirmed_by_nobody_else: bool,
    proposed_by: ProposalActor,
    proposed_at: DateTime<Utc>,
    /// Who confirmed it last, turned it down or took it back; null while it waits, and where nobody could.
    decided_by: Option<ProposalActor>,
    decided_at: Option<DateTime<Utc>>,
    /// Why it was turned down, or why it ended.
    note: String,
    /// The page that shows it.
    href: String,
}

/// A proposal, and what the caller may do with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalSeen)]
struct SeenView {
    #[serde(flatten)]
    proposal: ProposalView,
    may_confirm: bool,
    may_reject: bool,
    may_withdraw: bool,
    /// Why the caller may not confirm it; null where they may, or where it does not wait.
    why_not: Option<String>,
    /// When it takes effect by itself because nobody could confirm it; null where somebody could.
    takes_effect_at: Option<DateTime<Utc>>,
    /// What its kind shows besides; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    details: Option<serde_json::Value>,
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only those in this state.
    state: Option<ProposalState>,
    /// Only those of this kind.
    kind: Option<Kind>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Why a proposal is turned down.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ProposalReason)]
struct Reason {
    /// Why; up to 2000 characters. It has to be said.
    #[serde(default)]
    reason: String,
}

/// Proposals that are confirmed together.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ProposalsToConfirm)]
struct Several {
    /// Their ids, 1 to 200.
    #[schema(min_items = 1, max_items = 200)]
    ids: Vec<Uuid>,
}

/// List what was proposed, the newest first
#[utoipa::path(
    get,
    path = "/proposals",
    tag = "proposals",
    params(Wanted),
    responses((status = 200, body = Listing<SeenView>))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(Wanted { state, kind, limit, after }): Query<Wanted>,
) -> Result<axum::Json<Listing<SeenView>>, Error> {
    let filter = Filter { state, kind, ..Filter::default() };
    let found = service::list(&app, &caller, filter, &Window::new(limit, after)).await?;
    let names = names(&app, found.items.iter().map(|seen| &seen.row)).await?;
    let items =
        found.items.into_iter().map(|seen| seen_view(seen, &names, None)).collect::<Result<_, _>>()?;
    Ok(axum::Json(Listing { items, next: found.next }))
}

/// Show a proposal
#[utoipa::path(
    get,
    path = "/proposals/{id}",
    tag = "proposals",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = SeenView))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<SeenView>, Error> {
    let seen = service::get(&app, &caller, id).await?;
    let details = kinds::details(&app, &seen.row).await?.1;
    let names = names(&app, [&seen.row]).await?;
    Ok(axum::Json(seen_view(seen, &names, details)?))
}

/// Confirm a proposal
///
/// Always by a person who is signed in, and never by somebody who has a part in it, under whatever account. When nothing is
/// missing any more it takes effect at once.
#[utoipa::path(
    post,
    path = "/proposals/{id}/confirm",
    tag = "proposals",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProposalView))
)]
async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<ProposalView>, Error> {
    let row = service::confirm(&app, &caller, id).await?;
    Ok(axum::Json(one(&app, row).await?))
}

/// Confirm several proposals at once
///
/// All of them or, where one cannot be confirmed, none.
#[utoipa::path(
    post,
    path = "/proposals/confirm",
    tag = "proposals",
    request_body = Several,
    responses((status = 200, body = Vec<ProposalView>))
)]
async fn confirm_all(
    State(app): State<App>,
    caller: Caller,
    Json(Several { ids }): Json<Several>,
) -> Result<axum::Json<Vec<ProposalView>>, Error> {
    let rows = service::confirm_all(&app, &caller, &ids).await?;
    let names = names(&app, &rows).await?;
    rows.into_iter().map(|row| view(row, &names)).collect::<Result<_, _>>().map(axum::Json)
}

/// Turn a proposal down
#[utoipa::path(
    post,
    path = "/proposals/{id}/reject",
    tag = "proposals",
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
    let row = service::reject(&app, &caller, id, &reason).await?;
    Ok(axum::Json(one(&app, row).await?))
}

/// Withdraw one's own proposal
#[utoipa::path(
    post,
    path = "/proposals/{id}/withdraw",
    tag = "proposals",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProposalView))
)]
async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<ProposalView>, Error> {
    let row = service::withdraw(&app, &caller, id).await?;
    Ok(axum::Json(one(&app, row).await?))
}

/// A proposal as other rooms answer it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn one(app: &App, row: ProposalRow) -> Result<ProposalView, Error> {
    let names = names(app, [&row]).await?;
    view(row, &names)
}

/// The names of who is behind proposals.
pub(super) async fn names<'a>(
    app: &App,
    rows: impl IntoIterator<Item = &'a ProposalRow>,
) -> Result<Names, Error> {
    let mut people = BTreeSet::new();
    for row in rows {
        people.insert(row.proposed_by);
        people.extend(row.decided_by);
        people.extend(row.given()?.into_iter().filter_map(|given| given.by));
    }
    Names::of_actors(&mut app.db.read().await?, people).await
}

fn seen_view(seen: Seen, names: &Names, details: Option<serde_json::Value>) -> Result<SeenView, Error> {
    let Seen { row, may_confirm, may_reject, may_withdraw, why_not, alone_at } = seen;
    let proposal = view(row, names)?;
    Ok(SeenView {
        proposal,
        may_confirm,
        may_reject,
        may_withdraw,
        why_not,
        takes_effect_at: alone_at,
        details,
    })
}

fn view(row: ProposalRow, names: &Names) -> Result<ProposalView, Error> {
    let actor = |id: Uuid| ProposalActor { id, name: names.person(id).unwrap_or_default().to_owned() };
    let given = row.given()?;
    let need = |(place, need): (usize, assay_domain::proposals::Need)| {
        let given = given.iter().find(|given| given.need == place);
        ProposalNeed {
            what: need.what,
            given_by: given.and_then(|given| given.by).map(actor),
            given_at: given.map(|given| given.at),
            stands_in: given.is_some_and(|given| given.stands_in),
        }
    };
    Ok(ProposalView {
        kind: row.kind()?,
        state: row.state()?,
        needs: row.needs()?.into_iter().enumerate().map(need).collect(),
        href: super::pages::href(row.id),
        proposed_by: actor(row.proposed_by),
        decided_by: row.decided_by.map(actor),
        subject: ProposalSubject { kind: row.subject_type, id: row.subject },
        id: row.id,
        team: row.team_id,
        title: row.title,
        from: row.from_text,
        to: row.to_text,
        consequence: row.consequence,
        reason: row.reason,
        content_sha256: row.content_sha256,
        confirmed_by_nobody_else: row.alone,
        proposed_at: row.proposed_at,
        decided_at: row.decided_at,
        note: row.note,
    })
}
