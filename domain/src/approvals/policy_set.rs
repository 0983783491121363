//! The policies that hold together: which one decides about a deployment, and whether the people there are can ever
//! satisfy it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::policy::{ANY_ENVIRONMENT, Policy};
use super::policy_check::PolicyRule;
use crate::models::Tier;

/// Policies of which at most one decides about each deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicySet(Vec<Policy>);

/// A rule that policies break together, or with the people there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {message}")]
pub struct PolicyRefused {
    /// The rule.
    pub rule: PolicyRule,
    /// What is wrong and what would be right.
    pub message: String,
}

impl PolicySet {
    /// Puts policies together.
    ///
    /// # Errors
    /// Every environment and tier that two of them name, and every id that two of them have.
    pub fn new(policies: Vec<Policy>) -> Result<Self, Vec<PolicyRefused>> {
        let mut refused = Vec::new();
        for (index, policy) in policies.iter().enumerate() {
            for earlier in &policies[..index] {
                refused.extend(conflicts(earlier, policy));
            }
        }
        if refused.is_empty() { Ok(Self(policies)) } else { Err(refused) }
    }

    /// The policy that decides about deploying a model of this tier here; `None` where nobody wrote one.
    #[must_use]
    pub fn decides(&self, environment: &str, tier: Tier) -> Option<&Policy> {
        let names = |policy: &&Policy, environment: &str| {
            policy.applies.tiers.contains(&tier)
                && policy.applies.environments.iter().any(|named| named == environment)
        };
        let find = |environment: &str| self.0.iter().find(|policy| names(policy, environment));
        find(environment).or_else(|| find(ANY_ENVIRONMENT))
    }

    /// The policies, as they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.0.iter()
    }
}

fn conflicts(earlier: &Policy, policy: &Policy) -> Vec<PolicyRefused> {
    let mut found = Vec::new();
    if earlier.id == policy.id {
        let message = format!("two policies are called `{}`: give one of them another id", policy.id);
        found.push(PolicyRefused { rule: PolicyRule::Duplicate, message });
    }
    for environment in &policy.applies.environments {
        for tier in &policy.applies.tiers {
            if earlier.applies.environments.contains(environment) && earlier.applies.tiers.contains(tier) {
                let message = format!(
                    "`{}` and `{}` both decide about {tier} models in `{environment}`: take it out of one of them",
                    earlier.id, policy.id
                );
                found.push(PolicyRefused { rule: PolicyRule::TwoPolicies, message });
            }
        }
    }
    found
}

/// Who holds which job role, as far as a policy can meet them. Accounts of the same person are one id here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// The holders of each job role.
    pub holders: BTreeMap<String, BTreeSet<Uuid>>,
    /// Who may ask for approvals.
    pub requesters: BTreeSet<Uuid>,
}

impl Policy {
    /// Whether there is any requester for whom the people there are can give all decisions. External decisions are left
    /// out of it: a policy that only a machine can satisfy is no four eyes.
    ///
    /// # Errors
    /// `never_satisfied`, with the step that has too few people, or the emergency that nobody could review.
    pub fn can_be_satisfied(&self, people: &People) -> Result<(), PolicyRefused> {
        let refused = |message: String| PolicyRefused { rule: PolicyRule::NeverSatisfied, message };
        for step in &self.steps {
            let holders = people.of(&step.roles);
            if holders.len() < usize::from(step.count) {
                return Err(refused(format!(
                    "the step `{}` needs {} of the people with the job role {}, and there are {}",
                    step.id,
                    step.count,
                    step.roles.join(" or "),
                    holders.len()
                )));
            }
        }
        if !people.requesters.iter().any(|requester| self.fits_without(*requester, people)) {
            return Err(refused(format!(
                "whoever asks, there are not enough other people for all {} steps{}: let more people hold their job \
                 roles, or ask for fewer",
                self.steps.len(),
                if self.distinct_people { ", of which each person counts in one only" } else { "" },
            )));
        }
        self.emergency_can_be_reviewed(people).map_err(refused)
    }

    fn emergency_can_be_reviewed(&self, people: &People) -> Result<(), String> {
        let Some(emergency) = &self.break_glass else { return Ok(()) };
        let reviewers = people.of(&emergency.reviewers);
        let breakers = people.of(&emergency.roles);
        // Somebody may break the glass whom somebody else may review; without a breaker there is nothing to review.
        let pair = |breaker: &Uuid| reviewers.iter().any(|reviewer| reviewer != breaker);
        if breakers.is_empty() || breakers.iter().any(pair) {
            return Ok(());
        }
        Err(format!(
            "an emergency is reviewed by somebody else, and nobody else has the job role {}",
            emergency.reviewers.join(" or ")
        ))
    }

    /// Whether each seat of each step finds somebody other than the requester.
    fn fits_without(&self, requester: Uuid, people: &People) -> bool {
        let candidates = |roles: &[String]| {
            people.of(roles).into_iter().filter(|person| *person != requester).collect::<Vec<_>>()
        };
        if !self.distinct_people {
            return self.steps.iter().all(|step| candidates(&step.roles).len() >= usize::from(step.count));
        }
        let seats: Vec<Vec<Uuid>> = self
            .steps
            .iter()
            .flat_map(|step| std::iter::repeat_n(candidates(&step.roles), usize::from(step.count)))
            .collect();
        let mut taken = BTreeMap::new();
        (0..seats.len()).all(|seat| seat_somebody(seat, &seats, &mut taken, &mut BTreeSet::new()))
    }
}

/// Finds a person for a seat, moving others to other seats where that helps (an augmenting path).
fn seat_somebody(
    seat: usize,
    seats: &[Vec<Uuid>],
    taken: &mut BTreeMap<Uuid, usize>,
    tried: &mut BTreeSet<Uuid>,
) -> bool {
    for person in &seats[seat] {
        if !tried.insert(*person) {
            continue;
        }
        let free = match taken.get(person).copied() {
            None => true,
            Some(other) => seat_somebody(other, seats, taken, tried),
        };
        if free {
            taken.insert(*person, seat);
            return true;
        }
    }
    false
}

impl People {
    fn of(&self, roles: &[String]) -> BTreeSet<Uuid> {
        roles.iter().filter_map(|role| self.holders.get(role)).flatten().copied().collect()
    }
}
