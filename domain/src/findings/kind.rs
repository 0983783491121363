//! What a finding is about, and what is wrong.

crate::names! {
    /// What a finding is about.
    #[cfg_attr(feature = "openapi", schema(as = FindingAbout))]
    pub enum About ("subject of a finding") {
        /// A use of data that breaks the data's terms.
        Data = "data", "Data";
        /// Something that runs, or was set up, past those who have to decide.
        Control = "control", "Control";
        /// Something that runs and does not behave: what machines that watch it report.
        Operations = "operations", "Operations";
    }
}

crate::names! {
    /// What is wrong.
    #[cfg_attr(feature = "openapi", schema(as = DataFindingKind))]
    pub enum FindingKind ("kind of finding") {
        /// The dataset is not registered.
        UnknownDataset = "unknown_dataset", "Unknown dataset";
        /// The purpose is none of the dataset's.
        PurposeNotAllowed = "purpose_not_allowed", "Purpose not allowed";
        /// It should have been deleted.
        AfterRetention = "after_retention", "Used after its retention";
        /// It is about people, and nothing says why it may be used.
        NoLawfulBasis = "no_lawful_basis", "No lawful basis";
        /// It is of a special category, and nothing says why it may be used all the same.
        SpecialCategoryWithoutException = "special_category_without_exception", "Special category without an exception";
        /// A version runs, and its approval has ended or never was.
        RunsUnapproved = "runs_unapproved", "Runs without a valid approval";
        /// A version was deployed although the gate says no.
        DeployedDenied = "deployed_denied", "Deployed although the gate says no";
        /// A version was deployed that the gate was never asked about, and it says no.
        DeployedUnseen = "deployed_unseen", "Deployed past the gate";
        /// One artefact stands under several models with different risk tiers.
        ArtefactOfSeveralTiers = "artefact_of_several_tiers", "One artefact, several risk tiers";
        /// A version is made like one of a model with a higher risk tier.
        MadeLikeHigherTier = "made_like_higher_tier", "Made like a version of a higher risk tier";
        /// Something was reported for an environment that is not on the organisation's list.
        UnknownEnvironment = "unknown_environment", "Unknown environment";
        /// A monitor raised an alert.
        Alert = "alert", "Alert";
        /// What it sees or says has moved away from what it was made for.
        Drift = "drift", "Drift";
        /// What should report has been silent for too long.
        Silence = "silence", "Silence";
        /// The name under which it is served points to another version.
        MovedAlias = "moved_alias", "Moved alias";
    }
}

impl FindingKind {
    /// What a finding of this kind is about.
    #[must_use]
    pub const fn about(self) -> About {
        match self {
            Self::UnknownDataset
            | Self::PurposeNotAllowed
            | Self::AfterRetention
            | Self::NoLawfulBasis
            | Self::SpecialCategoryWithoutException => About::Data,
            Self::RunsUnapproved
            | Self::DeployedDenied
            | Self::DeployedUnseen
            | Self::ArtefactOfSeveralTiers
            | Self::MadeLikeHigherTier
            | Self::UnknownEnvironment => About::Control,
            Self::Alert | Self::Drift | Self::Silence | Self::MovedAlias => About::Operations,
        }
    }

    /// Whether it says that a version runs past the gate: such a finding follows what the gate says, and what runs.
    #[must_use]
    pub const fn runs_past_the_gate(self) -> bool {
        matches!(self, Self::RunsUnapproved | Self::DeployedDenied | Self::DeployedUnseen)
    }
}
