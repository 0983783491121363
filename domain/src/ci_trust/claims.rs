//! What a claim says about a job, by its name: who it is, under which circumstances it runs, or nothing to rely on.

/// What can be built on a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimKind {
    /// Names a repository, project or owner for good: a rule needs at least one.
    Id,
    /// Says how the job runs. Narrows a rule that stands on an id, and is nothing without one.
    Narrowing,
    /// A name: whoever registers it next, after a rename or a deletion, would be trusted in its place.
    Name,
    /// Another value with each run, so that no rule can name it.
    Transient,
    /// Checked for every token, and therefore not in a rule.
    Registered,
}

impl ClaimKind {
    /// Why a rule may not name such a claim; `None` where it may.
    #[must_use]
    pub const fn objection(self) -> Option<&'static str> {
        match self {
            Self::Id | Self::Narrowing => None,
            Self::Name => Some(
                "is a name. Names can be given up and registered by somebody else; match an id instead, such as repository_id or project_id",
            ),
            Self::Transient => Some("has another value in each run, so no later job would match"),
            Self::Registered => {
                Some("is checked for every token already: issuer and audience have fields of their own")
            }
        }
    }
}

const REGISTERED: &[&str] = &["iss", "aud", "exp", "nbf", "iat", "jti"];

const IDS: &[&str] = &[
    "repository_id",
    "repository_owner_id",
    "enterprise_id",
    "project_id",
    "namespace_id",
    "organization_id",
    "oidc.circleci.com/project-id",
    "oidc.circleci.com/org-id",
];

const TRANSIENT: &[&str] = &[
    "run_id",
    "run_number",
    "run_attempt",
    "check_run_id",
    "pipeline_id",
    "job_id",
    "build_id",
    "build_number",
    "step_id",
    "sha",
    "job_workflow_sha",
    "workflow_sha",
    "ci_config_sha",
    "oidc.circleci.com/job-id",
    "oidc.circleci.com/pipeline-id",
    "oidc.circleci.com/workflow-id",
];

const NARROWING: &[&str] = &[
    "ref",
    "ref_type",
    "ref_path",
    "ref_protected",
    "base_ref",
    "head_ref",
    "environment",
    "environment_protected",
    "deployment_tier",
    "deployment_action",
    "event_name",
    "pipeline_source",
    "runner_environment",
    "repository_visibility",
    "project_visibility",
    "actor_id",
    "user_id",
    "runner_id",
    "environment_node_id",
    // Paths, but of a file that a rule on an id may insist on: the reusable workflow that builds every release.
    "job_workflow_ref",
    "workflow_ref",
    "ci_config_ref_uri",
    "oidc.circleci.com/vcs-ref",
    "oidc.circleci.com/ssh-rerun",
    "oidc.circleci.com/pipeline-definition-id",
];

const NAMES: &[&str] = &[
    "sub",
    "azp",
    "repository",
    "repository_owner",
    "enterprise",
    "actor",
    "workflow",
    "project",
    "namespace",
    "organization",
    "group",
    "groups",
    "owner",
    "user",
    "oidc.circleci.com/vcs-origin",
];

/// How the names of names end, in tokens of CIs that are not in the tables.
const NAME_ENDINGS: &[&str] =
    &["name", "path", "slug", "login", "email", "url", "uri", "origin", "owner", "user", "username"];

/// What can be built on the claim of this name.
#[must_use]
pub fn kind_of(claim: &str) -> ClaimKind {
    let listed = |table: &[&str]| table.contains(&claim);
    if listed(REGISTERED) {
        ClaimKind::Registered
    } else if listed(IDS) {
        ClaimKind::Id
    } else if listed(TRANSIENT) {
        ClaimKind::Transient
    } else if listed(NARROWING) {
        ClaimKind::Narrowing
    } else if listed(NAMES) {
        ClaimKind::Name
    } else {
        kind_by_ending(claim)
    }
}

fn kind_by_ending(claim: &str) -> ClaimKind {
    let last = claim.rsplit(['_', '-', '.', '/', ':']).next().unwrap_or(claim);
    let camel = last.ends_with("Id") && last.len() > 2;
    match last.to_ascii_lowercase().as_str() {
        "id" | "uuid" if last.len() < claim.len() => ClaimKind::Id,
        _ if camel => ClaimKind::Id,
        last if NAME_ENDINGS.iter().any(|ending| last.ends_with(ending)) => ClaimKind::Name,
        _ => ClaimKind::Narrowing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_a_rule_and_names_do_not() {
        for id in
            ["repository_id", "namespace_id", "oidc.circleci.com/project-id", "workspace_id", "tenantId"]
        {
            assert_eq!(kind_of(id), ClaimKind::Id, "{id}");
        }
        for name in ["sub", "repository", "project_path", "user_login", "organization_slug", "workspaceName"]
        {
            assert_eq!(kind_of(name), ClaimKind::Name, "{name}");
            assert!(kind_of(name).objection().is_some());
        }
        for narrowing in ["ref", "environment", "ref_protected", "event_name", "actor_id", "stage"] {
            assert_eq!(kind_of(narrowing), ClaimKind::Narrowing, "{narrowing}");
        }
        assert_eq!(kind_of("run_id"), ClaimKind::Transient);
        assert_eq!(kind_of("aud"), ClaimKind::Registered);
        assert_eq!(kind_of("id"), ClaimKind::Narrowing, "an id of nobody knows what");
    }

    #[test]
    fn no_claim_stands_in_two_tables() {
        let tables = [REGISTERED, IDS, TRANSIENT, NARROWING, NAMES].concat();
        let distinct: std::collections::BTreeSet<_> = tables.iter().collect();
        assert_eq!(distinct.len(), tables.len());
    }
}
