//! Whether a CI's token satisfies a trust rule: signature, times, audience, claims, in this order.
//!
//! Everything that a token says about how to check it is ignored (`jku`, `x5u`, `jwk`, `x5c`): keys come from the rule's
//! issuer only. Its algorithm must be one that the rule names and that fits the key's type, so that a public key is never
//! taken for a shared secret.

use assay_domain::ci_trust::{Algorithm, Unmet};
use assay_ledger::json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Validation;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::keys::{self, Key, NoKey};
use super::store::StoredRule;
use crate::app::App;

/// How far clocks may be apart.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// A token that says it holds for longer is refused: it would have to be remembered for as long.
pub const LONGEST_LIFE: TimeDelta = TimeDelta::hours(24);
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// Why a token is not accepted. The order is how far it came: of several rules, the last one tells most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// It is no signed token at all.
    Malformed(String),
    /// Nobody trusts its issuer.
    Issuer,
    /// It is signed in a way that is not accepted, or not at all.
    Algorithm(String),
    /// It does not name its key.
    NoKeyId,
    /// Its issuer has no such key.
    UnknownKey,
    /// The issuer's keys cannot be had. Why is for administrators.
    Unavailable(String),
    /// The key is not for this kind of signature.
    WrongKey,
    /// Somebody else signed it, or it was changed.
    Signature,
    /// It lacks a claim that every token must have.
    Missing(&'static str),
    /// It has ended.
    Expired,
    /// It holds only later.
    TooEarly,
    /// It holds too long.
    TooLong,
    /// It is for somebody else.
    Audience,
    /// These claims are not as the rule wants them.
    Claims(Vec<Unmet>),
    /// It was exchanged before.
    Used,
}

impl Refusal {
    /// What whoever holds the token is told: nothing about what the rules say.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Malformed(what) => format!("The token cannot be read: {what}."),
            Self::Issuer => "No trust rule names this token's issuer.".to_owned(),
            Self::Algorithm(name) => format!("Tokens that are signed with {name:?} are not accepted from this issuer."),
            Self::NoKeyId => "The token's header has no “kid”.".to_owned(),
            Self::UnknownKey => "The issuer has no key with this token's “kid”; a key that is minutes old is known a minute later.".to_owned(),
            Self::Unavailable(_) => "The issuer's keys cannot be had right now.".to_owned(),
            Self::WrongKey => "The key that the token names is not for its algorithm.".to_owned(),
            Self::Signature => "The token's signature is wrong.".to_owned(),
            Self::Missing(claim) => format!("The token has no usable “{claim}”."),
            Self::Expired => "The token has ended.".to_owned(),
            Self::TooEarly => "The token holds only later; compare the clocks.".to_owned(),
            Self::TooLong => "The token holds for more than a day.".to_owned(),
            Self::Audience => "The token is for another audience.".to_owned(),
            Self::Claims(_) => "No trust rule matches this token's claims. An administrator can try it at /admin/ci-trust to see why.".to_owned(),
            Self::Used => "The token was exchanged before; each is good once.".to_owned(),
        }
    }
}

/// A token as it says it is, before anything about it is believed.
#[derive(Clone, Debug)]
pub struct Peeked {
    /// Who signed it, as it says.
    pub issuer: String,
    algorithm: String,
    key: Option<String>,
    /// Header and payload as they are signed.
    signed: String,
    token: String,
}

/// Reads what a token says about itself.
///
/// # Errors
/// [`Refusal::Malformed`], [`Refusal::Missing`].
pub fn peek(token: &str) -> Result<Peeked, Refusal> {
    let malformed = |what: &str| Refusal::Malformed(what.to_owned());
    let token = token.trim();
    if token.len() > LONGEST {
        return Err(malformed("it is too long"));
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, _] = parts[..] else {
        return Err(malformed("a signed token has three parts with dots between them"));
    };
    let header = object(header).map_err(|reason| Refusal::Malformed(format!("its header {reason}")))?;
    let payload = object(payload).map_err(|reason| Refusal::Malformed(format!("its payload {reason}")))?;
    if header.contains_key("crit") {
        return Err(malformed("its header asks for an extension (“crit”) that is not known here"));
    }
    let text =
        |object: &Map<String, Value>, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Peeked {
        issuer: text(&payload, "iss").ok_or(Refusal::Missing("iss"))?,
        algorithm: text(&header, "alg").ok_or(malformed("its header has no “alg”"))?,
        key: text(&header, "kid").filter(|id| !id.is_empty()),
        signed: token.rsplit_once('.').map_or_else(String::new, |(signed, _)| signed.to_owned()),
        token: token.to_owned(),
    })
}

/// A part of a token. One that names a claim twice could say one thing to its issuer and another here.
fn object(part: &str) -> Result<Map<String, Value>, String> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "is no JSON")?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "is no JSON")?;
    json::check(text).map_err(|mistake| match mistake.cause.is_data() {
        true => format!("says {} more than once", mistake.pointer),
        false => "is no JSON".to_owned(),
    })?;
    serde_json::from_str(text).map_err(|_| "is no JSON".to_owned())
}

/// A token that satisfies a rule.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it says.
    pub claims: Map<String, Value>,
    /// What stands for it once it is used up.
    pub digest: Vec<u8>,
    /// Until when it must be remembered.
    pub remember_until: DateTime<Utc>,
}

/// Whether a token satisfies a rule.
///
/// # Errors
/// Why not.
pub async fn verify(app: &App, stored: &StoredRule, peeked: &Peeked) -> Result<Verified, Refusal> {
    let rule = &stored.rule;
    if peeked.issuer != rule.issuer {
        return Err(Refusal::Issuer);
    }
    let algorithm =
        peeked.algorithm.parse::<Algorithm>().ok().filter(|named| rule.algorithms.contains(named));
    let algorithm =
        algorithm.ok_or_else(|| Refusal::Algorithm(peeked.algorithm.chars().take(20).collect()))?;
    let id = peeked.key.as_deref().ok_or(Refusal::NoKeyId)?;
    let key = keys::find(app, rule, id).await.map_err(|error| match error {
        NoKey::Unknown => Refusal::UnknownKey,
        NoKey::Unavailable(reason) => Refusal::Unavailable(reason),
    })?;
    let claims = signed_claims(&peeked.token, &key, algorithm)?;
    let ends = check_times(&claims, app.clock.now())?;
    if !is_for(&claims, &rule.audience) {
        return Err(Refusal::Audience);
    }
    let unmet = rule.unmet(&claims);
    if !unmet.is_empty() {
        return Err(Refusal::Claims(unmet));
    }
    Ok(Verified { digest: digest(peeked, &claims), claims, remember_until: ends + LEEWAY })
}

fn signed_claims(token: &str, key: &Key, algorithm: Algorithm) -> Result<Map<String, Value>, Refusal> {
    if !key.fits(algorithm) {
        return Err(Refusal::WrongKey);
    }
    let mut validation = Validation::new(named(algorithm));
    // What the library would check with the machine's clock is checked here with ours.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Map<String, Value>>(token, &key.decoding, &validation);
    decoded.map(|data| data.claims).map_err(|_| Refusal::Signature)
}

const fn named(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    use jsonwebtoken::Algorithm as Jwt;
    match algorithm {
        Algorithm::RS256 => Jwt::RS256,
        Algorithm::RS384 => Jwt::RS384,
        Algorithm::RS512 => Jwt::RS512,
        Algorithm::PS256 => Jwt::PS256,
        Algorithm::PS384 => Jwt::PS384,
        Algorithm::PS512 => Jwt::PS512,
        Algorithm::ES256 => Jwt::ES256,
        Algorithm::ES384 => Jwt::ES384,
        Algorithm::EdDSA => Jwt::EdDSA,
    }
}

/// When the token ends, if it holds now.
fn check_times(claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let ends = time(claims, "exp")?.ok_or(Refusal::Missing("exp"))?;
    if now >= ends + LEEWAY {
        return Err(Refusal::Expired);
    }
    if ends > now + LONGEST_LIFE {
        return Err(Refusal::TooLong);
    }
    for claim in ["nbf", "iat"] {
        if time(claims, claim)?.is_some_and(|from| from > now + LEEWAY) {
            return Err(Refusal::TooEarly);
        }
    }
    Ok(ends)
}

/// A `NumericDate`, which may have a fraction; within what a calendar holds.
fn time(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<DateTime<Utc>>, Refusal> {
    const LAST: i64 = 253_402_300_799; // the end of the year 9999
    let Some(value) = claims.get(claim) else { return Ok(None) };
    let whole = match value {
        Value::Number(number) if number.is_f64() => {
            number.to_string().split('.').next().and_then(|whole| whole.parse().ok())
        }
        other => other.as_i64(),
    };
    let at = whole.filter(|at| (0..=LAST).contains(at)).and_then(|at| DateTime::from_timestamp(at, 0));
    at.map(Some).ok_or(Refusal::Missing(claim))
}

/// Whether the token is for this audience: one text, or a list that has it.
fn is_for(claims: &Map<String, Value>, audience: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(audience)),
        _ => false,
    }
}

/// What stands for a token that was used: issuer and `jti` or, without one, what was signed. Not the signature as well:
/// of an elliptic curve, anybody can make a second one.
fn digest(peeked: &Peeked, claims: &Map<String, Value>) -> Vec<u8> {
    let id = claims.get("jti").and_then(Value::as_str).filter(|id| !id.is_empty());
    let (kind, id) = id.map_or(("token", peeked.signed.as_str()), |id| ("jti", id));
    Sha256::digest(format!("{kind}\0{}\0{id}", peeked.issuer)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Map<String, Value> {
        let Value::Object(claims) = value else { panic!() };
        claims
    }

    #[test]
    fn a_token_that_names_a_claim_twice_is_not_read() {
        let token = |header: &str, payload: &str| {
            let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
            peek(&format!("{header}.{payload}.c2ln")).map(|peeked| peeked.issuer)
        };
        let fine = r#"{"alg":"RS256","kid":"one"}"#;
        assert_eq!(token(fine, r#"{"iss":"x"}"#), Ok("x".to_owned()));
        for (header, payload, said) in [
            (
                fine,
                r#"{"iss":"x","repository_id":"7","repository_id":"42"}"#,
                "its payload says /repository_id",
            ),
            (fine, r#"{"iss":"x","act":{"sub":"a","sub":"b"}}"#, "its payload says /act/sub"),
            (r#"{"alg":"none","alg":"RS256"}"#, r#"{"iss":"x"}"#, "its header says /alg"),
        ] {
            let told = format!("The token cannot be read: {said} more than once.");
            assert_eq!(token(header, payload).map_err(|refusal| refusal.sentence()), Err(told));
        }
    }

    #[test]
    fn times_are_checked_with_a_little_leeway() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let check = |value| check_times(&claims(value), now).err();
        assert_eq!(check(json!({"exp": 1_000_300})), None);
        assert_eq!(check(json!({"exp": 999_971})), None, "29 seconds ago");
        assert_eq!(check(json!({"exp": 999_970})), Some(Refusal::Expired));
        assert_eq!(check(json!({"exp": 1_000_300.9, "nbf": 1_000_030, "iat": 999_000.5})), None);
        assert_eq!(check(json!({"exp": 1_000_300, "nbf": 1_000_031})), Some(Refusal::TooEarly));
        assert_eq!(check(json!({"exp": 1_000_300, "iat": 1_000_031})), Some(Refusal::TooEarly));
        assert_eq!(check(json!({"exp": 1_086_401})), Some(Refusal::TooLong));
        for odd in
            [json!(null), json!("1000300"), json!(-1), json!(1e300), json!(i64::MAX), json!([1_000_300])]
        {
            assert_eq!(check(json!({"exp": odd})), Some(Refusal::Missing("exp")));
        }
        assert_eq!(check(json!({"exp": 1_000_300, "nbf": "soon"})), Some(Refusal::Missing("nbf")));
        assert_eq!(check(json!({})), Some(Refusal::Missing("exp")));
    }

    #[test]
    fn an_audience_is_one_or_one_of_several() {
        let is_for = |aud: Value| is_for(&claims(json!({"aud": aud})), "assay");
        assert!(is_for(json!("assay")) && is_for(json!(["other", "assay"])));
        for other in [
            json!("Assay"),
            json!("assay/"),
            json!(["other"]),
            json!([["assay"]]),
            json!(null),
            json!({"assay": 1}),
        ] {
            assert!(!is_for(other));
        }
    }

    #[test]
    fn what_is_no_token_is_told_so() {
        for (text, refused) in [
            ("", "three parts"),
            ("a.b", "three parts"),
            ("a.b.c.d", "three parts"),
            ("a.b.c", "header"),
            ("e30.W10.c", "payload"),
            ("e30.e30.c", "iss"),
            (&"x".repeat(LONGEST + 1), "too long"),
        ] {
            assert!(peek(text).unwrap_err().sentence().contains(refused), "{text:.20}");
        }
    }

    #[test]
    fn without_a_jti_the_signed_text_stands_for_the_token() {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = |signature: &str| {
            format!(
                "{}.{}.{signature}",
                encode(&json!({"alg": "ES256"})),
                encode(&json!({"iss": "https://a"}))
            )
        };
        let (one, other) = (peek(&token("aa")).unwrap(), peek(&token("bb")).unwrap());
        assert_eq!(digest(&one, &claims(json!({}))), digest(&other, &claims(json!({}))));
        assert_ne!(digest(&one, &claims(json!({"jti": "1"}))), digest(&one, &claims(json!({"jti": "2"}))));
        assert_ne!(digest(&one, &claims(json!({"jti": "1"}))), digest(&one, &claims(json!({}))));
    }
}
