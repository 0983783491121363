//! `assay event`: post an approval event from a pipeline.
//!
//! The event is posted under the digest of its body, so a pipeline that runs again posts nothing twice. While the server
//! cannot be reached or asks to come back later, the command tries again a few times.

use super::fail;
use crate::http::hex;
use assay_domain::approvals::ApprovalEvent;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::process::ExitCode;
use std::time::Duration;

/// What `assay event` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The event as JSON; - reads standard input.
    file: String,
    #[command(flatten)]
    server: Server,
}

/// Where the server is and who is calling.
#[derive(Debug, clap::Args)]
struct Server {
    /// The server's address.
    #[arg(long, value_name = "URL", env = "ASSAY_URL")]
    url: String,
    /// A token with the scope approvals:report.
    #[arg(long, value_name = "TOKEN", env = "ASSAY_TOKEN", hide_env_values = true)]
    token: String,
}

/// How long to wait between tries when the server does not say.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// Posts the event and prints what the server answers.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    match read(&args.file).and_then(|body| post(&args.server, &body)) {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(reason) => fail(reason),
    }
}

/// The event, checked for its form before anything is sent.
fn read(file: &str) -> Result<String, String> {
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| format!("cannot read {file}: {error}"))?;
    let event: ApprovalEvent = serde_json::from_str(&text).map_err(|error| {
        format!("{file}: {error}; the event's fields are described at /api/docs on the server")
    })?;
    serde_json_canonicalizer::to_string(&event).map_err(|error| format!("{file}: {error}"))
}

/// Posts the event, again after a pause while that can help.
fn post(server: &Server, body: &str) -> Result<String, String> {
    for pause in PAUSES {
        match try_once(server, body) {
            Ok(answer) => return Ok(answer),
            Err(Failure { reason, again: None }) => return Err(reason),
            Err(Failure { reason, again: Some(asked) }) => {
                let pause = asked.unwrap_or(pause).min(LONGEST_PAUSE);
                eprintln!("assay: {reason}; trying again in {} s", pause.as_secs());
                std::thread::sleep(pause);
            }
        }
    }
    try_once(server, body)
        .map_err(|failure| format!("{}; posting the same event later is safe", failure.reason))
}

/// The longest pause that a server may ask for, so that a job does not hang.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

struct Failure {
    reason: String,
    /// Whether another try can help, and after which pause if the server said so.
    again: Option<Option<Duration>>,
}

fn try_once(server: &Server, body: &str) -> Result<String, Failure> {
    let url = format!("{}/api/v1/approval-events", server.url.trim_end_matches('/'));
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    let mut response = ureq::Agent::new_with_config(config)
        .post(&url)
        .header("Authorization", format!("Bearer {}", server.token))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", format!("sha256:{}", hex(&Sha256::digest(body))))
        .send(body)
        .map_err(|error| Failure { reason: format!("cannot reach {url}: {error}"), again: Some(None) })?;
    let status = response.status();
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let text = response.body_mut().read_to_string().unwrap_or_default();
    if status.is_success() {
        return Ok(text);
    }
    let passing = matches!(status.as_u16(), 429 | 502 | 503 | 504);
    Err(Failure {
        reason: refusal(status.as_u16(), &text),
        again: passing.then(|| asked.map(Duration::from_secs)),
    })
}

/// What the server's problem says, on one line.
fn refusal(status: u16, text: &str) -> String {
    let problem: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let word =
        |field: &str| problem.get(field).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let mut sentence = format!("the server answered {status} {}", word("title"));
    if !word("detail").is_empty() {
        sentence += &format!(": {}", word("detail"));
    }
    for error in problem.get("errors").and_then(serde_json::Value::as_array).into_iter().flatten() {
        let of = |field: &str| error.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
        sentence += &format!("\n  {} {}", of("pointer"), of("message"));
    }
    sentence
}
