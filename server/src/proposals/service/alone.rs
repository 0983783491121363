//! Proposals that nobody could confirm: they take effect when their time has come, and say so wherever they count.
//!
//! A company of one or two people has nobody to confirm. Whether there is somebody is judged over the last seven days; each
//! kind says how long it waits then (`Kind::alone`). Several servers on one database may look at once: whoever comes second
//! finds nothing to do.

use std::time::Duration;

use assay_domain::proposals::{Confirmation, ProposalState};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::super::store::{self, Filter, ProposalRow};
use super::super::{kinds, people};
use super::{confirmed, end, nobody_could};
use crate::App;
use crate::db::Tx;
use crate::error::Error;
use crate::http::Caller;

/// How often the server looks for proposals whose time has come.
const EVERY: Duration = Duration::from_secs(60);
/// The most proposals that are looked at in one go.
const AT_ONCE: i64 = 1000;

/// Lets proposals take effect that nobody could confirm, as long as the server runs.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = take_effect_alone(&app).await {
            tracing::warn!(%error, "proposals that nobody could confirm did not take effect; trying again soon");
        }
    }
}

/// Lets those take effect whose time has come, and says how many there were.
///
/// # Errors
/// Those of the database.
pub async fn take_effect_alone(app: &App) -> Result<usize, Error> {
    let filter = Filter { state: Some(ProposalState::Waiting), ..Filter::default() };
    let rows = store::list(&mut app.db.read().await?, filter, AT_ONCE).await?;
    let mut done = 0;
    for row in rows.into_iter().rev() {
        let Some(wait) = row.kind()?.alone().wait() else { continue };
        if app.clock.now() < row.proposed_at + wait {
            continue;
        }
        let system = Caller::system(app);
        let write = app.db.write(move |tx| {
            let (system, id) = (system.clone(), row.id);
            async move {
                let Some(row) = store::get(tx, id).await? else { return Ok(false) };
                if row.state()? != ProposalState::Waiting || !nobody_could(tx, &row).await? {
                    return Ok(false);
                }
                settle(tx, &system, row).await.map(|()| true)
            }
            .boxed()
        });
        done += usize::from(write.await?.value);
    }
    Ok(done)
}

/// Applies it; what does not fit any more is taken back instead, with the reason.
async fn settle(tx: &mut Tx, system: &Caller, row: ProposalRow) -> Result<(), Error> {
    let given = (system.clone(), row.clone());
    let applied = tx.part(move |tx| {
        let (system, row) = given;
        async move { take_effect(tx, &system, row).await.map(drop) }.boxed()
    });
    match applied.await? {
        Ok(()) => Ok(()),
        Err(Error::Conflict { detail, .. }) => {
            end(tx, system, row, ProposalState::Withdrawn, &detail).await.map(drop)
        }
        Err(other) => Err(other),
    }
}

/// Lets a proposal take effect that nobody else confirms, marked as such. What it applies may propose something in turn, hence
/// the box.
pub(super) fn take_effect<'a>(
    tx: &'a mut Tx,
    by: &'a Caller,
    mut row: ProposalRow,
) -> BoxFuture<'a, Result<ProposalRow, Error>> {
    async move {
        let proposal = people::proposal(tx, &row).await?;
        let mut given = row.given()?;
        for need in proposal.missing() {
            given.push(Confirmation { need, by: None, at: tx.now(), stands_in: false });
        }
        row.set_given(&given)?;
        row.set_state(ProposalState::Confirmed);
        row.alone = true;
        row.decided_at = Some(tx.now());
        store::update(tx, &row).await?;
        tx.record(confirmed(by, &row, String::new(), false)?).await?;
        kinds::confirmed(tx, by, &row).await?;
        Ok(row)
    }
    .boxed()
}
