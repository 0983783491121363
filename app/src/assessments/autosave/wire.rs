//! The few calls of the API that the island makes. Answers are read with the browser's own JSON, which costs nothing.

use leptos::web_sys::js_sys::Reflect;
use leptos::web_sys::{Headers, RequestInit, Response, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::assessments::draft::{Draft, NOT_APPLICABLE};

/// A piece of what the API answered.
#[derive(Clone, Debug)]
pub(super) struct Told(JsValue);

impl Told {
    fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::UNDEFINED))
    }

    fn text(&self, name: &str) -> String {
        self.get(name).0.as_string().unwrap_or_default()
    }

    /// The answer to a question, out of all of them.
    pub(super) fn answer(&self, code: &str) -> Option<Saved> {
        Saved::read(&self.get("answers").get(code))
    }
}

/// An answer as the API tells it.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    pub(super) draft: Draft,
    pub(super) revision: i64,
    /// The id of whoever answered.
    pub(super) by: String,
    /// When, for the browser to read.
    pub(super) at: String,
}

impl Saved {
    fn read(told: &Told) -> Option<Self> {
        let given = told.get("not_applicable");
        let value = if given.0.is_object() { NOT_APPLICABLE.to_owned() } else { told.text("value") };
        Some(Self {
            // Revisions count changes of one answer: far below where numbers of JavaScript stop being exact.
            revision: told.get("revision").0.as_f64()? as i64,
            draft: Draft {
                value,
                reason: given.text("reason"),
                justification: given.text("justification"),
                comment: told.text("comment"),
            },
            by: told.text("answered_by"),
            at: told.text("answered_at"),
        })
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

/// Everything that is answered by now.
pub(super) async fn answers(assessment: &str) -> Result<Told, Refused> {
    call("GET", &format!("/api/v1/assessments/{assessment}"), None).await
}

/// One answer.
pub(super) async fn answer(assessment: &str, code: &str) -> Result<Saved, Refused> {
    let told = call("GET", &format!("/api/v1/assessments/{assessment}/answers/{code}"), None).await?;
    Saved::read(&told).ok_or(Refused::Offline)
}

/// Saves an answer over the revision that was seen.
pub(super) async fn save(assessment: &str, code: &str, draft: &Draft, seen: i64) -> Result<Saved, Refused> {
    let url = format!("/api/v1/assessments/{assessment}/answers/{code}");
    let told = call("PUT", &url, Some((draft, seen))).await?;
    Saved::read(&told).ok_or(Refused::Offline)
}

async fn call(method: &str, url: &str, body: Option<(&Draft, i64)>) -> Result<Told, Refused> {
    let response = send(method, url, body).await.map_err(|_| Refused::Offline)?;
    let status = response.status();
    match status {
        200 => read(&response).await.ok_or(Refused::Offline),
        401 => Err(Refused::SignedOut),
        412 => Err(Refused::Changed),
        429 | 502.. => Err(Refused::Offline),
        _ => Err(Refused::Because(match read(&response).await {
            Some(problem) => {
                let first = problem.get("errors").get("0").text("message");
                if first.is_empty() { problem.text("detail") } else { first }
            }
            None => format!("the server answered {status}"),
        })),
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
        init.set_body(&JsValue::from_str(&draft.to_json()));
        Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    }
    init.set_headers(&headers);
    let window = window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()
}

async fn read(response: &Response) -> Option<Told> {
    JsFuture::from(response.json().ok()?).await.ok().map(Told)
}
