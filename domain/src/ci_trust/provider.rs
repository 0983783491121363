//! The CIs that are known by name: where their tokens come from and what stands in them.

use serde::{Deserialize, Serialize};

/// Whose jobs a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// GitHub Actions, on github.com or an own server.
    GithubActions,
    /// GitLab CI, on gitlab.com or an own server.
    GitlabCi,
    /// CircleCI.
    CircleCi,
    /// Any other issuer of `OpenID` Connect tokens.
    Other,
}

/// A claim that the form for a new rule offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// Its name in the token.
    pub claim: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Where its value is found, or what it looks like.
    pub hint: &'static str,
}

const fn offered(claim: &'static str, label: &'static str, hint: &'static str) -> Offered {
    Offered { claim, label, hint }
}

impl Provider {
    /// Every provider, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::GithubActions, Self::GitlabCi, Self::CircleCi, Self::Other];

    /// The name in addresses, in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GithubActions => "github-actions",
            Self::GitlabCi => "gitlab-ci",
            Self::CircleCi => "circle-ci",
            Self::Other => "other",
        }
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::GithubActions => "GitHub Actions",
            Self::GitlabCi => "GitLab CI",
            Self::CircleCi => "CircleCI",
            Self::Other => "Any issuer",
        }
    }

    /// The issuer that most installations have; empty where there is none.
    #[must_use]
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::GithubActions => "https://token.actions.githubusercontent.com",
            Self::GitlabCi => "https://gitlab.com",
            Self::CircleCi => "https://oidc.circleci.com/org/",
            Self::Other => "",
        }
    }

    /// Where issuer and audience are found.
    #[must_use]
    pub const fn issuer_hint(self) -> &'static str {
        match self {
            Self::GithubActions => "On an own server: https://HOST/_services/token.",
            Self::GitlabCi => "On an own server: its address.",
            Self::CircleCi => "Ends with the id of the organisation, from its settings.",
            Self::Other => "Exactly as it stands in the token's “iss”.",
        }
    }

    /// The claims that the form offers, ids first.
    #[must_use]
    pub const fn offers(self) -> &'static [Offered] {
        match self {
            Self::GithubActions => GITHUB,
            Self::GitlabCi => GITLAB,
            Self::CircleCi => CIRCLE,
            Self::Other => &[],
        }
    }

    /// The claims that name a run, the first one present counts.
    #[must_use]
    pub const fn run_claims(self) -> &'static [&'static str] {
        match self {
            Self::GithubActions => &["run_id"],
            Self::GitlabCi => &["job_id", "pipeline_id"],
            Self::CircleCi => &["oidc.circleci.com/job-id", "oidc.circleci.com/workflow-id"],
            Self::Other => &["run_id", "job_id", "pipeline_id", "build_id"],
        }
    }

    /// The claim with the id of the person behind a job: who started the run, by an id that is never given to anybody else.
    /// Nothing where the tokens of a CI have no such claim; what a job says there is its own word.
    #[must_use]
    pub const fn user_claim(self) -> Option<&'static str> {
        match self {
            Self::GithubActions => Some("actor_id"),
            Self::GitlabCi => Some("user_id"),
            Self::CircleCi | Self::Other => None,
        }
    }

    /// The claims that name the commit, the first one present counts.
    #[must_use]
    pub const fn commit_claims(self) -> &'static [&'static str] {
        &["sha", "commit", "commit_sha", "build_commit"]
    }
}

impl std::str::FromStr for Provider {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|provider| provider.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|provider| provider.name()).collect();
            format!("no provider is called {name:?}; there are {}", known.join(", "))
        })
    }
}

const GITHUB: &[Offered] = &[
    offered(
        "repository_id",
        "Repository id",
        "A number; “gh api repos/OWNER/NAME --jq .id” prints it. It stays when the repository is renamed.",
    ),
    offered(
        "repository_owner_id",
        "Owner id",
        "A number; “gh api users/OWNER --jq .id”. Alone it trusts every repository of the owner.",
    ),
    offered("ref", "Branch or tag", "As refs/heads/main. Empty: any."),
    offered(
        "environment",
        "Environment",
        "The deployment environment that the job names. Empty: any or none.",
    ),
    offered("event_name", "Event", "As push or workflow_dispatch. Empty: any, pull requests included."),
];

const GITLAB: &[Offered] = &[
    offered("project_id", "Project id", "A number, at the top of the project's page."),
    offered("namespace_id", "Group id", "A number. Alone it trusts every project directly in the group."),
    offered("ref", "Branch or tag", "As main. Empty: any."),
    offered("ref_protected", "Protected", "“true” for protected branches and tags only."),
    offered("environment", "Environment", "The environment that the job names. Empty: any or none."),
];

const CIRCLE: &[Offered] = &[
    offered(
        "oidc.circleci.com/project-id",
        "Project id",
        "A UUID, on the overview of the project's settings.",
    ),
    offered(
        "oidc.circleci.com/org-id",
        "Organisation id",
        "A UUID. Alone it trusts every project of the organisation.",
    ),
    offered("oidc.circleci.com/vcs-ref", "Branch or tag", "As refs/heads/main. Empty: any."),
    offered(
        "oidc.circleci.com/ssh-rerun",
        "Rerun with SSH",
        "“false” keeps out jobs that somebody logged in to.",
    ),
];

#[cfg(test)]
mod tests {
    use super::super::{ClaimKind, kind_of};
    use super::*;

    #[test]
    fn every_preset_begins_with_an_id_and_offers_nothing_that_a_rule_may_not_name() {
        for provider in Provider::ALL {
            assert_eq!(provider.name().parse(), Ok(provider));
            for (place, offered) in provider.offers().iter().enumerate() {
                assert!(kind_of(offered.claim).objection().is_none(), "{}", offered.claim);
                assert_eq!(place < 2, kind_of(offered.claim) == ClaimKind::Id, "{}", offered.claim);
            }
        }
    }
}
