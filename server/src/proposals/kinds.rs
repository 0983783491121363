//! What becomes of a change once it is decided: each kind is handed back to the room that knows it. The only file of this
//! room that names others.

use assay_app::proposals::Details;
use assay_domain::proposals::Kind;

use super::ProposalRow;
use crate::App;
use crate::access::service::subjects;
use crate::approvals::requests::service as approvals;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use crate::models::service as models;
use crate::ownership::service as ownership;
use crate::policies::{self, service::proposals as policy_proposals};

/// Applies a change that everybody has confirmed, in the write of the last confirmation. `by` gave it; the installation did
/// where nobody could.
///
/// # Errors
/// [`Error::Conflict`] when it does not fit any more; then the proposal waits on.
pub(super) async fn confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    // What follows for approvals stands in the proposal.
    let by = &by.clone().told(Some(true));
    match row.kind()? {
        Kind::AuthorClaim => models::claim_confirmed(tx, by, row).await,
        Kind::RemoveAuthor => models::author_removed(tx, by, row).await,
        Kind::LinkIdentity => subjects::link(tx, by, row).await,
        Kind::UnlinkIdentity => subjects::unlink(tx, by, row).await,
        Kind::PolicyIntoForce | Kind::PolicyOutOfForce => policy_proposals::confirmed(tx, by, row).await,
        Kind::FirstTier | Kind::RaiseTier | Kind::LowerTier | Kind::LowerHighTier => {
            models::tier_confirmed(tx, by, row).await
        }
        Kind::DigestTier => models::digest_tier_confirmed(tx, by, row).await,
        Kind::JobRole => ownership::confirmed(tx, row).await,
        Kind::LiftEmergencyBlock => approvals::lift_confirmed(tx, by, row).await,
        Kind::MoveModel => models::moving::confirmed(tx, by, row).await,
    }
}

/// Tells the room that a change was turned down or taken back.
///
/// # Errors
/// Those of the room.
pub(super) async fn ended(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    match row.kind()? {
        Kind::AuthorClaim => models::claim_ended(tx, by, row).await,
        Kind::FirstTier | Kind::RaiseTier => models::tier_ended(tx, by, row).await,
        Kind::JobRole => ownership::turned_down(tx, by, row).await,
        _ => Ok(()),
    }
}

/// What a kind shows of a proposal besides what all have: for the page, and as JSON for the API.
///
/// # Errors
/// Those of the room.
pub(super) async fn details(
    app: &App,
    row: &ProposalRow,
) -> Result<(Details, Option<serde_json::Value>), Error> {
    match row.kind()? {
        Kind::AuthorClaim | Kind::RemoveAuthor | Kind::LinkIdentity | Kind::UnlinkIdentity => {
            Ok((Details::Nothing, None))
        }
        Kind::PolicyIntoForce | Kind::PolicyOutOfForce => policies::details::of(app, row).await,
        _ => Ok((Details::Nothing, None)),
    }
}
