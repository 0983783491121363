//! How much harm a model can do, in four tiers: what its approvals have to be like follows from it. [`TierMove`] tells what
//! new answers do to a tier that was confirmed.

crate::names! {
    /// The risk tier of a model, from the least to the greatest.
    pub enum Tier ("risk tier") {
        /// Nobody is worse off when it is wrong.
        Minimal = "minimal", "Minimal";
        /// People deal with it and should know so; being wrong is a nuisance.
        Limited = "limited", "Limited";
        /// It bears on people's rights, money, health or access.
        High = "high", "High";
        /// Being wrong can cost lives or livelihoods, or stop what many depend on.
        Critical = "critical", "Critical";
    }
}

/// What new answers do to a model's tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierMove {
    /// There is no confirmed tier yet.
    First,
    /// The tier rises, or the answers say now that the model must not be used before counsel has looked at it.
    Raise,
    /// The tier stays.
    Same,
    /// The tier falls, or the answers no longer say that the model must not be used before counsel has looked at it.
    Lower,
}

impl TierMove {
    /// From the confirmed tier, if there is one, to a new one; each with whether it stops the model until counsel has
    /// looked at it. What falls in one of the two is lower, whatever the other does.
    #[must_use]
    pub fn of(confirmed: Option<(Tier, bool)>, new: (Tier, bool)) -> Self {
        match confirmed {
            None => Self::First,
            Some((tier, stops)) if new.0 < tier || (stops && !new.1) => Self::Lower,
            Some((tier, stops)) if new.0 > tier || (!stops && new.1) => Self::Raise,
            Some(_) => Self::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_tiers_sort_from_the_highest_to_the_lowest() {
        // Statements compare tiers by their names.
        assert!(Tier::ALL.windows(2).all(|pair| pair[0].name() > pair[1].name()));
    }

    #[test]
    fn what_falls_in_anything_is_lower() {
        let high = Some((Tier::High, false));
        assert_eq!(TierMove::of(None, (Tier::Minimal, false)), TierMove::First);
        assert_eq!(TierMove::of(high, (Tier::Critical, false)), TierMove::Raise);
        assert_eq!(TierMove::of(high, (Tier::High, true)), TierMove::Raise);
        assert_eq!(TierMove::of(high, (Tier::High, false)), TierMove::Same);
        assert_eq!(TierMove::of(high, (Tier::Limited, true)), TierMove::Lower);
        assert_eq!(TierMove::of(Some((Tier::High, true)), (Tier::Critical, false)), TierMove::Lower);
    }
}
