//! What a proposal about a policy shows besides what all proposals have: the text, what it changes, and who could satisfy it.

use assay_app::policies::PolicyDetails;
use assay_app::proposals::Details;
use assay_domain::approvals::{Policy, policy_difference};
use assay_domain::proposals::{Kind, ProposalState};
use serde_json::{Value, json};

use super::pages::scene;
use super::service::proposals::Change;
use super::service::{concerned, words};
use super::store;
use crate::App;
use crate::error::Error;
use crate::proposals::ProposalRow;

/// For the page, and as JSON for the API.
///
/// # Errors
/// [`Error::Internal`] when the text can no longer be read; those of the database.
pub(crate) async fn of(app: &App, row: &ProposalRow) -> Result<(Details, Option<Value>), Error> {
    let change: Change = row.payload()?;
    let unreadable =
        |_| Error::internal(format!("table proposal, column payload, row {}: cannot be read", row.id));
    let policy = Policy::parse(&change.source, "proposal").map_err(unreadable)?;
    let words = words::words(app).await?;
    let statements = policy.statements(&words);
    let replaced = match &change.replaces {
        Some(before) => store::version(&mut app.db.read().await?, &change.policy, before).await?,
        None => None,
    };
    let changed = match &replaced {
        Some(before) => {
            Some(policy_difference(&super::service::read(before)?.statements(&words), &statements))
        }
        None => None,
    };
    let waits = row.state()? == ProposalState::Waiting;
    let into = row.kind()? == Kind::PolicyIntoForce;
    let teams = if waits && into { Some(scene::teams(app, &policy, &words).await?) } else { None };
    let json = json!({
        "policy": change.policy,
        "version": change.version,
        "sha256": change.sha256,
        "title": change.title,
        "replaces": change.replaces,
        "source": change.source,
        "cannot_satisfy": cannot_satisfy(app, &policy).await?,
    });
    let details = PolicyDetails {
        out: !into,
        version: change.version,
        replaces: change.replaces,
        changed,
        statements,
        teams,
        source: change.source,
    };
    Ok((Details::Policy(Box::new(details)), Some(json)))
}

/// The teams with models that the policy decides about, whose people cannot satisfy it today.
async fn cannot_satisfy(app: &App, policy: &Policy) -> Result<Vec<Value>, Error> {
    let today = app.clock.now().date_naive();
    let teams = concerned(&mut app.db.read().await?, policy, today).await?;
    let missing = teams.into_iter().filter_map(|one| {
        let refused = one.refused?;
        let (rule, message) = (refused.rule.name(), refused.message);
        Some(json!({ "team": one.team.id, "name": one.team.name, "rule": rule, "message": message }))
    });
    Ok(missing.collect())
}
