//! Changes that need a second person: proposed by one, confirmed by another.
//!
//! A [`Proposal`] says what changes, who has a part in it, and which confirmations it [`Need`]s. [`Proposal::confirm`]
//! decides whether somebody may give one of them: they hold what the need asks for, have no part in the change, and gave
//! none of the others, under whatever account. What is proposed never changes: to propose something else, the proposal is
//! withdrawn and another one is made.
//!
//! Where nobody could confirm, an administrator without a part may; where there is none either, [`Kind::alone`] says what
//! becomes of it. Who could is judged by the caller, over the last [`LOOK_BACK`], so that nobody becomes the only one by
//! taking a role away from somebody else.
//!
//! To add a change that needs a second person: a row of [`Kind`], its line in [`Kind::alone`] and [`Kind::look`], and an
//! arm in the server's `proposals/kinds.rs` that applies it.

mod kind;
mod refused;

pub use kind::{Alone, Kind};
pub use refused::ProposalRefused;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{Permission, Principal, Rights, Role, RoleHeld};
use crate::approvals::{Same, Who};
use crate::audit::Actor;

/// How far back it is judged whether there is somebody who could confirm.
pub const LOOK_BACK: TimeDelta = TimeDelta::days(7);

crate::names! {
    /// How far a proposal is.
    pub enum ProposalState ("state of a proposal") {
        /// It waits for somebody to confirm it.
        Waiting = "waiting", "Waiting";
        /// It was confirmed and took effect.
        Confirmed = "confirmed", "Confirmed";
        /// Somebody who could have confirmed it turned it down.
        Rejected = "rejected", "Turned down";
        /// Whoever made it took it back, or what it was about is gone.
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

crate::names! {
    /// The part that somebody has in a change, because of which they do not confirm it.
    pub enum Part ("part") {
        /// They proposed it.
        Proposer = "proposer", "proposed it";
        /// They gave the answers that it rests on.
        Answered = "answered", "gave the answers";
        /// It is about what they hold or would hold.
        Holder = "holder", "would hold it";
        /// They gave it.
        Giver = "giver", "gave it";
        /// They declared the emergency.
        Declared = "declared", "declared the emergency";
        /// They asked for the approval.
        Requester = "requester", "asked for the approval";
        /// It is their own account.
        Owner = "owner", "own the account";
        /// They are on record as having made the version.
        Author = "author", "made the version";
        /// They decided about the version.
        Decided = "decided", "decided about the version";
        /// They reported the deployment.
        Deployer = "deployer", "reported the deployment";
        /// They made the link with which the password was set.
        LinkMaker = "link-maker", "made the link";
    }
}

/// One way to be somebody who can confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Confirmer {
    /// Whoever holds this role, for the organisation or for this team.
    Role {
        /// The role.
        role: Role,
        /// The team; absent for the whole organisation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<Uuid>,
    },
    /// Whoever may decide about approvals of this team.
    Decider {
        /// The team.
        team: Uuid,
    },
    /// One person.
    Person {
        /// The account.
        id: Uuid,
    },
}

/// One confirmation that a change needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Need {
    /// Who gives it, for people: "a compliance officer".
    pub what: String,
    /// Anybody who is one of these can give it.
    pub by: Vec<Confirmer>,
}

impl Need {
    /// A confirmation by a compliance officer.
    #[must_use]
    pub fn officer() -> Self {
        Self { what: "a compliance officer".to_owned(), by: vec![Confirmer::role(Role::ComplianceOfficer)] }
    }

    /// A confirmation by a compliance officer or an administrator.
    #[must_use]
    pub fn officer_or_administrator() -> Self {
        let by = vec![Confirmer::role(Role::ComplianceOfficer), Confirmer::role(Role::Admin)];
        Self { what: "a compliance officer or an administrator".to_owned(), by }
    }

    /// The same, that this person can give as well.
    #[must_use]
    pub fn or_person(mut self, id: Uuid, what: &str) -> Self {
        self.what = format!("{} or {what}", self.what);
        self.by.push(Confirmer::Person { id });
        self
    }

    /// Whether somebody can give it, as far as it depends on what they hold.
    #[must_use]
    pub fn can_be_given_by(&self, person: &Candidate) -> bool {
        self.by.iter().any(|confirmer| confirmer.is(person))
    }
}

impl Confirmer {
    /// Whoever holds a role for the organisation.
    #[must_use]
    pub const fn role(role: Role) -> Self {
        Self::Role { role, team: None }
    }

    fn is(self, person: &Candidate) -> bool {
        match self {
            Self::Role { role, team } => person.holds(role, team),
            Self::Person { id } => person.account == id,
            Self::Decider { team } => {
                let (actor, rights) = (Actor::Person(person.account), Rights::Person(person.roles.clone()));
                Principal::new(actor, rights).may(Permission::DecideApprovals, Some(team))
            }
        }
    }
}

/// Somebody with a part in a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Involved {
    /// Who.
    pub who: Who,
    /// Their part.
    pub part: Part,
}

/// Somebody who might confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The account.
    pub account: Uuid,
    /// The person behind it.
    pub who: Who,
    /// The roles that count.
    pub roles: Vec<RoleHeld>,
}

impl Candidate {
    fn holds(&self, role: Role, team: Option<Uuid>) -> bool {
        self.roles.contains(&RoleHeld { role, team })
    }
}

/// A confirmation that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Which of the needs it meets, by its place.
    pub need: usize,
    /// Who gave it; absent where nobody could.
    pub by: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether an administrator gave it because nobody else could.
    #[serde(default)]
    pub stands_in: bool,
}

/// Who could give a confirmation, over the last [`LOOK_BACK`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vacancy {
    /// Somebody whom the need names.
    Filled,
    /// Only an administrator without a part in it.
    Administrator,
    /// Nobody.
    Nobody,
}

/// A change that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What kind of change.
    pub kind: Kind,
    /// How far it is.
    pub state: ProposalState,
    /// The confirmations that it needs, each by another person.
    pub needs: Vec<Need>,
    /// Who has a part in it, the proposer among them.
    pub involved: Vec<Involved>,
    /// The confirmations that were given, with who gave them.
    pub given: Vec<(Confirmation, Option<Who>)>,
}

impl Proposal {
    /// The needs that nobody has met yet, by their places.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        (0..self.needs.len()).filter(|place| self.given.iter().all(|(given, _)| given.need != *place))
    }

    /// Who could give a confirmation, of everybody who held a role in the last [`LOOK_BACK`].
    #[must_use]
    pub fn vacancy(&self, need: usize, people: &[Candidate]) -> Vacancy {
        let Some(need) = self.needs.get(need) else { return Vacancy::Nobody };
        let free = || people.iter().filter(|person| self.has_no_part(person).is_ok());
        if free().any(|person| need.can_be_given_by(person)) {
            Vacancy::Filled
        } else if free().any(|person| person.holds(Role::Admin, None)) {
            Vacancy::Administrator
        } else {
            Vacancy::Nobody
        }
    }

    /// Whether nobody could give any of the confirmations that are missing.
    #[must_use]
    pub fn nobody_could(&self, people: &[Candidate]) -> bool {
        self.missing().all(|need| self.vacancy(need, people) == Vacancy::Nobody)
    }

    /// Which confirmation somebody gives: the place of the need, and whether they stand in for those whom it names.
    /// `people` is everybody who held a role in the last [`LOOK_BACK`].
    ///
    /// # Errors
    /// It is decided already; they have a part in it, or gave another one; no need asks for what they hold.
    pub fn confirm(&self, by: &Candidate, people: &[Candidate]) -> Result<(usize, bool), ProposalRefused> {
        self.has_no_part(by)?;
        let named = |place: &usize| self.needs[*place].can_be_given_by(by);
        let stands_in = |place: &usize| {
            by.holds(Role::Admin, None) && self.vacancy(*place, people) == Vacancy::Administrator
        };
        // Who is not asked at all is told so whatever became of it.
        if !(0..self.needs.len()).any(|place| named(&place) || stands_in(&place)) {
            return Err(self.not_asked(0..self.needs.len()));
        }
        self.waits()?;
        if let Some(place) = self.missing().find(named) {
            return Ok((place, false));
        }
        let place = self.missing().find(stands_in).ok_or_else(|| self.not_asked(self.missing()))?;
        Ok((place, true))
    }

    fn not_asked(&self, places: impl Iterator<Item = usize>) -> ProposalRefused {
        let wanted = places.filter_map(|place| self.needs.get(place)).map(|need| need.what.clone());
        ProposalRefused::NotAsked { wanted: wanted.collect::<Vec<_>>().join(" and ") }
    }

    /// Whether somebody may turn it down: whoever could confirm it, or confirmed a part of it already.
    ///
    /// # Errors
    /// As [`Proposal::confirm`].
    pub fn may_be_rejected_by(&self, by: &Candidate, people: &[Candidate]) -> Result<(), ProposalRefused> {
        if self.given.iter().any(|(_, who)| who.as_ref().is_some_and(|who| who.is(&by.who))) {
            return self.waits();
        }
        self.confirm(by, people).map(drop)
    }

    /// Whether somebody may take it back.
    ///
    /// # Errors
    /// It is decided already; it is somebody else's.
    pub fn may_be_withdrawn_by(&self, who: &Who) -> Result<(), ProposalRefused> {
        let proposed = |one: &Involved| one.part == Part::Proposer && one.who.is(who);
        if !self.involved.iter().any(proposed) {
            return Err(ProposalRefused::NotTheProposer);
        }
        if !self.kind.can_be_withdrawn() {
            return Err(ProposalRefused::NotWithdrawn);
        }
        self.waits()
    }

    fn has_no_part(&self, by: &Candidate) -> Result<(), ProposalRefused> {
        for one in &self.involved {
            match one.who.same(&by.who) {
                Some(Same::Account) if one.part == Part::Proposer => {
                    return Err(ProposalRefused::SelfConfirmation);
                }
                Some(Same::Person) if one.part == Part::Proposer => return Err(ProposalRefused::SamePerson),
                Some(_) => return Err(ProposalRefused::HasPart { part: one.part }),
                None => {}
            }
        }
        let gave = |(_, who): &(Confirmation, Option<Who>)| who.as_ref().is_some_and(|who| who.is(&by.who));
        if self.given.iter().any(gave) { Err(ProposalRefused::ConfirmedAlready) } else { Ok(()) }
    }

    fn waits(&self) -> Result<(), ProposalRefused> {
        match self.state {
            ProposalState::Waiting => Ok(()),
            decided => Err(ProposalRefused::Closed(decided)),
        }
    }
}
