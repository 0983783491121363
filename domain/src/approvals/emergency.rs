//! Break-glass: deploying before the decisions, for a short time, with a review that is due.
//!
//! An emergency stands in for decisions and evidence, for one exact state. It does not approve anything: the request
//! stays open and is decided like any other.
//!
//! Emergencies stay rare because the model remembers them, in each environment, whatever version and request they were for:
//! there are as many as the policy's limit allows, and none after one that was not justified, or that nobody looked at in
//! time, until an officer lifts that block. Whoever declares another hands in those before it as [`Earlier`].

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::BoundState;
use super::command::Happened;
use super::policy::{EmergencyLimit, Policy};
use super::refusal::Refusal;
use super::request::{Approval, Terms, days, said};
use super::state::{Open, State};
use super::who::{Acting, Requester, Who};

/// Somebody deploys before the decisions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Emergency {
    pub(super) by: Who,
    pub(super) at: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
    pub(super) bound_sha256: String,
    /// Kept, because the request may come under another policy before somebody looks at it.
    pub(super) reviewers: Vec<String>,
    pub(super) review: Review,
    /// That it blocks no other any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lifted: Option<Lifted>,
}

/// Somebody lets the model have emergencies again after this one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Lifted {
    /// Who; nobody where there was no officer who could.
    pub who: Option<Who>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An emergency that a model had in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Earlier {
    /// The request that it was declared for.
    pub request: Uuid,
    /// The emergency.
    pub emergency: Emergency,
}

crate::names! {
    /// Why no other emergency can be declared after one.
    pub enum Block ("block") {
        /// Nobody reviewed it in time.
        NotReviewed = "not_reviewed", "is overdue for review";
        /// It was reviewed and was none.
        NotJustified = "not_justified", "was found not to be justified";
    }
}

/// Looking at an emergency afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Review {
    /// Nobody has yet.
    Due {
        /// When it has to be done.
        by: DateTime<Utc>,
    },
    /// Somebody has.
    Done {
        /// Who.
        who: Who,
        /// When.
        at: DateTime<Utc>,
        /// Whether it was an emergency.
        justified: bool,
    },
}

/// How an emergency bears on a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// It lets it through.
    Holds,
    /// Its time is over.
    Ended,
    /// Nobody reviewed it in time.
    ReviewOverdue,
    /// It was reviewed and was none.
    NotJustified,
    /// What it was declared for has changed.
    OtherState,
}

impl Emergency {
    /// Who declared it.
    #[must_use]
    pub const fn by(&self) -> &Who {
        &self.by
    }

    /// When it was declared.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// When it ends.
    #[must_use]
    pub const fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// The job roles that review it.
    #[must_use]
    pub fn reviewers(&self) -> &[String] {
        &self.reviewers
    }

    /// How its review stands.
    #[must_use]
    pub const fn review(&self) -> &Review {
        &self.review
    }

    /// That it blocks no other any more, where somebody said so.
    #[must_use]
    pub const fn lifted(&self) -> Option<&Lifted> {
        self.lifted.as_ref()
    }

    /// Why no other can be declared for the model in the environment; `None` where another can.
    #[must_use]
    pub fn blocks(&self, now: DateTime<Utc>) -> Option<Block> {
        let block = match self.review {
            Review::Done { justified: false, .. } => Block::NotJustified,
            Review::Due { by } if now >= by => Block::NotReviewed,
            Review::Due { .. } | Review::Done { .. } => return None,
        };
        self.lifted.is_none().then_some(block)
    }

    /// How it bears on deploying this state now.
    #[must_use]
    pub fn passes(&self, bound_sha256: &str, now: DateTime<Utc>) -> Pass {
        match self.review {
            Review::Done { justified: false, .. } => return Pass::NotJustified,
            Review::Due { by } if now >= by => return Pass::ReviewOverdue,
            Review::Due { .. } | Review::Done { .. } => {}
        }
        if self.bound_sha256 != bound_sha256 {
            Pass::OtherState
        } else if now >= self.until {
            Pass::Ended
        } else {
            Pass::Holds
        }
    }
}

impl Approval {
    /// Asks for an approval and declares an emergency in one: what the policy demands of a request may be missing then,
    /// but nobody can approve before the evidence is there.
    ///
    /// # Errors
    /// The policy allows no emergency, or not to this person; those before it stand in the way; no reason was given; the
    /// state names another policy.
    pub fn request_in_emergency(
        terms: Terms,
        policy: &Policy,
        bound: BoundState,
        by: &Acting,
        reason: &str,
        earlier: &[Earlier],
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        if !policy.is(&bound.policy) {
            return Err(Refusal::WrongPolicy);
        }
        let (approval, bound_sha256) = Self::opened(terms, policy, bound, now);
        approval.declare(bound_sha256, policy, by, reason, earlier, now)
    }

    pub(super) fn break_glass(
        &self,
        open: &Open,
        policy: &Policy,
        by: &Acting,
        reason: &str,
        earlier: &[Earlier],
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        if self.emergency.is_some() {
            return Err(Refusal::GlassBrokenAlready);
        }
        self.declare(open.bound_sha256.clone(), policy, by, reason, earlier, now)
    }

    fn declare(
        &self,
        bound_sha256: String,
        policy: &Policy,
        by: &Acting,
        reason: &str,
        earlier: &[Earlier],
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let allowed = policy.break_glass.as_ref().ok_or(Refusal::BreakGlassNotAllowed)?;
        may_come_after(earlier, allowed.limit(), now)?;
        let role = by.by_role(&allowed.roles)?;
        said(reason)?;
        let until = now + days(allowed.valid_days);
        let review_by = now + days(allowed.review_within_days);
        let emergency = Emergency {
            by: by.who.clone(),
            at: now,
            until,
            bound_sha256: bound_sha256.clone(),
            reviewers: allowed.reviewers.clone(),
            review: Review::Due { by: review_by },
            lifted: None,
        };
        let happened = Happened::GlassBroken { role, bound_sha256, until, review_by };
        Ok((Self { emergency: Some(emergency), ..self.clone() }, happened))
    }

    pub(super) fn review_emergency(
        &self,
        by: &Acting,
        justified: bool,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let (emergency, due, role) = self.reviewer(by)?;
        said(reason)?;
        let review = Review::Done { who: by.who.clone(), at: now, justified };
        // What was lifted was that nobody had looked at it: that it was none is another thing.
        let lifted = emergency.lifted.clone().filter(|_| justified);
        let emergency = Some(Emergency { review, lifted, ..emergency.clone() });
        let reviewed = Self { emergency, ..self.clone() };
        Ok((reviewed, Happened::EmergencyReviewed { role, justified, in_time: now < due }))
    }

    pub(super) fn lift_block(
        &self,
        by: Option<&Who>,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let (emergency, why) = self.blocking(now)?;
        if by.is_some_and(|by| self.had_the_emergency(emergency, by)) {
            return Err(Refusal::SelfLift);
        }
        said(reason)?;
        let lifted = Some(Lifted { who: by.cloned(), at: now });
        let emergency = Some(Emergency { lifted, ..emergency.clone() });
        Ok((Self { emergency, ..self.clone() }, Happened::BlockLifted { why }))
    }

    /// Whether somebody could lift what its emergency blocks, as far as it depends on the emergency and on who they are.
    ///
    /// # Errors
    /// There is no emergency, it blocks nothing, or they had a part in it.
    pub fn could_lift(&self, by: &Who, now: DateTime<Utc>) -> Result<Block, Refusal> {
        let (emergency, why) = self.blocking(now)?;
        if self.had_the_emergency(emergency, by) { Err(Refusal::SelfLift) } else { Ok(why) }
    }

    /// The emergency, and why it blocks another.
    fn blocking(&self, now: DateTime<Utc>) -> Result<(&Emergency, Block), Refusal> {
        let emergency = self.emergency.as_ref().ok_or(Refusal::NoEmergency)?;
        Ok((emergency, emergency.blocks(now).ok_or(Refusal::NothingBlocked)?))
    }

    /// Whether somebody declared the emergency, or asked for the approval.
    fn had_the_emergency(&self, emergency: &Emergency, who: &Who) -> bool {
        let asked = matches!(&self.terms.requester, Requester::Person(requester) if requester.is(who));
        asked || emergency.by.is(who)
    }

    /// Whether somebody could review its emergency now.
    ///
    /// # Errors
    /// There is none to review, or the rule about people that is in the way.
    pub fn could_review(&self, by: &Acting) -> Result<(), Refusal> {
        self.reviewer(by).map(drop)
    }

    /// The emergency, until when it has to be reviewed, and the job role by which somebody may.
    fn reviewer(&self, by: &Acting) -> Result<(&Emergency, DateTime<Utc>, String), Refusal> {
        let emergency = self.emergency.as_ref().ok_or(Refusal::NoEmergency)?;
        let Review::Due { by: due } = emergency.review else { return Err(Refusal::ReviewedAlready) };
        if self.had_the_emergency(emergency, &by.who) {
            return Err(Refusal::SelfReview);
        }
        Ok((emergency, due, by.by_role(&emergency.reviewers)?))
    }

    /// How an emergency bears on deploying what is asked for; `None` without one, and where the request is not open.
    #[must_use]
    pub fn emergency_pass(&self, now: DateTime<Utc>) -> Option<Pass> {
        match (&self.state, &self.emergency) {
            (State::Open(open), Some(emergency)) => Some(emergency.passes(&open.bound_sha256, now)),
            _ => None,
        }
    }
}

/// Whether another emergency can be declared after those that there were.
///
/// # Errors
/// One of them blocks it, or there were as many as the limit allows.
pub fn may_come_after(earlier: &[Earlier], limit: EmergencyLimit, now: DateTime<Utc>) -> Result<(), Refusal> {
    let blocks = |one: &Earlier| Some((one.request, one.emergency.blocks(now)?));
    if let Some((request, why)) = earlier.iter().find_map(blocks) {
        return Err(Refusal::EmergencyBlocked { request, why });
    }
    let EmergencyLimit { number, days } = limit;
    let within = TimeDelta::days(days.into());
    let mut counted: Vec<_> =
        earlier.iter().map(|one| one.emergency.at).filter(|at| now < *at + within).collect();
    counted.sort_unstable();
    // The one that has to be out of the days before there is room for another.
    let last = counted.len().checked_sub(number.into()).and_then(|index| counted.get(index));
    match last {
        Some(at) => Err(Refusal::EmergencyLimit { number, days, from: *at + within }),
        None => Ok(()),
    }
}
