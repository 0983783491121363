//! Changes of the policies: proposed by one person, confirmed by another.
//!
//! A [`Proposal`] brings a version of a policy into force or takes the one in force out. What is proposed never changes:
//! to propose something else, the proposal is withdrawn and another one made. To add a rule: a variant of
//! [`ProposalRefused`] with its sentence and its name.

use super::policy::PolicyRef;
use super::who::{Same, Who};
use crate::questionnaires::Version;

crate::names! {
    /// What a proposal would change.
    pub enum PolicyChange ("change of policies") {
        /// A version comes into force, in place of the one before.
        IntoForce = "into-force", "Bring into force";
        /// The version in force goes out, and none takes its place.
        OutOfForce = "out-of-force", "Take out of force";
    }
}

crate::names! {
    /// How far a proposal is.
    pub enum ProposalState ("state of a proposal") {
        /// Somebody else has to confirm it.
        Waiting = "waiting", "Waiting";
        /// Somebody else confirmed it: it came to be.
        Confirmed = "confirmed", "Confirmed";
        /// Somebody else turned it down.
        Rejected = "rejected", "Turned down";
        /// Whoever made it took it back.
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

/// A change of the policies that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What would change.
    pub change: PolicyChange,
    /// Which version it is about.
    pub policy: PolicyRef,
    /// Who wants it.
    pub by: Who,
    /// How far it is.
    pub state: ProposalState,
}

/// Why nothing became of a proposal, or of a decision about one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalRefused {
    /// A machine has no second pair of eyes.
    #[error("a change of the policies is proposed by a person: sign in, or use a token of your own")]
    ByMachine,
    /// Whoever proposed it decides about it.
    #[error(
        "you proposed this yourself: somebody else confirms it or turns it down, and you may withdraw it"
    )]
    SelfConfirmation,
    /// The same with a second account.
    #[error(
        "the account that proposed this is yours as well: somebody else confirms it or turns it down, and you may \
         withdraw it"
    )]
    SamePerson,
    /// Only whoever made a proposal takes it back.
    #[error("somebody else proposed this: confirm it or turn it down")]
    NotTheProposer,
    /// It is decided already.
    #[error("the proposal is {} already: make a new one", .0.label().to_lowercase())]
    Closed(ProposalState),
    /// Another proposal about the policy waits.
    #[error("another proposal about the policy `{0}` waits: confirm it, turn it down or withdraw it first")]
    AlreadyWaiting(String),
    /// The version was used before, or is lower than one that was.
    #[error(
        "version {version} is not above {newest}, the newest there was of this policy: give the text a higher one"
    )]
    VersionNotHigher {
        /// The version that was proposed.
        version: Version,
        /// The highest there was.
        newest: Version,
    },
    /// There is nothing to take out of force.
    #[error("no version of the policy `{0}` is in force")]
    NotInForce(String),
}

impl ProposalRefused {
    /// The name of the rule, for machines.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::ByMachine => "proposed_by_machine",
            Self::SelfConfirmation => "self_confirmation",
            Self::SamePerson => "same_person",
            Self::NotTheProposer => "not_the_proposer",
            Self::Closed(_) => "proposal_closed",
            Self::AlreadyWaiting(_) => "proposal_waiting",
            Self::VersionNotHigher { .. } => "version_not_higher",
            Self::NotInForce(_) => "not_in_force",
        }
    }

    /// Whether it is about who somebody is, and not about how things stand.
    #[must_use]
    pub const fn is_about_who(&self) -> bool {
        matches!(self, Self::ByMachine | Self::SelfConfirmation | Self::SamePerson | Self::NotTheProposer)
    }
}

impl Proposal {
    /// Whether somebody may confirm it or turn it down.
    ///
    /// # Errors
    /// It is decided already; it is their own, under whatever account.
    pub fn may_be_decided_by(&self, who: &Who) -> Result<(), ProposalRefused> {
        self.waits()?;
        match self.by.same(who) {
            Some(Same::Account) => Err(ProposalRefused::SelfConfirmation),
            Some(Same::Person) => Err(ProposalRefused::SamePerson),
            None => Ok(()),
        }
    }

    /// Whether somebody may take it back.
    ///
    /// # Errors
    /// It is decided already; it is somebody else's.
    pub fn may_be_withdrawn_by(&self, who: &Who) -> Result<(), ProposalRefused> {
        self.waits()?;
        if self.by.is(who) { Ok(()) } else { Err(ProposalRefused::NotTheProposer) }
    }

    fn waits(&self) -> Result<(), ProposalRefused> {
        match self.state {
            ProposalState::Waiting => Ok(()),
            decided => Err(ProposalRefused::Closed(decided)),
        }
    }
}

/// Whether a version may come after those there were of a policy: an approval names what it was given under by version,
/// so none is used twice.
///
/// # Errors
/// `version_not_higher`.
pub fn comes_after(
    version: Version,
    before: impl IntoIterator<Item = Version>,
) -> Result<(), ProposalRefused> {
    match before.into_iter().max() {
        Some(newest) if newest >= version => Err(ProposalRefused::VersionNotHigher { version, newest }),
        _ => Ok(()),
    }
}
