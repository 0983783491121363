//! Use cases of teams: list, look, create, change, and who belongs to them.

use std::{collections::BTreeSet, sync::Arc};

use assay_domain::{
    access::{Permission, Role, RoleHeld},
    audit::{
        Subject,
        catalogue::{TeamChanged, TeamCreated},
    },
};
use futures::FutureExt;
use uuid::Uuid;

use super::store::{self, MemberRow, TeamRow};
use crate::{
    access::{
        self,
        service::{all_of, checked_name, people, roles},
    },
    app::App,
    db::{Conn, Tx},
    error::Error,
    http::Caller,
};

/// What a new team should be.
#[derive(Clone, Debug)]
pub struct NewTeam {
    /// The name.
    pub name: String,
    /// The short name in addresses; made from the name where empty.
    pub slug: String,
    /// What the team is there for, in a sentence or two.
    pub purpose: String,
}

/// Somebody who holds a role in a team.
#[derive(Clone, Debug)]
pub struct Member {
    /// The person.
    pub person: Uuid,
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// The roles held in the team.
    pub roles: BTreeSet<Role>,
}

/// The teams that the caller may see, by short name.
///
/// # Errors
/// Those of the database.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<TeamRow>, Error> {
    let reach = caller.principal.reach(Permission::ReadTeams);
    let mut teams = store::all(&mut app.db.read().await?).await?;
    teams.retain(|team| reach.covers(Some(team.id)));
    Ok(teams)
}

/// The team that an address means, by id or short name, if the caller may see it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, which: &str) -> Result<TeamRow, Error> {
    let team = find(&mut app.db.read().await?, which).await?;
    caller.see(Permission::ReadTeams, Some(team.id))?;
    Ok(team)
}

/// The team with this id or short name, for use cases that authorise by themselves.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(conn: &mut Conn, which: &str) -> Result<TeamRow, Error> {
    let found = match which.parse::<Uuid>() {
        Ok(id) => store::by_id(conn, id).await?,
        Err(_) => store::by_slug(conn, which).await?,
    };
    found.ok_or(Error::NotFound)
}

/// The members of a team, by mail address.
///
/// # Errors
/// [`Error::Hidden`] for those who may not see the team.
pub async fn members(app: &App, caller: &Caller, team: Uuid) -> Result<Vec<Member>, Error> {
    caller.see(Permission::ReadTeams, Some(team))?;
    gather(store::members(&mut app.db.read().await?, team).await?)
}

/// One member of a team.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is none, [`Error::Hidden`].
pub async fn member(app: &App, caller: &Caller, team: Uuid, who: &str) -> Result<Member, Error> {
    let is_meant = |member: &Member| member.person.to_string() == who || member.email == who;
    members(app, caller, team).await?.into_iter().find(is_meant).ok_or(Error::NotFound)
}

fn gather(rows: Vec<MemberRow>) -> Result<Vec<Member>, Error> {
    let mut members: Vec<Member> = Vec::new();
    for row in rows {
        let role = access::store::role(&row.role, row.person_id)?;
        match members.last_mut().filter(|member| member.person == row.person_id) {
            Some(member) => drop(member.roles.insert(role)),
            None => members.push(Member {
                person: row.person_id,
                name: row.name,
                email: row.email,
                active: row.active,
                roles: BTreeSet::from([role]),
            }),
        }
    }
    Ok(members)
}

/// Creates a team.
///
/// # Errors
/// [`Error::Invalid`] for a wrong field or a name that is taken; [`Error::Forbidden`].
pub async fn create(app: &App, caller: &Caller, new: NewTeam) -> Result<TeamRow, Error> {
    caller.require(Permission::CreateTeams, None)?;
    let (name, purpose) = all_of(checked_name("/name", &new.name), checked_purpose(&new.purpose))?;
    let slug =
        checked_slug(if new.slug.trim().is_empty() { slug_of(&name) } else { new.slug.trim().to_owned() })?;
    let given = Arc::new((caller.clone(), name, slug, purpose));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, name, slug, purpose) = &*given;
            let (id, created_at) = (tx.new_id(), tx.now());
            let (name, slug, purpose) = (name.clone(), slug.clone(), purpose.clone());
            let team = TeamRow { id, slug, name, purpose, created_at };
            not_taken(tx, &team).await?;
            store::insert(tx, team.clone()).await?;
            let event =
                caller.event(TeamCreated { slug: team.slug.clone() }, Subject::new("team", id)).in_team(id);
            tx.record(event.commit("name", team.name.clone()).commit("purpose", team.purpose.clone()))
                .await?;
            Ok(team)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Changes a team's name and purpose.
///
/// # Errors
/// [`Error::Invalid`] for a wrong field or a name that is taken; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn change(app: &App, caller: &Caller, team: Uuid, name: &str, purpose: &str) -> Result<(), Error> {
    caller.allow(Permission::ReadTeams, Permission::EditTeams, Some(team))?;
    let (name, purpose) = all_of(checked_name("/name", name), checked_purpose(purpose))?;
    let given = Arc::new((caller.clone(), name, purpose));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, name, purpose) = &*given;
            let before = store::by_id(tx, team).await?.ok_or(Error::NotFound)?;
            if before.name == *name && before.purpose == *purpose {
                return Ok(());
            }
            not_taken(tx, &TeamRow { name: name.clone(), ..before }).await?;
            store::update(tx, team, name, purpose).await?;
            let event = caller.event(TeamChanged {}, Subject::new("team", team)).in_team(team);
            tx.record(event.commit("name", name.clone()).commit("purpose", purpose.clone())).await.map(drop)
        }
        .boxed()
    });
    write.await.map(drop)
}

/// Makes somebody's roles in the team exactly these; with none, the person is no member any more.
///
/// # Errors
/// [`Error::Invalid`] for a role that is not held in teams; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn set_member(
    app: &App,
    caller: &Caller,
    team: Uuid,
    who: &str,
    wanted: BTreeSet<Role>,
) -> Result<(), Error> {
    caller.allow(Permission::ReadTeams, Permission::GrantTeamRole, Some(team))?;
    let person = people::find(&mut app.db.read().await?, who).await?;
    roles::set_in_team(app, caller, person.id, team, wanted).await
}

/// Gives somebody, meant by mail address, one more role in the team, and answers the person's name.
///
/// # Errors
/// [`Error::Invalid`] for an unknown address or role; [`Error::Forbidden`], [`Error::Hidden`].
pub async fn add_member(
    app: &App,
    caller: &Caller,
    team: Uuid,
    email: &str,
    role: &str,
) -> Result<String, Error> {
    caller.allow(Permission::ReadTeams, Permission::GrantTeamRole, Some(team))?;
    let role = role.parse().map_err(|_| Error::invalid("/role", "Choose a role."))?;
    let person = people::find(&mut app.db.read().await?, email).await.map_err(|error| match error {
        Error::NotFound => {
            Error::invalid("/email", "Nobody here has this address. An administrator can invite them.")
        }
        other => other,
    })?;
    roles::grant(app, caller, person.id, RoleHeld { role, team: Some(team) }).await?;
    Ok(person.name)
}

async fn not_taken(tx: &mut Tx, team: &TeamRow) -> Result<(), Error> {
    let other = |found: Option<TeamRow>| found.is_some_and(|found| found.id != team.id);
    if other(store::by_name(tx, &team.name).await?) {
        return Err(Error::invalid("/name", "Another team has this name."));
    }
    if other(store::by_slug(tx, &team.slug).await?) {
        return Err(Error::invalid("/slug", "Another team has this short name."));
    }
    Ok(())
}

fn checked_purpose(purpose: &str) -> Result<String, Error> {
    let purpose = purpose.trim().replace("\r\n", "\n");
    if purpose.chars().count() <= 500 {
        Ok(purpose)
    } else {
        Err(Error::invalid("/purpose", "Use at most 500 characters."))
    }
}

/// A short name: words of a-z and 0-9, joined by hyphens. Never like an id or the page for a new team, so that an
/// address is not ambiguous.
fn checked_slug(slug: String) -> Result<String, Error> {
    let fine =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if (1..=40).contains(&slug.len())
        && slug.split('-').all(fine)
        && slug.parse::<Uuid>().is_err()
        && slug != "new"
    {
        return Ok(slug);
    }
    let message =
        "Use up to 40 lower-case letters and digits, in words joined by hyphens, like fraud-detection.";
    Err(Error::invalid("/slug", message))
}

fn slug_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    slug.chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_made_from_names_and_checked() {
        assert_eq!(slug_of("Fraud & Risk Détection"), "fraud-risk-d-tection");
        assert_eq!(slug_of("  Payments  "), "payments");
        assert!(checked_slug("fraud-2".into()).is_ok());
        for wrong in
            ["", "-a", "a--b", "A", "a_b", "new", "0192f3c4-5d6e-7a8b-9c0d-1e2f3a4b5c6d", &"a".repeat(41)]
        {
            assert!(checked_slug(wrong.into()).is_err(), "{wrong}");
        }
    }
}
