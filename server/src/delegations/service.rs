//! Use cases around delegations: made and ended by the person who is away, and asked for when somebody decides.

use std::sync::Arc;

use assay_domain::access::{Permission, Principal, Rights};
use assay_domain::approvals::Delegation;
use assay_domain::audit::catalogue::{DecisionsDelegated, DelegationEnded};
use assay_domain::audit::{Actor, Event};
use chrono::{Days, NaiveDate};
use futures::FutureExt;
use uuid::Uuid;

use super::store::{self, DelegationRow};
use crate::App;
use crate::access::service::{people, person_subject, who};
use crate::access::store as access;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::ownership::service::acting;
use crate::teams::service as teams;

/// The longest absence, in days: somebody who is away for longer hands over.
const LONGEST: u64 = 92;

/// What somebody wants while they are away.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    /// Who decides meanwhile: an id or a mail address.
    pub to: String,
    /// For which team, by id or short name; `None` for all.
    pub team: Option<String>,
    /// The first day of absence.
    pub first_day: NaiveDate,
    /// The last day of absence.
    pub last_day: NaiveDate,
}

/// The delegation by which somebody decides for another in a team on a day, if there is one.
///
/// # Errors
/// Those of the database.
pub async fn delegation_to(
    conn: &mut Conn,
    from: Uuid,
    to: Uuid,
    team: Uuid,
    on: NaiveDate,
) -> Result<Option<Delegation>, Error> {
    let row = store::to(conn, to, team, on).await?.into_iter().find(|row| row.from_person == from);
    match row {
        Some(row) => of_row(conn, &row, team, on).await.map(Some),
        None => Ok(None),
    }
}

/// All delegations by which somebody decides for others in a team on a day.
///
/// # Errors
/// Those of the database.
pub async fn delegations_to(
    conn: &mut Conn,
    to: Uuid,
    team: Uuid,
    on: NaiveDate,
) -> Result<Vec<Delegation>, Error> {
    let mut all: Vec<Delegation> = Vec::new();
    for row in store::to(conn, to, team, on).await? {
        // One for all teams and one for this team are the same when it comes to deciding.
        if all.iter().all(|known| known.from.who.account != Some(row.from_person)) {
            all.push(of_row(conn, &row, team, on).await?);
        }
    }
    Ok(all)
}

async fn of_row(
    conn: &mut Conn,
    row: &DelegationRow,
    team: Uuid,
    on: NaiveDate,
) -> Result<Delegation, Error> {
    let from = acting(conn, row.from_person, team, on).await?;
    Ok(Delegation { from, to: row.to_person, first_day: row.first_day, last_day: row.last_day })
}

/// The caller's own delegations and those to the caller that are not over.
///
/// # Errors
/// [`Error::NotFound`] for machines, [`Error::Forbidden`] for tokens.
pub async fn own(app: &App, caller: &Caller) -> Result<Vec<DelegationRow>, Error> {
    let person = own_account(caller)?;
    let today = app.clock.now().date_naive();
    store::of(&mut app.db.read().await?, person, today).await
}

/// All delegations that a person ever made, the newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`] for those who may not see people.
pub async fn made_by(app: &App, caller: &Caller, person: Uuid) -> Result<Vec<DelegationRow>, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let mut conn = app.db.read().await?;
    access::person(&mut conn, person).await?.ok_or(Error::NotFound)?;
    store::made_by(&mut conn, person).await
}

/// Lets another decide for the caller, who will be away.
///
/// # Errors
/// [`Error::Invalid`] for wrong days, somebody who does not exist or may not see the team, oneself under whatever account;
/// [`Error::NotFound`] for machines; [`Error::Forbidden`].
pub async fn make(app: &App, caller: &Caller, new: NewDelegation) -> Result<DelegationRow, Error> {
    let person = own_account(caller)?;
    let today = app.clock.now().date_naive();
    let mut errors = checked_days(&new, today);
    let mut conn = app.db.read().await?;
    let to = found(people::find(&mut conn, &new.to).await.map(|row| row.id), &mut errors, "/to", NOBODY)?;
    let team = match &new.team {
        Some(team) => {
            let seen = visible_team(&mut conn, caller, team).await;
            found(seen, &mut errors, "/team", "You have no such team.")?.map(Some)
        }
        None => Some(None),
    };
    drop(conn);
    let (Some(to), Some(team)) = (to, team) else { return Err(Error::Invalid(errors)) };
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let given = Arc::new((caller.clone(), new));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, new) = &*given;
            may_decide_for(tx, person, to, team).await?;
            let row = DelegationRow {
                id: tx.new_id(),
                from_person: person,
                to_person: to,
                team_id: team,
                first_day: new.first_day,
                last_day: new.last_day,
                made_at: tx.now(),
                ended_at: None,
            };
            store::insert(tx, row.clone()).await?;
            let facts = DecisionsDelegated {
                to,
                from_day: row.first_day.to_string(),
                until_day: row.last_day.to_string(),
            };
            tx.record(placed(caller.event(facts, person_subject(person)), &row)).await?;
            Ok(row)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

const NOBODY: &str = "Nobody here has this address. Name somebody who can sign in.";

/// Ends a delegation of the caller's before its last day. Ending it twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] for one that is not the caller's.
pub async fn end(app: &App, caller: &Caller, id: Uuid) -> Result<(), Error> {
    let person = own_account(caller)?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            let row = store::delegation(tx, id).await?.filter(|row| row.from_person == person);
            let row = row.ok_or(Error::NotFound)?;
            let now = tx.now();
            if store::end(tx, id, now).await? == 0 {
                return Ok(());
            }
            let event = caller.event(DelegationEnded { to: row.to_person }, person_subject(person));
            tx.record(placed(event, &row)).await.map(drop)
        }
        .boxed()
    });
    write.await.map(drop)
}

/// Who is signed in. Tokens decide nothing, so they let nobody decide either.
fn own_account(caller: &Caller) -> Result<Uuid, Error> {
    match (caller.principal.person(), caller.person()) {
        (Some(person), _) => Ok(person),
        (None, Some(_)) => Err(Error::Forbidden(Permission::OwnAccount)),
        (None, None) => Err(Error::NotFound),
    }
}

fn placed(event: Event, row: &DelegationRow) -> Event {
    match row.team_id {
        Some(team) => event.in_team(team),
        None => event,
    }
}

fn checked_days(new: &NewDelegation, today: NaiveDate) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if new.last_day < today {
        errors.push(FieldError::new("/last_day", "Choose today or a day to come."));
    }
    if new.last_day < new.first_day {
        errors.push(FieldError::new("/last_day", "The last day is before the first."));
    }
    let latest = new.first_day.checked_add_days(Days::new(LONGEST));
    if latest.is_none_or(|latest| new.last_day > latest) {
        let message =
            format!("At most {LONGEST} days; who is away for longer hands over in the team's ownership.");
        errors.push(FieldError::new("/last_day", message));
    }
    errors
}

/// The thing, or an error at its field.
fn found<T>(
    looked_for: Result<T, Error>,
    errors: &mut Vec<FieldError>,
    pointer: &str,
    message: &str,
) -> Result<Option<T>, Error> {
    match looked_for {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound | Error::Hidden(_)) => {
            errors.push(FieldError::new(pointer, message));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

async fn visible_team(conn: &mut Conn, caller: &Caller, team: &str) -> Result<Uuid, Error> {
    let team = teams::find(conn, team).await?.id;
    caller.see(Permission::ReadTeams, Some(team))?;
    Ok(team)
}

/// Whether somebody could decide for another: another person, who may sign in and see the approvals of the team, or of
/// every team in which the one who is away decides.
async fn may_decide_for(tx: &mut Tx, from: Uuid, to: Uuid, team: Option<Uuid>) -> Result<(), Error> {
    if who(tx, from).await?.is(&who(tx, to).await?) {
        return Err(Error::invalid("/to", "This is you. Name somebody else."));
    }
    if !access::person(tx, to).await?.is_some_and(|row| row.active) {
        return Err(Error::invalid("/to", NOBODY));
    }
    let (away, there) = (principal(tx, from).await?, principal(tx, to).await?);
    let reach = away.reach(Permission::DecideApprovals);
    if reach.is_nowhere() || team.is_some_and(|team| !reach.covers(Some(team))) {
        let message = "There are no approvals that you decide on there, so nobody has to do it for you.";
        return Err(Error::invalid("/team", message));
    }
    let all = crate::teams::store::all(tx).await?;
    let concerned = all.into_iter().filter(|one| match team {
        Some(team) => one.id == team,
        None => reach.covers(Some(one.id)),
    });
    let unseen: Vec<String> = concerned
        .filter(|one| !there.may(Permission::ReadApprovals, Some(one.id)))
        .map(|one| one.name)
        .collect();
    if unseen.is_empty() {
        return Ok(());
    }
    let message = format!(
        "This person may not see the approvals of {}. Choose somebody who may, or ask an administrator to give them a role there.",
        unseen.join(", ")
    );
    Err(Error::invalid("/to", message))
}

async fn principal(conn: &mut Conn, person: Uuid) -> Result<Principal, Error> {
    let roles = access::roles(conn, person).await?;
    Ok(Principal::new(Actor::Person(person), Rights::Person(roles)))
}
