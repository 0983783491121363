//! Looking at proposals: who sees which, and what they may do with each.

use assay_domain::access::Rights;
use assay_domain::approvals::Who;
use assay_domain::proposals::{Candidate, Proposal, ProposalState};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::people;
use super::super::store::{self, Filter, ProposalRow};
use super::deciding;
use crate::App;
use crate::db::Conn;
use crate::error::Error;
use crate::http::{Caller, Listing, Window};

/// The most proposals that wait at once and are shown on the first page.
const WAITING: i64 = 1000;

/// A proposal with what the one looking may do.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The proposal.
    pub row: ProposalRow,
    /// Whether they may confirm it.
    pub may_confirm: bool,
    /// Whether they may turn it down.
    pub may_reject: bool,
    /// Why they may neither confirm it nor turn it down, while it waits.
    pub why_not: Option<String>,
    /// Whether they may take it back.
    pub may_withdraw: bool,
    /// When it takes effect by itself, where nobody could confirm it.
    pub alone_at: Option<DateTime<Utc>>,
}

/// The proposals that the caller may see, the newest first.
///
/// # Errors
/// [`Error::Invalid`] for a wrong place in the list.
pub async fn list(
    app: &App,
    caller: &Caller,
    filter: Filter,
    window: &Window,
) -> Result<Listing<Seen>, Error> {
    let before = window.after.as_deref().map(str::parse).transpose();
    let mut before: Option<Uuid> = before.map_err(|_| Error::invalid("/after", "Pass what `next` said."))?;
    let mut conn = app.db.read().await?;
    let around = Around::of(&mut conn, app, caller).await?;
    let mut found = Vec::new();
    // What one may not see is left out, so several reads may be needed for one page.
    while found.len() <= window.limit() {
        let rows = store::list(&mut conn, Filter { before, ..filter.clone() }, window.fetch()).await?;
        let Some(last) = rows.last() else { break };
        before = Some(last.id);
        for row in rows {
            let proposal = people::proposal(&mut conn, &row).await?;
            if may_see(caller, &row, &proposal)? {
                found.push(around.seen(row, &proposal)?);
            }
        }
    }
    Ok(Listing::cut(found, window, |seen| seen.row.id.to_string()))
}

/// One proposal.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<Seen, Error> {
    let mut conn = app.db.read().await?;
    let row = visible(&mut conn, caller, id).await?;
    see(app, caller, row).await
}

/// What the caller may do with a proposal that they may see.
///
/// # Errors
/// Those of the database.
pub async fn see(app: &App, caller: &Caller, row: ProposalRow) -> Result<Seen, Error> {
    let mut conn = app.db.read().await?;
    let around = Around::of(&mut conn, app, caller).await?;
    let proposal = people::proposal(&mut conn, &row).await?;
    around.seen(row, &proposal)
}

/// The proposals that wait for the caller to confirm them, the oldest first.
///
/// # Errors
/// Those of the database.
pub async fn waiting_for(app: &App, caller: &Caller) -> Result<Vec<Seen>, Error> {
    let mut conn = app.db.read().await?;
    let filter = Filter { state: Some(ProposalState::Waiting), ..Filter::default() };
    let rows = store::list(&mut conn, filter, WAITING).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let around = Around::of(&mut conn, app, caller).await?;
    let mut waiting = Vec::new();
    for row in rows.into_iter().rev() {
        let proposal = people::proposal(&mut conn, &row).await?;
        let seen = around.seen(row, &proposal)?;
        if seen.may_confirm {
            waiting.push(seen);
        }
    }
    Ok(waiting)
}

/// A proposal, for somebody who may look at it.
pub(super) async fn visible(conn: &mut Conn, caller: &Caller, id: Uuid) -> Result<ProposalRow, Error> {
    let row = store::get(conn, id).await?.ok_or(Error::NotFound)?;
    let proposal = people::proposal(conn, &row).await?;
    if may_see(caller, &row, &proposal)? { Ok(row) } else { Err(Error::Hidden(row.kind()?.look())) }
}

/// Who may look: whoever may look at what it is about, whoever has a part in it, and whoever is asked to confirm it.
fn may_see(caller: &Caller, row: &ProposalRow, proposal: &Proposal) -> Result<bool, Error> {
    let has_part = |person| row.involved().map(|all| all.iter().any(|one| one.person == person));
    let concerned = match (caller.person(), &caller.principal.rights) {
        (Some(account), Rights::Person(roles)) => {
            let asked = Candidate { account, who: Who::account(account), roles: roles.clone() };
            has_part(account)? || proposal.needs.iter().any(|need| need.can_be_given_by(&asked))
        }
        (Some(account), _) => has_part(account)?,
        (None, _) => false,
    };
    Ok(concerned || caller.may(row.kind()?.look(), row.team_id))
}

/// Who is looking, and who else there is.
struct Around {
    by: Option<Candidate>,
    people: Vec<Candidate>,
}

impl Around {
    async fn of(conn: &mut Conn, app: &App, caller: &Caller) -> Result<Self, Error> {
        let by = match caller.principal.person() {
            Some(_) => match deciding(conn, caller).await {
                Ok(by) => Some(by),
                // An account that is held back looks, and confirms nothing yet.
                Err(Error::Forbidden(_) | Error::Refused { .. }) => None,
                Err(other) => return Err(other),
            },
            None => None,
        };
        Ok(Self { by, people: people::recently(conn, app.clock.now()).await? })
    }

    fn seen(&self, row: ProposalRow, proposal: &Proposal) -> Result<Seen, Error> {
        let by = self.by.as_ref();
        let confirm = by.map(|by| proposal.confirm(by, &self.people));
        let may_reject = by.is_some_and(|by| proposal.may_be_rejected_by(by, &self.people).is_ok());
        let may_withdraw = by.is_some_and(|by| proposal.may_be_withdrawn_by(&by.who).is_ok());
        let waits = proposal.state == ProposalState::Waiting;
        let why_not = match &confirm {
            Some(Err(refused)) if waits => Some(refused.to_string()),
            _ => None,
        };
        let alone = proposal.nobody_could(&self.people).then(|| proposal.kind.alone().wait()).flatten();
        let alone_at = alone.filter(|_| waits).map(|wait| row.proposed_at + wait);
        let may_confirm = confirm.is_some_and(|confirm| confirm.is_ok());
        Ok(Seen { row, may_confirm, may_reject, why_not, may_withdraw, alone_at })
    }
}
