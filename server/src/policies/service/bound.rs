//! What a change of policies means for what was decided under the one before.

use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;

/// A version of this policy came into force or went out, within this write: whatever is open or approved under another
/// version of it is bound to something that has changed.
///
/// # Errors
/// Those of the rooms that act on it.
#[expect(clippy::unused_async, reason = "what acts on it reads and writes")]
pub async fn in_force(tx: &mut Tx, caller: &Caller, policy: &str) -> Result<(), Error> {
    // Nothing is bound to a policy until somebody asks for an approval.
    let _ = (tx, caller, policy);
    Ok(())
}
