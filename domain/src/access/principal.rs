//! Who is asking, and how far their permissions reach.

use super::{Grant, HeldBack, Permission, Role, Scope};
use crate::audit::Actor;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A role that a person holds, for the organisation (`team` is `None`) or for one team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoleHeld {
    /// The role.
    pub role: Role,
    /// The team it is held for; `None` for the whole organisation.
    pub team: Option<Uuid>,
}

/// The authenticated caller of a use case, with everything needed to decide what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Whom the ledger names.
    pub actor: Actor,
    /// What the rights follow from.
    pub rights: Rights,
    /// Why the account, or the owner's of a token, does nothing yet that bears on a control.
    pub held_back: Option<HeldBack>,
}

/// What a principal's rights follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// A signed-in person: the roles held.
    Person(Vec<RoleHeld>),
    /// A token: its scopes, within its team if it has one; a personal token also within its owner's roles.
    Token {
        /// The scopes.
        scopes: Vec<Scope>,
        /// The team the token is confined to; `None` for the organisation.
        team: Option<Uuid>,
        /// The roles of the token's owner; `None` for a service account.
        owner: Option<Vec<RoleHeld>>,
    },
    /// The command line on the data directory.
    System,
}

/// Where a permission holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Nowhere, when empty; otherwise in these teams only.
    Teams(BTreeSet<Uuid>),
    /// Everywhere.
    All,
}

impl Reach {
    /// Nowhere.
    #[must_use]
    pub const fn nowhere() -> Self {
        Self::Teams(BTreeSet::new())
    }

    /// Whether it holds nowhere.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Self::Teams(teams) if teams.is_empty())
    }

    /// Whether it holds for an object of this team; `None` is an object of the organisation.
    #[must_use]
    pub fn covers(&self, team: Option<Uuid>) -> bool {
        match self {
            Self::All => true,
            Self::Teams(teams) => team.is_some_and(|team| teams.contains(&team)),
        }
    }

    fn intersect(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, reach) | (reach, Self::All) => reach,
            (Self::Teams(a), Self::Teams(b)) => Self::Teams(a.intersection(&b).copied().collect()),
        }
    }
}

impl Principal {
    /// Somebody who is held back by nothing.
    #[must_use]
    pub const fn new(actor: Actor, rights: Rights) -> Self {
        Self { actor, rights, held_back: None }
    }

    /// The command line on the data directory.
    #[must_use]
    pub const fn system(id: Uuid) -> Self {
        Self::new(Actor::System(id), Rights::System)
    }

    /// Where the permission holds: what lists are filtered by.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Reach {
        if self.held_back.is_some() && permission.bears_on_control() {
            return Reach::nowhere();
        }
        match &self.rights {
            Rights::System => Reach::All,
            Rights::Person(roles) => reach_of_roles(roles, permission),
            Rights::Token { scopes, team, owner } => {
                if !scopes.iter().any(|scope| scope.permissions().contains(&permission)) {
                    return Reach::nowhere();
                }
                let confined = team.map_or(Reach::All, |team| Reach::Teams(BTreeSet::from([team])));
                match owner {
                    Some(roles) => confined.intersect(reach_of_roles(roles, permission)),
                    None => confined,
                }
            }
        }
    }

    /// Whether this may be done to an object of the team; `None` is an object of the organisation.
    #[must_use]
    pub fn may(&self, permission: Permission, team: Option<Uuid>) -> bool {
        self.reach(permission).covers(team)
    }

    /// Whether this is a signed-in person who holds the role.
    #[must_use]
    pub fn holds(&self, held: RoleHeld) -> bool {
        matches!(&self.rights, Rights::Person(roles) if roles.contains(&held))
    }

    /// Whether it may be done anywhere at all: what navigation is drawn by.
    #[must_use]
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        !self.reach(permission).is_nowhere()
    }

    /// The person's id, for rules about people; `None` for machines and the command line.
    #[must_use]
    pub const fn person(&self) -> Option<Uuid> {
        match (&self.rights, self.actor) {
            (Rights::Person(_), Actor::Person(id)) => Some(id),
            _ => None,
        }
    }
}

fn reach_of_roles(roles: &[RoleHeld], permission: Permission) -> Reach {
    let grants = permission.grants();
    let mut teams = BTreeSet::new();
    for held in roles {
        match (grants[held.role as usize], held.team) {
            (Grant::No, _) => {}
            (_, None) => return Reach::All,
            (_, Some(team)) => {
                teams.insert(team);
            }
        }
    }
    // The own account and the questionnaires belong to everybody who holds any role, for whatever team.
    if !teams.is_empty() && grants.iter().all(|grant| *grant == Grant::All) {
        return Reach::All;
    }
    Reach::Teams(teams)
}

#[cfg(test)]
mod tests {
    use super::super::MATRIX;
    use super::*;
    use proptest::prelude::*;

    fn team(n: u8) -> Uuid {
        Uuid::from_bytes([n; 16])
    }

    fn person(roles: &[RoleHeld]) -> Principal {
        Principal::new(Actor::Person(team(9)), Rights::Person(roles.to_vec()))
    }

    fn any_roles() -> impl Strategy<Value = Vec<RoleHeld>> {
        let held = (0..7_usize, prop::option::of(0..3_u8))
            .prop_map(|(role, n)| RoleHeld { role: Role::ALL[role], team: n.map(team) });
        prop::collection::vec(held, 0..4)
    }

    proptest! {
        #[test]
        fn a_token_never_has_more_than_its_owner(
            roles in any_roles(),
            scopes in prop::sample::subsequence(Scope::ALL.to_vec(), 0..Scope::ALL.len()),
            confined in prop::option::of(0..3_u8),
            at in prop::option::of(0..3_u8),
        ) {
            let owner = person(&roles);
            let rights = Rights::Token { scopes, team: confined.map(team), owner: Some(roles) };
            let token = Principal::new(Actor::Person(team(9)), rights);
            for (permission, _) in MATRIX {
                if token.may(*permission, at.map(team)) {
                    prop_assert!(owner.may(*permission, at.map(team)), "{permission:?}");
                    prop_assert!(confined.is_none() || confined == at);
                }
            }
        }

        #[test]
        fn one_more_role_takes_nothing_away(roles in any_roles(), more in any_roles(), at in prop::option::of(0..3_u8)) {
            let both = person(&[roles.clone(), more].concat());
            let fewer = person(&roles);
            for (permission, _) in MATRIX {
                prop_assert!(!fewer.may(*permission, at.map(team)) || both.may(*permission, at.map(team)));
            }
        }
    }

    #[test]
    fn who_is_held_back_looks_and_changes_no_control() {
        let mut officer = person(&[RoleHeld { role: Role::ComplianceOfficer, team: None }]);
        officer.held_back = Some(HeldBack::Unconfirmed { since: chrono::DateTime::UNIX_EPOCH });
        for (permission, grants) in MATRIX {
            let may = grants[Role::ComplianceOfficer as usize] != Grant::No && !permission.bears_on_control();
            assert_eq!(officer.may(*permission, None), may, "{permission:?}");
        }
        assert!(
            officer.may(Permission::ReadApprovals, None) && !officer.may(Permission::ConfirmProposals, None)
        );
    }

    #[test]
    fn a_lead_reaches_the_own_team_only() {
        let lead = person(&[RoleHeld { role: Role::TeamLead, team: Some(team(1)) }]);
        assert!(lead.may(Permission::ReadAudit, Some(team(1))));
        assert!(!lead.may(Permission::ReadAudit, Some(team(2))));
        assert!(!lead.may(Permission::ReadAudit, None));
        assert!(!lead.may_somewhere(Permission::ExportFullLog));
        assert!(lead.may(Permission::OwnAccount, None));
    }

    #[test]
    fn the_matrix_is_the_one_that_was_agreed() {
        let mut table = format!("{:26}", "");
        for role in Role::ALL {
            table += &format!(" {:>18}", role.name());
        }
        for (permission, grants) in MATRIX {
            table += &format!("\n{:26}", permission.id());
            for grant in grants {
                let cell = match grant {
                    Grant::No => "-",
                    Grant::Own => "own",
                    Grant::All => "all",
                };
                table += &format!(" {cell:>18}");
            }
        }
        insta::assert_snapshot!("permission-matrix", table);
    }
}
