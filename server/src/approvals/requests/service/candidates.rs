//! Who could decide about approvals of a team, with the job roles that they hold today.

use crate::access::service::subjects::who;
use crate::approvals::requests::store;
use crate::db::Conn;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::service as ownership;
use assay_domain::access::{Grant, Permission, Role};
use assay_domain::approvals::{Acting, Approval, Step, Who};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Somebody whose access role lets them decide.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The person.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// With the job roles held today.
    pub acting: Acting,
}

/// Everybody whose access role lets them decide about a team's approvals.
#[derive(Clone, Debug)]
pub struct Hands {
    /// By name.
    pub people: Vec<Candidate>,
}

impl Hands {
    /// Those of a team.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_team(conn: &mut Conn, team: Uuid, today: NaiveDate) -> Result<Self, Error> {
        let mut deciding: BTreeMap<(String, Uuid), ()> = BTreeMap::new();
        for row in store::held(conn, team).await? {
            if row.role.parse().is_ok_and(decides) {
                deciding.insert((row.name, row.person_id), ());
            }
        }
        let mut people = Vec::new();
        for (name, id) in deciding.into_keys() {
            let acting = ownership::acting(conn, id, team, today).await?;
            people.push(Candidate { id, name, acting });
        }
        Ok(Self { people })
    }

    /// Those who could decide in a step when it is its turn.
    pub fn of_step<'a>(
        &'a self,
        approval: &'a Approval,
        step: &'a Step,
    ) -> impl Iterator<Item = &'a Candidate> {
        self.people.iter().filter(move |person| approval.could_decide(step, &person.acting).is_ok())
    }
}

fn decides(role: Role) -> bool {
    Permission::DecideApprovals.grants().get(role as usize).is_some_and(|grant| *grant != Grant::No)
}

/// The caller as a person who acts in a team today. Decisions are made by people: a token, even one of the person's own,
/// may be in other hands.
pub(super) async fn acting(
    conn: &mut Conn,
    caller: &Caller,
    team: Uuid,
    today: NaiveDate,
    permission: Permission,
) -> Result<Acting, Error> {
    ownership::acting(conn, signed_in(caller, permission)?, team, today).await
}

/// The caller as a person who declares an emergency in a team now.
pub(super) async fn acting_in_emergency(
    conn: &mut Conn,
    caller: &Caller,
    team: Uuid,
    now: DateTime<Utc>,
    permission: Permission,
) -> Result<Acting, Error> {
    ownership::acting_in_emergency(conn, signed_in(caller, permission)?, team, now).await
}

fn signed_in(caller: &Caller, permission: Permission) -> Result<Uuid, Error> {
    caller.principal.person().ok_or_else(|| Error::Refused {
        permission,
        rule: "people_only",
        detail: "this is for people who are signed in; a token cannot do it".to_owned(),
    })
}

/// Somebody, with all that is known of the person behind the account.
///
/// # Errors
/// Those of the database.
pub async fn known_of(conn: &mut Conn, who: Who) -> Result<Who, Error> {
    Ok(known(conn, vec![who.clone()]).await?.pop().unwrap_or(who))
}

/// The people that a version names, with all that is known of those who have an account.
pub(super) async fn known(conn: &mut Conn, named: Vec<Who>) -> Result<Vec<Who>, Error> {
    let mut known = Vec::new();
    for mut one in named {
        if let Some(account) = one.account {
            one.subjects.extend(who(conn, account).await?.subjects);
        }
        known.push(one);
    }
    Ok(known)
}
