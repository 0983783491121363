//! The entries of the main navigation.

/// A part of the product with an entry in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What waits for me.
    Home,
    /// Teams, their assessments, roadmaps and ownership.
    Teams,
    /// Models, versions, deployments.
    Models,
    /// Approval requests.
    Approvals,
    /// Datasets and their use.
    Datasets,
    /// The audit trail.
    Audit,
    /// Control frameworks.
    Compliance,
    /// Documents.
    Reports,
    /// All teams at a glance.
    Organisation,
    /// People, tokens, settings.
    Admin,
}

impl Section {
    /// Every section, in the order of the navigation.
    pub const ALL: [Self; 10] = [
        Self::Home,
        Self::Teams,
        Self::Models,
        Self::Approvals,
        Self::Datasets,
        Self::Audit,
        Self::Compliance,
        Self::Reports,
        Self::Organisation,
        Self::Admin,
    ];

    /// The word in the navigation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Home => "Today",
            Self::Teams => "Teams",
            Self::Models => "Models",
            Self::Approvals => "Approvals",
            Self::Datasets => "Data",
            Self::Audit => "Audit trail",
            Self::Compliance => "Compliance",
            Self::Reports => "Reports",
            Self::Organisation => "Organisation",
            Self::Admin => "Administration",
        }
    }

    /// Where the entry leads.
    pub fn href(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Teams => "/teams",
            Self::Models => "/models",
            Self::Approvals => "/approvals",
            Self::Datasets => "/datasets",
            Self::Audit => "/audit",
            Self::Compliance => "/compliance",
            Self::Reports => "/reports",
            Self::Organisation => "/organisation",
            Self::Admin => "/admin",
        }
    }
}
