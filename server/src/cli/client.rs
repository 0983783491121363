//! Talking to a server: what `assay event` and `assay gate` share.
//!
//! A command that runs in a pipeline must not fail because the server was restarted a moment ago: while it cannot be
//! reached or asks to come back later, [`persist`] tries again a few times.

use serde_json::Value;
use std::time::Duration;

/// Where the server is and who is calling.
#[derive(Debug, clap::Args)]
pub(super) struct Server {
    /// The server's address.
    #[arg(long, value_name = "URL", env = "ASSAY_URL")]
    url: String,
    /// An API token, or what the identity of a CI job was exchanged for.
    #[arg(long, value_name = "TOKEN", env = "ASSAY_TOKEN", hide_env_values = true)]
    token: String,
}

/// How long to wait between tries when the server does not say.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// The longest pause that a server may ask for, so that a job does not hang.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a try came to nothing.
pub(super) struct Failure {
    /// In a sentence.
    pub(super) reason: String,
    /// Whether another try can help, and after which pause if the server said so.
    pub(super) again: Option<Option<Duration>>,
}

/// What the server answered, when trying again cannot help.
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// The body.
    pub(super) text: String,
}

/// Tries again after a pause while that can help.
///
/// # Errors
/// The last reason, and whether trying later might help.
pub(super) fn persist<T>(attempt: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
    for pause in PAUSES {
        match attempt() {
            Err(Failure { reason, again: Some(asked) }) => {
                let pause = asked.unwrap_or(pause).min(LONGEST_PAUSE);
                eprintln!("assay: {reason}; trying again in {} s", pause.as_secs());
                std::thread::sleep(pause);
            }
            ended => return ended,
        }
    }
    attempt()
}

impl Server {
    /// Asks for a path with a query.
    ///
    /// # Errors
    /// When no answer could be had, or one that says to come back later.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Failure> {
        let url = self.address(path);
        let request = agent().get(&url).query_pairs(query.iter().copied());
        let sent = request.header("Authorization", self.bearer()).call();
        answered(&url, sent)
    }

    /// Sends JSON; `key` makes sending it again harmless.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub(super) fn post(&self, path: &str, body: &str, key: Option<&str>) -> Result<Answer, Failure> {
        let url = self.address(path);
        let mut request = agent().post(&url).header("Authorization", self.bearer());
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let sent = request.header("Content-Type", "application/json").send(body);
        answered(&url, sent)
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url.trim_end_matches('/'))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

fn agent() -> ureq::Agent {
    let config =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
    ureq::Agent::new_with_config(config)
}

fn answered(
    url: &str,
    sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Answer, Failure> {
    let lost =
        |error: ureq::Error| Failure { reason: format!("cannot reach {url}: {error}"), again: Some(None) };
    let mut response = sent.map_err(lost)?;
    let status = response.status().as_u16();
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let text = response.body_mut().read_to_string().map_err(lost)?;
    if is_passing(status) {
        return Err(Failure { reason: refusal(status, &text), again: Some(asked.map(Duration::from_secs)) });
    }
    Ok(Answer { status, text })
}

/// Whether a status says to come back later.
pub(super) const fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// What the server's problem says, on one line, and one more for each wrong field.
pub(super) fn refusal(status: u16, text: &str) -> String {
    format!("the server answered {}", told(status, &serde_json::from_str(text).unwrap_or_default()))
}

/// A problem in words.
pub(super) fn told(status: u16, problem: &Value) -> String {
    let word = |field: &str| problem.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut sentence = format!("{status} {}", word("title"));
    if !word("detail").is_empty() {
        sentence += &format!(": {}", word("detail"));
    }
    for error in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let of = |field: &str| error.get(field).and_then(Value::as_str).unwrap_or_default();
        sentence += &format!("\n  {} {}", of("pointer"), of("message"));
    }
    sentence
}
