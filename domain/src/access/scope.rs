//! What a token may do. Nothing that ends, satisfies or widens a control by itself: no token resolves findings, accepts
//! risks, assigns or hands over job roles, widens the terms of data, decides, reviews or confirms. That takes a person who is
//! signed in; [`FOR_PEOPLE`] lists it, and no scope stands for any of it.

use super::Permission;
use serde::{Deserialize, Serialize};

macro_rules! scopes {
    ($( $(#[$doc:meta])* $name:ident, $id:literal, [$($permission:ident),*] ;)*) => {
        /// A right of an API token.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $( $(#[$doc])* #[serde(rename = $id)] $name, )*
        }

        impl Scope {
            /// Every scope.
            pub const ALL: &[Self] = &[$( Self::$name, )*];

            /// The name on the command line and in the API.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $id, )* }
            }

            /// The permissions that the scope stands for.
            #[must_use]
            pub const fn permissions(self) -> &'static [Permission] {
                match self { $( Self::$name => &[$(Permission::$permission),*], )* }
            }
        }
    };
}

scopes! {
    /// Read assessments, results, roadmaps, ownership and questionnaires.
    AssessmentsRead, "assessments:read", [ReadAssessments, ReadQuestionnaires, ReadTeams, ReadOwnership, ReadRoadmap];
    /// Start, answer and submit assessments; plan and work on roadmaps.
    AssessmentsWrite, "assessments:write", [ReadAssessments, ReadQuestionnaires, ReadTeams, ManageAssessments, AnswerAssessments, ReadOwnership, ReadRoadmap, PlanRoadmap, WorkRoadmap];
    /// Attach evidence to answers and to items of roadmaps, as the machine that vouches for it; changes no answer.
    EvidenceWrite, "evidence:write", [ReadAssessments, ReadQuestionnaires, ReadRoadmap, AttachEvidence];
    /// Read models and versions.
    ModelsRead, "models:read", [ReadModels];
    /// Register models and versions.
    ModelsWrite, "models:write", [ReadModels, RegisterModels];
    /// Answer the questions about a model's risk; never to a lower tier, and confirmed by a compliance officer.
    ModelsClassify, "models:classify", [ReadModels, ClassifyModels];
    /// Ask for approvals and take requests back.
    ApprovalsRequest, "approvals:request", [ReadModels, ReadApprovals, ReadPolicies, RequestApprovals];
    /// Post approval events.
    ApprovalsReport, "approvals:report", [ReportApprovals, ReadApprovals];
    /// Look what the gate would say.
    GateRead, "gate:read", [LookGate];
    /// Have the gate decide, on record.
    GateDecide, "gate:decide", [LookGate, DecideGate];
    /// Register datasets and their versions, change their terms without widening them.
    DatasetsWrite, "datasets:write", [ReadDatasets, ManageDatasets, ReadFindings];
    /// Report findings about operations, and that they are over.
    FindingsReport, "findings:report", [ReadFindings, ReportFindings];
    /// Record uses of data.
    DataUsageRecord, "data-usage:record", [ReadDatasets, RecordUsage];
    /// Read the audit trail.
    AuditRead, "audit:read", [ReadAudit];
    /// Export the audit trail.
    AuditExport, "audit:export", [ReadAudit, ExportAudit, ExportFullLog];
    /// Make reports.
    ReportsCreate, "reports:create", [ReadAssessments, ReadOwnership, ReadRoadmap, ReadAudit, ExportAudit];
    /// Manage people, teams and questionnaires.
    Admin, "admin", [ReadPeople, ManagePeople, GrantAnyRole, GrantTeamRole, ReadTeams, CreateTeams, EditTeams, ReadQuestionnaires, ManageQuestionnaires, ReadPolicies, ProposePolicies];
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|scope| scope.name()).collect();
            format!("no scope is called {name:?}; the scopes are {}", known.join(", "))
        })
    }
}

/// What only people do who are signed in: whatever ends, satisfies or widens a control. No scope stands for it, and so no
/// token does it, not even one of the person's own, which may be in other hands.
pub const FOR_PEOPLE: &[Permission] = &[
    Permission::ManageOwnership,
    Permission::HandOver,
    Permission::ReviewAssessments,
    Permission::DecideApprovals,
    Permission::ConfirmProposals,
    Permission::WidenTerms,
    Permission::WorkFindings,
    Permission::AcceptRisk,
];

#[cfg(test)]
mod tests {
    use super::{FOR_PEOPLE, Scope};

    #[test]
    fn no_scope_stands_for_what_only_people_do() {
        for scope in Scope::ALL {
            for permission in FOR_PEOPLE {
                assert!(!scope.permissions().contains(permission), "{scope}: {}", permission.id());
            }
        }
    }
}
