//! Items that somebody leaves behind, for the room of ownership, which hands them over with the job roles.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{changed, status};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::roadmap::store::{self, ItemRow};

/// How many items somebody owns that are still to be done, by team.
///
/// # Errors
/// [`Error::Internal`] when what is stored is no status.
pub(crate) async fn owned_by(conn: &mut Conn, person: Uuid) -> Result<BTreeMap<Uuid, u64>, Error> {
    let mut counts = BTreeMap::new();
    for row in store::items_owned(conn, person).await? {
        if status(&row)?.is_open() {
            *counts.entry(row.team_id).or_default() += 1;
        }
    }
    Ok(counts)
}

/// Gives what somebody owns in a team and is still to be done to somebody else, inside a write; an entry for each item.
/// Who does not belong to the team cannot own its items: then they have no owner, and the roadmap says so. How many.
///
/// # Errors
/// [`Error::LostRace`].
pub(crate) async fn hand_over(
    tx: &mut Tx,
    caller: &Caller,
    team: Uuid,
    from: Uuid,
    to: Option<Uuid>,
) -> Result<u64, Error> {
    let mut given = 0;
    for row in store::items_owned(tx, from).await? {
        if row.team_id != team || !status(&row)?.is_open() {
            continue;
        }
        let now = ItemRow { owner_id: to, revision: row.revision + 1, ..row.clone() };
        store::update_item(tx, &now).await?;
        tx.record(changed(caller, &row, &now)).await?;
        given += 1;
    }
    Ok(given)
}
