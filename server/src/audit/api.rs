//! The audit trail over HTTP.

use assay_ledger::Hash;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::search::{Search, Searched};
use super::service::{self, Detail, Position};
use super::{Entry, export};
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::{Binary, Caller, Listing, Path, Query, Window};

/// Routes of the room, below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(inclusion))
        .routes(routes!(checkpoint))
        .routes(routes!(consistency))
        .routes(routes!(download))
}

/// Find entries, newest first.
///
/// `after` is the `next` of the page before. A team lead sees the own team's entries.
#[utoipa::path(get, path = "/audit/entries", tag = "audit", params(Search, Window),
    responses((status = 200, body = Listing<Entry>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Searched { search, rest: window }: Searched<Window>,
) -> Result<axum::Json<Listing<Entry>>, Error> {
    let position = match window.after.as_deref().map(str::parse) {
        None => Position::Newest,
        Some(Ok(index)) => Position::Before(index),
        Some(Err(_)) => {
            return Err(Error::BadRequest(FieldError::new("/after", "it is the `next` of the page before")));
        }
    };
    let limit = u32::try_from(window.limit()).map_err(Error::internal)?;
    let found = service::list(&app, &caller, &search, position, limit).await?;
    let next = found.older.and(found.entries.last()).map(|entry| entry.index.to_string());
    Ok(axum::Json(Listing { items: found.entries, next }))
}

/// An entry with its exact bytes, committed values and receipt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntryInFull)]
struct EntryInFull {
    #[serde(flatten)]
    entry: Entry,
    /// The bytes that are hashed, exactly.
    leaf: String,
    /// `SHA-256(0x00 || leaf)`, base64.
    leaf_hash: String,
    committed: Vec<CommittedValue>,
    /// A `c2sp.org/tlog-proof@v1` at the newest checkpoint; null until one covers the entry.
    receipt: Option<String>,
    /// The key of the log, as a signed-note verifier key.
    vkey: String,
}

/// A value that the entry only commits to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditCommittedValue)]
struct CommittedValue {
    field: String,
    /// What stands in the leaf, base64.
    commitment: String,
    /// Base64; null where salt and value were erased.
    #[schema(value_type = Option<String>)]
    salt: Option<assay_ledger::commit::Salt>,
    value: Option<Value>,
    erased: bool,
}

impl EntryInFull {
    fn new(app: &App, detail: Detail) -> Self {
        let committed = detail.committed.into_iter().map(|committed| {
            let erased = committed.opened.is_none();
            let (salt, value) = committed.opened.map(|opened| (opened.salt, opened.value)).unzip();
            CommittedValue {
                field: committed.field,
                commitment: committed.commitment.to_string(),
                salt,
                value,
                erased,
            }
        });
        Self {
            committed: committed.collect(),
            entry: detail.entry,
            leaf: detail.leaf,
            leaf_hash: detail.leaf_hash.to_string(),
            receipt: detail.receipt,
            vkey: app.db.log().vkey.clone(),
        }
    }
}

/// Show an entry.
#[utoipa::path(get, path = "/audit/entries/{index}", tag = "audit", params(("index" = u64, description = "Place in the log, from 0")),
    responses((status = 200, body = EntryInFull)))]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(index): Path<u64>,
) -> Result<axum::Json<EntryInFull>, Error> {
    let detail = service::entry(&app, &caller, index).await?;
    Ok(axum::Json(EntryInFull::new(&app, detail)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AtSize {
    /// Number of entries of the tree; that of the newest checkpoint when absent.
    size: Option<u64>,
}

/// That an entry is in the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InclusionProof)]
struct InclusionProof {
    index: u64,
    size: u64,
    /// Base64, as all hashes here.
    leaf_hash: String,
    root: String,
    /// From the entry's sibling up to the root's child.
    hashes: Vec<String>,
    /// A `c2sp.org/tlog-proof@v1`, where a checkpoint of this size was signed.
    receipt: Option<String>,
}

/// Prove that an entry is in the log.
#[utoipa::path(get, path = "/audit/entries/{index}/proof", tag = "audit",
    params(("index" = u64, description = "Place in the log, from 0"), AtSize), responses((status = 200, body = InclusionProof)))]
async fn inclusion(
    State(app): State<App>,
    caller: Caller,
    Path(index): Path<u64>,
    Query(at): Query<AtSize>,
) -> Result<axum::Json<InclusionProof>, Error> {
    let proof = service::inclusion(&app, &caller, index, at.size).await?;
    Ok(axum::Json(InclusionProof {
        index,
        size: proof.size,
        leaf_hash: proof.leaf_hash.to_string(),
        root: proof.root.to_string(),
        hashes: texts(&proof.hashes),
        receipt: proof.receipt,
    }))
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}

/// The signed state of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkpoint)]
struct CheckpointView {
    /// The log's name.
    origin: String,
    /// Number of entries.
    size: u64,
    /// Base64.
    root: String,
    /// The C2SP signed note. Keep it: with it you can tell later whether the log was altered.
    note: String,
    /// The key that it is signed with.
    vkey: String,
}

/// Show the newest checkpoint.
#[utoipa::path(get, path = "/audit/checkpoint", tag = "audit", responses((status = 200, body = CheckpointView)))]
async fn checkpoint(State(app): State<App>, _: Caller) -> Result<axum::Json<CheckpointView>, Error> {
    let state = service::state(&app).await?;
    let head = state.checkpoint.checkpoint();
    Ok(axum::Json(CheckpointView {
        origin: head.origin.clone(),
        size: head.size,
        root: head.root.to_string(),
        note: state.checkpoint.to_string(),
        vkey: state.vkey,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Between {
    /// The smaller number of entries: that of the checkpoint you kept.
    from: u64,
    /// The larger one; that of the newest checkpoint when absent.
    to: Option<u64>,
}

/// That the log at one size is the beginning of the log at another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsistencyProof)]
struct ConsistencyProof {
    from: u64,
    to: u64,
    /// Base64, as all hashes here.
    from_root: String,
    to_root: String,
    /// As RFC 6962, section 2.1.2.
    hashes: Vec<String>,
}

/// Prove that nothing was altered between two sizes of the log.
#[utoipa::path(get, path = "/audit/consistency", tag = "audit", params(Between), responses((status = 200, body = ConsistencyProof)))]
async fn consistency(
    State(app): State<App>,
    _: Caller,
    Query(between): Query<Between>,
) -> Result<axum::Json<ConsistencyProof>, Error> {
    let proof = service::consistency(&app, between.from, between.to).await?;
    Ok(axum::Json(ConsistencyProof {
        from: between.from,
        to: proof.to,
        from_root: proof.from_root.to_string(),
        to_root: proof.to_root.to_string(),
        hashes: texts(&proof.hashes),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Export {
    /// Every entry of the log, instead of a selection.
    #[serde(default)]
    full: bool,
    /// The size of a checkpoint that you kept: the bundle then proves that the log still begins with it.
    since: Option<u64>,
}

/// Download a bundle that verifies offline with `assay verify`.
///
/// A selection of the entries that the filter finds, with what proves them; or all of them. The download is an entry
/// of the log itself.
#[utoipa::path(get, path = "/audit/export", tag = "audit", params(Search, Export),
    responses((status = 200, content_type = "application/x-tar", body = Binary)))]
async fn download(
    State(app): State<App>,
    caller: Caller,
    Searched { search, rest: wanted }: Searched<Export>,
) -> Result<impl IntoResponse, Error> {
    let bundle = export::export(&app, &caller, &search, wanted.full, wanted.since).await?;
    let kind = if wanted.full { "full" } else { "selection" };
    let name = format!("attachment; filename=\"assay-{kind}-{}.tar\"", bundle.checkpoint.checkpoint().size);
    Ok((
        [(header::CONTENT_TYPE, "application/x-tar".to_owned()), (header::CONTENT_DISPOSITION, name)],
        bundle.into_body(),
    ))
}
