//! Setting who holds what: the rule's changes, each with its row and its entry in the ledger.

use std::sync::Arc;

use assay_domain::audit::catalogue::{OwnershipAssigned, OwnershipEnded};
use assay_domain::audit::{Action, Subject};
use assay_domain::ownership::{
    Change, Choice, Confirmation, Finding, Held, Mistake, Wish, held_on, mend, plan,
};
use chrono::NaiveDate;
use futures::FutureExt;
use uuid::Uuid;

use super::{Ownership, confirm, get_to_manage, holder, load};
use crate::App;
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::{Caller, IfMatch};
use crate::ownership::store::{self, HoldingRow, Part};

/// Makes the state of a team from `day` (today where absent) on exactly these wishes, and answers it.
///
/// # Errors
/// [`Error::Invalid`] with every wish that breaks a rule, as `/holdings/{n}/{field}`, and for a day that is past;
/// [`Error::PreconditionFailed`] when somebody changed it since the caller looked; [`Error::NotFound`],
/// [`Error::Hidden`], [`Error::Forbidden`].
pub async fn set(
    app: &App,
    caller: &Caller,
    team: &str,
    day: Option<NaiveDate>,
    wishes: Vec<Wish>,
    seen: IfMatch,
) -> Result<Ownership, Error> {
    let before = get_to_manage(app, caller, team).await?;
    let day = day.unwrap_or(before.today);
    if day < before.today {
        let message =
            format!("{day} is past, and what was stays on record: choose {} or later", before.today);
        return Err(Error::invalid("/on", message));
    }
    let given = Arc::new((caller.clone(), before.team, before.bank, wishes));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, team, bank, wishes) = &*given;
            let today = tx.now().date_naive();
            let mut now = load(tx, team.clone(), bank.clone(), today).await?;
            seen.check(now.revision)?;
            introduce(tx, &mut now, wishes).await?;
            let changes = plan(&now.ground, &now.history, wishes, day).map_err(invalid)?;
            if changes.is_empty() {
                return Ok(now);
            }
            store::count_on(tx, team.id, Part::Holdings, now.revision).await?;
            carry_out(tx, caller, team.id, &changes).await?;
            load(tx, team.clone(), bank.clone(), today).await
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Gives somebody something to hold from today on, besides all that is held; a part in the same thing as the same job role
/// is taken over by the new one.
///
/// # Errors
/// As [`set`]; the pointers name the fields of what is given.
pub async fn give(
    app: &App,
    caller: &Caller,
    team: &str,
    held: Held,
    until: Option<NaiveDate>,
) -> Result<(), Error> {
    let now = get_to_manage(app, caller, team).await?;
    let present = held_on(&now.history, now.today).map(|recorded| &recorded.holding);
    let others = present.filter(|holding| !holding.held.same_place(&held));
    let mut wishes = vec![Wish { held: held.clone(), until }];
    wishes.extend(others.map(|holding| Wish { held: holding.held.clone(), until: holding.until }));
    let given = set(app, caller, team, None, wishes, IfMatch(Some(now.revision))).await;
    given.map(drop).map_err(|error| match error {
        Error::Invalid(errors) => Error::Invalid(errors.into_iter().map(own_field).collect()),
        other => other,
    })
}

/// `/holdings/0/role` as `/role`.
fn own_field(error: FieldError) -> FieldError {
    let field = error.pointer.strip_prefix("/holdings/0/").map(|field| format!("/{field}"));
    FieldError::new(field.unwrap_or(error.pointer), error.message)
}

/// Makes those known who are wished for and have nothing to do with the team, so that the rule can say why not.
async fn introduce(tx: &mut Tx, now: &mut Ownership, wishes: &[Wish]) -> Result<(), Error> {
    for Wish { held, .. } in wishes {
        if now.ground.holder(held.person).is_none()
            && let Some(row) = store::holder(tx, now.team.id, held.person).await?
        {
            now.ground.holders.push(holder(row));
        }
    }
    Ok(())
}

/// Fixes a finding of today with somebody, in a role. `None` where the finding is gone already.
///
/// # Errors
/// As [`set`]; the pointers are `/person` and `/role`.
pub async fn fix(
    app: &App,
    caller: &Caller,
    team: &str,
    finding: &str,
    choice: Choice,
) -> Result<Option<Finding>, Error> {
    let now = get_to_manage(app, caller, team).await?;
    let found = now.findings(now.today)?;
    let Some(finding) = found.into_iter().find(|known| known.id == finding) else { return Ok(None) };
    if !finding.fix.candidates.contains(&choice.person) {
        let why = now.ground.holder(choice.person).map(|holder| holder.may_hold());
        let message = match why {
            Some(Err(refusal)) => refusal.to_string(),
            _ => "choose one of the people on the list".to_owned(),
        };
        return Err(Error::invalid("/person", message));
    }
    if choice.role.as_ref().is_some_and(|role| !finding.fix.roles.contains(role)) {
        return Err(Error::invalid("/role", "choose one of the roles on the list"));
    }
    let wishes = mend(&now.ground, &now.on(now.today), &finding, &choice).into_iter();
    let until = |held: &_| {
        let known = now.history.iter().map(|recorded| &recorded.holding);
        known
            .filter(|known| known.covers(now.today))
            .find(|known| known.held == *held)
            .and_then(|known| known.until)
    };
    let wishes = wishes.map(|held| Wish { until: until(&held), held }).collect();
    set(app, caller, team, None, wishes, IfMatch(Some(now.revision))).await?;
    Ok(Some(finding))
}

fn invalid(mistakes: Vec<Mistake>) -> Error {
    let field = |mistake: Mistake| {
        FieldError::new(format!("/holdings/{}/{}", mistake.index, mistake.field), mistake.message)
    };
    Error::Invalid(mistakes.into_iter().map(field).collect())
}

/// Stores changes, records each, and proposes those of them that somebody has to confirm.
pub(super) async fn carry_out(
    tx: &mut Tx,
    caller: &Caller,
    team: Uuid,
    changes: &[Change],
) -> Result<(), Error> {
    for change in changes {
        let holding = change.holding();
        let held = &holding.held;
        let id = match change {
            Change::End { id, .. } => {
                store::set_end(tx, *id, holding.until).await?;
                *id
            }
            Change::Prolong { id, .. } => {
                if let Some(before) = store::holding(tx, *id).await? {
                    store::set_confirmation(tx, *id, confirm::prolonged(caller, &before)).await?;
                }
                store::set_end(tx, *id, holding.until).await?;
                *id
            }
            Change::TakeBack { id, .. } => {
                store::delete(tx, *id).await?;
                *id
            }
            Change::Start(_) => {
                let id = tx.new_id();
                let Confirmation { given_by, since, until } = confirm::begun(caller, tx.now());
                let row = HoldingRow {
                    id,
                    team_id: team,
                    person_id: held.person,
                    job_role: held.role.clone(),
                    part: held.part.to_string(),
                    kind: held.thing.kind.to_string(),
                    thing: held.thing.id.clone(),
                    from_day: holding.from,
                    until_day: holding.until,
                    given_by,
                    confirmed_at: since,
                    confirmed_until: until,
                };
                store::insert(tx, row).await?;
                id
            }
        };
        let event = caller.event(facts(change), Subject::new("holding", id)).in_team(team);
        tx.record(event).await?;
    }
    let changed: Vec<Held> = changes.iter().map(|change| change.holding().held.clone()).collect();
    confirm::settle(tx, caller, team, &changed).await
}

fn facts(change: &Change) -> Action {
    let holding = change.holding();
    let held = holding.held.clone();
    let (person, job_role, part) = (held.person, held.role, held.part.to_string());
    let (kind, of) = (held.thing.kind.to_string(), held.thing.id);
    let (from, until) = (holding.from.to_string(), holding.until.map(|until| until.to_string()));
    match change {
        Change::Start(_) | Change::Prolong { .. } => {
            OwnershipAssigned { person, job_role, part, kind, of, from, until }.into()
        }
        Change::End { .. } => OwnershipEnded { person, job_role, part, kind, of, from, until }.into(),
        Change::TakeBack { .. } => {
            OwnershipEnded { person, job_role, part, kind, of, from, until: None }.into()
        }
    }
}
