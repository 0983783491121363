//! Why nothing became of a proposal, or of a decision about one. To add a rule: a variant with its sentence and its name.

use super::{Part, ProposalState};

/// Why somebody may not do what they tried with a proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalRefused {
    /// A machine proposes or confirms what only people may.
    #[error("this is for people: sign in and do it on the page")]
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
    /// They have another part in it.
    #[error("you {}: somebody without a part in it confirms it or turns it down", .part.label())]
    HasPart {
        /// Which part.
        part: Part,
    },
    /// They gave one of the confirmations already.
    #[error("you confirmed this already: the other confirmation comes from somebody else")]
    ConfirmedAlready,
    /// They are not one of those who are asked.
    #[error("this is confirmed by {wanted}")]
    NotAsked {
        /// Who is asked.
        wanted: String,
    },
    /// Only whoever made a proposal takes it back.
    #[error("somebody else proposed this: only they can withdraw it")]
    NotTheProposer,
    /// Whoever proposed it does not undo it.
    #[error("nobody takes this back alone: somebody who may confirm it can turn it down")]
    NotWithdrawn,
    /// It is decided already.
    #[error("the proposal is {} already: make a new one", .0.label().to_lowercase())]
    Closed(ProposalState),
    /// Another proposal of the kind about the same thing waits.
    #[error("another proposal about this waits: have it confirmed, turned down or withdrawn first")]
    AlreadyWaiting,
}

impl ProposalRefused {
    /// The name of the rule, for machines.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::ByMachine => "proposed_by_machine",
            Self::SelfConfirmation => "self_confirmation",
            Self::SamePerson => "same_person",
            Self::HasPart { .. } => "has_part",
            Self::ConfirmedAlready => "confirmed_already",
            Self::NotAsked { .. } => "not_asked",
            Self::NotTheProposer => "not_the_proposer",
            Self::NotWithdrawn => "not_withdrawn",
            Self::Closed(_) => "proposal_closed",
            Self::AlreadyWaiting => "proposal_waiting",
        }
    }

    /// Whether it is about who somebody is, and not about how things stand.
    #[must_use]
    pub const fn is_about_who(&self) -> bool {
        !matches!(self, Self::Closed(_) | Self::AlreadyWaiting)
    }
}
