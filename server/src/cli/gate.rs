//! `assay gate`: may this be deployed? The exit code is the answer, so that a pipeline stops by itself.
//!
//! By default it is decided on record. Default is no: what the server does not know, or does not let this token see, is
//! denied like anything else that is not approved. Only when no answer could be had at all is it 2, and a pipeline stops
//! then too.

use super::client::{Answer, Failure, Server, persist, refusal};
use super::fail;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Ask whether a model version may be deployed, on record.
///
/// Exit code 0: allowed; 1: denied, also where the model is unknown or hidden from this token; 2: no answer could be had.
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub struct Args {
    /// The model's name.
    #[arg(long, value_name = "NAME", env = "ASSAY_MODEL")]
    model: String,
    /// Its version.
    #[arg(long, value_name = "VERSION", env = "ASSAY_VERSION")]
    version: String,
    /// Where it is to be deployed.
    #[arg(long, value_name = "NAME", env = "ASSAY_ENVIRONMENT")]
    environment: String,
    /// The digest of what is to be deployed, sha256:…: denied when it is not the one on record.
    #[arg(long, value_name = "DIGEST", env = "ASSAY_DIGEST")]
    digest: Option<String>,
    /// Say what was fine as well.
    #[arg(long, env = "ASSAY_EXPLAIN")]
    explain: bool,
    /// Only look, and record nothing.
    #[arg(long, env = "ASSAY_LOOK")]
    look: bool,
    /// How to print the answer.
    #[arg(long, value_enum, default_value_t, env = "ASSAY_FORMAT")]
    format: Format,
    #[command(flatten)]
    server: Server,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: the server's answer.
    Json,
}

/// Prints the answer and gives it as the exit code.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let said = persist(|| ask(args)).map_err(|failure| failure.reason).and_then(|answer| read(args, &answer));
    match said {
        Ok(answer) => {
            match args.format {
                Format::Json => println!("{answer}"),
                Format::Text => print!("{}", text(&answer)),
            }
            if answer["allowed"] == true { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(reason) => fail(reason),
    }
}

fn ask(args: &Args) -> Result<Answer, Failure> {
    let digest = args.digest.as_deref();
    if args.look {
        let mut query =
            vec![("model", &*args.model), ("version", &*args.version), ("environment", &*args.environment)];
        query.extend(digest.map(|digest| ("digest", digest)));
        query.extend(args.explain.then_some(("explain", "true")));
        return args.server.get("/gate", &query);
    }
    let mut body = json!({
        "model": args.model, "version": args.version, "environment": args.environment, "explain": args.explain,
    });
    if let Some(digest) = digest {
        body["digest"] = json!(digest);
    }
    args.server.post("/gate", &body.to_string(), None)
}

/// What the server says. That it knows no such model, or shows none, is a no.
fn read(args: &Args, answer: &Answer) -> Result<Value, String> {
    let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    match answer.status {
        200 if value["allowed"].is_boolean() => Ok(value),
        404 if value["type"] == "urn:assay:problem:not-found" => Ok(json!({
            "allowed": false,
            "reasons": [{
                "code": "unknown_model", "since": null,
                "message": "no model of this name and version is known, or this token may not see it",
            }],
            "request": null, "model": args.model, "version": args.version, "environment": args.environment,
            "digest": args.digest, "policy": null,
        })),
        200 => {
            Err("the server answered something else than the gate; is ASSAY_URL the address of Assay?"
                .to_owned())
        }
        status => Err(refusal(status, &answer.text)),
    }
}

/// The answer for people: first what it is, then why.
fn text(answer: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let verdict = if answer["allowed"] == true { "allowed" } else { "denied" };
    let [model, version, environment] = ["model", "version", "environment"].map(|field| word(&answer[field]));
    let mut said = format!("{verdict}: {model} {version} in {environment}\n");
    for reason in answer["reasons"].as_array().into_iter().flatten() {
        said += &format!("  {}: {}", word(&reason["code"]), word(&reason["message"]));
        if let Some(since) = reason["since"].as_str() {
            said += &format!(" (since {since})");
        }
        said.push('\n');
    }
    for fine in answer["fine"].as_array().into_iter().flatten() {
        said += &format!("  fine, {}: {}\n", word(&fine["check"]), word(&fine["message"]));
    }
    if let Some(request) = answer["request"]["id"].as_str() {
        said += &format!("  request {request}: {}\n", word(&answer["request"]["state"]));
    }
    if answer["replayed"] == true {
        said += &format!("  decided before, at {}\n", word(&answer["at"]));
    }
    if let Some(index) = answer["entry_index"].as_u64() {
        said += &format!("  on record as entry {index}\n");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_like_this() {
        let answer = json!({
            "allowed": false, "model": "fraud-scoring", "version": "7", "environment": "production",
            "reasons": [
                { "code": "stale", "message": "it has changed since: the dataset bank/cards is 2, not 1", "since": null },
                { "code": "finding_open", "message": "a finding is open", "since": "2026-11-21T07:04:05Z" },
            ],
            "fine": [{ "check": "digest", "message": "it is aaaaaaaa…" }],
            "request": { "id": "0192f0c1-0000-7000-8000-000000000001", "state": "approved" },
            "entry_index": 12,
        });
        insta::assert_snapshot!(text(&answer), @r"
        denied: fraud-scoring 7 in production
          stale: it has changed since: the dataset bank/cards is 2, not 1
          finding_open: a finding is open (since 2026-11-21T07:04:05Z)
          fine, digest: it is aaaaaaaa…
          request 0192f0c1-0000-7000-8000-000000000001: approved
          on record as entry 12
        ");
    }
}
