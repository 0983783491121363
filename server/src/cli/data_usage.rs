//! `assay data-usage`: record what data is used for, from a pipeline: one use, a list of them, or what a `dvc.lock` tells.
//!
//! A use is posted under the digest of what it says, so a pipeline that runs again records nothing twice. Whatever is
//! wrong with a file is told before anything is sent, with its place.

use super::client::{Server, persist, refusal, told};
use super::event::{later, post_all};
use super::{fail, files};
use crate::http::hex;
use assay_domain::datasets::{DvcLock, Usage};
use assay_domain::document::Diagnostic;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::process::ExitCode;

/// What `assay data-usage` takes.
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub struct Args {
    /// A use as JSON, a list of uses, or a dvc.lock; - reads standard input.
    file: String,
    #[command(flatten)]
    dvc: Dvc,
    #[command(flatten)]
    server: Server,
}

/// What a dvc.lock does not say itself.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "For a dvc.lock")]
struct Dvc {
    /// The model that came out of the pipeline.
    #[arg(long, value_name = "NAME", requires = "version")]
    model: Option<String>,
    /// The version of that model.
    #[arg(long, value_name = "VERSION", requires = "model")]
    version: Option<String>,
    /// What the data was used for, such as fraud-detection.
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
    /// The namespace of the datasets: the repository, or the remote.
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// A folder that holds data; may be given several times. Everything without it.
    #[arg(long, value_name = "FOLDER")]
    under: Vec<String>,
    /// What the job is called [default: dvc].
    #[arg(long, value_name = "NAME")]
    job: Option<String>,
    /// When it ran, RFC 3339; now without it, and then the same file is the same use whenever it is posted.
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime<Utc>>,
    /// Say what would be recorded, and record nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Dvc {
    /// Whether anything was given that only a dvc.lock needs.
    const fn is_given(&self) -> bool {
        self.model.is_some()
            || self.purpose.is_some()
            || self.namespace.is_some()
            || self.job.is_some()
            || self.at.is_some()
            || self.dry_run
            || !self.under.is_empty()
    }
}

/// What a file holds.
enum Found {
    One(String),
    Many(Vec<String>),
    Lock(String),
}

/// Posts what the file holds and prints what the server answers. Of a list, everything that can be recorded is; if
/// something was refused, the code is 2.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let posted = read(&args.file, &args.dvc).and_then(|found| match found {
        Found::One(usage) => post(&args.server, &usage).map(|answer| (answer, true)),
        Found::Many(usages) => post_all(&args.server, "/data-usage", "use", &usages),
        Found::Lock(text) => import(&args.server, &args.dvc, &text),
    });
    match posted {
        Ok((answer, all)) => {
            println!("{answer}");
            if all { ExitCode::SUCCESS } else { fail("some uses were refused, as said above") }
        }
        Err(reason) => fail(reason),
    }
}

/// What the file holds, checked for its form before anything is sent.
fn read(file: &str, dvc: &Dvc) -> Result<Found, String> {
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| format!("cannot read {file}: {error}"))?;
    if !text.trim_start().starts_with(['{', '[']) {
        DvcLock::parse(&text, file).map_err(|mistakes| not_a_lock(file, &mistakes))?;
        return Ok(Found::Lock(text));
    }
    if dvc.is_given() {
        let options = "--model, --version, --purpose, --namespace, --under, --job, --at and --dry-run";
        return Err(format!("{file} is JSON, which says all of it itself: leave {options} out"));
    }
    let known = "the fields of a use";
    let canonical = |usage: &Usage| {
        serde_json_canonicalizer::to_string(usage).map_err(|error| format!("{file}: {error}"))
    };
    if text.trim_start().starts_with('[') {
        let usages: Vec<Usage> = files::read_json(&text, file, known)?;
        return Ok(Found::Many(usages.iter().map(canonical).collect::<Result<_, _>>()?));
    }
    Ok(Found::One(canonical(&files::read_json(&text, file, known)?)?))
}

/// Every mistake on a line of its own.
fn not_a_lock(file: &str, mistakes: &[Diagnostic]) -> String {
    let told: String = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
    format!("{file} is neither JSON nor a dvc.lock that can be read:{told}")
}

fn post(server: &Server, body: &str) -> Result<String, String> {
    let key = format!("sha256:{}", hex(&Sha256::digest(body)));
    let answer = persist(|| server.post("/data-usage", body, Some(&key))).map_err(later)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer.text);
    }
    Err(refusal(answer.status, &answer.text))
}

/// Posts a lock file. Answers what the server says, and whether nothing was refused.
fn import(server: &Server, dvc: &Dvc, lock: &str) -> Result<(String, bool), String> {
    let needed = |given: &Option<String>, option: &str, example: &str| {
        given
            .clone()
            .ok_or_else(|| format!("a dvc.lock does not say it: give {option}, such as {option} {example}"))
    };
    let mut body = json!({
        "lock": lock,
        "namespace": needed(&dvc.namespace, "--namespace", "git/fraud")?,
        "purpose": needed(&dvc.purpose, "--purpose", "fraud-detection")?,
        "under": dvc.under,
    });
    let more = [
        ("model", dvc.model.clone().map(Value::from)),
        ("version", dvc.version.clone().map(Value::from)),
        ("job", dvc.job.clone().map(Value::from)),
        ("at", dvc.at.map(|at| Value::from(at.to_rfc3339()))),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            body[name] = value;
        }
    }
    let path = if dvc.dry_run { "/data-usage/dvc?dry_run=true" } else { "/data-usage/dvc" };
    let body = body.to_string();
    let answer = persist(|| server.post(path, &body, None)).map_err(later)?;
    if answer.status != 200 {
        return Err(refusal(answer.status, &answer.text));
    }
    let said: Value = serde_json::from_str(&answer.text)
        .map_err(|error| format!("the server’s answer cannot be read: {error}"))?;
    let mut all = true;
    for one in said["uses"].as_array().into_iter().flatten() {
        if let Some(problem) = one["result"].get("problem") {
            let status = one["result"]["status"].as_u64().and_then(|status| status.try_into().ok());
            let name = one["dataset"]["name"].as_str().unwrap_or_default();
            eprintln!("assay: {name}: {}", told(status.unwrap_or_default(), problem));
            all = false;
        }
    }
    Ok((answer.text, all))
}
