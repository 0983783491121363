//! Which pipeline of Brightwater's may ask without a secret, and what the gate decided: once yes, twice no.

use super::Cast;
use super::ownership::JONAS;
use super::story;
use crate::ci_trust::service::rules;
use crate::error::Error;
use crate::gate::service::{self as gate, Asked, Question};
use assay_domain::access::Scope;
use assay_domain::ci_trust::{Algorithm, Provider, TrustRule};
use std::collections::BTreeMap;

/// Model and version; all were to go to production.
const ASKED: [(&str, &str); 3] =
    [("transfer-anomaly", "5"), ("transfer-anomaly", "3"), ("fraud-scoring", "12")];

impl Cast {
    /// The administrator lets the releases of one repository in, by its id and only from its main branch.
    pub(super) async fn trust_releases(&self) -> Result<(), Error> {
        let claims = [("repository_id", "712045881"), ("ref", "refs/heads/main")];
        let rule = TrustRule {
            name: "Payments releases".to_owned(),
            provider: Provider::GithubActions,
            issuer: Provider::GithubActions.issuer().to_owned(),
            jwks_url: None,
            audience: self.app.config.origin(),
            algorithms: vec![Algorithm::RS256],
            claims: BTreeMap::from(claims.map(|(claim, value)| (claim.to_owned(), value.to_owned()))),
            scopes: vec![Scope::ApprovalsReport, Scope::GateDecide],
            team: Some(self.teams["payments"]),
            private_network: false,
        };
        rules::add(&self.app, &self.caller(story::ADMINISTRATOR), rule).await.map(drop)
    }

    /// Somebody who wants to deploy asks first, a quarter of an hour apart.
    pub(super) async fn ask_the_gate(&self) -> Result<(), Error> {
        for (model, version) in ASKED {
            let question = Question::read(Asked {
                model: Some(model.to_owned()),
                version: Some(version.to_owned()),
                environment: Some("production".to_owned()),
                digest: None,
            })?;
            gate::decide(&self.app, &self.caller(JONAS), &question, None).await?;
            self.pass(15);
        }
        Ok(())
    }
}
