//! A trust rule: what may be in one, and whether the claims of a token satisfy it.

use super::{ClaimKind, Provider, kind_of};
use crate::access::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How tokens may be signed. Only with a key whose public half cannot sign: with a shared secret, or with none, whoever
/// can check a token could make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(missing_docs, reason = "the names are those of RFC 7518 and RFC 8037")]
pub enum Algorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

impl Algorithm {
    /// Every algorithm, the usual one first.
    pub const ALL: [Self; 9] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::EdDSA,
    ];

    /// The name in a token's header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
        }
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Algorithm {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|algorithm| algorithm.name()).collect();
            format!(
                "{name:?} is not accepted; only signatures that the public key cannot make are: {}",
                known.join(", ")
            )
        })
    }
}

/// Whose tokens are believed, and what a job that holds one may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustRule {
    /// What people call it; also the name behind what the job does.
    pub name: String,
    /// Which CI.
    pub provider: Provider,
    /// Exactly the token's `iss`.
    pub issuer: String,
    /// Where the issuer's keys are; where absent, its discovery document says so.
    pub jwks_url: Option<String>,
    /// What must be in the token's `aud`.
    pub audience: String,
    /// The signatures that are accepted.
    pub algorithms: Vec<Algorithm>,
    /// Claims that must stand in the token, each with exactly this value.
    pub claims: BTreeMap<String, String>,
    /// What the job may do.
    pub scopes: Vec<Scope>,
    /// The team within which; `None` for the organisation.
    pub team: Option<Uuid>,
    /// Whether the issuer may stand in a private network, where the server allows that.
    pub private_network: bool,
}

/// A field of a rule that may not be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// JSON pointer to the field.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A claim that a token does not have as the rule wants it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmet {
    /// The claim.
    pub claim: String,
    /// What the rule wants.
    pub expected: String,
    /// What the token says; `None` where it does not have the claim as one value.
    pub found: Option<String>,
}

const LONGEST: usize = 500;
const MOST_CLAIMS: usize = 20;

impl TrustRule {
    /// Everything that may not be so, apart from addresses, which the server looks at; none when the rule can be kept.
    #[must_use]
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut found = Vec::new();
        let mut wrong = |pointer: &str, message: &str| {
            found.push(Mistake { pointer: pointer.to_owned(), message: message.to_owned() });
        };
        if !is_value(&self.audience) {
            wrong(
                "/audience",
                "Enter the audience that the job asks its CI for, such as this server's address.",
            );
        }
        if self.algorithms.is_empty() {
            wrong("/algorithms", "Choose at least one algorithm; most issuers sign with RS256.");
        }
        if self.scopes.is_empty() {
            wrong("/scopes", "Choose at least one right.");
        }
        if self.scopes.contains(&Scope::Admin) {
            wrong("/scopes", "A job cannot have the right “admin”; people administrate.");
        }
        found.extend(self.mistaken_claims());
        found
    }

    fn mistaken_claims(&self) -> Vec<Mistake> {
        let mut found: Vec<Mistake> =
            self.claims.iter().filter_map(|(claim, value)| mistaken(claim, value)).collect();
        if self.claims.len() > MOST_CLAIMS {
            let message = format!("Name at most {MOST_CLAIMS} claims.");
            found.push(Mistake { pointer: "/claims".to_owned(), message });
        }
        if found.is_empty() && !self.claims.keys().any(|claim| kind_of(claim) == ClaimKind::Id) {
            let example =
                self.provider.offers().first().map_or("repository_id or project_id", |first| first.claim);
            let message = format!(
                "Name at least one id that must match, such as {example}; without one, every job of the issuer would be let in."
            );
            found.push(Mistake { pointer: "/claims".to_owned(), message });
        }
        found
    }

    /// The claims of the rule that these do not satisfy; none when they satisfy it.
    #[must_use]
    pub fn unmet(&self, claims: &Map<String, Value>) -> Vec<Unmet> {
        let differs = |(claim, expected): (&String, &String)| {
            let found = claims.get(claim).and_then(text_of);
            (found.as_ref() != Some(expected)).then(|| Unmet {
                claim: claim.clone(),
                expected: expected.clone(),
                found,
            })
        };
        self.claims.iter().filter_map(differs).collect()
    }
}

/// What is wrong with one claim of a rule.
fn mistaken(claim: &str, value: &str) -> Option<Mistake> {
    let pointer = format!("/claims/{}", claim.replace('~', "~0").replace('/', "~1"));
    let message = if !is_value(claim) {
        "A claim's name is 1 to 500 characters without spaces around it.".to_owned()
    } else if let Some(objection) = kind_of(claim).objection() {
        format!("“{claim}” {objection}.")
    } else if !is_value(value) {
        format!("Enter the value that “{claim}” must have: 1 to 500 characters without spaces around it.")
    } else if kind_of(claim) == ClaimKind::Id && value.contains(['/', '*', ' ']) {
        format!("“{value}” is no id: “{claim}” is compared exactly, and ids are numbers or UUIDs.")
    } else {
        return None;
    };
    Some(Mistake { pointer, message })
}

fn is_value(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.trim() == text && !text.chars().any(char::is_control)
}

/// A claim's value as text, where it is a single one. Issuers disagree on whether ids and flags are texts.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(claims: &[(&str, &str)]) -> TrustRule {
        TrustRule {
            name: "Release".to_owned(),
            provider: Provider::GithubActions,
            issuer: "https://token.actions.githubusercontent.com".to_owned(),
            jwks_url: None,
            audience: "https://assay.example".to_owned(),
            algorithms: vec![Algorithm::RS256],
            claims: claims.iter().map(|(claim, value)| ((*claim).to_owned(), (*value).to_owned())).collect(),
            scopes: vec![Scope::ApprovalsReport],
            team: None,
            private_network: false,
        }
    }

    fn pointers(rule: &TrustRule) -> Vec<String> {
        rule.mistakes().into_iter().map(|mistake| mistake.pointer).collect()
    }

    #[test]
    fn a_rule_stands_on_an_id() {
        assert!(rule(&[("repository_id", "42")]).mistakes().is_empty());
        assert!(rule(&[("repository_id", "42"), ("ref", "refs/heads/main")]).mistakes().is_empty());
        assert_eq!(pointers(&rule(&[])), ["/claims"]);
        assert_eq!(pointers(&rule(&[("ref", "refs/heads/main")])), ["/claims"]);
        assert_eq!(pointers(&rule(&[("repository", "octo/repo")])), ["/claims/repository"]);
        assert_eq!(pointers(&rule(&[("repository_id", "42"), ("sub", "repo:octo/repo:*")])), ["/claims/sub"]);
        assert_eq!(pointers(&rule(&[("repository_id", "octo/repo")])), ["/claims/repository_id"]);
        let circle = pointers(&rule(&[("oidc.circleci.com/vcs-origin", "github.com/octo/repo")]));
        assert_eq!(circle, ["/claims/oidc.circleci.com~1vcs-origin"]);
    }

    #[test]
    fn nobody_administrates_from_a_job() {
        let mut admin = rule(&[("repository_id", "42")]);
        admin.scopes.push(Scope::Admin);
        assert_eq!(pointers(&admin), ["/scopes"]);
        assert!("HS256".parse::<Algorithm>().is_err() && "none".parse::<Algorithm>().is_err());
    }

    #[test]
    fn claims_are_compared_exactly() {
        let rule = rule(&[("repository_id", "42"), ("ref_protected", "true")]);
        let unmet = |claims: Value| {
            let Value::Object(claims) = claims else { panic!() };
            rule.unmet(&claims).into_iter().map(|unmet| unmet.claim).collect::<Vec<_>>()
        };
        assert!(unmet(json!({"repository_id": "42", "ref_protected": "true", "more": 1})).is_empty());
        assert!(unmet(json!({"repository_id": 42, "ref_protected": true})).is_empty());
        for other in [json!("421"), json!(" 42"), json!(42.0), json!(["42"]), json!({"42": 42}), json!(null)]
        {
            let claims = json!({"repository_id": other, "ref_protected": "true"});
            assert_eq!(unmet(claims), ["repository_id"]);
        }
        assert_eq!(unmet(json!({})), ["ref_protected", "repository_id"]);
    }
}
