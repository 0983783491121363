//! Whether the people there are can satisfy a policy, team by team.
//!
//! Who counts is who would be let through the door: somebody who holds the job role in the team today, confirmed where a
//! policy in force names it already, and may decide on its approvals. What a text names that none did before waits for a
//! confirmation only once the text is in force. Accounts of one person count once.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::access::{Permission, Principal, Rights, Role, RoleHeld};
use assay_domain::approvals::{People, Policy, PolicyRefused, PolicyRule};
use assay_domain::audit::Actor;
use assay_domain::ownership::Confirmation;
use chrono::NaiveDate;
use uuid::Uuid;

use super::super::store::{self, HolderRow};
use crate::access::service::subjects;
use crate::access::store as access;
use crate::db::Conn;
use crate::error::Error;
use crate::teams::store::{self as teams, TeamRow};

/// A team that a policy concerns, and whether its people can satisfy it.
#[derive(Clone, Debug)]
pub struct Concerned {
    /// The team.
    pub team: TeamRow,
    /// Whether it has models of a tier that the policy decides about; otherwise it is named because no team has.
    pub has_models: bool,
    /// Why its people cannot satisfy the policy.
    pub refused: Option<PolicyRefused>,
    /// Who holds a job role that the policy names, and yet may not decide.
    pub shut_out: Vec<ShutOut>,
}

/// Somebody who would count, if they were let through the door.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShutOut {
    /// Full name.
    pub name: String,
    /// The job role that is held.
    pub job_role: String,
}

/// Who is there, on one day.
struct Ground {
    holders: Vec<HolderRow>,
    access: BTreeMap<Uuid, Principal>,
    /// Several accounts of one person, by the one that stands for all.
    same: BTreeMap<Uuid, Uuid>,
}

/// The teams that a policy concerns: those with models of its tiers, or all where there is no such model yet.
///
/// # Errors
/// Those of the database.
pub async fn concerned(conn: &mut Conn, policy: &Policy, on: NaiveDate) -> Result<Vec<Concerned>, Error> {
    let ground = Ground::load(conn, on).await?;
    let by_tier = store::teams_by_tier(conn).await?;
    let is_meant = |tier: &str| policy.applies.tiers.iter().any(|one| one.name() == tier);
    let with_models: BTreeSet<Uuid> =
        by_tier.into_iter().filter(|(tier, _)| is_meant(tier)).map(|(_, team)| team).collect();
    let mut found = Vec::new();
    for team in teams::all(conn).await? {
        let has_models = with_models.contains(&team.id);
        if !has_models && !with_models.is_empty() {
            continue;
        }
        let refused = policy.can_be_satisfied(&ground.people(team.id)).err();
        let mut shut_out = Vec::new();
        for (person, job_role) in ground.shut_out(policy, team.id) {
            let name = access::person(conn, person).await?.map(|row| row.name).unwrap_or_default();
            shut_out.push(ShutOut { name, job_role });
        }
        shut_out.sort();
        found.push(Concerned { team, has_models, refused, shut_out });
    }
    Ok(found)
}

/// Refuses a policy that no team can satisfy.
///
/// # Errors
/// [`Error::Conflict`] with the name of the rule.
pub(super) async fn satisfiable(conn: &mut Conn, policy: &Policy, on: NaiveDate) -> Result<(), Error> {
    let teams = concerned(conn, policy, on).await?;
    if teams.iter().any(|team| team.refused.is_none()) {
        return Ok(());
    }
    let whys = teams.iter().filter_map(|one| {
        one.refused.as_ref().map(|refused| format!("In {}, {}.", one.team.name, refused.message))
    });
    let whys: Vec<String> = whys.collect();
    let detail = match whys.as_slice() {
        [] => "There is no team yet whose people could satisfy it. Make a team first.".to_owned(),
        whys => format!("There is no team whose people can ever satisfy it. {}", whys.join(" ")),
    };
    Err(Error::Conflict { code: PolicyRule::NeverSatisfied.name(), detail })
}

impl Ground {
    async fn load(conn: &mut Conn, on: NaiveDate) -> Result<Self, Error> {
        let controlled = super::controlled(conn).await?;
        let mut holders = store::holders(conn, on).await?;
        holders.retain(|row| {
            let confirmation =
                Confirmation { given_by: None, since: row.confirmed_at, until: row.confirmed_until };
            confirmation.covers(on) || !controlled.roles.contains(&row.job_role)
        });
        let mut roles: BTreeMap<Uuid, Vec<RoleHeld>> = BTreeMap::new();
        for row in store::access(conn).await? {
            let role = access::role(&row.role, row.person_id)?;
            roles.entry(row.person_id).or_default().push(RoleHeld { role, team: row.team_id });
        }
        let principal = |(id, held)| (id, Principal::new(Actor::Person(id), Rights::Person(held)));
        let access = roles.into_iter().map(principal).collect();
        Ok(Self { holders, access, same: subjects::same_people(conn).await? })
    }

    fn may(&self, person: Uuid, permission: Permission, team: Uuid) -> bool {
        self.access.get(&person).is_some_and(|principal| principal.may(permission, Some(team)))
    }

    fn one(&self, account: Uuid) -> Uuid {
        self.same.get(&account).copied().unwrap_or(account)
    }

    /// Who can meet a policy in a team.
    fn people(&self, team: Uuid) -> People {
        let mut people = People::default();
        for (person, job_role) in self.in_team(team) {
            if self.may(person, Permission::DecideApprovals, team) {
                people.holders.entry(job_role.to_owned()).or_default().insert(self.one(person));
            }
        }
        let asks = |person: &&Uuid| self.may(**person, Permission::RequestApprovals, team);
        people.requesters = self.access.keys().filter(asks).map(|person| self.one(*person)).collect();
        people
    }

    /// Everybody's job roles in a team; who is a compliance officer is one for every team.
    fn in_team(&self, team: Uuid) -> impl Iterator<Item = (Uuid, &str)> {
        let held = self.holders.iter().filter(move |row| row.team_id == team);
        let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
        let is_officer = move |principal: &Principal| match &principal.rights {
            Rights::Person(held) => held.contains(&officer),
            Rights::Token { .. } | Rights::System => false,
        };
        let officers = self.access.iter().filter(move |(_, principal)| is_officer(principal));
        held.map(|row| (row.person_id, row.job_role.as_str()))
            .chain(officers.map(|(person, _)| (*person, Role::ComplianceOfficer.name())))
    }

    /// Who holds a job role that a step names, and may not decide.
    fn shut_out(&self, policy: &Policy, team: Uuid) -> BTreeSet<(Uuid, String)> {
        let is_named = |role: &str| policy.steps.iter().any(|step| step.roles.iter().any(|one| one == role));
        let shut = |(person, role): &(Uuid, &str)| {
            is_named(role) && !self.may(*person, Permission::DecideApprovals, team)
        };
        self.in_team(team).filter(shut).map(|(person, role)| (person, role.to_owned())).collect()
    }
}
