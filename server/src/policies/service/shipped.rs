//! The policies that ship: in force from the first start, and the organisation's own from then on.

use std::sync::Arc;

use assay_domain::approvals::{Policy, PolicySet};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::PolicyShipped;
use futures::FutureExt;

use super::super::store::{self, VersionRow};
use super::{force, listed};
use crate::App;
use crate::error::Error;
use crate::http::Caller;

/// Brings the policies that ship into force, where there never was any. A newer program changes nothing by itself: what it
/// ships then can be proposed like any other text.
///
/// # Errors
/// [`Error::Internal`] when a policy that ships cannot be read, or two of them contradict each other.
pub async fn bring_shipped_into_force(app: &App, caller: &Caller) -> Result<(), Error> {
    if store::is_any(&mut app.db.read().await?).await? {
        return Ok(());
    }
    let given = Arc::new((caller.clone(), shipped()?));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, shipped) = &*given;
            // Another server may have started at the same time.
            if store::is_any(tx).await? {
                return Ok(());
            }
            for (policy, source) in shipped {
                let row = VersionRow {
                    policy: policy.id.clone(),
                    version: policy.version.to_string(),
                    sha256: policy.sha256().to_owned(),
                    title: policy.title.clone(),
                    source: source.clone(),
                    since_at: tx.now(),
                    until_at: None,
                    contributors_like_authors: false,
                    machines: None,
                };
                let facts = PolicyShipped {
                    policy: row.policy.clone(),
                    version: row.version.clone(),
                    policy_sha256: row.sha256.clone(),
                };
                let subject = Subject::new("policy", &row.policy).at_version(&row.version);
                force::bring_into_force(tx, policy, row).await?;
                tx.record(caller.event(facts, subject)).await?;
            }
            Ok(())
        }
        .boxed()
    });
    write.await.map(drop)
}

/// A text to begin a new policy with, where none is in force: the simplest that ships.
///
/// # Errors
/// [`Error::Internal`] when what ships cannot be read.
pub fn example() -> Result<String, Error> {
    let simplest =
        shipped()?.into_iter().min_by_key(|(policy, _)| (policy.steps.len(), policy.evidence.len()));
    Ok(simplest.map(|(_, text)| text).unwrap_or_default())
}

/// The policies among the files of the program, each with its text.
fn shipped() -> Result<Vec<(Policy, String)>, Error> {
    let mut all = Vec::new();
    for (file, text) in crate::assets::questionnaires().filter(|(file, _)| file.starts_with("policies/")) {
        let text = std::str::from_utf8(&text).map_err(|error| Error::internal(format!("{file}: {error}")))?;
        let policy = Policy::parse(text, &file).map_err(|mistakes| Error::internal(listed(&mistakes)))?;
        all.push((policy, text.to_owned()));
    }
    let set = PolicySet::new(all.iter().map(|(policy, _)| policy.clone()).collect());
    set.map_err(|refused| {
        Error::internal(refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    Ok(all)
}
