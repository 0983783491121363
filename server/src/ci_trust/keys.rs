//! The keys of issuers, fetched rarely and kept for a while.
//!
//! Anybody can post a token that names a key nobody knows, so an issuer is asked at most once a minute, whatever is
//! posted. While it does not answer, the keys it had are believed for a day, so that its bad hour is not ours; but a key
//! that it has taken back is believed for [`FRESH`] at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use assay_domain::ci_trust::{Algorithm, TrustRule};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::{address::Reach, fetch};
use crate::app::App;

/// For how long keys are believed without asking again.
pub const FRESH: TimeDelta = TimeDelta::minutes(5);
/// How often an issuer is asked at most.
pub const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// For how long keys are believed while the issuer does not answer.
pub const KEEP: TimeDelta = TimeDelta::hours(24);

/// What kind of key it is: decides with which algorithms it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

/// A public key of an issuer.
#[derive(Debug)]
pub struct Key {
    id: String,
    kind: Kind,
    /// The only algorithm that it is for, where the issuer says so.
    only: Option<String>,
    /// What checks signatures.
    pub decoding: DecodingKey,
}

impl Key {
    fn parse(value: Value) -> Option<Self> {
        let only = value.get("alg").and_then(Value::as_str).map(str::to_owned);
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let kind = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => Kind::Rsa,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Kind::P256,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => Kind::P384,
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => Kind::Ed25519,
            // A shared secret that is published is none; anything else is not known here.
            _ => return None,
        };
        let common = &jwk.common;
        let signs = common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let verifies = common.key_operations.as_ref().is_none_or(|may| may.contains(&KeyOperations::Verify));
        let id = common.key_id.clone().filter(|id| !id.is_empty() && signs && verifies)?;
        Some(Self { id, kind, only, decoding: DecodingKey::from_jwk(&jwk).ok()? })
    }

    /// Whether a signature of this algorithm may be checked with it: a key is never used as what it is not.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let kind = match algorithm {
            RS256 | RS384 | RS512 | PS256 | PS384 | PS512 => Kind::Rsa,
            ES256 => Kind::P256,
            ES384 => Kind::P384,
            EdDSA => Kind::Ed25519,
        };
        self.kind == kind && self.only.as_ref().is_none_or(|only| only == algorithm.name())
    }
}

/// From where keys come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Source {
    issuer: String,
    jwks_url: Option<String>,
    reach: Reach,
}

/// What is known of the keys of one source.
#[derive(Default)]
struct State {
    keys: Vec<Arc<Key>>,
    fetched_at: Option<DateTime<Utc>>,
    tried_at: Option<DateTime<Utc>>,
    trouble: Option<String>,
}

impl State {
    fn key(&self, id: &str, now: DateTime<Utc>, at_most: TimeDelta) -> Option<Arc<Key>> {
        let young = self.fetched_at.is_some_and(|at| (now - at).abs() < at_most);
        self.keys.iter().find(|key| young && key.id == id).cloned()
    }

    /// Whether the issuer may be asked again.
    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.tried_at.is_none_or(|at| (now - at).abs() >= PAUSE)
    }
}

#[derive(Default)]
struct Entry {
    state: Mutex<State>,
    /// Held by the one who asks the issuer.
    asking: Arc<tokio::sync::Mutex<()>>,
}

impl Entry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys of every issuer that was asked so far.
#[derive(Default)]
pub struct Keyring(Mutex<HashMap<Source, Arc<Entry>>>);

/// Why there is no such key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The issuer has no key with this id, as far as is known.
    Unknown,
    /// The issuer's keys cannot be had; why, for administrators and the log.
    Unavailable(String),
}

/// The key that a rule's issuer has under this id.
///
/// # Errors
/// [`NoKey`].
pub async fn find(app: &App, rule: &TrustRule, id: &str) -> Result<Arc<Key>, NoKey> {
    let reach = Reach::new(&app.config, rule);
    let source = Source { issuer: rule.issuer.clone(), jwks_url: rule.jwks_url.clone(), reach };
    let entry = {
        let mut sources = app.issuer_keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        sources.entry(source.clone()).or_default().clone()
    };
    let now = app.clock.now();
    if let Some(key) = entry.state().key(id, now, FRESH) {
        return Ok(key);
    }
    let known = entry.state().key(id, now, KEEP).is_some();
    // Who has a key that will do does not wait for another one's asking; who has none does.
    let turn = if known {
        entry.asking.clone().try_lock_owned().ok()
    } else {
        Some(entry.asking.clone().lock_owned().await)
    };
    if let Some(turn) = turn {
        ask_when_due(entry.clone(), source, now, turn).await;
    }
    let state = entry.state();
    match (state.key(id, now, KEEP), &state.trouble) {
        (Some(key), _) => Ok(key),
        (None, Some(trouble)) => Err(NoKey::Unavailable(trouble.clone())),
        (None, None) => Err(NoKey::Unknown),
    }
}

/// Asks in a task of its own: a caller that hangs up must not keep the keys from everybody for a minute.
async fn ask_when_due(entry: Arc<Entry>, source: Source, now: DateTime<Utc>, turn: OwnedMutexGuard<()>) {
    if !entry.state().is_due(now) {
        return;
    }
    entry.state().tried_at = Some(now);
    let asking = tokio::spawn(async move {
        let Source { issuer, jwks_url, reach } = source;
        let name = issuer.clone();
        let asked =
            tokio::task::spawn_blocking(move || fetch::keys(&issuer, jwks_url.as_deref(), reach)).await;
        let asked = asked.unwrap_or_else(|error| Err(error.to_string()));
        let mut state = entry.state();
        match asked {
            Ok(found) => {
                let keys = found.into_iter().filter_map(Key::parse).map(Arc::new).collect();
                *state = State { keys, fetched_at: Some(now), tried_at: Some(now), trouble: None };
            }
            Err(trouble) => {
                tracing::warn!(issuer = name, trouble, "the keys of an issuer cannot be had");
                state.trouble = Some(trouble);
            }
        }
        drop(state);
        drop(turn);
    });
    if let Err(error) = asking.await {
        tracing::error!(%error, "asking an issuer for its keys ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // The example keys of RFC 7517 A.1 and RFC 8037 A.2.
    fn ec() -> Value {
        json!({"kty": "EC", "crv": "P-256", "kid": "1",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"})
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn a_key_is_used_as_what_it_is() {
        let fits = |key: &Key| {
            Algorithm::ALL.into_iter().filter(|algorithm| key.fits(*algorithm)).collect::<Vec<_>>()
        };
        assert_eq!(fits(&Key::parse(ec()).unwrap()), [Algorithm::ES256]);
        assert_eq!(fits(&Key::parse(with(ec(), "alg", json!("ES256"))).unwrap()), [Algorithm::ES256]);
        let ed = json!({"kty": "OKP", "crv": "Ed25519", "kid": "2", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(fits(&Key::parse(ed).unwrap()), [Algorithm::EdDSA]);
    }

    #[test]
    fn what_is_no_public_key_for_signatures_is_none() {
        assert!(Key::parse(json!({"kty": "oct", "kid": "1", "k": "c2VjcmV0"})).is_none());
        assert!(Key::parse(with(ec(), "use", json!("enc"))).is_none());
        assert!(Key::parse(with(ec(), "key_ops", json!(["sign"]))).is_none());
        assert!(Key::parse(with(ec(), "kid", json!(""))).is_none());
        assert!(Key::parse(with(ec(), "crv", json!("P-521"))).is_none());
        assert!(Key::parse(json!("key")).is_none());
    }
}
