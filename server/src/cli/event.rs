//! `assay event`: post approval events from a pipeline, one or a list.
//!
//! An event is posted under the digest of its body, so a pipeline that runs again posts nothing twice. While the server
//! cannot be reached or asks to come back later, the command tries again a few times.

use super::client::{Failure, Server, is_passing, persist, refusal, told};
use super::{fail, files};
use crate::approvals::events::bulk::MOST;
use crate::http::{BODY_LIMIT, hex};
use assay_domain::approvals::ApprovalEvent;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::process::ExitCode;

/// What `assay event` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The event as JSON, or a list of events; - reads standard input.
    file: String,
    #[command(flatten)]
    server: Server,
}

/// What a file holds: events in canonical form.
enum Events {
    One(String),
    Many(Vec<String>),
}

/// Posts what the file holds and prints what the server answers. Of a list, everything that can be recorded is; if
/// something was refused, the code is 2.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    let posted = read(&args.file).and_then(|events| match events {
        Events::One(event) => post(&args.server, &event).map(|answer| (answer, true)),
        Events::Many(events) => post_all(&args.server, "/approval-events/batch", "event", &events),
    });
    match posted {
        Ok((answer, all)) => {
            println!("{answer}");
            if all { ExitCode::SUCCESS } else { fail("some events were refused, as said above") }
        }
        Err(reason) => fail(reason),
    }
}

/// The events, checked for their form before anything is sent.
fn read(file: &str) -> Result<Events, String> {
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| format!("cannot read {file}: {error}"))?;
    let known = "the event's fields";
    let canonical = |event: &ApprovalEvent| {
        serde_json_canonicalizer::to_string(event).map_err(|error| format!("{file}: {error}"))
    };
    if text.trim_start().starts_with('[') {
        let events: Vec<ApprovalEvent> = files::read_json(&text, file, known)?;
        return Ok(Events::Many(events.iter().map(canonical).collect::<Result<_, _>>()?));
    }
    Ok(Events::One(canonical(&files::read_json(&text, file, known)?)?))
}

fn post(server: &Server, body: &str) -> Result<String, String> {
    let key = format!("sha256:{}", hex(&Sha256::digest(body)));
    let answer = persist(|| server.post("/approval-events", body, Some(&key))).map_err(later)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer.text);
    }
    Err(refusal(answer.status, &answer.text))
}

/// Posts things to a path in lists that the server takes. Answers its answers as one, and whether none was refused.
pub(super) fn post_all(
    server: &Server,
    path: &str,
    what: &str,
    events: &[String],
) -> Result<(String, bool), String> {
    let mut results = Vec::with_capacity(events.len());
    for list in lists(events) {
        results.extend(persist(|| post_list(server, path, what, list)).map_err(later)?);
    }
    let count = |of: u16| results.iter().filter(|result| status(result) == of).count();
    let (recorded, repeated) = (count(201), count(200));
    for (place, result) in results.iter().enumerate() {
        if let Some(problem) = result.get("problem") {
            eprintln!("assay: {what} {}: {}", place + 1, told(status(result), problem));
        }
    }
    let refused = results.len() - recorded - repeated;
    let all = json!({ "recorded": recorded, "repeated": repeated, "refused": refused, "results": results });
    Ok((all.to_string(), refused == 0))
}

fn post_list(server: &Server, path: &str, what: &str, events: &[String]) -> Result<Vec<Value>, Failure> {
    let body = format!("[{}]", events.join(","));
    let answer = server.post(path, &body, None)?;
    let give_up = |reason: String| Failure { reason, again: None };
    if answer.status != 200 {
        return Err(give_up(refusal(answer.status, &answer.text)));
    }
    let mut answer: Value = serde_json::from_str(&answer.text)
        .map_err(|error| give_up(format!("the server’s answer cannot be read: {error}")))?;
    let Value::Array(results) = answer["results"].take() else {
        return Err(give_up("the server’s answer has no results".to_owned()));
    };
    let passing = results.iter().find(|result| is_passing(status(result)));
    match passing
        .map(|result| format!("one {what} was answered {}", told(status(result), &result["problem"])))
    {
        Some(reason) => Err(Failure { reason, again: Some(None) }),
        None => Ok(results),
    }
}

/// The status of one event of a list.
fn status(result: &Value) -> u16 {
    result["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default()
}

/// Takes the events apart into lists that are neither too long nor too large.
fn lists(events: &[String]) -> Vec<&[String]> {
    let mut lists = Vec::new();
    let mut rest = events;
    while !rest.is_empty() {
        let mut size = 2;
        let fits = |event: &&String| {
            size += event.len() + 1;
            size <= BODY_LIMIT
        };
        let count = rest.iter().take(MOST).take_while(fits).count().max(1);
        let (list, after) = rest.split_at(count);
        lists.push(list);
        rest = after;
    }
    lists
}

pub(super) fn later(failure: Failure) -> String {
    match failure.again {
        Some(_) => format!("{}; posting the same later is safe", failure.reason),
        None => failure.reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_neither_too_long_nor_too_large() {
        let lengths = |events: &[String]| lists(events).iter().map(|list| list.len()).collect::<Vec<_>>();
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&vec!["{}".to_owned(); 2001]), [1000, 1000, 1]);
        assert_eq!(lengths(&vec!["x".repeat(BODY_LIMIT / 3); 4]), [2, 2]);
        assert_eq!(
            lengths(&vec!["x".repeat(BODY_LIMIT * 2); 2]),
            [1, 1],
            "the server says that it is too large"
        );
    }
}
