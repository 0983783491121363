//! Lists of requests, and what of them waits for somebody.

use super::{Kept, visible};
use crate::App;
use crate::access::store as people;
use crate::approvals::requests::store::{self, RequestRow, Selection};
use crate::db::Conn;
use crate::delegations::service::delegations_to;
use crate::error::Error;
use crate::http::{Caller, Listing, Window};
use crate::models::store as models;
use crate::ownership::service as ownership;
use crate::teams::service as teams;
use assay_domain::access::{Permission, Reach};
use assay_domain::approvals::{Acting, Delegation, Review};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use uuid::Uuid;

/// The names of all states, in the order in which people look for them.
pub const STATES: [&str; 9] =
    ["open", "approved", "suspended", "rejected", "withdrawn", "expired", "revoked", "superseded", "stale"];

/// Which requests to show. What is left out narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// In this state.
    pub state: Option<String>,
    /// Of this team, by id or short name.
    pub team: Option<String>,
    /// For this model.
    pub model: Option<String>,
    /// For this environment.
    pub environment: Option<String>,
    /// Only what waits for the caller.
    pub waiting_for_me: bool,
}

/// A request in a list, as it is now.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The request.
    pub kept: Kept,
    /// What of it waits for the caller.
    pub waits: Vec<WaitsFor>,
}

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// The caller could approve in these steps.
    Decision {
        /// The ids of the steps.
        steps: Vec<String>,
        /// For whom, where somebody is away: the person and the name.
        on_behalf_of: Option<(Uuid, String)>,
    },
    /// The caller could review its emergency, by this time.
    Review(DateTime<Utc>),
}

/// One request, as it is now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<Kept, Error> {
    let mut conn = app.db.read().await?;
    visible(&mut conn, caller, id).await?.at(&mut conn, app.clock.now()).await
}

/// A page of the requests that the caller may see, the newest first.
///
/// # Errors
/// [`Error::Forbidden`] for who may read approvals of no team; [`Error::Invalid`] naming the filter that means nothing.
pub async fn list(
    app: &App,
    caller: &Caller,
    search: &Search,
    window: &Window,
) -> Result<Listing<Listed>, Error> {
    let reach = caller.principal.reach(Permission::ReadApprovals);
    if reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadApprovals));
    }
    let mut conn = app.db.read().await?;
    let Some(selection) = selection(&mut conn, &reach, search, window).await? else {
        return Ok(Listing { items: Vec::new(), next: None });
    };
    let now = app.clock.now();
    let rows = if search.waiting_for_me {
        let mut found = Vec::new();
        let mut mine = Mine::new(caller, now);
        for row in store::search(&mut conn, &selection, now, i64::MAX).await? {
            let listed = mine.look(&mut conn, row).await?;
            if !listed.waits.is_empty() {
                found.push(listed);
            }
            if found.len() > window.limit() {
                break;
            }
        }
        found
    } else {
        let mut mine = Mine::new(caller, now);
        let mut found = Vec::new();
        for row in store::search(&mut conn, &selection, now, window.fetch()).await? {
            found.push(mine.look(&mut conn, row).await?);
        }
        found
    };
    Ok(Listing::cut(rows, window, |listed| listed.kept.row.id.to_string()))
}

/// What is asked for, in the database's words; `None` where nothing can be found.
async fn selection(
    conn: &mut Conn,
    reach: &Reach,
    search: &Search,
    window: &Window,
) -> Result<Option<Selection>, Error> {
    let (environment, reach_of) = (search.environment.clone(), Some(reach.clone()));
    let mut selection = Selection { environment, reach: reach_of, ..Selection::default() };
    if let Some(state) = &search.state {
        if !STATES.contains(&state.as_str()) {
            let message = format!("no state is called {state:?}; there are {}", STATES.join(", "));
            return Err(Error::invalid("/state", message));
        }
        selection.state = Some(state.clone());
    }
    if let Some(after) = &window.after {
        let after = after.parse().map_err(|_| Error::invalid("/after", "pass what `next` said"))?;
        selection.before = Some(after);
    }
    if let Some(team) = &search.team {
        match teams::find(conn, team).await {
            Ok(team) if reach.covers(Some(team.id)) => selection.team = Some(team.id),
            Ok(_) | Err(Error::NotFound) => return Ok(None),
            Err(other) => return Err(other),
        }
    }
    if let Some(model) = &search.model {
        match models::by_name(conn, model).await? {
            Some(model) => selection.model = Some(model.id),
            None => return Ok(None),
        }
    }
    Ok(Some(selection))
}

/// Everything that waits for the caller, the most urgent first: reviews of emergencies, then decisions.
///
/// # Errors
/// Those of the database.
pub async fn waiting(app: &App, caller: &Caller) -> Result<Vec<Listed>, Error> {
    let reach = caller.principal.reach(Permission::DecideApprovals);
    if reach.is_nowhere() || caller.principal.person().is_none() {
        return Ok(Vec::new());
    }
    let mut conn = app.db.read().await?;
    let now = app.clock.now();
    let open = Selection { state: Some("open".to_owned()), ..Selection::default() };
    let mut rows = store::reviews_due(&mut conn).await?;
    let reviewed: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut open = store::search(&mut conn, &open, now, i64::MAX).await?;
    open.retain(|row| !reviewed.contains(&row.id));
    // Those that end first come first.
    open.sort_by_key(|row| (row.until, row.id));
    rows.extend(open);
    let mut mine = Mine::new(caller, now);
    let mut found = Vec::new();
    for row in rows.into_iter().filter(|row| reach.covers(Some(row.team_id))) {
        let listed = mine.look(&mut conn, row).await?;
        if !listed.waits.is_empty() {
            found.push(listed);
        }
    }
    Ok(found)
}

/// The requests of a version, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn of_version(app: &App, version: Uuid) -> Result<Vec<Kept>, Error> {
    let mut conn = app.db.read().await?;
    let rows = store::of_version(&mut conn, version).await?;
    as_they_are(app, &mut conn, rows).await
}

/// The newest requests of a team, at most `limit`.
///
/// # Errors
/// Those of the database.
pub async fn of_team(app: &App, team: Uuid, limit: i64) -> Result<Vec<Kept>, Error> {
    let mut conn = app.db.read().await?;
    let selection = Selection { team: Some(team), ..Selection::default() };
    let rows = store::search(&mut conn, &selection, app.clock.now(), limit).await?;
    as_they_are(app, &mut conn, rows).await
}

/// The requests that the caller may see and that were decided or ended last, at most `limit`, the latest first.
///
/// # Errors
/// Those of the database.
pub async fn decided(app: &App, caller: &Caller, limit: i64) -> Result<Vec<Kept>, Error> {
    let mut conn = app.db.read().await?;
    let reach = caller.principal.reach(Permission::ReadApprovals);
    let rows = store::decided(&mut conn, &reach, limit).await?;
    as_they_are(app, &mut conn, rows).await
}

async fn as_they_are(app: &App, conn: &mut Conn, rows: Vec<RequestRow>) -> Result<Vec<Kept>, Error> {
    let mut kept = Vec::new();
    for row in rows {
        kept.push(Kept::new(row)?.at(conn, app.clock.now()).await?);
    }
    Ok(kept)
}

/// What somebody holds in each team, looked up once.
pub(super) struct Mine<'a> {
    caller: &'a Caller,
    now: DateTime<Utc>,
    held: HashMap<Uuid, Held>,
}

/// What somebody holds in a team, and who lets them decide.
#[derive(Clone, Debug)]
pub struct Held {
    /// The job roles held today.
    pub acting: Acting,
    /// Those of them that count in an emergency.
    pub in_emergency: Acting,
    /// Who is away and lets them decide: the person, the name, and the delegation.
    pub away: Vec<(Uuid, String, Delegation)>,
}

impl<'a> Mine<'a> {
    pub(super) fn new(caller: &'a Caller, now: DateTime<Utc>) -> Self {
        Self { caller, now, held: HashMap::new() }
    }

    /// The request as it is now, with what of it waits for the caller.
    pub(super) async fn look(&mut self, conn: &mut Conn, row: RequestRow) -> Result<Listed, Error> {
        let kept = Kept::new(row)?.at(conn, self.now).await?;
        let waits = self.waits(conn, &kept).await?;
        Ok(Listed { kept, waits })
    }

    pub(super) async fn waits(&mut self, conn: &mut Conn, kept: &Kept) -> Result<Vec<WaitsFor>, Error> {
        let team = kept.row.team_id;
        if !self.caller.may(Permission::DecideApprovals, Some(team)) {
            return Ok(Vec::new());
        }
        let Some(held) = self.held(conn, team).await? else { return Ok(Vec::new()) };
        let policy = kept.policy(conn).await?;
        let (approval, now) = (&kept.approval, self.now);
        let mut waits = Vec::new();
        let own = approval.steps_open_to(&policy, &held.acting, None, now);
        if !own.is_empty() {
            waits.push(WaitsFor::Decision { steps: own, on_behalf_of: None });
        }
        for (person, name, delegation) in &held.away {
            let steps = approval.steps_open_to(&policy, &held.acting, Some(delegation), now);
            if !steps.is_empty() {
                waits.push(WaitsFor::Decision { steps, on_behalf_of: Some((*person, name.clone())) });
            }
        }
        if let Some(Review::Due { by }) = approval.emergency().map(assay_domain::approvals::Emergency::review)
            && approval.could_review(&held.acting).is_ok()
        {
            waits.push(WaitsFor::Review(*by));
        }
        Ok(waits)
    }

    /// What the caller holds in a team today; nothing for machines, which decide nothing.
    pub(super) async fn held(&mut self, conn: &mut Conn, team: Uuid) -> Result<Option<Held>, Error> {
        let Some(me) = self.caller.principal.person() else { return Ok(None) };
        if let Some(held) = self.held.get(&team) {
            return Ok(Some(held.clone()));
        }
        let today: NaiveDate = self.now.date_naive();
        let acting = ownership::acting(conn, me, team, today).await?;
        let mut away = Vec::new();
        for delegation in delegations_to(conn, me, team, today).await? {
            let Some(person) = delegation.from.who.account else { continue };
            let name = people::person(conn, person).await?.map(|row| row.name).unwrap_or_default();
            away.push((person, name, delegation));
        }
        let in_emergency = ownership::acting_in_emergency(conn, me, team, self.now).await?;
        let held = Held { acting, in_emergency, away };
        self.held.insert(team, held.clone());
        Ok(Some(held))
    }
}
