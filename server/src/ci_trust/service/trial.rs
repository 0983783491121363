//! Trying a token out: what each rule says to it, without using it up.

use assay_domain::access::Permission;

use super::super::store::{self, StoredRule};
use super::super::verify::{self, Peeked, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::http::Caller;

/// What one rule says.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rule.
    pub rule: StoredRule,
    /// Why it does not let the job in; `None` where it does.
    pub refusal: Option<Refusal>,
}

/// What would become of a token.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its issuer, as it says.
    pub issuer: String,
    /// What the rules for that issuer say, those that let it in first.
    pub verdicts: Vec<Verdict>,
}

/// Tries a token with the rules of its issuer.
///
/// # Errors
/// [`Error::Invalid`] for what is no token; [`Error::Hidden`].
pub async fn run(app: &App, caller: &Caller, token: &str) -> Result<Trial, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let peeked = verify::peek(token).map_err(|refusal| Error::invalid("/token", refusal.sentence()))?;
    let rules = store::rules_of_issuer(&mut app.db.read().await?, &peeked.issuer).await?;
    let mut verdicts = Vec::new();
    for rule in rules {
        let refusal = said(app, &rule, &peeked).await?;
        verdicts.push(Verdict { rule, refusal });
    }
    verdicts.sort_by_key(|verdict| {
        (verdict.refusal.is_some(), std::cmp::Reverse(verdict.rule.rule.claims.len()))
    });
    Ok(Trial { issuer: peeked.issuer, verdicts })
}

async fn said(app: &App, rule: &StoredRule, peeked: &Peeked) -> Result<Option<Refusal>, Error> {
    match verify::verify(app, rule, peeked).await {
        Ok(verified) => {
            let used = store::is_used_up(&mut app.db.read().await?, verified.digest).await?;
            Ok(used.then_some(Refusal::Used))
        }
        Err(refusal) => Ok(Some(refusal)),
    }
}
