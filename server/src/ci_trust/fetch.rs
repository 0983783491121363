//! Calling an issuer: two small JSON documents, and nothing that it could turn this into.
//!
//! Redirects are not followed, names that resolve to machines out of [`Reach`] are not called (the connection goes to the
//! very addresses that were looked at), and time and size are bounded.

use std::io;
use std::time::Duration;

use assay_ledger::json;
use serde::Deserialize;
use serde_json::Value;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::Url;

use super::address::Reach;

/// How long an issuer may take for one document.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest document, in bytes. GitHub's keys are 10 KB.
const LARGEST: u64 = 256 * 1024;
/// The most keys that are looked at.
const MOST_KEYS: usize = 100;

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// The keys of an issuer: from `jwks_url`, or from where its discovery document says. Blocks.
///
/// # Errors
/// A sentence on what went wrong, for administrators and the log.
pub fn keys(issuer: &str, jwks_url: Option<&str>, reach: Reach) -> Result<Vec<Value>, String> {
    let found;
    let address = match jwks_url {
        Some(address) => address,
        None => {
            found = discover(issuer, reach)?;
            &found
        }
    };
    let url = reach.check(address).map_err(|reason| format!("{address}: {reason}"))?;
    let set: KeySet = document(&url, reach)?;
    if set.keys.len() > MOST_KEYS {
        return Err(format!("{url} holds more than {MOST_KEYS} keys"));
    }
    Ok(set.keys)
}

fn discover(issuer: &str, reach: Reach) -> Result<String, String> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let url = reach.check(&address).map_err(|reason| format!("{address}: {reason}"))?;
    let found: Discovery = document(&url, reach)?;
    if found.issuer != issuer {
        return Err(format!("{url} is about the issuer {:?}, not {issuer:?}", found.issuer));
    }
    Ok(found.jwks_uri)
}

fn document<T: for<'de> Deserialize<'de>>(url: &Url, reach: Reach) -> Result<T, String> {
    let body = get(url, reach).map_err(|reason| format!("{url}: {reason}"))?;
    let wrong = |reason: String| format!("{url} is not the document it should be: {reason}");
    let text = std::str::from_utf8(&body).map_err(|error| wrong(error.to_string()))?;
    json::check(text).map_err(|mistake| wrong(mistake.to_string()))?;
    serde_json::from_str(text).map_err(|error| wrong(error.to_string()))
}

fn get(url: &Url, reach: Reach) -> Result<Vec<u8>, String> {
    // A proxy would resolve the name by itself, behind our back.
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .timeout_global(Some(TIMEOUT))
        .user_agent(concat!("assay/", env!("CARGO_PKG_VERSION")))
        .proxy(None)
        .build();
    let guard = Guard { url: url.clone(), reach, names: DefaultResolver::default() };
    let agent = Agent::with_parts(config, DefaultConnector::default(), guard);
    let mut answer = agent.get(url.as_str()).header("Accept", "application/json").call().map_err(words)?;
    let status = answer.status();
    if status.is_redirection() {
        return Err("it redirects to another address, which is not followed; name the final one in the rule"
            .to_owned());
    }
    if status.as_u16() != 200 {
        return Err(format!("it answers {status}"));
    }
    answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(words)
}

fn words(error: ureq::Error) -> String {
    match error {
        ureq::Error::BodyExceedsLimit(_) => format!("it is larger than {LARGEST} bytes"),
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// Resolves names as usual and keeps only the machines that may be called.
#[derive(Debug)]
struct Guard {
    url: Url,
    reach: Reach,
    names: DefaultResolver,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        let mut admitted = self.empty();
        for address in found.iter().filter(|address| self.reach.admits(&self.url, address.ip())) {
            admitted.push(*address);
        }
        match (admitted.is_empty(), found.first()) {
            (false, _) => Ok(admitted),
            (true, Some(address)) => Err(ureq::Error::Io(io::Error::other(self.reach.refusal(address.ip())))),
            (true, None) => Err(ureq::Error::HostNotFound),
        }
    }
}
