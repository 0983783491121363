//! What a change of policies means for what was decided under the one before.

use crate::approvals::requests::service as approvals;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::service as ownership;

/// A version of this policy came into force or went out, within this write: whatever is open or approved and would be
/// decided under another policy now is bound to something that has changed. Another policy may have taken the place of this
/// one somewhere, so all of them are looked at. Job roles that no policy named before wait for somebody to confirm them.
///
/// # Errors
/// Those of the rooms that act on it.
pub async fn in_force(tx: &mut Tx, caller: &Caller, policy: &str) -> Result<(), Error> {
    tracing::debug!(policy, "looking at what is open or approved under other policies");
    approvals::policies_changed(tx, caller).await?;
    ownership::policies_changed(tx, caller).await
}
