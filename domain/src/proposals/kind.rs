//! The kinds of change that need a second person. One row each; who confirms is said where it is proposed, because it
//! depends on whose team it is.

use super::ProposalState;
use crate::access::Permission;

crate::names! {
    /// What kind of change it is.
    pub enum Kind ("kind of proposal") {
        /// A version of an approval policy comes into force.
        PolicyIntoForce = "policy-into-force", "Bring an approval policy into force";
        /// The version of an approval policy that is in force goes out.
        PolicyOutOfForce = "policy-out-of-force", "Take an approval policy out of force";
        /// A model gets its first risk tier.
        FirstTier = "first-tier", "Confirm a first risk tier";
        /// A model's risk tier was raised: it decides already, and is confirmed afterwards.
        RaiseTier = "tier-raised", "Confirm a raised risk tier";
        /// A model's risk tier is lowered from limited.
        LowerTier = "tier-lowered", "Lower a risk tier";
        /// A model's risk tier is lowered from high or critical.
        LowerHighTier = "high-tier-lowered", "Lower a high risk tier";
        /// The tier that counts for an artifact which several models hold.
        DigestTier = "digest-tier", "Say which tier counts for an artifact";
        /// A job role that a policy names, or being accountable for a model.
        JobRole = "job-role", "Confirm a job role";
        /// A model may have emergencies again in an environment.
        LiftEmergencyBlock = "emergency-block-lifted", "Allow emergencies again";
        /// A model goes to another team.
        MoveModel = "model-moved", "Move a model to another team";
        /// Somebody who has decided about a version is named as one of those who made it.
        AuthorClaim = "author-claim", "Name somebody as an author who has decided";
        /// Somebody is taken off the people who made a version.
        RemoveAuthor = "author-removed", "Take somebody off the authors";
        /// It is put on record under which name another system knows a person.
        LinkIdentity = "identity-linked", "Link an identity to a person";
        /// Such a name is taken from the record.
        UnlinkIdentity = "identity-unlinked", "Unlink an identity from a person";
    }
}

/// What becomes of a proposal that nobody could confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// It takes effect at once.
    AtOnce,
    /// It takes effect a day after it was made.
    AfterADay,
    /// It takes effect seven days after it was made.
    AfterSevenDays,
    /// It waits until there is somebody.
    Never,
}

impl Alone {
    /// How long it waits; `None` for as long as it takes.
    #[must_use]
    pub const fn wait(self) -> Option<chrono::TimeDelta> {
        match self {
            Self::AtOnce => Some(chrono::TimeDelta::zero()),
            Self::AfterADay => Some(chrono::TimeDelta::days(1)),
            Self::AfterSevenDays => Some(chrono::TimeDelta::days(7)),
            Self::Never => None,
        }
    }
}

impl Kind {
    /// What becomes of one that nobody could confirm. The rule is a day; what is said here is the exception.
    #[must_use]
    pub const fn alone(self) -> Alone {
        match self {
            Self::LowerHighTier | Self::RemoveAuthor => Alone::Never,
            _ => Alone::AfterADay,
        }
    }

    /// Whether whoever proposed it may take it back. Not where it follows from what they did, or is in effect already:
    /// then taking it back is a decision of its own.
    #[must_use]
    pub const fn can_be_withdrawn(self) -> bool {
        !matches!(self, Self::RaiseTier | Self::DigestTier)
    }

    /// Who may look at one of these, besides those who have a part in it: whoever may do this, in the team that it is
    /// about.
    #[must_use]
    pub const fn look(self) -> Permission {
        match self {
            Self::PolicyIntoForce | Self::PolicyOutOfForce => Permission::ReadPolicies,
            Self::FirstTier | Self::RaiseTier | Self::LowerTier | Self::LowerHighTier | Self::DigestTier => {
                Permission::ReadModels
            }
            Self::JobRole => Permission::ReadOwnership,
            Self::LiftEmergencyBlock => Permission::ReadApprovals,
            Self::MoveModel => Permission::ReadModels,
            Self::AuthorClaim | Self::RemoveAuthor => Permission::ReadModels,
            Self::LinkIdentity | Self::UnlinkIdentity => Permission::ReadPeople,
        }
    }
}

impl ProposalState {
    /// What follows for the change itself, in a word for the record.
    #[must_use]
    pub const fn ended(self) -> bool {
        !matches!(self, Self::Waiting)
    }
}
