//! What somebody leaves behind, and giving it to somebody else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::OwnershipHandedOver;
use assay_domain::ownership::{Change, Holder, Holding, Recorded};
use futures::FutureExt;
use uuid::Uuid;

use super::{assign::carry_out, holder, one_recorded, recorded};
use crate::App;
use crate::access::service::people;
use crate::access::store as access;
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::ownership::store::{self, Part};
use crate::roadmap::service as roadmaps;
use crate::teams::store::{self as teams, TeamRow};

/// What somebody holds in a team.
#[derive(Clone, Debug)]
pub struct Holds {
    /// The team.
    pub team: TeamRow,
    /// All that was ever held in it, in the order in which it began.
    pub holdings: Vec<Holding>,
}

/// What a person holds, and ever held, in the teams whose ownership the caller may read.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Hidden`] for somebody who has nothing to do with those teams.
pub async fn held_by(app: &App, caller: &Caller, person: &str) -> Result<Vec<Holds>, Error> {
    let mut conn = app.db.read().await?;
    let person = people::find(&mut conn, person).await?;
    let reach = caller.principal.reach(Permission::ReadOwnership);
    let rows = store::of_person(&mut conn, person.id).await?;
    let roles = access::roles(&mut conn, person.id).await?;
    let near = rows.iter().map(|row| Some(row.team_id)).chain(roles.iter().map(|held| held.team));
    let is_own = caller.person() == Some(person.id);
    if !is_own && !reach.covers(None) && !near.flatten().any(|team| reach.covers(Some(team))) {
        return Err(Error::Hidden(Permission::ReadOwnership));
    }
    let mut by_team: BTreeMap<Uuid, Vec<Holding>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| reach.covers(Some(row.team_id))) {
        by_team.entry(row.team_id).or_default().push(one_recorded(row)?.holding);
    }
    let mut all = Vec::new();
    for (team, holdings) in by_team {
        let team = teams::by_id(&mut conn, team).await?.ok_or(Error::NotFound)?;
        all.push(Holds { team, holdings });
    }
    all.sort_by(|a, b| a.team.slug.cmp(&b.team.slug));
    Ok(all)
}

/// What somebody holds in a team today and later, and who could take it over.
#[derive(Clone, Debug)]
pub struct Left {
    /// The team.
    pub team: TeamRow,
    /// What is held.
    pub holdings: Vec<Holding>,
    /// How many items of the team's roadmap are owned and still to be done.
    pub items: u64,
    /// Who may hold something in the team, by name.
    pub successors: Vec<Holder>,
}

/// What a person would leave behind, by team, in the teams where the caller may hand over.
///
/// # Errors
/// Those of [`held_by`].
pub async fn left_behind(app: &App, caller: &Caller, person: Uuid) -> Result<Vec<Left>, Error> {
    let today = app.clock.now().date_naive();
    let mut left = Vec::new();
    let held = held_by(app, caller, &person.to_string()).await?;
    let mut conn = app.db.read().await?;
    let mut items = roadmaps::owned_by(&mut conn, person).await?;
    let mut all: Vec<_> = held
        .into_iter()
        .map(|Holds { team, holdings }| (items.remove(&team.id).unwrap_or_default(), team, holdings))
        .collect();
    for (team, items) in items {
        all.push((items, teams::by_id(&mut conn, team).await?.ok_or(Error::NotFound)?, Vec::new()));
    }
    for (items, team, mut holdings) in all {
        holdings.retain(|holding| !holding.is_over(today));
        let nothing = holdings.is_empty() && items == 0;
        if nothing || !caller.may(Permission::HandOver, Some(team.id)) {
            continue;
        }
        let rows = store::holders(&mut conn, team.id).await?;
        let mut successors: Vec<Holder> = rows
            .into_iter()
            .map(holder)
            .filter(|holder| holder.id != person && holder.may_hold().is_ok())
            .collect();
        successors.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        left.push(Left { team, holdings, items, successors });
    }
    Ok(left)
}

/// What was handed over in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// The team.
    pub team: Uuid,
    /// How many job roles.
    pub roles: u64,
    /// How many items of the team's roadmap.
    pub items: u64,
}

/// Gives what a person holds, from today on, to somebody else: a successor for each team, as `(team, successor)`; both
/// an id, the successor also a mail address. Where no team is named, `everywhere` takes over in each in which the
/// caller may hand over.
///
/// # Errors
/// [`Error::Invalid`] for a successor who may not hold anything there, at `/to` or `/teams/{n}`; [`Error::NotFound`],
/// [`Error::Hidden`], [`Error::Forbidden`].
pub async fn hand_over(
    app: &App,
    caller: &Caller,
    person: &str,
    to: &str,
    in_teams: Option<Vec<String>>,
) -> Result<Vec<HandedOver>, Error> {
    let held = held_by(app, caller, person).await?;
    let mut conn = app.db.read().await?;
    let from = people::find(&mut conn, person).await?.id;
    let to = people::find(&mut conn, to).await.map_err(unknown_successor)?.id;
    let successors = match in_teams {
        Some(named) => {
            let mut successors = Vec::new();
            for (n, named) in named.iter().enumerate() {
                let wrong = |_| Error::invalid(format!("/teams/{n}"), "there is no such team");
                let team = crate::teams::service::find(&mut conn, named).await.map_err(wrong)?;
                caller.allow(Permission::ReadOwnership, Permission::HandOver, Some(team.id))?;
                successors.push((team.id, to));
            }
            successors
        }
        None => {
            if !caller.principal.may_somewhere(Permission::HandOver) {
                return Err(Error::Forbidden(Permission::HandOver));
            }
            let items = roadmaps::owned_by(&mut conn, from).await?.into_keys();
            let teams: BTreeSet<Uuid> = held.into_iter().map(|holds| holds.team.id).chain(items).collect();
            teams
                .into_iter()
                .filter(|team| caller.may(Permission::HandOver, Some(*team)))
                .map(|team| (team, to))
                .collect()
        }
    };
    drop(conn);
    give_in_one(app, caller, from, successors).await
}

/// As [`hand_over`], to a successor for each team, as `(team, successor)`. The pointer of a successor is `/to/{team}`.
///
/// # Errors
/// As [`hand_over`].
pub async fn hand_over_each(
    app: &App,
    caller: &Caller,
    person: Uuid,
    successors: Vec<(Uuid, Uuid)>,
) -> Result<Vec<HandedOver>, Error> {
    held_by(app, caller, &person.to_string()).await?;
    if !caller.principal.may_somewhere(Permission::HandOver) {
        return Err(Error::Forbidden(Permission::HandOver));
    }
    authorise(caller, &successors)?;
    let named = successors.clone();
    give_in_one(app, caller, person, successors).await.map_err(|error| by_team(error, &named))
}

async fn give_in_one(
    app: &App,
    caller: &Caller,
    from: Uuid,
    successors: Vec<(Uuid, Uuid)>,
) -> Result<Vec<HandedOver>, Error> {
    let given = Arc::new((caller.clone(), successors));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { give_all(tx, &given.0, from, &given.1).await }.boxed()
    });
    Ok(write.await?.value)
}

/// Lets a person not sign in any more, and gives what the person holds to the successors named, as `(team, successor)`,
/// all or nothing.
///
/// # Errors
/// As [`hand_over`], and [`Error::Conflict`] for the last administrator. The pointer of a successor is `/to/{team}`.
pub async fn deactivate(
    app: &App,
    caller: &Caller,
    person: Uuid,
    successors: Vec<(Uuid, Uuid)>,
) -> Result<Vec<HandedOver>, Error> {
    people::may_deactivate(caller)?;
    authorise(caller, &successors)?;
    let given = Arc::new((caller.clone(), successors));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, successors) = &*given;
            access::person(tx, person).await?.ok_or(Error::NotFound)?;
            let handed_over =
                give_all(tx, caller, person, successors).await.map_err(|error| by_team(error, successors))?;
            people::deactivate(tx, caller, person).await?;
            Ok(handed_over)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

fn authorise(caller: &Caller, successors: &[(Uuid, Uuid)]) -> Result<(), Error> {
    successors
        .iter()
        .try_for_each(|(team, _)| caller.allow(Permission::ReadOwnership, Permission::HandOver, Some(*team)))
}

/// The form has a field for each team.
fn by_team(error: Error, successors: &[(Uuid, Uuid)]) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let named = |error: FieldError| {
        let at = error.pointer.strip_prefix("/teams/").and_then(|n| n.parse::<usize>().ok());
        match at.and_then(|at| successors.get(at)) {
            Some((team, _)) => FieldError::new(format!("/to/{team}"), error.message),
            None => error,
        }
    };
    Error::Invalid(errors.into_iter().map(named).collect())
}

fn unknown_successor(error: Error) -> Error {
    match error {
        Error::NotFound => Error::invalid("/to", "there is no such person"),
        other => other,
    }
}

/// Hands over in each team, inside a write.
pub(super) async fn give_all(
    tx: &mut Tx,
    caller: &Caller,
    from: Uuid,
    successors: &[(Uuid, Uuid)],
) -> Result<Vec<HandedOver>, Error> {
    let mut all = Vec::new();
    for (n, (team, to)) in successors.iter().enumerate() {
        let refuse = |message: String| Error::invalid(format!("/teams/{n}"), message);
        if *to == from {
            return Err(refuse("choose somebody else".to_owned()));
        }
        let successor = store::holder(tx, *team, *to).await?.map(holder);
        let successor = successor.ok_or_else(|| refuse("there is no such person".to_owned()))?;
        successor.may_hold().map_err(|refusal| refuse(refusal.to_string()))?;
        all.push(give(tx, caller, *team, from, *to).await?);
    }
    Ok(all)
}

async fn give(tx: &mut Tx, caller: &Caller, team: Uuid, from: Uuid, to: Uuid) -> Result<HandedOver, Error> {
    let today = tx.now().date_naive();
    let history: Vec<Recorded> = recorded(store::history(tx, team).await?)?;
    let changes = assay_domain::ownership::hand_over(&history, from, to, today);
    let is_theirs = |change: &&Change| change.holding().held.person == from;
    let roles = u64::try_from(changes.iter().filter(is_theirs).count()).unwrap_or(u64::MAX);
    let members = teams::members(tx, team).await?;
    let owner = members.iter().any(|member| member.person_id == to).then_some(to);
    let items = roadmaps::hand_over(tx, caller, team, from, owner).await?;
    let handed_over = HandedOver { team, roles, items };
    if changes.is_empty() && items == 0 {
        return Ok(handed_over);
    }
    let facts = OwnershipHandedOver { from, to, roles, items };
    tx.record(caller.event(facts, Subject::new("user", from)).in_team(team)).await?;
    if !changes.is_empty() {
        let seen = store::revisions(tx, team).await?.holdings;
        store::count_on(tx, team, Part::Holdings, seen).await?;
        carry_out(tx, caller, team, &changes).await?;
    }
    Ok(handed_over)
}
