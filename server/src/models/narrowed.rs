//! A query string that narrows the list of models down, and says which part of it to show.

use super::service::{FIELDS, ModelQuery};
use crate::error::Error;
use crate::http::Window;
use crate::http::extract::parse_pairs;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Filter and window of a list of models. Parameters that neither knows are errors.
#[derive(Clone, Debug)]
pub(super) struct Narrowed {
    /// Which models.
    pub query: ModelQuery,
    /// Which part of the list.
    pub window: Window,
}

impl<S: Send + Sync> FromRequestParts<S> for Narrowed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let pairs: Vec<(String, String)> = parse_pairs(parts.uri.query().unwrap_or_default().as_bytes())?;
        let (query, window): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| FIELDS.contains(&name.as_str()));
        Ok(Self { query: read(query)?, window: read(window)? })
    }
}

fn read<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T, Error> {
    parse_pairs(serde_html_form::to_string(pairs).map_err(Error::internal)?.as_bytes())
}
