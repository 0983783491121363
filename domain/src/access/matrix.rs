//! The permission matrix (`governance.md`, Access), as one table for the server, the pages and the audit report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a person may be here. Held for the organisation or for one team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the installation: people, teams, settings. Decides nothing about models or assessments.
    Admin,
    /// Answers for compliance: reviews, exports, confirms.
    ComplianceOfficer,
    /// Reads everything, changes nothing.
    Auditor,
    /// Answers for one team.
    TeamLead,
    /// Works in a team and answers questions.
    Contributor,
    /// Decides on approvals for a team.
    Approver,
    /// Looks.
    Viewer,
}

impl Role {
    /// Every role, in the order of the matrix's columns.
    pub const ALL: [Self; 7] = [
        Self::Admin,
        Self::ComplianceOfficer,
        Self::Auditor,
        Self::TeamLead,
        Self::Contributor,
        Self::Approver,
        Self::Viewer,
    ];

    /// The name in files, addresses and the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ComplianceOfficer => "compliance-officer",
            Self::Auditor => "auditor",
            Self::TeamLead => "team-lead",
            Self::Contributor => "contributor",
            Self::Approver => "approver",
            Self::Viewer => "viewer",
        }
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Admin => "Administrator",
            Self::ComplianceOfficer => "Compliance officer",
            Self::Auditor => "Auditor",
            Self::TeamLead => "Team lead",
            Self::Contributor => "Contributor",
            Self::Approver => "Approver",
            Self::Viewer => "Viewer",
        }
    }

    /// Whether the role makes sense only for the whole organisation.
    #[must_use]
    pub const fn organisation_only(self) -> bool {
        matches!(self, Self::Admin | Self::ComplianceOfficer | Self::Auditor)
    }

    /// Whether who holds the role decides about controls, or who does: then a second person confirms that it is given.
    ///
    /// An auditor reads everything and changes nothing, so that role takes effect at once, like those who work or look.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Admin | Self::ComplianceOfficer | Self::TeamLead | Self::Approver)
    }

    /// Whether a team lead may grant the role in the own team.
    #[must_use]
    pub const fn granted_by_lead(self) -> bool {
        matches!(self, Self::Contributor | Self::Viewer)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|role| role.name()).collect();
            format!("no role is called {name:?}; the roles are {}", known.join(", "))
        })
    }
}

/// How far a role's permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// Not at all.
    No,
    /// In the teams for which the role is held.
    Own,
    /// Everywhere.
    All,
}

macro_rules! permissions {
    ($( $(#[$doc:meta])* $name:ident, $id:literal, $label:literal, [$($grant:ident)*] ;)*) => {
        /// One thing that somebody may or may not do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $( $(#[$doc])* #[serde(rename = $id)] $name, )*
        }

        impl Permission {
            /// The identifier in the ledger and in error messages.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $( Self::$name => $id, )* }
            }

            /// What people read: "may …".
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $( Self::$name => $label, )* }
            }

            /// The grants of this permission, in the order of [`Role::ALL`].
            #[must_use]
            pub const fn grants(self) -> [Grant; 7] {
                match self { $( Self::$name => [$(Grant::$grant),*], )* }
            }
        }

        /// Every permission with its grants, in the order of [`Role::ALL`].
        pub const MATRIX: &[(Permission, [Grant; 7])] = &[
            $( (Permission::$name, [$(Grant::$grant),*]), )*
        ];
    };
}

permissions! {
    // Columns:                                                                  admin officer auditor lead contributor approver viewer
    /// Own account, own sessions, own tokens.
    OwnAccount, "account:own", "manage the own account, sessions and tokens",    [All All All All All All All];
    /// See people, their roles and service accounts.
    ReadPeople, "people:read", "see people, roles and service accounts",         [All All All No  No  No  No];
    /// Invite and deactivate people, make service accounts' tokens.
    ManagePeople, "people:manage", "manage people and service accounts",         [All No  No  No  No  No  No];
    /// Grant any role.
    GrantAnyRole, "roles:grant-any", "grant any role",                           [All No  No  No  No  No  No];
    /// Grant contributor and viewer in a team.
    GrantTeamRole, "roles:grant-team", "grant contributor and viewer in a team", [All No  No  Own No  No  No];
    /// See teams and their members.
    ReadTeams, "teams:read", "see teams and members",                            [All All All Own Own Own Own];
    /// Create teams.
    CreateTeams, "teams:create", "create teams",                                 [All No  No  No  No  No  No];
    /// Change a team's name and purpose.
    EditTeams, "teams:edit", "edit teams",                                       [All No  No  Own No  No  No];
    /// Read questionnaires.
    ReadQuestionnaires, "questionnaires:read", "read questionnaires",            [All All All All All All All];
    /// Publish questionnaires.
    ManageQuestionnaires, "questionnaires:manage", "publish questionnaires",     [All All No  No  No  No  No];
    /// Read assessments and results.
    ReadAssessments, "assessments:read", "read assessments and results",         [All All All Own Own Own Own];
    /// Start, delegate, submit and reopen assessments.
    ManageAssessments, "assessments:manage", "start, delegate, submit and reopen assessments", [No No No Own No No No];
    /// Answer questions and attach evidence.
    AnswerAssessments, "assessments:answer", "answer questions and attach evidence", [No No No Own Own No No];
    /// Attach evidence that a machine vouches for. No role has it: only a scope gives it, to machines.
    AttachEvidence, "evidence:attach", "attach what a machine has checked (machines only)", [No No No No No No No];
    /// Review evidence, approve N/A, lock; never on one's own answers.
    ReviewAssessments, "assessments:review", "review evidence, approve not applicable, lock (never own answers)", [No All No Own No No No];
    /// Read who holds which job role for what, skills, tools, and what is missing.
    ReadOwnership, "ownership:read", "see who holds which job role, skills and tools", [All All All Own Own Own Own];
    /// Say who holds which job role for what, who has which skills, and which tools are used.
    ManageOwnership, "ownership:manage", "assign job roles, skills and tools",   [No  No  No  Own No  No  No];
    /// Give to somebody else what a person holds and works on.
    HandOver, "ownership:hand-over", "hand over what somebody holds",            [All No  No  Own No  No  No];
    /// Read roadmaps and their items.
    ReadRoadmap, "roadmap:read", "read roadmaps and their items",                [All All All Own Own Own Own];
    /// Make and change roadmaps: target, dates, capacities, what is left out.
    PlanRoadmap, "roadmap:plan", "make and change roadmaps",                     [No  No  No  Own No  No  No];
    /// Work on the items of a roadmap: owner, status, comments, evidence.
    WorkRoadmap, "roadmap:work", "work on the items of roadmaps",                [No  No  No  Own Own No  No];
    /// Read models, versions and deployments.
    ReadModels, "models:read", "read models and versions",                       [All All All Own Own Own Own];
    /// Register models and versions.
    RegisterModels, "models:register", "register models and versions",           [No  No  No  Own Own No  No];
    /// Answer the questions that lead to a model's risk tier. A lower tier is confirmed by a compliance officer.
    ClassifyModels, "models:classify", "answer the questions about a model's risk", [No No No Own Own No No];
    /// Read approvals and approval events.
    ReadApprovals, "approvals:read", "read approvals",                           [All All All Own Own Own Own];
    /// Report approval decisions taken elsewhere.
    ReportApprovals, "approvals:report", "report approval events",               [No  No  No  Own Own No  No];
    /// Ask for approvals, take requests back, declare emergencies (holding the job role that the policy names).
    RequestApprovals, "approvals:request", "ask for approvals, withdraw",        [No  No  No  Own Own No  No];
    /// Decide on approvals, revoke them, review emergencies: holding the job role that the policy names.
    DecideApprovals, "approvals:decide", "decide on approvals, revoke (with the job role)", [No All No Own No Own No];
    /// Have a model's emergencies allowed again after one that was none or that nobody reviewed: officers lift such a block
    /// themselves, others propose it.
    LiftBlocks, "approvals:lift-block", "lift what an emergency blocks, or propose it", [No All No  Own Own No  No];
    /// Read approval policies.
    ReadPolicies, "policies:read", "read approval policies",                     [All All All All All All All];
    /// Propose changes of approval policies.
    ProposePolicies, "policies:propose", "propose approval policies",            [All All No  No  No  No  No];
    /// Confirm a change that somebody else proposed: whoever the change asks for, when they have no part in it.
    ConfirmProposals, "proposals:confirm", "confirm what somebody else proposed, when asked for it", [All All All All All All All];
    /// Look what the gate would say.
    LookGate, "gate:look", "look at the gate",                                   [All All All Own Own Own Own];
    /// Have the gate decide, on record.
    DecideGate, "gate:decide", "have the gate decide",                           [No  All No  Own Own No  No];
    /// Read datasets, their versions and uses.
    ReadDatasets, "datasets:read", "read datasets and their uses",               [All All All Own Own Own Own];
    /// Register datasets, change their terms.
    ManageDatasets, "datasets:manage", "register datasets, change their terms",  [No  All No  Own No  No  No];
    /// Widen the terms of a dataset: more purposes, a laxer class, a longer time.
    WidenTerms, "datasets:widen", "widen the terms of a dataset",                [No  All No  Own No  No  No];
    /// Record uses of data.
    RecordUsage, "data-usage:record", "record uses of data",                     [No  All No  Own Own No  No];
    /// Read findings.
    ReadFindings, "findings:read", "read findings",                              [All All All Own Own Own Own];
    /// Work on findings: take them up, resolve them, open them again.
    WorkFindings, "findings:work", "work on findings",                           [No  All No  Own Own No  No];
    /// Report findings about operations: alerts, drift, silence, a moved alias.
    ReportFindings, "findings:report", "report findings about operations",       [No  No  No  Own Own No  No];
    /// Accept the risk of a finding for a while.
    AcceptRisk, "findings:accept-risk", "accept the risk of a finding",          [No  All No  No  No  No  No];
    /// Read the audit trail.
    ReadAudit, "audit:read", "read the audit trail",                             [All All All Own No  No  No];
    /// Export a selection of the audit trail and make reports.
    ExportAudit, "audit:export", "export the audit trail, make reports",         [All All All Own No  No  No];
    /// Export the whole log, with every entry.
    ExportFullLog, "audit:export-full", "export the full bundle and entry tiles", [No All All No No  No  No];
}
