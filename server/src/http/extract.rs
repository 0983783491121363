//! Strict extractors. What a handler receives was checked to the last field, and what was wrong is told by place.
//!
//! They wrap axum's, so that every refusal is an [`Error`] (drawn by [`super::error`]) and unknown fields are errors
//! for every type, whether or not it remembered `deny_unknown_fields`.

use assay_ledger::json;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor,
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::error::{Error, FieldError};

use super::error::Refusal;

/// A JSON body, read strictly.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = body(request, state, "application/json").await?;
        Ok(Self(parse_json(&body).map_err(IntoResponse::into_response)?))
    }
}

/// A JSON body with the key that makes posting it twice harmless: the `Idempotency-Key` header or, without it, the
/// digest of the canonical body. Hand `key` and `digest` to [`super::idempotency::claim`].
#[derive(Clone, Debug)]
pub struct Keyed<T> {
    /// The body.
    pub value: T,
    /// The header's value, or `sha256:<hex>` of the canonical body.
    pub key: String,
    /// SHA-256 of the body in RFC 8785 form, so that key order and spacing do not matter.
    pub digest: [u8; 32],
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Keyed<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let header = idempotency_key(request.headers()).map_err(IntoResponse::into_response)?;
        let body = body(request, state, "application/json").await?;
        keyed(header, &body).map_err(IntoResponse::into_response)
    }
}

/// A JSON list of which each item is read by itself, so that a wrong one does not spoil the others; [`keyed`] reads it.
#[derive(Debug)]
pub struct JsonItems(pub Vec<Box<RawValue>>);

impl<S: Send + Sync> FromRequest<S> for JsonItems {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = body(request, state, "application/json").await?;
        items(&body).map(Self).map_err(IntoResponse::into_response)
    }
}

fn items(body: &[u8]) -> Result<Vec<Box<RawValue>>, Error> {
    serde_json::from_str(utf8(body)?).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Error::invalid("", "the body must be a list"),
        _ => Error::BadRequest(at("", error.to_string())),
    })
}

/// Reads a JSON text strictly; the key is the one given, or the digest of the canonical text.
///
/// # Errors
/// Those of [`parse_json`].
pub fn keyed<T: DeserializeOwned>(header: Option<String>, body: &[u8]) -> Result<Keyed<T>, Error> {
    let value = parse_json(body)?;
    let tree: serde_json::Value = parse_json(body)?;
    let canonical = serde_json_canonicalizer::to_vec(&tree)
        .map_err(|error| Error::BadRequest(at("", error.to_string())))?;
    let digest: [u8; 32] = Sha256::digest(canonical).into();
    let key = header.unwrap_or_else(|| format!("sha256:{}", super::hex(&digest)));
    Ok(Keyed { value, key, digest })
}

/// The `Idempotency-Key` header.
///
/// # Errors
/// [`Error::BadRequest`] for one that cannot be kept.
pub fn idempotency_key(headers: &axum::http::HeaderMap) -> Result<Option<String>, Error> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Error::BadRequest(at(
            "",
            "the Idempotency-Key header must be 1 to 255 visible ASCII characters",
        ))),
    }
}

/// A TOML text, such as an answers file. What is wrong with it is told by whoever understands it.
#[derive(Clone, Debug)]
pub struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = body(request, state, "application/toml").await?;
        let text =
            String::from_utf8(body.into()).map_err(|_| Error::BadRequest(at("", "the body is not UTF-8")));
        Ok(Self(text.map_err(IntoResponse::into_response)?))
    }
}

/// A form as browsers send it (`application/x-www-form-urlencoded`). Fields that nobody asked for are errors.
#[derive(Clone, Copy, Debug)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = body(request, state, "application/x-www-form-urlencoded").await?;
        Ok(Self(parse_pairs(&body).map_err(IntoResponse::into_response)?))
    }
}

/// The query string. Parameters that nobody asked for are errors, because a misspelt filter would show too much.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parse_pairs(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The fields of a form, or of a query, whose names depend on what it is about: each is there once.
#[derive(Clone, Debug, Default)]
pub struct Pairs(pub Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(fields: D) -> Result<Self, D::Error> {
        fields.deserialize_map(EachOnce).map(Self)
    }
}

struct EachOnce;

impl<'de> Visitor<'de> for EachOnce {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(name) = map.next_key()? {
            pairs.push((name, map.next_value_seed(Once)?));
        }
        Ok(pairs)
    }
}

/// One value. It is refused as it is read, so that the error has the name of its field.
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<String, D::Error> {
        match <[String; 1]>::try_from(Vec::deserialize(value)?) {
            Ok([value]) => Ok(value),
            Err(_) => Err(D::Error::custom(json::DOUBLED)),
        }
    }
}

/// Path parameters. What cannot be an id does not exist: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        if parts.uri.path().contains("%00") {
            return Err(Error::NotFound);
        }
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Error::NotFound)
    }
}

/// The revision that the caller last saw, from `If-Match: "<revision>"`.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Refuses a change to something that somebody else changed in between.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when a revision was named and `current` is another.
    pub fn check(self, current: i64) -> Result<(), Error> {
        match self.0 {
            Some(seen) if seen != current => Err(Error::PreconditionFailed),
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let revision =
            value.to_str().ok().and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        match revision {
            Some(revision) => Ok(Self(Some(revision))),
            None => {
                Err(Error::BadRequest(at("", "If-Match must be the ETag of the last answer, like \"3\"")))
            }
        }
    }
}

/// The `ETag` header of a revision, the counterpart of [`IfMatch`].
pub fn etag(revision: i64) -> (HeaderName, HeaderValue) {
    let quoted = HeaderValue::from_str(&format!("\"{revision}\""));
    (header::ETAG, quoted.unwrap_or(HeaderValue::from_static("\"0\"")))
}

/// A JSON object, or a list of which each item is read by itself, so that a wrong one does not spoil the others;
/// [`keyed`] reads them.
#[derive(Debug)]
pub enum OneOrMany {
    /// A single one.
    One(Box<RawValue>),
    /// A list.
    Many(Vec<Box<RawValue>>),
}

impl<S: Send + Sync> FromRequest<S> for OneOrMany {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = body(request, state, "application/json").await?;
        one_or_many(&body).map_err(IntoResponse::into_response)
    }
}

fn one_or_many(body: &[u8]) -> Result<OneOrMany, Error> {
    let text = utf8(body)?;
    let is_list = text.trim_start().starts_with('[');
    let read = if is_list {
        serde_json::from_str(text).map(OneOrMany::Many)
    } else {
        serde_json::from_str(text).map(OneOrMany::One)
    };
    read.map_err(|error| Error::BadRequest(at("", error.to_string())))
}

async fn body<S: Send + Sync>(
    request: Request,
    state: &S,
    media_type: &'static str,
) -> Result<Bytes, Response> {
    let sent =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(media_type) {
        let detail = format!("The body must be sent as {media_type}.");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into_response());
    }
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(cause) if cause.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("The body is larger than {} bytes.", super::BODY_LIMIT);
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response()
        }
        _ => Error::BadRequest(at("", "the body ended before it was complete")).into_response(),
    })
}

/// Reads JSON and names the place of the first thing that is wrong.
///
/// # Errors
/// [`Error::BadRequest`] where the text is not UTF-8 or not JSON, [`Error::Invalid`] where it does not fit `T`.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = utf8(body)?;
    json::check(text).map_err(|mistake| not_fitting(mistake.pointer, &mistake.cause))?;
    no_nul(text)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut unknown = Vec::new();
    let mut note = |path: serde_ignored::Path<'_>| unknown.push(ignored_pointer(&path));
    let value = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(&mut reader, &mut note));
    let value = value.map_err(|error| not_fitting(pointer(error.path()), error.inner()))?;
    reader.end().map_err(|error| Error::BadRequest(at("", error.to_string())))?;
    no_unknown(unknown)?;
    Ok(value)
}

fn not_fitting(pointer: String, cause: &serde_json::Error) -> Error {
    let mistake = at(pointer, cause.to_string());
    if cause.is_data() { Error::Invalid(vec![mistake]) } else { Error::BadRequest(mistake) }
}

/// Reads `a=b&c=d` and names the field that is wrong.
pub(crate) fn parse_pairs<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    utf8(body)?;
    if body.windows(3).any(|encoded| encoded == b"%00") {
        return Err(Error::Invalid(vec![at("", NUL)]));
    }
    let mut unknown = Vec::new();
    let mut note = |path: serde_ignored::Path<'_>| unknown.push(ignored_pointer(&path));
    let reader = serde_html_form::Deserializer::from_bytes(body);
    let value = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(reader, &mut note))
        .map_err(|error| Error::BadRequest(at(pointer(error.path()), error.inner().to_string())))?;
    no_unknown(unknown)?;
    Ok(value)
}

fn utf8(body: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(body).map_err(|error| {
        Error::BadRequest(at("", format!("the body is not UTF-8: byte {}", error.valid_up_to())))
    })
}

const NUL: &str = "must not hold the character U+0000";

/// JSON can say U+0000, but no text column of PostgreSQL holds it.
fn no_nul(text: &str) -> Result<(), Error> {
    let tree = text.contains("\\u0000").then(|| serde_json::from_str(text).unwrap_or_default());
    match tree.and_then(|tree| nul_in(&tree, "")) {
        Some(pointer) => Err(Error::Invalid(vec![at(pointer, NUL)])),
        None => Ok(()),
    }
}

/// The pointer to the first text with U+0000 in it.
fn nul_in(value: &serde_json::Value, here: &str) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0').then(|| here.to_owned()),
        Value::Array(items) => {
            items.iter().zip(0..).find_map(|(item, index)| nul_in(item, &format!("{here}/{index}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.contains('\0') {
                Some(here.to_owned())
            } else {
                nul_in(value, &format!("{here}/{}", escape(name)))
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn no_unknown(pointers: Vec<String>) -> Result<(), Error> {
    if pointers.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(pointers.into_iter().map(|pointer| at(pointer, "unknown field")).collect()))
}

fn at(pointer: impl Into<String>, message: impl Into<String>) -> FieldError {
    FieldError { pointer: pointer.into(), message: message.into() }
}

/// RFC 6901 of a path of serde_path_to_error.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", escape(key)),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

fn ignored_pointer(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}/{index}", ignored_pointer(parent)),
        Path::Map { parent, key } => format!("{}/{}", ignored_pointer(parent), escape(key)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            ignored_pointer(parent)
        }
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Order {
        name: String,
        lines: Vec<Line>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Line {
        #[serde(rename = "a/b")]
        count: u8,
    }

    fn refused(body: &[u8]) -> (String, String) {
        match parse_json::<Order>(body).unwrap_err() {
            Error::Invalid(errors) => (format!("422 {}", errors[0].pointer), errors[0].message.clone()),
            Error::BadRequest(error) => (format!("400 {}", error.pointer), error.message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_pointer() {
        assert_eq!(refused(br#"{"name":1,"lines":[]}"#).0, "422 /name");
        assert_eq!(refused(br#"{"name":"x","lines":[{"a/b":1},{"a/b":"two"}]}"#).0, "422 /lines/1/a~1b");
        assert_eq!(
            refused(br#"{"name":"x","lines":[],"extra":1}"#),
            ("422 /extra".into(), "unknown field".into())
        );
        assert_eq!(refused(br#"{"name":"x","lines":[{"a/b":1,"deep":2}]}"#).0, "422 /lines/0/deep");
        assert_eq!(refused(br#"{"name":"x","lines":[{"a/b":"\u0000"}]}"#).0, "422 /lines/0/a~1b");
        assert_eq!(refused(br#"{"name":"\\u0000","lines":0}"#).0, "422 /lines", "an escaped backslash");
        assert_eq!(refused(b"{\"name\":\"\xff\"}").0, "400 ");
        assert_eq!(refused(br#"{"name":"x""#).0, "400 ");
        assert_eq!(refused(br#"{"name":"x","lines":[]} trailing"#).0, "400 ");
    }

    #[test]
    fn a_doubled_field_is_refused_wherever_it_stands() {
        let doubled = |body: &[u8]| {
            let (pointer, message) = refused(body);
            assert!(message.starts_with(json::DOUBLED), "{message}");
            pointer
        };
        assert_eq!(doubled(br#"{"name":"x","name":"x","lines":[]}"#), "422 /name", "a field of a type");
        assert_eq!(doubled(br#"{"name":"x","lines":[{"a/b":1,"a/b":1}]}"#), "422 /lines/0/a~1b");
        let map = |text: &str| parse_json::<std::collections::BTreeMap<String, u8>>(text.as_bytes());
        assert_eq!(map(r#"{"a":1,"b":2}"#).unwrap().len(), 2);
        let refused = map(r#"{"risk":1,"b":2,"r\u0069sk":2}"#).unwrap_err();
        assert!(matches!(refused, Error::Invalid(errors) if errors[0].pointer == "/risk"), "a free key");
        let raw = parse_json::<Vec<Box<RawValue>>>(br#"[{"a":{"b":1,"b":2}}]"#).unwrap_err();
        assert!(matches!(raw, Error::Invalid(errors) if errors[0].pointer == "/0/a/b"), "what is read later");
    }

    #[test]
    fn fields_with_free_names_are_there_once() {
        let Pairs(pairs) = parse_pairs(b"risk.a=no&risk.b=&revision=3").unwrap();
        assert_eq!(pairs[1], ("risk.b".to_owned(), String::new()));
        assert_eq!(pairs.len(), 3);
        let refused = parse_pairs::<Pairs>(b"risk.a=yes&risk.b=no&risk.a=no").unwrap_err();
        assert!(
            matches!(refused, Error::BadRequest(error) if (error.pointer.as_str(), error.message.as_str())
            == ("/risk.a", json::DOUBLED))
        );
    }

    #[test]
    fn pairs_are_strict_too() {
        #[derive(Debug, serde::Deserialize)]
        struct Search {
            limit: Option<u8>,
        }
        assert_eq!(parse_pairs::<Search>(b"limit=5").unwrap().limit, Some(5));
        assert!(
            matches!(parse_pairs::<Search>(b"limit=many"), Err(Error::BadRequest(error)) if error.pointer == "/limit")
        );
        assert!(
            matches!(parse_pairs::<Search>(b"limt=5"), Err(Error::Invalid(errors)) if errors[0].pointer == "/limt")
        );
    }

    #[test]
    fn items_are_taken_apart_without_being_read() {
        let list = items(br#" [ {"a":1,"a":2}, 3 ] "#).unwrap();
        assert_eq!(list.iter().map(|item| item.get()).collect::<Vec<_>>(), [r#"{"a":1,"a":2}"#, "3"]);
        assert!(matches!(items(b"{}"), Err(Error::Invalid(_))));
        assert!(matches!(items(b"[1"), Err(Error::BadRequest(_))));
        assert!(matches!(items(b"[\"\xff\"]"), Err(Error::BadRequest(_))));
    }

    #[test]
    fn a_list_is_told_from_one_before_either_is_read() {
        let many = one_or_many(br#" [ {"a":1,"a":2}, 3 ] "#).unwrap();
        assert!(
            matches!(many, OneOrMany::Many(items) if items[0].get() == r#"{"a":1,"a":2}"# && items.len() == 2)
        );
        assert!(matches!(one_or_many(b" {} ").unwrap(), OneOrMany::One(item) if item.get() == "{}"));
        assert!(matches!(one_or_many(b"[1"), Err(Error::BadRequest(_))));
        assert!(matches!(one_or_many(b"[\"\xff\"]"), Err(Error::BadRequest(_))));
    }

    #[test]
    fn the_derived_key_ignores_order_and_spacing() {
        let one: Keyed<serde_json::Value> = keyed(None, br#"{"a":1,"b":2}"#).unwrap();
        let two: Keyed<serde_json::Value> = keyed(None, b"{ \"b\": 2, \"a\": 1 }").unwrap();
        let other: Keyed<serde_json::Value> = keyed(None, br#"{"a":1,"b":3}"#).unwrap();
        assert_eq!(one.key, two.key);
        assert_ne!(one.key, other.key);
    }
}
