//! Break-glass: deploying before the decisions, for a short time, with a review that is due.
//!
//! An emergency stands in for decisions and evidence, for one exact state. It does not approve anything: the request
//! stays open and is decided like any other.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::BoundState;
use super::command::Happened;
use super::policy::Policy;
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
    /// The policy allows no emergency, or not to this person; no reason was given; the state names another policy.
    pub fn request_in_emergency(
        terms: Terms,
        policy: &Policy,
        bound: BoundState,
        by: &Acting,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        if !policy.is(&bound.policy) {
            return Err(Refusal::WrongPolicy);
        }
        let (approval, bound_sha256) = Self::opened(terms, policy, bound, now);
        approval.declare(bound_sha256, policy, by, reason, now)
    }

    pub(super) fn break_glass(
        &self,
        open: &Open,
        policy: &Policy,
        by: &Acting,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        if self.emergency.is_some() {
            return Err(Refusal::GlassBrokenAlready);
        }
        self.declare(open.bound_sha256.clone(), policy, by, reason, now)
    }

    fn declare(
        &self,
        bound_sha256: String,
        policy: &Policy,
        by: &Acting,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(Self, Happened), Refusal> {
        let allowed = policy.break_glass.as_ref().ok_or(Refusal::BreakGlassNotAllowed)?;
        let role = held(by, &allowed.roles)?;
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
        let reviewed = Self { emergency: Some(Emergency { review, ..emergency.clone() }), ..self.clone() };
        Ok((reviewed, Happened::EmergencyReviewed { role, justified, in_time: now < due }))
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
        let asked = matches!(&self.terms.requester, Requester::Person(requester) if requester.is(&by.who));
        if asked || emergency.by.is(&by.who) {
            return Err(Refusal::SelfReview);
        }
        Ok((emergency, due, held(by, &emergency.reviewers)?))
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

fn held(by: &Acting, roles: &[String]) -> Result<String, Refusal> {
    by.role_of(roles).cloned().ok_or_else(|| Refusal::NotHoldingRole { roles: roles.to_vec() })
}
