//! The few calls of the API that the island makes.

use std::collections::BTreeMap;

use leptos::web_sys::js_sys::{JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Headers, RequestInit, Response, window};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::JsFuture;

use crate::assessments::draft::{Draft, NOT_APPLICABLE};

/// An answer as the API tells it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Saved {
    pub(super) revision: i64,
    value: Option<String>,
    not_applicable: Option<NotApplicable>,
    #[serde(default)]
    comment: String,
    pub(super) answered_by: Option<String>,
    pub(super) answered_at: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct NotApplicable {
    reason: String,
    justification: String,
}

impl Saved {
    pub(super) fn draft(&self) -> Draft {
        let given = self.not_applicable.clone();
        Draft {
            value: if given.is_some() { NOT_APPLICABLE.to_owned() } else { self.value.clone().unwrap_or_default() },
            reason: given.as_ref().map(|given| given.reason.clone()).unwrap_or_default(),
            justification: given.map(|given| given.justification).unwrap_or_default(),
            comment: self.comment.clone(),
        }
    }
}

/// Why something was not saved or read.
#[derive(Clone, Debug)]
pub(super) enum Refused {
    /// Nobody answered: the connection is gone, or the server is.
    Offline,
    /// The session is over.
    SignedOut,
    /// Somebody else answered since.
    Changed,
    /// The server says why.
    Because(String),
}

#[derive(Deserialize)]
struct Whole {
    answers: BTreeMap<String, Saved>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<ProblemField>,
}

#[derive(Deserialize)]
struct ProblemField {
    message: String,
}

/// Everything that is answered by now.
pub(super) async fn answers(assessment: &str) -> Result<BTreeMap<String, Saved>, Refused> {
    let url = format!("/api/v1/assessments/{assessment}");
    call::<Whole>("GET", &url, None).await.map(|whole| whole.answers)
}

/// One answer.
pub(super) async fn answer(assessment: &str, code: &str) -> Result<Saved, Refused> {
    call("GET", &format!("/api/v1/assessments/{assessment}/answers/{code}"), None).await
}

/// Saves an answer over the revision that was seen.
pub(super) async fn save(assessment: &str, code: &str, draft: &Draft, seen: i64) -> Result<Saved, Refused> {
    let url = format!("/api/v1/assessments/{assessment}/answers/{code}");
    call("PUT", &url, Some((draft, seen))).await
}

async fn call<T: DeserializeOwned>(method: &str, url: &str, body: Option<(&Draft, i64)>) -> Result<T, Refused> {
    let response = send(method, url, body).await.map_err(|_| Refused::Offline)?;
    let status = response.status();
    match status {
        200 => parsed(&response).await.ok_or(Refused::Offline),
        401 => Err(Refused::SignedOut),
        412 => Err(Refused::Changed),
        429 | 502.. => Err(Refused::Offline),
        _ => {
            let problem = parsed::<Problem>(&response).await;
            let words = problem.map(|problem| problem.errors.into_iter().map(|error| error.message).next().unwrap_or(problem.detail));
            Err(Refused::Because(words.unwrap_or_else(|| format!("the server answered {status}"))))
        }
    }
}

/// `keepalive` lets a save finish while the browser is on its way to the next page.
async fn send(method: &str, url: &str, body: Option<(&Draft, i64)>) -> Result<Response, JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    init.set_method(method);
    headers.set("accept", "application/json")?;
    if let Some((draft, seen)) = body {
        headers.set("content-type", "application/json")?;
        headers.set("if-match", &format!("\"{seen}\""))?;
        init.set_body(&JsValue::from_str(&draft.to_body().to_string()));
        Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    }
    init.set_headers(&headers);
    let window = window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()
}

async fn parsed<T: DeserializeOwned>(response: &Response) -> Option<T> {
    let value = JsFuture::from(response.json().ok()?).await.ok()?;
    let text: String = JSON::stringify(&value).ok()?.into();
    serde_json::from_str(&text).ok()
}
