//! How much harm a model can do, in four tiers: what its approvals have to be like follows from it.

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
