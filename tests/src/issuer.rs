//! A CI's issuer of identities, on this machine: a discovery document, keys that can be changed, and tokens with any
//! header and any claims, right or wrong.
#![expect(clippy::expect_used, reason = "a test whose issuer cannot be made has failed")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A pair of keys.
pub enum Pair {
    /// For RS256.
    Rsa(Box<RsaKeyPair>),
    /// For ES256.
    Ec(Box<EcdsaKeyPair>),
}

/// A key that signs tokens, under an id.
#[derive(Clone)]
pub struct SigningKey {
    /// The id.
    pub id: String,
    pair: Arc<Pair>,
}

impl SigningKey {
    /// A fresh RSA key.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn rsa(id: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
        Self { id: id.to_owned(), pair: Arc::new(Pair::Rsa(Box::new(pair))) }
    }

    /// A fresh key on the curve P-256.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn ec(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made");
        Self { id: id.to_owned(), pair: Arc::new(Pair::Ec(Box::new(pair))) }
    }

    /// The same key under another id.
    #[must_use]
    pub fn called(&self, id: &str) -> Self {
        Self { id: id.to_owned(), pair: self.pair.clone() }
    }

    /// The algorithm that it is for.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match &*self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Ec(_) => "ES256",
        }
    }

    /// The public half as a JSON Web Key.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &*self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                let n = text(public.modulus().big_endian_without_leading_zero());
                let e = text(public.exponent().big_endian_without_leading_zero());
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": n, "e": e })
            }
            Pair::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "use": "sig", "crv": "P-256", "kid": self.id, "x": text(x), "y": text(y) })
            }
        }
    }

    /// The public half as bytes, as an attacker would take it for a secret.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        match &*self.pair {
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// A token with exactly this header.
    ///
    /// # Panics
    /// When the key cannot sign.
    #[must_use]
    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let random = SystemRandom::new();
        let signature = match &*self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let signed = pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature);
                signed.expect("a key signs");
                signature
            }
            Pair::Ec(pair) => pair.sign(&random, message.as_bytes()).expect("a key signs").as_ref().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The header of its tokens.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({ "alg": self.algorithm(), "typ": "JWT", "kid": self.id })
    }

    /// A token with the usual header.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }
}

/// Header and payload of a token, without a signature.
#[must_use]
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// How an issuer behaves.
#[derive(Clone, Debug, Default)]
pub enum Mood {
    /// It answers.
    #[default]
    Well,
    /// It answers 503.
    Down,
    /// Its keys are a document of a megabyte.
    Endless,
    /// Its keys are somewhere else, it says.
    Redirecting(String),
    /// Its discovery document names keys somewhere else.
    Pointing(String),
    /// Its discovery document is somebody else's.
    Impersonating(String),
}

#[derive(Default)]
struct Inner {
    url: String,
    keys: Vec<SigningKey>,
    mood: Mood,
    asked: usize,
}

/// A running issuer.
#[derive(Clone)]
pub struct Issuer(Arc<Mutex<Inner>>);

impl Issuer {
    /// Starts an issuer with these keys on a free port.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(keys: &[SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let issuer = Self(Arc::new(Mutex::new(Inner { url, keys: keys.to_vec(), ..Inner::default() })));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(published))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its address, which is its name.
    #[must_use]
    pub fn url(&self) -> String {
        self.inner().url.clone()
    }

    /// Replaces its keys.
    pub fn publish(&self, keys: &[SigningKey]) {
        self.inner().keys = keys.to_vec();
    }

    /// Lets it behave in another way.
    pub fn turn(&self, mood: Mood) {
        self.inner().mood = mood;
    }

    /// How often it was asked for its keys.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.inner().asked
    }
}

async fn discovery(State(issuer): State<Issuer>) -> Response {
    let inner = issuer.inner();
    let (url, keys) = (inner.url.clone(), format!("{}/keys", inner.url));
    let (url, keys) = match &inner.mood {
        Mood::Down => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Pointing(elsewhere) => (url, elsewhere.clone()),
        Mood::Impersonating(other) => (other.clone(), keys),
        Mood::Well | Mood::Endless | Mood::Redirecting(_) => (url, keys),
    };
    axum::Json(json!({ "issuer": url, "jwks_uri": keys, "response_types_supported": ["id_token"] }))
        .into_response()
}

async fn published(State(issuer): State<Issuer>) -> Response {
    let mut inner = issuer.inner();
    inner.asked += 1;
    let keys: Vec<Value> = inner.keys.iter().map(SigningKey::jwk).collect();
    match &inner.mood {
        Mood::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Redirecting(elsewhere) => Redirect::temporary(elsewhere).into_response(),
        Mood::Endless => axum::Json(json!({ "keys": keys, "padding": "x".repeat(1 << 20) })).into_response(),
        Mood::Well | Mood::Pointing(_) | Mood::Impersonating(_) => {
            axum::Json(json!({ "keys": keys })).into_response()
        }
    }
}
